//! The witnesses of a case, each at its place among the events.

use crate::guid::MachineGuid;
use crate::witness::Witness;

/// A fact from outside the captures, and its place among their events.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct WitnessEntry {
    /// The fact.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub witness: Witness,
    /// Its place; `None` for what has no time, or a time that cannot be compared.
    pub placed: Option<Placed>,
    /// Why it has no place, for a fact that has a time.
    pub unplaced: Option<String>,
    /// What follows from it and is not in its own text, such as an odd number of files.
    pub notes: Vec<String>,
    /// The files of a folder whose containers have a name that is known.
    pub keys: Vec<ListedKey>,
}

/// A key file of a folder, recognised by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Placed {
    /// Index into `captures`.
    pub capture: usize,
    /// The last event of the timeline that is not later; `None` in front of all.
    pub after_event: Option<u64>,
    /// Seconds since the first event of the capture.
    pub seconds: f64,
    /// What was assumed about the clocks.
    pub assumption: Option<String>,
}
