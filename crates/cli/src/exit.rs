//! What the exit status means.

use procmonkey_analysis::Report;
use procmonkey_analysis::report::VerdictState;
use procmonkey_parser::ErrorKind;

use crate::args::FlagArgs;
use crate::inputs::ReadCounts;

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

/// What a report means for the exit status. `unread` is the number of witnesses that could not be
/// read at all.
pub(crate) fn of_report(report: &Report, flag: &FlagArgs, read: ReadCounts, unread: u64) -> Exit {
    let flagged = report.findings.iter().any(|finding| flag.counts(finding));
    let judged = report.verdict.state != VerdictState::NotJudged;
    match (flagged, judged, unread) {
        (true, true, _) => Exit::Flagged,
        (false, true, 0) if read.is_incomplete() => Exit::Losses,
        (false, true, 0) => Exit::Clean,
        // What was seen beside does not answer for the process that was asked for.
        (_, false, 0) => Exit::Losses,
        (_, _, _) => Exit::NoInput,
    }
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
