//! An input: a file, a stream or an archive, and the captures in it.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::options::ReadOptions;
use super::parts::{self, Parts};
use super::{Capture, held};
use crate::input::decode::{ByteStream, Compression, peek};
use crate::input::{
    Archive, CaptureId, PART, Packed, ReadAt, ReadAtStream, SourceEncoding, Unpacking, read_range,
};
use crate::model::{Counted, Error, ErrorKind};
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
    /// Of the file, and not of later parts of a native capture.
    id: Option<CaptureId>,
}

enum Members<'a> {
    /// One capture, until it is taken.
    One(Option<Source<'a>>),
    /// An archive, and which of its members comes next.
    Zip(Archive<'a>, usize),
}

/// Where the bytes of one capture come from.
enum Source<'a> {
    /// A stream, and how many bytes it has, where that is known.
    Stream(ByteStream<'a>, Option<u64>),
    /// A plain file, which may be mapped into memory.
    File(File),
    /// The parts of one native capture.
    Pml(Parts),
    /// A native capture that is read piece by piece.
    ReadAt(Box<dyn ReadAt + 'a>),
}

impl<'a> Source<'a> {
    /// How many bytes there are, where that is known.
    fn bytes(&self) -> Option<u64> {
        match self {
            Source::Stream(_, length) => *length,
            Source::File(file) => Some(file.metadata().ok()?.len()),
            Source::Pml(parts) => {
                Some(parts.contents.iter().map(|part| part.bytes().len() as u64).sum())
            }
            Source::ReadAt(source) => Some(source.len()),
        }
    }

    fn open(
        self,
        name: &str,
        options: &ReadOptions,
        id: Option<CaptureId>,
    ) -> Result<Capture<'a>, Error> {
        let bytes = self.bytes();
        let id = match &self {
            _ if options.capture_id.is_some() => options.capture_id.clone(),
            Source::Pml(parts) => CaptureId::of_parts(&parts.contents),
            _ => id,
        };
        Ok(self.open_unmeasured(name, options)?.with_source_bytes(bytes).with_id(id))
    }

    fn open_unmeasured(self, name: &str, options: &ReadOptions) -> Result<Capture<'a>, Error> {
        let packed = match self {
            Source::Pml(Parts { contents, losses, .. }) => {
                let encoding = SourceEncoding::default();
                return Capture::from_pml(name, contents, losses, options, encoding);
            }
            Source::ReadAt(source) => return Capture::from_read_at(name, source, options),
            Source::Stream(stream, _) => Packed::stream(stream, SourceEncoding::default()),
            Source::File(file) => {
                let failed = |error| Error::io(format!("{name} cannot be read"), error);
                Packed::file(file, &options.progress, options.unpacking()).map_err(failed)?
            }
        };
        Capture::from_bytes(name, packed, options)
    }
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
        let is_pml = parts::is_pml(&file).map_err(failed)?;
        if is_pml && (cfg!(feature = "mmap") || !parts::is_alone(path)) {
            // Its name is made of all its parts.
            let parts = parts::open_all(path, file, &options.progress).map_err(failed)?;
            return Ok(Input::of(path.display().to_string(), options, Source::Pml(parts)));
        }
        let id = match options.capture_id {
            Some(_) => None,
            None => CaptureId::of_file(&file).map_err(failed)?,
        };
        // On Windows, reading at an offset moves the place from which the next bytes are read.
        (&file).rewind().map_err(failed)?;
        if is_pml {
            let file = Counted { inner: file, progress: options.progress.clone() };
            let input =
                Input::of(path.display().to_string(), options, Source::ReadAt(Box::new(file)));
            return Ok(Input { id, ..input });
        }
        let name = path.display().to_string();
        let members = match starts_as_zip(&file).map_err(failed)? {
            true => Members::of_archive(&name, Archive::of_file(file, &options.limits))?,
            false => Members::One(Some(Source::File(file))),
        };
        Ok(Input { name, options: options.clone(), members, id })
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
        let id = id_of_seekable(&mut source).map_err(failed)?;
        source.rewind().map_err(failed)?;
        let members = if Compression::of(&head) == Some(Compression::Zip) {
            Members::of_archive(&name, Archive::of_seekable(Box::new(source), &options.limits))?
        } else {
            Members::One(Some(Source::Stream(Box::new(source), None)))
        };
        Ok(Input { name, options: options.clone(), members, id })
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
        let id = CaptureId::of_file(&source).map_err(failed)?;
        let input = match pml::is_pml(&head) {
            true => Input::of(name, options, Source::ReadAt(Box::new(source))),
            false => {
                let length = source.len();
                let input = Input::from_seekable(name, ReadAtStream::new(source), options)?;
                input.of_length(length)
            }
        };
        Ok(Input { id, ..input })
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
        let (head, all) = peek(Box::new(stream), PART).map_err(failed)?;
        if Compression::of(&head) == Some(Compression::Zip) {
            let bytes = held(all, options.limits.held).map_err(failed)?;
            return Input::from_seekable(name, Cursor::new(bytes), options);
        }
        let id = CaptureId::of_stream(&head);
        Ok(Input { id, ..Input::of(name, options, Source::Stream(all, None)) })
    }

    fn of(name: String, options: &ReadOptions, source: Source<'a>) -> Input<'a> {
        Input { name, options: options.clone(), members: Members::One(Some(source)), id: None }
    }

    /// The same, where it is a stream of this length.
    fn of_length(mut self, bytes: u64) -> Input<'a> {
        if let Members::One(Some(Source::Stream(_, length))) = &mut self.members {
            *length = Some(bytes);
        }
        self
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
            Members::One(_) => Vec::new(),
        }
    }

    /// Goes on behind this many further captures, which are not opened. Of an archive, these are
    /// members; beyond its end, there is no capture left.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let csv = &b"\"PID\"\r\n"[..];
    /// let mut input = Input::from_reader("a.csv", csv, &ReadOptions::new())?;
    /// input.pass_over_captures(1);
    /// assert!(input.next_capture().is_none());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn pass_over_captures(&mut self, count: usize) {
        match &mut self.members {
            Members::One(source) if count > 0 => *source = None,
            Members::One(_) => {}
            Members::Zip(_, next) => *next = next.saturating_add(count),
        }
    }

    /// The files beside the one that was opened from which the capture is read, too: the later
    /// parts of a native capture.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.pml");
    /// let input = Input::open(CAPTURE, &ReadOptions::new())?;
    /// assert!(input.later_parts().is_empty());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn later_parts(&self) -> &[PathBuf] {
        match &self.members {
            Members::One(Some(Source::Pml(parts))) => &parts.later,
            _ => &[],
        }
    }

    /// The one capture of the input.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let csv = "\"Operation\"\r\n\"ReadFile\"\r\n";
    /// let input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// assert_eq!(input.into_capture()?.events().count(), 1);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    ///
    /// # Errors
    /// As the capture that [`Input::next_capture`] gives; and
    /// [`ErrorKind::NotACapture`] for an archive that holds no file or more than one, and
    /// for an input whose captures were taken already.
    pub fn into_capture(self) -> Result<Capture<'a>, Error> {
        let Input { name, options, members, id } = self;
        let refused = |what: &str| Err(Error::not_a_capture(what).in_input(&name));
        match members {
            Members::One(Some(source)) => source.open(&name, &options, id),
            Members::One(None) | Members::Zip(_, 1..) => refused("its capture was taken already"),
            Members::Zip(archive, 0) => match archive.names().len() {
                0 => refused("an archive without a file"),
                1 => open_member((&archive, id.as_ref()), 0, &name, &options),
                count => {
                    refused(&format!("an archive of {count} files, where one capture is wanted"))
                }
            },
        }
    }

    /// The next capture of the input; `None` after the last one. A member of an archive
    /// that is not a capture gives an `Err`; the next call continues with the member
    /// after it.
    pub fn next_capture(&mut self) -> Option<Result<Capture<'a>, Error>> {
        let id = self.id.as_ref();
        match &mut self.members {
            Members::One(source) => {
                Some(source.take()?.open(&self.name, &self.options, id.cloned()))
            }
            Members::Zip(archive, next) => {
                let index = *next;
                archive.name(index)?;
                *next += 1;
                Some(open_member((archive, id), index, &self.name, &self.options))
            }
        }
    }
}

impl<'a> Members<'a> {
    fn of_archive(name: &str, archive: io::Result<Archive<'a>>) -> Result<Members<'a>, Error> {
        if !Compression::Zip.is_supported() {
            return Err(Compression::Zip.not_supported().in_input(name));
        }
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

/// The capture in a member of the archive that the input of this name is.
fn open_member<'a>(
    (archive, id): (&Archive<'a>, Option<&CaptureId>),
    index: usize,
    name: &str,
    options: &ReadOptions,
) -> Result<Capture<'a>, Error> {
    let packed = member(archive, index, options).map_err(|error| error.in_input(name))?;
    let member = archive.name(index).unwrap_or_default();
    let id = options.capture_id.as_ref().or(id).and_then(|id| id.of_member(member));
    Ok(Capture::from_bytes(&format!("{name}/{member}"), packed, options)?.with_id(id))
}

/// A member of an archive, decompressed on a separate thread where that helps and the options
/// allow it.
fn member<'a>(
    archive: &Archive<'a>,
    index: usize,
    options: &ReadOptions,
) -> Result<Packed<'a>, Error> {
    if options.unpacking() == Unpacking::InBackground
        && !archive.is_short(index)
        && let Some(bytes) = archive.open_apart(index, &options.progress)
        && let Ok(packed) = Packed::member_in_background(bytes?)
    {
        return Ok(packed);
    }
    Ok(Packed::member(archive.open(index, &options.progress)?))
}

/// The name that something has by its bytes, which can be sought.
fn id_of_seekable<R: Read + Seek>(source: &mut R) -> io::Result<Option<CaptureId>> {
    if !cfg!(feature = "capture-id") {
        return Ok(None);
    }
    let length = source.seek(SeekFrom::End(0))?;
    let mut part = |from: u64| {
        source.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        (&mut *source).take(PART as u64).read_to_end(&mut bytes)?;
        io::Result::Ok(bytes)
    };
    let head = part(0)?;
    let rest = length.saturating_sub(head.len() as u64).min(PART as u64);
    let tail = part(length - rest)?;
    Ok(CaptureId::of_ends(length, &head, &tail))
}

/// Whether a file begins as a zip archive does.
fn starts_as_zip(mut file: &File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(Compression::of(&head) == Some(Compression::Zip))
}

/// Opens a file that holds one capture: of any format, compressed or not, or in a zip archive
/// of its own. [`Input::open`] does the same for any number of captures, and with options.
///
/// ```
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
/// let mut capture = procmonkey_parser::open(path)?;
/// let mut denied = 0;
/// for event in capture.events() {
///     denied += u64::from(event?.result().as_deref() == Some("ACCESS DENIED"));
/// }
/// println!("{} events, {denied} without access", capture.events_read());
/// # assert_eq!(capture.events_read(), 4055);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
///
/// # Errors
/// As [`Input::open`] and [`Input::into_capture`].
pub fn open(path: impl AsRef<Path>) -> Result<Capture<'static>, Error> {
    Input::open(path, &ReadOptions::new())?.into_capture()
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}
