//! What a signature says when it fires.

use std::fmt;

use serde::Serialize;

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

    pub(super) fn into_evidence(mut self) -> Vec<Evidence> {
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
