//! Finds texts in paths as they are stored.

use super::strings::RawText;
use crate::interest::Interest;

/// The texts that an [`Interest`] looks for in paths, made ready.
#[derive(Clone, Debug)]
pub(super) struct Needles {
    needles: Vec<Needle>,
    /// Whether characters beyond ASCII count that lower case makes an ASCII letter.
    folds: bool,
}

/// An ASCII text in lower case. Where its two rarest bytes are found at their
/// distance, all of it is compared.
#[derive(Clone, Debug)]
struct Needle {
    text: Vec<u8>,
    rare: [Rare; 2],
}

#[derive(Clone, Copy, Debug)]
struct Rare {
    at: usize,
    byte: u8,
    /// The bit that tells the case of a letter; 0 for other bytes.
    case: u8,
}

/// How many places are looked at together.
const BLOCK: usize = 16;

/// The bytes of paths, the most frequent last.
const BY_RARITY: &[u8] = b"zq{}~jx&@!#$%'()+,;=[]^`kvywbghfpu_-9876543210mdcl.\\rnoaitse";

impl Needle {
    fn new(text: &[u8]) -> Needle {
        let rarity = |at: &usize| {
            let byte = text[*at];
            BY_RARITY.iter().position(|&other| other == byte).unwrap_or(0)
        };
        let mut places: Vec<usize> = (0..text.len()).collect();
        places.sort_by_key(rarity);
        let rare = |place: usize| {
            let at = places.get(place).or(places.first()).copied().unwrap_or(0);
            let byte = text.get(at).copied().unwrap_or(0);
            Rare { at, byte, case: if byte.is_ascii_lowercase() { 0x20 } else { 0 } }
        };
        Needle { text: text.to_vec(), rare: [rare(0), rare(1)] }
    }

    fn is_in(&self, path: &[u8]) -> bool {
        let Some(last) = path.len().checked_sub(self.text.len()) else { return false };
        let places = last + 1;
        let mut from = 0;
        while from + BLOCK <= places {
            if self.may_be_in(path, from) && self.is_at(path, from..from + BLOCK) {
                return true;
            }
            from += BLOCK;
        }
        if from == places {
            return false;
        }
        match places.checked_sub(BLOCK) {
            // The last block begins among places that were looked at.
            Some(from) => self.may_be_in(path, from) && self.is_at(path, from..places),
            None => self.is_at(path, from..places),
        }
    }

    /// Whether both rare bytes are where they have to be at any place of a block.
    #[inline]
    fn may_be_in(&self, path: &[u8], from: usize) -> bool {
        let [first, second] = self.rare;
        let block = |rare: Rare| path.get(from + rare.at..)?.first_chunk::<BLOCK>();
        let (Some(a), Some(b)) = (block(first), block(second)) else { return true };
        let mut hit = 0;
        for (&a, &b) in a.iter().zip(b) {
            let both = ((a | first.case) == first.byte) & ((b | second.case) == second.byte);
            hit |= u8::from(both);
        }
        hit != 0
    }

    fn is_at(&self, path: &[u8], places: std::ops::Range<usize>) -> bool {
        let [first, _] = self.rare;
        places.into_iter().any(|from| {
            path.get(from + first.at).is_some_and(|&byte| byte | first.case == first.byte)
                && path
                    .get(from..from + self.text.len())
                    .is_some_and(|part| part.eq_ignore_ascii_case(&self.text))
        })
    }

    /// As [`Needle::is_in`], for UTF-16.
    fn is_in_wide(&self, path: &[u8]) -> bool {
        let (units, _) = path.as_chunks::<2>();
        let same =
            |(unit, byte): (&[u8; 2], &u8)| unit[1] == 0 && unit[0].to_ascii_lowercase() == *byte;
        units.windows(self.text.len()).any(|part| part.iter().zip(&self.text).all(same))
    }
}

impl Needles {
    pub(super) fn of(interest: &Interest) -> Needles {
        let needles = interest.needles().map(Needle::new).collect();
        Needles { needles, folds: !interest.wide_needles().is_empty() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// Whether a text looks for what a line feed becomes, so that paths have to be
    /// rendered before they are searched.
    pub(super) fn joins_lines(&self) -> bool {
        self.needles.iter().any(|needle| needle.text.contains(&b';'))
    }

    /// Whether a path holds any of the texts, or may do.
    #[inline]
    pub(super) fn are_in(&self, path: RawText<'_>) -> bool {
        match path {
            RawText::Narrow(path) => self.needles.iter().any(|needle| needle.is_in(path)),
            RawText::Wide(path) => {
                let folds = |unit: &[u8; 2]| matches!(u16::from_le_bytes(*unit), 0x130 | 0x212A);
                self.needles.iter().any(|needle| needle.is_in_wide(path))
                    || (self.folds && path.as_chunks::<2>().0.iter().any(folds))
            }
        }
    }

    /// The same for a path that was rendered.
    pub(super) fn are_in_text(&self, path: &str) -> bool {
        self.are_in(RawText::Narrow(path.as_bytes()))
            || (self.folds && path.contains(['\u{130}', '\u{212a}']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// Paths of every length around a block, with a needle at every place.
    #[test]
    fn a_text_is_found_at_every_place_and_in_either_case() {
        for text in ["\\crypto", "ab", "aa", "\\protect\\s-1-5-18\\"] {
            let needles = Needles::of(&Interest::nothing().or_path_with(text));
            for len in 0..text.len() + 40 {
                let blank = "x".repeat(len);
                assert!(!needles.are_in(RawText::Narrow(blank.as_bytes())));
                for at in 0..=len {
                    let path = format!("{}{}{}", &blank[..at], text.to_uppercase(), &blank[at..]);
                    assert!(needles.are_in(RawText::Narrow(path.as_bytes())), "{path}");
                    assert!(needles.are_in(RawText::Wide(&wide(&path))), "{path}");
                    let cut = path.replace(&text.to_uppercase(), &text.to_uppercase()[1..]);
                    assert!(!needles.are_in(RawText::Narrow(cut.as_bytes())), "{cut}");
                    assert!(!needles.are_in(RawText::Wide(&wide(&cut))), "{cut}");
                }
            }
        }
    }

    /// `|` is `\` with the bit that tells the case of letters.
    #[test]
    fn only_letters_have_a_case() {
        let needles = Needles::of(&Interest::nothing().or_path_with("\\[a"));
        assert!(needles.are_in(RawText::Narrow(b"c:\\[A")));
        for path in ["c:|[a", "c:\\{a", "c:\\[!"] {
            assert!(!needles.are_in(RawText::Narrow(path.as_bytes())), "{path}");
        }
    }

    #[test]
    fn search_agrees_with_the_interest_on_any_bytes() {
        let interest = Interest::nothing().or_path_with("aba").or_path_with("\\b").folded();
        let needles = Needles::of(&interest);
        let letters = ['a', 'B', '\\', 'b', 'A', '\u{212a}', '\u{e9}'];
        let mut state = 7u32;
        for round in 0..20_000 {
            let len = round % 45;
            let path: String = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    letters[(state >> 24) as usize % if round % 2 == 0 { 7 } else { 3 }]
                })
                .collect();
            let wanted = interest.wants_path(path.as_bytes());
            assert_eq!(needles.are_in(RawText::Wide(&wide(&path))), wanted, "{path}");
            assert_eq!(needles.are_in_text(&path), wanted, "{path}");
            if path.is_ascii() {
                assert_eq!(needles.are_in(RawText::Narrow(path.as_bytes())), wanted, "{path}");
            }
        }
    }
}
