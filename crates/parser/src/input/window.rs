//! A window that moves over the bytes of an input.

use std::io::{self, Read};

use super::content::Content;
use super::decode::ByteStream;
use super::resident::ResidentRange;

/// How many bytes are examined in one step: few enough to stay in the cache of the CPU
/// when they are examined more than once.
pub(crate) const STEP: usize = 256 * 1024;

/// The length in bytes of a section that is read on its own.
pub(crate) const SECTION: u64 = 4 * 1024 * 1024;

/// How many bytes a window over a section brings in at a time after its edge.
const BEYOND: usize = 16 * 1024;

/// The bytes of an input, of which a part is at hand.
pub(crate) enum Window<'a> {
    /// A file in memory.
    Mapped(View),
    /// Anything else.
    Streamed { input: ByteStream<'a>, buffer: Vec<u8>, ended: bool, step: usize },
}

/// The part of a file that is at hand, up to the end of what is in memory.
pub(crate) struct View {
    resident: ResidentRange,
    start: usize,
    step: usize,
}

impl View {
    fn advance(&mut self, done: usize) -> bool {
        self.start = (self.start + done).min(self.resident.end());
        let fewest = if done == 0 { self.resident.end() - self.start } else { 0 };
        let goes_on = self.resident.bring(self.step.max(fewest), self.step.min(BEYOND).max(fewest));
        self.resident.is_done_to(self.start);
        goes_on
    }
}

impl<'a> Window<'a> {
    /// A window over a mapped file, from an offset on.
    pub(crate) fn mapped(content: Content, start: usize) -> Window<'a> {
        Window::part(content, start, usize::MAX)
    }

    /// The same for a section that ends at `edge`. Bytes after it are only brought in if
    /// they are needed.
    pub(crate) fn part(content: Content, start: usize, edge: usize) -> Window<'a> {
        let resident = ResidentRange::new(content, start, edge);
        Window::Mapped(View { start: resident.end(), resident, step: STEP })
    }

    /// The file in memory, if it is one.
    pub(crate) fn content(&self) -> Option<&Content> {
        match self {
            Window::Mapped(view) => Some(view.resident.content()),
            Window::Streamed { .. } => None,
        }
    }

    /// A window over a stream.
    pub(crate) fn streamed(input: ByteStream<'a>) -> Window<'a> {
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
            Window::Mapped(view) => &view.resident.bytes()[view.start..view.resident.end()],
            Window::Streamed { buffer, .. } => buffer,
        }
    }

    /// Drops the first `done` bytes and brings in more: one step, or a longer one if
    /// nothing was dropped. Returns false at the end of the input.
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

    /// Everything from `done` bytes after the start on, as a stream.
    pub(crate) fn into_rest(self, done: usize) -> ByteStream<'a> {
        match self {
            Window::Mapped(mut view) => {
                view.start += done;
                Box::new(RestOfFile(view))
            }
            Window::Streamed { input, mut buffer, .. } => {
                buffer.drain(..done.min(buffer.len()));
                Box::new(io::Cursor::new(buffer).chain(input))
            }
        }
    }
}

/// The rest of a mapped file as a stream.
struct RestOfFile(View);

impl Read for RestOfFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let view = &mut self.0;
        let rest = view.resident.bytes().get(view.start..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        view.start += count;
        view.resident.is_done_to(view.start);
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
