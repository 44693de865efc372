//! Lines of a mail as it is sent: signs as `=3D`, and lines cut with `=` at their end.

use super::vocabulary::{is_operation, is_result};

/// Undoes the encoding of mails, once a text shows that it has it.
#[derive(Debug, Default)]
pub(super) struct QuotedPrintable {
    is_on: bool,
    /// A line that goes on in the next one.
    begun: Vec<u8>,
    is_begun: bool,
}

/// A line that goes on for longer than this is none.
const LONGEST: usize = 1024 * 1024;

/// How long a line is that was cut: at most 76 signs, and not much less.
const CUT_LINE: std::ops::RangeInclusive<usize> = 64..=78;

/// What came of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// It is as it was.
    Same,
    /// This is what it means.
    Text(Vec<u8>),
    /// It goes on in the next line.
    GoesOn,
}

impl QuotedPrintable {
    /// Takes the next line of the text.
    pub(super) fn take(&mut self, line: &[u8]) -> Decoded {
        if !self.is_begun && memchr::memchr(b'=', line).is_none() {
            self.note_header(line);
            return Decoded::Same;
        }
        if !self.is_on && !self.is_begun {
            self.is_on = shows_encoding(line);
        }
        let is_cut = line.ends_with(b"=") && (self.is_on || looks_cut(line));
        if !(self.is_on || is_cut || self.is_begun) {
            return Decoded::Same;
        }
        let content = if is_cut { &line[..line.len() - 1] } else { line };
        // A line that only looks cut is joined, and nothing else of it is touched.
        match self.is_on {
            true => decode(content, &mut self.begun),
            false => self.begun.extend_from_slice(content),
        }
        self.is_begun = is_cut && self.begun.len() < LONGEST;
        match self.is_begun {
            true => Decoded::GoesOn,
            false => Decoded::Text(std::mem::take(&mut self.begun)),
        }
    }

    /// What is left of a line that should have gone on.
    pub(super) fn finish(&mut self) -> Option<Vec<u8>> {
        std::mem::take(&mut self.is_begun).then(|| std::mem::take(&mut self.begun))
    }

    /// The header of a mail says how its text is encoded.
    fn note_header(&mut self, line: &[u8]) {
        const NAME: &[u8] = b"content-transfer-encoding:";
        if matches!(line.first(), Some(b'C' | b'c'))
            && let Some((name, value)) = line.split_at_checked(NAME.len())
            && name.eq_ignore_ascii_case(NAME)
        {
            self.is_on = value.trim_ascii().eq_ignore_ascii_case(b"quoted-printable");
        }
    }
}

/// Whether a line has something that only this encoding writes: a tab behind a colon, or
/// in a row, or a blank behind a word of Procmon's that ends the line.
fn shows_encoding(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    if text.contains(":=09") || text.contains(":=20") || text.matches("=09").count() >= 3 {
        return true;
    }
    let ends = ["=20", "=09", "=0D=0A", "=0D", "=0A"];
    let Some(rest) = ends.iter().find_map(|end| text.strip_suffix(end)) else { return false };
    let value = rest.rsplit([':', '\t']).next().unwrap_or(rest).trim();
    let last = rest.trim_end();
    let ends_with_result = last.rsplit_once("  ").is_some_and(|(_, word)| is_result(word.trim()));
    is_operation(value)
        || is_result(value)
        || ends_with_result
        || matches!(value, "Registry" | "File System" | "Process" | "Network" | "Profiling")
}

/// Whether a line was cut because it was too long.
fn looks_cut(line: &[u8]) -> bool {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    CUT_LINE.contains(&line.len()) && !line.ends_with(b"==") && !line.iter().all(is_base64)
}

/// Appends what a line means.
fn decode(line: &[u8], out: &mut Vec<u8>) {
    let digit =
        |byte: Option<&u8>| (*byte? as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'=', rest) {
        out.extend_from_slice(&rest[..at]);
        match (digit(rest.get(at + 1)), digit(rest.get(at + 2))) {
            (Some(high), Some(low)) => {
                out.push(high * 16 + low);
                rest = &rest[at + 3..];
            }
            _ => {
                out.push(b'=');
                rest = &rest[at + 1..];
            }
        }
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[&str]) -> Vec<String> {
        let mut reader = QuotedPrintable::default();
        let mut found = Vec::new();
        for line in lines {
            match reader.take(line.as_bytes()) {
                Decoded::Same => found.push((*line).to_string()),
                Decoded::Text(text) => found.push(String::from_utf8(text).unwrap()),
                Decoded::GoesOn => {}
            }
        }
        found.extend(reader.finish().map(|rest| String::from_utf8(rest).unwrap()));
        found
    }

    #[test]
    fn a_mail_is_decoded() {
        let cut = format!("Path:=09C:\\{}=", "x".repeat(64));
        let lines = [&cut, "yz=5Fa=C3=A4", "Operation: CreateFile=20", "a=3Db"];
        let path = format!("Path:\tC:\\{}yz_a\u{e4}", "x".repeat(64));
        assert_eq!(text(&lines), [&path, "Operation: CreateFile ", "a=b"]);
        assert_eq!(text(&["Content-Transfer-Encoding: Quoted-Printable", "a=3D"])[1], "a=");
        assert_eq!(text(&["Result: SUCCESS=20"]), ["Result: SUCCESS "]);
    }

    #[test]
    fn signs_of_equality_stay_elsewhere() {
        let base64 = "A".repeat(75) + "=";
        for line in ["a=3D", "-timeout=20", "A=", "x = y", base64.as_str()] {
            assert_eq!(text(&[line, "next"]), [line, "next"], "{line}");
        }
    }

    #[test]
    fn a_line_that_was_cut_at_the_end_of_the_text_is_given() {
        let cut = format!("Path: C:\\{}=", "x".repeat(60));
        assert_eq!(text(&[&cut]), [&cut[..cut.len() - 1]]);
    }
}
