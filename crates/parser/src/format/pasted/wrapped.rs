//! Texts that were cut because a line was too long.

use super::looks::is_blank;

/// Puts a text and the next line of it together.
pub(super) fn join(text: &mut String, next: &str) {
    let next = next.trim_matches(is_blank);
    if needs_blank(text, next) {
        text.push(' ');
    }
    text.push_str(next);
}

/// Whether the cut took the place of a blank.
fn needs_blank(text: &str, next: &str) -> bool {
    let (Some(last), Some(first)) = (text.chars().next_back(), next.chars().next()) else {
        return false;
    };
    if is_blank(last) || matches!(last, '\\' | '-' | '_' | '/') {
        return false;
    }
    if matches!(first, '\\' | '_' | '.') {
        return false;
    }
    // A hash or GUID that was cut goes on with the same kind of digits.
    let is_digit = |c: &char| c.is_ascii_hexdigit() || matches!(c, '-' | '_' | '{' | '}');
    let before = text.chars().rev().take_while(is_digit).count();
    let behind = next.chars().take_while(is_digit).count();
    let ends_there = next.chars().nth(behind).is_none_or(|c| is_blank(c) || c == ',');
    if before + behind >= 16 && before > 0 && behind >= 4 && ends_there {
        return false;
    }
    // In the middle of a word: names of folders and keys begin with a capital.
    let word: String = next.chars().take_while(|c| c.is_alphanumeric()).collect();
    let is_small_word =
        ["and", "or", "of", "for", "the", "to", "in", "on"].contains(&word.as_str());
    let in_path = text.rsplit(", ").next().is_some_and(|item| item.contains('\\'));
    !(in_path && last.is_alphabetic() && first.is_lowercase() && !is_small_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str, next: &str) -> String {
        let mut text = text.to_string();
        join(&mut text, next);
        text
    }

    #[test]
    fn paths_are_put_together_again() {
        for (text, next, whole) in [
            ("C:\\Keys\\", "c2319_4f6c", "C:\\Keys\\c2319_4f6c"),
            ("C:\\Program", "Files\\a", "C:\\Program Files\\a"),
            ("C:\\Documents", "and Settings", "C:\\Documents and Settings"),
            ("HKLM\\Crypt", "ography\\MachineGuid", "HKLM\\Cryptography\\MachineGuid"),
            (
                "C:\\K\\c2319c42033a5c",
                "a7f44e731bfd3fa2b5_4f6c1d2e",
                "C:\\K\\c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e",
            ),
            ("C:\\a_4f6c1d2e-8a3b-", "4c57", "C:\\a_4f6c1d2e-8a3b-4c57"),
            ("C:\\v4.0", ".30319\\a", "C:\\v4.0.30319\\a"),
            ("", "C:\\a", "C:\\a"),
        ] {
            assert_eq!(joined(text, next), whole);
        }
    }

    #[test]
    fn lists_keep_their_blanks() {
        assert_eq!(
            joined("Synchronous IO Non-Alert,", "Non-Directory File"),
            "Synchronous IO Non-Alert, Non-Directory File"
        );
        assert_eq!(joined("Sequential", "Access"), "Sequential Access");
        assert_eq!(joined("a ", "b"), "a b");
    }
}
