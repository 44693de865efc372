//! Rows of captures that are kept beside a report.

use super::CitedEvent;

/// Rows of the processes that are followed, in the order of captures and events. They are not
/// part of a report: a page shows them below it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EventRows {
    /// The rows.
    pub rows: Vec<CitedEvent>,
    /// How many further rows these processes have.
    pub left_out: u64,
}

impl EventRows {
    pub(crate) fn new(rows: Vec<CitedEvent>, left_out: u64) -> EventRows {
        EventRows { rows, left_out }
    }

    pub(crate) fn append(&mut self, other: EventRows) {
        self.rows.extend(other.rows);
        self.left_out += other.left_out;
    }
}
