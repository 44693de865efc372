//! Errors on their way to Python.

use std::fmt;

use procmonkey_parser::{Error, ErrorKind, Position};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Why something failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library says so.
    Parser(Error),
    /// An argument cannot be used.
    Argument(String),
    /// A file cannot be opened or read.
    File(String),
    /// Python says so.
    Python(PyErr),
}

pub(crate) type Outcome<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Parser(error)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Failure {
        Failure::Python(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Parser(error) => match std::error::Error::source(error) {
                Some(cause) => write!(out, "{error}: {cause}"),
                None => write!(out, "{error}"),
            },
            Failure::Argument(message) | Failure::File(message) => out.write_str(message),
            Failure::Python(error) => write!(out, "{error}"),
        }
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> PyErr {
        let (kind, position) = match &failure {
            Failure::Parser(error) => (name(error.kind()), error.position()),
            Failure::Argument(_) => ("invalid_value", None),
            Failure::File(_) => ("io", None),
            Failure::Python(_) => ("other", None),
        };
        match failure {
            Failure::Python(error) => error,
            failure => raise(kind, &failure.to_string(), position),
        }
    }
}

fn name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Io => "io",
        ErrorKind::NotACapture => "not_a_capture",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::Damaged => "damaged",
        ErrorKind::InvalidValue => "invalid_value",
        _ => "other",
    }
}

/// An instance of `procmonkey.Error`.
fn raise(kind: &str, message: &str, position: Option<Position>) -> PyErr {
    Python::attach(|py| {
        let made = || -> PyResult<Bound<'_, PyAny>> {
            let class = py.import("procmonkey._error")?.getattr("Error")?;
            let fields = PyDict::new(py);
            fields.set_item("kind", kind)?;
            fields.set_item("byte", position.map(|it| it.byte))?;
            fields.set_item("line", position.and_then(|it| it.line))?;
            fields.set_item("record", position.and_then(|it| it.record))?;
            class.call((message,), Some(&fields))
        };
        match made() {
            Ok(error) => PyErr::from_value(error),
            Err(_) => PyRuntimeError::new_err(message.to_string()),
        }
    })
}
