//! Known failures: what each looks like, what proves it, what it does not prove.
//!
//! One file a signature; each is a unit struct that implements [`Signature`] and
//! stands in [`SIGNATURES`].

mod finding;
mod mk01;
mod mk02;
mod mk03;
mod mk04;
mod mk05;
mod mk06;
mod mk07;
mod mk08;
mod mk09;
mod mk10;
mod mk11;
mod mk12;
mod mk13;
mod mk14;
mod mk15;
mod mk16;
mod mk17;
mod mk18;
mod mk19;
mod mk20;
#[cfg(test)]
mod tests;
mod text;

use crate::facts::Facts;
use crate::report::{CaptureRole, Report};

pub use finding::{Confidence, Evidence, Finding, Severity};
pub(crate) use finding::{EvidenceList, Match};
pub use text::SignatureText;

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
}

/// Which of two findings explains more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A failure that a row states in so many words.
    Stated,
    /// A conclusion from several rows.
    Usual,
    /// What is left when nothing else is wrong.
    Remaining,
}

/// All signatures, in the order of their ids.
const SIGNATURES: [&dyn Signature; 20] = [
    &mk01::GuidChanged,
    &mk02::GuidEdited,
    &mk03::KeyLost,
    &mk04::AccessDenied,
    &mk05::InUse,
    &mk06::Damaged,
    &mk07::MasterKeyMissing,
    &mk08::FolderFlood,
    &mk09::TemporaryKey,
    &mk10::LegacyFallback,
    &mk11::ProfileNotLoaded,
    &mk12::WrongAllUsers,
    &mk13::ProviderMissing,
    &mk14::ReadOnly,
    &mk15::RemoteDesktopKey,
    &mk16::ForeignConfiguration,
    &mk17::Orphans,
    &mk18::StoreSweep,
    &mk19::CodeInStore,
    &mk20::ForeignGuid,
];

/// The descriptions of all signatures, in the order of their ids.
///
/// ```
/// let first = procmonkey_analysis::signatures().next().unwrap();
/// assert_eq!((first.id, first.title), ("MK-01", "MachineGuid was changed"));
/// ```
pub fn signatures() -> impl Iterator<Item = &'static SignatureText> {
    SIGNATURES.iter().map(|signature| signature.text())
}

/// The description of the signature with this id.
pub(crate) fn text_of(id: &str) -> Option<&'static SignatureText> {
    signatures().find(|text| text.id == id)
}

/// Everything that was found, worst first.
pub(crate) fn find_all(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for signature in SIGNATURES {
        for found in signature.find(facts) {
            let finding = Finding::new(signature.text(), found);
            if is_of_the_past(facts.report, &finding) {
                continue;
            }
            findings.push((signature.rank(), finding));
        }
    }
    // Stable: equal ones stay in the order of the ids.
    findings.sort_by_key(|(rank, finding)| {
        (std::cmp::Reverse(finding.severity), *rank, std::cmp::Reverse(finding.confidence))
    });
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// Whether a finding is about captures alone that are not to be judged.
fn is_of_the_past(report: &Report, finding: &Finding) -> bool {
    !finding.evidence.is_empty()
        && finding
            .evidence
            .iter()
            .all(|evidence| report.captures[evidence.capture].role == CaptureRole::Baseline)
}

/// What to do before anything else, whatever was found.
pub(crate) const BACK_UP_FIRST: &str = "First copy the MachineKeys folder, System32\\Microsoft\\Protect and \
     the IIS configuration, and export HKLM\\SOFTWARE\\Microsoft\\Cryptography.";

/// The same as a line of its own.
pub(crate) const BACK_UP: &str = "Copy the MachineKeys folder, System32\\Microsoft\\Protect and the IIS \
     configuration, and export HKLM\\SOFTWARE\\Microsoft\\Cryptography.";
