//! The words by which a row of Procmon's is recognised: its operations and its results.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::model::NtStatus;
use crate::pml::operation::all_names as operation_names;

static OPERATIONS: LazyLock<HashSet<&'static [u8]>> =
    LazyLock::new(|| operation_names().map(str::as_bytes).collect());

/// Operations of more than one word, the longest first.
static PHRASES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut phrases: Vec<_> = operation_names().filter(|name| name.contains(' ')).collect();
    phrases.sort_by_key(|name| std::cmp::Reverse(name.len()));
    phrases
});

/// Results by their first letter, the longest first, so that `NO MORE` is not found in
/// `NO MORE FILES`.
static RESULTS: LazyLock<[Vec<&'static str>; 26]> = LazyLock::new(|| {
    let mut results: [Vec<&'static str>; 26] = Default::default();
    for text in NtStatus::texts() {
        if let Some(letter) = text.bytes().next().and_then(letter) {
            results[letter].push(text);
        }
    }
    for list in &mut results {
        list.sort_by_key(|text| std::cmp::Reverse(text.len()));
    }
    results
});

/// The place of a capital in the alphabet.
fn letter(byte: u8) -> Option<usize> {
    byte.is_ascii_uppercase().then(|| usize::from(byte - b'A'))
}

/// The results that begin as a text does.
fn results_like(text: &str) -> &'static [&'static str] {
    let place = text.bytes().next().and_then(letter);
    place.and_then(|place| RESULTS.get(place)).map_or(&[], Vec::as_slice)
}

/// The shortest and the longest name of one word.
const SHORTEST: usize = 5;
const LONGEST: usize = 60;

/// Whether Procmon has an operation of this name.
pub(super) fn is_operation(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len()) && OPERATIONS.contains(text.as_bytes())
}

/// Whether Procmon shows this text as a result, or a number as it shows an NTSTATUS
/// for which it has no text.
pub(super) fn is_result(text: &str) -> bool {
    text == "SUCCESS" || is_status_number(text) || results_like(text).contains(&text)
}

/// `0xC0000022`, `0x368`.
fn is_status_number(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or_default();
    (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text has the form of a result: a newer Procmon has more of them.
pub(super) fn is_result_like(text: &str) -> bool {
    is_result(text)
        || (text.len() >= 4
            && text.len() <= 50
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ')
            && text.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The first operation at or behind `from` that stands between blanks or the marks that
/// part cells.
pub(super) fn find_operation(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += memchr_capital(bytes.get(at..)?)?;
        let is_begin = at == 0 || parts_cells(bytes[at - 1]);
        if is_begin && let Some(len) = operation_len(text, at) {
            return Some(at..at + len);
        }
        at += 1;
    }
}

/// The next byte that can begin the name of an operation.
fn memchr_capital(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| byte.is_ascii_uppercase() || *byte == b'<')
}

/// The length of the operation that begins here.
fn operation_len(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let ends = |len: usize| rest.as_bytes().get(len).is_none_or(|byte| parts_cells(*byte));
    if rest.starts_with('<') {
        const UNKNOWN: &str = "<Unknown>";
        return (rest.starts_with(UNKNOWN) && ends(UNKNOWN.len())).then_some(UNKNOWN.len());
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let len = rest.bytes().take_while(|byte| is_word(byte)).count();
    // Words that begin a phrase and are no operation themselves.
    if let "Process" | "Thread" | "Load" | "System" | "Debug" | "TCP" | "UDP" = &rest[..len] {
        let phrase = PHRASES.iter().find(|phrase| rest.starts_with(**phrase) && ends(phrase.len()));
        return phrase.map(|phrase| phrase.len());
    }
    (ends(len) && is_operation(&rest[..len])).then_some(len)
}

/// Whether a byte parts the cells of a row, or stands around them.
fn parts_cells(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"|\",;`*>".contains(&byte) || !byte.is_ascii()
}

/// The length of the result that begins a text and ends with it or before a blank.
pub(super) fn result_len(text: &str) -> Option<usize> {
    let ends = |len: usize| text[len..].chars().next().is_none_or(char::is_whitespace);
    match text.as_bytes().first()? {
        b'0' => {
            let len = text.find(char::is_whitespace).unwrap_or(text.len());
            is_status_number(&text[..len]).then_some(len)
        }
        b'A'..=b'Z' => results_like(text)
            .iter()
            .find(|result| text.starts_with(**result) && ends(result.len()))
            .map(|result| result.len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        find_operation(text, 0).map(|range| &text[range])
    }

    #[test]
    fn an_operation_is_a_whole_word() {
        assert_eq!(found("a.exe 12 CreateFile C:\\a"), Some("CreateFile"));
        assert_eq!(found("a.exe\tProcess Create\tC:\\b"), Some("Process Create"));
        assert_eq!(found("\"TCP Send\",\"a\""), Some("TCP Send"));
        assert_eq!(found("| <Unknown> |"), Some("<Unknown>"));
        assert_eq!(found("> IRP_MJ_CREATE x"), Some("IRP_MJ_CREATE"));
        for text in ["CreateFileW", "MyCreateFile", "CreateFile(", "\\CreateFile", "createfile"] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found("Process CreateFile"), Some("CreateFile"));
    }

    #[test]
    fn results_are_known_by_text_and_number() {
        for text in ["SUCCESS", "NAME NOT FOUND", "0xC0000034", "0x368", "REPARSE GLOBAL"] {
            assert!(is_result(text), "{text}");
            assert_eq!(result_len(&format!("{text} Type: x")), Some(text.len()), "{text}");
        }
        for text in ["", "Success", "0x", "0x1234567890", "0xZZ", "NAME NOT", "C:\\a"] {
            assert!(!is_result(text), "{text}");
        }
        assert_eq!(result_len("SUCCESSFUL"), None);
        assert!(is_result_like("LOGON FAILURE") && !is_result_like("Logon failure"));
    }
}
