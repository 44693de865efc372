//! Rows that a report may refer to, in bounded memory.

use std::collections::{BTreeMap, HashSet};

use procmonkey_parser::{Column, Event};

use super::{EventRef, event_ref};

/// How many rows are kept before those are let go that nothing refers to.
const MOST: usize = 2_048;

/// How many characters of Detail are kept. A listing of a folder can be very long.
const LONGEST_DETAIL: usize = 4096;

/// One row as the capture has it.
#[derive(Clone, Debug)]
pub(crate) struct RawRow {
    pub(crate) at: EventRef,
    pub(crate) operation: String,
    pub(crate) path: String,
    pub(crate) result: String,
    pub(crate) detail: String,
    pub(crate) detail_left_out: u64,
}

/// The rows of one capture that were kept, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    kept: BTreeMap<u64, RawRow>,
    /// Where the next clearing is due.
    due: usize,
}

impl Rows {
    /// Keeps a row, whose Operation and Path the caller has read already.
    pub(super) fn keep(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let text = |column| event.get(column).unwrap_or_default().into_owned();
        let mut detail = text(Column::Detail);
        let end = detail.char_indices().nth(LONGEST_DETAIL).map(|(place, _)| place);
        let left_out = end.map_or(0, |end| detail[end..].chars().count() as u64);
        detail.truncate(end.unwrap_or(detail.len()));
        let row = RawRow {
            at: event_ref(event, instance),
            operation: operation.to_string(),
            path: path.to_string(),
            result: text(Column::Result),
            detail,
            detail_left_out: left_out,
        };
        self.kept.insert(event.number(), row);
    }

    /// Whether so many rows are kept that those should be let go that nothing refers to.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= self.due.max(MOST)
    }

    /// Lets the rows go that nothing refers to.
    pub(super) fn clear_except(&mut self, needed: &HashSet<u64>) {
        self.kept.retain(|number, _| needed.contains(number));
        self.due = self.kept.len() * 2;
    }

    /// The rows, in the order of their numbers.
    pub(crate) fn list(&self) -> impl Iterator<Item = &RawRow> {
        self.kept.values()
    }
}
