//! Undoes the compressions of a capture.

use std::fs::File;
use std::io::{self, Read, Seek};

use super::background::BackgroundReader;
use super::content::Content;
use super::decode::{ByteStream, Compression, TextEncoding, Trouble, decompress, peek, tolerant};
use crate::model::{Counted, Error, ErrorKind, Progress};

/// How a capture is compressed and encoded, the outermost compression first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceEncoding {
    compression: Vec<Compression>,
    pub(crate) encoding: Option<TextEncoding>,
}

impl SourceEncoding {
    pub(crate) fn packed_in(compression: Compression) -> SourceEncoding {
        SourceEncoding { compression: vec![compression], encoding: None }
    }

    /// The compressions, the outermost first.
    pub fn compression(&self) -> &[Compression] {
        &self.compression
    }

    /// The encoding of its text.
    pub fn encoding(&self) -> Option<TextEncoding> {
        self.encoding
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
}

impl<'a> Packed<'a> {
    /// The bytes of a stream.
    pub(crate) fn stream(bytes: ByteStream<'a>, source_encoding: SourceEncoding) -> Packed<'a> {
        Packed { bytes, mapped: None, source_encoding, trouble: Trouble::default() }
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
        let mapped = Content::map(&file, progress.clone()).ok();
        let bytes = Box::new(Counted { inner: file, progress: progress.clone() });
        let is_background = unpacking == Unpacking::InBackground;
        let Some(compression) = Compression::of(&head).filter(|_| is_background) else {
            return Ok(Packed { mapped, ..Packed::stream(bytes, SourceEncoding::default()) });
        };
        let trouble = Trouble::default();
        let told = trouble.clone();
        let unpacked =
            BackgroundReader::start(move |to| to.all_of(decompress(bytes, compression, &told)))?;
        let source_encoding = SourceEncoding::packed_in(compression);
        Ok(Packed { trouble, ..Packed::stream(Box::new(unpacked), source_encoding) })
    }

    /// The bytes of a member of an archive.
    pub(crate) fn member(unpacked: ByteStream<'a>) -> Packed<'a> {
        let trouble = Trouble::default();
        let bytes = tolerant(unpacked, "the member of the archive", &trouble);
        Packed { trouble, ..Packed::stream(bytes, SourceEncoding::packed_in(Compression::Zip)) }
    }

    /// As [`Packed::member`], decompressed on a separate thread.
    ///
    /// # Errors
    /// When no thread can be had.
    pub(crate) fn member_in_background(
        unpacked: ByteStream<'static>,
    ) -> io::Result<Packed<'static>> {
        let unpacked = BackgroundReader::start(move |to| to.all_of(unpacked))?;
        Ok(Packed::member(Box::new(unpacked)))
    }

    /// Undoes all compressions. Returns the first bytes of the result, and the result.
    pub(crate) fn unpack(self) -> Result<(Vec<u8>, Packed<'a>), Error> {
        let Packed { mut bytes, mapped, mut source_encoding, trouble } = self;
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
                Some(compression) => {
                    source_encoding.compression.push(compression);
                    bytes = decompress(all, compression, &trouble);
                }
                None => {
                    bytes = tolerant(all, "the input", &trouble);
                    let mapped = mapped.filter(|_| source_encoding.compression.is_empty());
                    return Ok((head, Packed { bytes, mapped, source_encoding, trouble }));
                }
            }
        }
    }
}
