//! What is known of one file or capture: a line of the manifest.

use std::io;

use procmonkey_analysis::report::VerdictState;
use procmonkey_analysis::{Report, Severity};
use procmonkey_parser::{Error, ErrorKind};
use serde::{Deserialize, Serialize};

use crate::exit::Exit;

/// The version of the manifest's form, and of the lines of progress.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// What came of a file or a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// Read from beginning to end.
    Read,
    /// A capture of which something could not be read; the rest was.
    Damaged,
    /// It could not be read as a capture at all, though it looks like one; or not from the disk.
    Unreadable,
    /// The system does not allow to read it.
    Denied,
    /// It went away while the folders were read.
    Gone,
    /// The program failed at it.
    Failed,
    /// A file of no bytes.
    Empty,
    /// A file of another kind.
    NotACapture,
    /// A pipe, a device, or a link to a folder.
    NotAFile,
    /// A later part of a native log, read with its first part.
    Part,
    /// Named in a case file, and read with the case.
    InCase,
    /// A witness of captures beside it.
    Witness,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Status::Read => "read",
            Status::Damaged => "damaged",
            Status::Unreadable => "unreadable",
            Status::Denied => "denied",
            Status::Gone => "gone",
            Status::Failed => "failed",
            Status::Empty => "empty",
            Status::NotACapture => "not_a_capture",
            Status::NotAFile => "not_a_file",
            Status::Part => "part",
            Status::InCase => "in_case",
            Status::Witness => "witness",
        }
    }

    pub(super) fn of_io(error: &io::Error) -> Status {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Status::Denied,
            io::ErrorKind::NotFound => Status::Gone,
            _ => Status::Unreadable,
        }
    }

    /// The status of a file of this length that could not be opened as a capture.
    pub(super) fn of_error(error: &Error, bytes: Option<u64>) -> Status {
        let cause = std::error::Error::source(error).and_then(|it| it.downcast_ref::<io::Error>());
        match (error.kind(), cause) {
            (ErrorKind::Io, Some(cause)) => Status::of_io(cause),
            (ErrorKind::NotACapture, _) if bytes == Some(0) => Status::Empty,
            (ErrorKind::NotACapture, _) => Status::NotACapture,
            _ => Status::Unreadable,
        }
    }

    /// Whether it is a capture that was analysed.
    pub(super) fn is_judged(self) -> bool {
        matches!(self, Status::Read | Status::Damaged)
    }

    /// Whether something of what was given is missing from the results.
    pub(super) fn is_failure(self) -> bool {
        matches!(self, Status::Unreadable | Status::Denied | Status::Gone | Status::Failed)
    }

    /// Whether another run may see something else in the same bytes.
    pub(super) fn may_pass(self) -> bool {
        matches!(self, Status::Denied | Status::Gone | Status::Failed)
    }
}

/// A finding, for counting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) signature: String,
    /// The worst of it.
    pub(super) severity: Severity,
    pub(super) findings: u64,
}

/// A place in the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) member: Option<String>,
}

/// A line of the manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) schema_version: u32,
    pub(super) path: String,
    /// The file in the archive.
    pub(super) member: Option<String>,
    pub(super) status: Status,
    /// The exit status that `analyze` has for it; null for what is no capture.
    pub(super) exit: Option<u8>,
    /// Of the file, as it is stored.
    pub(super) bytes: Option<u64>,
    pub(super) capture_id: Option<String>,
    pub(super) sha256: Option<String>,
    /// The first capture with the same id.
    pub(super) copy_of: Option<Place>,
    /// The report, below the folder of the output.
    pub(super) findings_path: Option<String>,
    /// The events, below the folder of the output.
    pub(super) events_path: Option<String>,
    pub(super) format: Option<String>,
    pub(super) events: Option<u64>,
    pub(super) losses: Option<u64>,
    /// Things of a kind that is not known, kept as written: zeros in a native log come out so.
    pub(super) unknown: Option<u64>,
    pub(super) broke_off: Option<String>,
    pub(super) verdict: Option<VerdictState>,
    pub(super) signatures: Vec<Found>,
    /// Of a case: its captures.
    pub(super) captures: Vec<String>,
    /// What was read beside it.
    pub(super) witnesses: Vec<String>,
    /// What it was read with.
    pub(super) belongs_to: Option<String>,
    pub(super) error: Option<String>,
    pub(super) version: String,
    /// A hash of the options that change results.
    pub(super) options: String,
}

impl Entry {
    pub(super) fn new(path: String, status: Status, options: &str) -> Entry {
        Entry {
            schema_version: SCHEMA_VERSION,
            path,
            member: None,
            status,
            exit: None,
            bytes: None,
            capture_id: None,
            sha256: None,
            copy_of: None,
            findings_path: None,
            events_path: None,
            format: None,
            events: None,
            losses: None,
            unknown: None,
            broke_off: None,
            verdict: None,
            signatures: Vec::new(),
            captures: Vec::new(),
            witnesses: Vec::new(),
            belongs_to: None,
            error: None,
            version: env!("CARGO_PKG_VERSION").to_string(),
            options: options.to_string(),
        }
    }

    /// Takes over what a report says.
    pub(super) fn set_report(&mut self, report: &Report, exit: Exit) {
        let own: Vec<_> = report
            .captures
            .iter()
            .filter(|it| it.role == procmonkey_analysis::report::CaptureRole::Case)
            .collect();
        // What is lost of a witness shows in the exit status.
        let is_whole = report.inputs_unread.is_empty()
            && own.iter().all(|it| it.losses.count == 0 && it.broke_off.is_none());
        self.status = if is_whole { Status::Read } else { Status::Damaged };
        self.exit = Some(exit as u8);
        self.events = Some(own.iter().map(|it| it.events_read).sum());
        self.losses = Some(own.iter().map(|it| it.losses.count).sum());
        self.unknown = Some(own.iter().map(|it| it.losses.unknown).sum());
        self.broke_off = own.iter().find_map(|it| it.broke_off.clone());
        self.format = own.first().map(|it| it.format.name().to_string());
        self.capture_id = own.first().and_then(|it| it.capture_id.clone());
        self.sha256 = match &own[..] {
            [one] => one.stored_files.first().map(|file| file.sha256.clone()),
            _ => None,
        };
        self.verdict = Some(report.verdict.state);
        for finding in &report.findings {
            let known = self.signatures.iter_mut().find(|it| it.signature == finding.signature);
            match known {
                Some(known) => {
                    known.severity = known.severity.max(finding.severity);
                    known.findings += 1;
                }
                None => self.signatures.push(Found {
                    signature: finding.signature.to_string(),
                    severity: finding.severity,
                    findings: 1,
                }),
            }
        }
        self.signatures.sort_by(|a, b| a.signature.cmp(&b.signature));
    }
}
