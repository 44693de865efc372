//! The text of one element.

use memchr::memchr;
use memchr::memmem;

/// A value while its pieces are read.
///
/// A value of one piece that stands in the input as it is meant is not copied.
pub(super) struct Value<'a, 's> {
    piece: Option<&'a [u8]>,
    joined: &'s mut Vec<u8>,
}

impl<'a, 's> Value<'a, 's> {
    pub(super) fn new(joined: &'s mut Vec<u8>) -> Value<'a, 's> {
        joined.clear();
        Value { piece: None, joined }
    }

    /// Adds characters of the file.
    ///
    /// Procmon writes the file in text mode, which puts a CR before every LF:
    /// CR CR LF stands for the CR LF of the value, and is undone here. The value
    /// is then the one that Procmon shows, and a CSV export differs from it only
    /// by writing `;` for each LF: the environment of `Process Start` is CR LF TAB
    /// here and CR `;` TAB there. A plain CR LF or LF is kept as it is: it may be
    /// a lone LF of the value or come from a program that rewrote the file, and
    /// nothing tells which.
    pub(super) fn add_text(&mut self, raw: &'a [u8]) {
        let Some(first) = memchr(b'\r', raw).and_then(|_| memmem::find(raw, b"\r\r\n")) else {
            return self.add_verbatim(raw);
        };
        self.join();
        let mut rest = raw;
        let mut next = Some(first);
        while let Some(at) = next {
            self.joined.extend_from_slice(&rest[..at]);
            rest = &rest[at + 1..];
            // The CR that is left belongs to this line end, not to another one.
            self.joined.extend_from_slice(&rest[..2]);
            rest = &rest[2..];
            next = memmem::find(rest, b"\r\r\n");
        }
        self.joined.extend_from_slice(rest);
    }

    /// Adds bytes that are meant as they stand.
    pub(super) fn add_verbatim(&mut self, raw: &'a [u8]) {
        if self.piece.is_none() && self.joined.is_empty() {
            self.piece = Some(raw);
        } else {
            self.join();
            self.joined.extend_from_slice(raw);
        }
    }

    /// Adds a reference, from `&` to `;`. One that is not known is kept as it is.
    pub(super) fn add_reference(&mut self, raw: &'a [u8]) {
        match character(raw) {
            Some(c) => {
                self.join();
                self.joined.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            None => self.add_verbatim(raw),
        }
    }

    /// The whole value, if it is one piece of the input. Otherwise it stands in
    /// the buffer that the value was begun with.
    pub(super) fn finish(self) -> Option<&'a [u8]> {
        self.piece
    }

    fn join(&mut self) {
        if let Some(piece) = self.piece.take() {
            self.joined.extend_from_slice(piece);
        }
    }
}

/// The value of an element that holds text and references only, in the buffer where
/// it does not stand in the text as it is meant.
pub(super) fn unescaped<'a>(text: &'a [u8], joined: &'a mut Vec<u8>) -> &'a [u8] {
    if memchr::memchr2(b'&', b'\r', text).is_none() {
        return text;
    }
    let mut value = Value::new(joined);
    let mut rest = text;
    while !rest.is_empty() {
        let at = memchr(b'&', rest).unwrap_or(rest.len());
        if at > 0 {
            value.add_text(&rest[..at]);
            rest = &rest[at..];
            continue;
        }
        let end = memchr(b';', rest).map_or(rest.len(), |at| at + 1);
        value.add_reference(&rest[..end]);
        rest = &rest[end..];
    }
    match value.finish() {
        Some(piece) => piece,
        None => joined,
    }
}

/// Whether a text of an element stands there as it is meant.
pub(super) fn is_plain(text: &[u8]) -> bool {
    memchr::memchr2(b'&', b'\r', text).is_none()
}

/// The character that a reference stands for.
fn character(raw: &[u8]) -> Option<char> {
    let name = raw.strip_prefix(b"&")?.strip_suffix(b";")?;
    match name {
        b"quot" => return Some('"'),
        b"apos" => return Some('\''),
        b"amp" => return Some('&'),
        b"lt" => return Some('<'),
        b"gt" => return Some('>'),
        _ => {}
    }
    let number = name.strip_prefix(b"#")?;
    let (digits, radix) = match number.strip_prefix(b"x") {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` would take a sign.
    if !digits.first()?.is_ascii_hexdigit() {
        return None;
    }
    char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &[&str]) -> String {
        let mut joined = Vec::new();
        let mut value = Value::new(&mut joined);
        for piece in pieces {
            match piece.as_bytes() {
                raw @ [b'&', ..] => value.add_reference(raw),
                raw => value.add_text(raw),
            }
        }
        let piece = value.finish().map(<[u8]>::to_vec);
        String::from_utf8(piece.unwrap_or(joined)).unwrap()
    }

    #[test]
    fn text_mode_is_undone_and_other_line_ends_are_kept() {
        assert_eq!(text(&["\r\r\n\tA=1\r\r\n\tB=2\r\r\n"]), "\r\n\tA=1\r\n\tB=2\r\n");
        assert_eq!(text(&["a\r\nb\nc\rd\r"]), "a\r\nb\nc\rd\r");
        assert_eq!(text(&["a\r\r\r\nb"]), "a\r\r\nb", "CR CR LF of the value");
        assert_eq!(text(&["\r\r\n\r\r\n"]), "\r\n\r\n");
        assert_eq!(
            text(&["\r", "&#13;", "\n"]),
            "\r\r\n",
            "what is written as a reference is meant"
        );
    }

    #[test]
    fn known_references_are_resolved_and_others_kept() {
        assert_eq!(text(&["a", "&lt;", "&gt;", "&amp;", "&quot;", "&apos;", "b"]), "a<>&\"'b");
        assert_eq!(text(&["&#65;", "&#x42;", "&#x1F600;"]), "AB\u{1F600}");
        for raw in ["&nbsp;", "&;", "&#;", "&#x;", "&#+65;", "&#xD83D;", "&#x110000;", "&#A;"] {
            assert_eq!(text(&[raw]), raw);
            assert_eq!(text(&["x ", raw, " y"]), format!("x {raw} y"));
        }
    }

    #[test]
    fn an_empty_value_is_empty() {
        assert_eq!(text(&[]), "");
    }
}
