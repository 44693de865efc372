//! The witnesses of a case, each at its place among the events.

use std::borrow::Cow;

use super::LossSummary;
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

/// Something that facts were to be read from, beside the captures: an event log, a
/// hive, a folder.
///
/// ```
/// use procmonkey_analysis::parser::{LossKind, Losses, Position};
/// use procmonkey_analysis::report::WitnessSource;
///
/// let mut losses = Losses::default();
/// losses.add(LossKind::Truncated, Position::at_byte(4096), "the file ends here");
/// let mut source = WitnessSource::new("System.evtx", "event_log");
/// source.set_losses(&losses);
/// assert_eq!(source.losses.count, 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct WitnessSource {
    /// Path or name of it.
    pub path: String,
    /// As what it was given, such as `event_log` or `hive`.
    pub given_as: Cow<'static, str>,
    /// How many facts it gave.
    pub facts: u64,
    /// How many events it holds, also those that are not facts; 0 for what is not a log.
    pub events: u64,
    /// Why no fact was read from it: it could not be read, or does not hold what it
    /// should. `None` when there is nothing to explain.
    pub error: Option<String>,
    /// What of it could not be read.
    pub losses: LossSummary,
    /// Things a reader of the report should know about it, such as that an event log
    /// was copied while it was in use.
    pub remarks: Vec<String>,
}

impl WitnessSource {
    /// A source that nothing is known of yet. `given_as` is the name of what it was
    /// given as.
    pub fn new(path: impl Into<String>, given_as: &'static str) -> WitnessSource {
        WitnessSource {
            path: path.into(),
            given_as: given_as.into(),
            facts: 0,
            events: 0,
            error: None,
            losses: LossSummary::of(&procmonkey_parser::Losses::default()),
            remarks: Vec::new(),
        }
    }

    /// Says what could not be read of it.
    pub fn set_losses(&mut self, losses: &procmonkey_parser::Losses) {
        self.losses = LossSummary::of(losses);
    }
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
    /// When it happened, by the clock of the capture.
    pub time: Option<String>,
    /// Seconds since the first event of the capture.
    pub seconds: f64,
    /// What was assumed about the clocks.
    pub assumption: Option<String>,
}
