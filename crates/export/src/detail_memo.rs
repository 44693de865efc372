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
    /// What was made of the last Detail that is not kept.
    unkept: T,
}

/// What tells what a Detail means, which depends on the operation, too.
#[derive(Clone, Copy, Debug)]
struct DetailKey<'e> {
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

#[derive(Debug, Default)]
struct Slot<T> {
    operation: Vec<u8>,
    detail: Vec<u8>,
    form: KeyForm,
    is_used: bool,
    kept: T,
}

impl<T: Default> DetailMemo<T> {
    pub(crate) fn new() -> DetailMemo<T> {
        let slots = std::iter::repeat_with(Slot::default).take(SLOTS).collect();
        DetailMemo { operation: None, detail: None, slots, unkept: T::default() }
    }

    /// The next events have these columns.
    pub(crate) fn set_columns(&mut self, columns: Option<&Columns>) {
        let position = |column| columns.and_then(|columns| columns.position(column));
        self.operation = position(Column::Operation);
        self.detail = position(Column::Detail);
    }

    /// What was made of the Detail of an event; `None` where it has none. `make` gets the operation, the
    /// Detail, and what is to be made of both and of nothing else: it still holds what was made of others.
    pub(crate) fn of(
        &mut self,
        event: &Event,
        make: impl FnOnce(&str, &str, &mut T),
    ) -> Option<&mut T> {
        let in_row = self.key_in_row(event);
        if let Some(slot) = in_row.and_then(|key| self.known(&key)) {
            return Some(&mut self.slots[slot].kept);
        }
        let detail = event.get(Column::Detail)?;
        let operation = event.operation().unwrap_or_default();
        let texts = DetailKey {
            operation: operation.as_bytes(),
            detail: detail.as_bytes(),
            form: KeyForm::Text,
        };
        if let (None, Some(slot)) = (in_row, self.known(&texts)) {
            return Some(&mut self.slots[slot].kept);
        }
        let made = self.place_for(&in_row.unwrap_or(texts));
        make(&operation, &detail, made);
        Some(made)
    }

    /// The key of an event that is a row of a CSV as Procmon writes it. It costs less than to ask for
    /// the texts.
    fn key_in_row<'e>(&self, event: &'e Event) -> Option<DetailKey<'e>> {
        let written = |at: usize| event.span(at..at + 1);
        let detail = self.detail.and_then(written)?;
        let operation = self.operation.map_or(Some(&b""[..]), written)?;
        Some(DetailKey { operation, detail, form: KeyForm::Row })
    }

    /// Whether it is a row of which nothing has to be made.
    #[cfg(test)]
    pub(crate) fn knows(&self, event: &Event) -> bool {
        self.key_in_row(event).is_some_and(|key| self.known(&key).is_some())
    }

    /// The slot of what was made for the same key.
    fn known(&self, key: &DetailKey<'_>) -> Option<usize> {
        let place = key.slot();
        let slot = &self.slots[place];
        let is_known = slot.is_used
            && slot.detail == key.detail
            && slot.operation == key.operation
            && slot.form == key.form;
        is_known.then_some(place)
    }

    /// Where what is made for this key is put.
    fn place_for(&mut self, key: &DetailKey<'_>) -> &mut T {
        if key.detail.len() > LONGEST {
            return &mut self.unkept;
        }
        let slot = &mut self.slots[key.slot()];
        slot.operation.clear();
        slot.operation.extend_from_slice(key.operation);
        slot.detail.clear();
        slot.detail.extend_from_slice(key.detail);
        (slot.form, slot.is_used) = (key.form, true);
        &mut slot.kept
    }
}

impl DetailKey<'_> {
    fn slot(&self) -> usize {
        let hash = quick_hash(self.detail) ^ self.operation.len() as u64;
        (hash >> 32) as usize % SLOTS
    }
}
