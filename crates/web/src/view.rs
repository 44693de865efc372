//! The rows of a capture that pass a filter: where they stand, and how far they are known.

use procmonkey_parser::{Clock, EventTime, ReadOptions};

use crate::cursor::Cursor;
use crate::places::Places;
use crate::since::milliseconds;
use crate::wanted::Wanted;

/// What is known of the rows of a view.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) capture: usize,
    pub(crate) wanted: Wanted,
    pub(crate) options: ReadOptions,
    pub(crate) places: Places,
    /// The clock of the capture, as far as it was read.
    pub(crate) clock: Clock,
    /// The time of the first event of the capture.
    pub(crate) first: Option<EventTime>,
    /// Where the first event begins, in a text whose rows can be read from any of them on.
    pub(crate) head: Option<u64>,
    /// What reads rows for the page; it goes on where it was.
    pub(crate) cursor: Option<Cursor>,
    /// The time of the last event that was read, in milliseconds since the first.
    pub(crate) end: f64,
}

impl View {
    /// How many milliseconds after the first event of the capture this time is.
    pub(crate) fn since(&self, time: &EventTime) -> Option<f64> {
        milliseconds(&self.clock, self.first, time)
    }

    /// How many rows there are, as far as the capture was read.
    pub(crate) fn rows(&self) -> u64 {
        self.places.rows()
    }
}
