//! An input: a file, a stream or an archive, and the captures in it.

use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use super::Capture;
#[cfg(feature = "zip")]
use super::archive::Archive;
use super::options::ReadOptions;
use super::parts::{self, Parts};
use crate::input::decode::{ByteStream, Compression, peek};
use crate::input::{Content, Packed, ReadAt, ReadAtStream, SourceEncoding, read_range};
use crate::model::{Counted, Error};
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
    /// One capture, until it is taken.
    One(Option<Source<'a>>),
    #[cfg(feature = "zip")]
    Zip(Box<Archive<'a>>),
}

/// Where the bytes of one capture come from.
enum Source<'a> {
    Stream(ByteStream<'a>),
    /// A plain file, which may be mapped into memory.
    File(File),
    /// The parts of one native capture.
    Pml(Vec<Content>),
    /// A native capture that is read piece by piece.
    ReadAt(Box<dyn ReadAt + 'a>),
}

impl<'a> Source<'a> {
    fn open(self, name: &str, options: &ReadOptions) -> Result<Capture<'a>, Error> {
        let packed = match self {
            Source::Pml(parts) => {
                return Capture::from_pml(name, parts, options, SourceEncoding::default());
            }
            Source::ReadAt(source) => return Capture::from_read_at(name, source, options),
            Source::Stream(stream) => Packed::stream(stream, SourceEncoding::default()),
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
        if parts::is_pml(&file).map_err(failed)? {
            let source = match parts::open_all(path, file, &options.progress).map_err(failed)? {
                Parts::InMemory(parts) => Source::Pml(parts),
                Parts::Unmapped(file) => Source::ReadAt(Box::new(file)),
            };
            return Ok(Input::of(path.display().to_string(), options, source));
        }
        let name = path.display().to_string();
        let inner = file.try_clone().map_err(failed)?;
        let counted = Counted { inner, progress: options.progress.clone() };
        let mut input = Input::from_seekable(name, counted, options)?;
        match &mut input.members {
            #[cfg(feature = "zip")]
            Members::Zip(archive) => archive.unpack_from(file),
            Members::One(source) => *source = Some(Source::File(file)),
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
            #[cfg(feature = "zip")]
            {
                Members::Zip(Box::new(Archive::open(source, &name)?))
            }
            #[cfg(not(feature = "zip"))]
            return Err(Compression::Zip.not_supported().in_input(&name));
        } else {
            Members::One(Some(Source::Stream(Box::new(source))))
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
            return Ok(Input::of(name, options, Source::ReadAt(Box::new(source))));
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
        Ok(Input::of(name, options, Source::Stream(all)))
    }

    fn of(name: String, options: &ReadOptions, source: Source<'a>) -> Input<'a> {
        Input { name, options: options.clone(), members: Members::One(Some(source)) }
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
        match &mut self.members {
            #[cfg(feature = "zip")]
            Members::Zip(archive) => archive.members(),
            Members::One(_) => Vec::new(),
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
    /// [`ErrorKind::NotACapture`](crate::ErrorKind::NotACapture) for an archive that holds no
    /// file or more than one, and for an input whose captures were taken already.
    pub fn into_capture(self) -> Result<Capture<'a>, Error> {
        let Input { name, options, members } = self;
        match members {
            #[cfg(feature = "zip")]
            Members::Zip(archive) => archive.into_capture(&name, &options),
            Members::One(source) => match source {
                Some(source) => source.open(&name, &options),
                None => Err(Error::not_a_capture("its capture was taken already").in_input(&name)),
            },
        }
    }

    /// The next capture of the input; `None` after the last one. A member of an archive
    /// that is not a capture gives an `Err`; the next call continues with the member
    /// after it.
    pub fn next_capture(&mut self) -> Option<Result<Capture<'_>, Error>> {
        match &mut self.members {
            Members::One(source) => Some(source.take()?.open(&self.name, &self.options)),
            #[cfg(feature = "zip")]
            Members::Zip(archive) => archive.next_capture(&self.name, &self.options),
        }
    }
}

/// Opens a file that holds one capture: of any format, compressed or not, or in a zip archive
/// of its own. [`Input::open`] does the same for any number of captures, and with options.
///
/// ```
/// # fn main() -> Result<(), procmonkey_parser::Error> {
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
/// let mut capture = procmonkey_parser::open(path)?;
/// let mut failed = 0;
/// for event in capture.events() {
///     failed += u64::from(event?.result().as_deref() == Some("ACCESS DENIED"));
/// }
/// println!("{} events, {failed} without access", capture.events_read());
/// # assert_eq!(capture.events_read(), 4055);
/// # Ok(())
/// # }
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
