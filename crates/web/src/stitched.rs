//! The beginning of a text, and its rest from some row on, as one text.

use std::io;

use procmonkey_parser::ReadAt;

use crate::stored::Stored;

/// The bytes before the first event, and those from a later event on.
#[derive(Debug)]
pub(crate) struct Stitched {
    file: Stored,
    /// Where the first event begins.
    head: u64,
    /// Where the later event begins.
    from: u64,
}

impl Stitched {
    pub(crate) fn new(file: Stored, head: u64, from: u64) -> Stitched {
        Stitched { file, head, from: from.max(head) }
    }
}

impl ReadAt for Stitched {
    fn len(&self) -> u64 {
        self.head + self.file.len().saturating_sub(self.from)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self.head.checked_sub(offset) {
            Some(left @ 1..) => {
                let left = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
                self.file.read_at(&mut buffer[..left], offset)
            }
            _ => self.file.read_at(buffer, offset - self.head + self.from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_and_rest_read_as_one() {
        let file = Stored::memory(b"HEAD:one,two,three".to_vec());
        let stitched = Stitched::new(file, 5, 13);
        let mut all = Vec::new();
        let mut buffer = [0; 4];
        loop {
            match stitched.read_at(&mut buffer, all.len() as u64).unwrap_or_default() {
                0 => break,
                count => all.extend_from_slice(&buffer[..count]),
            }
        }
        assert_eq!(all, b"HEAD:three");
        assert_eq!(stitched.len(), 10);
    }
}
