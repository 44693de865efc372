//! What was found: a signature that fired, and its evidence.

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
    /// A command that changes nothing and would confirm it; `None` where that of the
    /// signature does.
    pub confirm: Option<String>,
}
