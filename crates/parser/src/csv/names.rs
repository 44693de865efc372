//! The processes of the rows that are passed over.

use std::collections::HashMap;

use crate::interest::Interest;
use crate::tally::Tally;
use crate::text_record::unquoted;

/// How many names are found again at once.
const CACHE: usize = 256;

/// How many bytes of a field are compared at once, with the quote behind it.
const WORDS: usize = 4;
const BYTES: usize = 8 * WORDS;

/// The Process Names met so far, as their fields are written.
#[derive(Debug)]
pub(super) struct Names {
    list: Vec<Name>,
    /// How many rows of each name were passed over and not told.
    passed: Vec<u64>,
    is_wanted: Vec<bool>,
    by_field: HashMap<Vec<u8>, usize>,
    /// Names by a few of their bytes.
    cache: Box<[Cached; CACHE]>,
}

#[derive(Debug)]
struct Name {
    field: Vec<u8>,
    text: String,
    /// Its place in the tally, once it was told.
    place: Option<usize>,
}

/// A field that has room here, with the quote behind it and zeros from there on: as
/// a field has no quote that is not doubled, no other field is the same.
#[derive(Clone, Copy, Debug)]
struct Cached {
    field: [u64; WORDS],
    index: usize,
}

impl Names {
    pub(super) fn new() -> Names {
        Names {
            list: Vec::new(),
            passed: Vec::new(),
            is_wanted: Vec::new(),
            by_field: HashMap::new(),
            cache: Box::new([Cached { field: [0; WORDS], index: 0 }; CACHE]),
        }
    }

    /// The index of the name whose field is these bytes, without the quotes around it.
    #[inline]
    pub(super) fn find(
        &mut self,
        bytes: &[u8],
        start: usize,
        end: usize,
        interest: &Interest,
    ) -> usize {
        let Some(kept) = KEPT.get(end.wrapping_sub(start)) else {
            return self.look_up(&bytes[start..end], interest);
        };
        let Some(words) = bytes.get(start..start + BYTES) else {
            return self.look_up(&bytes[start..end], interest);
        };
        let mut field = [0; WORDS];
        for ((out, word), kept) in field.iter_mut().zip(words.as_chunks().0).zip(kept) {
            *out = u64::from_le_bytes(*word) & kept;
        }
        let slot = slot(&field);
        let cached = &self.cache[slot];
        if cached.field == field {
            return cached.index;
        }
        let index = self.look_up(&bytes[start..end], interest);
        self.cache[slot] = Cached { field, index };
        index
    }

    #[inline(never)]
    fn look_up(&mut self, field: &[u8], interest: &Interest) -> usize {
        if let Some(&index) = self.by_field.get(field) {
            return index;
        }
        let index = self.list.len();
        let bytes = unquoted(field);
        self.list.push(Name {
            field: field.to_vec(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            place: None,
        });
        self.passed.push(0);
        self.is_wanted.push(interest.wants_name(&bytes));
        self.by_field.insert(field.to_vec(), index);
        index
    }

    #[inline]
    pub(super) fn is_wanted(&self, index: usize) -> bool {
        self.is_wanted[index]
    }

    /// Counts a row that is passed over.
    #[inline]
    pub(super) fn pass(&mut self, index: usize) {
        self.passed[index] += 1;
    }

    /// Asks anew which names are wanted.
    pub(super) fn ask(&mut self, interest: &Interest) {
        for (name, is_wanted) in self.list.iter().zip(&mut self.is_wanted) {
            *is_wanted = interest.wants_name(&unquoted(&name.field));
        }
    }

    /// Moves what was counted to the tally, which is the same one each time.
    pub(super) fn tell(&mut self, tally: &mut Tally) {
        for (name, passed) in self.list.iter_mut().zip(&mut self.passed) {
            if *passed > 0 {
                let place = *name.place.get_or_insert_with(|| tally.place(&name.text));
                tally.counts()[place] += std::mem::take(passed);
            }
        }
    }
}

/// Which bytes of a field of each length are kept: its own and the quote behind it.
const KEPT: [[u64; WORDS]; BYTES] = {
    let mut kept = [[0; WORDS]; BYTES];
    let mut len = 0;
    while len < BYTES {
        let mut at = 0;
        while at <= len {
            kept[len][at / 8] |= 0xff << (8 * (at % 8));
            at += 1;
        }
        len += 1;
    }
    kept
};

#[inline]
fn slot(field: &[u64; WORDS]) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let head = field[0] ^ field[1].rotate_left(25);
    let tail = field[2].rotate_left(13) ^ field[3].rotate_left(38);
    ((head ^ tail).wrapping_mul(ODD) >> 56) as usize
}
