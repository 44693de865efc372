//! Searches paths as they are stored in the file.

use std::ops::Range;

use crate::event::Prefilter;
use crate::model::Column;
use crate::pml::PmlEvent;
use crate::scan::{self, SimdLevel};

/// The texts that a [`Prefilter`] searches for in paths.
#[derive(Debug)]
pub(super) struct PathNeedles {
    simd: SimdLevel,
    narrow: scan::Needles,
    /// The same texts, in lower case.
    texts: Vec<Vec<u8>>,
    /// Whether a character beyond ASCII is equal to an ASCII letter if that is its lower
    /// case.
    folds: bool,
}

impl PathNeedles {
    pub(super) fn of(prefilter: &Prefilter, simd: SimdLevel) -> PathNeedles {
        PathNeedles {
            simd,
            narrow: scan::Needles::new(prefilter.needles().filter_map(scan::Needle::new).collect()),
            texts: prefilter.needles().map(<[u8]>::to_vec).collect(),
            folds: !prefilter.wide_needles().is_empty(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether a text contains what a line feed becomes in a column, so that paths have
    /// to be made into text before they are searched.
    pub(super) fn joins_lines(&self) -> bool {
        self.texts.iter().any(|text| text.contains(&b';'))
    }

    /// Whether one of the texts can be in a path that is made of these characters, given as
    /// bytes in lower case.
    pub(super) fn can_be_of(&self, characters: &[bool; 256]) -> bool {
        let is_possible = |text: &Vec<u8>| text.iter().all(|byte| characters[usize::from(*byte)]);
        self.texts.iter().any(is_possible)
    }

    /// Passes the number, from 0, of each of these paths that contains one of the texts.
    /// The paths are ranges of the file, with one byte per character.
    #[inline]
    pub(super) fn each_with(
        &self,
        file: &[u8],
        paths: &[Range<usize>],
        mut found: impl FnMut(usize),
    ) {
        self.narrow.find_in(self.simd, file, paths.iter().cloned(), |number, _| found(number));
    }

    /// Whether a path in UTF-16 contains one of the texts, or might.
    pub(super) fn are_in_wide(&self, path: &[u8]) -> bool {
        let (units, _) = path.as_chunks::<2>();
        let same =
            |(unit, byte): (&[u8; 2], &u8)| unit[1] == 0 && unit[0].to_ascii_lowercase() == *byte;
        let holds =
            |text: &Vec<u8>| units.windows(text.len()).any(|part| part.iter().zip(text).all(same));
        let folds = |unit: &[u8; 2]| matches!(u16::from_le_bytes(*unit), 0x130 | 0x212A);
        self.texts.iter().any(holds) || (self.folds && units.iter().any(folds))
    }

    /// The same for a path that was made into text.
    pub(super) fn are_in_text(&self, path: &str) -> bool {
        let mut is_found = false;
        let all = 0..path.len();
        self.each_with(path.as_bytes(), std::slice::from_ref(&all), |_| is_found = true);
        is_found || (self.folds && path.contains(['\u{130}', '\u{212a}']))
    }

    /// The same for the text of an event's column Path, which is made in `room`.
    pub(super) fn are_in_path_of(&self, event: &PmlEvent<'_>, room: &mut String) -> bool {
        room.clear();
        event.column_text(Column::Path, room);
        self.are_in_text(room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl PathNeedles {
        fn are_in_narrow(&self, path: &[u8]) -> bool {
            let mut is_found = false;
            // The same text before and after the path must not be found.
            let file = [b"\\crypto", path, b"crypto"].concat();
            let all = 7..7 + path.len();
            self.each_with(&file, std::slice::from_ref(&all), |_| is_found = true);
            is_found
        }
    }

    fn all_of(prefilter: &Prefilter) -> Vec<PathNeedles> {
        SimdLevel::all().into_iter().map(|simd| PathNeedles::of(prefilter, simd)).collect()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// Paths of every length around a block, with a needle at every place.
    #[test]
    fn a_text_is_found_at_every_place_and_in_either_case() {
        for text in ["\\crypto", "ab", "aa", "\\protect\\s-1-5-18\\"] {
            let mut all = all_of(&Prefilter::nothing().or_path_with(text));
            let needles = all.swap_remove(0);
            for len in 0..text.len() + 80 {
                let blank = "x".repeat(len);
                assert!(!needles.are_in_narrow(blank.as_bytes()));
                for at in 0..=len {
                    let path = format!("{}{}{}", &blank[..at], text.to_uppercase(), &blank[at..]);
                    assert!(needles.are_in_narrow(path.as_bytes()), "{path}");
                    assert!(all.iter().all(|other| other.are_in_narrow(path.as_bytes())), "{path}");
                    assert!(needles.are_in_wide(&wide(&path)), "{path}");
                    let cut = path.replace(&text.to_uppercase(), &text.to_uppercase()[1..]);
                    assert!(!needles.are_in_narrow(cut.as_bytes()), "{cut}");
                    assert!(!all.iter().any(|other| other.are_in_narrow(cut.as_bytes())), "{cut}");
                    assert!(!needles.are_in_wide(&wide(&cut)), "{cut}");
                }
            }
        }
    }

    /// `|` is `\` with the bit set that distinguishes upper and lower case in letters.
    #[test]
    fn only_letters_have_a_case() {
        for needles in all_of(&Prefilter::nothing().or_path_with("\\[a")) {
            assert!(needles.are_in_narrow(b"c:\\[A"));
            for path in ["c:|[a", "c:\\{a", "c:\\[!"] {
                assert!(!needles.are_in_narrow(path.as_bytes()), "{path}");
            }
        }
    }

    #[test]
    fn search_agrees_with_the_interest_on_any_bytes() {
        let prefilter = Prefilter::nothing().or_path_with("aba").or_path_with("\\b").folded();
        let all = all_of(&prefilter);
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
            let wanted = prefilter.wants_path(path.as_bytes());
            for needles in &all {
                assert_eq!(needles.are_in_wide(&wide(&path)), wanted, "{path}");
                assert_eq!(needles.are_in_text(&path), wanted, "{path}");
                if path.is_ascii() {
                    assert_eq!(needles.are_in_narrow(path.as_bytes()), wanted, "{path}");
                }
            }
        }
    }
}
