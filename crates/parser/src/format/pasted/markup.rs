//! What a web page puts around text: tags, and references such as `&amp;`.

use std::borrow::Cow;

use super::looks::is_blank;

/// Elements that stand on lines of their own.
const LINES: [&str; 19] = [
    "br",
    "p",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "tbody",
    "thead",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "hr",
];

/// Cells of a table.
const CELLS: [&str; 2] = ["td", "th"];

/// Elements that change how a text looks.
const SPANS: [&str; 24] = [
    "b", "strong", "i", "em", "u", "s", "span", "font", "code", "tt", "kbd", "samp", "a", "small",
    "big", "sub", "sup", "mark", "html", "body", "head", "o:p", "nobr", "wbr",
];

/// What a tag does to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Line,
    Cell,
    Nothing,
}

/// Whether a line may hold markup at all.
pub(super) fn may_be_markup(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr::memchr2_iter(b'<', b'&', bytes).any(|at| match (bytes[at], bytes.get(at + 1)) {
        (b'<', _) => true,
        // `Date & Time` has no reference.
        (_, next) => next.is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'#'),
    })
}

/// The lines that a line of a page shows, without tags and with the signs that its
/// references stand for. `None` where it has neither.
pub(super) fn shown(line: &str) -> Option<Vec<String>> {
    let mut text = String::with_capacity(line.len());
    let (mut any_tag, mut foreign) = (false, false);
    let mut rest = line;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        match tag(&rest[at..]) {
            Some((len, effect)) => {
                any_tag = true;
                match effect {
                    Effect::Line => text.push('\n'),
                    Effect::Cell => text.push('\t'),
                    Effect::Nothing => {}
                }
                rest = &rest[at + len..];
            }
            None => {
                foreign = true;
                text.push('<');
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    // Where `<` stands for itself, so does `&`.
    let decoded = match foreign && !any_tag {
        true => Cow::Borrowed(text.as_str()),
        false => references(&text),
    };
    if !any_tag && matches!(decoded, Cow::Borrowed(_)) {
        return None;
    }
    let lines = decoded.split('\n').map(|line| line.trim_end_matches('\t').to_string());
    let lines: Vec<String> = lines.filter(|line| !line.chars().all(is_blank)).collect();
    // A page with nothing but a break shows an empty line.
    Some(if lines.is_empty() { vec![String::new()] } else { lines })
}

/// The length of a tag of HTML that begins here, and what it does.
fn tag(text: &str) -> Option<(usize, Effect)> {
    let inner = text.strip_prefix('<')?;
    let (inner, is_end) = match inner.strip_prefix('/') {
        Some(inner) => (inner, true),
        None => (inner, false),
    };
    let len =
        inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b':').count();
    let name = inner[..len].to_ascii_lowercase();
    let end = text.find('>').filter(|end| *end <= 1000)?;
    let behind = inner.as_bytes().get(len)?;
    if !(behind.is_ascii_whitespace() || matches!(behind, b'>' | b'/')) {
        return None;
    }
    let name = name.as_str();
    let effect = match (name, is_end) {
        _ if LINES.contains(&name) => Effect::Line,
        _ if CELLS.contains(&name) && is_end => Effect::Cell,
        _ if CELLS.contains(&name) || SPANS.contains(&name) => Effect::Nothing,
        _ => return None,
    };
    Some((end + 1, effect))
}

/// References by name that pages use in such texts.
const NAMED: [(&str, &str); 22] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("bsol", "\\"),
    ("lowbar", "_"),
    ("colon", ":"),
    ("comma", ","),
    ("period", "."),
    ("Tab", "\t"),
    ("NewLine", "\n"),
    ("bull", "\u{2022}"),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("zwnj", ""),
    ("shy", ""),
    ("ndash", "\u{2013}"),
    ("vert", "|"),
    ("grave", "`"),
];

/// A text with the signs that its references stand for.
fn references(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    let mut any = false;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        match reference(&rest[at + 1..]) {
            Some((len, sign)) => {
                any = true;
                out.push_str(&sign);
                rest = &rest[at + 1 + len..];
            }
            None => {
                out.push('&');
                rest = &rest[at + 1..];
            }
        }
    }
    match any {
        true => Cow::Owned(out + rest),
        false => Cow::Borrowed(text),
    }
}

/// What a reference stands for, and how long it is behind its `&`.
fn reference(text: &str) -> Option<(usize, String)> {
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = &text[..end];
    let number = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        },
        None => None,
    };
    let sign = match number {
        Some(number) => char::from_u32(number).filter(|c| *c != '\0')?.to_string(),
        None => NAMED.iter().find(|row| row.0 == name)?.1.to_string(),
    };
    Some((end + 1, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_references_are_undone() {
        let page = "<p><b>Date &amp; Time:</b> x<br/>Path: C:\\R&amp;D&#92;a&nbsp;b</p>";
        assert_eq!(shown(page).unwrap(), ["Date & Time: x", "Path: C:\\R&D\\a\u{a0}b"]);
        let row = "<tr><td>a.exe</td><td class=\"x\">8</td></tr>";
        assert_eq!(shown(row).unwrap(), ["a.exe\t8"]);
        assert_eq!(shown("Path: C:\\R&amp;D").unwrap(), ["Path: C:\\R&D"]);
        assert_eq!(shown("&lt;event&gt;").unwrap(), ["<event>"]);
    }

    #[test]
    fn what_is_no_markup_stays() {
        for line in [
            "a & b",
            "<unknown>\tx",
            "Operation: <Unknown>",
            "<event>",
            "a < b",
            "Data: <x>&amp;</x>",
            "curl a?b=1&lt=3",
            "a -> b:80",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }
}
