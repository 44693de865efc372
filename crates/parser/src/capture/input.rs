//! From a path or a stream to the captures in it.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use zip::ZipArchive;

use super::Capture;
use super::options::ReadOptions;
use super::parts;
use crate::input::decode::{Bytes, Compression, peek};
use crate::input::{Content, Layers, Packed, Unpacking};
use crate::model::{Counted, Error, ErrorKind};

/// What can be read and sought: a file, or bytes in memory.
trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

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
    One(Option<Bytes<'a>>),
    /// A plain file, which may be mapped into memory.
    File(Option<File>),
    /// The parts of one native capture.
    Pml(Vec<Content>),
    Zip {
        archive: ZipArchive<Box<dyn Source + 'a>>,
        next: usize,
        /// What it stands in, where that is a file.
        file: Option<File>,
    },
}

impl<'a> Input<'a> {
    /// Opens a file. Of a native capture that Procmon has split into parts
    /// (`Log.PML`, `Log-1.PML`, …), the first part opens them all.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when it cannot be opened, [`ErrorKind::Damaged`] for a
    /// zip archive without a readable directory. What is in it is looked at by
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
            // A pipe, such as one that a shell makes of `<(…)`, cannot be sought.
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
    pub fn from_seekable<R: Read + Seek + 'a>(
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
            let source: Box<dyn Source + 'a> = Box::new(source);
            let archive = ZipArchive::new(source).map_err(|error| {
                Error::new(
                    ErrorKind::Damaged,
                    format!("{name}: the zip archive cannot be read: {error}"),
                )
            })?;
            Members::Zip { archive, next: 0, file: None }
        } else {
            Members::One(Some(Box::new(source)))
        };
        Ok(Input { name, options: options.clone(), members })
    }

    /// Reads from a stream, such as standard input. A zip archive, whose
    /// directory stands at its end, is first read into memory.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn from_reader<R: Read + 'a>(
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

    /// The name that the input was given with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of the files in an archive, in its order; none for an input that
    /// is no archive.
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

    /// The next capture of the input; `None` behind the last one. A member of an
    /// archive that is no capture is an `Err`, and the next call goes on.
    pub fn next_capture(&mut self) -> Option<Result<Capture<'_>, Error>> {
        match &mut self.members {
            Members::One(stream) => {
                let packed = Packed::stream(stream.take()?, Layers::default());
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
            Members::Pml(parts) if parts.is_empty() => None,
            Members::Pml(parts) => Some(Capture::from_pml(
                &self.name,
                std::mem::take(parts),
                &self.options,
                Layers::default(),
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
                    Packed::stream(Box::new(member), Layers::packed_in(Compression::Zip))
                });
                Some(Capture::from_bytes(&name, packed, &self.options))
            }
        }
    }
}

/// What to call a member whose name may not be readable.
fn member_name(name: Option<Cow<'_, str>>, index: usize) -> String {
    name.map_or_else(|| format!("member {}", index + 1), Cow::into_owned)
}

/// Whether a member is a folder, which holds no capture itself.
fn is_folder<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> bool {
    archive.by_index_raw(index).is_ok_and(|member| member.is_dir())
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}
