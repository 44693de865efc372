//! Finding a text without regard to the case of ASCII letters.

use std::ops::Range;

use super::Speed;
use super::block::{Pair, each_field_with, pairs_in};

/// A text to be found.
#[derive(Clone, Debug)]
pub(crate) struct Needle {
    /// In lower case.
    text: Vec<u8>,
    /// The place of the first byte of the pair that is looked for.
    place: usize,
    distance: usize,
}

impl Needle {
    /// A text of two bytes or more; `None` for a shorter one.
    pub(crate) fn new(text: &[u8]) -> Option<Needle> {
        let text = text.to_ascii_lowercase();
        // The two rarest bytes, so that a search stops as seldom as possible.
        let mut places: Vec<usize> = (0..text.len()).collect();
        places.sort_by_key(|&place| std::cmp::Reverse(rarity(text[place])));
        let (&one, &next) = (places.first()?, places.get(1)?);
        // One byte twice is no rare pair: `-` and another one stand in every GUID and SID.
        let other = *places.iter().find(|&&place| text[place] != text[one]).unwrap_or(&next);
        let place = one.min(other);
        Some(Needle { text, place, distance: one.max(other) - place })
    }

    /// The pair that is looked for.
    fn pair(&self) -> Pair {
        Pair {
            bytes: [self.text[self.place], self.text[self.place + self.distance]],
            distance: self.distance,
        }
    }

    fn is_in(&self, field: &[u8]) -> bool {
        let Some(last) = field.len().checked_sub(self.text.len()) else { return false };
        let byte = self.text[self.place];
        // Where the byte stands that no text can begin behind any more.
        let end = last + self.place;
        memchr::memchr2_iter(byte, byte.to_ascii_uppercase(), &field[self.place..=end])
            .any(|at| field[at..at + self.text.len()].eq_ignore_ascii_case(&self.text))
    }
}

/// Adds the number, from 0, of each of so many fields that has one of the needles to
/// `found`, in order. `field` tells which part of `bytes` a field is.
pub(crate) fn find_in_fields(
    speed: Speed,
    bytes: &[u8],
    count: usize,
    field: impl Fn(usize) -> Range<usize>,
    needles: &[&[Needle]; 2],
    found: &mut Vec<usize>,
) {
    let needles = || needles.iter().copied().flatten();
    let pairs: Vec<Pair> = needles().map(Needle::pair).collect();
    if pairs.is_empty() {
        return;
    }
    let fields = (0..count).map(&field);
    each_field_with(speed, bytes, fields, &pairs, |number| {
        let field = bytes.get(field(number)).unwrap_or_default();
        if needles().any(|needle| needle.is_in(field)) {
            found.push(number);
        }
    });
}

/// Several texts to be found in parts of a text.
#[derive(Debug)]
pub(crate) struct Needles {
    list: Vec<Needle>,
    pairs: Vec<Pair>,
}

impl Needles {
    pub(crate) fn new(list: Vec<Needle>) -> Needles {
        Needles { pairs: list.iter().map(Needle::pair).collect(), list }
    }

    /// Whether there is anything to be found.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Hands on the number, from 0, of each of `fields`, which are parts of `bytes`, that
    /// has one of them.
    pub(crate) fn each_field_with(
        &self,
        speed: Speed,
        bytes: &[u8],
        fields: &[Range<usize>],
        mut found: impl FnMut(usize),
    ) {
        each_field_with(speed, bytes, fields.iter().cloned(), &self.pairs, |number| {
            let field = bytes.get(fields[number].clone()).unwrap_or_default();
            if self.list.iter().any(|needle| needle.is_in(field)) {
                found(number);
            }
        });
    }

    /// Adds the places of all of them in these parts of `bytes` to `found`. One that
    /// begins before a part or ends behind it may be found too.
    pub(crate) fn find_in_parts(
        &self,
        speed: Speed,
        bytes: &[u8],
        parts: impl Iterator<Item = Range<usize>>,
        found: &mut Vec<u32>,
    ) {
        pairs_in(speed, bytes, parts, &self.pairs, |at, index| {
            let needle = &self.list[index];
            let Some(start) = at.checked_sub(needle.place) else { return };
            let text = bytes.get(start..start + needle.text.len());
            if text.is_some_and(|text| text.eq_ignore_ascii_case(&needle.text))
                && let Ok(start) = u32::try_from(start)
            {
                found.push(start);
            }
        });
    }
}

/// How seldom a byte is, of those that are in lower case.
fn rarity(byte: u8) -> usize {
    /// The most common first, as counted in the text of many captures.
    const COMMON: &[u8] = b"\\\"0,setirnoacdl12:3mw456f7u89phg.b_-/xkyv ";
    COMMON.iter().position(|&common| common == byte).unwrap_or(COMMON.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_whatever_its_case_and_wherever_it_is() {
        let needles = ["\\crypto", "ab", "aaa", "\\protect\\s-1-5-18\\", "\u{212a}"];
        let mut text = Vec::new();
        let mut random = 7u64;
        for _ in 0..3000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let parts = [
                "\\CRYPTO",
                "\\cRyptO",
                "a",
                "B",
                "AB",
                "\\Protect\\S-1-5-18\\",
                "cry",
                "{\u{212a}",
            ];
            text.extend_from_slice(parts[random as usize % parts.len()].as_bytes());
        }
        let list: Vec<Needle> = needles.iter().filter_map(|n| Needle::new(n.as_bytes())).collect();
        let all = Needles::new(list.clone());
        assert!(!all.is_empty() && Needles::new(Vec::new()).is_empty());
        for (width, gap) in [(1, 1), (30, 7), (64, 0), (65, 3), (500, 64)] {
            let parts = || {
                (0..text.len())
                    .step_by(width + gap)
                    .map(|start| start..text.len().min(start + width))
            };
            for speed in Speed::all() {
                let mut found = Vec::new();
                all.find_in_parts(speed, &text, parts(), &mut found);
                found.sort();
                // Those that are whole in a part are found once, and nothing else is.
                for needle in &list {
                    let lower = &needle.text;
                    let is_at = |at: usize| text[at..].to_ascii_lowercase_starts_with(lower);
                    for part in parts().filter(|part| part.len() >= lower.len()) {
                        for at in (part.start..=part.end - lower.len()).filter(|&at| is_at(at)) {
                            let count = found.iter().filter(|&&place| place as usize == at).count();
                            let want = list.iter().filter(|needle| {
                                text[at..].to_ascii_lowercase_starts_with(&needle.text)
                            });
                            assert!((1..=want.count()).contains(&count), "{speed:?} {at} {count}");
                        }
                    }
                }
                let any = |at: u32| {
                    list.iter().any(|n| text[at as usize..].to_ascii_lowercase_starts_with(&n.text))
                };
                assert!(found.iter().all(|&at| any(at)), "{speed:?}");
            }
        }
        assert!(Needle::new(b"a").is_none() && Needle::new(b"").is_none());
    }

    trait StartsWith {
        fn to_ascii_lowercase_starts_with(&self, with: &[u8]) -> bool;
    }

    impl StartsWith for [u8] {
        fn to_ascii_lowercase_starts_with(&self, with: &[u8]) -> bool {
            self.get(..with.len()).is_some_and(|part| part.eq_ignore_ascii_case(with))
        }
    }
}
