//! Undoes the compressions of a capture.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::background::BackgroundReader;
use super::content::Content;
use super::decode::{ByteStream, Compression, Trouble, decompress, peek, tolerant};
use super::text_encoding::TextEncoding;
use crate::model::{Counted, Error, ErrorKind, FREE_OF_RATIO, Limits, Progress};

/// How a capture is compressed and encoded, the outermost compression first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceEncoding {
    compression: Vec<Compression>,
    pub(crate) encoding: Option<TextEncoding>,
    pub(crate) is_guessed: bool,
}

impl SourceEncoding {
    pub(crate) fn packed_in(compression: Compression) -> SourceEncoding {
        SourceEncoding { compression: vec![compression], ..SourceEncoding::default() }
    }

    /// The compressions, the outermost first.
    pub fn compression(&self) -> &[Compression] {
        &self.compression
    }

    /// The encoding of its text. Whether a text that begins as UTF-8 goes on as a code page
    /// is only known once it has been read to its end.
    pub fn encoding(&self) -> Option<TextEncoding> {
        self.encoding
    }

    /// Whether the encoding is a code page that nobody has named: the text was not UTF-8,
    /// and its bytes and letters look like this one.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// let csv = b"\"Path\"\r\n\"C:\\D\xe9mo\\a.txt\"\r\n";
    /// let mut capture = Input::from_reader("mine.csv", &csv[..], &ReadOptions::new())?.into_capture()?;
    /// while capture.read_event(&mut Event::default())? {}
    /// let encoding = capture.source_encoding();
    /// assert_eq!(encoding.encoding().map(|it| it.name()), Some("windows-1252"));
    /// assert!(encoding.is_guessed() && capture.losses().is_empty());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn is_guessed(&self) -> bool {
        self.is_guessed
    }
}

/// Which thread decompresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unpacking {
    /// The caller's thread.
    ByCaller,
    /// A separate thread.
    InBackground,
}

/// How many bytes at the beginning of a text are examined to recognise its format.
pub(crate) const HEAD: usize = 64 * 1024;

/// How many compressions a capture may have, one inside the other.
const MOST_LAYERS: usize = 4;

/// The bytes of a capture, still compressed or not.
pub(crate) struct Packed<'a> {
    pub(crate) bytes: ByteStream<'a>,
    /// The same bytes in memory, if they are those of a file.
    pub(crate) mapped: Option<Content>,
    /// The compressions that have been undone.
    pub(crate) source_encoding: SourceEncoding,
    /// Errors of decompression.
    pub(crate) trouble: Trouble,
    /// How many bytes were read of the packed input.
    packed: Arc<AtomicU64>,
}

/// The unpacked bytes of a member.
pub(crate) struct MemberBytes<'a> {
    pub(crate) bytes: ByteStream<'a>,
    /// How many bytes it takes in the archive.
    pub(crate) packed: u64,
}

/// Counts the packed bytes that are read.
struct Weighed<R> {
    inner: R,
    packed: Arc<AtomicU64>,
}

impl<R: Read> Read for Weighed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.packed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Ends unpacked bytes with an error where too many come out of too few.
struct Expanded<'a> {
    inner: ByteStream<'a>,
    packed: Arc<AtomicU64>,
    unpacked: u64,
    ratio: u64,
}

impl Read for Expanded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.unpacked += count as u64;
        let packed = self.packed.load(Ordering::Relaxed).max(1);
        if self.unpacked > FREE_OF_RATIO && self.unpacked / packed > self.ratio {
            return Err(io::Error::other(format!(
                "more than {} bytes come out of each packed one (--limit ratio)",
                self.ratio
            )));
        }
        Ok(count)
    }
}

impl<'a> Packed<'a> {
    /// The bytes of a stream.
    pub(crate) fn stream(bytes: ByteStream<'a>, source_encoding: SourceEncoding) -> Packed<'a> {
        let packed = Arc::default();
        let bytes = Box::new(Weighed { inner: bytes, packed: Arc::clone(&packed) });
        Packed { bytes, mapped: None, source_encoding, trouble: Trouble::default(), packed }
    }

    /// The bytes of a file, decompressed as `unpacking` says.
    pub(crate) fn file(
        mut file: File,
        progress: &Progress,
        unpacking: Unpacking,
    ) -> io::Result<Packed<'static>> {
        let mut head = Vec::new();
        (&mut file).take(4).read_to_end(&mut head)?;
        file.rewind()?;
        // A file that cannot be mapped is read as a stream.
        #[cfg(feature = "mmap")]
        let mapped = Content::map(&file, progress.clone()).ok();
        #[cfg(not(feature = "mmap"))]
        let mapped = None;
        let bytes = Counted { inner: file, progress: progress.clone() };
        let is_background = unpacking == Unpacking::InBackground;
        let compression = Compression::of(&head).filter(|it| is_background && it.is_supported());
        let Some(compression) = compression else {
            let stream = Packed::stream(Box::new(bytes), SourceEncoding::default());
            return Ok(Packed { mapped, ..stream });
        };
        let trouble = Trouble::default();
        let told = trouble.clone();
        let packed = Arc::default();
        let again = bytes.inner.try_clone()?;
        let bytes = Box::new(Weighed { inner: bytes, packed: Arc::clone(&packed) });
        let unpacked =
            BackgroundReader::start(move |to| to.all_of(decompress(bytes, compression, &told)));
        let Ok(unpacked) = unpacked else {
            // Without a thread nothing was read, and the caller's own thread unpacks.
            let bytes = Counted { inner: again, progress: progress.clone() };
            return Ok(Packed::stream(Box::new(bytes), SourceEncoding::default()));
        };
        let source_encoding = SourceEncoding::packed_in(compression);
        let bytes = Box::new(unpacked);
        Ok(Packed { bytes, mapped: None, source_encoding, trouble, packed })
    }

    /// The bytes of a member of an archive.
    pub(crate) fn member(unpacked: MemberBytes<'a>) -> Packed<'a> {
        let trouble = Trouble::default();
        let bytes = tolerant(unpacked.bytes, "the member of the archive", &trouble);
        let packed = Arc::new(AtomicU64::new(unpacked.packed));
        let source_encoding = SourceEncoding::packed_in(Compression::Zip);
        Packed { bytes, mapped: None, source_encoding, trouble, packed }
    }

    /// As [`Packed::member`], decompressed on a separate thread.
    ///
    /// # Errors
    /// When no thread can be had.
    pub(crate) fn member_in_background(
        unpacked: MemberBytes<'static>,
    ) -> io::Result<Packed<'static>> {
        let MemberBytes { bytes, packed } = unpacked;
        let bytes = Box::new(BackgroundReader::start(move |to| to.all_of(bytes))?);
        Ok(Packed::member(MemberBytes { bytes, packed }))
    }

    /// Undoes all compressions. Returns the first bytes of the result, and the result.
    pub(crate) fn unpack(self, limits: &Limits) -> Result<(Vec<u8>, Packed<'a>), Error> {
        let Packed { mut bytes, mapped, mut source_encoding, trouble, packed } = self;
        loop {
            let (head, all) =
                peek(bytes, HEAD).map_err(|error| Error::io("cannot be read", error))?;
            match Compression::of(&head) {
                Some(Compression::Zip) => {
                    let what = "a zip archive inside another archive; unpack the outer one first";
                    return Err(Error::new(ErrorKind::Unsupported, what));
                }
                Some(_) if source_encoding.compression.len() >= MOST_LAYERS => {
                    let what = "compressed more than four times over";
                    return Err(Error::new(ErrorKind::Unsupported, what));
                }
                Some(compression) if !compression.is_supported() => {
                    return Err(compression.not_supported());
                }
                Some(compression) => {
                    source_encoding.compression.push(compression);
                    bytes = decompress(all, compression, &trouble);
                }
                None => {
                    let is_packed = !source_encoding.compression.is_empty();
                    // A native log has to be held in memory.
                    let ratio =
                        if head.starts_with(b"PML_") { limits.ratio / 10 } else { limits.ratio };
                    let all: ByteStream<'a> = match is_packed {
                        true => Box::new(Expanded {
                            inner: all,
                            packed: Arc::clone(&packed),
                            unpacked: 0,
                            ratio: ratio.max(1),
                        }),
                        false => all,
                    };
                    bytes = tolerant(all, "the input", &trouble);
                    let mapped = mapped.filter(|_| source_encoding.compression.is_empty());
                    return Ok((head, Packed { bytes, mapped, source_encoding, trouble, packed }));
                }
            }
        }
    }
}
