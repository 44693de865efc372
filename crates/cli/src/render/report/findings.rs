//! What was found, one after the other.

use procmonkey_analysis::report::{GuidSign, with_letters};
use procmonkey_analysis::{Finding, Report, Severity};

use super::super::Look;
use super::super::grid::{Page, Tone};
use crate::text::event_numbers;

/// How many findings are shown in full unless all are asked for.
const IN_FULL: usize = 20;

pub(super) fn findings(report: &Report, look: Look, page: &mut Page) {
    let shown = if look.whole { report.findings.len() } else { IN_FULL };
    // What to do names the GUIDs in full.
    let signs: &[GuidSign] = if look.whole { &[] } else { &report.guid_signs };
    for finding in report.findings.iter().take(shown) {
        page.toned_heading(
            format!(
                "{} {}: {} (confidence {})",
                finding.severity.to_string().to_uppercase(),
                finding.signature,
                finding.title,
                finding.confidence
            ),
            tone(finding.severity),
        );
        page.text(with_letters(&finding.explanation, signs));
        page.labelled("Evidence", evidence(finding, report));
        if !finding.raised_by.is_empty() {
            page.labelled("Surer because", finding.raised_by.join("; "));
        }
        if !finding.lowered_by.is_empty() {
            page.labelled("Less sure because", finding.lowered_by.join("; "));
        }
        page.labelled("Not proved", with_letters(&finding.does_not_prove.join(" "), signs));
        page.labelled("What to do", finding.remedy.clone());
    }
    let all = report.findings.len();
    let left_out = report.findings_left_out;
    if all > shown {
        page.heading(format!("{} further findings", all - shown));
        page.text(format!("Shown: the first {shown} of {all}. All: -v."));
    }
    if left_out > 0 {
        page.text(format!(
            "{left_out} more findings of the same kinds are counted, and not kept: a report keeps the first of each kind."
        ));
    }
}

pub(super) fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Info => Tone::Plain,
        Severity::Warning => Tone::Warning,
        Severity::Error => Tone::Bad,
    }
}

fn evidence(finding: &Finding, report: &Report) -> String {
    let parts = finding.evidence.iter().map(|evidence| match report.captures.len() {
        1 => events_text(&evidence.events),
        _ => format!("capture {}, {}", evidence.capture + 1, events_text(&evidence.events)),
    });
    let mut parts: Vec<String> = parts.collect();
    for witness in &finding.witnesses {
        let source = report.witnesses.get(*witness).map(|entry| entry.witness.source());
        let source = source.unwrap_or_default().to_string();
        if !parts.contains(&source) {
            parts.push(source);
        }
    }
    parts.join("; ")
}

fn events_text(events: &[u64]) -> String {
    let noun = if events.len() == 1 { "event" } else { "events" };
    format!("{noun} {}", event_numbers(events))
}
