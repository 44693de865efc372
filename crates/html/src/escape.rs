//! How texts become part of a page.

use std::fmt::{self, Write};

use procmonkey_analysis::words::is_hidden;

/// The escaper of every template: what HTML and XML read as markup is written as a reference,
/// and what a reader could not see, or would read in another order, as `\u{…}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visible;

impl askama::filters::Escaper for Visible {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        let mut plain = 0;
        for (place, c) in string.char_indices() {
            if is_plain(c) {
                continue;
            }
            dest.write_str(&string[plain..place])?;
            write_one(&mut dest, c)?;
            plain = place + c.len_utf8();
        }
        dest.write_str(&string[plain..])
    }

    fn write_escaped_char<W: Write>(&self, mut dest: W, c: char) -> fmt::Result {
        if is_plain(c) { dest.write_char(c) } else { write_one(&mut dest, c) }
    }
}

fn is_plain(c: char) -> bool {
    !matches!(c, '&' | '<' | '>' | '"' | '\'') && !is_unwritten(c)
}

fn write_one<W: Write>(dest: &mut W, c: char) -> fmt::Result {
    match c {
        '&' => dest.write_str("&amp;"),
        '<' => dest.write_str("&lt;"),
        '>' => dest.write_str("&gt;"),
        '"' => dest.write_str("&quot;"),
        '\'' => dest.write_str("&#39;"),
        // The same as in Rust, so that two different texts never look the same.
        c => write!(dest, "\\u{{{:x}}}", u32::from(c)),
    }
}

/// Whether a character is never written as it is: a control, one that is hidden, or one that is
/// not allowed in XML.
fn is_unwritten(c: char) -> bool {
    c.is_control() || is_hidden(c) || matches!(c, '\u{fffe}'..='\u{ffff}')
}

#[cfg(test)]
mod tests {
    use askama::filters::Escaper;

    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        Visible.write_escaped_str(&mut out, text).expect("memory takes it");
        let mut chars = String::new();
        text.chars()
            .try_for_each(|c| Visible.write_escaped_char(&mut chars, c))
            .expect("memory takes it");
        assert_eq!(out, chars);
        out
    }

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escaped("a<b>\"c\" & 'd'"), "a&lt;b&gt;&quot;c&quot; &amp; &#39;d&#39;");
        assert_eq!(escaped("Schlüssel 鍵"), "Schlüssel 鍵");
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(escaped("exe.\u{202e}txt"), "exe.\\u{202e}txt");
        assert_eq!(escaped("\0\u{1b}[31m\r\n"), "\\u{0}\\u{1b}[31m\\u{d}\\u{a}");
        assert_eq!(escaped("a\u{200b}b\u{feff}\u{e0041}"), "a\\u{200b}b\\u{feff}\\u{e0041}");
    }
}
