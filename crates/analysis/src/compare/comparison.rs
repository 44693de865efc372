//! What two captures differ in, as data. Its serialised form is the JSON that
//! `schemas/compare.schema.json` describes.

use crate::phase::Phase;

/// Version of the form of a comparison. It grows when a field changes its meaning
/// or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// What two captures differ in.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Comparison {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Name and version of the program that made it.
    pub tool: String,
    /// Name of the good capture.
    pub good: String,
    /// Name of the bad capture.
    pub bad: String,
    /// The result of the comparison.
    pub outcome: Outcome,
    /// Why something could not be compared, and what weakens the result.
    pub remarks: Vec<String>,
    /// The start-ups that were compared, one for each process name.
    pub start_ups: Vec<StartUp>,
    /// The values of MachineGuid that the followed processes read, where they differ.
    pub machine_guids: Option<Difference>,
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
    /// How many different actions with their results both have.
    pub common: u64,
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
