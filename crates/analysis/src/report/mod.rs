//! Everything that one analysis found. It is all that a renderer sees, and its
//! serialised form is the JSON report that `schemas/report.schema.json` describes.

mod accesses;
mod finding;
mod guid_access;
mod key_file_state;
mod verdict;

pub use accesses::{
    Actor, FailedOperation, FileAccess, FolderAccess, Holder, KeyAccesses, MasterKeyAccess,
    ProgramAccess, ProgramUse, ProviderSearch, Renaming,
};
pub use finding::{Confidence, Evidence, Finding, Severity};
pub use guid_access::{HardwareKeyAccess, HardwareStore, MachineGuidAccess};
pub use key_file_state::{KeyFileCondition, KeyFileState};
pub use verdict::CaseVerdict;

use serde::Serialize;

use crate::container::{ContainerName, NameSource, Provider};
use crate::guid::MachineGuid;
use crate::key_file::KeyFolder;
use crate::machine_guid::RegistryView;
use crate::phase::{Phase, PhaseSpan};
use crate::step::Step;
use crate::witness::Witness;

/// Version of the report's form. It grows when a field changes its meaning or
/// goes away; new fields do not change it.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of one case: one capture, or several that belong together.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Name and version of the program that made it.
    pub tool: String,
    /// The processes that were asked for; empty for all.
    pub processes_asked: Vec<String>,
    /// The captures, in the order in which they were given.
    pub captures: Vec<CaptureSummary>,
    /// The process instances that were followed.
    pub processes: Vec<ProcessSummary>,
    /// Each logical read of MachineGuid.
    pub machine_guid_reads: Vec<GuidRead>,
    /// Every step, in the order of captures and events.
    pub timeline: Vec<TimelineEntry>,
    /// Every key file that was touched or listed.
    pub key_files: Vec<KeyFileSummary>,
    /// The containers behind them, with the GUIDs that each was seen under.
    pub containers: Vec<ContainerSummary>,
    /// What any process did around key files: the witnesses of the findings.
    pub touches: KeyAccesses,
    /// What was told of the computer beside the captures, and where it stands on
    /// their timeline.
    pub witnesses: Vec<WitnessEntry>,
    /// How many witnesses are left out, because they are far from the captures and
    /// of other services, or too many.
    pub witnesses_left_out: u64,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What all of it comes to, in a few lines.
    pub verdict: CaseVerdict,
}

/// What a capture is in a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptureRole {
    /// What is to be judged.
    #[default]
    Case,
    /// A capture from when all was well: it bears witness and is not judged.
    Baseline,
}

/// A fact from outside the captures, and its place among their events.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WitnessEntry {
    /// The fact.
    #[serde(flatten)]
    pub witness: Witness,
    /// Where it stands; `None` for what has no time, or none that can be compared.
    pub placed: Option<Placed>,
    /// Why it has no place, for a fact that should have one.
    pub unplaced: Option<String>,
    /// What it says beyond its own words, such as an odd number of files.
    pub notes: Vec<String>,
    /// The files of a folder whose containers have a name that is known.
    pub keys: Vec<ListedKey>,
}

/// A key file of a folder, told by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListedKey {
    /// Index into the `files` of the folder.
    pub file: usize,
    /// Name of the container.
    pub container: String,
    /// GUID behind the underscore.
    pub guid: MachineGuid,
}

/// The place of a fact on the timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Placed {
    /// Index into `captures`.
    pub capture: usize,
    /// The last event of the timeline that is not later; `None` in front of all.
    pub after_event: Option<u64>,
    /// Seconds since the first event of the capture.
    pub seconds: f64,
    /// What was taken for granted about the clocks.
    pub assumption: Option<String>,
}

/// One capture of the case.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CaptureSummary {
    /// Path or name of the input.
    pub path: String,
    /// What it is in the case.
    pub role: CaptureRole,
    /// `csv`, `xml` or `pasted`.
    pub format: &'static str,
    /// Header texts of its columns.
    pub columns: Vec<String>,
    /// How many events were read.
    pub events_read: u64,
    /// How many of them the filter and the process selection kept.
    pub events_kept: u64,
    /// How many the filter could not decide on.
    pub events_undecided: u64,
    /// Time of the first event, as far as it is known.
    pub first_time: Option<String>,
    /// Time of the last event, as far as it is known.
    pub last_time: Option<String>,
    /// How well times are known: the best quality of any event.
    pub time_quality: &'static str,
    /// What could not be read.
    pub losses: LossSummary,
    /// The processes of the capture by number of events, most first. Events that
    /// do not name their process are counted under an empty name.
    pub processes: Vec<ProcessCount>,
    /// Attempts to read MachineGuid whose value the capture does not show.
    pub guid_reads_without_value: u64,
    /// Things a reader of the report should know about this capture.
    pub remarks: Vec<String>,
}

/// What could not be read of a capture.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LossSummary {
    /// How many losses there were.
    pub count: u64,
    /// How many things were of a kind that is not known, and kept as written.
    pub unknown: u64,
    /// The first of both.
    pub first: Vec<LossEntry>,
}

impl LossSummary {
    pub(crate) fn of(losses: &procmonkey_parser::Losses) -> LossSummary {
        let entry = |loss: &procmonkey_parser::Loss| LossEntry {
            kind: loss.kind.name(),
            byte: loss.position.byte,
            line: loss.position.line,
            record: loss.position.record,
            message: loss.message.clone(),
        };
        LossSummary {
            count: losses.count(),
            unknown: losses.unknown(),
            first: losses.iter().map(entry).collect(),
        }
    }
}

/// One loss.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LossEntry {
    /// Why, in one word.
    pub kind: &'static str,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProcessCount {
    /// Process Name.
    pub name: String,
    /// Number of events.
    pub events: u64,
}

/// One instance of a process: from its start to its exit, as far as the capture
/// shows them.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProcessSummary {
    /// Index into `captures`.
    pub capture: usize,
    /// Process Name, when it is known.
    pub name: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// The account that it runs as, when the capture tells it.
    pub account: Option<String>,
    /// First event of the instance.
    pub first_event: u64,
    /// Last event of the instance.
    pub last_event: u64,
    /// How many events it has.
    pub events: u64,
    /// Its phases, in the order in which they begin.
    pub phases: Vec<PhaseSpan>,
    /// The status that it ended with, when the capture shows it: 0 is success.
    pub exit_status: Option<i64>,
}

/// One logical read of MachineGuid: what a program asked for once, though the
/// capture may show it as up to four events.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GuidRead {
    /// Index into `captures`.
    pub capture: usize,
    /// Index into `processes`, when the process is one of those asked for.
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
    pub time_quality: &'static str,
}

/// How a key file's GUID relates to the MachineGuid in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuidSource {
    /// The value that the same process read last.
    ProcessRead,
    /// The only value that the capture shows.
    OnlyValue,
    /// The value that the user gave.
    Given,
    /// The value that the computer's registry holds, by a hive or an export of it.
    Registry,
}

/// How a step and the read before it belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Link {
    /// Index into `machine_guid_reads`.
    pub read: usize,
    /// How the two belong together.
    pub via: LinkVia,
    /// Seconds from the read to the step, when both times are known.
    pub elapsed_seconds: Option<f64>,
}

/// One step of the timeline.
#[derive(Clone, Debug, Serialize)]
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
    pub time_quality: &'static str,
    /// Seconds since the entry before, when both times are known.
    pub delta_seconds: Option<f64>,
    /// Index into `processes`, when the process is one of those asked for.
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
}

impl TimelineEntry {
    /// Whether a key file itself was in hand.
    pub(crate) fn uses_file(&self) -> bool {
        self.stem.is_some() && self.step.uses_file()
    }

    pub(crate) fn shows_value(&self) -> bool {
        matches!(self.step, Step::GuidRead | Step::GuidSet) && self.guid.is_some()
    }
}

/// What proves that a key file was made within the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CreationProof {
    /// CreateFile with `OpenResult: Created`.
    OpenResult,
    /// The first write that the capture shows is at offset 0, and the file was
    /// not opened as an existing one before.
    FirstWrite,
}

/// One key file of the case.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct KeyFileSummary {
    /// Index into `captures`.
    pub capture: usize,
    /// Path, as first seen.
    pub path: String,
    /// Folder.
    pub folder: KeyFolder,
    /// Hash of the container's name.
    pub stem: String,
    /// Name of the container, when it is known.
    pub container: Option<String>,
    /// GUID behind the underscore, as first seen.
    pub guid: MachineGuid,
    /// How it relates to the MachineGuid in effect.
    pub relation: GuidRelation,
    /// First event that touched or listed it.
    pub first_event: u64,
    /// Last event that touched or listed it.
    pub last_event: u64,
    /// Whether it was made within the capture.
    pub created: bool,
    /// What proves that.
    pub created_by: Option<CreationProof>,
    /// Event that proves it.
    pub created_event: Option<u64>,
    /// Length in bytes of the first write at offset 0.
    pub first_write_length: Option<u64>,
    /// Whether that is just the length of the container without keys; `None`
    /// when the name or the length is not known.
    pub first_write_is_empty_container: Option<bool>,
    /// Whether the file was there: opened, made, listed. False when it was only
    /// looked for in vain.
    pub exists: bool,
    /// Events of folder listings that name it.
    pub listed_by: Vec<u64>,
    /// Last event that shows that it was there; a deletion does not count.
    pub last_there: Option<u64>,
    /// What the capture shows last of it.
    pub state: Option<KeyFileState>,
    /// The steps taken on it, without repetition, in their order.
    pub steps: Vec<Step>,
}

/// One key container of the case.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ContainerSummary {
    /// Hash of the name.
    pub stem: String,
    /// The key system.
    pub provider: Provider,
    /// The name, when it is known.
    pub name: Option<String>,
    /// Where the name comes from.
    pub name_source: Option<NameSource>,
    /// Who uses it.
    pub owner: Option<String>,
    /// The GUIDs that its files were seen under, the one seen first in front.
    pub guids: Vec<ContainerGuid>,
}

impl ContainerSummary {
    /// A container that no file was seen of yet.
    pub(crate) fn new(
        stem: &str,
        provider: Provider,
        found: Option<&ContainerName>,
    ) -> ContainerSummary {
        ContainerSummary {
            stem: stem.to_string(),
            provider,
            name: found.map(|found| found.name.clone()),
            name_source: found.map(|found| found.source),
            owner: found.and_then(|found| match found.label.as_deref() {
                Some(label) => Some(label.to_string()),
                None => found.known().map(|known| known.owner.to_string()),
            }),
            guids: Vec::new(),
        }
    }
}

/// One GUID that a container was seen under.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ContainerGuid {
    /// The GUID, as first seen.
    pub guid: MachineGuid,
    /// Index into `captures` of the first sighting; `None` where only a witness has
    /// it.
    pub capture: Option<usize>,
    /// Event of the first sighting in a capture.
    pub event: Option<u64>,
    /// Indexes into `witnesses` of folder listings and audited operations that name
    /// the file.
    pub witnesses: Vec<usize>,
    /// Whether a file of this name was there, or was only looked for.
    pub exists: bool,
    /// Whether it was made within the case.
    pub created: bool,
    /// What is known last of the file; `None` where nothing shows it.
    pub state: Option<KeyFileState>,
}
