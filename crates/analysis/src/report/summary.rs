//! A report in one line, for a table of many.

use super::{CaptureRole, CaptureSummary, Finding, Report, Severity, VerdictState};

/// What one line of a table says of a report. Numbers are of the captures of the case together, and not
/// of those of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportSummary {
    /// Whether all that was given was read: every input, and every capture to its end, without a loss.
    pub is_whole: bool,
    /// How many events were read.
    pub events: u64,
    /// How many things could not be read.
    pub losses: u64,
    /// How many things are of a kind that is not known.
    pub unknown: u64,
    /// Why the first of the captures that break off does so.
    pub broke_off: Option<String>,
    /// The format of the first capture: `pml`, `csv`, `xml` or `pasted`.
    pub format: Option<&'static str>,
    /// The id of the first capture.
    pub capture_id: Option<String>,
    /// The first name of the computer of the first capture of the report.
    pub host: Option<String>,
    /// The date of the first event of that capture, as in `2026-03-05`; `None` where it is not known.
    pub date: Option<String>,
    /// The conclusion.
    pub verdict: VerdictState,
    /// The signatures that fired, by their ids.
    pub signatures: Vec<SignatureCount>,
}

/// The findings of one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SignatureCount {
    /// The id of the signature, such as `MK-01`.
    pub signature: String,
    /// The worst of them.
    pub severity: Severity,
    /// How many there are in the report.
    pub findings: u64,
}

impl Report {
    /// What one line of a table says of the report.
    ///
    /// ```
    /// use procmonkey_analysis::report::VerdictState;
    /// use procmonkey_analysis::{Case, CaseOptions};
    ///
    /// let summary = Case::new(CaseOptions::new()).finish().summary();
    /// assert!(summary.is_whole && summary.signatures.is_empty());
    /// assert_eq!((summary.events, summary.verdict), (0, VerdictState::NotJudged));
    /// ```
    pub fn summary(&self) -> ReportSummary {
        let own: Vec<&CaptureSummary> =
            self.captures.iter().filter(|it| it.role == CaptureRole::Case).collect();
        let first = self.captures.first();
        let host = first.and_then(|it| it.computer.names.first()).map(|it| it.name.clone());
        let date = first.and_then(|it| it.first_time.as_deref()).and_then(date_of);
        ReportSummary {
            is_whole: self.inputs_unread.is_empty()
                && own.iter().all(|it| it.losses.count == 0 && it.broke_off.is_none()),
            events: own.iter().map(|it| it.events_read).sum(),
            losses: own.iter().map(|it| it.losses.count).sum(),
            unknown: own.iter().map(|it| it.losses.unknown).sum(),
            broke_off: own.iter().find_map(|it| it.broke_off.clone()),
            format: own.first().map(|it| it.format.name()),
            capture_id: own.first().and_then(|it| it.capture_id.clone()),
            host: host.filter(|it| !it.is_empty()),
            date: date.map(str::to_string),
            verdict: self.verdict.state,
            signatures: counts(&self.findings),
        }
    }
}

fn counts(findings: &[Finding]) -> Vec<SignatureCount> {
    let mut counts: Vec<SignatureCount> = Vec::new();
    for finding in findings {
        match counts.iter_mut().find(|it| it.signature == finding.signature) {
            Some(known) => {
                known.severity = known.severity.max(finding.severity);
                known.findings += 1;
            }
            None => counts.push(SignatureCount {
                signature: finding.signature.to_string(),
                severity: finding.severity,
                findings: 1,
            }),
        }
    }
    counts.sort_by(|a, b| a.signature.cmp(&b.signature));
    counts
}

/// The date at the beginning of a time.
fn date_of(time: &str) -> Option<&str> {
    let date = time.get(..10)?;
    let fits = date.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    fits.then_some(date)
}

#[cfg(test)]
mod tests {
    use super::super::Confidence;
    use super::*;

    #[test]
    fn only_a_whole_date_is_one() {
        assert_eq!(date_of("2026-03-05T18:59:13.0390000"), Some("2026-03-05"));
        for other in ["", "18:59:13.0390000", "5.3.2026 18:59", "2026-3-5", "ä026-03-05é"] {
            assert_eq!(date_of(other), None, "{other}");
        }
    }

    #[test]
    fn findings_of_a_signature_count_together_with_the_worst_of_them() {
        let finding = |id: &'static str, severity| Finding::new(id, "", severity, Confidence::Low);
        let found = counts(&[
            finding("MK-17", Severity::Info),
            finding("MK-03", Severity::Warning),
            finding("MK-17", Severity::Error),
            finding("MK-17", Severity::Info),
        ]);
        let told: Vec<_> =
            found.iter().map(|it| (it.signature.as_str(), it.severity, it.findings)).collect();
        let want = [("MK-03", Severity::Warning, 1), ("MK-17", Severity::Error, 3)];
        assert_eq!(told, want);
    }
}
