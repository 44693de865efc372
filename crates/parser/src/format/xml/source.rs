//! The bytes of an export, walked from tag to tag.
//!
//! Procmon writes `<` as `&lt;` inside values, so a tag of the outer structure
//! found in the bytes is one, however damaged the markup before it may be. That
//! is what makes it possible to go on at the next event.

use std::io::{self, Read};

use memchr::{memchr, memchr2};

use crate::input::{Content, Held};

use super::tag::{LOOKAHEAD, Name, Tag};

/// How much is asked of the input at a time, at least.
const READ: usize = 64 * 1024;

/// Size of the buffer, as long as no record is longer.
const BUFFER: usize = 4 * READ;

/// How much is asked of a file in memory at a time where the part of interest has ended.
const BEYOND: usize = 4 * 1024;

/// Where a search for a tag ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// At this tag.
    Tag(Tag),
    /// At the limit for the bytes behind a mark.
    Overlong,
    /// At the end of the input.
    End,
}

/// A window over the input that moves forwards only.
pub(super) struct Source<R> {
    backing: Backing<R>,
    filled: usize,
    cursor: usize,
    /// From here on the bytes are kept.
    mark: Option<usize>,
    /// The most bytes that are kept.
    limit: usize,
    /// Place of the first byte of the buffer in the input.
    offset: u64,
    ended: bool,
    error: Option<io::Error>,
}

/// What the bytes come from.
enum Backing<R> {
    /// A stream, and the bytes of it that are at hand.
    Stream(R, Vec<u8>),
    /// A file in memory.
    Mapped(Held),
}

impl<R> Backing<R> {
    #[inline]
    fn bytes(&self) -> &[u8] {
        match self {
            Backing::Stream(_, buffer) => buffer,
            Backing::Mapped(held) => held.bytes(),
        }
    }
}

impl<R: Read> Source<R> {
    /// Reads a stream whose first byte stands at `base` of the file.
    pub(super) fn new(input: R, base: u64, limit: usize) -> Source<R> {
        Source::over(Backing::Stream(input, vec![0; BUFFER]), 0, base, limit)
    }

    /// Reads a file in memory from a byte on.
    pub(super) fn mapped(content: Content, start: usize, limit: usize) -> Source<R> {
        Source::part(content, start, usize::MAX, limit)
    }

    /// The same where only what begins before `edge` is of interest: it goes no farther
    /// than it has to.
    pub(super) fn part(content: Content, start: usize, edge: usize, limit: usize) -> Source<R> {
        let held = Held::new(content, start, edge);
        let start = held.end();
        Source::over(Backing::Mapped(held), start, 0, limit)
    }

    fn over(backing: Backing<R>, start: usize, offset: u64, limit: usize) -> Source<R> {
        Source {
            backing,
            filled: start,
            cursor: start,
            mark: None,
            limit,
            offset,
            ended: false,
            error: None,
        }
    }

    /// The file in memory, if it is one.
    pub(super) fn content(&self) -> Option<&Content> {
        match &self.backing {
            Backing::Mapped(held) => Some(held.content()),
            Backing::Stream(..) => None,
        }
    }

    /// The place of the cursor in the input.
    pub(super) fn position(&self) -> u64 {
        self.offset + self.cursor as u64
    }

    /// Keeps the bytes from the cursor on.
    pub(super) fn mark(&mut self) {
        self.mark = Some(self.cursor);
    }

    /// Lets the kept bytes go.
    pub(super) fn unmark(&mut self) {
        self.mark = None;
    }

    /// The bytes between mark and cursor.
    pub(super) fn marked(&self) -> &[u8] {
        let mark = self.mark.unwrap_or(self.cursor);
        &self.backing.bytes()[mark..self.cursor]
    }

    /// The next byte that is no blank; the cursor stands on it.
    pub(super) fn skip_blanks(&mut self) -> Option<u8> {
        loop {
            let ahead = &self.backing.bytes()[self.cursor..self.filled];
            match ahead.iter().position(|byte| !byte.is_ascii_whitespace()) {
                Some(at) => {
                    self.cursor += at;
                    return Some(self.backing.bytes()[self.cursor]);
                }
                None => {
                    self.cursor = self.filled;
                    if !self.fill() {
                        return None;
                    }
                }
            }
        }
    }

    /// The bytes at hand from the cursor on.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.backing.bytes()[self.cursor..self.filled]
    }

    /// The bytes at hand from a place of the input on, which may be before the cursor.
    /// `None` when that place is not at hand.
    pub(super) fn at_hand(&self, from: u64) -> Option<&[u8]> {
        let from = usize::try_from(from.checked_sub(self.offset)?).ok()?;
        self.backing.bytes()[..self.filled].get(from..)
    }

    /// Goes behind so many of the bytes at hand.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.cursor = self.filled.min(self.cursor + bytes);
    }

    /// Gets more bytes at hand. False when there are none.
    pub(super) fn more(&mut self) -> bool {
        self.fill()
    }

    /// Goes one byte on.
    pub(super) fn step(&mut self) {
        self.cursor = self.filled.min(self.cursor + 1);
    }

    /// Goes to the next tag, which may be the one at the cursor.
    pub(super) fn seek_tag(&mut self) -> Found {
        loop {
            let at = memchr(b'<', &self.backing.bytes()[self.cursor..self.filled]);
            self.cursor = at.map_or(self.filled, |at| self.cursor + at);
            if self.marked().len() > self.limit {
                return Found::Overlong;
            }
            if at.is_some() {
                while self.filled - self.cursor < LOOKAHEAD && self.fill() {}
                return Found::Tag(Tag::of(&self.backing.bytes()[self.cursor..self.filled]));
            }
            if !self.fill() {
                return Found::End;
            }
        }
    }

    /// Goes to the next tag of the outer structure.
    pub(super) fn seek_structure(&mut self) -> Found {
        loop {
            match self.seek_tag() {
                Found::Tag(Tag::Other | Tag::Note | Tag::Cut) => self.step(),
                found => return found,
            }
        }
    }

    /// Goes behind the tag at the cursor. A tag that does not end before the
    /// next one begins is left there.
    pub(super) fn skip_tag(&mut self) {
        self.step();
        loop {
            match memchr2(b'<', b'>', &self.backing.bytes()[self.cursor..self.filled]) {
                Some(at) => {
                    self.cursor += at;
                    if self.backing.bytes()[self.cursor] == b'>' {
                        self.step();
                    }
                    return;
                }
                None => {
                    self.cursor = self.filled;
                    if !self.fill() {
                        return;
                    }
                }
            }
        }
    }

    /// Goes behind the end tag of a record whose beginning was read.
    pub(super) fn skip_rest(&mut self, name: Name) {
        if self.seek_structure() == Found::Tag(Tag::Close(name)) {
            self.skip_tag();
        }
    }

    /// What the operating system said when the input ended before its time.
    /// It is kept until everything read before it has been given.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Reads more behind the bytes at hand. False at the end of the input.
    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let keep = self.mark.unwrap_or(self.cursor);
        let (input, buffer) = match &mut self.backing {
            Backing::Stream(input, buffer) => (input, buffer),
            Backing::Mapped(held) => {
                self.ended = !held.bring(BUFFER, BEYOND);
                self.filled = held.end();
                held.is_done_to(keep);
                return !self.ended;
            }
        };
        if buffer.len() - self.filled < READ && keep > 0 {
            buffer.copy_within(keep..self.filled, 0);
            self.filled -= keep;
            self.cursor -= keep;
            self.mark = self.mark.map(|_| 0);
            self.offset += keep as u64;
        }
        if buffer.len() - self.filled < READ {
            buffer.resize(buffer.len() * 2, 0);
        }
        loop {
            match input.read(&mut buffer[self.filled..]) {
                Ok(0) => self.ended = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    self.error = Some(error);
                }
            }
            return !self.ended;
        }
    }
}
