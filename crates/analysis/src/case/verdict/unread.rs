//! What was given and not read, where that can hide what is wrong.

use procmonkey_parser::LossKind;

use super::super::remarks::Extent;
use crate::report::{CaptureRole, CaptureSummary, Missing, MissingKind, Report};

/// How many captures are named.
const NAMED: usize = 3;

/// What was not read of the captures that are judged: nothing, or one entry on all of it.
pub(super) fn of(report: &Report, extents: &[Extent]) -> Option<Missing> {
    let judged = report.captures.iter().enumerate();
    let mut parts: Vec<(String, &str)> = judged
        .filter(|(_, capture)| capture.role == CaptureRole::Case)
        .filter_map(|(place, capture)| part(capture, extents.get(place)))
        .collect();
    let inputs = report.inputs_unread.iter();
    parts.extend(inputs.map(|input| (format!("{} was not read at all", input.path), AGAIN)));
    let remedy = parts.first()?.1;
    let mut texts: Vec<String> = parts.iter().take(NAMED).map(|part| part.0.clone()).collect();
    if parts.len() > NAMED {
        texts.push(format!("{} more were not read whole", parts.len() - NAMED));
    }
    Some(Missing {
        kind: MissingKind::NotReadWhole,
        text: texts.join("; "),
        remedy: remedy.to_string(),
    })
}

const AGAIN: &str = "copy or export again what could not be read, or give Procmon's own log, and \
     read it to its end";

/// What was not read of a capture, and what to do about it.
fn part(capture: &CaptureSummary, extent: Option<&Extent>) -> Option<(String, &'static str)> {
    let CaptureSummary { path, events_read: read, losses, .. } = capture;
    if let Some(Extent::StoppedAfter(event)) = extent {
        return Some((
            format!("of {path} only the events up to {event} were read"),
            "read it to its end",
        ));
    }
    if capture.broke_off.is_some() {
        return Some((format!("{path} breaks off after {read} events"), AGAIN));
    }
    if let Some(expected) = capture.events_expected.filter(|expected| expected > read) {
        return Some((format!("of {path} {read} of {expected} events were read"), AGAIN));
    }
    // Of more than are listed, it is not known what they are.
    let is_listed = losses.count <= losses.first.len() as u64;
    let are_parts = losses.first.iter().all(|loss| keeps_the_event(loss.kind)) && is_listed;
    (!are_parts).then(|| (format!("events of {path} could not be read"), AGAIN))
}

/// Whether what was lost is a part of an event that was read, or nothing at all.
fn keeps_the_event(kind: LossKind) -> bool {
    match kind {
        LossKind::DamagedField
        | LossKind::InvalidText
        | LossKind::Unknown
        | LossKind::NotWritten
        | LossKind::NotApplied => true,
        LossKind::Truncated
        | LossKind::DamagedRecord
        | LossKind::Decompression
        | LossKind::MissingPart => false,
        // A kind that is not known here may be any.
        _ => false,
    }
}
