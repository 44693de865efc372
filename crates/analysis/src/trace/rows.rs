//! Rows that a report may refer to, in bounded memory.

use std::borrow::Cow;

use procmonkey_parser::{Column, Event};

use super::{EventRef, event_ref};

/// How many rows are kept before those are let go that nothing refers to.
const MOST: usize = 512;

/// How many characters of Detail are kept. A listing of a folder can be very long.
const LONGEST_DETAIL: usize = 4096;

/// The most bytes of an event that is kept as it is. The texts of a larger one are read at
/// once, and cut.
const LARGEST: usize = 8192;

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

/// A row that may be cited. Few are, so the texts are read as late as can be.
#[derive(Clone, Debug)]
enum Kept {
    Unread(Event, Option<usize>),
    Read(RawRow),
}

/// The rows of one capture that were kept, in the order of their numbers.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    kept: Vec<(u64, Kept)>,
    /// Events that were let go, whose memory the next ones take.
    spare: Vec<Event>,
    /// Where the next clearing is due.
    due: usize,
}

impl Rows {
    /// Keeps a row.
    pub(super) fn keep(&mut self, event: &Event, instance: Option<usize>) {
        let number = event.number();
        let place = match self.kept.last() {
            Some((last, _)) if *last >= number => {
                match self.kept.binary_search_by_key(&number, |row| row.0) {
                    Ok(_) => return,
                    Err(place) => place,
                }
            }
            _ => self.kept.len(),
        };
        let row = match event.memory() {
            ..=LARGEST => {
                let mut copy = self.spare.pop().unwrap_or_default();
                copy.clone_from(event);
                Kept::Unread(copy, instance)
            }
            _ => Kept::Read(RawRow::of(event, instance)),
        };
        self.kept.insert(place, (number, row));
    }

    /// Whether so many rows are kept that those should be let go that nothing refers to.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= self.due.max(MOST)
    }

    /// Lets the rows go that nothing refers to.
    pub(super) fn clear_except(&mut self, needed: &EventNumbers) {
        let unneeded = self.kept.extract_if(.., |(number, _)| !needed.has(*number));
        let room = MOST.saturating_sub(self.spare.len());
        let events = unneeded.filter_map(|(_, row)| match row {
            Kept::Unread(event, _) => Some(event),
            Kept::Read(_) => None,
        });
        let spare = &mut self.spare;
        for (index, event) in events.enumerate() {
            if index < room {
                spare.push(event);
            }
        }
        self.due = self.kept.len() * 2;
    }

    /// These of the rows that were kept, in the order of their numbers.
    pub(crate) fn among(&self, cited: &EventNumbers) -> impl Iterator<Item = Cow<'_, RawRow>> {
        let rows = self.kept.iter().filter(|(number, _)| cited.has(*number));
        rows.map(|(_, row)| match row {
            Kept::Unread(event, instance) => Cow::Owned(RawRow::of(event, *instance)),
            Kept::Read(row) => Cow::Borrowed(row),
        })
    }
}

/// Numbers of events.
#[derive(Debug)]
pub(crate) struct EventNumbers(Vec<u64>);

impl EventNumbers {
    pub(super) fn of(mut numbers: Vec<u64>) -> EventNumbers {
        numbers.sort_unstable();
        EventNumbers(numbers)
    }

    fn has(&self, number: u64) -> bool {
        self.0.binary_search(&number).is_ok()
    }
}

impl RawRow {
    pub(crate) fn of(event: &Event, instance: Option<usize>) -> RawRow {
        let text = |column| event.get(column).unwrap_or_default().into_owned();
        let mut detail = text(Column::Detail);
        let end = detail.char_indices().nth(LONGEST_DETAIL).map(|(place, _)| place);
        let left_out = end.map_or(0, |end| detail[end..].chars().count() as u64);
        detail.truncate(end.unwrap_or(detail.len()));
        RawRow {
            at: event_ref(event, instance),
            operation: text(Column::Operation),
            path: text(Column::Path),
            result: text(Column::Result),
            detail,
            detail_left_out: left_out,
        }
    }
}
