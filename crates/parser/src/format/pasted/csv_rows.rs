//! Rows of a CSV that stand in a text, with or without its header.

use super::cells::{Cells, Parted};
use super::looks::find_exact_time;

/// Whether a time was cut at the comma in front of its part of a second.
fn is_cut_time(cells: &Cells) -> bool {
    let (time, rest) = (cells.get(0), cells.get(1));
    let is_time =
        time.len() >= 7 && time.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    is_time && digits == 7 && rest[7..].chars().all(|c| !c.is_ascii_digit())
}

/// The row of a CSV inside of other text: from the quote in front of a time to the last quote.
pub(super) fn inside(text: &str) -> Option<&str> {
    let begin = find_exact_time(text)?.checked_sub(1)?;
    let end = text.rfind('"')?;
    let is_inside =
        text.as_bytes()[begin] == b'"' && begin < end && (begin > 0 || end + 1 < text.len());
    is_inside.then(|| &text[begin..=end])
}

/// How the quotes of a row end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Every field that begins with a quote ends with one.
    Closed,
    /// The last field begins with a quote and the text ends inside of it.
    Open,
}

/// Parts a row of a CSV into its fields. `None` where the text is none: a quote that
/// closes a field is followed by something else than the next field.
pub(super) fn fields(row: &str, delimiter: u8, cells: &mut Cells) -> Option<Quotes> {
    let quotes = split(row, delimiter, cells)?;
    if delimiter == b',' && is_cut_time(cells) {
        cells.merge_with_next(0);
    }
    Some(quotes)
}

fn split(row: &str, delimiter: u8, cells: &mut Cells) -> Option<Quotes> {
    let parted = if delimiter == b';' { Parted::Semicolons } else { Parted::Commas };
    memchr::memchr(delimiter, row.as_bytes())?;
    cells.start(parted, "");
    let bytes = row.as_bytes();
    let mut field = String::new();
    let mut at = 0;
    loop {
        let begin = at + bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        if bytes.get(begin) == Some(&b'"') {
            field.clear();
            let mut from = begin + 1;
            loop {
                let Some(found) = memchr::memchr(b'"', &bytes[from..]) else {
                    field.push_str(&row[from..]);
                    cells.push_text(&field);
                    return Some(Quotes::Open);
                };
                field.push_str(&row[from..from + found]);
                from += found + 1;
                if bytes.get(from) != Some(&b'"') {
                    break;
                }
                field.push('"');
                from += 1;
            }
            cells.push_text(&field);
            let rest = bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            at = from + rest;
            match bytes.get(at) {
                None => return Some(Quotes::Closed),
                Some(byte) if *byte == delimiter => at += 1,
                Some(_) => return None,
            }
        } else {
            let end = memchr::memchr(delimiter, &bytes[at..]).map_or(bytes.len(), |end| at + end);
            cells.push_text(&row[at..end]);
            if end == bytes.len() {
                return Some(Quotes::Closed);
            }
            at = end + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(row: &str, delimiter: u8) -> Option<(Quotes, Vec<String>)> {
        let mut cells = Cells::default();
        let quotes = fields(row, delimiter, &mut cells)?;
        Some((quotes, cells.iter().map(str::to_string).collect()))
    }

    fn closed(row: &str) -> Vec<String> {
        let (quotes, cells) = parts(row, b',').unwrap();
        assert_eq!(quotes, Quotes::Closed, "{row}");
        cells
    }

    #[test]
    fn quotes_are_undone() {
        assert_eq!(closed("\"a\",\"say \"\"x, y\"\"\",\"\""), ["a", "say \"x, y\"", ""]);
        assert_eq!(closed("a, b ,\"c\"  "), ["a", "b", "c"]);
        assert_eq!(closed("a,"), ["a", ""]);
        assert_eq!(parts("\"a\";b", b';').unwrap().1, ["a", "b"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_or_closed_too_early_shows() {
        let (quotes, cells) = parts("\"a\",\"b, c", b',').unwrap();
        assert_eq!((quotes, cells.len()), (Quotes::Open, 2));
        assert_eq!(parts("\"a\"b,\"c\"", b','), None);
        assert_eq!(parts("no delimiter", b','), None);
    }
}
