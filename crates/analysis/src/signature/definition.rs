//! What a signature is.

use super::SignatureText;
use super::evidence::Match;
use super::facts::Facts;

/// One known failure: its description, and how it is found in the facts of a case.
///
/// A program can give a case signatures of its own, see
/// [`Case::with_signature`](crate::Case::with_signature). Their findings are ranked with
/// those of this crate, and the verdict counts them.
///
/// ```
/// use procmonkey_analysis::signature::{Facts, Match, Signature};
/// use procmonkey_analysis::{Case, CaseOptions, Confidence, Severity, SignatureText};
///
/// /// Every program of the site writes its key files as the account of its service.
/// struct WrongAccount;
///
/// static TEXT: SignatureText = SignatureText::new("SITE-01", "A key file of another account");
///
/// impl Signature for WrongAccount {
///     fn text(&self) -> &'static SignatureText {
///         &TEXT
///     }
///
///     fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
///         let files = facts.report().touches.files.iter();
///         let by_others = files.filter(|access| {
///             access.created.is_some() && access.by.account.as_deref() == Some("WEB01\\Guest")
///         });
///         by_others
///             .map(|access| {
///                 let mut found = Match::new(Severity::Warning, Confidence::High);
///                 found.evidence.add(access.by.capture, access.first_event);
///                 found.explanation = format!("{} was made by a guest.", access.path);
///                 found
///             })
///             .collect()
///     }
/// }
///
/// let case = Case::new(CaseOptions::new()).with_signature(WrongAccount);
/// assert!(case.finish().findings.is_empty());
/// ```
pub trait Signature: Send + Sync {
    /// Its description, apart from any capture. The id must differ from those of all other
    /// [`signatures`](crate::signatures); in JSON it has capital letters, a hyphen and digits.
    fn text(&self) -> &'static SignatureText;

    /// Every instance of it in the case. Each has to cite an event or a witness.
    fn find(&self, facts: &Facts<'_>) -> Vec<Match>;

    /// The place of its findings among others of the same severity.
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
#[non_exhaustive]
pub enum Concern {
    /// What happened to a process. While inetinfo.exe is there and works, and no process was
    /// asked for, what happened to others is a warning at most.
    Process,
    /// What was done to the computer, by any process.
    Computer,
}

/// Which of two findings of the same severity explains more, the first one most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rank {
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
