//! A short name that a capture has by its bytes.

use std::fmt;
use std::hash::Hasher as _;
use std::io;

use siphasher::sip128::{Hasher128 as _, SipHasher24};

use super::Content;
use super::read_at::{ReadAt, read_range};

/// How many bytes of the beginning and of the end of a file count.
const PART: usize = 64 * 1024;

/// A short name that a capture has by its bytes, wherever it lies and whatever its file is called:
/// 32 hexadecimal digits.
///
/// It is cheap: SipHash-2-4 of 128 bits, with a key of zeros, over the length of each file of the capture and its first and last
/// 64 KiB, and over the name of the member in an archive. Two captures with the same name are
/// copies of one another, unless somebody has changed bytes in the middle; so it does not
/// prove that a file is unchanged.
///
/// ```
/// use procmonkey_parser::{Input, ReadOptions};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.csv");
/// let mut input = Input::open(path, &ReadOptions::new())?;
/// let capture = input.next_capture().expect("one capture")?;
/// assert_eq!(capture.id().expect("it is a file").to_string().len(), 32);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CaptureId([u8; 16]);

impl CaptureId {
    /// The name of a file.
    pub(crate) fn of_file<S: ReadAt + ?Sized>(source: &S) -> io::Result<CaptureId> {
        let length = source.len();
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        read_range(source, 0, PART, &mut head)?;
        let rest = length.saturating_sub(head.len() as u64).min(PART as u64);
        read_range(source, length - rest, rest as usize, &mut tail)?;
        let mut hasher = SipHasher24::new();
        add(&mut hasher, length, &head, &tail);
        Ok(CaptureId::of(&hasher))
    }

    /// The name of a capture in one file or several.
    pub(crate) fn of_parts(parts: &[Content]) -> CaptureId {
        let mut hasher = SipHasher24::new();
        for part in parts {
            let bytes = part.bytes();
            let (head, rest) = bytes.split_at(bytes.len().min(PART));
            let tail = &rest[rest.len() - rest.len().min(PART)..];
            add(&mut hasher, bytes.len() as u64, head, tail);
        }
        CaptureId::of(&hasher)
    }

    /// The name of a member of the archive that has this one.
    pub(crate) fn of_member(self, name: &str) -> CaptureId {
        let mut hasher = SipHasher24::new();
        hasher.write(&self.0);
        hasher.write(name.as_bytes());
        CaptureId::of(&hasher)
    }

    fn of(hasher: &SipHasher24) -> CaptureId {
        CaptureId(hasher.finish128().as_bytes())
    }
}

fn add(hasher: &mut SipHasher24, length: u64, head: &[u8], tail: &[u8]) {
    hasher.write(&length.to_le_bytes());
    hasher.write(head);
    hasher.write(tail);
}

impl fmt::Display for CaptureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(bytes: &[u8]) -> CaptureId {
        CaptureId::of_file(bytes).unwrap()
    }

    #[test]
    fn length_beginning_and_end_count_and_the_middle_does_not() {
        let bytes = vec![7; 4 * PART];
        let changed = |at: usize| {
            let mut other = bytes.clone();
            other[at] = 8;
            id(&other)
        };
        let same = id(&bytes);
        for at in [0, PART - 1, 3 * PART, 4 * PART - 1] {
            assert_ne!(changed(at), same, "{at}");
        }
        for at in [PART, 2 * PART, 3 * PART - 1] {
            assert_eq!(changed(at), same, "{at}");
        }
        assert_ne!(id(&bytes[1..]), same);
        assert_ne!(id(&vec![7; 5 * PART]), same);
    }

    #[test]
    fn a_file_and_its_bytes_in_memory_have_one_name() {
        for length in [0, 1, PART, PART + 1, 2 * PART - 1, 2 * PART, 2 * PART + 1] {
            let bytes: Vec<u8> = (0..length).map(|at| (at / 100) as u8).collect();
            let parts = [Content::memory(bytes.clone())];
            assert_eq!(CaptureId::of_parts(&parts), id(&bytes), "{length}");
        }
        let one = id(b"one");
        assert_ne!(one.of_member("a.csv"), one.of_member("b.csv"));
        assert_ne!(one.of_member("a.csv"), id(b"two").of_member("a.csv"));
    }

    /// The length of an empty file is eight zero bytes.
    #[test]
    fn it_is_a_siphash_of_128_bits() {
        let whole = SipHasher24::new_with_key(&[0; 16]).hash(&[0; 8]);
        assert_eq!(id(b""), CaptureId(whole.as_bytes()));
        // It does not depend on how the bytes are handed over.
        let mut pieces = SipHasher24::new();
        [3, 5].into_iter().for_each(|length| pieces.write(&[0; 8][..length]));
        assert_eq!(id(b""), CaptureId::of(&pieces));
    }
}
