//! The lines of a text, in memory that is used again.

use std::io::{ErrorKind, Read};
use std::ops::Range;

use crate::model::{Error, Position};

/// A line longer than this is read in pieces.
pub(super) const LONGEST: usize = 4 * 1024 * 1024;

/// How much is read at a time.
const BLOCK: usize = 256 * 1024;

/// Cuts a text into lines. A line ends with a line feed, a carriage return, or both; a
/// carriage return before a semicolon is one of those that Procmon writes inside a detail.
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// The first byte of the next line, and how far its end was looked for.
    begin: usize,
    searched: usize,
    /// How many bytes of the buffer were read.
    filled: usize,
    ended: bool,
    place: Position,
}

/// One line, without its end.
#[derive(Clone, Debug)]
pub(super) struct RawLine {
    range: Range<usize>,
    pub(super) position: Position,
    /// Whether the line goes on in the next piece.
    pub(super) is_cut: bool,
}

impl<R: Read> Lines<R> {
    /// Reads from an input whose first byte stands at `base`.
    pub(super) fn new(input: R, base: u64) -> Lines<R> {
        Lines {
            input,
            buffer: Vec::new(),
            begin: 0,
            searched: 0,
            filled: 0,
            ended: false,
            place: Position::at_byte(base).with_line(1),
        }
    }

    /// The bytes of a line, until the next one is read.
    pub(super) fn bytes(&self, line: &RawLine) -> &[u8] {
        &self.buffer[line.range.clone()]
    }

    /// Reads the next line. `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<RawLine>, Error> {
        loop {
            if let Some((end, next)) = self.find_end() {
                return Ok(Some(self.line(end, next, false)));
            }
            if self.ended {
                let rest = self.filled > self.begin;
                return Ok(rest.then(|| self.line(self.filled, self.filled, false)));
            }
            if self.filled - self.begin >= LONGEST {
                return Ok(Some(self.line(self.filled, self.filled, true)));
            }
            self.fill()?;
        }
    }

    fn line(&mut self, end: usize, next: usize, is_cut: bool) -> RawLine {
        let line = RawLine { range: self.begin..end, position: self.place, is_cut };
        self.place.byte += (next - self.begin) as u64;
        if !is_cut {
            self.place.line = self.place.line.map(|line| line + 1);
        }
        self.begin = next;
        self.searched = next;
        line
    }

    /// The end of the line at hand and the beginning of the next one.
    fn find_end(&mut self) -> Option<(usize, usize)> {
        loop {
            let bytes = &self.buffer[..self.filled];
            let Some(found) = memchr::memchr2(b'\n', b'\r', &bytes[self.searched..]) else {
                self.searched = self.filled;
                return None;
            };
            let at = self.searched + found;
            if bytes[at] == b'\n' {
                return Some((at, at + 1));
            }
            match &bytes[at + 1..] {
                // What follows shows what the carriage return is.
                [] | [b'\r'] if !self.ended => return None,
                [b'\n', ..] => return Some((at, at + 2)),
                // A line feed that was made a pair twice.
                [b'\r', b'\n', ..] => return Some((at, at + 3)),
                [b';', ..] => self.searched = at + 1,
                _ => return Some((at, at + 1)),
            }
        }
    }

    /// Reads more behind what is there.
    fn fill(&mut self) -> Result<(), Error> {
        if self.begin > 0 {
            self.buffer.copy_within(self.begin..self.filled, 0);
            self.filled -= self.begin;
            self.searched -= self.begin;
            self.begin = 0;
        }
        if self.buffer.len() < self.filled + BLOCK {
            self.buffer.resize(self.filled + BLOCK, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(());
                }
                Ok(count) => {
                    self.filled += count;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let what = "the text could not be read further";
                    return Err(Error::io(what, error).at(self.place));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: impl Read) -> Vec<(String, u64, u64)> {
        let mut lines = Lines::new(input, 0);
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let text = String::from_utf8_lossy(lines.bytes(&line)).into_owned();
            found.push((text, line.position.line.unwrap(), line.position.byte));
        }
        found
    }

    /// Gives one byte at a time.
    struct Slow<'b>(&'b [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn lines_end_in_every_way() {
        let text = "a\nb\r\nc\rd\r\r\n\ne\r;\tA=1\r\nf\r";
        let want = [
            ("a", 1, 0),
            ("b", 2, 2),
            ("c", 3, 5),
            ("d", 4, 7),
            ("", 5, 11),
            ("e\r;\tA=1", 6, 12),
            ("f", 7, 21),
        ];
        let want = want.map(|(text, line, byte)| (text.to_string(), line, byte));
        assert_eq!(lines(text.as_bytes()), want);
        assert_eq!(lines(Slow(text.as_bytes())), want);
        assert!(lines("".as_bytes()).is_empty());
    }

    #[test]
    fn a_line_without_end_comes_in_pieces() {
        let text = vec![b'x'; LONGEST * 2 + 10];
        let mut reader = Lines::new(&text[..], 0);
        let mut total = 0;
        let mut cut = 0;
        while let Some(line) = reader.next().unwrap() {
            total += reader.bytes(&line).len();
            cut += usize::from(line.is_cut);
            assert_eq!(line.position.line, Some(1));
        }
        assert_eq!((total, cut), (text.len(), 2));
    }
}
