//! The value that MachineGuid should have, or had before: from the user, from the
//! registry, or from an event that set it.

use super::facts::Facts;
use super::lost_key::{LostKey, lost_keys};
use super::{BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity};
use crate::guid::MachineGuid;
use crate::report::{CaptureRole, GuidRead};
use crate::step::Step;

/// Another value than the one that processes read.
enum ReferenceGuid<'r> {
    /// The user says that this one was expected.
    Given(&'r MachineGuid),
    /// A hive, an export or the live registry has it.
    Registry(&'r MachineGuid, &'r str, usize),
    /// Somebody set the value that is read now; the event, and its capture.
    Set(usize, u64),
}

/// What a reference value has to do with keys that were lost.
pub(super) fn find(facts: &Facts<'_>) -> Vec<Match> {
    let lost = lost_keys(facts);
    if !lost.is_empty() {
        let explained = reference_guids(facts).find_map(|reference| {
            let lost: Vec<&LostKey<'_>> =
                lost.iter().filter(|key| reference.makes(facts, key)).collect();
            (!lost.is_empty()).then(|| lost_by_change(facts, &reference, &lost))
        });
        if explained.is_some() {
            return explained.into_iter().collect();
        }
    }
    let differs = reference_guids(facts).find(|reference| match reference {
        ReferenceGuid::Given(value) | ReferenceGuid::Registry(value, ..) => {
            judged_reads(facts).any(|read| read.value != **value)
        }
        ReferenceGuid::Set(..) => false,
    });
    differs.and_then(|reference| only_read(facts, &reference)).into_iter().collect()
}

/// Whether a witness turns a lost key into one whose GUID was changed.
pub(super) fn explains(facts: &Facts<'_>, key: &LostKey<'_>) -> bool {
    reference_guids(facts).any(|reference| reference.makes(facts, key))
}

fn reference_guids<'r>(facts: &Facts<'r>) -> impl Iterator<Item = ReferenceGuid<'r>> {
    let sets = facts.timeline().iter().filter(|entry| entry.step == Step::GuidSet);
    (facts.given.into_iter().map(ReferenceGuid::Given))
        .chain(
            facts
                .registry_guids()
                .map(|(witness, seen)| ReferenceGuid::Registry(&seen.value, &seen.source, witness)),
        )
        .chain(sets.map(|entry| ReferenceGuid::Set(entry.capture, entry.event)))
}

impl ReferenceGuid<'_> {
    /// Whether the lost key carries another value than the reference, or the one that
    /// was set before it was lost.
    fn makes(&self, facts: &Facts<'_>, key: &LostKey<'_>) -> bool {
        match self {
            ReferenceGuid::Given(value) | ReferenceGuid::Registry(value, ..) => {
                key.file.guid != **value
            }
            ReferenceGuid::Set(capture, event) => {
                let set = facts.timeline().iter().find(|entry| {
                    entry.step == Step::GuidSet
                        && (entry.capture, entry.event) == (*capture, *event)
                });
                (*capture, *event) < (key.probe.capture, key.probe.event)
                    && set.is_some_and(|set| set.guid.as_ref().is_none_or(|g| *g == key.file.guid))
            }
        }
    }

    fn cite(&self, evidence: &mut EvidenceList) {
        match self {
            ReferenceGuid::Given(_) => evidence.raise("another value was given as the right one"),
            ReferenceGuid::Registry(_, _, witness) => {
                evidence.raise("the registry, at another time, holds another value");
                evidence.add_witness(*witness);
            }
            ReferenceGuid::Set(capture, event) => {
                evidence.raise("the value was set before the key was looked for");
                evidence.add(*capture, *event);
            }
        }
    }
}

fn lost_by_change(
    facts: &Facts<'_>,
    reference: &ReferenceGuid<'_>,
    lost: &[&LostKey<'_>],
) -> Match {
    let mut evidence = EvidenceList::default();
    lost.iter().for_each(|key| key.cite(facts, &mut evidence));
    reference.cite(&mut evidence);
    let failure = facts.failure_of_iis();
    if let Some(failure) = failure {
        evidence.add_witness(failure.witness);
        evidence.raise(format!("{} ended with 0x{:08X}", failure.service, failure.code));
    }
    let names: Vec<&str> = lost.iter().map(|key| key.known.name).collect();
    let newer = &lost[0].file.guid;
    let how = match reference {
        ReferenceGuid::Given(value) => {
            format!("{value} is given as the value that should be in effect")
        }
        ReferenceGuid::Registry(value, source, _) => {
            format!("{value} is in the registry ({source})")
        }
        ReferenceGuid::Set(..) => "the value had been set shortly before".to_string(),
    };
    let back = match reference {
        ReferenceGuid::Given(value) | ReferenceGuid::Registry(value, ..) => {
            format!("putting {value} back")
        }
        ReferenceGuid::Set(..) => "putting the former value back, once it is known,".to_string(),
    };
    let read = facts.report.machine_guid_reads.iter().any(|read| read.value == *newer);
    Match {
        severity: if lost.iter().any(|key| key.exit.is_some()) || failure.is_some() {
            Severity::Error
        } else {
            Severity::Warning
        },
        confidence: if read { Confidence::High } else { Confidence::Medium },
        evidence,
        explanation: format!(
            "The key file of {} was not found under {newer}, and a new, empty container was made in its \
             place; and {how}. Consistent with a change of MachineGuid. At stake: {}.",
            names.join(", "),
            lost[0].known.loss.unwrap_or("its keys")
        ),
        does_not_prove: "Does not show a key file under the other value: if there never was one, the key was \
             lost in another way. A hive or an export may be of another time, or of another computer."
            .into(),
        remedy: format!(
            "{BACK_UP_FIRST} Then look for {}_<another GUID> in the MachineKeys folder (`dir /a`). On the same \
             Windows installation, {back} and restarting IIS restores the older keys, but hides those \
             made since. Delete no key file.",
            lost[0].file.stem
        ),
    }
}

/// The reads of MachineGuid in captures that are judged.
fn judged_reads<'r>(facts: &Facts<'r>) -> impl Iterator<Item = &'r GuidRead> {
    let captures = &facts.report.captures;
    let reads = facts.report.machine_guid_reads.iter();
    reads.filter(|read| captures[read.capture].role == CaptureRole::Case)
}

/// The values differ, and no key was lost by it in the capture.
fn only_read(facts: &Facts<'_>, reference: &ReferenceGuid<'_>) -> Option<Match> {
    let (value, expected, confidence) = match reference {
        ReferenceGuid::Given(value) => (*value, "was expected".to_string(), Confidence::High),
        ReferenceGuid::Registry(value, source, _) => {
            (*value, format!("is in the registry ({source})"), Confidence::Low)
        }
        ReferenceGuid::Set(..) => return None,
    };
    let mut evidence = EvidenceList::default();
    let reads = judged_reads(facts).filter(|read| read.value != *value);
    let mut first = None;
    for read in reads {
        evidence.add_all(read.capture, &read.events);
        first.get_or_insert(&read.value);
    }
    reference.cite(&mut evidence);
    Some(Match {
        severity: Severity::Warning,
        confidence,
        evidence,
        explanation: format!(
            "The processes read {} where {value} {expected}. Keys named after the latter are not found \
             while the former is in effect.",
            first?
        ),
        does_not_prove:
            "Does not show when the value changed, nor that both are of the same Windows installation: \
            a reinstalled system has a new value, as it should."
                .into(),
        remedy: format!(
            "{BACK_UP_FIRST} Then find out which of the two the key files carry: `dir /a` of the \
             MachineKeys folder shows it."
        ),
    })
}
