//! What a signature is.

use super::SignatureText;
use super::evidence::Match;
use super::facts::Facts;

/// One known failure.
pub(crate) trait Signature: Sync {
    /// What is to be known of it apart from any capture.
    fn text(&self) -> &'static SignatureText;

    /// Every instance of it in the case.
    fn find(&self, facts: &Facts<'_>) -> Vec<Match>;

    /// Where its findings stand among others of the same severity.
    fn rank(&self) -> Rank {
        Rank::Usual
    }

    /// Whether its findings are about a process, or about the computer.
    fn concerns(&self) -> Concern {
        Concern::Process
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concern {
    /// What happened to a process. While the one that is followed is well, it is a warning
    /// at most.
    Process,
    /// What was done to the computer, whoever did it.
    Computer,
}

/// Which of two findings explains more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A failure that a row states literally.
    Stated,
    /// A conclusion from several rows.
    Usual,
    /// What is left when nothing else is wrong.
    Remaining,
}

/// What to do before anything else, whatever was found. A finding that concerns IIS gets
/// the longer text, see [`fit_to_iis`](super::back_up::fit_to_iis).
pub(crate) const BACK_UP_FIRST: &str = "First copy the MachineKeys folder and System32\\Microsoft\\Protect, \
     and export HKLM\\SOFTWARE\\Microsoft\\Cryptography.";
