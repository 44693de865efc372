//! What rows have in common because they are of one process, kept for its next event.

use std::ops::Range;

use procmonkey_parser::{Column, Columns, Event};

use crate::fields::Field;

/// How many processes are kept.
const SLOTS: usize = 64;

/// The longest fields that are kept of a process, in bytes.
const LONGEST: usize = 16 * 1024;

/// Remembers what was made of the fields that say something of a process. In a CSV with all columns
/// they are more than half of a row, and the same for thousands of rows.
///
/// Only rows of a CSV as Procmon writes it are recognised. Of others nothing is known, and nothing
/// is kept.
#[derive(Debug, Default)]
pub(crate) struct ProcessMemo<T> {
    /// Where the fields stand in a row: ranges of neighbours.
    spans: Vec<Range<usize>>,
    pid: Option<usize>,
    slots: Vec<Slot<T>>,
}

/// The fields of one process as the CSV has them, and what was made of them.
#[derive(Debug, Default)]
struct Slot<T> {
    spans: Vec<Vec<u8>>,
    kept: T,
}

impl<T: Default> ProcessMemo<T> {
    /// A memory for these fields of rows with these columns.
    pub(crate) fn new(columns: &Columns, fields: &[Field]) -> ProcessMemo<T> {
        let mut places: Vec<usize> =
            fields.iter().filter_map(|field| columns.position(field.column)).collect();
        if places.is_empty() {
            return ProcessMemo::default();
        }
        places.sort_unstable();
        let mut spans: Vec<Range<usize>> = Vec::new();
        for place in places {
            match spans.last_mut().filter(|span| span.end == place) {
                Some(span) => span.end += 1,
                None => spans.push(place..place + 1),
            }
        }
        let slots = std::iter::repeat_with(Slot::default).take(SLOTS).collect();
        ProcessMemo { spans, pid: columns.position(Column::Pid), slots }
    }

    /// What was kept of an event with the same fields.
    pub(crate) fn known(&mut self, event: &Event) -> Option<&mut T> {
        let place = self.place_of(event);
        let slot = self.slots.get_mut(place)?;
        let is_known = slot.spans.len() == self.spans.len()
            && (self.spans.iter().zip(&slot.spans))
                .all(|(span, known)| event.span(span.clone()).is_some_and(|it| it == *known));
        is_known.then_some(&mut slot.kept)
    }

    /// The place for what is made of the fields of this event and of nothing else. It still holds
    /// what was kept of another process.
    pub(crate) fn keep(&mut self, event: &Event) -> Option<&mut T> {
        // What only the process list has is not in the row, and may differ where that is equal.
        if event.process().is_some() {
            return None;
        }
        let place = self.place_of(event);
        let slot = self.slots.get_mut(place)?;
        slot.spans.clear();
        let found = || self.spans.iter().map(|span| event.span(span.clone()));
        let length: Option<usize> = found().map(|span| span.map(<[u8]>::len)).sum();
        if length? > LONGEST {
            return None;
        }
        slot.spans.extend(found().flatten().map(<[u8]>::to_vec));
        Some(&mut slot.kept)
    }

    fn place_of(&self, event: &Event) -> usize {
        self.pid.and_then(|pid| event.span(pid..pid + 1)).map_or(0, slot_of)
    }
}

fn slot_of(pid: &[u8]) -> usize {
    let sum = pid.iter().fold(0usize, |sum, byte| sum.wrapping_mul(11) + usize::from(*byte));
    sum % SLOTS
}
