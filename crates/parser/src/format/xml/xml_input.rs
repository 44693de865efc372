//! The bytes of an export, and a cursor that moves from tag to tag.
//!
//! Procmon writes `<` as `&lt;` in texts. So a structural tag that is found in the bytes
//! is a real one, however damaged the markup before it is. That is why reading can
//! continue at the next event.

use std::io::{self, Read};

use memchr::{memchr, memchr2, memmem};

use crate::input::{Content, ResidentRange};

use super::tag::{LOOKAHEAD, Tag, TagName};

/// How many bytes are read from the input at a time, at least.
const READ: usize = 64 * 1024;

/// The size of the buffer, unless a record is longer.
const BUFFER: usize = 4 * READ;

/// How many bytes of a file in memory are brought in at a time after the end of the
/// section.
const BEYOND: usize = 4 * 1024;

/// How a search for a tag ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagSearch {
    /// At this tag.
    Tag(Tag),
    /// At the limit for the bytes after a mark.
    Overlong,
    /// At the end of the input.
    End,
}

/// A window over the input that only moves forward.
pub(super) struct XmlInput<R> {
    backing: Backing<R>,
    filled: usize,
    cursor: usize,
    /// Bytes from here on are kept.
    mark: Option<usize>,
    /// The most bytes that are kept.
    limit: usize,
    /// Offset of the first byte of the buffer in the input.
    offset: u64,
    ended: bool,
    error: Option<io::Error>,
}

/// Where the bytes come from.
enum Backing<R> {
    /// A stream, and the bytes of it that are at hand.
    Stream(R, Vec<u8>),
    /// A file in memory.
    Mapped(ResidentRange),
}

impl<R> Backing<R> {
    #[inline]
    fn bytes(&self) -> &[u8] {
        match self {
            Backing::Stream(_, buffer) => buffer,
            Backing::Mapped(resident) => resident.bytes(),
        }
    }
}

impl<R: Read> XmlInput<R> {
    /// Reads a stream; `base` is the offset of its first byte in the file.
    pub(super) fn new(input: R, base: u64, limit: usize) -> XmlInput<R> {
        XmlInput::over(Backing::Stream(input, vec![0; BUFFER]), 0, base, limit)
    }

    /// Reads a file in memory from a byte on.
    pub(super) fn mapped(content: Content, start: usize, limit: usize) -> XmlInput<R> {
        XmlInput::part(content, start, usize::MAX, limit)
    }

    /// The same for a section that ends at `edge`: bytes after it are not brought into
    /// memory unless they are needed.
    pub(super) fn part(content: Content, start: usize, edge: usize, limit: usize) -> XmlInput<R> {
        let resident = ResidentRange::new(content, start, edge);
        let start = resident.end();
        XmlInput::over(Backing::Mapped(resident), start, 0, limit)
    }

    fn over(backing: Backing<R>, start: usize, offset: u64, limit: usize) -> XmlInput<R> {
        XmlInput {
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
            Backing::Mapped(resident) => Some(resident.content()),
            Backing::Stream(..) => None,
        }
    }

    /// The offset of the cursor in the input.
    pub(super) fn position(&self) -> u64 {
        self.offset + self.cursor as u64
    }

    /// Keeps the bytes from the cursor on.
    pub(super) fn mark(&mut self) {
        self.mark = Some(self.cursor);
    }

    /// Releases the kept bytes.
    pub(super) fn unmark(&mut self) {
        self.mark = None;
    }

    /// The bytes between mark and cursor.
    pub(super) fn marked(&self) -> &[u8] {
        let mark = self.mark.unwrap_or(self.cursor);
        &self.backing.bytes()[mark..self.cursor]
    }

    /// The next byte that is not a blank; the cursor moves to it.
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

    /// The bytes at hand from an offset of the input on, which may be before the cursor.
    /// `None` if that offset is not at hand.
    pub(super) fn at_hand(&self, from: u64) -> Option<&[u8]> {
        let from = usize::try_from(from.checked_sub(self.offset)?).ok()?;
        self.backing.bytes()[..self.filled].get(from..)
    }

    /// Moves the cursor forward over bytes at hand.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.cursor = self.filled.min(self.cursor + bytes);
    }

    /// Reads more bytes. Returns false if there are none.
    pub(super) fn more(&mut self) -> bool {
        self.fill()
    }

    /// Moves the cursor one byte forward.
    pub(super) fn step(&mut self) {
        self.cursor = self.filled.min(self.cursor + 1);
    }

    /// Moves to the next tag, which may be at the cursor.
    pub(super) fn seek_tag(&mut self) -> TagSearch {
        loop {
            let at = memchr(b'<', &self.backing.bytes()[self.cursor..self.filled]);
            self.cursor = at.map_or(self.filled, |at| self.cursor + at);
            if self.marked().len() > self.limit {
                return TagSearch::Overlong;
            }
            if at.is_some() {
                while self.filled - self.cursor < LOOKAHEAD && self.fill() {}
                return TagSearch::Tag(Tag::of(&self.backing.bytes()[self.cursor..self.filled]));
            }
            if !self.fill() {
                return TagSearch::End;
            }
        }
    }

    /// Moves to the next structural tag.
    pub(super) fn seek_structure(&mut self) -> TagSearch {
        loop {
            match self.seek_tag() {
                TagSearch::Tag(Tag::Other | Tag::Note | Tag::Cut) => self.step(),
                found => return found,
            }
        }
    }

    /// Moves past the tag at the cursor. If the next tag begins before this one ends, the
    /// cursor stops there.
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

    /// Moves past the declaration, processing instruction, comment or CDATA section at the
    /// cursor. Tags inside a comment or a CDATA section are text. Returns false if the input
    /// ends before the comment or section does.
    pub(super) fn skip_note(&mut self) -> bool {
        let end: &[u8] = match self.ahead() {
            ahead if ahead.starts_with(b"<!--") => b"-->",
            ahead if ahead.starts_with(b"<![CDATA[") => b"]]>",
            _ => {
                self.skip_tag();
                return true;
            }
        };
        // Behind the opening, so that `<!-->` is not taken for a whole comment.
        self.advance(4);
        loop {
            if let Some(at) = memmem::find(self.ahead(), end) {
                self.advance(at + end.len());
                return true;
            }
            // The end may be cut by the end of what is at hand.
            let kept = self.ahead().len().min(end.len() - 1);
            self.advance(self.ahead().len() - kept);
            if !self.fill() {
                self.advance(kept);
                return false;
            }
        }
    }

    /// Moves past the end tag of a record whose beginning was read.
    pub(super) fn skip_rest(&mut self, name: TagName) {
        if self.seek_structure() == TagSearch::Tag(Tag::Close(name)) {
            self.skip_tag();
        }
    }

    /// The error that ended the input early. It is kept until everything read before it
    /// has been returned.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Reads more bytes after those at hand. Returns false at the end of the input.
    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let keep = self.mark.unwrap_or(self.cursor);
        let (input, buffer) = match &mut self.backing {
            Backing::Stream(input, buffer) => (input, buffer),
            Backing::Mapped(resident) => {
                self.ended = !resident.bring(BUFFER, BEYOND);
                self.filled = resident.end();
                resident.is_done_to(keep);
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
