//! How far an input has been read.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells how much of a file has been read, to someone who looks at it meanwhile. A
/// clone tells the same.
///
/// ```
/// use procmonkey_parser::{Progress, ReadOptions};
///
/// let progress = Progress::default();
/// let options = ReadOptions::new().progress(progress.clone());
/// assert_eq!(progress.bytes(), 0);
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// About how many bytes of the files as they are, unpacked or not, have been read
    /// so far by [`Input::open`](crate::Input::open) and what follows from it.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// A stream whose bytes are counted.
pub(crate) struct Counted<R> {
    pub(crate) inner: R,
    pub(crate) progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
