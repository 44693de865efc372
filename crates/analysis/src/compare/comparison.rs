//! What two captures differ in, as data. Its serialised form is the JSON that
//! `schemas/compare.schema.json` describes.

use std::borrow::Cow;

use crate::guid::MachineGuid;
use crate::phase::{Phase, PhaseSpan};
use crate::report::{CaptureSummary, Confidence, GuidSign, Severity, TimelineEntry};

/// Version of the form of a comparison. It grows when a field changes its meaning
/// or goes away.
pub const SCHEMA_VERSION: u32 = 2;

/// What two captures differ in.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Comparison {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Name and version of the program that made it.
    pub tool: String,
    /// The good capture; `None` where its report has none.
    pub good: Option<CaptureSummary>,
    /// The bad capture; `None` where its report has none.
    pub bad: Option<CaptureSummary>,
    /// The result of the comparison.
    pub outcome: Outcome,
    /// The result in a few words: where the two part.
    pub headline: String,
    /// What is alike and what differs first, in a few sentences. GUIDs that have a letter in
    /// `guid_signs` are called by it.
    pub lead: String,
    /// What is wrong with the bad capture, seen by itself; `None` where that is no warning and
    /// no error.
    pub bad_finding: Option<ComparedFinding>,
    /// The letters that GUIDs have on every page: the same GUID has one letter in both captures.
    pub guid_signs: Vec<GuidSign>,
    /// Why something could not be compared, and what weakens the result.
    pub remarks: Vec<String>,
    /// The start-ups that were compared, one for each process name.
    pub start_ups: Vec<StartUp>,
    /// The values of MachineGuid that the followed processes read, where they differ.
    pub machine_guids: Option<GuidDifference>,
    /// The key containers that were used in another way or under another GUID.
    pub containers: Vec<ContainerDifference>,
    /// The names of processes that only one of the captures has. They do not count:
    /// what else runs differs between any two captures.
    pub processes: Option<Difference>,
}

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Outcome {
    /// Nothing differs that matters.
    Same,
    /// Something differs that matters.
    Different,
    /// The captures cannot be compared; the remarks say why.
    NotComparable,
}

/// One process name, with the start-up of it that was taken from either capture.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StartUp {
    /// Process Name, when it is known.
    pub process: Option<String>,
    /// The instance of the good capture.
    pub good: InstanceSummary,
    /// The instance of the bad capture.
    pub bad: InstanceSummary,
    /// Phases that only one of the two reached; `None` unless both captures show the start.
    pub phases: Option<PhaseDifference>,
    /// The first divergence of the bad start-up from the good one.
    pub divergence: Option<Divergence>,
    /// How many further differences matter; most follow from the first.
    pub further: u64,
    /// How many differences healthy starts have too, such as other files read.
    pub minor: u64,
    /// Those differences, in the order in which the bad start-up comes to them: the further
    /// ones, and as many of the minor ones as there is room for.
    pub differences: Vec<ActionDifference>,
    /// How many differences are counted in `further` and `minor` and are not in `differences`.
    pub differences_left_out: u64,
    /// How many different actions with their results both have.
    pub common: u64,
    /// The same by the phases that the actions mark, in the order of phases; those that mark none
    /// stand last.
    pub common_by_phase: Vec<PhaseCount>,
}

/// How many actions of one phase both start-ups have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PhaseCount {
    /// The phase that the actions mark; `None` for those that mark none.
    pub phase: Option<Phase>,
    /// How many different actions with their results.
    pub actions: u64,
}

/// How much a difference behind the first one matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum DifferenceWeight {
    /// It matters; most such differences follow from the first one.
    Further,
    /// Healthy starts have it, too.
    Minor,
}

/// A difference behind the first one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ActionDifference {
    /// How much it matters.
    pub weight: DifferenceWeight,
    /// What kind.
    pub kind: DivergenceKind,
    /// The phase that the action marks, where it marks one.
    pub phase: Option<Phase>,
    /// What the good one does; `None` where it does not do it.
    pub good: Option<TrailAction>,
    /// What the bad one does; `None` where it does not do it.
    pub bad: Option<TrailAction>,
}

/// A finding of the bad capture, seen by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ComparedFinding {
    /// Id of the signature.
    pub signature: Cow<'static, str>,
    /// Its title.
    pub title: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether the good capture has a finding of the same signature and severity: then it does
    /// not explain the difference by itself.
    pub also_in_good: bool,
}

/// Values of MachineGuid that were read on one side only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct GuidDifference {
    /// On the good side only.
    pub good: Vec<ComparedRead>,
    /// On the bad side only.
    pub bad: Vec<ComparedRead>,
}

/// The first read of a value of MachineGuid in one capture.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ComparedRead {
    /// The value.
    pub guid: MachineGuid,
    /// The event that gave it.
    pub event: u64,
    /// When, as far as it is known.
    pub time: Option<String>,
    /// Process Name, when it is known.
    pub process: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
}

/// The instance of a process that was compared.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct InstanceSummary {
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// Number of its first event.
    pub first_event: u64,
    /// Number of its last event.
    pub last_event: u64,
    /// How many events it has.
    pub events: u64,
    /// Whether the capture shows its beginning.
    pub starts: bool,
    /// Whether the capture shows its end.
    pub exits: bool,
    /// How many instances of this name there are, this one included.
    pub of_instances: u64,
    /// When its first event was, as far as the capture shows it.
    pub first_time: Option<String>,
    /// When its last event was, as far as the capture shows it.
    pub last_time: Option<String>,
    /// The status that it ended with, when the capture shows it: 0 is success.
    pub exit_status: Option<i64>,
    /// Its phases, in the order in which they begin.
    pub phases: Vec<PhaseSpan>,
    /// Its steps at MachineGuid and at key files. Their `process_index` and `link` are `None` and
    /// their `findings` are empty, because what these point to is not in a comparison.
    pub timeline: Vec<TimelineEntry>,
}

/// The kind of a divergence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum DivergenceKind {
    /// Both do it, with another result.
    OtherResult,
    /// Only the good one does it.
    OnlyGood,
    /// Only the bad one does it.
    OnlyBad,
}

/// Where a start-up differs from another.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Divergence {
    /// What kind.
    pub kind: DivergenceKind,
    /// The phase that the action marks, where it marks one.
    pub phase: Option<Phase>,
    /// What the good one does.
    pub good: Side,
    /// What the bad one does.
    pub bad: Side,
}

/// One side of a divergence.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Side {
    /// The action; `None` when this side does not do it.
    pub action: Option<TrailAction>,
    /// What the same thread did before it, oldest first; where the action is missing,
    /// what the process did.
    pub before: Vec<TrailAction>,
    /// What the same thread did after it.
    pub after: Vec<TrailAction>,
}

/// An action of a process, where it was first seen with this result.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TrailAction {
    /// Number of the event.
    pub event: u64,
    /// When, as far as it is known.
    pub time: Option<String>,
    /// TID, when it is known.
    pub tid: Option<u32>,
    /// Operation.
    pub operation: String,
    /// Path, as seen.
    pub path: String,
    /// Result, with the part of Detail that decides: `SUCCESS (Opened)`. A number whose text
    /// is known is given by its text.
    pub result: String,
    /// Hash of the container's name, for an action on a key file.
    pub stem: Option<String>,
    /// Name of that container, when it is known.
    pub container: Option<String>,
    /// The GUID: of the key file's name, or the value of MachineGuid that was read or set.
    pub guid: Option<MachineGuid>,
    /// How often it was done with this result.
    pub count: u64,
    /// Whether the other capture has it with the same result.
    pub common: bool,
}

/// What is there on one side only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Difference {
    /// On the good side only.
    pub good: Vec<String>,
    /// On the bad side only.
    pub bad: Vec<String>,
}

/// Phases that one start-up reached and the other did not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PhaseDifference {
    /// The good one only.
    pub good: Vec<Phase>,
    /// The bad one only.
    pub bad: Vec<Phase>,
}

/// A key container that was not used in the same way.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ContainerDifference {
    /// Hash of the name.
    pub stem: String,
    /// The name, when it is known.
    pub name: Option<String>,
    /// In the good capture.
    pub good: ContainerState,
    /// In the bad capture.
    pub bad: ContainerState,
    /// Whether both captures show its use, and it was another file, or one was made,
    /// changed or refused. One that is only listed, or not there, proves nothing.
    pub matters: bool,
}

/// What a capture shows of a key container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ContainerState {
    /// The GUIDs that its files were seen under.
    pub guids: Vec<String>,
    /// The steps of the followed processes on it, each with its result, once.
    pub steps: Vec<String>,
}
