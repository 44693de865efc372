//! Known failures: what each looks like, what proves it, what it does not prove.
//!
//! A [`Signature`] looks at the [`Facts`] of a case and returns a [`Match`] for each instance
//! of its failure. Those of this crate have one file each, and are listed in `SIGNATURES`;
//! [`Case::with_signature`](crate::Case::with_signature) adds others.

mod absent_key;
mod account;
mod advice;
mod back_up;
mod capture_order;
mod computers;
mod container_remedy;
mod definition;
mod dependency;
mod ending;
mod evidence;
mod facts;
mod guid_order;
mod loss;
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
mod of_process;
mod redacted;
mod reference_guid;
mod removal;
mod rights;
mod signature_set;
mod storage_advice;
mod subjects;
#[cfg(test)]
mod tests;
mod text;

use definition::BACK_UP_FIRST;
use evidence::finding;

pub use crate::trace::ValueChange;
pub(crate) use back_up::concerns_iis;
pub(crate) use capture_order::CaptureOrder;
pub use computers::SameComputer;
pub(crate) use computers::{Computer, is_same_name};
pub use definition::{Concern, Rank, Signature};
pub use evidence::{EvidenceList, Match};
pub(crate) use facts::CaptureFacts;
pub use facts::{Facts, GuidValue, ServiceFailure};
pub(crate) use redacted::is_redacted;
pub(crate) use signature_set::SignatureSet;
pub(crate) use subjects::main_process;
pub use text::SignatureText;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use subjects::{Subjects, is_of_others};

use crate::report::{CaptureRole, Confidence, Finding, MainProcess, Report, Severity};

/// The most findings of one signature and severity that a report has.
const MOST_OF_A_KIND: usize = 500;

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

/// The description of the signature with this id: one of this crate, or one of the others.
pub(crate) fn text_of(id: &str, others: &SignatureSet) -> Option<&'static SignatureText> {
    signatures().chain(others.iter().map(Signature::text)).find(|text| text.id == id)
}

/// Everything that was found, worst first. While the process that is followed is well,
/// what happened to others is a warning at most, and stands below what is about it.
pub(crate) fn find_all(facts: &Facts<'_>, others: &SignatureSet) -> (Vec<Finding>, u64) {
    let subjects = Subjects::of(facts.report);
    let is_redacted = is_redacted(facts.report);
    let mut found = Vec::new();
    for signature in SIGNATURES.into_iter().chain(others.iter()) {
        for it in signature.find(facts) {
            let mut finding = finding(signature.text(), it);
            if is_of_the_past(facts.report, &finding) {
                continue;
            }
            finding.processes = subjects.of_finding(&finding);
            finding.process_index = finding.processes.first().copied();
            back_up::fit_to_iis(facts.report, &mut finding);
            back_up::fit_to_folder(facts.report, &mut finding);
            if is_redacted {
                redacted::fit(&mut finding);
            }
            found.push((signature, finding));
        }
    }
    say_once(facts.report, &mut found);
    let findings: Vec<Finding> = found.iter().map(|(_, finding)| finding.clone()).collect();
    let is_well = main_process(facts.report, &findings) == MainProcess::Healthy;
    let is_of_others = |signature: &dyn Signature, finding: &Finding| {
        signature.concerns() == Concern::Process && is_of_others(facts.report, finding)
    };
    for (signature, finding) in &mut found {
        if is_well && is_of_others(*signature, finding) {
            finding.severity = finding.severity.min(Severity::Warning);
        }
    }
    // Stable: equal ones stay in the order of the ids.
    found.sort_by_key(|(signature, finding)| {
        (
            Reverse(finding.severity),
            is_of_others(*signature, finding),
            signature.rank(),
            Reverse(finding.confidence),
        )
    });
    counted(found.into_iter().map(|(_, finding)| finding).collect())
}

/// Takes out each edit of MachineGuid (MK-02) that a change of MachineGuid (MK-01) already
/// reports, as surely, with the same values and with who did it.
fn say_once(report: &Report, found: &mut Vec<(&dyn Signature, Finding)>) {
    let reads: HashSet<(usize, u64)> = report
        .machine_guid_reads
        .iter()
        .flat_map(|read| read.events.iter().map(|event| (read.capture, *event)))
        .collect();
    let places = |finding: &Finding| -> Vec<(usize, u64)> {
        let evidence = finding.evidence.iter();
        evidence.flat_map(|it| it.events.iter().map(|event| (it.capture, *event))).collect()
    };
    let (edits, mut kept): (Vec<_>, Vec<_>) =
        std::mem::take(found).into_iter().partition(|(_, finding)| finding.signature == "MK-02");
    let mut said = Vec::new();
    for (signature, edit) in edits {
        let says_it = |change: &Finding| {
            let own = places(change);
            let names = |guid| change.guids.iter().any(|named| named.guid == guid);
            change.signature == "MK-01"
                && change.severity >= edit.severity
                && change.confidence >= edit.confidence
                && edit.guids.iter().all(|named| names(named.guid.clone()))
                && places(&edit).iter().all(|place| own.contains(place) || reads.contains(place))
        };
        match kept.iter_mut().find(|(_, finding)| says_it(finding)) {
            Some((_, change)) => {
                let all = places(change).into_iter().chain(places(&edit)).collect();
                change.evidence = evidence::by_capture(all);
            }
            None => said.push((signature, edit)),
        }
    }
    // The order is that of the ids.
    let after = kept.partition_point(|(signature, _)| signature.text().id < "MK-02");
    kept.splice(after..after, said);
    *found = kept;
}

/// Tells each finding how many of its kind there are, and keeps so many of a kind that a report
/// stays within bounds. The other number is that of those that are left out.
fn counted(mut findings: Vec<Finding>) -> (Vec<Finding>, u64) {
    let kind = |finding: &Finding| (finding.signature.clone(), finding.severity);
    let all = findings.len();
    let mut counts: HashMap<_, usize> = HashMap::new();
    findings.retain(|finding| {
        let same = counts.entry(kind(finding)).or_default();
        *same += 1;
        *same <= MOST_OF_A_KIND
    });
    for finding in &mut findings {
        finding.group_count = counts.get(&kind(finding)).copied().unwrap_or(1);
    }
    let left_out = (all - findings.len()) as u64;
    (findings, left_out)
}

/// Whether all evidence of a finding is in captures that are not judged.
fn is_of_the_past(report: &Report, finding: &Finding) -> bool {
    !finding.evidence.is_empty()
        && finding
            .evidence
            .iter()
            .all(|evidence| report.captures[evidence.capture].role == CaptureRole::Baseline)
}
