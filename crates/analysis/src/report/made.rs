//! How a report was made.

/// By which command line a report was made, and when.
///
/// ```
/// use procmonkey_analysis::report::Made;
/// use procmonkey_analysis::{Case, CaseOptions};
///
/// let made = Made::new(["procmonkey", "analyze", "a.csv"], "2026-03-05T18:59:13Z");
/// let report = Case::new(CaseOptions::new().made(made.clone())).finish();
/// assert_eq!(report.made, Some(made));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Made {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// When, as RFC 3339 has it.
    pub at: String,
}

impl Made {
    /// By this command line, at this time.
    pub fn new<A: Into<String>>(argv: impl IntoIterator<Item = A>, at: impl Into<String>) -> Made {
        Made { argv: argv.into_iter().map(Into::into).collect(), at: at.into() }
    }
}
