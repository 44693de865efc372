//! Tells the format of a text by its beginning, never by a file name.

use crate::format::csv::{Dialect, Looks, sniff as sniff_table};
use crate::model::Error;

/// What a text was found to be.
#[derive(Debug)]
pub(crate) enum Sniffed {
    Csv(Dialect),
    Xml,
    /// Neither: perhaps pasted events. If none is found, this is what it looks like.
    Pasted(String),
}

/// Files that turn up beside captures, by their first bytes.
const FOREIGN: [(&[u8], &str); 7] = [
    (b"ElfFile\0", "a Windows event log (EVTX)"),
    (b"regf", "a registry hive"),
    (b"MZ", "a Windows program"),
    (b"MDMP", "a memory dump"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"\xfd7zXZ\0", "an xz stream; unpack it first"),
    (b"BZh", "a bzip2 stream; unpack it first"),
];

/// Looks at the beginning of the text, behind a byte order mark.
///
/// # Errors
/// When it is certainly no capture; the message says what it looks like.
pub(crate) fn sniff(head: &[u8]) -> Result<Sniffed, Error> {
    if head.is_empty() {
        return Err(Error::not_a_capture("the file is empty"));
    }
    if let Some((_, what)) = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(Error::not_a_capture(format!("not a Procmon capture, but {what}")));
    }
    if head.contains(&0) {
        return Err(Error::not_a_capture("not a Procmon capture, but binary data"));
    }
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start();
    if start.is_empty() && head.len() < 1024 {
        return Err(Error::not_a_capture("the file holds nothing but blanks"));
    }
    if start.starts_with('<') {
        if ["<procmon", "<processlist", "<eventlist"].iter().any(|tag| start.contains(tag)) {
            return Ok(Sniffed::Xml);
        }
        return Ok(Sniffed::Pasted(format!(
            "an XML or HTML text whose first element is {}",
            first_element(start)
        )));
    }
    match sniff_table(&text) {
        Looks::Events(dialect) => Ok(Sniffed::Csv(dialect)),
        Looks::OtherTable(what) => {
            Err(Error::not_a_capture(format!("not a Procmon event export, but {what}")))
        }
        Looks::NoTable if start.starts_with("version https://git-lfs") => {
            Err(Error::not_a_capture(
                "a Git LFS pointer, not the file itself; fetch it with `git lfs pull`",
            ))
        }
        Looks::NoTable if start.starts_with(['{', '[']) => Ok(Sniffed::Pasted("JSON".into())),
        Looks::NoTable => Ok(Sniffed::Pasted("plain text".into())),
    }
}

/// The name of the first element that is no declaration or comment.
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
        assert!(refusal(b"version https://git-lfs.github.com/spec/v1\n").contains("LFS"));
        assert!(refusal(b"a,b,c\n1,2,3\n").contains("a, b, c"));
    }

    #[test]
    fn xml_is_told_from_other_markup() {
        let xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon><processlist>";
        assert!(matches!(sniff(xml), Ok(Sniffed::Xml)));
        let other = sniff(b"<?xml version=\"1.0\"?><!-- x --><Events xmlns=\"y\">").unwrap();
        assert!(matches!(other, Sniffed::Pasted(what) if what.contains("Events")));
    }
}
