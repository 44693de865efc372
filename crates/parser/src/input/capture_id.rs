//! A short name that a capture has by its bytes.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use super::Content;
use super::read_at::{ReadAt, read_range};
use crate::model::Error;

/// How many bytes of the beginning and of the end of a file count.
pub(crate) const PART: usize = 64 * 1024;

/// A short name that a capture has by its bytes, wherever it lies and whatever its file is called:
/// 32 hexadecimal digits.
///
/// It is cheap: the first 128 bits of BLAKE3 over the length of each file of the capture (8 bytes,
/// the lowest first) and its first and last 64 KiB; for a member of an archive, over that of the
/// archive and the name of the member. Two captures with the same name are copies of one another,
/// unless somebody has changed bytes in the middle; so it does not prove that a file is unchanged.
///
/// Of a stream, only the first 64 KiB count, because its length and end are not known when its
/// first event is read; then `stream-` stands in front. A name that the caller has given with
/// [`ReadOptions::capture_id`](crate::ReadOptions::capture_id) stays as it is.
///
/// ```
/// use procmonkey_parser::{Input, ReadOptions};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.csv");
/// let options = ReadOptions::new().capture_id("case-17".parse()?);
/// let mut input = Input::open(path, &options)?;
/// let capture = input.next_capture().expect("one capture")?;
/// assert_eq!(capture.id().expect("one was given").to_string(), "case-17");
///
/// let mut input = Input::open(path, &ReadOptions::new())?;
/// let capture = input.next_capture().expect("one capture")?;
/// // Without the feature `capture-id`, there is none but what is given.
/// assert_eq!(capture.id().is_some(), cfg!(feature = "capture-id"));
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CaptureId(Origin);

/// Where the name comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Origin {
    /// From the bytes of files.
    Files([u8; 16]),
    /// From the first bytes of a stream.
    Stream([u8; 16]),
    /// From the caller.
    Given(Arc<str>),
}

/// The longest name that can be given.
const LONGEST: usize = 128;

impl CaptureId {
    /// The name of the file at a path, which is not opened as a capture: that of a capture that
    /// it holds alone. `None` without the feature `capture-id`.
    ///
    /// ```
    /// use procmonkey_parser::{CaptureId, Input, ReadOptions};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.csv");
    /// let capture = Input::open(path, &ReadOptions::new())?.into_capture()?;
    /// assert_eq!(CaptureId::of_path(path.as_ref())?.as_ref(), capture.id());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn of_path(path: &Path) -> io::Result<Option<CaptureId>> {
        CaptureId::of_file(&File::open(path)?)
    }

    /// The name of a file; `None` without the feature `capture-id`.
    pub(crate) fn of_file<S: ReadAt + ?Sized>(source: &S) -> io::Result<Option<CaptureId>> {
        if !cfg!(feature = "capture-id") {
            return Ok(None);
        }
        let length = source.len();
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        read_range(source, 0, PART, &mut head)?;
        let rest = length.saturating_sub(head.len() as u64).min(PART as u64);
        read_range(source, length - rest, rest as usize, &mut tail)?;
        Ok(CaptureId::of_ends(length, &head, &tail))
    }

    /// The name of a file of this length that begins and ends so.
    pub(crate) fn of_ends(length: u64, head: &[u8], tail: &[u8]) -> Option<CaptureId> {
        hash(&[&length.to_le_bytes(), head, tail]).map(CaptureId::of_files)
    }

    /// The name of a capture in one file or several.
    pub(crate) fn of_parts(parts: &[Content]) -> Option<CaptureId> {
        let lengths: Vec<_> =
            parts.iter().map(|part| (part.bytes().len() as u64).to_le_bytes()).collect();
        let mut pieces: Vec<&[u8]> = Vec::new();
        for (part, length) in parts.iter().zip(&lengths) {
            let bytes = part.bytes();
            let (head, rest) = bytes.split_at(bytes.len().min(PART));
            pieces.extend([&length[..], head, &rest[rest.len() - rest.len().min(PART)..]]);
        }
        hash(&pieces).map(CaptureId::of_files)
    }

    /// The name of a stream that begins with these bytes.
    pub(crate) fn of_stream(head: &[u8]) -> Option<CaptureId> {
        let head = &head[..head.len().min(PART)];
        hash(&[head]).map(|hash| CaptureId(Origin::Stream(hash)))
    }

    /// The name of a member of the archive that has this one.
    pub(crate) fn of_member(&self, name: &str) -> Option<CaptureId> {
        let origin = match &self.0 {
            Origin::Files(own) => Origin::Files(hash(&[own, name.as_bytes()])?),
            Origin::Stream(own) => Origin::Stream(hash(&[own, name.as_bytes()])?),
            Origin::Given(own) => Origin::Given(format!("{own}/{name}").into()),
        };
        Some(CaptureId(origin))
    }

    fn of_files(hash: [u8; 16]) -> CaptureId {
        CaptureId(Origin::Files(hash))
    }
}

/// The first 128 bits of BLAKE3 over these pieces, one after the other.
#[cfg(feature = "capture-id")]
fn hash(pieces: &[&[u8]]) -> Option<[u8; 16]> {
    let mut hasher = blake3::Hasher::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize().as_bytes().first_chunk().copied()
}

#[cfg(not(feature = "capture-id"))]
fn hash(_: &[&[u8]]) -> Option<[u8; 16]> {
    None
}

/// # Errors
/// When the text is empty, longer than 128 characters, or has others than the letters and digits of
/// ASCII, `.`, `_` and `-`.
impl FromStr for CaptureId {
    type Err = Error;

    fn from_str(text: &str) -> Result<CaptureId, Error> {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(is_fit) {
            return Err(Error::invalid_value(format!(
                "an id of a capture has 1 to {LONGEST} letters and digits of ASCII, '.', '_' and '-'"
            )));
        }
        Ok(CaptureId(Origin::Given(text.into())))
    }
}

impl fmt::Display for CaptureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = match &self.0 {
            Origin::Given(text) => return f.write_str(text),
            Origin::Files(hash) => hash,
            Origin::Stream(hash) => {
                f.write_str("stream-")?;
                hash
            }
        };
        hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
#[cfg(feature = "capture-id")]
mod tests {
    use super::*;

    fn id(bytes: &[u8]) -> CaptureId {
        CaptureId::of_file(bytes).unwrap().unwrap()
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
            assert_eq!(CaptureId::of_parts(&parts), Some(id(&bytes)), "{length}");
        }
        let one = id(b"one");
        assert_ne!(one.of_member("a.csv"), one.of_member("b.csv"));
        assert_ne!(one.of_member("a.csv"), id(b"two").of_member("a.csv"));
    }

    /// The official vectors of BLAKE3 hash the bytes 0, 1, 2 …; of nothing and of one zero byte
    /// it is this.
    #[test]
    fn a_stream_has_the_blake3_of_its_first_bytes() {
        let of = |head: &[u8]| CaptureId::of_stream(head).unwrap().to_string();
        assert_eq!(of(b""), "stream-af1349b9f5f9a1a6a0404dea36dcc949");
        assert_eq!(of(&[0]), "stream-2d3adedff11b61f14c886e35afa03673");
        let long = vec![5; 2 * PART];
        assert_eq!(of(&long), of(&long[..PART]));
        assert_ne!(of(&long), of(&long[..PART - 1]));
    }

    #[test]
    fn what_is_given_stays_and_has_no_marks_of_other_texts() {
        let given: CaptureId = "case-17_a.2".parse().unwrap();
        assert_eq!(given.to_string(), "case-17_a.2");
        assert_eq!(given.of_member("b c.csv").unwrap().to_string(), "case-17_a.2/b c.csv");
        for refused in ["", "a b", "a:1", "a/b", "\u{e4}", "a\n", &"x".repeat(129)] {
            assert!(refused.parse::<CaptureId>().is_err(), "{refused:?}");
        }
    }
}
