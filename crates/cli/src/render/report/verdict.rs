//! The verdict: the conclusion of the whole report.

use procmonkey_analysis::Report;

use super::super::grid::{Page, Tone};

pub(super) fn verdict(report: &Report, page: &mut Page) {
    let verdict = &report.verdict;
    let tone = if verdict.signature.is_some() { Tone::Bad } else { Tone::Plain };
    page.toned_heading("Verdict", tone);
    page.text(verdict.cause.clone());
    page.labelled("Confidence", verdict.confidence_text.clone());
    for line in &verdict.evidence {
        page.labelled("Evidence", line.clone());
    }
    if let Some(confirm) = &verdict.confirm {
        page.labelled("To confirm", format!("`{confirm}`, which changes nothing"));
    }
    if let Some(first) = &verdict.first {
        page.labelled("Do first", first.clone());
    }
    if let Some(avoid) = &verdict.avoid {
        page.labelled("Avoid", avoid.clone());
    }
    if let Some(looked_for) = &verdict.looked_for {
        page.labelled("Looked for", looked_for.clone());
    }
    if !verdict.not_shown.is_empty() {
        page.labelled("Not shown here", verdict.not_shown.join("; "));
    }
}
