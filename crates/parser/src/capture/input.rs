//! An input: a file, a stream or an archive, and the captures in it.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use zip::ZipArchive;

use super::Capture;
use super::options::ReadOptions;
use super::parts;
use crate::input::decode::{ByteStream, Compression, peek};
use crate::input::{Content, Packed, ReadAt, ReadAtStream, SourceEncoding, Unpacking, read_range};
use crate::model::{Counted, Error, ErrorKind};
use crate::pml;

/// A source that can be read and sought: a file, or bytes in memory.
trait SeekRead: Read + Seek + Send {}
impl<T: Read + Seek + Send> SeekRead for T {}

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
    Pml(Vec<Content>),
    /// A native capture that is read piece by piece.
    ReadAt(Option<Box<dyn ReadAt + 'a>>),
    Zip {
        archive: ZipArchive<Box<dyn SeekRead + 'a>>,
        next: usize,
        /// The file that holds the archive, if the input is a file.
        file: Option<File>,
    },
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
            let members =
                Members::Pml(parts::open_all(path, file, &options.progress).map_err(failed)?);
            let name = path.display().to_string();
            return Ok(Input { name, options: options.clone(), members });
        }
        let name = path.display().to_string();
        let inner = file.try_clone().map_err(failed)?;
        let counted = Counted { inner, progress: options.progress.clone() };
        let mut input = Input::from_seekable(name, counted, options)?;
        match &mut input.members {
            Members::Zip { file: known, .. } => *known = Some(file),
            members => *members = Members::File(Some(file)),
        }
        Ok(input)
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
            let source: Box<dyn SeekRead + 'a> = Box::new(source);
            let archive = ZipArchive::new(source).map_err(|error| {
                Error::new(
                    ErrorKind::Damaged,
                    format!("{name}: the zip archive cannot be read: {error}"),
                )
            })?;
            if archive.index_for_name("[Content_Types].xml").is_some() {
                return Err(Error::new(
                    ErrorKind::NotACapture,
                    format!(
                        "{name}: not a Procmon capture, but a document of Microsoft Office (Word, \
                         Excel); save it as plain text or CSV, or copy the rows out of it"
                    ),
                ));
            }
            Members::Zip { archive, next: 0, file: None }
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
        let (head, mut all) = peek(Box::new(stream), 4).map_err(failed)?;
        if Compression::of(&head) == Some(Compression::Zip) {
            let mut bytes = Vec::new();
            all.read_to_end(&mut bytes).map_err(failed)?;
            return Input::from_seekable(name, Cursor::new(bytes), options);
        }
        Ok(Input { name, options: options.clone(), members: Members::One(Some(all)) })
    }

    /// The name that was given for the input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of the files in an archive, in its order; empty for an input that is not
    /// an archive.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let mut input = Input::from_reader("a.csv", &b"\"PID\"\r\n"[..], &ReadOptions::new())?;
    /// assert!(input.members().is_empty());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn members(&mut self) -> Vec<String> {
        let Members::Zip { archive, .. } = &mut self.members else { return Vec::new() };
        let files = (0..archive.len()).filter_map(|index| match archive.by_index_raw(index) {
            Ok(member) if member.is_dir() => None,
            Ok(member) => Some(member_name(member.name().ok(), index)),
            Err(_) => Some(member_name(None, index)),
        });
        files.collect()
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
            Members::Pml(parts) if parts.is_empty() => None,
            Members::Pml(parts) => Some(Capture::from_pml(
                &self.name,
                std::mem::take(parts),
                &self.options,
                SourceEncoding::default(),
            )),
            Members::Zip { archive, next, file } => {
                while *next < archive.len() && is_folder(archive, *next) {
                    *next += 1;
                }
                if *next == archive.len() {
                    return None;
                }
                let index = *next;
                *next += 1;
                let member = match archive.by_index(index) {
                    Ok(member) => member,
                    Err(error) => {
                        let what =
                            format!("{}: member {} cannot be read: {error}", self.name, index + 1);
                        return Some(Err(Error::new(ErrorKind::Damaged, what)));
                    }
                };
                let name = format!("{}/{}", self.name, member_name(member.name().ok(), index));
                let file =
                    file.as_ref().filter(|_| self.options.unpacking() == Unpacking::InBackground);
                let beside = file.and_then(|file| {
                    Packed::member(file.try_clone().ok()?, index, &self.options.progress).ok()
                });
                let packed = beside.unwrap_or_else(|| {
                    Packed::stream(Box::new(member), SourceEncoding::packed_in(Compression::Zip))
                });
                Some(Capture::from_bytes(&name, packed, &self.options))
            }
        }
    }
}

/// The name of a member, or its number where the name cannot be read.
fn member_name(name: Option<Cow<'_, str>>, index: usize) -> String {
    name.map_or_else(|| format!("member {}", index + 1), Cow::into_owned)
}

/// Whether a member is a folder, which is not a capture itself.
fn is_folder<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> bool {
    archive.by_index_raw(index).is_ok_and(|member| member.is_dir())
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}
