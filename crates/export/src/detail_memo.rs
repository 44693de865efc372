//! What was made of a Detail, kept for the next event with the same one.

use procmonkey_parser::{Column, Columns, Event};

use crate::quick_hash::quick_hash;

/// How many are kept.
const SLOTS: usize = 1024;

/// The longest Detail that is kept, in bytes.
const LONGEST: usize = 1024;

/// Remembers what was made of the last Details: most come again, because programs do the same over
/// and over.
#[derive(Debug)]
pub(crate) struct DetailMemo<T> {
    /// Where Operation and Detail stand in a row.
    operation: Option<usize>,
    detail: Option<usize>,
    slots: Vec<Slot<T>>,
}

/// What tells what a Detail means, which depends on the operation, too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DetailKey<'e> {
    operation: &'e [u8],
    detail: &'e [u8],
    form: KeyForm,
}

/// How the texts of a key are written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum KeyForm {
    /// As a row of a CSV has them: quotes are doubled.
    #[default]
    Row,
    Text,
}

impl<'e> DetailKey<'e> {
    /// That of an event of which [`DetailMemo::key_in_row`] gives none.
    pub(crate) fn of_texts(operation: &'e str, detail: &'e str) -> DetailKey<'e> {
        let (operation, detail) = (operation.as_bytes(), detail.as_bytes());
        DetailKey { operation, detail, form: KeyForm::Text }
    }

    fn slot(&self) -> usize {
        let hash = quick_hash(self.detail) ^ self.operation.len() as u64;
        (hash >> 32) as usize % SLOTS
    }
}

#[derive(Debug, Default)]
struct Slot<T> {
    operation: Vec<u8>,
    detail: Vec<u8>,
    form: KeyForm,
    /// `None` as long as nothing was kept.
    kept: Option<T>,
}

impl<T: Default> DetailMemo<T> {
    pub(crate) fn new() -> DetailMemo<T> {
        let slots = std::iter::repeat_with(Slot::default).take(SLOTS).collect();
        DetailMemo { operation: None, detail: None, slots }
    }

    /// The next events have these columns.
    pub(crate) fn set_columns(&mut self, columns: Option<&Columns>) {
        let position = |column| columns.and_then(|columns| columns.position(column));
        self.operation = position(Column::Operation);
        self.detail = position(Column::Detail);
    }

    /// The key of an event that is a row of a CSV as Procmon writes it. It costs less than to ask for
    /// the texts.
    pub(crate) fn key_in_row<'e>(&self, event: &'e Event) -> Option<DetailKey<'e>> {
        let written = |at: usize| event.span(at..at + 1);
        let detail = self.detail.and_then(written)?;
        let operation = self.operation.map_or(Some(&b""[..]), written)?;
        Some(DetailKey { operation, detail, form: KeyForm::Row })
    }

    /// What was made of the Detail of an event with the same key.
    pub(crate) fn known(&mut self, key: &DetailKey<'_>) -> Option<&mut T> {
        let slot = &mut self.slots[key.slot()];
        let is_known =
            slot.detail == key.detail && slot.operation == key.operation && slot.form == key.form;
        slot.kept.as_mut().filter(|_| is_known)
    }

    /// The place for what is made of this Detail and this operation, and of nothing else. It still
    /// holds what was made of another.
    pub(crate) fn keep(&mut self, key: &DetailKey<'_>) -> Option<&mut T> {
        if key.detail.len() > LONGEST {
            return None;
        }
        let slot = &mut self.slots[key.slot()];
        slot.operation.clear();
        slot.operation.extend_from_slice(key.operation);
        slot.detail.clear();
        slot.detail.extend_from_slice(key.detail);
        slot.form = key.form;
        Some(slot.kept.get_or_insert_default())
    }
}
