//! What is said on standard error, beside the data.

use std::fmt::Display;

use procmonkey_parser::{LossKind, Losses};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Messages {
    /// Not even errors: for a first look at an input that is read again.
    Nothing,
    /// Errors.
    Errors,
    /// Errors, and what is worth knowing.
    Usual,
    /// Also what only those want to know who ask for more.
    All,
}

/// How many losses are told one by one unless more is asked for.
const LOSSES_TOLD: usize = 5;

impl Messages {
    /// Something that went wrong; kept from no user.
    pub(crate) fn error(self, message: impl Display) {
        if self >= Messages::Errors {
            eprintln!("procmonkey: {message}");
        }
    }

    /// Something worth knowing.
    pub(crate) fn note(self, message: impl Display) {
        if self >= Messages::Usual {
            eprintln!("procmonkey: {message}");
        }
    }

    /// Something that only those want to know who ask for more.
    pub(crate) fn aside(self, message: impl Display) {
        if self >= Messages::All {
            self.note(message);
        }
    }

    /// What could not be read of a capture, and what is not known in it.
    pub(crate) fn losses(self, name: &str, losses: &Losses) {
        if losses.unknown() > 0 {
            let unknown = count(losses.unknown(), "thing");
            self.note(format_args!("{name}: {unknown} of a kind not known, shown as written"));
        }
        if losses.is_empty() {
            return;
        }
        self.note(format_args!("{name}: {} could not be read:", count(losses.count(), "place")));
        let told = if self >= Messages::All { Losses::KEPT } else { LOSSES_TOLD };
        let mut untold = losses.count();
        for loss in losses.iter().filter(|loss| loss.kind != LossKind::Unknown).take(told) {
            self.note(format_args!("  {loss}"));
            untold -= 1;
        }
        if untold > 0 {
            self.note(format_args!("  and {untold} more"));
        }
    }

    /// Whether a progress bar may be drawn.
    pub(crate) fn allows_progress(self) -> bool {
        self >= Messages::Usual
    }
}

/// A number with its noun: `1 place`, `2 places`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
