//! The rows that the report stands on.

use std::collections::{BTreeMap, HashMap};

use procmonkey_analysis::report::{CitedEvent, EventRows, Report};
use procmonkey_analysis::words;

use crate::links::Links;

/// How many rows stand in one body of the table: a browser lays out those that are in sight.
const BODY: usize = 100;

#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) caption: String,
    pub(crate) bodies: Vec<Vec<Row>>,
    pub(crate) cited: usize,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) number: String,
    /// The signatures whose evidence it is.
    pub(crate) evidence: Option<String>,
    pub(crate) time: String,
    pub(crate) process: String,
    pub(crate) pid: String,
    pub(crate) tid: String,
    pub(crate) operation: String,
    pub(crate) path: String,
    pub(crate) result: String,
    pub(crate) detail: String,
    pub(crate) failed: bool,
}

/// The rows that were kept and those of the report itself, each once.
pub(crate) fn all_rows<'r>(report: &'r Report, kept: &'r EventRows) -> Vec<&'r CitedEvent> {
    let mut rows: BTreeMap<(usize, u64), &CitedEvent> = BTreeMap::new();
    for row in kept.rows.iter().chain(&report.cited_events) {
        rows.insert((row.capture, row.event), row);
    }
    rows.into_values().collect()
}

impl Events {
    pub(crate) fn of(
        report: &Report,
        rows: &[&CitedEvent],
        left_out: u64,
        links: &Links<'_>,
    ) -> Events {
        let mut evidence: HashMap<(usize, u64), Vec<&str>> = HashMap::new();
        for finding in &report.findings {
            for found in &finding.evidence {
                for event in &found.events {
                    let ids = evidence.entry((found.capture, *event)).or_default();
                    if !ids.contains(&&*finding.signature) {
                        ids.push(&finding.signature);
                    }
                }
            }
        }
        let failed: Vec<(usize, u64)> = report
            .timeline
            .iter()
            .filter(|entry| entry.failed)
            .map(|entry| (entry.capture, entry.event))
            .collect();
        let mut cited = 0;
        let all: Vec<Row> = rows
            .iter()
            .map(|row| {
                let place = (row.capture, row.event);
                let evidence = evidence.get(&place).map(|ids| ids.join(", "));
                cited += usize::from(evidence.is_some());
                of(row, evidence, failed.binary_search(&place).is_ok(), links)
            })
            .collect();
        let read = report.captures.iter().map(|capture| capture.events_read).sum();
        let caption = words::rows_caption(all.len(), read, left_out);
        let mut bodies: Vec<Vec<Row>> = Vec::new();
        for row in all {
            match bodies.last_mut().filter(|body| body.len() < BODY) {
                Some(body) => body.push(row),
                None => bodies.push(vec![row]),
            }
        }
        Events { caption, bodies, cited }
    }
}

fn of(row: &CitedEvent, evidence: Option<String>, failed: bool, links: &Links<'_>) -> Row {
    let time = row.time.as_deref().or(row.time_text.as_deref()).unwrap_or_default();
    let time = time.split_once('T').map_or(time, |(_, clock)| clock);
    let mut detail = row.detail.clone();
    if row.detail_left_out > 0 {
        let more = words::count(row.detail_left_out, "more character");
        detail.push_str(&format!(" [{more} not shown]"));
    }
    let number = links.event(row.capture, row.event);
    Row {
        id: links.row_id(row.capture, row.event),
        number: number.text,
        evidence,
        time: time.to_string(),
        process: row.process.clone().unwrap_or_default(),
        pid: row.pid.map(|pid| pid.to_string()).unwrap_or_default(),
        tid: row.tid.map(|tid| tid.to_string()).unwrap_or_default(),
        operation: row.operation.clone(),
        path: row.path.clone(),
        result: row.result.clone(),
        detail,
        failed,
    }
}
