//! Bytes that are read by their offset.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::model::Counted;

/// Something of known length that can be read at any offset: a file, bytes in memory, an
/// object of a store that answers range requests, a file of a browser.
///
/// [`Input::from_read_at`](crate::Input::from_read_at) opens captures in it. A native log
/// is then read piece by piece, so it may be larger than the memory.
///
/// ```
/// use std::io;
/// use procmonkey_parser::{Input, ReadAt, ReadOptions};
///
/// /// An object of a store, here in memory.
/// struct Object(Vec<u8>);
///
/// impl ReadAt for Object {
///     fn len(&self) -> u64 {
///         self.0.len() as u64
///     }
///
///     fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
///         // A store would be asked for these bytes here.
///         self.0.read_at(buffer, offset)
///     }
/// }
///
/// let object = Object(b"\"Operation\"\r\n\"ReadFile\"\r\n".to_vec());
/// let mut input = Input::from_read_at("an object", object, &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// assert_eq!(capture.events().count(), 1);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
pub trait ReadAt: Send {
    /// How many bytes there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads bytes from an offset on into `buffer`, and returns how many. It may be fewer
    /// than there is room for; 0 means that the offset is at the end or beyond.
    ///
    /// # Errors
    /// When the bytes cannot be read. [`io::ErrorKind::Interrupted`] is tried again.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl ReadAt for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.as_slice().read_at(buffer, offset)
    }
}

/// The length is asked for at each call; 0 if the system does not report it.
impl ReadAt for File {
    fn len(&self) -> u64 {
        self.metadata().map_or(0, |metadata| metadata.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        #[cfg(unix)]
        return std::os::unix::fs::FileExt::read_at(self, buffer, offset);
        #[cfg(windows)]
        return std::os::windows::fs::FileExt::seek_read(self, buffer, offset);
        #[cfg(not(any(unix, windows)))]
        {
            let mut file = self;
            file.seek(SeekFrom::Start(offset))?;
            file.read(buffer)
        }
    }
}

impl<S: ReadAt> ReadAt for Counted<S> {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = self.inner.read_at(buffer, offset)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}

/// Reads `length` bytes from an offset on, or as many as there are.
pub(crate) fn read_range<S: ReadAt + ?Sized>(
    source: &S,
    offset: u64,
    length: usize,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let rest = source.len().saturating_sub(offset);
    let length = usize::try_from(rest).map_or(length, |rest| length.min(rest));
    let start = out.len();
    out.resize(start + length, 0);
    let mut done = 0;
    while done < length {
        match source.read_at(&mut out[start + done..], offset + done as u64) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    out.truncate(start + done);
    Ok(())
}

/// Reads a source from its beginning to its end, for formats that are streams.
pub(crate) struct ReadAtStream<S> {
    source: S,
    offset: u64,
}

impl<S: ReadAt> ReadAtStream<S> {
    pub(crate) fn new(source: S) -> ReadAtStream<S> {
        ReadAtStream { source, offset: 0 }
    }
}

impl<S: ReadAt> Read for ReadAtStream<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(buffer, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}

impl<S: ReadAt> Seek for ReadAtStream<S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moved = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(by) => self.offset.checked_add_signed(by),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
        };
        self.offset = moved.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

impl<S: ReadAt + ?Sized> ReadAt for Box<S> {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, and is interrupted before each.
    struct Reluctant(Vec<u8>, std::sync::atomic::AtomicU64);

    impl ReadAt for Reluctant {
        fn len(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            if self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed).is_multiple_of(2) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let most = buffer.len().min(1);
            self.0.read_at(&mut buffer[..most], offset)
        }
    }

    #[test]
    fn a_range_is_read_whole_however_little_comes_at_a_time() {
        let source = Reluctant((0..100).collect(), 0.into());
        for (offset, length, wanted) in
            [(0, 5, 0..5), (98, 10, 98..100), (100, 1, 0..0), (500, 9, 0..0)]
        {
            let mut bytes = vec![7];
            read_range(&source, offset, length, &mut bytes).unwrap();
            assert_eq!(bytes[0], 7);
            assert_eq!(bytes[1..], wanted.collect::<Vec<u8>>());
        }
    }

    #[test]
    fn a_source_is_a_stream_that_can_be_sought() {
        let mut stream = ReadAtStream::new((0..10).collect::<Vec<u8>>());
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, (0..10).collect::<Vec<u8>>());
        assert_eq!(stream.seek(SeekFrom::End(-2)).unwrap(), 8);
        assert_eq!(stream.seek(SeekFrom::Current(1)).unwrap(), 9);
        let mut last = [0; 4];
        assert_eq!((stream.read(&mut last).unwrap(), last[0]), (1, 9));
        assert!(stream.seek(SeekFrom::Current(-99)).is_err());
    }
}
