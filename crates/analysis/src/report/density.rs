//! How the events of a capture are spread over its time.

/// How the events of a capture are spread over the time from its first to its last event: what
/// a strip of bars shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct EventDensity {
    /// How many stretches of the same length the time is divided into.
    pub bins: usize,
    /// How many events fall into each stretch.
    pub all: Vec<u64>,
    /// How many of them are of processes that were asked for; of `inetinfo.exe`, where none was.
    pub followed: Vec<u64>,
    /// What the numbers stand on.
    pub basis: DensityBasis,
}

/// What the numbers of a density stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum DensityBasis {
    /// The time of every event.
    EveryEvent,
    /// The times of some events. Those between two of them are taken to be spread evenly: most
    /// events of other processes are counted and not read.
    SomeEvents,
}
