//! Recognises the format of a text by its beginning, never by a file name.

use super::foreign::{self, Part};
use crate::format::csv::{Dialect, Looks, sniff as sniff_table};
use crate::input::HEAD;
use crate::model::Error;

/// The format that a text was found to have.
#[derive(Debug)]
pub(crate) enum Sniffed {
    Csv(Dialect),
    Xml,
    /// None of these: perhaps pasted events. If no event is found in it, this says what
    /// it looks like.
    Pasted(String),
}

/// Examines the beginning of a text, after its byte order mark.
///
/// # Errors
/// When it is certainly not a capture. The message says what it looks like.
pub(crate) fn sniff(head: &[u8]) -> Result<Sniffed, Error> {
    if head.is_empty() {
        return Err(Error::not_a_capture("the file is empty"));
    }
    refuse_foreign(head)?;
    let sniffed = sniff_text(head)?;
    // A field of an export may have a NUL, as the name of a registry value may.
    if head.contains(&0) && matches!(sniffed, Sniffed::Pasted(_)) {
        return Err(Error::not_a_capture(
            "not a Procmon capture, but binary data of a kind that is not known",
        ));
    }
    Ok(sniffed)
}

fn sniff_text(head: &[u8]) -> Result<Sniffed, Error> {
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start();
    if start.is_empty() && head.len() < 1024 {
        return Err(Error::not_a_capture("the file contains only blanks"));
    }
    if start.starts_with('<') {
        let first = first_element(start);
        let is_page = PAGE.iter().any(|name| first.eq_ignore_ascii_case(name)) || first == "event";
        let tags = ["<procmon", "<processlist", "<eventlist"];
        if !is_page && tags.iter().any(|tag| start.contains(tag)) {
            return Ok(Sniffed::Xml);
        }
        return Ok(Sniffed::Pasted(format!("an XML or HTML text whose first element is {first}")));
    }
    if start.starts_with("version https://git-lfs") {
        return Err(Error::not_a_capture(
            "a Git LFS pointer, not the file itself; fetch it with `git lfs pull`",
        ));
    }
    if start.starts_with(['{', '[']) && is_json(start) {
        return Ok(Sniffed::Pasted(
            "JSON, which is not read; give the capture that it was made from".into(),
        ));
    }
    Ok(match sniff_table(&text) {
        Looks::Events(dialect) => Sniffed::Csv(dialect),
        Looks::OtherTable(what) => Sniffed::Pasted(what),
        Looks::NoTable => Sniffed::Pasted(match foreign::by_text(&text) {
            Some(what) => what.into(),
            None => "plain text".into(),
        }),
    })
}

/// Examines the beginning of a file, before anything is decoded.
///
/// # Errors
/// When its first bytes are those of another kind of file. The message says what it is.
pub(crate) fn refuse_foreign(head: &[u8]) -> Result<(), Error> {
    let part = if head.len() < HEAD { Part::Whole } else { Part::Beginning };
    match foreign::by_bytes(head, part) {
        Some(what) => Err(Error::not_a_capture(format!("not a Procmon capture, but {what}"))),
        None => Ok(()),
    }
}

/// First elements of a page.
const PAGE: [&str; 10] =
    ["html", "head", "body", "p", "div", "pre", "table", "br", "span", "blockquote"];

/// Whether a text that begins with a bracket goes on as JSON does.
fn is_json(start: &str) -> bool {
    let rest = start[1..].trim_start();
    let behind_number = rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let is_number = behind_number.len() < rest.len() && behind_number.starts_with([',', '.']);
    rest.starts_with(['"', '{', '[', '}', ']']) || is_number
}

/// The name of the first element that is neither a declaration nor a comment.
fn first_element(text: &str) -> &str {
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        if !rest.starts_with(['?', '!']) {
            let end = rest.find(|c: char| c.is_whitespace() || "/>".contains(c));
            let end = end.unwrap_or(rest.len()).min(60);
            return &rest[..rest.floor_char_boundary(end)];
        }
    }
    "not closed"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(head: &[u8]) -> String {
        sniff(head).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_capture_is_named() {
        assert!(refusal(b"").contains("empty"));
        assert!(refusal(b"ElfFile\0\0").contains("event log"));
        assert!(refusal(b"\x01\0\x02").contains("binary"));
        assert!(refusal(b"a text\0 and more").contains("binary"));
        assert!(refusal(b"version https://git-lfs.github.com/spec/v1\n").contains("LFS"));
    }

    #[test]
    fn a_nul_in_a_field_of_an_export_does_not_hide_what_it_is() {
        let csv = b"\"Operation\",\"Path\"\r\n\"RegSetValue\",\"HKLM\\a\0b\"\r\n";
        assert!(matches!(sniff(csv), Ok(Sniffed::Csv(_))));
        let xml = b"<procmon><eventlist><event><Path>a\0b</Path>";
        assert!(matches!(sniff(xml), Ok(Sniffed::Xml)));
    }

    #[test]
    fn a_text_in_which_no_event_is_found_is_called_by_its_name() {
        let looks = |head: &[u8]| match sniff(head) {
            Ok(Sniffed::Pasted(what)) => what,
            other => panic!("{other:?}"),
        };
        assert!(looks(b"a,b,c\n1,2,3\n").contains("a, b, c"));
        assert!(looks(b"{\"a\": 1}").contains("JSON"));
        assert_eq!(looks(b"[10:01] bob: it fails\n"), "plain text");
        assert_eq!(looks(b"Hello, a, b\nIt fails.\n"), "plain text");
    }

    #[test]
    fn xml_is_told_from_other_markup() {
        let xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon><processlist>";
        assert!(matches!(sniff(xml), Ok(Sniffed::Xml)));
        let other = sniff(b"<?xml version=\"1.0\"?><!-- x --><Events xmlns=\"y\">").unwrap();
        assert!(matches!(other, Sniffed::Pasted(what) if what.contains("Events")));
    }
}
