//! Texts and names in the form that a document can hold.

/// Names that mean something else than a column where columns stand. The reader
/// takes them for the structure of the document.
const RESERVED: [&str; 11] = [
    "event",
    "eventlist",
    "frame",
    "module",
    "modulelist",
    "process",
    "processlist",
    "procmon",
    "stack",
    "ProcessIndex",
    "xml",
];

/// The longest name made of a header that is no column of Procmon's.
const LONGEST_NAME: usize = 200;

/// The element for a column with this header text.
pub(super) fn element_name(header: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric();
    let mut name: String =
        header.chars().take(LONGEST_NAME).map(|c| if fits(c) { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    if RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Adds a text, and says how many of its characters XML 1.0 has no place for.
///
/// Procmon escapes five characters, in text as it would in attributes. It writes no
/// numbered references; here they stand for control characters, because a file with
/// a raw NUL is no text file any more, also for our own reader.
pub(super) fn push_text(bytes: &mut Vec<u8>, text: &[u8]) -> u64 {
    let mut unfit = 0;
    let mut plain = 0;
    for (at, byte) in text.iter().enumerate() {
        let instead: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\'' => b"&apos;",
            // What text mode does to CRLF, and what the reader undoes: one more CR.
            b'\n' if at > 0 && text[at - 1] == b'\r' => b"\r\n",
            b'\t' | b'\n' | b'\r' => continue,
            0..b' ' => {
                unfit += 1;
                bytes.extend_from_slice(&text[plain..at]);
                bytes.extend_from_slice(format!("&#{byte};").as_bytes());
                plain = at + 1;
                continue;
            }
            _ => continue,
        };
        bytes.extend_from_slice(&text[plain..at]);
        bytes.extend_from_slice(instead);
        plain = at + 1;
    }
    bytes.extend_from_slice(&text[plain..]);
    if text.is_ascii() { unfit } else { unfit + unfit_beyond_ascii(text) }
}

/// Sequences that are no UTF-8, and the two code points that are no characters.
fn unfit_beyond_ascii(text: &[u8]) -> u64 {
    let unfit = text.utf8_chunks().map(|chunk| {
        let characters = chunk.valid().chars().filter(|c| matches!(c, '\u{fffe}' | '\u{ffff}'));
        characters.count() + usize::from(!chunk.invalid().is_empty())
    });
    unfit.sum::<usize>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Column;

    fn escaped(text: &[u8]) -> (Vec<u8>, u64) {
        let mut bytes = Vec::new();
        let unfit = push_text(&mut bytes, text);
        (bytes, unfit)
    }

    #[test]
    fn the_five_characters_are_escaped() {
        let (bytes, unfit) = escaped(b"a<b>&\"'c]]>");
        assert_eq!(bytes, b"a&lt;b&gt;&amp;&quot;&apos;c]]&gt;");
        assert_eq!(unfit, 0);
    }

    #[test]
    fn a_crlf_gets_one_more_cr_and_other_line_ends_none() {
        let (bytes, unfit) = escaped(b"a\r\n\tb\nc\rd\r\r\n\n");
        assert_eq!(bytes, b"a\r\r\n\tb\nc\rd\r\r\r\n\n");
        assert_eq!(unfit, 0);
    }

    #[test]
    fn what_xml_cannot_hold_is_kept_and_counted() {
        let kept = b"\x7f caf\xe9 \xef\xbf\xbe \xc2\x85 \xf0\x9f\x98\x80\xff";
        let (bytes, unfit) = escaped(&[b"\0\x1f", &kept[..]].concat());
        assert_eq!(bytes, [b"&#0;&#31;", &kept[..]].concat());
        assert_eq!(unfit, 5, "NUL, 1F, E9, U+FFFE and FF");
    }

    #[test]
    fn elements_are_named_after_their_columns() {
        for column in Column::all() {
            assert_eq!(Column::from_element(&element_name(column.name())), Some(column));
        }
        assert_eq!(element_name("Time of Day"), "Time_of_Day");
        assert_eq!(element_name("Date & Time"), "Date___Time");
        assert_eq!(element_name("New_Thing"), "New_Thing");
    }

    #[test]
    fn a_header_of_any_kind_gives_a_name_that_breaks_nothing() {
        assert_eq!(element_name(""), "_");
        assert_eq!(element_name("1st"), "_1st");
        assert_eq!(element_name("a><b ä"), "a__b__");
        assert_eq!(element_name("event"), "event_");
        assert_eq!(element_name("ProcessIndex"), "ProcessIndex_");
        assert!(element_name(&"x".repeat(9000)).len() < 256);
    }
}
