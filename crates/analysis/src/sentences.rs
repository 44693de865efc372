//! Texts taken apart into their sentences.

/// The sentences of a text, each with its mark at the end. A point within a word, as in
/// `w3wp.exe`, ends none.
pub(crate) fn sentences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = end_of_first(rest).unwrap_or(rest.len());
        found.push(rest[..end].trim().to_string());
        rest = rest[end..].trim_start();
    }
    found
}

/// Where the first sentence of a text ends: behind a mark that a blank and a new beginning
/// follow.
fn end_of_first(text: &str) -> Option<usize> {
    text.match_indices(' ').map(|(place, _)| place).find(|end| {
        if !text[..*end].ends_with(['.', '?']) {
            return false;
        }
        let next = text[*end..].trim_start().chars().next();
        next.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '(' | '`' | '%'))
    })
}

/// A text with a capital letter in front.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A text whose sentences begin with a capital letter where they begin with a process that has
/// no name. Names of programs stay as they are.
pub(crate) fn with_beginnings(text: &str) -> String {
    const UNNAMED: &str = "a process that is not named";
    const CAPITAL: &str = "A process that is not named";
    let text = match text.strip_prefix(UNNAMED) {
        Some(rest) => format!("{CAPITAL}{rest}"),
        None => text.to_string(),
    };
    [". ", "? "].iter().fold(text, |text, mark| {
        text.replace(&format!("{mark}{UNNAMED}"), &format!("{mark}{CAPITAL}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_within_a_word_ends_no_sentence() {
        let text = "w3wp.exe read C:\\a.b. It failed, e.g. twice. Why? 4 reasons (`dir /a`).";
        assert_eq!(
            sentences(text),
            ["w3wp.exe read C:\\a.b.", "It failed, e.g. twice.", "Why?", "4 reasons (`dir /a`)."]
        );
        assert!(sentences("  ").is_empty());
        assert_eq!(sentences("no mark"), ["no mark"]);
    }

    #[test]
    fn a_sentence_begins_with_a_capital_letter() {
        assert_eq!(capitalised("who changed it"), "Who changed it");
        assert_eq!(capitalised(""), "");
        let unnamed = "a process that is not named";
        assert_eq!(
            with_beginnings(&format!(
                "{unnamed} and {unnamed} fail. {unnamed} ends. w3wp.exe runs."
            )),
            format!(
                "A process that is not named and {unnamed} fail. A process that is not named ends. \
                 w3wp.exe runs."
            )
        );
    }
}
