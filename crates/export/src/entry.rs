//! What a list of many captures says of each, and how its files are called: what `procmonkey batch` writes.

use std::error::Error as _;
use std::io;

use procmonkey_analysis::report::ReportSummary;
use procmonkey_parser::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What came of a file or a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntryStatus {
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

impl EntryStatus {
    /// Its name, as a manifest has it.
    pub fn name(self) -> &'static str {
        match self {
            EntryStatus::Read => "read",
            EntryStatus::Damaged => "damaged",
            EntryStatus::Unreadable => "unreadable",
            EntryStatus::Denied => "denied",
            EntryStatus::Gone => "gone",
            EntryStatus::Failed => "failed",
            EntryStatus::Empty => "empty",
            EntryStatus::NotACapture => "not_a_capture",
            EntryStatus::NotAFile => "not_a_file",
            EntryStatus::Part => "part",
            EntryStatus::InCase => "in_case",
            EntryStatus::Witness => "witness",
        }
    }

    /// The status of a capture that was read, by its report. What is lost of a witness does not count.
    pub fn of_report(summary: &ReportSummary) -> EntryStatus {
        match summary.is_whole {
            true => EntryStatus::Read,
            false => EntryStatus::Damaged,
        }
    }

    /// The status of a file that the system does not give.
    ///
    /// ```
    /// use std::io;
    ///
    /// use procmonkey_export::EntryStatus;
    ///
    /// let error = io::Error::from(io::ErrorKind::PermissionDenied);
    /// assert_eq!(EntryStatus::of_io(&error).name(), "denied");
    /// ```
    pub fn of_io(error: &io::Error) -> EntryStatus {
        match error.kind() {
            io::ErrorKind::PermissionDenied => EntryStatus::Denied,
            io::ErrorKind::NotFound => EntryStatus::Gone,
            _ => EntryStatus::Unreadable,
        }
    }

    /// The status of a file of this length that could not be opened as a capture.
    pub fn of_error(error: &Error, bytes: Option<u64>) -> EntryStatus {
        let cause = error.source().and_then(|it| it.downcast_ref::<io::Error>());
        match (error.kind(), cause) {
            (ErrorKind::Io, Some(cause)) => EntryStatus::of_io(cause),
            (ErrorKind::NotACapture, _) if bytes == Some(0) => EntryStatus::Empty,
            (ErrorKind::NotACapture, _) => EntryStatus::NotACapture,
            _ => EntryStatus::Unreadable,
        }
    }

    /// Whether it is a capture that was analysed.
    pub fn is_judged(self) -> bool {
        matches!(self, EntryStatus::Read | EntryStatus::Damaged)
    }

    /// Whether something of what was given is missing from the results.
    pub fn is_failure(self) -> bool {
        use EntryStatus::{Denied, Failed, Gone, Unreadable};

        matches!(self, Unreadable | Denied | Gone | Failed)
    }

    /// Whether another run may see something else in the same bytes.
    pub fn may_pass(self) -> bool {
        matches!(self, EntryStatus::Denied | EntryStatus::Gone | EntryStatus::Failed)
    }
}

/// What stands in place of an id where there is none.
pub const WITHOUT_ID: &str = "capture";

/// The name of the files of a capture, without their ends: its id, and a digest of where it lies, so that
/// copies stay apart. `key` is its path below the folder that was given, `member` the file in an archive.
///
/// ```
/// let name = procmonkey_export::entry_name(None, b"a.csv", None);
/// assert_eq!(name, "capture-f1cf715692dd44b62638a82374e8ca7d");
/// ```
pub fn entry_name(capture_id: Option<&str>, key: &[u8], member: Option<&str>) -> String {
    let place = match member {
        Some(member) => short_digest(&[key, member.as_bytes()]),
        None => short_digest(&[key]),
    };
    format!("{}-{place}", capture_id.unwrap_or(WITHOUT_ID))
}

/// The first 128 bits of the SHA-256 over these pieces, each behind its length, in hexadecimal
/// digits.
pub fn short_digest(pieces: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update((piece.len() as u64).to_le_bytes());
        hasher.update(piece);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// How many characters the name of a computer has at most in the name of a folder.
const LONGEST_HOST: usize = 60;

/// What a partition is called whose value is not known: readers of such folders take it as null.
const NOT_KNOWN: &str = "__HIVE_DEFAULT_PARTITION__";

/// Where the events of a capture are put: with those of the same computer and day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partition {
    /// The computer, where it is known. As much of a long name as the name of a folder has.
    pub host: Option<String>,
    /// The date of the first event, where it is known.
    pub date: Option<String>,
}

impl Partition {
    /// That of a capture with this report.
    pub fn of(summary: &ReportSummary) -> Partition {
        let host = summary.host.as_ref().map(|it| it.chars().take(LONGEST_HOST).collect());
        Partition { host, date: summary.date.clone() }
    }

    /// Its folder, as Hive writes it: `host=WEB01/date=2026-03-05`.
    pub fn folder(&self) -> String {
        let host = self.host.as_deref().map_or(NOT_KNOWN.to_string(), escaped);
        format!("host={host}/date={}", self.date.as_deref().unwrap_or(NOT_KNOWN))
    }
}

/// A value of a partition, as Hive writes it.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(byte.into()),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use procmonkey_analysis::{Case, CaseOptions};

    use super::*;

    fn folder(host: Option<&str>) -> String {
        let mut summary = Case::new(CaseOptions::new()).finish().summary();
        summary.host = host.map(str::to_string);
        Partition::of(&summary).folder()
    }

    #[test]
    fn a_name_of_a_computer_is_one_folder_whatever_is_in_it() {
        let date = "date=__HIVE_DEFAULT_PARTITION__";
        assert_eq!(folder(Some("WEB-03.local")), format!("host=WEB-03.local/{date}"));
        assert_eq!(folder(Some("../a b=ä")), format!("host=..%2Fa%20b%3D%C3%A4/{date}"));
        assert_eq!(folder(None), format!("host=__HIVE_DEFAULT_PARTITION__/{date}"));
        let long = format!("host={}/{date}", "%C3%A4".repeat(60));
        assert_eq!(folder(Some(&"ä".repeat(500))), long);
    }

    #[test]
    fn path_and_member_do_not_run_into_each_other() {
        let names = [
            entry_name(None, b"a", Some("b")),
            entry_name(None, b"ab", None),
            entry_name(None, b"a", None),
            entry_name(None, b"ab", Some("")),
            entry_name(Some("x"), b"a", None),
        ];
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn a_status_is_written_as_it_is_named() {
        use EntryStatus::*;

        for status in [
            Read,
            Damaged,
            Unreadable,
            Denied,
            Gone,
            Failed,
            Empty,
            NotACapture,
            NotAFile,
            Part,
            InCase,
            Witness,
        ] {
            let json = serde_json::to_string(&status).expect("JSON");
            assert_eq!(json, format!("\"{}\"", status.name()));
        }
    }
}
