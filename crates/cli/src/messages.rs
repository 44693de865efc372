//! What is written to standard error.

use std::fmt::Display;
use std::io::Write;

use procmonkey_parser::{Capture, LossKind, Losses};

use crate::text::printable;

/// How much is written to standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Messages {
    /// Not even errors: for a first look at an input that is read again.
    Nothing,
    /// Errors.
    Errors,
    /// Errors, and what is worth knowing.
    Usual,
    /// Also what only --verbose shows.
    All,
}

/// How many losses are listed one by one, unless --verbose asks for more.
const LOSSES_LISTED: usize = 5;

impl Messages {
    /// Something that went wrong. --quiet does not hide it.
    pub(crate) fn error(self, message: impl Display) {
        if self >= Messages::Errors {
            print(message);
        }
    }

    /// Something worth knowing.
    pub(crate) fn note(self, message: impl Display) {
        if self >= Messages::Usual {
            print(message);
        }
    }

    /// A detail, for --verbose.
    pub(crate) fn aside(self, message: impl Display) {
        if self >= Messages::All {
            self.note(message);
        }
    }

    /// What was found where in a text, for a command without a page that says it.
    pub(crate) fn remarks(self, capture: &Capture<'_>) {
        for remark in capture.remarks() {
            self.note(format_args!("{}: {remark}", capture.name()));
        }
    }

    /// What of a capture could not be read, and what is of an unknown kind.
    pub(crate) fn losses(self, name: &str, losses: &Losses) {
        if losses.unknown() > 0 {
            let unknown = count(losses.unknown(), "thing");
            let more = if self >= Messages::All { ":" } else { " (-v lists them)" };
            self.note(format_args!(
                "{name}: {unknown} of a kind not known, shown as written{more}"
            ));
            for kind in losses.unknown_kinds() {
                let (count, example) = (kind.count, kind.example);
                self.aside(format_args!("  {count} times {}; for example {example}", kind.what));
            }
        }
        if losses.is_empty() {
            return;
        }
        self.note(format_args!("{name}: {} could not be read:", count(losses.count(), "place")));
        let listed = if self >= Messages::All { Losses::KEPT } else { LOSSES_LISTED };
        let mut rest = losses.count();
        for loss in losses.iter().filter(|loss| loss.kind != LossKind::Unknown).take(listed) {
            self.note(format_args!("  {loss}"));
            rest -= 1;
        }
        if rest > 0 {
            self.note(format_args!("  and {rest} more"));
        }
    }

    /// Whether a progress bar may be drawn.
    pub(crate) fn allows_progress(self) -> bool {
        self >= Messages::Usual
    }
}

/// One line on standard error. Where that is closed or full, nobody can be told, and the
/// work goes on.
fn print(message: impl Display) {
    let line = format!("procmonkey: {}\n", printable(&message.to_string()));
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// A number with its noun: `1 place`, `2 places`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
