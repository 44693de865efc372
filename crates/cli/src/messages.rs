//! What is said on standard error, beside the data.

use std::fmt::Display;

use procmonkey_parser::{Capture, LossKind, Losses};

use crate::args::{MessageArgs, OutputArgs};

/// How much is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    /// Not even errors: they will be told when the input is read again.
    silent: bool,
    quiet: bool,
    verbose: bool,
}

/// How many losses are told one by one unless more is asked for.
const LOSSES_TOLD: usize = 5;

impl Messages {
    pub(crate) fn new(args: &OutputArgs) -> Messages {
        Messages { silent: false, quiet: args.quiet, verbose: args.verbose }
    }

    /// For a command without [`OutputArgs`].
    pub(crate) fn with(args: &MessageArgs) -> Messages {
        Messages { silent: false, quiet: args.quiet, verbose: args.verbose }
    }

    /// Says nothing: for a first look at an input that is read again.
    pub(crate) fn silent() -> Messages {
        Messages { silent: true, quiet: true, verbose: false }
    }

    /// Something that went wrong; kept from no user.
    pub(crate) fn error(self, message: impl Display) {
        if !self.silent {
            eprintln!("procmonkey: {message}");
        }
    }

    /// Something worth knowing.
    pub(crate) fn note(self, message: impl Display) {
        if !self.quiet {
            eprintln!("procmonkey: {message}");
        }
    }

    /// Something that only those want to know who ask for more.
    pub(crate) fn aside(self, message: impl Display) {
        if self.verbose {
            self.note(message);
        }
    }

    /// What was found where in a text, for a command without a page that says it.
    pub(crate) fn remarks(self, capture: &Capture<'_>) {
        for remark in capture.remarks() {
            self.note(format_args!("{}: {remark}", capture.name()));
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
        let told = if self.verbose { Losses::KEPT } else { LOSSES_TOLD };
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
        !self.quiet
    }
}

/// A number with its noun: `1 place`, `2 places`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
