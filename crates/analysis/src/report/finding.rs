//! What was found: a signature that fired, and its evidence.

use std::borrow::Cow;
use std::fmt;

use crate::guid::MachineGuid;

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

/// What a GUID is to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum GuidRole {
    /// It is proved to be older than the newer one.
    Older,
    /// It is proved to be newer than the older one.
    Newer,
    /// One of several whose order is not proved.
    Unordered,
    /// The user says that it should be in effect.
    Expected,
    /// It is in effect now, as far as the case shows it.
    Present,
}

impl GuidRole {
    /// The name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            GuidRole::Older => "older",
            GuidRole::Newer => "newer",
            GuidRole::Unordered => "unordered",
            GuidRole::Expected => "expected",
            GuidRole::Present => "present",
        }
    }
}

/// A GUID that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct NamedGuid {
    /// The GUID, as seen.
    pub guid: MachineGuid,
    /// What it is to the finding.
    pub role: GuidRole,
    /// Index into `captures` and number of the event that shows it in this role; `None`
    /// where no event does.
    pub since: Option<EventPlace>,
}

/// An event of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct EventPlace {
    /// Index into the report's `captures`.
    pub capture: usize,
    /// Number of the event.
    pub event: u64,
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
    /// The title in at most forty characters, for lists.
    pub title_short: Cow<'static, str>,
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
    /// Indexes into the report's `processes` of those that its events are of.
    pub processes: Vec<usize>,
    /// The one of `processes` that it is about first; `None` where it is about the computer, or
    /// about a process that is not judged.
    pub process_index: Option<usize>,
    /// The GUIDs that it is about.
    pub guids: Vec<NamedGuid>,
    /// The value of MachineGuid that the advice names to be put back. `None` unless it is
    /// proved that it is the older one, and that the other is still in effect.
    pub put_back: Option<MachineGuid>,
    /// Hashes of the names of the containers that its events are about.
    pub stems: Vec<String>,
    /// How many findings of the same signature and severity there are, this one included, and
    /// those that are left out.
    pub group_count: usize,
    /// What was seen, and what it is consistent with.
    pub explanation: String,
    /// What it does not prove, and what would disprove it: a sentence each.
    pub does_not_prove: Vec<String>,
    /// What to do first. Advice only; nothing is ever executed.
    pub remedy: String,
    /// A command that changes nothing and would confirm it; `None` where that of the
    /// signature does.
    pub confirm: Option<String>,
}

impl Finding {
    /// A finding without evidence, and without texts beside its title, which serves as the short
    /// title, too.
    pub fn new(
        signature: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
        severity: Severity,
        confidence: Confidence,
    ) -> Finding {
        let title = title.into();
        Finding {
            signature: signature.into(),
            title_short: title.clone(),
            title,
            severity,
            confidence,
            raised_by: Vec::new(),
            lowered_by: Vec::new(),
            evidence: Vec::new(),
            witnesses: Vec::new(),
            processes: Vec::new(),
            process_index: None,
            guids: Vec::new(),
            put_back: None,
            stems: Vec::new(),
            group_count: 1,
            explanation: String::new(),
            does_not_prove: Vec::new(),
            remedy: String::new(),
            confirm: None,
        }
    }
}
