//! A file, or bytes in memory, read where they are needed.

use std::io::{self, Read, Seek, SeekFrom};

/// What can be read at any place.
pub(crate) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// An input of which no more than so many bytes are looked at.
pub(crate) struct Bytes<'b> {
    name: String,
    input: Box<dyn ReadSeek + 'b>,
    length: u64,
    /// How long the input really is.
    whole: u64,
}

impl<'b> Bytes<'b> {
    /// The first `most` bytes of an input of this name.
    pub(crate) fn new(
        name: impl Into<String>,
        mut input: impl ReadSeek + 'b,
        most: u64,
    ) -> io::Result<Bytes<'b>> {
        let whole = input.seek(SeekFrom::End(0))?;
        Ok(Bytes { name: name.into(), input: Box::new(input), length: whole.min(most), whole })
    }

    /// What the input is called, for a person.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes there are to look at.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// How long the input is, when it is longer than what is looked at.
    pub(crate) fn longer(&self) -> Option<u64> {
        (self.whole > self.length).then_some(self.whole)
    }

    /// Fills the buffer from a place on, as far as there are bytes, and gives their
    /// number.
    pub(crate) fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        if wanted == 0 {
            return Ok(0);
        }
        self.input.seek(SeekFrom::Start(at))?;
        let mut filled = 0;
        while filled < wanted {
            match self.input.read(&mut buffer[filled..wanted]) {
                Ok(0) => break,
                Ok(number) => filled += number,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// The bytes from a place on; `None` when they are not all there.
    pub(crate) fn get(&mut self, at: u64, length: usize) -> io::Result<Option<Vec<u8>>> {
        let end = at.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            return Ok(None);
        }
        let mut bytes = vec![0; length];
        let filled = self.read_at(at, &mut bytes)?;
        Ok((filled == length).then_some(bytes))
    }
}
