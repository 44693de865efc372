//! What was found: a signature that fired, and its evidence.

use std::borrow::Cow;
use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Evidence {
    /// Index into the report's `captures`.
    pub capture: usize,
    /// Numbers of the events, ascending.
    pub events: Vec<u64>,
}

impl Evidence {
    /// Events of the capture with this index, in any order.
    ///
    /// ```
    /// use procmonkey_analysis::Evidence;
    ///
    /// assert_eq!(Evidence::new(0, [7, 3, 7]).events, [3, 7]);
    /// ```
    pub fn new(capture: usize, events: impl IntoIterator<Item = u64>) -> Evidence {
        let mut events: Vec<u64> = events.into_iter().collect();
        events.sort_unstable();
        events.dedup();
        Evidence { capture, events }
    }
}

/// A signature that fired.
///
/// A program can add findings of its own to a report. They need an id that is not one
/// of [`signatures`](crate::signatures).
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions, Confidence, Evidence, Finding, Severity};
///
/// let mut report = Case::new(CaseOptions::new()).finish();
/// let mut finding = Finding::new("X-01", "The tape was full", Severity::Info, Confidence::Low);
/// finding.evidence = vec![Evidence::new(0, [12, 15])];
/// finding.explanation = "Writes to the tape failed.".into();
/// report.findings.push(finding);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Finding {
    /// Id of the signature, such as `MK-01`.
    pub signature: Cow<'static, str>,
    /// Its title.
    pub title: Cow<'static, str>,
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

impl Finding {
    /// A finding without evidence, and without texts beside its title.
    pub fn new(
        signature: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
        severity: Severity,
        confidence: Confidence,
    ) -> Finding {
        Finding {
            signature: signature.into(),
            title: title.into(),
            severity,
            confidence,
            raised_by: Vec::new(),
            lowered_by: Vec::new(),
            evidence: Vec::new(),
            witnesses: Vec::new(),
            explanation: String::new(),
            does_not_prove: String::new(),
            remedy: String::new(),
            confirm: None,
        }
    }
}
