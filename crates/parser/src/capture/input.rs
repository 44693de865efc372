//! An input: a file, a stream or an archive, and the captures in it.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

use super::options::ReadOptions;
use super::parts::{self, Parts};
use super::{Capture, held};
use crate::input::decode::{ByteStream, Compression, peek};
use crate::input::{Archive, Packed, ReadAt, ReadAtStream, SourceEncoding, Unpacking, read_range};
use crate::model::{Error, ErrorKind};
use crate::pml;

/// One thing given by the user: a file, a stream, or an archive with any number
/// of captures.
///
/// ```
/// use procmonkey_parser::{Input, ReadOptions};
///
/// let csv = "\"Operation\",\"Path\"\r\n\"ReadFile\",\"C:\\a.txt\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::default())?;
/// while let Some(capture) = input.next_capture() {
///     for event in capture?.events() {
///         assert_eq!(event?.path().as_deref(), Some("C:\\a.txt"));
///     }
/// }
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
pub struct Input<'a> {
    name: String,
    options: ReadOptions,
    members: Members<'a>,
}

enum Members<'a> {
    One(Option<ByteStream<'a>>),
    /// A plain file, which may be mapped into memory.
    File(Option<File>),
    /// The parts of one native capture.
    Pml(Option<Parts>),
    /// A native capture that is read piece by piece.
    ReadAt(Option<Box<dyn ReadAt + 'a>>),
    /// An archive, and which of its members comes next.
    Zip(Archive<'a>, usize),
}

impl<'a> Input<'a> {
    /// Opens a file. If Procmon has split a native capture into parts (`Log.PML`,
    /// `Log-1.PML`, …), opening the first part opens all of them.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the file cannot be opened, [`ErrorKind::Damaged`] for a zip
    /// archive whose directory cannot be read. The content is only examined by
    /// [`Input::next_capture`].
    pub fn open(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Input<'static>, Error> {
        let path = path.as_ref();
        let failed = |error| Error::io(format!("{} cannot be opened", path.display()), error);
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            let error = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            return Err(failed(error));
        }
        if !metadata.is_file() {
            // A pipe, such as one that a shell makes for `<(…)`, cannot be sought.
            return Input::from_reader(path.display().to_string(), file, options);
        }
        if parts::is_pml(&file).map_err(failed)? {
            let parts = parts::open_all(path, file, &options.progress).map_err(failed)?;
            let members = Members::Pml(Some(parts));
            let name = path.display().to_string();
            return Ok(Input { name, options: options.clone(), members });
        }
        let name = path.display().to_string();
        let members = match starts_as_zip(&file).map_err(failed)? {
            true => Members::of_archive(&name, Archive::of_file(file, &options.limits))?,
            false => Members::File(Some(file)),
        };
        Ok(Input { name, options: options.clone(), members })
    }

    /// Reads from something that can be sought, such as a file or a `Cursor`.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn from_seekable<R: Read + Seek + Send + 'a>(
        name: impl Into<String>,
        mut source: R,
        options: &ReadOptions,
    ) -> Result<Input<'a>, Error> {
        let name = name.into();
        let mut head = Vec::new();
        let failed = |error| Error::io(format!("{name} cannot be read"), error);
        (&mut source).take(4).read_to_end(&mut head).map_err(failed)?;
        source.rewind().map_err(failed)?;
        let members = if Compression::of(&head) == Some(Compression::Zip) {
            Members::of_archive(&name, Archive::of_seekable(Box::new(source), &options.limits))?
        } else {
            Members::One(Some(Box::new(source)))
        };
        Ok(Input { name, options: options.clone(), members })
    }

    /// Reads from something whose bytes can be read by their offset. A native log that was
    /// closed is read piece by piece, whatever its size, by the caller's thread; one that
    /// was not closed, or is damaged, is read into memory as a whole. Everything else is
    /// read from its beginning to its end, as a file is.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn from_read_at<S: ReadAt + 'a>(
        name: impl Into<String>,
        source: S,
        options: &ReadOptions,
    ) -> Result<Input<'a>, Error> {
        let name = name.into();
        let mut head = Vec::new();
        let failed = |error| Error::io(format!("{name} cannot be read"), error);
        read_range(&source, 0, 4, &mut head).map_err(failed)?;
        if pml::is_pml(&head) {
            let members = Members::ReadAt(Some(Box::new(source)));
            return Ok(Input { name, options: options.clone(), members });
        }
        Input::from_seekable(name, ReadAtStream::new(source), options)
    }

    /// Reads from a stream, such as standard input. A zip archive has its directory at
    /// its end, so it is first read into memory as a whole.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn from_reader<R: Read + Send + 'a>(
        name: impl Into<String>,
        stream: R,
        options: &ReadOptions,
    ) -> Result<Input<'a>, Error> {
        let name = name.into();
        let failed = |error| Error::io(format!("{name} cannot be read"), error);
        let (head, all) = peek(Box::new(stream), 4).map_err(failed)?;
        if Compression::of(&head) == Some(Compression::Zip) {
            let bytes = held(all, options.limits.held).map_err(failed)?;
            return Input::from_seekable(name, Cursor::new(bytes), options);
        }
        Ok(Input { name, options: options.clone(), members: Members::One(Some(all)) })
    }

    /// The name that was given for the input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of the files in an archive, in its order; empty for an input that is not
    /// an archive. Where several files have one name, it is followed by the number of the
    /// member: `Log.csv (member 2)`.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let input = Input::from_reader("a.csv", &b"\"PID\"\r\n"[..], &ReadOptions::new())?;
    /// assert!(input.members().is_empty());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn members(&self) -> Vec<String> {
        match &self.members {
            Members::Zip(archive, _) => archive.names().map(str::to_string).collect(),
            _ => Vec::new(),
        }
    }

    /// The next capture of the input; `None` after the last one. A member of an archive
    /// that is not a capture gives an `Err`; the next call continues with the member
    /// after it.
    pub fn next_capture(&mut self) -> Option<Result<Capture<'_>, Error>> {
        match &mut self.members {
            Members::One(stream) => {
                let packed = Packed::stream(stream.take()?, SourceEncoding::default());
                Some(Capture::from_bytes(&self.name, packed, &self.options))
            }
            Members::File(file) => {
                let packed =
                    Packed::file(file.take()?, &self.options.progress, self.options.unpacking());
                let failed = |error| Error::io(format!("{} cannot be read", self.name), error);
                Some(
                    packed
                        .map_err(failed)
                        .and_then(|packed| Capture::from_bytes(&self.name, packed, &self.options)),
                )
            }
            Members::ReadAt(source) => {
                Some(Capture::from_read_at(&self.name, source.take()?, &self.options))
            }
            Members::Pml(parts) => {
                let Parts { contents, losses } = parts.take()?;
                let encoding = SourceEncoding::default();
                Some(Capture::from_pml(&self.name, contents, losses, &self.options, encoding))
            }
            Members::Zip(archive, next) => {
                let index = *next;
                let name = format!("{}/{}", self.name, archive.name(index)?);
                *next += 1;
                Some(member(archive, index, &self.options).map_or_else(
                    |error| Err(error.in_input(&self.name)),
                    |packed| Capture::from_bytes(&name, packed, &self.options),
                ))
            }
        }
    }
}

impl<'a> Members<'a> {
    fn of_archive(name: &str, archive: io::Result<Archive<'a>>) -> Result<Members<'a>, Error> {
        let archive = archive.map_err(|error| {
            let what = format!("{name}: the zip archive cannot be read: {error}");
            Error::new(ErrorKind::Damaged, what)
        })?;
        if archive.names().any(|member| member == "[Content_Types].xml") {
            return Err(Error::new(
                ErrorKind::NotACapture,
                format!(
                    "{name}: not a Procmon capture, but a document of Microsoft Office (Word, \
                     Excel); save it as plain text or CSV, or copy the rows out of it"
                ),
            ));
        }
        Ok(Members::Zip(archive, 0))
    }
}

/// A member of an archive, decompressed on a separate thread where the options allow it.
fn member<'a>(
    archive: &Archive<'a>,
    index: usize,
    options: &ReadOptions,
) -> Result<Packed<'a>, Error> {
    if options.unpacking() == Unpacking::InBackground
        && let Some(bytes) = archive.open_apart(index, &options.progress)
        && let Ok(packed) = Packed::member_in_background(bytes?)
    {
        return Ok(packed);
    }
    Ok(Packed::member(archive.open(index, &options.progress)?))
}

/// Whether a file begins as a zip archive does.
fn starts_as_zip(mut file: &File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(Compression::of(&head) == Some(Compression::Zip))
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}
