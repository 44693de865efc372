//! Where a capture comes from, so that it can be opened as often as it is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use procmonkey_parser::{Capture, Input, ReadAt, ReadOptions};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes};

use crate::error::{Failure, Outcome};

/// A capture that can be opened again, and how it is read.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    place: Place,
    pub(crate) options: ReadOptions,
    /// The place of the capture in an archive, for one of several.
    member: Option<usize>,
}

#[derive(Clone, Debug)]
enum Place {
    Path(PathBuf),
    Bytes(SharedBytes, String),
}

/// Bytes that several readers share.
#[derive(Clone, Debug)]
struct SharedBytes(Arc<[u8]>);

impl ReadAt for SharedBytes {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        <[u8] as ReadAt>::read_at(&self.0, buffer, offset)
    }
}

/// What a capture is called that has no file.
const BYTES: &str = "<bytes>";

impl Source {
    /// From a path, from bytes, or from an open binary file, which is read to its end.
    pub(crate) fn of(from: &Bound<'_, PyAny>, options: ReadOptions) -> PyResult<Source> {
        Ok(Source { place: Place::of(from)?, options, member: None })
    }

    /// The file at this path.
    pub(crate) fn at(path: PathBuf, options: ReadOptions) -> Source {
        Source { place: Place::Path(path), options, member: None }
    }

    /// Opens the capture from its beginning.
    pub(crate) fn open(&self) -> Outcome<Capture<'static>> {
        self.open_with(&self.options)
    }

    pub(crate) fn open_with(&self, options: &ReadOptions) -> Outcome<Capture<'static>> {
        let mut input = self.input(options)?;
        let Some(member) = self.member else { return Ok(input.into_capture()?) };
        input.pass_over_captures(member);
        let name = self.name();
        let missing = || Failure::File(format!("{name}: the archive has fewer files"));
        Ok(input.next_capture().ok_or_else(missing)??)
    }

    /// The same, where bytes have a name of their own.
    pub(crate) fn named(mut self, name: Option<String>) -> Source {
        if let (Place::Bytes(_, own), Some(name)) = (&mut self.place, name) {
            *own = name;
        }
        self
    }

    /// The capture at this place of an archive.
    pub(crate) fn member(self, member: Option<usize>) -> Source {
        Source { member, ..self }
    }

    /// The same, read by nobody but the thread that opens it.
    pub(crate) fn on_one_thread(self) -> Source {
        Source { options: self.options.threads(1), ..self }
    }

    pub(crate) fn is_member(&self) -> bool {
        self.member.is_some()
    }

    /// The file that it is.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::Path(path) => Some(path),
            Place::Bytes(..) => None,
        }
    }

    /// How many bytes it has as it is stored, where that can be told.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match &self.place {
            Place::Path(path) => Some(path.metadata().ok()?.len()),
            Place::Bytes(bytes, _) => Some(bytes.len()),
        }
    }

    /// The input, which may be an archive of several captures.
    pub(crate) fn input(&self, options: &ReadOptions) -> Outcome<Input<'static>> {
        Ok(match &self.place {
            Place::Path(path) => Input::open(path, options)?,
            Place::Bytes(bytes, name) => Input::from_read_at(name, bytes.clone(), options)?,
        })
    }

    /// The name, as reports show it.
    pub(crate) fn name(&self) -> String {
        match &self.place {
            Place::Path(path) => path.display().to_string(),
            Place::Bytes(_, name) => name.clone(),
        }
    }

    /// The folder that this is; `None` for anything else.
    pub(crate) fn folder(&self) -> Option<&PathBuf> {
        match &self.place {
            Place::Path(path) if path.is_dir() => Some(path),
            _ => None,
        }
    }
}

impl Place {
    fn of(from: &Bound<'_, PyAny>) -> PyResult<Place> {
        if let Some(bytes) = bytes_of(from) {
            return Ok(Place::Bytes(bytes, BYTES.to_string()));
        }
        if let Ok(path) = from.extract::<PathBuf>() {
            return Ok(Place::Path(path));
        }
        if !from.hasattr("read")? {
            return Err(PyTypeError::new_err(
                "a capture is given as a path, as bytes, or as a file that was opened for reading \
                 in binary mode",
            ));
        }
        let name = from.getattr("name").and_then(|name| name.extract::<String>());
        let content = from.call_method0("read")?;
        let bytes = bytes_of(&content).ok_or_else(|| {
            Failure::Argument("the file has to be opened in binary mode, as with \"rb\"".into())
        })?;
        Ok(Place::Bytes(bytes, name.unwrap_or_else(|_| BYTES.to_string())))
    }
}

fn bytes_of(from: &Bound<'_, PyAny>) -> Option<SharedBytes> {
    if let Ok(bytes) = from.cast::<PyBytes>() {
        return Some(SharedBytes(bytes.as_bytes().into()));
    }
    let array = from.cast::<PyByteArray>().ok()?;
    Some(SharedBytes(array.to_vec().into()))
}
