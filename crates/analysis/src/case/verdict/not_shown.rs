//! What the captures could not show.

use super::super::remarks::Extent;
use crate::report::{CaptureRole, CaptureSummary, Report};
use crate::signature::is_redacted;

/// What is not known without a column.
const NEEDED: [(&str, &str); 5] = [
    (
        "Detail",
        "which MachineGuid was read, and whether a file was made or opened (no Detail column)",
    ),
    ("Result", "whether anything succeeded (no Result column)"),
    ("Path", "which files and keys were touched (no Path column)"),
    ("TID", "which read of MachineGuid belongs to which key file of one process (no TID column)"),
    ("User", "under which account the process ran (no User column)"),
];

/// What the captures that are judged could not show, a line each.
pub(super) fn of(report: &Report, extents: &[Extent]) -> Vec<String> {
    let judged = judged(report);
    let mut lines: Vec<String> = Vec::new();
    for (column, what) in NEEDED {
        let has = |capture: &CaptureSummary| capture.columns.iter().any(|name| name == column);
        lines.extend(line(&judged, what, |capture| !has(&report.captures[capture])));
    }
    if judged.iter().any(|capture| report.captures[*capture].guid_reads_without_value > 0) {
        lines.push("some reads of MachineGuid have no row with the value".into());
    }
    let was_stopped = |capture: usize| extents.get(capture).is_some_and(|it| *it != Extent::Whole);
    if judged.iter().any(|capture| was_stopped(*capture)) {
        lines.push("what comes after the event at which reading was stopped".into());
    } else {
        let what = "no read of MachineGuid is in it, so it may be filtered or thinned";
        let reads = |capture: usize| {
            report.machine_guid_reads.iter().any(|read| read.capture == capture)
                || report.touches.machine_guid.iter().any(|it| it.by.capture == capture)
        };
        lines.extend(line(&judged, what, |capture| {
            report.captures[capture].events_kept > 0 && !reads(capture)
        }));
    }
    if is_redacted(report) {
        lines.push("the GUIDs, names and paths of the computer: a capture was redacted".into());
    }
    if judged.iter().any(|capture| report.captures[*capture].losses.count > 0) {
        lines.push("what could not be read of it".into());
    }
    for source in &report.witness_sources {
        let path = &source.path;
        if source.error.is_some() {
            lines.push(format!("what {path} could have shown: no fact was read from it"));
        } else if source.losses.count > 0 {
            lines.push(format!("what could not be read of {path}"));
        }
    }
    lines
}

/// Whether keys could be decrypted, where they are read and nothing is seen of DPAPI.
pub(super) fn of_master_keys(report: &Report) -> Option<String> {
    let what =
        "whether the keys that were read could be decrypted (no event on a master key of DPAPI)";
    let reads = |capture: usize| {
        let files = &report.touches.files;
        files.iter().any(|it| it.by.capture == capture && it.read.is_some())
    };
    let has_master_keys =
        |capture: usize| report.touches.master_keys.iter().any(|it| it.by.capture == capture);
    let captures = judged(report);
    line(&captures, what, |capture| reads(capture) && !has_master_keys(capture))
}

/// The captures that are judged.
fn judged(report: &Report) -> Vec<usize> {
    (0..report.captures.len())
        .filter(|capture| report.captures[*capture].role == CaptureRole::Case)
        .collect()
}

/// A line on the captures of which something is true; where it is not true of all, it says of
/// which.
fn line(judged: &[usize], what: &str, is_true: impl Fn(usize) -> bool) -> Option<String> {
    let those: Vec<usize> = judged.iter().copied().filter(|capture| is_true(*capture)).collect();
    if those.is_empty() {
        return None;
    }
    if those.len() == judged.len() {
        return Some(what.to_string());
    }
    let numbers: Vec<String> = those.iter().map(|capture| (capture + 1).to_string()).collect();
    let noun = if numbers.len() == 1 { "capture" } else { "captures" };
    Some(format!("of {noun} {}: {what}", numbers.join(" and ")))
}
