//! What a signature says about one instance, and the evidence that it collects.

use super::SignatureText;
use crate::guid::MachineGuid;
use crate::report::{Confidence, EventPlace, Evidence, Finding, GuidRole, NamedGuid, Severity};
use crate::sentences::with_beginnings;

/// What a signature says about one instance of its failure.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Match {
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The events and witnesses that support it.
    pub evidence: EvidenceList,
    /// What was seen, and what it is consistent with.
    pub explanation: String,
    /// What it does not prove, and what would disprove it: a sentence each.
    pub does_not_prove: Vec<String>,
    /// What to do first.
    pub remedy: String,
}

impl Match {
    /// A match without evidence and without texts.
    pub fn new(severity: Severity, confidence: Confidence) -> Match {
        Match {
            severity,
            confidence,
            evidence: EvidenceList::default(),
            explanation: String::new(),
            does_not_prove: Vec::new(),
            remedy: String::new(),
        }
    }
}

/// The evidence for a match, while it is collected.
///
/// ```
/// use procmonkey_analysis::signature::EvidenceList;
///
/// let mut evidence = EvidenceList::default();
/// evidence.add(0, 17);
/// evidence.add_all(0, &[18, 19]);
/// evidence.raise("the service ended with an error");
/// ```
#[derive(Clone, Debug, Default)]
pub struct EvidenceList {
    events: Vec<(usize, u64)>,
    witnesses: Vec<usize>,
    raised_by: Vec<String>,
    lowered_by: Vec<String>,
    confirm: Option<String>,
    /// Whether the command would need a drive letter that the capture does not show.
    is_drive_unknown: bool,
    guids: Vec<NamedGuid>,
    put_back: Option<MachineGuid>,
}

/// Lists the drive letter of each volume.
const LIST_VOLUMES: &str = "fltmc volumes";

impl EvidenceList {
    /// A command that changes nothing and would confirm this very finding, where that
    /// of the signature does not fit.
    pub fn confirm_by(&mut self, command: String) {
        self.confirm = Some(command);
    }

    /// The same with a path in the form that a shell takes, which `command` gets in
    /// quotation marks. Where the capture names the volume by its device alone, no shell
    /// takes the path: then the command lists which drive letter each volume has.
    pub(crate) fn confirm_on(
        &mut self,
        path: Option<String>,
        command: impl FnOnce(&str) -> String,
    ) {
        self.is_drive_unknown = path.is_none();
        self.confirm = Some(match path {
            Some(path) => command(&format!("\"{path}\"")),
            None => LIST_VOLUMES.to_string(),
        });
    }

    /// Names a GUID that the match is about, and the capture and event that show it.
    pub(crate) fn name_guid(
        &mut self,
        guid: &MachineGuid,
        role: GuidRole,
        since: Option<(usize, u64)>,
    ) {
        let since = since.map(|(capture, event)| EventPlace { capture, event });
        self.guids.push(NamedGuid { guid: guid.clone(), role, since });
    }

    /// Whether both GUIDs are among those that the finding is about.
    pub(super) fn names_both(&self, one: &MachineGuid, other: &MachineGuid) -> bool {
        let names = |guid: &MachineGuid| self.guids.iter().any(|named| named.guid == *guid);
        names(one) && names(other)
    }

    /// The value that the advice names to be put back.
    pub(super) fn put_back(&mut self, guid: &MachineGuid) {
        self.put_back = Some(guid.clone());
    }

    /// An event that supports the match: index of its capture, and its number.
    pub fn add(&mut self, capture: usize, event: u64) {
        self.events.push((capture, event));
    }

    /// Several events of one capture.
    pub fn add_all(&mut self, capture: usize, events: &[u64]) {
        self.events.extend(events.iter().map(|event| (capture, *event)));
    }

    /// A witness that supports the match, by its index in the report's `witnesses`.
    pub fn add_witness(&mut self, witness: usize) {
        self.witnesses.push(witness);
    }

    /// A reason that makes the match surer, to follow the word "because".
    pub fn raise(&mut self, reason: impl Into<String>) {
        self.raised_by.push(reason.into());
    }

    /// A reason that makes it less sure.
    pub fn lower(&mut self, reason: impl Into<String>) {
        self.lowered_by.push(reason.into());
    }

    fn into_events(self) -> Vec<Evidence> {
        by_capture(self.events)
    }
}

/// Events, each with its capture, as a finding has them.
pub(super) fn by_capture(mut events: Vec<(usize, u64)>) -> Vec<Evidence> {
    events.sort_unstable();
    events.dedup();
    let mut evidence: Vec<Evidence> = Vec::new();
    for (capture, event) in events {
        match evidence.last_mut() {
            Some(last) if last.capture == capture => last.events.push(event),
            _ => evidence.push(Evidence { capture, events: vec![event] }),
        }
    }
    evidence
}

/// Said of a path that begins with a device.
const DRIVE_UNKNOWN: &str =
    "The capture names the volume by its device: `fltmc volumes` shows which drive letter that is.";

/// What a signature found, under its name.
pub(crate) fn finding(text: &SignatureText, found: Match) -> Finding {
    let mut list = found.evidence;
    let explanation = match list.is_drive_unknown {
        true => format!("{} {DRIVE_UNKNOWN}", found.explanation),
        false => found.explanation,
    };
    list.witnesses.sort_unstable();
    list.witnesses.dedup();
    Finding {
        signature: text.id.into(),
        title: text.title.into(),
        title_short: match text.title_short {
            "" => text.title.into(),
            short => short.into(),
        },
        severity: found.severity,
        confidence: found.confidence,
        raised_by: std::mem::take(&mut list.raised_by),
        lowered_by: std::mem::take(&mut list.lowered_by),
        confirm: list.confirm.take(),
        witnesses: std::mem::take(&mut list.witnesses),
        processes: Vec::new(),
        process_index: None,
        guids: std::mem::take(&mut list.guids),
        put_back: list.put_back.take(),
        stems: Vec::new(),
        group_count: 1,
        evidence: list.into_events(),
        explanation: with_beginnings(&explanation),
        does_not_prove: found.does_not_prove.iter().map(|it| with_beginnings(it)).collect(),
        remedy: with_beginnings(&found.remedy),
    }
}
