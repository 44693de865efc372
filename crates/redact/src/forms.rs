//! What words and runs of bytes look like.

/// Whether a character is one of a word. Everything that is not ASCII counts, but for blanks and
/// control characters, so that no name of another script falls apart.
pub(crate) fn is_word(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric(),
        false => !c.is_whitespace() && !c.is_control() && !is_mark(c),
    }
}

/// Marks that stand between words in prose and tables.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{2190}'..='\u{21ff}'
        | '\u{2500}'..='\u{25ff}' | '\u{feff}' | '\u{a7}' | '\u{ab}' | '\u{bb}' | '\u{b7}')
}

/// The word at the beginning of a text.
pub(crate) fn word_at(text: &str) -> &str {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Whether the text behind a form goes on with a word, so that it is another form.
pub(crate) fn goes_on(text: &str) -> bool {
    text.chars().next().is_some_and(is_word)
}

/// How many bytes of hexadecimal pairs stand at the beginning of a text, all parted by the same
/// blank, comma or hyphen; `None` where there are fewer than four.
pub(crate) fn pairs_at(text: &str) -> Option<usize> {
    const FEWEST: usize = 4;
    let bytes = text.as_bytes();
    let separator = *bytes.get(2).filter(|byte| b" ,-".contains(byte))?;
    let is_pair = |at: usize| {
        let pair = bytes.get(at..at + 2);
        pair.is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    };
    let mut end = 0;
    let mut count = 0;
    loop {
        let at = if count == 0 { 0 } else { end + 1 };
        let is_parted = count == 0 || bytes.get(end) == Some(&separator);
        if !is_parted || !is_pair(at) || text.get(at + 2..).is_none_or(goes_on) {
            break;
        }
        end = at + 2;
        count += 1;
    }
    (count >= FEWEST).then_some(end)
}

/// UTF-16 that is shown as characters with a NUL behind each: how many bytes it takes, and the
/// characters without the NULs.
pub(crate) fn wide_at(text: &str) -> Option<(usize, String)> {
    let mut plain = String::new();
    let mut length = 0;
    let mut chars = text.chars();
    while let (Some(c), Some('\0')) = (chars.next().filter(|c| *c != '\0'), chars.next()) {
        plain.push(c);
        length += c.len_utf8() + 1;
    }
    (plain.chars().count() >= 2).then_some((length, plain))
}

/// The name at the beginning of a text that Windows makes up for a computer, such as
/// `DESKTOP-7K2M9QX`, and how many of its characters are the same for all.
pub(crate) fn computer_at(text: &str) -> Option<(&str, usize)> {
    const FORMS: [(&str, usize); 4] =
        [("DESKTOP-", 7), ("LAPTOP-", 8), ("WIN-", 11), ("EC2AMAZ-", 7)];
    FORMS.iter().find_map(|(begin, length)| {
        let name = text.get(..begin.len() + length)?;
        let (head, rest) = name.split_at_checked(begin.len())?;
        let is_right = head.eq_ignore_ascii_case(begin)
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !goes_on(text.get(name.len()..)?);
        is_right.then_some((name, begin.len()))
    })
}

/// What the pseudonym of a name begins with. That a program installs something is told by its
/// name.
pub(crate) fn label(name: &str) -> &'static str {
    let installs = ["setup", "install"].iter().any(|word| name.contains(word));
    if installs && !name.contains("uninstall") { "setup" } else { "anon" }
}

/// Whether a word is a number of the kind `0x7ffe`, and not bytes of a text.
pub(crate) fn is_hex_number(word: &str) -> bool {
    const MOST: usize = 16;
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    let Some(digits) = digits.filter(|digits| (1..=MOST).contains(&digits.len())) else {
        return false;
    };
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()) && !is_hex_of_text(digits)
}

/// Whether all pairs of four or more are printable ASCII.
fn is_hex_of_text(digits: &str) -> bool {
    let pairs: Vec<&[u8]> = digits.as_bytes().chunks(2).collect();
    let is_printable = |pair: &&[u8]| matches!(pair, [b'2'..=b'7', _]);
    digits.len().is_multiple_of(2) && pairs.len() >= 4 && pairs.iter().all(is_printable)
}

/// Whether a word is hexadecimal throughout, with at least one decimal digit.
pub(crate) fn is_hex(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a word is a number with what stands behind numbers: `v4`, `20MB`, `KB958644`.
pub(crate) fn is_marked_number(word: &str) -> bool {
    const BEHIND: [&str; 14] =
        ["b", "kb", "mb", "gb", "kib", "mib", "gib", "ms", "s", "st", "nd", "rd", "th", "x"];
    let word = word.to_ascii_lowercase();
    let is_number = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    word.strip_prefix('v').is_some_and(|rest| is_number(rest, 4))
        || word.strip_prefix("kb").is_some_and(|rest| is_number(rest, 7))
        || word
            .split_at_checked(digits)
            .is_some_and(|(number, behind)| is_number(number, 4) && BEHIND.contains(&behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_punctuation_of_ascii_only() {
        assert_eq!(word_at("MüllerБ李-x"), "MüllerБ李");
        assert_eq!(word_at("a_b"), "a");
        assert_eq!(word_at("x\u{a0}y"), "x");
        assert_eq!(word_at("M\u{fffd}ller \u{2026}"), "M\u{fffd}ller");
        assert_eq!(word_at(""), "");
    }

    #[test]
    fn names_that_windows_makes_up_are_known_by_their_form() {
        assert_eq!(computer_at(r"DESKTOP-7K2M9QX\eva"), Some(("DESKTOP-7K2M9QX", 8)));
        assert_eq!(computer_at("win-0A1B2C3D4E5"), Some(("win-0A1B2C3D4E5", 4)));
        for name in ["DESKTOP-7K2M9Q", "DESKTOP-7K2M9QXX", "WIN-CONTOSO", "DESKTOP-7K2M9Qé"] {
            assert_eq!(computer_at(name), None, "{name}");
        }
        assert_eq!(
            (label("mysetup"), label("myuninstaller"), label("x")),
            ("setup", "anon", "anon")
        );
    }

    #[test]
    fn pairs_are_bytes_only_from_four_on() {
        assert_eq!(pairs_at("43 6F 6e 74 x"), Some(11));
        assert_eq!(pairs_at("43,6f,6e,74,6f"), Some(14));
        assert_eq!(pairs_at("43-6f-6e-74"), Some(11));
        assert_eq!(pairs_at("43 6F 6e"), None);
        assert_eq!(pairs_at("43 6F,6e 74"), None);
        // The last pair is the beginning of a word.
        assert_eq!(pairs_at("43 6F 6e 74 6fx"), Some(11));
    }

    #[test]
    fn a_number_is_told_from_a_text_in_hexadecimal() {
        for word in ["0x0", "0x7ff8d8c31b2a", "0XC0000022", "0x80090016"] {
            assert!(is_hex_number(word), "{word}");
        }
        // "Contoso", and what is too long for a number.
        for word in ["0x436F6E746F736F", "0x", "0xg", "0x00000000000000000"] {
            assert!(!is_hex_number(word), "{word}");
        }
        for word in ["v4", "20MB", "KB958644", "3rd"] {
            assert!(is_marked_number(word), "{word}");
        }
        for word in ["web01", "v", "20260305x", "mb"] {
            assert!(!is_marked_number(word), "{word}");
        }
    }

    #[test]
    fn wide_text_in_narrow_text_is_put_together() {
        let wide = "a\0l\0\\\0i\0";
        assert_eq!(wide_at(&format!("{wide}x")), Some((wide.len(), "al\\i".to_string())));
        assert_eq!(wide_at("a\0"), None);
        assert_eq!(wide_at("alice\0bob"), None);
    }
}
