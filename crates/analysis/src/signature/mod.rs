//! Known failures: what each looks like, what proves it, what it does not prove.
//!
//! One file a signature; each is a unit struct that implements [`Signature`] and
//! stands in [`SIGNATURES`].

mod mk01;
mod mk02;
mod mk03;
mod mk14;
mod mk17;
mod mk20;

use std::fmt;

use serde::Serialize;

use crate::facts::Facts;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Something is not as it should be.
    Warning,
    /// Something is broken.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One possible reading among others.
    Low,
    /// The likeliest reading.
    Medium,
    /// No other reading is known.
    High,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        })
    }
}

/// Events of one capture that support a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Evidence {
    /// Index into the report's `captures`.
    pub capture: usize,
    /// Numbers of the events, ascending.
    pub events: Vec<u64>,
}

/// A signature that fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Id of the signature, such as `MK-01`.
    pub signature: &'static str,
    /// Its title.
    pub title: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The events that support it.
    pub evidence: Vec<Evidence>,
    /// What was seen, and what it is consistent with.
    pub explanation: String,
    /// What it does not prove, and what would disprove it.
    pub does_not_prove: String,
    /// What to do first. Advice only; nothing is ever executed.
    pub remedy: String,
}

/// One known failure.
pub(crate) trait Signature: Sync {
    /// The id, such as `MK-01`.
    fn id(&self) -> &'static str;

    /// A short title.
    fn title(&self) -> &'static str;

    /// Every instance of it in the case.
    fn find(&self, facts: &Facts<'_>) -> Vec<Match>;
}

/// What a signature says about one instance.
pub(crate) struct Match {
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) evidence: EvidenceList,
    pub(crate) explanation: String,
    pub(crate) does_not_prove: String,
    pub(crate) remedy: String,
}

/// Evidence while it is collected.
#[derive(Clone, Debug, Default)]
pub(crate) struct EvidenceList(Vec<(usize, u64)>);

impl EvidenceList {
    pub(crate) fn add(&mut self, capture: usize, event: u64) {
        self.0.push((capture, event));
    }

    pub(crate) fn add_all(&mut self, capture: usize, events: &[u64]) {
        self.0.extend(events.iter().map(|event| (capture, *event)));
    }

    fn into_evidence(mut self) -> Vec<Evidence> {
        self.0.sort_unstable();
        self.0.dedup();
        let mut evidence: Vec<Evidence> = Vec::new();
        for (capture, event) in self.0 {
            match evidence.last_mut() {
                Some(last) if last.capture == capture => last.events.push(event),
                _ => evidence.push(Evidence { capture, events: vec![event] }),
            }
        }
        evidence
    }
}

/// All signatures, in the order of their ids.
const SIGNATURES: [&dyn Signature; 6] = [
    &mk01::GuidChanged,
    &mk02::GuidEdited,
    &mk03::KeyLost,
    &mk14::ReadOnly,
    &mk17::Orphans,
    &mk20::ForeignGuid,
];

/// Everything that was found, worst first.
pub(crate) fn find_all(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for signature in SIGNATURES {
        for found in signature.find(facts) {
            findings.push(Finding {
                signature: signature.id(),
                title: signature.title(),
                severity: found.severity,
                confidence: found.confidence,
                evidence: found.evidence.into_evidence(),
                explanation: found.explanation,
                does_not_prove: found.does_not_prove,
                remedy: found.remedy,
            });
        }
    }
    // Stable: equal ones stay in the order of the ids.
    findings.sort_by_key(|finding| {
        (std::cmp::Reverse(finding.severity), std::cmp::Reverse(finding.confidence))
    });
    findings
}

/// What to do before anything else, whatever was found.
pub(crate) const BACK_UP_FIRST: &str = "First copy the MachineKeys folder, System32\\Microsoft\\Protect and \
     the IIS configuration, and export HKLM\\SOFTWARE\\Microsoft\\Cryptography.";
