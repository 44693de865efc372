//! The error of this crate.

use std::fmt;
use std::io;
use std::sync::Arc;

use super::losses::Position;

/// Why a capture cannot be read at all, or why a value from the caller is not valid.
///
/// A damaged record is never an `Error`: it is counted in [`Losses`](crate::Losses), and
/// reading continues.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    position: Option<Position>,
    source: Option<Arc<io::Error>>,
}

/// The kind of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system could not open or read the input.
    Io,
    /// The input is not a Procmon capture, or not a filter file where one is needed. The
    /// message says what it looks like.
    NotACapture,
    /// A format of Procmon, or a version of a format, that this version cannot read.
    Unsupported,
    /// The input is a Procmon capture, but too damaged to be read further.
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
            source: Some(Arc::new(source)),
        }))
    }

    /// The output of a writer cannot be written.
    pub(crate) fn written(source: io::Error) -> Error {
        Error::io("the output cannot be written", source)
    }

    pub(crate) fn not_a_capture(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::NotACapture, message)
    }

    pub(crate) fn invalid_value(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::InvalidValue, message)
    }

    /// Adds the name of the input to the message.
    pub(crate) fn in_input(mut self, name: &str) -> Error {
        self.0.message = format!("{name}: {}", self.0.message);
        self
    }

    pub(crate) fn at(mut self, position: Position) -> Error {
        self.0.position = Some(position);
        self
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where in the input it happened, if that is known.
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
        self.0.source.as_ref().map(|source| &**source as _)
    }
}

/// For functions that return [`io::Error`]. The kind is that of the operating system's
/// error where there is one, [`io::ErrorKind::InvalidInput`] for a value that cannot be
/// understood, else [`io::ErrorKind::InvalidData`]. The [`Error`] is its inner error.
///
/// ```
/// use std::io;
/// use procmonkey_parser::{Input, ReadOptions};
///
/// fn first_column(path: &str) -> io::Result<String> {
///     let mut input = Input::open(path, &ReadOptions::new())?;
///     let capture = input.next_capture().ok_or(io::ErrorKind::UnexpectedEof)??;
///     Ok(capture.columns().names().next().unwrap_or_default().to_string())
/// }
/// assert_eq!(first_column("no such file").unwrap_err().kind(), io::ErrorKind::NotFound);
/// ```
impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        let kind = match (&error.0.source, error.0.kind) {
            (Some(source), _) => source.kind(),
            (None, ErrorKind::InvalidValue) => io::ErrorKind::InvalidInput,
            (None, _) => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn an_error_becomes_one_of_io_and_keeps_its_message_and_cause() {
        let full = Error::written(io::ErrorKind::StorageFull.into());
        let copy = full.clone();
        let error = io::Error::from(full);
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(error.to_string(), copy.to_string());
        assert_eq!(copy.source().unwrap().to_string(), "no storage space");
        let kind = |error: Error| io::Error::from(error).kind();
        assert_eq!(kind(Error::invalid_value("a")), io::ErrorKind::InvalidInput);
        assert_eq!(kind(Error::not_a_capture("a")), io::ErrorKind::InvalidData);
    }
}
