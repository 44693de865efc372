//! Recognises the Process Name of an event by its bytes, so that an event can be skipped
//! without decoding its name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::process_counts::ProcessCounts;
use crate::event::Prefilter;

/// How many names the fast cache holds.
const CACHE: usize = 256;

/// How many bytes of a name are compared in one step, including the byte after it.
const WORDS: usize = 4;
const BYTES: usize = 8 * WORDS;

/// The Process Names found so far, by their bytes as they are written. Each name is
/// followed by the same byte, which no name contains: the closing quote or the `<` of the
/// next tag.
#[derive(Debug)]
pub(crate) struct NameCache {
    text_of: TextOf,
    by_bytes: HashMap<Vec<u8>, CachedName>,
    cache: Box<[CacheSlot; CACHE]>,
}

/// The name that these bytes stand for; `None` if the event has to be decoded to find
/// out.
type TextOf = fn(&[u8]) -> Option<Cow<'_, [u8]>>;

/// What is known about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CachedName {
    /// Whether events of this process must be read and not skipped.
    pub(crate) is_wanted: bool,
    /// The index of the name in [`ProcessCounts`], for events that are skipped.
    pub(crate) place: usize,
}

/// A slot of the fast cache: the name, the byte after it, then zeros. Two names never
/// have the same bytes.
#[derive(Clone, Copy, Debug)]
struct CacheSlot {
    bytes: [u64; WORDS],
    name: CachedName,
}

const EMPTY: CacheSlot =
    CacheSlot { bytes: [0; WORDS], name: CachedName { is_wanted: true, place: 0 } };

impl NameCache {
    pub(crate) fn new(text_of: TextOf) -> NameCache {
        NameCache { text_of, by_bytes: HashMap::new(), cache: Box::new([EMPTY; CACHE]) }
    }

    /// Looks up the name that stands in a range of `bytes`. `prefilter` must be the one
    /// of the last call of [`NameCache::set_prefilter`], and `counts` must always be the
    /// same.
    #[inline]
    pub(crate) fn find(
        &mut self,
        bytes: &[u8],
        range: Range<usize>,
        prefilter: &Prefilter,
        counts: &mut ProcessCounts,
    ) -> CachedName {
        let Some(kept) = KEPT.get(range.end.wrapping_sub(range.start)) else {
            return self.look_up(&bytes[range], prefilter, counts);
        };
        let Some(words) = bytes.get(range.start..range.start + BYTES) else {
            return self.look_up(&bytes[range], prefilter, counts);
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
        let name = self.look_up(&bytes[range], prefilter, counts);
        self.cache[slot] = CacheSlot { bytes: masked, name };
        name
    }

    #[inline(never)]
    fn look_up(
        &mut self,
        bytes: &[u8],
        prefilter: &Prefilter,
        counts: &mut ProcessCounts,
    ) -> CachedName {
        if let Some(&name) = self.by_bytes.get(bytes) {
            return name;
        }
        let name = match (self.text_of)(bytes) {
            Some(text) => CachedName {
                is_wanted: prefilter.wants_name(&text),
                place: counts.place(&String::from_utf8_lossy(&text)),
            },
            None => EMPTY.name,
        };
        self.by_bytes.insert(bytes.to_vec(), name);
        name
    }

    /// Decides anew, for each known name, whether its events are wanted.
    pub(crate) fn set_prefilter(&mut self, prefilter: &Prefilter) {
        for (bytes, name) in &mut self.by_bytes {
            name.is_wanted = (self.text_of)(bytes).is_none_or(|text| prefilter.wants_name(&text));
        }
        self.cache.fill(EMPTY);
    }
}

/// For each length of a name, a mask of the bytes that are compared: its own and the one
/// after it.
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
        let (mut names, mut counts) = (NameCache::new(plain), ProcessCounts::default());
        let prefilter = Prefilter::nothing().or_process("b.exe");
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
                    let found = names.find(text.as_bytes(), range, &prefilter, &mut counts);
                    places.push(found.place);
                    let wanted = name.eq_ignore_ascii_case("b.exe") || !name.is_ascii();
                    assert_eq!(found.is_wanted, wanted, "{name}");
                }
                assert_eq!(places, (0..all.len()).collect::<Vec<_>>());
            }
        }
        let text = b"b.exe</Process_Name>\r\n<Process_ID>12</Process_ID>";
        assert!(names.find(text, 0..5, &prefilter, &mut counts).is_wanted);
        let nothing = Prefilter::nothing();
        names.set_prefilter(&nothing);
        assert!(!names.find(text, 0..5, &nothing, &mut counts).is_wanted);
    }

    #[test]
    fn a_name_that_has_to_be_read_is_wanted_whatever_is_asked() {
        let (mut names, mut counts) = (NameCache::new(plain), ProcessCounts::default());
        for text in ["a&amp;b<", "a&amp;b</Process_Name>\r\n<Process_ID>12</Process_ID>"] {
            for prefilter in [Prefilter::nothing(), Prefilter::nothing().or_process("c.exe")] {
                names.set_prefilter(&prefilter);
                let find = |names: &mut NameCache, counts: &mut ProcessCounts| {
                    names.find(text.as_bytes(), 0..7, &prefilter, counts)
                };
                assert!(find(&mut names, &mut counts).is_wanted);
                assert!(find(&mut names, &mut counts).is_wanted);
            }
        }
        assert!(counts.sorted().is_empty());
    }
}
