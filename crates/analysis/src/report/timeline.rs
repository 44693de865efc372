//! The reads of MachineGuid and the steps on key files.

use procmonkey_parser::TimeQuality;

use crate::guid::MachineGuid;
use crate::key_file::KeyFolder;
use crate::machine_guid::RegistryView;
use crate::phase::Phase;
use crate::step::Step;

/// One logical read of MachineGuid: what a program asked for once, though the
/// capture may show it as up to four events.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct GuidRead {
    /// Index into `captures`.
    pub capture: usize,
    /// Index into `processes`, when the process is one of those that are judged.
    pub process_index: Option<usize>,
    /// Process Name, when it is known.
    pub process: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// TID, when it is known.
    pub tid: Option<u32>,
    /// The events of the read.
    pub events: Vec<u64>,
    /// The value that was given.
    pub value: MachineGuid,
    /// Through which view of the registry.
    pub view: RegistryView,
    /// Whether it is the four-event read of the crypto provider.
    pub full_chain: bool,
    /// Time of the first event, as far as it is known.
    pub time: Option<String>,
    /// How well the time is known.
    pub time_quality: TimeQuality,
}

/// How a key file's GUID relates to the MachineGuid in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum GuidRelation {
    /// It is the same.
    Current,
    /// It is another.
    Other,
    /// No MachineGuid is known to be in effect.
    Unknown,
}

impl GuidRelation {
    /// The name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            GuidRelation::Current => "current",
            GuidRelation::Other => "other",
            GuidRelation::Unknown => "unknown",
        }
    }
}

/// Where the MachineGuid that is taken to be in effect comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum GuidSource {
    /// The value that the same process read last.
    ProcessRead,
    /// The only value that the capture shows.
    OnlyValue,
    /// The last value that any process read or set before, where the capture shows several.
    LastSeen,
    /// The value that the computer's registry holds, by a hive or an export of it.
    Registry,
}

/// How a step and the read before it belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum LinkVia {
    /// The same thread of the same process.
    Thread,
    /// The same process, another thread or threads unknown.
    Process,
    /// The capture does not say which process either belongs to.
    Capture,
}

impl LinkVia {
    /// The name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            LinkVia::Thread => "thread",
            LinkVia::Process => "process",
            LinkVia::Capture => "capture",
        }
    }
}

/// The read of MachineGuid that precedes a step.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Link {
    /// Index into `machine_guid_reads`.
    pub read: usize,
    /// How the two belong together.
    pub via: LinkVia,
    /// Seconds from the read to the step, when both times are known.
    pub elapsed_seconds: Option<f64>,
}

/// Notes that the words of a step say by themselves.
pub(crate) const OPENED_KNOWN: &str = "it existed, and was not created";
pub(crate) const OPENED_UNKNOWN: &str = "no OpenResult: whether it existed is not known";
/// How the note begins on a first write that is as long as a container without keys.
pub(crate) const EMPTY_CONTAINER: &str = "an empty container";

/// One step of the timeline.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TimelineEntry {
    /// Index into `captures`.
    pub capture: usize,
    /// Number of the event, from 1; for a read of several events the first.
    pub event: u64,
    /// When, as far as it is known.
    pub time: Option<String>,
    /// The time as the capture writes it.
    pub time_text: Option<String>,
    /// How well the time is known.
    pub time_quality: TimeQuality,
    /// Seconds since the entry before, when both times are known.
    pub delta_seconds: Option<f64>,
    /// Index into `processes`, when the process is one of those that are judged.
    pub process_index: Option<usize>,
    /// Process Name, when it is known.
    pub process: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// TID, when it is known.
    pub tid: Option<u32>,
    /// The phase of the process that the step belongs to.
    pub phase: Phase,
    /// What was done.
    pub step: Step,
    /// The path, as seen.
    pub path: String,
    /// The result, as seen.
    pub result: String,
    /// The GUID: of the key file's name, or the value that was read or set.
    pub guid: Option<MachineGuid>,
    /// How a key file's GUID relates to the MachineGuid in effect.
    pub relation: Option<GuidRelation>,
    /// Where that MachineGuid comes from.
    pub in_effect: Option<GuidSource>,
    /// Folder of the key file.
    pub folder: Option<KeyFolder>,
    /// Hash of the container's name.
    pub stem: Option<String>,
    /// Name of the container, when it is known.
    pub container: Option<String>,
    /// Offset in bytes of what was read or written.
    pub offset: Option<u64>,
    /// Length in bytes of what was read or written.
    pub length: Option<u64>,
    /// The new path of a renamed file.
    pub new_path: Option<String>,
    /// What the event means, where it is easily misread.
    pub note: Option<String>,
    /// Index into `machine_guid_reads` and elapsed time of the read before it.
    pub link: Option<Link>,
    /// Whether it failed in a way that matters to a key.
    pub failed: bool,
    /// The number of its mark in a drawing: steps on one file that follow each other at once
    /// have the same.
    pub group: u32,
    /// Indexes into `findings` of those that cite it.
    pub findings: Vec<usize>,
    /// Its events: several for a read of MachineGuid.
    pub events: Vec<u64>,
}

impl TimelineEntry {
    /// What was done, in a few words for a page. GUIDs and the container are left to the
    /// page.
    pub fn words(&self) -> String {
        let mut words = match self.step {
            Step::GuidRead => "MachineGuid read",
            Step::GuidMissing => "MachineGuid not found",
            Step::GuidSet => "MachineGuid set",
            Step::GuidRemoved => "MachineGuid deleted",
            Step::Probed => "looked for, not found",
            Step::Queried => "asked about",
            Step::Opened if self.note.as_deref() == Some(OPENED_UNKNOWN) => "opened or made",
            Step::Opened => "opened: it existed",
            Step::Created => "made",
            Step::Overwritten => "emptied",
            Step::Written => "written",
            Step::Read => "read",
            Step::Renamed => "renamed",
            Step::Deleted => "deleted",
            Step::Undeleted => "kept after all",
            Step::Denied => "access denied",
            Step::SharingViolation => "in use by another handle",
            Step::Collision => "not made: it exists",
            Step::Pending => "asked for, no answer yet",
            Step::Failed if self.stem.is_some() => "failed",
            Step::Failed => "MachineGuid: failed",
        }
        .to_string();
        if let (Some(length), Some(offset)) = (self.length, self.offset) {
            let noun = if length == 1 { "byte" } else { "bytes" };
            words.push_str(&format!(" {length} {noun}"));
            if offset > 0 {
                words.push_str(&format!(" at {offset}"));
            }
        }
        let said = [OPENED_KNOWN, OPENED_UNKNOWN];
        match self.note.as_deref() {
            Some(note) if note.starts_with(EMPTY_CONTAINER) => words.push_str(": no key in it yet"),
            Some(note) if !said.contains(&note) => words.push_str(&format!(": {note}")),
            _ => {}
        }
        if let Some(new_path) = &self.new_path {
            let name = new_path.rsplit('\\').next().unwrap_or(new_path);
            words.push_str(&format!(" to {name}"));
        }
        words
    }

    /// Whether it wrote as many bytes as a container without keys has.
    pub(crate) fn is_empty_container(&self) -> bool {
        self.note.as_deref().is_some_and(|note| note.starts_with(EMPTY_CONTAINER))
    }

    /// Whether a key file itself was used.
    pub(crate) fn uses_file(&self) -> bool {
        self.stem.is_some() && self.step.uses_file()
    }
}
