//! What the report was made from, and what of it could not be read.

use procmonkey_analysis::Report;
use procmonkey_analysis::report::{CaptureSummary, LossSummary, UnknownEntry};
use procmonkey_analysis::words::{LossStyle, capture_line, loss_place, read_of, stored_line};
use procmonkey_parser::LossKind;

use super::super::grid::{Page, Tone};
use crate::messages::count;

/// How many losses of one input are shown.
const LOSSES: usize = 5;

/// How many inputs a verdict names.
const NAMED: usize = 3;

/// The line of origin of a verdict: the inputs, and what of them was not read.
pub(super) fn origin(report: &Report) -> Vec<(String, Tone)> {
    let mut lines: Vec<(String, Tone)> = Vec::new();
    let several = report.captures.len() > 1;
    for (index, capture) in report.captures.iter().take(NAMED).enumerate() {
        let text = match several {
            // With the number that stands in front of its events; the rest is below.
            true => {
                format!("{} {}, {}", index + 1, capture.path, read_of(capture, LossStyle::Capitals))
            }
            false => capture_line(capture),
        };
        lines.push((text, tone(capture)));
    }
    if report.captures.len() > NAMED {
        let more = report.captures.len() - NAMED;
        lines.push((
            format!("and {}: see Inputs below", count(more as u64, "more capture")),
            Tone::Plain,
        ));
    }
    let unread = report.inputs_unread.iter().map(|input| &input.path);
    let failed = report.witness_sources.iter().filter(|it| it.error.is_some()).map(|it| &it.path);
    let unread: Vec<&str> = unread.chain(failed).map(String::as_str).collect();
    if !unread.is_empty() {
        let mut names = unread[..unread.len().min(NAMED)].join(", ");
        if unread.len() > NAMED {
            names.push_str(&format!(" and {} more", unread.len() - NAMED));
        }
        lines.push((format!("NOT READ: {names}"), Tone::Bad));
    }
    let cut = report.witness_sources.iter().filter(|it| it.error.is_none() && it.losses.count > 0);
    for source in cut.take(NAMED) {
        let losses = count(source.losses.count, "place");
        lines.push((format!("{}: {losses} could not be read", source.path), Tone::Bad));
    }
    lines
}

fn tone(capture: &CaptureSummary) -> Tone {
    match capture.losses.count > 0 || capture.broke_off.is_some() {
        true => Tone::Bad,
        false => Tone::Plain,
    }
}

/// The inputs, with everything that is to be said of each.
pub(super) fn inputs(report: &Report, page: &mut Page) {
    page.heading("Inputs");
    for (index, capture) in report.captures.iter().enumerate() {
        let number = match report.captures.len() {
            1 => String::new(),
            _ => format!("{} ", index + 1),
        };
        page.text(format!("{number}{}", capture_line(capture)));
        for file in &capture.stored_files {
            page.labelled("SHA-256", format!("{} of {}", file.sha256, stored_line(capture, file)));
        }
        if let Some(error) = &capture.broke_off {
            page.labelled("Breaks off", error.clone());
        }
        losses(&capture.losses, page);
        for remark in &capture.remarks {
            page.labelled("Note", remark.clone());
        }
    }
    for input in &report.inputs_unread {
        page.text(format!("{}: not read", input.path));
        page.labelled("Why", input.error.clone());
    }
}

/// The first losses of an input.
pub(super) fn losses(losses: &LossSummary, page: &mut Page) {
    let first = losses.first.iter().filter(|loss| loss.kind != LossKind::Unknown);
    for loss in first.take(LOSSES) {
        let place = loss_place(loss);
        page.labelled("Not read", format!("{} ({place})", loss.message));
    }
    if let more @ 1.. = losses.count.saturating_sub(LOSSES as u64) {
        page.labelled("Not read", format!("{} more", count(more, "place")));
    }
    if losses.unknown > 0 {
        let things = count(losses.unknown, "thing");
        page.labelled("Note", format!("{things} of a kind not known, shown as written"));
        for kind in losses.unknown_kinds.iter().take(LOSSES) {
            page.labelled("Not known", not_known(kind));
        }
    }
}

/// A kind that is not known, with how often it occurs and an example.
pub(in crate::render) fn not_known(kind: &UnknownEntry) -> String {
    let example = match kind.record {
        Some(record) => format!("event {record}"),
        None => format!("byte {}", kind.byte),
    };
    format!("{}: {}, for example {example}", kind.what, count(kind.count, "time"))
}
