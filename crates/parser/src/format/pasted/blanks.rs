//! Blanks that pages and editors put in place of plain ones, or between signs.

use std::borrow::Cow;

use super::looks::is_zero_width;

const NO_BREAK: char = '\u{a0}';

/// A line without signs that have no width, and with plain blanks where a page has put
/// no-break ones. Those that group the digits of a number stay.
pub(super) fn clean(line: &str) -> Cow<'_, str> {
    if line.is_ascii() {
        return Cow::Borrowed(line);
    }
    let mut clean = Cow::Borrowed(line);
    if clean.contains(is_zero_width) {
        clean = Cow::Owned(clean.chars().filter(|c| !is_zero_width(*c)).collect());
    }
    if clean.contains(NO_BREAK) && is_of_a_page(&clean) {
        clean = Cow::Owned(clean.replace(NO_BREAK, " "));
    }
    clean
}

/// Whether no-break blanks stand where Procmon writes plain ones: behind a colon or a
/// comma, next to another blank or at the beginning.
fn is_of_a_page(line: &str) -> bool {
    let mut before = '\n';
    line.chars().any(|c| {
        let last = std::mem::replace(&mut before, c);
        let is_blank = |c: char| c == ' ' || c == NO_BREAK || c == '\t';
        (c == NO_BREAK && (matches!(last, ':' | ',' | '\n' | '\t') || is_blank(last)))
            || (last == NO_BREAK && is_blank(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_of_a_page_are_replaced() {
        assert_eq!(clean("a\u{200b}b\u{feff}"), "ab");
        assert_eq!(clean("TID:\u{a0}4 a\u{a0}b"), "TID: 4 a b");
        assert_eq!(clean("a \u{a0}b"), "a  b");
        for line in ["Length: 4\u{a0}697", "6:59:13.0390001 p.\u{a0}m.", "plain"] {
            assert_eq!(clean(line), line);
        }
    }
}
