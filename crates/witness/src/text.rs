//! Text whose encoding is told by its first bytes.

use procmonkey_analysis::parser::{LossKind, Losses, Position};

/// The text of a file. What is no character is shown as U+FFFD, and counted.
pub(crate) fn decode(bytes: &[u8], losses: &mut Losses) -> String {
    let (encoding, mark) = match bytes {
        [0xff, 0xfe, ..] => (encoding_rs::UTF_16LE, 2),
        [0xfe, 0xff, ..] => (encoding_rs::UTF_16BE, 2),
        [0xef, 0xbb, 0xbf, ..] => (encoding_rs::UTF_8, 3),
        // Without a mark: two characters of ASCII have zero bytes between them.
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => (encoding_rs::UTF_16LE, 0),
        _ => (encoding_rs::UTF_8, 0),
    };
    let (text, damaged) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or(&[]));
    if damaged {
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

/// A line, where it stands, and its text without the line end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    pub(crate) position: Position,
    pub(crate) text: &'t str,
}

/// The lines of a text, with any kind of line end.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut byte = 0;
    text.split_inclusive('\n').enumerate().map(move |(number, line)| {
        let position = Position::at_byte(byte as u64).with_line(number as u64 + 1);
        byte += line.len();
        Line { position, text: line.trim_end_matches(['\n', '\r']) }
    })
}

/// UTF-16 with the low byte first, up to the first NUL.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units.take_while(|unit| *unit != 0))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Größe\r\n";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut losses = Losses::default();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe", le.as_slice()].concat(),
            [b"\xfe\xff", be.as_slice()].concat(),
        ] {
            assert_eq!(decode(&bytes, &mut losses), text);
        }
        assert!(losses.is_empty());
        assert_eq!(decode(b"Gr\x94sse", &mut losses), "Gr\u{fffd}sse");
        assert_eq!(losses.count(), 1);
    }

    #[test]
    fn lines_know_where_they_stand() {
        let seen: Vec<(u64, &str)> =
            lines("a\r\n\nbc").map(|line| (line.position.byte, line.text)).collect();
        assert_eq!(seen, [(0, "a"), (3, ""), (4, "bc")]);
    }
}
