//! Strings in event details: descriptors, and text with one or two bytes per character.

use super::bytes::Bytes;

/// The two bytes that describe how a string of a detail block is stored.
///
/// If the top bit is set, a character has one byte, otherwise two. The other bits are the
/// number of characters. There is no terminator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Descriptor(pub(crate) u16);

impl Descriptor {
    pub(crate) fn byte_len(self) -> usize {
        let characters = usize::from(self.0 & 0x7FFF);
        if self.is_narrow() { characters } else { 2 * characters }
    }

    pub(crate) fn is_narrow(self) -> bool {
        self.0 & 0x8000 != 0
    }
}

/// A string of an event as it is stored: one or two bytes per character.
///
/// It can be compared and searched without copying; [`RawText::push_to`] decodes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawText<'a> {
    /// One byte per character: ASCII, or else Latin-1.
    Narrow(&'a [u8]),
    /// UTF-16, little-endian.
    Wide(&'a [u8]),
}

impl Default for RawText<'_> {
    fn default() -> Self {
        RawText::Narrow(&[])
    }
}

impl<'a> RawText<'a> {
    /// The string that a descriptor describes, or as much of it as there is.
    pub(crate) fn read(bytes: Bytes<'a>, at: usize, descriptor: Descriptor) -> RawText<'a> {
        let rest = bytes.from(at).0;
        let text = rest.get(..descriptor.byte_len()).unwrap_or(rest);
        if descriptor.is_narrow() { RawText::Narrow(text) } else { RawText::Wide(text) }
    }

    /// Whether there is no character.
    pub fn is_empty(self) -> bool {
        match self {
            RawText::Narrow(bytes) => bytes.is_empty(),
            RawText::Wide(bytes) => bytes.len() < 2,
        }
    }

    /// How many bytes the string takes in the file.
    pub fn byte_len(self) -> usize {
        match self {
            RawText::Narrow(bytes) | RawText::Wide(bytes) => bytes.len(),
        }
    }

    /// Whether the last character is this ASCII character.
    pub(crate) fn ends_with(self, ascii: u8) -> bool {
        match self {
            RawText::Narrow(bytes) => bytes.last() == Some(&ascii),
            RawText::Wide(bytes) => bytes.ends_with(&[ascii, 0]),
        }
    }

    /// Appends the text. Unpaired surrogates become U+FFFD.
    pub fn push_to(self, out: &mut String) {
        match self {
            RawText::Narrow(bytes) => push_narrow(out, bytes),
            RawText::Wide(bytes) => push_wide(out, bytes),
        }
    }

    /// Appends the text up to its first NUL.
    pub(crate) fn push_to_nul(self, out: &mut String) {
        match self {
            RawText::Narrow(bytes) => {
                let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
                push_narrow(out, &bytes[..end]);
            }
            RawText::Wide(bytes) => push_wide_to_nul(out, bytes),
        }
    }
}

impl std::fmt::Display for RawText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        self.push_to(&mut text);
        f.write_str(&text)
    }
}

fn push_narrow(out: &mut String, bytes: &[u8]) {
    // Borrowed nearly always: no known file has a narrow byte above 0x7F.
    out.push_str(&encoding_rs::mem::decode_latin1(bytes));
}

/// Appends UTF-16LE text; an odd byte at the end is ignored.
pub(crate) fn push_wide(out: &mut String, bytes: &[u8]) {
    let mut rest = bytes;
    let mut block = [0u8; 32];
    while let Some((pair, after)) = rest.split_first_chunk::<2>() {
        // Most text is ASCII, which is copied in blocks.
        let mut len = 0;
        for (slot, unit) in block.iter_mut().zip(rest.chunks_exact(2)) {
            if unit[1] != 0 || unit[0] >= 0x80 {
                break;
            }
            *slot = unit[0];
            len += 1;
        }
        if len > 0 {
            if let Ok(text) = std::str::from_utf8(&block[..len]) {
                out.push_str(text);
            }
            rest = &rest[2 * len..];
            continue;
        }
        let unit = u16::from_le_bytes(*pair);
        let next = after.first_chunk::<2>().map(|pair| u16::from_le_bytes(*pair));
        let pair = [unit, next.unwrap_or(0)];
        match char::decode_utf16(pair).next() {
            Some(Ok(c)) => {
                out.push(c);
                rest = if c.len_utf16() == 2 { &after[2..] } else { after };
            }
            _ => {
                out.push(char::REPLACEMENT_CHARACTER);
                rest = after;
            }
        }
    }
}

/// Appends UTF-16LE text up to its first NUL.
pub(crate) fn push_wide_to_nul(out: &mut String, bytes: &[u8]) {
    push_wide(out, &bytes[..wide_nul(bytes)]);
}

/// Where the first UTF-16 NUL begins; the end of the text if there is none.
pub(crate) fn wide_nul(bytes: &[u8]) -> usize {
    match bytes.chunks_exact(2).position(|unit| unit == [0, 0]) {
        Some(unit) => 2 * unit,
        None => bytes.len() & !1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn wide_text_keeps_every_character() {
        for text in ["", "a", "C:\\Überraschung\\日本.txt", "x😀y", &"long ".repeat(40)] {
            let mut out = String::new();
            push_wide(&mut out, &wide(text));
            assert_eq!(out, text);
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_shown_as_replacement() {
        let mut out = String::new();
        push_wide(&mut out, &[0x3D, 0xD8, b'a', 0, 0x00, 0xDC, 9]);
        assert_eq!(out, "\u{FFFD}a\u{FFFD}");
    }

    #[test]
    fn a_descriptor_beyond_the_block_gives_what_is_there() {
        let text = RawText::read(Bytes(b"abc"), 1, Descriptor(0x8005));
        assert_eq!(text, RawText::Narrow(b"bc"));
        assert_eq!(Descriptor(3).byte_len(), 6);
    }

    #[test]
    fn text_ends_at_the_first_nul_where_asked() {
        let mut out = String::new();
        push_wide_to_nul(&mut out, &wide("ab\0cd"));
        RawText::Narrow(b"ef\0gh").push_to_nul(&mut out);
        assert_eq!(out, "abef");
    }
}
