//! The Detail column, split into `Key: value` items.
//!
//! Procmon escapes nothing, so a value may contain `, ` and `: `. A value ends before the
//! next key that the operation is known to write.

mod advanced;
mod keys;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use advanced::{UsualName, usual_name};
use keys::{KeyOrder, key_order_of};

/// A Detail text, split into its items.
///
/// The original text is always kept: [`Detail::text`]. Joining the items as `Key: value`
/// with `, ` gives the same text, unless [`Detail::is_split`] is false.
///
/// ```
/// use procmonkey_parser::Detail;
///
/// let text = "Desired Access: Read Attributes, Delete, Disposition: Open, OpenResult: Opened";
/// let detail = Detail::parse("CreateFile", text);
/// assert_eq!(detail.get("Desired Access"), Some("Read Attributes, Delete"));
/// assert_eq!(detail.get("OpenResult"), Some("Opened"));
/// assert_eq!(detail.get("Impersonating"), None);
///
/// let detail = Detail::parse("WriteFile", "Offset: 4\u{a0}697, Length: 1,078");
/// assert_eq!(detail.integer("Offset"), Some(4697));
/// assert_eq!(detail.integer("Length"), Some(1078));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail<'a> {
    text: Cow<'a, str>,
    items: Vec<(Range<usize>, Range<usize>)>,
    guessed: bool,
}

/// One item of a Detail text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailItem<'a> {
    /// The key, without its colon.
    pub key: &'a str,
    /// The value, as written.
    pub value: &'a str,
}

impl<'a> Detail<'a> {
    /// Splits the Detail text of an operation.
    pub fn parse(operation: &str, text: impl Into<Cow<'a, str>>) -> Detail<'a> {
        let text = text.into();
        let (keys, guessed) = match usual_name(operation, &text) {
            UsualName::Same => keys_of(operation, &text, 0),
            UsualName::Known(name) => keys_of(name, &text, 0),
            UsualName::AsType(_) => {
                keys_behind_type(&text).unwrap_or_else(|| keys_of(operation, &text, 0))
            }
        };
        let items = to_items(&text, &keys);
        Detail { text, items, guessed }
    }

    /// The text as the capture has it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The items, in their order.
    pub fn items(&self) -> impl Iterator<Item = DetailItem<'_>> {
        self.items.iter().map(|(key, value)| DetailItem {
            key: &self.text[key.clone()],
            value: &self.text[value.clone()],
        })
    }

    /// The value of the first item with this key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.items().find(|item| item.key == key).map(|item| item.value)
    }

    /// The value of a key that Procmon writes as a whole number, with or without the
    /// grouping of the exporter's locale (`1,078`, `1.078`, `1 078`).
    pub fn integer(&self, key: &str) -> Option<u64> {
        grouped_integer(self.get(key)?)
    }

    /// Whether the text was split into items. False for an empty text and for one without
    /// a key.
    pub fn is_split(&self) -> bool {
        !self.items.is_empty()
    }

    /// Whether everything that looks like a key was taken for one, because the operation
    /// is not known or its text does not begin with one of its keys.
    pub fn is_guessed(&self) -> bool {
        self.guessed
    }
}

/// The places of the keys in the text of an operation, in front of which stand so many
/// items, and whether they were guessed.
fn keys_of(operation: &str, text: &str, before: u64) -> (Vec<Range<usize>>, bool) {
    let known = match key_order_of(operation) {
        KeyOrder::Keys(sequence) => by_sequence(text, sequence),
        KeyOrder::Directory => by_directory(text, before),
        KeyOrder::Guess => None,
    };
    match known {
        Some(keys) => (keys, false),
        None if text.is_empty() => (Vec::new(), false),
        None => (by_guess(text).unwrap_or_default(), true),
    }
}

/// The same, for a text that begins with the usual name of its operation, as Advanced Output
/// writes it.
fn keys_behind_type(text: &str) -> Option<(Vec<Range<usize>>, bool)> {
    const TYPE: &str = "Type";
    let value = text.strip_prefix(TYPE)?.strip_prefix(": ")?;
    let (name, rest) = value.split_once(", ").unwrap_or((value, ""));
    let (keys, guessed) = keys_of(name, rest, 1);
    let at = text.len() - rest.len();
    let behind = keys.into_iter().map(|key| key.start + at..key.end + at);
    Some((std::iter::once(0..TYPE.len()).chain(behind).collect(), guessed))
}

/// The keys that an operation is known to write, in their order.
pub(crate) fn known_keys(operation: &str) -> Option<&'static [&'static str]> {
    match key_order_of(operation) {
        KeyOrder::Keys(keys) => Some(keys),
        KeyOrder::Directory | KeyOrder::Guess => None,
    }
}

/// Whether a text begins with a key that the operation is known to write, or, of an
/// operation of which nothing is known, with what looks like a key.
pub(crate) fn begins_with_key(operation: &str, text: &str) -> bool {
    match key_order_of(operation) {
        KeyOrder::Keys(keys) => keys.iter().any(|key| key_at(text, 0, key)),
        KeyOrder::Directory => by_directory(text, 0).is_some(),
        KeyOrder::Guess => by_guess(text).is_some(),
    }
}

/// Reads a whole number with or without grouping marks.
pub(crate) fn grouped_integer(text: &str) -> Option<u64> {
    let mut value: u64 = 0;
    let mut any = false;
    for c in text.chars() {
        match c {
            '0'..='9' => {
                value = value.checked_mul(10)?.checked_add(u64::from(c as u32 - '0' as u32))?;
                any = true;
            }
            ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}' if any => {}
            _ => return None,
        }
    }
    any.then_some(value)
}

/// Turns the ranges of the keys into ranges of keys and values.
fn to_items(text: &str, keys: &[Range<usize>]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut items = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        let start = (key.end + 2).min(text.len());
        let end = keys.get(index + 1).map_or(text.len(), |next| next.start - 2);
        items.push((key.clone(), start..end));
    }
    items
}

/// Whether `text[at..]` begins with `key` and a colon. Procmon ends an empty last value
/// after the colon and a blank; a copy of the text may have lost the blank.
fn key_at(text: &str, at: usize, key: &str) -> bool {
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(key)) else { return false };
    rest.starts_with(": ") || rest == ":"
}

/// Finds the keys of a known sequence. `None` if the text does not begin with one of
/// them.
fn by_sequence(text: &str, sequence: &[&str]) -> Option<Vec<Range<usize>>> {
    let first = sequence.iter().position(|key| key_at(text, 0, key))?;
    let mut found = Vec::with_capacity(sequence.len());
    let (mut index, mut at) = (first, 0);
    loop {
        let end = at + sequence[index].len();
        found.push(at..end);
        let later = &sequence[index + 1..];
        let next = separators(text, end).find_map(|start| {
            let place = later.iter().position(|key| key_at(text, start, key))?;
            Some((index + 1 + place, start))
        });
        match next {
            Some(next) => (index, at) = next,
            None => return Some(found),
        }
    }
}

/// Finds filter, information class and the ascending numbers of the entries, which are their
/// places in the text: so many items stand before it.
fn by_directory(text: &str, before: u64) -> Option<Vec<Range<usize>>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut smallest = before;
    let mut key_from = |start: usize| -> Option<Range<usize>> {
        for name in ["FileInformationClass", "Filter"] {
            if key_at(text, start, name) {
                return Some(start..start + name.len());
            }
        }
        let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = text[start..start + digits].parse().ok()?;
        // The number of an entry is the next one, or the one after it if another item has
        // taken a place. So a file name such as `x, 2: y` is seldom taken for an entry.
        let next = key_at(text, start, &text[start..start + digits])
            && (smallest..=smallest + 2).contains(&number);
        next.then(|| {
            smallest = number + 1;
            start..start + digits
        })
    };
    found.push(key_from(0)?);
    for start in separators(text, 0) {
        found.extend(key_from(start));
    }
    Some(found)
}

/// Finds what looks like a key: a capital letter, then letters, digits and a few other
/// characters, then a colon.
fn by_guess(text: &str) -> Option<Vec<Range<usize>>> {
    let key_from = |start: usize| -> Option<Range<usize>> {
        let rest = &text[start..];
        let colon = rest.find(": ").or_else(|| rest.strip_suffix(':').map(str::len))?;
        let key = &rest[..colon];
        let looks_right = key.len() <= 32
            && key.starts_with(|c: char| c.is_ascii_uppercase())
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b" /_-&".contains(&b));
        looks_right.then_some(start..start + colon)
    };
    let mut found = vec![key_from(0)?];
    for start in separators(text, 0) {
        found.extend(key_from(start));
    }
    Some(found)
}

/// The places after each `, ` at `from` or later.
fn separators(text: &str, from: usize) -> impl Iterator<Item = usize> {
    let rest = text.get(from..).unwrap_or("").as_bytes();
    let commas = memchr::memchr_iter(b',', rest);
    commas.filter(|at| rest.get(at + 1) == Some(&b' ')).map(move |at| from + at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(operation: &str, text: &str) -> Vec<(String, String)> {
        let detail = Detail::parse(operation, text);
        let joined: Vec<_> =
            detail.items().map(|item| format!("{}: {}", item.key, item.value)).collect();
        if detail.is_split() {
            assert_eq!(joined.join(", "), text, "the items must give the text back");
        }
        detail.items().map(|item| (item.key.to_string(), item.value.to_string())).collect()
    }

    fn value(operation: &str, text: &str, key: &str) -> Option<String> {
        pairs(operation, text).into_iter().find(|pair| pair.0 == key).map(|pair| pair.1)
    }

    #[test]
    fn data_takes_everything_to_the_end() {
        let text = "Type: REG_MULTI_SZ, Length: 60, Data: one, Length: 2, three";
        assert_eq!(value("RegSetValue", text, "Data").as_deref(), Some("one, Length: 2, three"));
        assert_eq!(value("RegSetValue", text, "Length").as_deref(), Some("60"));
    }

    #[test]
    fn environment_keeps_its_line_ends() {
        let text = "Parent PID: 700, Command line: a.exe /x, Current directory: C:\\, \
                    Environment: \r;\tA=1, B: 2\r;\tC=3";
        assert_eq!(value("Process Start", text, "Command line").as_deref(), Some("a.exe /x"));
        assert!(value("Process Start", text, "Environment").unwrap().contains("B: 2"));
    }

    #[test]
    fn optional_keys_may_be_missing() {
        let text = "Desired Access: Generic Read, Disposition: Open, Options: , Attributes: n/a, \
                    ShareMode: Read, AllocationSize: n/a";
        assert_eq!(value("CreateFile", text, "Options").as_deref(), Some(""));
        assert_eq!(value("CreateFile", text, "OpenResult"), None);
    }

    #[test]
    fn an_empty_last_value_is_empty() {
        assert_eq!(
            value("RegQueryValue", "Type: REG_QWORD, Length: 8, Data: ", "Data").as_deref(),
            Some("")
        );
    }

    #[test]
    fn directory_entries_are_numbered() {
        let old = "Filter: *, 1: ., 2: .., 3: a, b.txt";
        assert_eq!(value("QueryDirectory", old, "3").as_deref(), Some("a, b.txt"));
        let overwritten = "0: ., FileInformationClass: FileBothDirectoryInformation, 2: x";
        assert_eq!(value("QueryDirectory", overwritten, "2").as_deref(), Some("x"));
        let new = "FileInformationClass: FileNamesInformation, Filter: c2*, 2: c23";
        assert_eq!(value("QueryDirectory", new, "Filter").as_deref(), Some("c2*"));
    }

    #[test]
    fn an_unknown_operation_is_split_by_looks_and_says_so() {
        let detail = Detail::parse("IRP_MJ_99", "Minor Code: 4, Flags: a, b");
        assert!(detail.is_guessed());
        assert_eq!(detail.get("Flags"), Some("a, b"));
        assert!(!Detail::parse("IRP_MJ_99", "no key here").is_split());
        assert!(!Detail::parse("WriteFile", "Offset: 1").is_guessed());
    }

    #[test]
    fn numbers_of_every_locale_are_read() {
        for text in ["4697", "4,697", "4.697", "4 697", "4\u{a0}697", "4\u{202f}697", "4'697"] {
            assert_eq!(grouped_integer(text), Some(4697), "{text}");
        }
        for text in ["", "n/a", "-1", "0x10", ",1"] {
            assert_eq!(grouped_integer(text), None, "{text}");
        }
    }
}
