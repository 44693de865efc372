//! The error of this crate.

use std::fmt;
use std::io;

/// Why a source gives no fact at all.
///
/// A damaged part of a source is never an `Error`: it is counted in the losses of
/// a [`Reading`](crate::Reading).
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<io::Error>,
}

/// What sort of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system could not open or read the source.
    Io,
    /// The source is of no kind that this crate reads.
    UnknownKind,
    /// The source is of a known kind, but too damaged to read.
    Damaged,
    /// The source was read, and does not hold what it should.
    NotFound,
    /// This system has no such source, or this crate was built without the feature that
    /// reads it.
    Unsupported,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Box::new(Inner { kind, message: message.into(), source: None }))
    }

    /// The error of a source that the caller could not read.
    pub fn from_io(source_name: &str, error: io::Error) -> Error {
        Error::io(source_name, error)
    }

    pub(crate) fn io(source_name: &str, error: io::Error) -> Error {
        let message = format!("{source_name}: {error}");
        Error(Box::new(Inner { kind: ErrorKind::Io, message, source: Some(error) }))
    }

    pub(crate) fn damaged(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Damaged, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::NotFound, message)
    }

    /// Names the source that the error is about.
    pub(crate) fn in_source(mut self, name: &str) -> Error {
        self.0.message = format!("{name}: {}", self.0.message);
        self
    }

    /// What sort of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
