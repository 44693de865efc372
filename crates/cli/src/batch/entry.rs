//! What is known of one file or capture: a line of the manifest.

use procmonkey_analysis::Report;
use procmonkey_analysis::report::{CaptureRole, SignatureCount, VerdictState};
use procmonkey_export::EntryStatus;
use serde::{Deserialize, Serialize};

use crate::exit::Exit;

/// The version of the manifest's form, and of the lines of progress.
pub(super) const SCHEMA_VERSION: u32 = 1;

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
    pub(super) status: EntryStatus,
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
    pub(super) signatures: Vec<SignatureCount>,
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
    pub(super) fn new(path: String, status: EntryStatus, options: &str) -> Entry {
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
        let summary = report.summary();
        // What is lost of a witness shows in the exit status.
        self.status = EntryStatus::of_report(&summary);
        self.exit = Some(exit as u8);
        self.events = Some(summary.events);
        self.losses = Some(summary.losses);
        self.unknown = Some(summary.unknown);
        self.broke_off = summary.broke_off;
        self.format = summary.format.map(str::to_string);
        self.capture_id = summary.capture_id;
        let own = report.captures.iter().filter(|it| it.role == CaptureRole::Case);
        self.sha256 = match &own.collect::<Vec<_>>()[..] {
            [one] => one.stored_files.first().map(|file| file.sha256.clone()),
            _ => None,
        };
        self.verdict = Some(summary.verdict);
        self.signatures = summary.signatures;
    }
}
