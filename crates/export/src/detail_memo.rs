//! What was made of a Detail, kept for the next event with the same one.

use crate::quick_hash::quick_hash;

/// How many are kept.
const SLOTS: usize = 1024;

/// The longest Detail that is kept, in bytes.
const LONGEST: usize = 1024;

/// Remembers what was made of the last Details: most come again, because programs do the same over
/// and over.
#[derive(Debug)]
pub(crate) struct DetailMemo<T> {
    slots: Vec<Slot<T>>,
}

/// What a Detail means depends on the operation, too.
#[derive(Debug, Default)]
struct Slot<T> {
    operation: String,
    detail: String,
    /// `None` as long as nothing was kept.
    kept: Option<T>,
}

impl<T: Default> DetailMemo<T> {
    pub(crate) fn new() -> DetailMemo<T> {
        DetailMemo { slots: std::iter::repeat_with(Slot::default).take(SLOTS).collect() }
    }

    /// What was made of this Detail of an event with this operation.
    pub(crate) fn known(&mut self, operation: &str, detail: &str) -> Option<&mut T> {
        let slot = &mut self.slots[slot_of(operation, detail)];
        let is_known = slot.detail == detail && slot.operation == operation;
        slot.kept.as_mut().filter(|_| is_known)
    }

    /// The place for what is made of this Detail and this operation, and of nothing else. It still
    /// holds what was made of another.
    pub(crate) fn keep(&mut self, operation: &str, detail: &str) -> Option<&mut T> {
        if detail.len() > LONGEST {
            return None;
        }
        let slot = &mut self.slots[slot_of(operation, detail)];
        slot.operation.clear();
        slot.operation.push_str(operation);
        slot.detail.clear();
        slot.detail.push_str(detail);
        Some(slot.kept.get_or_insert_default())
    }
}

fn slot_of(operation: &str, detail: &str) -> usize {
    let hash = quick_hash(detail.as_bytes()) ^ operation.len() as u64;
    (hash >> 32) as usize % SLOTS
}
