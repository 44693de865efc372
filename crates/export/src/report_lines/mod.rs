//! What an analysis found as JSON lines: `schemas/findings.schema.json` describes each member.

mod conclusions;
mod keys;
mod sources;
mod steps;

use std::io::{self, Write};

use procmonkey_analysis::Report;
use serde::Serialize;

use crate::places::Places;

/// The version of the form of a line: its member `schema_version`. New members and new types of
/// lines may come at any time; one that goes away or changes its meaning needs a new version. The
/// lines of earlier forms had that of the JSON report, 1 or 2.
pub const REPORT_LINES_VERSION: u32 = 3;

/// One line: what it is, then its members.
#[derive(Serialize)]
struct Line<T> {
    schema_version: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    row: T,
}

/// Writes what an analysis found as one JSON object a line, each with its `type`:
/// `report`, `capture`, `process`, `machine_guid_read`, `step`, `key_file`, `container`, `witness`,
/// `witness_source`, `input_unread`, `cited_event`, `finding` and `verdict`, in this order.
///
/// Each line can be read without the others: captures, events, processes and reads of MachineGuid
/// that it refers to have their names and ids in it. The members of a type always stand in the same
/// order. `event_id` is that of the rows of [`JsonLines`](crate::JsonLines).
///
/// What only serves as evidence for findings, [`Report::touches`], is not written: findings have
/// the numbers of its events.
///
/// # Errors
/// When `out` cannot be written to.
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions};
/// use procmonkey_export::write_report_lines;
///
/// let mut lines = Vec::new();
/// write_report_lines(&Case::new(CaseOptions::new()).finish(), &mut lines)?;
/// let lines = String::from_utf8(lines)?;
/// assert!(lines.starts_with(r#"{"schema_version":3,"type":"report","#), "{lines}");
/// assert!(lines.contains(r#""type":"verdict","state":"not_judged""#), "{lines}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_report_lines(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let places = &Places::of(report);
    write("report", [conclusions::report(report)], out)?;
    write("capture", report.captures.iter().map(sources::capture), out)?;
    write("process", report.processes.iter().map(|it| sources::process(places, it)), out)?;
    let reads = report.machine_guid_reads.iter();
    write("machine_guid_read", reads.map(|it| steps::read(places, it)), out)?;
    write("step", report.timeline.iter().map(|it| steps::step(places, it)), out)?;
    write("key_file", report.key_files.iter().map(|it| keys::key_file(places, it)), out)?;
    write("container", report.containers.iter().map(|it| keys::container(places, it)), out)?;
    write("witness", report.witnesses.iter().map(|it| sources::witness(places, it)), out)?;
    write("witness_source", &report.witness_sources, out)?;
    write("input_unread", &report.inputs_unread, out)?;
    write("cited_event", report.cited_events.iter().map(|it| steps::cited(places, it)), out)?;
    write("finding", report.findings.iter().map(|it| conclusions::finding(places, it)), out)?;
    write("verdict", [conclusions::verdict(places, &report.verdict)], out)
}

fn write<T: Serialize>(
    kind: &'static str,
    rows: impl IntoIterator<Item = T>,
    out: &mut impl Write,
) -> io::Result<()> {
    for row in rows {
        let line = Line { schema_version: REPORT_LINES_VERSION, kind, row };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
