//! Compares texts, ignoring case.

use std::borrow::Cow;
use std::cmp::Ordering;

/// The text of one field. Nearly all of them are ASCII and are neither decoded nor
/// copied.
pub(super) enum Text<'a> {
    Ascii(&'a str),
    Wide(Cow<'a, str>),
}

impl<'a> Text<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Text<'a> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.is_ascii() => Text::Ascii(text),
            Ok(text) => Text::Wide(Cow::Borrowed(text)),
            Err(_) => Text::Wide(String::from_utf8_lossy(bytes)),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Text::Ascii(text) => text,
            Text::Wide(text) => text,
        }
    }
}

/// How a text is compared.
#[derive(Clone, Copy, Debug)]
enum Op {
    Is,
    BeginsWith,
    EndsWith,
    /// With the index of the needle's rarest byte.
    Contains(usize),
}

/// A needle and a comparison.
#[derive(Clone, Debug)]
pub(super) struct TextCheck {
    op: Op,
    /// In lower case.
    needle: String,
}

impl TextCheck {
    pub(super) fn is(needle: &str) -> TextCheck {
        TextCheck { op: Op::Is, needle: fold(needle) }
    }

    pub(super) fn begins_with(needle: &str) -> TextCheck {
        TextCheck { op: Op::BeginsWith, needle: fold(needle) }
    }

    pub(super) fn ends_with(needle: &str) -> TextCheck {
        TextCheck { op: Op::EndsWith, needle: fold(needle) }
    }

    pub(super) fn contains(needle: &str) -> TextCheck {
        let needle = fold(needle);
        TextCheck { op: Op::Contains(rarest(needle.as_bytes())), needle }
    }

    /// Whether the comparison is true.
    pub(super) fn holds(&self, text: &Text<'_>) -> bool {
        match text {
            Text::Ascii(text) => self.holds_ascii(text.as_bytes()),
            Text::Wide(text) => self.holds_wide(text),
        }
    }

    /// A needle beyond ASCII is in no ASCII text; comparing bytes gives that result
    /// without special treatment.
    fn holds_ascii(&self, text: &[u8]) -> bool {
        let needle = self.needle.as_bytes();
        let Some(spare) = text.len().checked_sub(needle.len()) else { return false };
        match self.op {
            Op::Is => spare == 0 && text.eq_ignore_ascii_case(needle),
            Op::BeginsWith => text[..needle.len()].eq_ignore_ascii_case(needle),
            Op::EndsWith => text[spare..].eq_ignore_ascii_case(needle),
            Op::Contains(rare) => {
                let Some(&byte) = needle.get(rare) else { return true };
                // Every place where the rare byte of a match can be.
                let places = &text[rare..=rare + spare];
                memchr::memchr2_iter(byte, byte.to_ascii_uppercase(), places)
                    .any(|start| text[start..start + needle.len()].eq_ignore_ascii_case(needle))
            }
        }
    }

    fn holds_wide(&self, text: &str) -> bool {
        let needle = self.needle.as_str();
        match self.op {
            Op::Is => text.chars().map(fold_char).eq(needle.chars()),
            Op::BeginsWith => begins_folded(text, needle),
            Op::EndsWith => {
                let mut text = text.chars().rev().map(fold_char);
                needle.chars().rev().all(|c| text.next() == Some(c))
            }
            Op::Contains(_) => {
                text.char_indices().any(|(start, _)| begins_folded(&text[start..], needle))
            }
        }
    }

    /// Whether an ASCII text has to be searched, not only compared at one place.
    pub(super) fn searches(&self) -> bool {
        matches!(self.op, Op::Contains(_))
    }
}

/// The order of a text and a lower-case needle. The bytes of UTF-8 sort like its
/// characters, so ASCII texts are compared with any needle by bytes.
pub(super) fn compare_folded(text: &Text<'_>, needle: &str) -> Ordering {
    match text {
        Text::Ascii(text) => text.bytes().map(|b| b.to_ascii_lowercase()).cmp(needle.bytes()),
        Text::Wide(text) => text.chars().map(fold_char).cmp(needle.chars()),
    }
}

/// Lower case, each character by itself, as Windows compares names.
pub(super) fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

fn begins_folded(text: &str, needle: &str) -> bool {
    let mut text = text.chars().map(fold_char);
    needle.chars().all(|c| text.next() == Some(c))
}

/// The index of the byte that is rarest in Procmon's texts, so that the search seldom
/// stops in vain.
fn rarest(needle: &[u8]) -> usize {
    /// The most common bytes first, as counted in 97,000 events of real captures.
    const COMMON: &[u8] = b"esot\\ricand lwmf0:p1.-b3hx2g64u5y89kv_,7\"/~{}qz=j";
    let rank = |byte: u8| COMMON.iter().position(|&c| c == byte).unwrap_or(COMMON.len());
    (0..needle.len()).max_by_key(|&place| rank(needle[place])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text, needle, and whether it is, begins with, ends with and contains it.
    const CASES: [(&str, &str, [bool; 4]); 12] = [
        ("MachineKeys", "machinekeys", [true, true, true, true]),
        (r"C:\ProgramData\Keys\c2_x", "keys", [false, false, false, true]),
        (r"C:\ProgramData", "c:\\PROG", [false, true, false, true]),
        (r"C:\pagefile.SYS", "FILE.sys", [false, false, true, true]),
        ("short", "much longer", [false, false, false, false]),
        ("aab", "ab", [false, false, true, true]),
        ("", "", [true, true, true, true]),
        // Beyond ASCII.
        ("C:\\Benutzer\\M\u{dc}LLER", "m\u{fc}ller", [false, false, true, true]),
        ("\u{3a3}\u{391}\u{3a3}", "\u{3c3}\u{3b1}\u{3c3}", [true, true, true, true]),
        ("\u{416}urnal", "\u{436}", [false, true, false, true]),
        // The lower case of the Kelvin sign and of the dotted I is ASCII.
        ("\u{212a}eys", "keys", [true, true, true, true]),
        ("plain", "pl\u{e4}in", [false, false, false, false]),
    ];

    #[test]
    fn case_does_not_count_in_any_script() {
        for (text, needle, want) in CASES {
            let text = Text::new(text.as_bytes());
            let checks = [
                TextCheck::is(needle),
                TextCheck::begins_with(needle),
                TextCheck::ends_with(needle),
                TextCheck::contains(needle),
            ];
            let got = checks.map(|check| check.holds(&text));
            assert_eq!(got, want, "{} {needle}", text.as_str());
        }
    }

    #[test]
    fn a_dotted_capital_i_is_one_character() {
        assert_eq!(fold("\u{130}X"), "ix");
        assert!(TextCheck::is("iis").holds(&Text::new("\u{130}\u{130}S".as_bytes())));
    }

    #[test]
    fn every_place_of_a_match_is_found() {
        for place in 0..40 {
            for length in 1..6 {
                let text = format!("{}{}", "-".repeat(place), &"QzKeY"[..length]);
                let check = TextCheck::contains(&"qZkEy"[..length]);
                assert!(check.holds(&Text::new(text.as_bytes())), "{text}");
                assert!(check.holds(&Text::new(format!("{text}\u{e9}").as_bytes())), "{text}");
            }
        }
    }

    #[test]
    fn damaged_text_is_compared_as_it_is_shown() {
        let text = Text::new(b"Vol\xffume");
        assert!(TextCheck::contains("vol\u{fffd}").holds(&text));
        assert!(TextCheck::ends_with("UME").holds(&text));
    }

    #[test]
    fn order_is_of_lower_case() {
        for (text, needle, want) in [
            ("B", "a", Ordering::Greater),
            ("a", "b", Ordering::Less),
            ("Abc", "abc", Ordering::Equal),
            ("z", "\u{e9}", Ordering::Less),
            ("\u{c9}", "\u{e9}", Ordering::Equal),
        ] {
            assert_eq!(compare_folded(&Text::new(text.as_bytes()), needle), want, "{text}");
        }
    }
}
