//! Small helpers for text that is read by people.

use std::borrow::Cow;

use procmonkey_analysis::words::is_hidden;
use unicode_width::UnicodeWidthStr;

/// The text with control characters made visible, and with what has no shape of its
/// own shown as U+FFFD, so that nothing of a capture or a witness can move the cursor,
/// change colours, break a table, or disguise a name.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// What is shown for a character: itself, unless a terminal would obey it or not show it.
pub(crate) fn visible(c: char) -> char {
    match c {
        '\n' | '\t' => ' ',
        '\r' => '\u{240d}',
        '\u{7f}' => '\u{2421}',
        c if (c as u32) < 0x20 => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        c if c.is_control() || is_hidden(c) => '\u{fffd}',
        c => c,
    }
}

/// How many columns of a terminal a text takes.
pub(crate) fn width_of(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// What becomes of a word that is longer than a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LongWords {
    /// It is cut in its middle.
    Cut,
    /// It is kept whole, and its line is too long.
    Keep,
}

/// Breaks a text into lines at blanks, never within a word. Blanks in front of the text
/// stay.
pub(crate) fn wrap(text: &str, width: usize, long: LongWords) -> Vec<String> {
    let bare = text.trim_start_matches(' ');
    let indent = text.len() - bare.len();
    let mut lines = vec![" ".repeat(indent)];
    let mut used = indent;
    let mut is_fresh = true;
    for word in bare.split(' ') {
        let room = if is_fresh { width.saturating_sub(indent) } else { width };
        let word = match long {
            LongWords::Cut => cut(word, room),
            LongWords::Keep => Cow::Borrowed(word),
        };
        let size = width_of(&word);
        match lines.last_mut().filter(|_| is_fresh || used + 1 + size <= width) {
            Some(line) => {
                if !is_fresh {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(&word);
                used += size;
            }
            None => {
                used = size;
                lines.push(word.into_owned());
            }
        }
        is_fresh = false;
    }
    // Of several blanks, some may stand where a line ends.
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    lines
}

/// Cuts a text to a width, with an ellipsis in its middle where it was cut: a path is known
/// by its beginning and its end.
pub(crate) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if width_of(text) <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(1);
    let end: String = within(text.chars().rev(), room / 2).collect();
    let begin: String = within(text.chars(), room - room / 2).collect();
    Cow::Owned(format!("{begin}…{}", end.chars().rev().collect::<String>()))
}

/// The first characters, as far as they fit into a width.
fn within(chars: impl Iterator<Item = char>, width: usize) -> impl Iterator<Item = char> {
    let mut used = 0;
    chars.take_while(move |c| {
        used += width_of(c.encode_utf8(&mut [0; 4]));
        used <= width
    })
}

/// Cuts a text to a number of characters, with an ellipsis where it was cut.
pub(super) fn clip(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_string();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{kept}…")
}

pub(super) use procmonkey_analysis::words::seconds;

/// Event numbers, runs of them drawn together: `1636–1639, 1673`.
pub(super) fn event_numbers(events: &[u64]) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for event in events {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *event => *last = *event,
            _ => runs.push((*event, *event)),
        }
    }
    let texts = runs.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_capture_reaches_the_terminal_as_a_command() {
        let hostile = "a\x1b[31m\r\u{202e}b\u{9b}c";
        let shown = printable(hostile);
        assert!(shown.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{shown}");
    }

    #[test]
    fn what_has_no_shape_is_shown_as_such() {
        for hidden in [
            '\u{200b}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202d}',
            '\u{2066}',
            '\u{2060}',
            '\u{feff}',
            '\u{61c}',
            '\u{ad}',
            '\u{e0041}',
        ] {
            assert_eq!(printable(&format!("a{hidden}b")), "a\u{fffd}b", "{:x}", hidden as u32);
        }
        for text in ["größe", "的目录", "naïve – 1.5\u{a0}ms", "🙂"] {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn numbers_are_drawn_together() {
        assert_eq!(event_numbers(&[1, 2, 3, 7, 9, 10]), "1–3, 7, 9, 10");
        assert_eq!(event_numbers(&[]), "");
    }

    #[test]
    fn spans_are_told_in_a_fitting_unit() {
        for (span, text) in [
            (0.0, "0"),
            (0.0000123, "12.3 µs"),
            (0.045, "45.0 ms"),
            (3.2, "3.20 s"),
            (125.0, "2 min 5 s"),
            (6600.0, "110 min 0 s"),
            (7325.0, "2 h 2 min"),
        ] {
            assert_eq!(seconds(span), text);
        }
    }

    #[test]
    fn a_text_is_cut_in_its_middle() {
        assert_eq!(cut("C:\\a", 4), "C:\\a");
        assert_eq!(cut("abcdefghij", 6), "abc…ij");
        assert_eq!(cut("目录目录", 5), "目…录");
        assert_eq!(cut("abc", 0), "…");
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrap("aa bb cc", 5, LongWords::Cut), ["aa bb", "cc"]);
        assert_eq!(wrap("aaaaaaaa b", 3, LongWords::Keep), ["aaaaaaaa", "b"]);
        assert_eq!(wrap("abcdefgh b", 5, LongWords::Cut), ["ab…gh", "b"]);
        assert_eq!(wrap("  7  ab cd", 7, LongWords::Cut), ["  7  ab", "cd"]);
        assert_eq!(wrap("", 7, LongWords::Cut), [""]);
        // These two take two columns each.
        assert_eq!(wrap("目录 a", 5, LongWords::Cut), ["目录", "a"]);
    }
}
