//! The rows that a report refers to by their numbers.

use std::collections::BTreeSet;

use crate::report::{CitedEvent, Report};

/// The most rows that a report has.
const MOST: usize = 5_000;

/// Puts the rows into a report whose findings are complete: those of the findings, and as
/// many as may be of those that other parts refer to.
pub(super) fn cite(report: &mut Report, rows: Vec<CitedEvent>) {
    let mut evidence: BTreeSet<(usize, u64)> = BTreeSet::new();
    for found in report.findings.iter().flat_map(|finding| &finding.evidence) {
        evidence.extend(found.events.iter().map(|event| (found.capture, *event)));
    }
    let mut others: BTreeSet<(usize, u64)> = BTreeSet::new();
    for file in &report.key_files {
        let own = [Some(file.first_event), Some(file.last_event), file.created_event];
        let own = own.into_iter().flatten().chain(file.listed_by.iter().copied());
        others.extend(own.map(|event| (file.capture, event)));
    }
    others.extend(report.touches.events());
    for seen in report.containers.iter().flat_map(|container| &container.guids) {
        others.extend(seen.capture.zip(seen.event));
    }
    let is_cited = |row: &CitedEvent| evidence.contains(&(row.capture, row.event));
    let (first, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_cited);
    let mut rest: Vec<_> =
        rest.into_iter().filter(|row| others.contains(&(row.capture, row.event))).collect();
    let room = MOST.saturating_sub(first.len());
    report.cited_events_left_out = rest.len().saturating_sub(room) as u64;
    rest.truncate(room);
    rest.extend(first);
    rest.sort_by_key(|row| (row.capture, row.event));
    report.cited_events = rest;
}
