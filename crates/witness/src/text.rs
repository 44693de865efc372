//! Lines of a text, and text of binary data.

use procmonkey_analysis::parser::Position;

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
    fn lines_have_their_positions() {
        let seen: Vec<(u64, &str)> =
            lines("a\r\n\nbc").map(|line| (line.position.byte, line.text)).collect();
        assert_eq!(seen, [(0, "a"), (3, ""), (4, "bc")]);
    }
}
