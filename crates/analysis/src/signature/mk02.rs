//! MK-02: MachineGuid was edited while the capture ran, or has two values in it.

use super::facts::Facts;
use super::{BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::guid::MachineGuid;
use crate::report::TimelineEntry;
use crate::step::Step;

pub(super) struct GuidEdited;

const TEXT: SignatureText = SignatureText {
    id: "MK-02",
    title: "MachineGuid was edited",
    severity: "error, warning or info",
    looks_like: "RegSetValue or RegDeleteValue on \
        HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid, or two successful reads with \
        different data.",
    means: "Somebody edits the value: by hand, an imaging tool, a licence or trial reset, or the \
        restoring of another computer's registry.",
    look_alike: "A value that is set to what it was before; two captures of two different computers \
        in one case.",
    disproved_by: "The present value is the one from before.",
    remedy: "As for MK-01: put the former value back, if it is known, and restart the services \
        that need their keys.",
    confidence: "High for the fact of an edit. Two values in captures of one case may be those of two computers, which lowers it to medium.",
    confirm: "reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid",
    avoid: "Do not invent a third value, and do not restart services over and over: each start may make new, empty containers.",
    source: "Microsoft support blog on machine keys in IIS; field reports",
    technique: Some("T1112 Modify Registry"),
};

impl Signature for GuidEdited {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let edits: Vec<_> = facts
            .timeline()
            .iter()
            .filter(|entry| matches!(entry.step, Step::GuidSet | Step::GuidRemoved))
            .collect();
        let mut matches = Vec::new();
        if !edits.is_empty() {
            matches.push(edited(facts, &edits));
        } else if let Some(found) = two_values(facts) {
            matches.push(found);
        }
        matches
    }
}

fn edited(facts: &Facts<'_>, edits: &[&TimelineEntry]) -> Match {
    let mut evidence = EvidenceList::default();
    let mut sentences = Vec::new();
    let mut changes = false;
    for edit in edits {
        evidence.add(edit.capture, edit.event);
        let who = edit.process.as_deref().unwrap_or("a process that is not named");
        let pid = edit.pid.map(|pid| format!(" (PID {pid})")).unwrap_or_default();
        let before = value_before(facts, edit);
        match (&edit.guid, edit.step) {
            (Some(value), _) => {
                changes |= before.as_ref() != Some(value);
                sentences.push(format!("{who}{pid} set MachineGuid to {value}."));
            }
            (None, Step::GuidSet) => {
                changes = true;
                sentences.push(format!(
                    "{who}{pid} set MachineGuid; the capture does not show to what."
                ));
            }
            (None, _) => {
                changes = true;
                sentences.push(format!("{who}{pid} deleted MachineGuid."));
            }
        }
    }
    Match {
        severity: if changes { Severity::Error } else { Severity::Info },
        confidence: Confidence::High,
        evidence,
        explanation: format!(
            "{} Machine keys that were made before are named after the value of that time and are no \
             longer found.",
            sentences.join(" ")
        ),
        does_not_prove:
            "Does not show that a key was lost by it: that takes a program that looks for \
             its key afterwards. A value that was set to what it was before changes nothing."
                .into(),
        remedy: format!(
            "{BACK_UP_FIRST} Then put the former value back, if it is known, and restart the services \
             that need their keys."
        ),
    }
}

/// The value that was last seen before an edit.
fn value_before(facts: &Facts<'_>, edit: &TimelineEntry) -> Option<MachineGuid> {
    let before = facts
        .timeline()
        .iter()
        .take_while(|entry| (entry.capture, entry.event) < (edit.capture, edit.event));
    before.filter(|entry| entry.shows_value()).last().and_then(|entry| entry.guid.clone())
}

fn two_values(facts: &Facts<'_>) -> Option<Match> {
    let reads = &facts.report.machine_guid_reads;
    let first = reads.first()?;
    let other = reads.iter().find(|read| read.value != first.value)?;
    let mut evidence = EvidenceList::default();
    evidence.add_all(first.capture, &first.events);
    evidence.add_all(other.capture, &other.events);
    let within = first.capture == other.capture;
    let (severity, confidence, doubt) = match within {
        true => (Severity::Error, Confidence::High, "Does not show who changed the value."),
        false => (
            Severity::Warning,
            Confidence::Medium,
            "Does not show who changed the value, nor that both captures are of the same Windows \
             installation: two computers have different values.",
        ),
    };
    Some(Match {
        severity,
        confidence,
        evidence,
        explanation: format!(
            "MachineGuid was read as {} and later as {}. Keys named after the first are no longer found \
             once the second is in effect.",
            first.value, other.value
        ),
        does_not_prove: doubt.into(),
        remedy: format!(
            "{BACK_UP_FIRST} Then put {} back, if that is the value that the key files carry, and restart \
             the services that need their keys.",
            first.value
        ),
    })
}
