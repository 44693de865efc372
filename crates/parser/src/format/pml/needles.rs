//! Finds texts in paths as they are stored.

use std::ops::Range;

use crate::event::Interest;
use crate::model::Column;
use crate::pml::PmlEvent;
use crate::scan::{self, Speed};

/// The texts that an [`Interest`] looks for in paths, made ready.
#[derive(Debug)]
pub(super) struct Needles {
    speed: Speed,
    narrow: scan::Needles,
    /// The same texts, in lower case.
    texts: Vec<Vec<u8>>,
    /// Whether characters beyond ASCII count that lower case makes an ASCII letter.
    folds: bool,
}

impl Needles {
    pub(super) fn of(interest: &Interest, speed: Speed) -> Needles {
        Needles {
            speed,
            narrow: scan::Needles::new(interest.needles().filter_map(scan::Needle::new).collect()),
            texts: interest.needles().map(<[u8]>::to_vec).collect(),
            folds: !interest.wide_needles().is_empty(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether a text looks for what a line feed becomes, so that paths have to be
    /// rendered before they are searched.
    pub(super) fn joins_lines(&self) -> bool {
        self.texts.iter().any(|text| text.contains(&b';'))
    }

    /// Hands on the number, from 0, of each of these parts of a file that are paths of one
    /// byte per character and hold any of the texts.
    #[inline]
    pub(super) fn each_with(
        &self,
        file: &[u8],
        paths: &[Range<usize>],
        mut found: impl FnMut(usize),
    ) {
        self.narrow.find_in(self.speed, file, paths.iter().cloned(), |number, _| found(number));
    }

    /// Whether a path in UTF-16 holds any of the texts, or may do.
    pub(super) fn are_in_wide(&self, path: &[u8]) -> bool {
        let (units, _) = path.as_chunks::<2>();
        let same =
            |(unit, byte): (&[u8; 2], &u8)| unit[1] == 0 && unit[0].to_ascii_lowercase() == *byte;
        let holds =
            |text: &Vec<u8>| units.windows(text.len()).any(|part| part.iter().zip(text).all(same));
        let folds = |unit: &[u8; 2]| matches!(u16::from_le_bytes(*unit), 0x130 | 0x212A);
        self.texts.iter().any(holds) || (self.folds && units.iter().any(folds))
    }

    /// The same for a path that was rendered.
    pub(super) fn are_in_text(&self, path: &str) -> bool {
        let mut is_found = false;
        let all = 0..path.len();
        self.each_with(path.as_bytes(), std::slice::from_ref(&all), |_| is_found = true);
        is_found || (self.folds && path.contains(['\u{130}', '\u{212a}']))
    }

    /// The same for what an event has in the column Path, with room to render it in.
    pub(super) fn are_in_path_of(&self, event: &PmlEvent<'_>, room: &mut String) -> bool {
        room.clear();
        event.column_text(Column::Path, room);
        self.are_in_text(room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Needles {
        fn are_in_narrow(&self, path: &[u8]) -> bool {
            let mut is_found = false;
            // Something before and behind it must not count.
            let file = [b"\\crypto", path, b"crypto"].concat();
            let all = 7..7 + path.len();
            self.each_with(&file, std::slice::from_ref(&all), |_| is_found = true);
            is_found
        }
    }

    fn all_of(interest: &Interest) -> Vec<Needles> {
        Speed::all().into_iter().map(|speed| Needles::of(interest, speed)).collect()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// Paths of every length around a block, with a needle at every place.
    #[test]
    fn a_text_is_found_at_every_place_and_in_either_case() {
        for text in ["\\crypto", "ab", "aa", "\\protect\\s-1-5-18\\"] {
            let mut all = all_of(&Interest::nothing().or_path_with(text));
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

    /// `|` is `\` with the bit that tells the case of letters.
    #[test]
    fn only_letters_have_a_case() {
        for needles in all_of(&Interest::nothing().or_path_with("\\[a")) {
            assert!(needles.are_in_narrow(b"c:\\[A"));
            for path in ["c:|[a", "c:\\{a", "c:\\[!"] {
                assert!(!needles.are_in_narrow(path.as_bytes()), "{path}");
            }
        }
    }

    #[test]
    fn search_agrees_with_the_interest_on_any_bytes() {
        let interest = Interest::nothing().or_path_with("aba").or_path_with("\\b").folded();
        let all = all_of(&interest);
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
