//! The captures of a case, what could not be read of them, and their processes.

use std::borrow::Cow;

use procmonkey_parser::{Format, Loss, LossKind, Losses, TimeQuality, UnknownKind};

use super::{ComputerMarks, EventDensity};
use crate::phase::PhaseSpan;

/// What a capture is in a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum CaptureRole {
    /// What is to be judged.
    #[default]
    Case,
    /// A capture from when all was well: it gives evidence and is not judged.
    Baseline,
}

/// One capture of the case.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CaptureSummary {
    /// Path or name of the input.
    pub path: String,
    /// What it is in the case.
    pub role: CaptureRole,
    /// Which format it has.
    pub format: Format,
    /// Header texts of its columns.
    pub columns: Vec<String>,
    /// How many events were read.
    pub events_read: u64,
    /// How many of them are of processes that are judged; of a process that was not asked
    /// for, those at the keys.
    pub events_kept: u64,
    /// How many the filter could not decide on.
    pub events_undecided: u64,
    /// Time of the first event, as far as it is known.
    pub first_time: Option<String>,
    /// Time of the last event, as far as it is known.
    pub last_time: Option<String>,
    /// How well times are known: the best quality of any event.
    pub time_quality: TimeQuality,
    /// What it says about the computer that it was made on.
    pub computer: ComputerMarks,
    /// What could not be read.
    pub losses: LossSummary,
    /// The processes of the capture by number of events, most first. Events that
    /// do not name their process are counted under an empty name.
    pub processes: Vec<ProcessCount>,
    /// Attempts to read MachineGuid whose value the capture does not show.
    pub guid_reads_without_value: u64,
    /// How many bytes the input has as it was given, packed or not; `None` for a stream and
    /// for a member of an archive.
    pub bytes: Option<u64>,
    /// A short name that it has by its bytes, the same for copies of it: see
    /// [`CaptureId`](crate::parser::CaptureId). `None` where the feature `capture-id` is not on.
    pub capture_id: Option<String>,
    /// The files that it was read from with their SHA-256, where that was asked for: several of a
    /// native log in several parts, and of what is packed, the file that is stored.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub stored_files: Vec<StoredFile>,
    /// How its events are spread over its time; `None` where its times do not say it.
    pub density: Option<EventDensity>,
    /// The compressions around it, the outermost first.
    pub packing: Vec<Cow<'static, str>>,
    /// Whether the time zone is known.
    pub zone: ZoneKnowledge,
    /// How many events the header of a native log in one file says that it has; `None` where
    /// nothing says it.
    pub events_expected: Option<u64>,
    /// Why reading ended before the end; `None` where it did not.
    pub broke_off: Option<String>,
    /// Things a reader of the report should know about this capture.
    pub remarks: Vec<String>,
}

/// Whether the time zone of a capture is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ZoneKnowledge {
    /// Times count in UTC.
    Utc,
    /// The zone is known, from the capture or from the user.
    Known,
    /// Times are those of a wall clock, of a zone that is not known.
    #[default]
    Unknown,
}

impl ZoneKnowledge {
    /// The same for people.
    pub fn words(self) -> &'static str {
        match self {
            ZoneKnowledge::Utc => "UTC",
            ZoneKnowledge::Known => "zone known",
            ZoneKnowledge::Unknown => "zone not known",
        }
    }
}

/// What could not be read of a capture.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LossSummary {
    /// How many losses there were.
    pub count: u64,
    /// How many things were of a kind that is not known, and kept as written.
    pub unknown: u64,
    /// The first losses, and the first of each kind that is not known.
    pub first: Vec<LossEntry>,
    /// The kinds that are not known, in the order in which they were met, at most 100.
    pub unknown_kinds: Vec<UnknownEntry>,
}

/// A kind of thing that is not known.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct UnknownEntry {
    /// Its names and numbers.
    pub what: String,
    /// How often it occurs.
    pub count: u64,
    /// Offset in bytes of the first one, from 0.
    pub byte: u64,
    /// The first event that has it, from 1.
    pub record: Option<u64>,
}

impl LossSummary {
    pub(crate) fn of(losses: &Losses) -> LossSummary {
        let entry = |loss: &Loss| LossEntry {
            kind: loss.kind,
            byte: loss.position.byte,
            line: loss.position.line,
            record: loss.position.record,
            message: loss.message.clone(),
        };
        let unknown = |kind: &UnknownKind| UnknownEntry {
            what: kind.what.clone(),
            count: kind.count,
            byte: kind.example.byte,
            record: kind.example.record,
        };
        LossSummary {
            count: losses.count(),
            unknown: losses.unknown(),
            first: losses.iter().map(entry).collect(),
            unknown_kinds: losses.unknown_kinds().iter().map(unknown).collect(),
        }
    }
}

/// One loss.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LossEntry {
    /// Why.
    pub kind: LossKind,
    /// Byte offset in the decoded text.
    pub byte: u64,
    /// Line, from 1, where the format has lines.
    pub line: Option<u64>,
    /// Record, from 1.
    pub record: Option<u64>,
    /// What was needed and what was there.
    pub message: String,
}

/// How many events a process has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ProcessCount {
    /// Process Name.
    pub name: String,
    /// Number of events.
    pub events: u64,
}

/// One instance of a process: from its start to its exit, as far as the capture
/// shows them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ProcessSummary {
    /// Index into `captures`.
    pub capture: usize,
    /// Process Name, when it is known.
    pub name: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// The account that it runs as, when the capture shows it.
    pub account: Option<String>,
    /// The account that it acted for, for the part of lsass.exe that opened the keys
    /// of that account.
    pub acts_for: Option<String>,
    /// Why it is judged.
    pub judged_as: JudgedAs,
    /// First event of the instance.
    pub first_event: u64,
    /// Last event of the instance.
    pub last_event: u64,
    /// How many events it has. Of a process that was not asked for, those at the keys.
    pub events: u64,
    /// Its phases, in the order in which they begin.
    pub phases: Vec<PhaseSpan>,
    /// The status that it ended with, when the capture shows it: 0 is success.
    pub exit_status: Option<i64>,
    /// When its first event was, as far as the capture shows it.
    pub first_time: Option<String>,
    /// When its last event was, as far as the capture shows it.
    pub last_time: Option<String>,
    /// The event in which it starts; `None` where the capture does not show it.
    pub starts: Option<u64>,
    /// The event in which it exits; `None` where the capture does not show it.
    pub exits: Option<u64>,
    /// Its first event on a file, of a process that was asked for; `None` where what it did with
    /// files is not in the capture.
    pub file_event: Option<u64>,
    /// Path of its image, as far as the capture shows it.
    pub image: Option<String>,
    /// Process Name of the process that started it, as far as the capture shows it.
    pub started_by: Option<String>,
}

/// Why a process is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum JudgedAs {
    /// It was asked for; or none was, and it is `inetinfo.exe`.
    Asked,
    /// It touched a key file or a key folder, or failed at MachineGuid.
    AtTheKeys,
}

/// A file as it lies on a disk, or came from standard input.
///
/// ```
/// use procmonkey_analysis::report::StoredFile;
///
/// let file = StoredFile::new("a.csv.gz", 20, "0".repeat(64));
/// assert_eq!((file.path.as_str(), file.bytes), ("a.csv.gz", 20));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StoredFile {
    /// Its path, or `standard input`.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256, in 64 hexadecimal digits.
    pub sha256: String,
}

impl StoredFile {
    /// A file with its digest.
    pub fn new(path: impl Into<String>, bytes: u64, sha256: impl Into<String>) -> StoredFile {
        StoredFile { path: path.into(), bytes, sha256: sha256.into() }
    }
}
