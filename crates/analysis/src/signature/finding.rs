//! What a signature says when it fires.

use std::fmt;

use serde::Serialize;

use super::SignatureText;

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
    /// What makes it surer than its rows alone.
    pub raised_by: Vec<String>,
    /// What makes it less sure.
    pub lowered_by: Vec<String>,
    /// The events that support it. None where only witnesses do.
    pub evidence: Vec<Evidence>,
    /// Indexes into the report's `witnesses` that support it.
    pub witnesses: Vec<usize>,
    /// What was seen, and what it is consistent with.
    pub explanation: String,
    /// What it does not prove, and what would disprove it.
    pub does_not_prove: String,
    /// What to do first. Advice only; nothing is ever executed.
    pub remedy: String,
}

impl Finding {
    /// What a signature says, under its name.
    pub(super) fn new(text: &SignatureText, found: Match) -> Finding {
        let mut list = found.evidence;
        list.witnesses.sort_unstable();
        list.witnesses.dedup();
        Finding {
            signature: text.id,
            title: text.title,
            severity: found.severity,
            confidence: found.confidence,
            raised_by: std::mem::take(&mut list.raised_by),
            lowered_by: std::mem::take(&mut list.lowered_by),
            witnesses: std::mem::take(&mut list.witnesses),
            evidence: list.into_events(),
            explanation: found.explanation,
            does_not_prove: found.does_not_prove,
            remedy: found.remedy,
        }
    }
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
pub(crate) struct EvidenceList {
    events: Vec<(usize, u64)>,
    witnesses: Vec<usize>,
    raised_by: Vec<String>,
    lowered_by: Vec<String>,
}

impl EvidenceList {
    pub(crate) fn add(&mut self, capture: usize, event: u64) {
        self.events.push((capture, event));
    }

    pub(crate) fn add_all(&mut self, capture: usize, events: &[u64]) {
        self.events.extend(events.iter().map(|event| (capture, *event)));
    }

    /// A witness that supports the finding, by its index.
    pub(crate) fn add_witness(&mut self, witness: usize) {
        self.witnesses.push(witness);
    }

    /// Something that makes the finding surer.
    pub(crate) fn raise(&mut self, reason: impl Into<String>) {
        self.raised_by.push(reason.into());
    }

    /// Something that makes the finding less sure.
    pub(crate) fn lower(&mut self, reason: impl Into<String>) {
        self.lowered_by.push(reason.into());
    }

    fn into_events(mut self) -> Vec<Evidence> {
        self.events.sort_unstable();
        self.events.dedup();
        let mut evidence: Vec<Evidence> = Vec::new();
        for (capture, event) in self.events {
            match evidence.last_mut() {
                Some(last) if last.capture == capture => last.events.push(event),
                _ => evidence.push(Evidence { capture, events: vec![event] }),
            }
        }
        evidence
    }
}
