//! Where the bytes of a file come from.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use procmonkey_parser::ReadAt;

/// A file whose bytes can be read by their offset, any number of times: a file of the browser, or
/// bytes in memory. Clones read the same file, and count what they read together.
#[derive(Clone)]
pub struct Stored {
    source: Arc<dyn ReadAt + Sync>,
    read: Arc<AtomicU64>,
}

impl Stored {
    /// Bytes in memory.
    pub fn memory(bytes: Vec<u8>) -> Stored {
        Stored::of(bytes)
    }

    /// Anything that can be read by its offset.
    pub fn of(source: impl ReadAt + Sync + 'static) -> Stored {
        Stored { source: Arc::new(source), read: Arc::default() }
    }

    /// The same file, with a count of its own.
    pub(crate) fn counted_anew(&self) -> Stored {
        Stored { source: Arc::clone(&self.source), read: Arc::default() }
    }

    /// How many bytes were read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// So many bytes from an offset on, or as many as there are.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn range(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let rest = usize::try_from(self.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length.min(rest)];
        let mut done = 0;
        while done < bytes.len() {
            match self.read_at(&mut bytes[done..], offset + done as u64)? {
                0 => break,
                count => done += count,
            }
        }
        bytes.truncate(done);
        Ok(bytes)
    }
}

impl ReadAt for Stored {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = self.source.read_at(buffer, offset)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}
