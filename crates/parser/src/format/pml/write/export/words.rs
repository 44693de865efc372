//! From Procmon's words back to bits.

use crate::pml::access::{ATTRIBUTES, FILE_ACCESS, KEY_ACCESS, Words};

/// The bits of words that are separated by a comma, and of a number among them.
/// Words that are not in the list do not count.
pub(super) fn bits(text: &str, words: &Words) -> u32 {
    let of_word = |part: &str| match hex(part) {
        Some(number) => number as u32,
        None => words.iter().find(|(_, word)| *word == part).map_or(0, |(bits, _)| *bits),
    };
    text.split(", ").fold(0, |bits, part| bits | of_word(part))
}

/// A number such as `0x1f`.
pub(super) fn hex(text: &str) -> Option<u64> {
    u64::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok()
}

/// The rights asked of a file.
pub(super) fn file_access(text: &str) -> u32 {
    access(text, &FILE_ACCESS)
}

/// The rights asked of a registry key.
pub(super) fn key_access(text: &str) -> u32 {
    access(text, &KEY_ACCESS)
}

fn access(text: &str, words: &Words) -> u32 {
    match text.strip_prefix("None ").and_then(hex) {
        Some(access) => access as u32,
        None => bits(text, words),
    }
}

/// The attributes of a file, whose letters stand without a separator.
pub(super) fn attributes(text: &str) -> Option<u32> {
    if text == "n/a" {
        return Some(0);
    }
    letters(text, &ATTRIBUTES)
}

/// Letters come in the order of the list; `R` may be the first of `RP`.
fn letters(text: &str, words: &Words) -> Option<u32> {
    if text.is_empty() {
        return Some(0);
    }
    let (&(bit, word), later) = words.split_first()?;
    let taken = text.strip_prefix(word).and_then(|rest| letters(rest, later));
    taken.map(|bits| bits | bit).or_else(|| letters(text, later))
}

pub(super) fn share_mode(text: &str) -> u32 {
    bits(text, &[(1, "Read"), (2, "Write"), (4, "Delete")])
}

/// The place of a word in a list.
pub(super) fn place(text: &str, list: &[&str]) -> Option<u32> {
    list.iter().position(|word| *word == text).map(|place| place as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pml::access::{push_attributes, push_file_access, push_key_access};

    #[test]
    fn words_lead_back_to_the_same_words() {
        for access in [0x1F_01FF, 0x12_0196, 0x10_0080, 0x200_0000, 0, 0x12_019F | 0x1_0000] {
            let mut text = String::new();
            push_file_access(&mut text, access);
            assert_eq!(file_access(&text), access, "{text}");
            text.clear();
            push_key_access(&mut text, access);
            let again = key_access(&text);
            let mut second = String::new();
            push_key_access(&mut second, again);
            assert_eq!(text, second);
        }
        for attributes_ in [0, 0x10, 0x20, 0x2020, 0x480, 0x401, 0x2106, 0x201, 0x880] {
            let mut text = String::new();
            push_attributes(&mut text, attributes_);
            assert_eq!(attributes(&text), Some(attributes_), "{text}");
        }
        assert_eq!(attributes("Q"), None);
    }
}
