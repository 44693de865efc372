//! The processes of the events that are passed over, told by their names as they are
//! written.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::process_counts::Tally;
use crate::event::Interest;

/// How many names are found again at once.
const CACHE: usize = 256;

/// How many bytes of a name are compared at once, with the byte behind it.
const WORDS: usize = 4;
const BYTES: usize = 8 * WORDS;

/// The Process Names met so far, as they are written: each is followed by a byte, the
/// same one always, that a name never has.
#[derive(Debug)]
pub(crate) struct Names {
    text_of: TextOf,
    by_bytes: HashMap<Vec<u8>, Name>,
    cache: Box<[Cached; CACHE]>,
}

/// What a name means that is written so; `None` where it has to be read to tell.
type TextOf = fn(&[u8]) -> Option<Cow<'_, [u8]>>;

/// What is known of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// Whether its events have to be read.
    pub(crate) is_wanted: bool,
    /// Where they are counted, if they do not have to be.
    pub(crate) place: usize,
}

/// A name that has room here, with the byte behind it and zeros from there on: no
/// other name is the same.
#[derive(Clone, Copy, Debug)]
struct Cached {
    bytes: [u64; WORDS],
    name: Name,
}

const EMPTY: Cached = Cached { bytes: [0; WORDS], name: Name { is_wanted: true, place: 0 } };

impl Names {
    pub(crate) fn new(text_of: TextOf) -> Names {
        Names { text_of, by_bytes: HashMap::new(), cache: Box::new([EMPTY; CACHE]) }
    }

    /// The name that stands in a range of `bytes`. The interest is that of the last
    /// [`Names::ask`], and the tally the same one each time.
    #[inline]
    pub(crate) fn find(
        &mut self,
        bytes: &[u8],
        range: Range<usize>,
        interest: &Interest,
        tally: &mut Tally,
    ) -> Name {
        let Some(kept) = KEPT.get(range.end.wrapping_sub(range.start)) else {
            return self.look_up(&bytes[range], interest, tally);
        };
        let Some(words) = bytes.get(range.start..range.start + BYTES) else {
            return self.look_up(&bytes[range], interest, tally);
        };
        let mut masked = [0; WORDS];
        for ((out, word), kept) in masked.iter_mut().zip(words.as_chunks().0).zip(kept) {
            *out = u64::from_le_bytes(*word) & kept;
        }
        let slot = slot(&masked);
        let cached = &self.cache[slot];
        if cached.bytes == masked {
            return cached.name;
        }
        let name = self.look_up(&bytes[range], interest, tally);
        self.cache[slot] = Cached { bytes: masked, name };
        name
    }

    #[inline(never)]
    fn look_up(&mut self, bytes: &[u8], interest: &Interest, tally: &mut Tally) -> Name {
        if let Some(&name) = self.by_bytes.get(bytes) {
            return name;
        }
        let name = match (self.text_of)(bytes) {
            Some(text) => Name {
                is_wanted: interest.wants_name(&text),
                place: tally.place(&String::from_utf8_lossy(&text)),
            },
            None => EMPTY.name,
        };
        self.by_bytes.insert(bytes.to_vec(), name);
        name
    }

    /// Asks anew which names are wanted.
    pub(crate) fn ask(&mut self, interest: &Interest) {
        for (bytes, name) in &mut self.by_bytes {
            name.is_wanted = (self.text_of)(bytes).is_none_or(|text| interest.wants_name(&text));
        }
        self.cache.fill(EMPTY);
    }
}

/// Which bytes of a name of each length are kept: its own and the one behind it.
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
fn slot(bytes: &[u64; WORDS]) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let head = bytes[0] ^ bytes[1].rotate_left(25);
    let tail = bytes[2].rotate_left(13) ^ bytes[3].rotate_left(38);
    ((head ^ tail).wrapping_mul(ODD) >> 56) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
        (!bytes.contains(&b'&')).then_some(Cow::Borrowed(bytes))
    }

    #[test]
    fn names_are_told_apart_by_every_byte() {
        let (mut names, mut tally) = (Names::new(plain), Tally::default());
        let interest = Interest::nothing().or_process("b.exe");
        let mut all: Vec<String> = (0..40).map(|len| "x".repeat(len)).collect();
        for at in 0..33 {
            let mut name = vec![b'y'; 33];
            name[at] = b'z';
            all.push(String::from_utf8(name).unwrap());
        }
        all.extend(["b.exe", "B.EXE", "b.ex", "\u{4e0a}\u{5348}.exe"].map(String::from));
        for rest in ["<", "</Process_Name>\r\n<Process_ID>12</Process_ID>"] {
            for _ in 0..3 {
                let mut places = Vec::new();
                for name in &all {
                    let text = format!("<{name}{rest}");
                    let range = 1..1 + name.len();
                    let found = names.find(text.as_bytes(), range, &interest, &mut tally);
                    places.push(found.place);
                    let wanted = name.eq_ignore_ascii_case("b.exe") || !name.is_ascii();
                    assert_eq!(found.is_wanted, wanted, "{name}");
                }
                assert_eq!(places, (0..all.len()).collect::<Vec<_>>());
            }
        }
        let text = b"b.exe</Process_Name>\r\n<Process_ID>12</Process_ID>";
        assert!(names.find(text, 0..5, &interest, &mut tally).is_wanted);
        let nothing = Interest::nothing();
        names.ask(&nothing);
        assert!(!names.find(text, 0..5, &nothing, &mut tally).is_wanted);
    }

    #[test]
    fn a_name_that_has_to_be_read_is_wanted_whatever_is_asked() {
        let (mut names, mut tally) = (Names::new(plain), Tally::default());
        for text in ["a&amp;b<", "a&amp;b</Process_Name>\r\n<Process_ID>12</Process_ID>"] {
            for interest in [Interest::nothing(), Interest::nothing().or_process("c.exe")] {
                names.ask(&interest);
                let find = |names: &mut Names, tally: &mut Tally| {
                    names.find(text.as_bytes(), 0..7, &interest, tally)
                };
                assert!(find(&mut names, &mut tally).is_wanted);
                assert!(find(&mut names, &mut tally).is_wanted);
            }
        }
        assert!(tally.sorted().is_empty());
    }
}
