//! The Detail column: `Key: value` items over the original text.
//!
//! Procmon escapes nothing, so a value may hold `, ` and `: ` itself. What ends a
//! value is the next key that the operation is known to write.

mod keys;

use std::borrow::Cow;
use std::ops::Range;

use keys::{Shape, shape_of};

/// A Detail text, split into its items.
///
/// The original text is always kept: [`Detail::text`]. Joining the items as
/// `Key: value` with `, ` gives it back, unless [`Detail::is_split`] is false.
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
        let mut guessed = false;
        let mut keys = match shape_of(operation) {
            Shape::Keys(sequence) => by_sequence(&text, sequence),
            Shape::Directory => by_directory(&text),
            Shape::Guess => None,
        };
        if keys.is_none() && !text.is_empty() {
            guessed = true;
            keys = by_guess(&text);
        }
        let items = to_items(&text, &keys.unwrap_or_default());
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

    /// The value of a key that Procmon writes as a whole number, grouped by the
    /// exporter's locale or not (`1,078`, `1.078`, `1 078`).
    pub fn integer(&self, key: &str) -> Option<u64> {
        grouped_integer(self.get(key)?)
    }

    /// Whether the text was split into items. False for an empty text and for
    /// one in which no key was found.
    pub fn is_split(&self) -> bool {
        !self.items.is_empty()
    }

    /// Whether the keys were taken by their looks, because the operation is not
    /// known or its text does not begin with a key that it writes.
    pub fn is_guessed(&self) -> bool {
        self.guessed
    }
}

/// The keys that an operation is known to write, in their order.
pub(crate) fn known_keys(operation: &str) -> Option<&'static [&'static str]> {
    match shape_of(operation) {
        Shape::Keys(keys) => Some(keys),
        Shape::Directory | Shape::Guess => None,
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

/// Turns the places of the keys into key and value ranges.
fn to_items(text: &str, keys: &[Range<usize>]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut items = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        let start = (key.end + 2).min(text.len());
        let end = keys.get(index + 1).map_or(text.len(), |next| next.start - 2);
        items.push((key.clone(), start..end));
    }
    items
}

/// Whether `text[at..]` begins with `key` and a colon. Procmon ends an empty
/// last value after the colon and its blank; a copy may have lost the blank.
fn key_at(text: &str, at: usize, key: &str) -> bool {
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(key)) else { return false };
    rest.starts_with(": ") || rest == ":"
}

/// Finds the keys of a known sequence. `None` when the text does not begin with
/// one of them.
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

/// Finds filter, information class and the ascending entry numbers.
fn by_directory(text: &str) -> Option<Vec<Range<usize>>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut smallest = 0u64;
    let mut key_from = |start: usize| -> Option<Range<usize>> {
        for name in ["FileInformationClass", "Filter"] {
            if key_at(text, start, name) {
                return Some(start..start + name.len());
            }
        }
        let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = text[start..start + digits].parse().ok()?;
        // An entry's number is the next one, or the one after a slot that another
        // item took; a file name such as `x, 2: y` cannot pass for it for long.
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

/// Finds what looks like a key: a capital letter, then letters, digits and a few
/// signs, then a colon.
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

/// The places after each `, ` at or behind `from`.
fn separators(text: &str, from: usize) -> impl Iterator<Item = usize> {
    let rest = text.get(from..).unwrap_or("");
    memchr::memmem::find_iter(rest.as_bytes(), b", ").map(move |at| from + at + 2)
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
