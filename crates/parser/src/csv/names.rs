//! The processes of the rows that are passed over.

use std::collections::HashMap;

use super::strict::unquoted;
use crate::interest::Interest;
use crate::tally::Tally;

/// How many names are found again at once.
const CACHE: usize = 256;

/// The Process Names met so far, as their fields are written.
#[derive(Debug)]
pub(super) struct Names {
    list: Vec<Name>,
    by_field: HashMap<Vec<u8>, usize>,
    /// Index of a name, by a few of its bytes.
    cache: Box<[usize; CACHE]>,
}

#[derive(Debug)]
struct Name {
    field: Vec<u8>,
    text: String,
    is_wanted: bool,
    passed: u64,
}

impl Names {
    pub(super) fn new() -> Names {
        Names { list: Vec::new(), by_field: HashMap::new(), cache: Box::new([0; CACHE]) }
    }

    /// The index of the name whose field, without the quotes around it, is this.
    #[inline]
    pub(super) fn find(&mut self, field: &[u8], interest: &Interest) -> usize {
        let slot = slot(field);
        let cached = self.cache[slot];
        if self.list.get(cached).is_some_and(|name| name.field == field) {
            return cached;
        }
        let index = self.look_up(field, interest);
        self.cache[slot] = index;
        index
    }

    fn look_up(&mut self, field: &[u8], interest: &Interest) -> usize {
        if let Some(&index) = self.by_field.get(field) {
            return index;
        }
        let index = self.list.len();
        let bytes = unquoted(field);
        self.list.push(Name {
            field: field.to_vec(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            is_wanted: interest.wants_name(&bytes),
            passed: 0,
        });
        self.by_field.insert(field.to_vec(), index);
        index
    }

    pub(super) fn is_wanted(&self, index: usize) -> bool {
        self.list[index].is_wanted
    }

    /// Counts a row that is passed over.
    pub(super) fn pass(&mut self, index: usize) {
        self.list[index].passed += 1;
    }

    /// Asks anew which names are wanted.
    pub(super) fn ask(&mut self, interest: &Interest) {
        for name in &mut self.list {
            name.is_wanted = interest.wants_name(&unquoted(&name.field));
        }
    }

    /// Moves what was counted to the tally.
    pub(super) fn tell(&mut self, tally: &mut Tally) {
        for name in &mut self.list {
            if name.passed > 0 {
                tally.add(&name.text, std::mem::take(&mut name.passed));
            }
        }
    }
}

fn slot(field: &[u8]) -> usize {
    let word = |bytes: &[u8]| {
        let mut word = [0; 8];
        let len = bytes.len().min(8);
        word[..len].copy_from_slice(&bytes[..len]);
        u64::from_le_bytes(word)
    };
    let (head, tail) = match field.first_chunk::<8>() {
        Some(head) => (u64::from_le_bytes(*head), word(&field[field.len() - 8..])),
        None => (word(field), 0),
    };
    let mixed =
        (head ^ tail.rotate_left(25) ^ field.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}
