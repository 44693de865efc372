//! The SHA-256 of what is read, where it is asked for.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use procmonkey_analysis::report::StoredFile;
use sha2::{Digest, Sha256};

/// How much of a file is read at once.
const BUFFER: usize = 256 * 1024;

/// The digest of a file, which is read from its beginning to its end.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn of_file(path: &Path) -> io::Result<StoredFile> {
    let mut sum = Sum::default();
    sum.add_all(&mut File::open(path)?)?;
    Ok(sum.of(&path.display().to_string()))
}

/// What was added up so far.
#[derive(Debug, Default)]
struct Sum {
    hasher: Sha256,
    bytes: u64,
    /// Whether the end was reached.
    has_ended: bool,
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn add_all(&mut self, source: &mut impl Read) -> io::Result<()> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = match source.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.add(&buffer[..count]);
        }
        self.has_ended = true;
        Ok(())
    }

    fn of(&self, name: &str) -> StoredFile {
        let digest = self.hasher.clone().finalize();
        let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        StoredFile::new(name, self.bytes, digits.concat())
    }
}

/// A stream whose bytes are added up while something else reads them.
pub(crate) struct Summed<R> {
    source: R,
    sum: Arc<Mutex<Sum>>,
}

/// What is added up of a stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamSum(Arc<Mutex<Sum>>);

impl<R: Read> Summed<R> {
    pub(crate) fn new(source: R) -> (Summed<R>, StreamSum) {
        let sum = Arc::new(Mutex::new(Sum::default()));
        (Summed { source, sum: Arc::clone(&sum) }, StreamSum(sum))
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.add(&buffer[..count]);
        sum.has_ended |= count == 0 && !buffer.is_empty();
        Ok(count)
    }
}

impl StreamSum {
    /// The digest of the whole stream; what nobody has read of it is read from `rest`.
    ///
    /// # Errors
    /// When the rest cannot be read.
    pub(crate) fn finish(&self, name: &str, rest: &mut impl Read) -> io::Result<StoredFile> {
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sum.has_ended {
            sum.add_all(rest)?;
        }
        Ok(sum.of(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the examples of FIPS 180.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_whole_stream_counts_however_little_was_read() {
        for read in 0..=3 {
            let (mut summed, sum) = Summed::new(&b"abc"[..read]);
            let mut buffer = Vec::new();
            (&mut summed).take(read as u64).read_to_end(&mut buffer).unwrap();
            let file = sum.finish("standard input", &mut &b"abc"[read..]).unwrap();
            assert_eq!((file.bytes, file.sha256.as_str()), (3, ABC), "{read}");
        }
    }

    #[test]
    fn nothing_is_read_behind_the_end() {
        let (mut summed, sum) = Summed::new(&b"abc"[..]);
        io::copy(&mut summed, &mut io::sink()).unwrap();
        let file = sum.finish("standard input", &mut &b"more"[..]).unwrap();
        assert_eq!(file.sha256, ABC);
    }
}
