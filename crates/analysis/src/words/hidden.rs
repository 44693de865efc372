//! Characters that a page must not show as they are.

/// Whether a character takes no room, turns the direction of writing, or ends a line: nothing
/// of it may reach a terminal or a page, because a name could be disguised by it. Controls are
/// known to [`char::is_control`].
///
/// ```
/// use procmonkey_analysis::words::is_hidden;
///
/// assert!(is_hidden('\u{202e}') && is_hidden('\u{200b}') && is_hidden('\u{2028}'));
/// assert!(!is_hidden('a') && !is_hidden(' ') && !is_hidden('\u{e9}'));
/// ```
pub fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}
