//! GUIDs, which become other GUIDs.

use procmonkey_analysis::MachineGuid;

use crate::forms::goes_on;
use crate::key::{Key, hex};

/// How many characters a GUID has, without braces.
const LENGTH: usize = 36;

/// The GUID at the beginning of a text.
pub(crate) fn guid_at(text: &str) -> Option<&str> {
    let guid = text.get(..LENGTH)?;
    let is_right = guid.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (is_right && !goes_on(text.get(LENGTH..).unwrap_or_default())).then_some(guid)
}

/// The GUID that stands for another one, the same in any case. Version and variant stay, because
/// they tell how a GUID was made; one of zeros or of Fs alone stays as it is.
pub(crate) fn other(key: &Key, guid: &str) -> String {
    let digits: Vec<char> = guid.chars().filter(|c| *c != '-').collect();
    if ['0', 'f'].iter().any(|one| digits.iter().all(|digit| digit.eq_ignore_ascii_case(one))) {
        return guid.to_string();
    }
    let lower: String = digits.iter().collect::<String>().to_ascii_lowercase();
    let made = hex(&key.stream("guid", lower.as_bytes(), 16));
    let mut made = made.chars();
    let mut place = 0;
    let replaced = guid.chars().map(|old| {
        if old == '-' {
            return old;
        }
        let new = made.next().unwrap_or('0');
        place += 1;
        // The 13th digit is the version, the 17th the variant.
        if matches!(place, 13 | 17) { old } else { new }
    });
    // A report on the capture has to know that this is no GUID of the computer.
    let marked = MachineGuid::new(replaced.collect::<String>()).into_pseudonym();
    in_case_of(guid, marked.to_string())
}

/// A text in lower case where the pattern has lower-case letters. Where it has no letters at all,
/// it is in upper case, as Procmon prints digits.
pub(crate) fn in_case_of(pattern: &str, text: String) -> String {
    match pattern.chars().any(|c| c.is_ascii_lowercase()) {
        true => text.to_ascii_lowercase(),
        false => text.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_becomes_the_same_other_guid_in_every_case() {
        let key = Key::new([3; 32]);
        let guid = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
        let made = other(&key, guid);
        assert!(guid_at(&made) == Some(&made) && made != guid);
        assert_eq!(other(&key, &guid.to_uppercase()), made.to_uppercase());
        assert_eq!((made.get(14..15), made.get(19..20)), (Some("4"), Some("9")));
        assert_ne!(other(&key, "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e2"), made);
        assert_ne!(other(&Key::new([4; 32]), guid), made);
        assert!(MachineGuid::new(made).is_pseudonym() && !MachineGuid::new(guid).is_pseudonym());
        let none = "00000000-0000-0000-0000-000000000000";
        assert_eq!(other(&key, none), none);
    }

    #[test]
    fn what_is_longer_is_no_guid() {
        assert!(guid_at("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1}").is_some());
        assert!(guid_at("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1a").is_none());
        assert!(guid_at("4f6c1d2e-8a3b-4c57-9e10").is_none());
    }
}
