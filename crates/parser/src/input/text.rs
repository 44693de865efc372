//! A whole text, decoded at once.

use super::text_encoding::TextEncoding;
use crate::model::{LossKind, Losses, Position};

/// The text in these bytes, without its byte order mark. The first bytes tell the encoding
/// as they do for a capture: UTF-8 or UTF-16, with a byte order mark or without. What is
/// not a character becomes U+FFFD, and is one loss for the whole text.
///
/// ```
/// use procmonkey_parser::{Losses, decode_text};
///
/// let mut losses = Losses::default();
/// assert_eq!(decode_text(b"\0P\0a\0t\0h", &mut losses), "Path");
/// assert!(losses.is_empty());
/// assert_eq!(decode_text(b"caf\xe9", &mut losses), "caf\u{fffd}");
/// assert_eq!(losses.count(), 1);
/// ```
pub fn decode_text(bytes: &[u8], losses: &mut Losses) -> String {
    let encoding = TextEncoding::of(bytes);
    let mark = encoding.mark_len(bytes);
    let encoding = encoding.encoding();
    let rest = bytes.get(mark..).unwrap_or_default();
    let (text, is_damaged) = encoding.decode_without_bom_handling(rest);
    if is_damaged {
        losses.add(
            LossKind::InvalidText,
            Position::at_byte(mark as u64),
            format!(
                "the text is not all {}; what is no character is shown as U+FFFD",
                encoding.name()
            ),
        );
    }
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Größe 😀\r\n";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut losses = Losses::default();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe", le.as_slice()].concat(),
            [b"\xfe\xff", be.as_slice()].concat(),
            le,
            be,
        ] {
            assert_eq!(decode_text(&bytes, &mut losses), text, "{bytes:?}");
        }
        assert_eq!(decode_text(b"", &mut losses), "");
        assert!(losses.is_empty());
    }

    #[test]
    fn what_is_not_a_character_is_one_loss_behind_the_mark() {
        for (bytes, text, position) in [
            (&b"Gr\x94s\x94e"[..], "Gr\u{fffd}s\u{fffd}e", 0),
            (b"\xef\xbb\xbfGr\x94sse", "Gr\u{fffd}sse", 3),
            // Half of a pair, and half of a unit.
            (b"\xff\xfea\0\x3d\xd8b\0c", "a\u{fffd}b\u{fffd}", 2),
        ] {
            let mut losses = Losses::default();
            assert_eq!(decode_text(bytes, &mut losses), text);
            let places: Vec<u64> = losses.iter().map(|loss| loss.position.byte).collect();
            assert_eq!(places, [position], "{text}");
        }
    }
}
