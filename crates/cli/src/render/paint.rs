//! Colours.

use super::Look;
use super::grid::Tone;

/// A heading.
pub(super) fn title(text: &str, tone: Tone, look: Look) -> String {
    match tone {
        Tone::Bad => paint(text, Tone::Bad, look),
        _ => bold(text, look),
    }
}

/// Bold, where colours are wanted.
pub(super) fn bold(text: &str, look: Look) -> String {
    if look.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_string() }
}

/// Only what is wrong has a colour, and one that can be read on white and on black.
pub(super) fn paint(text: &str, tone: Tone, look: Look) -> String {
    match tone {
        _ if text.is_empty() => String::new(),
        Tone::Bad if look.color => format!("\x1b[1;31m{text}\x1b[0m"),
        Tone::Warning => bold(text, look),
        _ => text.to_string(),
    }
}
