//! The processes of the events that are passed over.

use std::collections::HashMap;

use super::skip::is_plain;
use crate::interest::Interest;
use crate::tally::Tally;

/// How many names are found again at once.
const CACHE: usize = 256;

/// The Process Names met so far.
#[derive(Debug)]
pub(super) struct Names {
    list: Vec<Name>,
    by_text: HashMap<Vec<u8>, usize>,
    /// Index of a name, by a few of its bytes.
    cache: Box<[u32; CACHE]>,
}

#[derive(Debug)]
pub(super) struct Name {
    key: Key,
    text: Vec<u8>,
    /// Whether its events have to be read.
    pub(super) wanted: bool,
    /// Where it is counted.
    pub(super) place: usize,
}

/// The first and the last bytes of a name, and its length: most names are told by
/// them alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    head: u64,
    tail: u64,
    len: usize,
}

const WORD: usize = 8;

impl Key {
    /// The key of a name, given with whatever follows it; `None` where that is too
    /// little.
    #[inline]
    fn of(text: &[u8], len: usize) -> Option<Key> {
        let word = |at: usize| Some(u64::from_le_bytes(*text.get(at..)?.first_chunk()?));
        let head = word(0)?;
        Some(match len {
            0 => Key { head: 0, tail: 0, len },
            1..WORD => Key { head: head & (u64::MAX >> (64 - 8 * len)), tail: 0, len },
            _ => Key { head, tail: word(len - WORD)?, len },
        })
    }

    #[inline]
    fn slot(self) -> usize {
        let mixed = self.head ^ self.tail.rotate_left(25) ^ self.len as u64;
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize
    }
}

impl Names {
    pub(super) fn new() -> Names {
        Names { list: Vec::new(), by_text: HashMap::new(), cache: Box::new([0; CACHE]) }
    }

    /// The name of so many bytes at the start of a text. `None` where there is nothing
    /// behind it.
    #[inline]
    pub(super) fn find(
        &mut self,
        text: &[u8],
        len: usize,
        interest: &Interest,
        tally: &mut Tally,
    ) -> Option<&Name> {
        let key = Key::of(text, len)?;
        let slot = key.slot();
        let cached = self.cache[slot] as usize;
        let is_cached = self.list.get(cached).is_some_and(|name| {
            name.key == key && (len <= 2 * WORD || name.text[WORD..] == text[WORD..len])
        });
        let index = match is_cached {
            true => cached,
            false => self.look_up(key, &text[..len], slot, interest, tally),
        };
        Some(&self.list[index])
    }

    #[cold]
    fn look_up(
        &mut self,
        key: Key,
        text: &[u8],
        slot: usize,
        interest: &Interest,
        tally: &mut Tally,
    ) -> usize {
        let index = self.by_text.get(text).copied().unwrap_or_else(|| {
            let place = tally.place(&String::from_utf8_lossy(text));
            let name = Name { key, text: text.to_vec(), wanted: is_wanted(text, interest), place };
            self.list.push(name);
            self.by_text.insert(text.to_vec(), self.list.len() - 1);
            self.list.len() - 1
        });
        // A name that finds no place in the cache is looked up each time.
        self.cache[slot] = u32::try_from(index).unwrap_or(0);
        index
    }

    /// Asks anew which names are wanted.
    pub(super) fn ask(&mut self, interest: &Interest) {
        for name in &mut self.list {
            name.wanted = is_wanted(&name.text, interest);
        }
    }
}

/// A name that is not written as it is meant has to be read, too.
fn is_wanted(text: &[u8], interest: &Interest) -> bool {
    !is_plain(text) || interest.wants_name(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_every_byte() {
        let (mut names, mut tally) = (Names::new(), Tally::default());
        let interest = Interest::nothing().or_process("b.exe");
        let mut all: Vec<String> = (0..40).map(|len| "x".repeat(len)).collect();
        for at in 0..33 {
            let mut name = vec![b'y'; 33];
            name[at] = b'z';
            all.push(String::from_utf8(name).unwrap());
        }
        all.extend(["b.exe", "B.EXE", "a&amp;b", "b.ex"].map(String::from));
        for _ in 0..3 {
            let mut places = Vec::new();
            for name in &all {
                let text = format!("{name}</Process_Name>");
                let found = names.find(text.as_bytes(), name.len(), &interest, &mut tally).unwrap();
                places.push(found.place);
                let wanted = name.eq_ignore_ascii_case("b.exe") || name.contains('&');
                assert_eq!(found.wanted, wanted, "{name}");
            }
            assert_eq!(places, (0..all.len()).collect::<Vec<_>>());
        }
        names.ask(&Interest::nothing());
        assert!(!names.find(b"b.exe</P", 5, &interest, &mut tally).unwrap().wanted);
        assert!(names.find(b"b.exe", 5, &interest, &mut tally).is_none());
    }
}
