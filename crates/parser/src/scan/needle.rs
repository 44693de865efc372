//! Finds texts, without the case of ASCII letters.

use std::ops::Range;

use super::SimdLevel;
use super::block::{Pair, each_field_with};

/// A text to find.
#[derive(Clone, Debug)]
pub(crate) struct Needle {
    /// In lower case.
    text: Vec<u8>,
    /// The offset in the text of the first byte of the pair that is searched for.
    place: usize,
    distance: usize,
}

impl Needle {
    /// A text of two bytes or more; `None` for a shorter one.
    pub(crate) fn new(text: &[u8]) -> Option<Needle> {
        let text = text.to_ascii_lowercase();
        // The rarest two bytes of the text, so that the search seldom stops in vain. They
        // are different: a byte that occurs twice, such as the `-` of `S-1-5-18`, is
        // seldom rare.
        let mut places: Vec<usize> = (0..text.len()).collect();
        places.sort_by_key(|&place| std::cmp::Reverse(rarity(text[place])));
        let one = *places.first()?;
        let differs = |place: &&usize| text[**place] != text[one];
        let other = *places.iter().find(differs).or(places.get(1))?;
        let place = one.min(other);
        Some(Needle { text, place, distance: one.max(other) - place })
    }

    /// The pair of bytes that is searched for.
    fn pair(&self) -> Pair {
        Pair::new([self.text[self.place], self.text[self.place + self.distance]], self.distance)
    }

    fn is_in(&self, field: &[u8]) -> bool {
        let first = self.text[self.place];
        let Some(rest) = field.get(self.place..) else { return false };
        memchr::memchr2_iter(first, first.to_ascii_uppercase(), rest).any(|at| {
            let part = field.get(at..at + self.text.len());
            part.is_some_and(|part| part.eq_ignore_ascii_case(&self.text))
        })
    }
}

/// Several texts to find.
#[derive(Debug, Default)]
pub(crate) struct Needles {
    list: Vec<Needle>,
    pairs: Vec<Pair>,
}

impl Needles {
    pub(crate) fn new(list: Vec<Needle>) -> Needles {
        Needles { pairs: list.iter().map(Needle::pair).collect(), list }
    }

    /// Whether there is no text to find.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Passes number (from 0) and range of each of these parts of `bytes` that contains
    /// one of the texts.
    pub(crate) fn find_in(
        &self,
        simd: SimdLevel,
        bytes: &[u8],
        parts: impl Iterator<Item = Range<usize>>,
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        if self.is_empty() {
            return;
        }
        each_field_with(simd, bytes, parts, &self.pairs, |number, part| {
            if self.list.iter().any(|needle| needle.is_in(&bytes[part.clone()])) {
                found(number, part);
            }
        });
    }
}

/// How rare a byte is, counting only lower case.
fn rarity(byte: u8) -> usize {
    /// The most common bytes first, as counted in the text of many captures.
    const COMMON: &[u8] = b"\\\"0,setirnoacdl12:3mw456f7u89phg.b_-/xkyv ";
    COMMON.iter().position(|&common| common == byte).unwrap_or(COMMON.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_with_a_needle_is_found_whatever_its_case_and_wherever_it_is() {
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
                "----------------------------------",
            ];
            text.extend_from_slice(parts[random as usize % parts.len()].as_bytes());
        }
        let list: Vec<Needle> = needles.iter().filter_map(|n| Needle::new(n.as_bytes())).collect();
        assert!(Needles::new(Vec::new()).is_empty());
        for asked in [&list[..], &list[..1], &list[4..], &[]] {
            let all = Needles::new(asked.to_vec());
            for (width, gap) in [(1, 1), (7, 0), (30, 7), (64, 0), (65, 3), (500, 64)] {
                let parts: Vec<Range<usize>> = (0..text.len())
                    .step_by(width + gap)
                    .map(|start| start..text.len().min(start + width))
                    .collect();
                let has = |part: &Range<usize>| {
                    let text = text[part.clone()].to_ascii_lowercase();
                    asked.iter().any(|n| memchr::memmem::find(&text, &n.text).is_some())
                };
                let want: Vec<usize> = (0..parts.len()).filter(|&at| has(&parts[at])).collect();
                for simd in SimdLevel::all() {
                    let mut found = Vec::new();
                    all.find_in(simd, &text, parts.iter().cloned(), |number, part| {
                        assert_eq!(part, parts[number]);
                        found.push(number);
                    });
                    assert_eq!(found, want, "{simd:?} {width}");
                }
            }
        }
        assert!(Needle::new(b"a").is_none() && Needle::new(b"").is_none());
    }
}
