//! The verdict: the conclusion of the whole report.

use procmonkey_analysis::Report;
use procmonkey_analysis::report::VerdictState;

use super::super::grid::{Page, Tone};

pub(super) fn verdict(report: &Report, page: &mut Page) {
    let verdict = &report.verdict;
    let tone = match verdict.state {
        VerdictState::Broken => Tone::Bad,
        VerdictState::Suspect | VerdictState::NotJudged => Tone::Warning,
        _ => Tone::Plain,
    };
    page.toned_heading(format!("Verdict: {}", verdict.state.words()), tone);
    page.text(verdict.cause.clone());
    for named in &verdict.guids {
        page.labelled("GUID", format!("{} ({})", named.guid, named.role.name()));
    }
    for missing in &verdict.missing {
        page.labelled("To judge it", missing.remedy.clone());
    }
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
