//! What was found, one after the other.

use procmonkey_analysis::{Finding, Report, Severity};

use super::super::grid::{Page, Tone};
use crate::text::event_numbers;

pub(super) fn findings(report: &Report, page: &mut Page) {
    for finding in &report.findings {
        let tone = match finding.severity {
            Severity::Info => Tone::Plain,
            Severity::Warning => Tone::Warning,
            Severity::Error => Tone::Bad,
        };
        page.toned_heading(
            format!(
                "{} {}: {} (confidence {})",
                finding.severity.to_string().to_uppercase(),
                finding.signature,
                finding.title,
                finding.confidence
            ),
            tone,
        );
        page.text(finding.explanation.clone());
        page.labelled("Evidence", evidence(finding, report));
        if !finding.raised_by.is_empty() {
            page.labelled("Surer because", finding.raised_by.join("; "));
        }
        if !finding.lowered_by.is_empty() {
            page.labelled("Less sure because", finding.lowered_by.join("; "));
        }
        page.labelled("Not proved", finding.does_not_prove.clone());
        page.labelled("What to do", finding.remedy.clone());
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
