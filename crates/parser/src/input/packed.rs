//! From the bytes of a file to those of a capture: one compression after the other.

use std::fs::File;
use std::io::{self, Read, Seek};

use zip::ZipArchive;

use super::background::Beside;
use super::content::Content;
use super::decode::{Bytes, Compression, TextEncoding, Trouble, decompress, peek, tolerant};
use crate::model::{Counted, Error, ErrorKind, Progress};

/// How a capture is packed and encoded, outermost layer first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    compression: Vec<Compression>,
    pub(crate) encoding: Option<TextEncoding>,
}

impl Layers {
    pub(crate) fn packed_in(compression: Compression) -> Layers {
        Layers { compression: vec![compression], encoding: None }
    }

    /// The compressions around the capture.
    pub fn compression(&self) -> &[Compression] {
        &self.compression
    }

    /// The encoding of its text.
    pub fn encoding(&self) -> Option<TextEncoding> {
        self.encoding
    }
}

/// Which thread undoes a compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unpacking {
    /// The caller's own.
    ByCaller,
    /// A thread of its own, beside the caller's.
    InBackground,
}

/// How much of a text is looked at to tell its format.
pub(crate) const HEAD: usize = 64 * 1024;

/// How often a capture may be packed into itself.
const MOST_LAYERS: usize = 4;

/// The bytes of a capture as they come.
pub(crate) struct Packed<'a> {
    pub(crate) bytes: Bytes<'a>,
    /// The same bytes in memory, where they stand in a file.
    pub(crate) mapped: Option<Content>,
    /// The compressions that are already undone.
    pub(crate) layers: Layers,
    /// What goes wrong while they are.
    pub(crate) trouble: Trouble,
}

impl<'a> Packed<'a> {
    /// What a stream yields.
    pub(crate) fn stream(bytes: Bytes<'a>, layers: Layers) -> Packed<'a> {
        Packed { bytes, mapped: None, layers, trouble: Trouble::default() }
    }

    /// A file. It is unpacked beside what is done with it, where threads are allowed.
    pub(crate) fn file(
        mut file: File,
        progress: &Progress,
        unpacking: Unpacking,
    ) -> io::Result<Packed<'static>> {
        let mut head = Vec::new();
        (&mut file).take(4).read_to_end(&mut head)?;
        file.rewind()?;
        // What cannot be mapped can be read all the same.
        let mapped = Content::map(&file, progress.clone()).ok();
        let bytes = Box::new(Counted { inner: file, progress: progress.clone() });
        let is_background = unpacking == Unpacking::InBackground;
        let Some(compression) = Compression::of(&head).filter(|_| is_background) else {
            return Ok(Packed { mapped, ..Packed::stream(bytes, Layers::default()) });
        };
        let trouble = Trouble::default();
        let told = trouble.clone();
        let unpacked = Beside::start(move |to| to.all_of(decompress(bytes, compression, &told)))?;
        let layers = Layers::packed_in(compression);
        Ok(Packed { trouble, ..Packed::stream(Box::new(unpacked), layers) })
    }

    /// A member of an archive in a file, unpacked beside what is done with it. Nobody
    /// else may read from the file meanwhile, which has one place to read at.
    pub(crate) fn member(
        archive: File,
        index: usize,
        progress: &Progress,
    ) -> io::Result<Packed<'static>> {
        let file = Counted { inner: archive, progress: progress.clone() };
        let unpacked = Beside::start(move |to| {
            let mut archive = ZipArchive::new(file)?;
            to.all_of(archive.by_index(index)?)
        })?;
        Ok(Packed::stream(Box::new(unpacked), Layers::packed_in(Compression::Zip)))
    }

    /// Undoes all compressions, and gives what the bytes then begin with.
    pub(crate) fn unpack(self) -> Result<(Vec<u8>, Packed<'a>), Error> {
        let Packed { mut bytes, mapped, mut layers, trouble } = self;
        loop {
            let (head, all) =
                peek(bytes, HEAD).map_err(|error| Error::io("cannot be read", error))?;
            match Compression::of(&head) {
                Some(Compression::Zip) => {
                    let what = "a zip archive inside another archive; unpack the outer one first";
                    return Err(Error::new(ErrorKind::Unsupported, what));
                }
                Some(_) if layers.compression.len() >= MOST_LAYERS => {
                    let what = "compressed more than four times over";
                    return Err(Error::new(ErrorKind::Unsupported, what));
                }
                Some(compression) => {
                    layers.compression.push(compression);
                    bytes = decompress(all, compression, &trouble);
                }
                None => {
                    bytes = tolerant(all, "the input", &trouble);
                    let mapped = mapped.filter(|_| layers.compression.is_empty());
                    return Ok((head, Packed { bytes, mapped, layers, trouble }));
                }
            }
        }
    }
}
