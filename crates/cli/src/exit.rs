//! What the exit status means.

use procmonkey_parser::ErrorKind;

/// The exit status of the program. The numbers are documented and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was read, and nothing was flagged.
    Clean = 0,
    /// A finding of severity warning or error.
    Flagged = 1,
    /// Wrong usage. The argument parser uses the same number.
    Usage = 2,
    /// No capture could be read, or a witness not at all; or the output could not be
    /// written.
    NoInput = 3,
    /// Something was lost on the way, or nothing could be judged, and nothing was flagged.
    Losses = 4,
}

/// What an error that ended the program means for the exit status.
pub(crate) fn of_error(error: &anyhow::Error) -> Exit {
    let parser_error = error.downcast_ref::<procmonkey_parser::Error>();
    match parser_error.map(procmonkey_parser::Error::kind) {
        Some(ErrorKind::InvalidValue) => Exit::Usage,
        _ if error.is::<crate::args::UsageError>() => Exit::Usage,
        _ => Exit::NoInput,
    }
}
