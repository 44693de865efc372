//! A window that moves over the bytes of an input from front to back.

use std::io::{self, Read};

use super::content::Content;
use super::decode::Bytes;

/// How many bytes are looked at in one go: few enough to stay in the cache of the
/// CPU while they are looked at more than once.
pub(crate) const STEP: usize = 256 * 1024;

/// The bytes of an input, of which a part is at hand.
pub(crate) enum Window<'a> {
    /// A file in memory.
    Mapped { content: Content, start: usize, end: usize, step: usize },
    /// Anything else.
    Streamed { input: Bytes<'a>, buffer: Vec<u8>, ended: bool, step: usize },
}

impl<'a> Window<'a> {
    /// A window over a mapped file, from an offset on.
    pub(crate) fn mapped(content: Content, start: usize) -> Window<'a> {
        let start = start.min(content.bytes().len());
        Window::Mapped { content, start, end: start, step: STEP }
    }

    /// A window over what a stream yields.
    pub(crate) fn streamed(input: Bytes<'a>) -> Window<'a> {
        Window::Streamed { input, buffer: Vec::new(), ended: false, step: STEP }
    }

    /// The same with steps of another size.
    #[cfg(test)]
    pub(crate) fn with_step(mut self, size: usize) -> Window<'a> {
        match &mut self {
            Window::Mapped { step, .. } | Window::Streamed { step, .. } => *step = size,
        }
        self
    }

    /// The bytes that are at hand.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Window::Mapped { content, start, end, .. } => &content.bytes()[*start..*end],
            Window::Streamed { buffer, .. } => buffer,
        }
    }

    /// Drops the first `done` bytes and takes a step. A step is longer where nothing
    /// was dropped. False at the end of the input.
    pub(crate) fn advance(&mut self, done: usize) -> io::Result<bool> {
        match self {
            Window::Mapped { content, start, end, step } => {
                *start = (*start + done).min(*end);
                let more = if done == 0 { (*end - *start).max(*step) } else { *step };
                let before = *end;
                *end = content.bytes().len().min(*end + more);
                content.will_read(before, *end);
                content.has_read(*start);
                Ok(*end > before)
            }
            Window::Streamed { input, buffer, ended, step } => {
                let more = if done == 0 { buffer.len().max(*step) } else { *step };
                buffer.drain(..done.min(buffer.len()));
                let before = buffer.len();
                if !*ended {
                    let count = input.take(more as u64).read_to_end(buffer)?;
                    *ended = count < more;
                }
                Ok(buffer.len() > before)
            }
        }
    }

    /// Everything from `done` bytes behind the start on, as a stream.
    pub(crate) fn into_rest(self, done: usize) -> Bytes<'a> {
        match self {
            Window::Mapped { content, start, .. } => {
                Box::new(Rest { content, place: start + done })
            }
            Window::Streamed { input, mut buffer, .. } => {
                buffer.drain(..done.min(buffer.len()));
                Box::new(io::Cursor::new(buffer).chain(input))
            }
        }
    }
}

/// What follows in a mapped file.
struct Rest {
    content: Content,
    place: usize,
}

impl Read for Rest {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.content.bytes().get(self.place..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.place += count;
        self.content.has_read(self.place);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_sees_every_byte_once_however_it_moves() {
        let bytes: Vec<u8> = (0..5000u32).map(|at| (at % 251) as u8).collect();
        for step in [1, 7, 64, 5000, 6000] {
            let windows = [
                Window::mapped(Content::Memory(bytes.clone()), 0).with_step(step),
                Window::streamed(Box::new(&bytes[..])).with_step(step),
            ];
            for mut window in windows {
                let (mut seen, mut done, mut turn) = (Vec::new(), 0, 0);
                loop {
                    let is_more = window.advance(done).unwrap();
                    done = 0;
                    if !is_more {
                        break;
                    }
                    turn += 1;
                    done = [0, window.bytes().len() / 2, window.bytes().len()][turn % 3];
                    seen.extend_from_slice(&window.bytes()[..done]);
                    if seen.len() > 3000 {
                        break;
                    }
                }
                window.into_rest(done).read_to_end(&mut seen).unwrap();
                assert!(seen == bytes, "{step}");
            }
        }
    }
}
