//! A window that moves over the bytes of an input from front to back.

use std::io::{self, Read};

use super::content::Content;
use super::decode::Bytes;
use super::resident::Held;

/// How many bytes are looked at in one go: few enough to stay in the cache of the
/// CPU while they are looked at more than once.
pub(crate) const STEP: usize = 256 * 1024;

/// How long a section is that is read beside others, in bytes.
pub(crate) const SECTION: u64 = 4 * 1024 * 1024;

/// How far a window over a part of a file goes at a time where the part was not enough.
const BEYOND: usize = 16 * 1024;

/// The bytes of an input, of which a part is at hand.
pub(crate) enum Window<'a> {
    /// A file in memory.
    Mapped(View),
    /// Anything else.
    Streamed { input: Bytes<'a>, buffer: Vec<u8>, ended: bool, step: usize },
}

/// The part of a file in memory that is at hand, up to the end of what is held.
pub(crate) struct View {
    held: Held,
    start: usize,
    step: usize,
}

impl View {
    fn advance(&mut self, done: usize) -> bool {
        self.start = (self.start + done).min(self.held.end());
        let fewest = if done == 0 { self.held.end() - self.start } else { 0 };
        let goes_on = self.held.bring(self.step.max(fewest), self.step.min(BEYOND).max(fewest));
        self.held.is_done_to(self.start);
        goes_on
    }
}

impl<'a> Window<'a> {
    /// A window over a mapped file, from an offset on.
    pub(crate) fn mapped(content: Content, start: usize) -> Window<'a> {
        Window::part(content, start, usize::MAX)
    }

    /// The same where only what begins before `edge` is of interest: it goes no
    /// farther than it has to.
    pub(crate) fn part(content: Content, start: usize, edge: usize) -> Window<'a> {
        let held = Held::new(content, start, edge);
        Window::Mapped(View { start: held.end(), held, step: STEP })
    }

    /// The file in memory, if it is one.
    pub(crate) fn content(&self) -> Option<&Content> {
        match self {
            Window::Mapped(view) => Some(view.held.content()),
            Window::Streamed { .. } => None,
        }
    }

    /// A window over what a stream yields.
    pub(crate) fn streamed(input: Bytes<'a>) -> Window<'a> {
        Window::Streamed { input, buffer: Vec::new(), ended: false, step: STEP }
    }

    /// The same with steps of another size.
    #[cfg(test)]
    pub(crate) fn with_step(mut self, size: usize) -> Window<'a> {
        match &mut self {
            Window::Mapped(View { step, .. }) | Window::Streamed { step, .. } => *step = size,
        }
        self
    }

    /// The bytes that are at hand.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Window::Mapped(view) => &view.held.bytes()[view.start..view.held.end()],
            Window::Streamed { buffer, .. } => buffer,
        }
    }

    /// Drops the first `done` bytes and takes a step. A step is longer where nothing
    /// was dropped. False at the end of the input.
    pub(crate) fn advance(&mut self, done: usize) -> io::Result<bool> {
        match self {
            Window::Mapped(view) => Ok(view.advance(done)),
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
            Window::Mapped(mut view) => {
                view.start += done;
                Box::new(Rest(view))
            }
            Window::Streamed { input, mut buffer, .. } => {
                buffer.drain(..done.min(buffer.len()));
                Box::new(io::Cursor::new(buffer).chain(input))
            }
        }
    }
}

/// What follows in a mapped file.
struct Rest(View);

impl Read for Rest {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let view = &mut self.0;
        let rest = view.held.bytes().get(view.start..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        view.start += count;
        view.held.is_done_to(view.start);
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
                Window::mapped(Content::memory(bytes.clone()), 0).with_step(step),
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
