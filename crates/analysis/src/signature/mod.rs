//! Known failures: what each looks like, what proves it, what it does not prove.
//!
//! One file a signature; each is a unit struct that implements [`Signature`] and
//! is listed in [`SIGNATURES`].

mod absent_key;
mod account;
mod definition;
mod ending;
mod evidence;
mod facts;
mod lost_key;
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
mod mk21;
mod mk22;
mod mk23;
mod mk24;
mod mk25;
mod mk26;
mod reference_guid;
mod removal;
mod storage_advice;
#[cfg(test)]
mod tests;
mod text;

use definition::{BACK_UP_FIRST, Rank, Signature};
use evidence::{EvidenceList, Match, finding};

pub(crate) use definition::BACK_UP;
pub(crate) use facts::{Facts, ServiceFailure};
pub use text::SignatureText;

use crate::report::{CaptureRole, Confidence, Finding, Report, Severity};

/// All signatures, in the order of their ids.
const SIGNATURES: [&dyn Signature; 26] = [
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
    &mk21::KeyAbsent,
    &mk22::FolderMissing,
    &mk23::GuidUnreadable,
    &mk24::StorageFailed,
    &mk25::HardwareKey,
    &mk26::CngProviderMissing,
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
            let finding = finding(signature.text(), found);
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

/// Whether all evidence of a finding is in captures that are not judged.
fn is_of_the_past(report: &Report, finding: &Finding) -> bool {
    !finding.evidence.is_empty()
        && finding
            .evidence
            .iter()
            .all(|evidence| report.captures[evidence.capture].role == CaptureRole::Baseline)
}
