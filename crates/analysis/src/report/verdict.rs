//! The verdict of a report.

use std::borrow::Cow;

use super::Confidence;

/// The end of a report: the most likely cause, or that none was found.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CaseVerdict {
    /// The signature that explains most; `None` when nothing is wrong as far as the
    /// captures show.
    pub signature: Option<Cow<'static, str>>,
    /// The most likely cause, in a sentence; or that nothing was found.
    pub cause: String,
    /// How sure that is.
    pub confidence: Option<Confidence>,
    /// The same in words, with what raises or lowers it.
    pub confidence_text: String,
    /// The lines of evidence that matter most, three at most.
    pub evidence: Vec<String>,
    /// A command that changes nothing and would confirm it.
    pub confirm: Option<String>,
    /// What to do first.
    pub first: Option<String>,
    /// What not to do.
    pub avoid: Option<String>,
    /// What was looked for, when nothing was found.
    pub looked_for: Option<String>,
    /// What the captures could not show.
    pub not_shown: Vec<String>,
}
