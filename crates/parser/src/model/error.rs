//! The error of this crate.

use std::fmt;
use std::io;

use super::losses::Position;

/// Why a capture cannot be read at all, or why a value given by the caller
/// makes no sense.
///
/// A damaged record is never an `Error`: it is counted in
/// [`Losses`](crate::Losses) and reading goes on.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    position: Option<Position>,
    source: Option<io::Error>,
}

/// What sort of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system could not open or read the input.
    Io,
    /// The input is no Procmon capture (or no filter file, where one is wanted); the
    /// message says what it looks like.
    NotACapture,
    /// A Procmon format or a version of one that this version cannot read.
    Unsupported,
    /// The input is a Procmon capture, but too damaged to go on.
    Damaged,
    /// A filter rule, time, zone or column name that cannot be understood.
    InvalidValue,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Box::new(Inner { kind, message: message.into(), position: None, source: None }))
    }

    pub(crate) fn io(message: impl Into<String>, source: io::Error) -> Error {
        Error(Box::new(Inner {
            kind: ErrorKind::Io,
            message: message.into(),
            position: None,
            source: Some(source),
        }))
    }

    pub(crate) fn not_a_capture(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::NotACapture, message)
    }

    pub(crate) fn invalid_value(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::InvalidValue, message)
    }

    /// Names the input that the error is about.
    pub(crate) fn in_input(mut self, name: &str) -> Error {
        self.0.message = format!("{name}: {}", self.0.message);
        self
    }

    pub(crate) fn at(mut self, position: Position) -> Error {
        self.0.position = Some(position);
        self
    }

    /// What sort of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where in the input it happened, when that is known.
    pub fn position(&self) -> Option<Position> {
        self.0.position
    }

    /// Whether the operating system could not open or read the input.
    pub fn is_io(&self) -> bool {
        self.0.kind == ErrorKind::Io
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(position) = self.0.position {
            write!(f, " ({position})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("position", &self.0.position)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
