//! Marks that mail, Markdown and program sources put around a line.

use super::looks::{find_exact_time, is_blank};

/// Signs that are marks wherever they begin a line.
const QUOTES: [char; 3] = ['>', '\u{bb}', '`'];

/// Signs that are marks when a blank follows on them.
const BULLETS: &str =
    "*-+#;!%'\u{2022}\u{b7}\u{25aa}\u{25e6}\u{2023}\u{25cb}\u{25cf}\u{25a0}\u{2013}\u{2014}";

/// Beginnings of a comment in program sources.
const COMMENTS: [&str; 7] = ["//", "/*", "*/", "--", "<!--", "(*", "::"];

/// The text of a line without the marks around it.
pub(super) fn bare(line: &str) -> &str {
    // Most lines begin with a letter and have no mark at all.
    if let [first, .., last] = line.as_bytes()
        && first.is_ascii_alphabetic()
        && !matches!(first, b'R' | b'r')
        && last.is_ascii_graphic()
        && !matches!(last, b'/' | b'>')
    {
        return line;
    }
    let mut ticks = 0;
    let text = without_front(line, &mut ticks);
    without_back(text, ticks)
}

/// Counts the backticks among the marks in `ticks`.
fn without_front<'l>(line: &'l str, ticks: &mut usize) -> &'l str {
    let mut text = line.trim_start_matches(is_blank);
    loop {
        let Some(first) = text.chars().next() else { return text };
        // Nearly every line of a paste begins like this.
        if first.is_ascii_alphanumeric() || first == '"' {
            return without_number(without_rem(text));
        }
        *ticks += usize::from(first == '`');
        let rest = match first {
            _ if QUOTES.contains(&first) => Some(&text[first.len_utf8()..]),
            _ if BULLETS.contains(first) => bullet(text, first),
            '(' | '[' => return without_number(text),
            _ => None,
        };
        let rest = rest.or_else(|| comment(text));
        match rest {
            Some(rest) => text = rest.trim_start_matches(is_blank),
            None => return text,
        }
    }
}

/// What follows on one sign, or several, that mark a line when a blank follows.
fn bullet(text: &str, sign: char) -> Option<&str> {
    let rest = text.trim_start_matches(sign);
    let is_bold = sign == '*' && text.starts_with("**");
    (is_bold || rest.starts_with(is_blank) || rest.is_empty()).then_some(rest)
}

fn comment(text: &str) -> Option<&str> {
    let mark = COMMENTS.iter().find(|mark| text.starts_with(**mark))?;
    let rest = &text[mark.len()..];
    // More of the same sign: `///`, `/**`, `-----`.
    Some(rest.trim_start_matches(['/', '*', '-', ':', '!']))
}

/// A line of a batch file or of BASIC: `REM text`.
fn without_rem(text: &str) -> &str {
    match text.get(..4) {
        Some(word) if word.eq_ignore_ascii_case("rem ") => text[4..].trim_start_matches(is_blank),
        _ => text,
    }
}

/// A line without the number of a list in front: `1. `, `(2) `, `[3]: `. What stands in
/// front of a colon alone is a label.
fn without_number(text: &str) -> &str {
    let open = text.trim_start_matches(['(', '[']);
    let digits = open.bytes().take_while(u8::is_ascii_digit).count();
    let behind = open[digits..].trim_start_matches([')', ']', '.', ':']);
    let marks = open.len() - digits - behind.len();
    if open[digits..].starts_with(':')
        || !(1..=6).contains(&digits)
        || !(1..=2).contains(&marks)
        || !behind.starts_with(is_blank)
    {
        return text;
    }
    let rest = behind.trim_start_matches(is_blank);
    // `2026. 6. 5.` is a date.
    let next = rest.bytes().take_while(u8::is_ascii_digit).count();
    let is_date = next > 0 && rest[next..].starts_with(". ") && find_exact_time(rest) != Some(0);
    if is_date { text } else { rest }
}

fn without_back(text: &str, ticks: usize) -> &str {
    // Tabs at the end part empty cells.
    let trim =
        |text: &'_ str| -> usize { text.trim_end_matches(|c| is_blank(c) && c != '\t').len() };
    let mut text = &text[..trim(text)];
    for end in ["*/", "-->"] {
        if let Some(rest) = text.strip_suffix(end) {
            text = &rest[..trim(rest)];
        }
    }
    for _ in 0..ticks {
        text = text.strip_suffix('`').unwrap_or(text);
    }
    &text[..trim(text)]
}

/// The code span that a line begins with, where other text follows on it.
pub(super) fn leading_span(line: &str) -> Option<&str> {
    let open = memchr::memchr(b'`', line.as_bytes())?;
    let (front, rest) = line.split_at(open);
    let inner = &rest[1..];
    let close = inner.find('`').filter(|close| *close > 0)?;
    let behind = inner[close + 1..].trim_start_matches(is_blank);
    (bare(front).is_empty() && !behind.is_empty() && !behind.starts_with(['`', '|', ',', ';']))
        .then(|| &inner[..close])
}

/// The code spans of a line that holds other text too.
pub(super) fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    let spans = if line.contains('`') {
        line.split('`').skip(1).step_by(2)
    } else {
        "".split('`').skip(1).step_by(2)
    };
    spans.filter(|span| !span.trim().is_empty())
}

/// Whether a line is the beginning or end of a block of code, or is drawn.
pub(super) fn is_fence(line: &str) -> bool {
    if line.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let text = line.trim_start_matches(|c| is_blank(c) || c == '>');
    if !text.starts_with(['`', '~', '{', '[']) {
        return false;
    }
    ["```", "~~~", "{code", "[code", "[/code", "{noformat"]
        .iter()
        .any(|fence| text.starts_with(fence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off() {
        for line in [
            "> TID: 4",
            ">> TID: 4",
            "> > TID: 4",
            "* TID: 4",
            "- TID: 4",
            "# TID: 4",
            "// TID: 4",
            "/// TID: 4",
            " * TID: 4 */",
            "/* TID: 4 */",
            "`TID: 4`",
            "\u{200b}\u{a0}TID: 4\u{200b}",
            "REM TID: 4",
            "1. TID: 4",
            "(2) TID: 4",
            "[3] TID: 4",
            "\u{2022} TID: 4",
            "-- TID: 4",
            "; TID: 4",
            "' TID: 4",
            "<!-- TID: 4 -->",
            "    TID: 4",
            "**TID: 4",
            "``TID: 4``",
            "> `TID: 4` ",
            ":: TID: 4",
        ] {
            assert_eq!(bare(line), "TID: 4", "{line}");
        }
    }

    #[test]
    fn what_belongs_to_the_line_stays() {
        for line in [
            "\"a\",\"b\"",
            "| a | b |",
            "2026. 6. 5. 8:54",
            "6:59:13.0390001 PM\ta",
            "-x",
            "#5",
            "a\t\t",
            "1: .",
            "Path: `C:\\a`",
            "C:\\a\\",
            "<event>",
            "18.59.13,0390001 a",
        ] {
            assert_eq!(bare(line), line);
        }
    }

    #[test]
    fn code_stands_between_backticks() {
        assert_eq!(code_spans("see `a b` and `c`.").collect::<Vec<_>>(), ["a b", "c"]);
        assert_eq!(code_spans("none").count(), 0);
        assert!(is_fence("> ```text") && !is_fence("`a`"));
    }
}
