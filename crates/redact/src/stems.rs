//! The names of key files.

use procmonkey_analysis::ContainerNames;

use crate::guid::in_case_of;
use crate::key::{Key, hex};

/// The fewest hexadecimal digits that are taken for a digest.
pub(crate) const FEWEST: usize = 16;

/// Digits of the same number that stand for these. The stem of a container that is found on many
/// computers stays.
pub(crate) fn other(key: &Key, names: &ContainerNames, digits: &str) -> String {
    let lower = digits.to_ascii_lowercase();
    if names.find(&lower).is_some() {
        return digits.to_string();
    }
    let made = hex(&key.stream("digits", lower.as_bytes(), digits.len().div_ceil(2)));
    in_case_of(digits, made.chars().take(digits.len()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_of_public_containers_stay_and_others_keep_their_length() {
        let (key, names) = (Key::new([5; 32]), ContainerNames::known());
        // Microsoft Internet Information Server
        let public = "c2319c42033a5ca7f44e731bfd3fa2b5";
        assert_eq!(other(&key, &names, public), public);
        let own = "d6d986f09a1ee04e24c949879fdb506d";
        let made = other(&key, &names, own);
        assert!(made.len() == own.len() && made != own);
        assert_eq!(other(&key, &names, &own.to_uppercase()), made.to_uppercase());
        assert_eq!(other(&key, &names, "0123456789abcdef0").len(), 17);
    }
}
