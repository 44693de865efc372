//! JSON documents and JSON lines.

use std::io::{self, Write};

use serde::Serialize;

use procmonkey_analysis::Report;

/// Writes one value as a document.
pub(super) fn document<T: Serialize + ?Sized>(
    value: &T,
    output: &mut impl Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *output, value)?;
    writeln!(output)
}

/// Writes each value on a line of its own.
pub(super) fn lines<T: Serialize>(values: &[T], output: &mut impl Write) -> io::Result<()> {
    for value in values {
        serde_json::to_writer(&mut *output, value)?;
        writeln!(output)?;
    }
    Ok(())
}

/// One line of a report: what it is, then the fields of the thing itself.
#[derive(Serialize)]
struct Line<'v, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    schema_version: u32,
    #[serde(flatten)]
    value: &'v T,
}

/// Writes a report as lines: captures, reads, steps, key files, containers, witnesses,
/// inputs that were not read, the rows that the report refers to, findings, and the verdict.
pub(super) fn report_lines(report: &Report, output: &mut impl Write) -> io::Result<()> {
    let version = report.schema_version;
    tagged("capture", &report.captures, version, output)?;
    tagged("process", &report.processes, version, output)?;
    tagged("machine_guid_read", &report.machine_guid_reads, version, output)?;
    tagged("step", &report.timeline, version, output)?;
    tagged("key_file", &report.key_files, version, output)?;
    tagged("container", &report.containers, version, output)?;
    tagged("witness", &report.witnesses, version, output)?;
    tagged("input_unread", &report.inputs_unread, version, output)?;
    tagged("cited_event", &report.cited_events, version, output)?;
    tagged("finding", &report.findings, version, output)?;
    tagged("verdict", std::slice::from_ref(&report.verdict), version, output)
}

fn tagged<T: Serialize>(
    kind: &'static str,
    values: &[T],
    schema_version: u32,
    output: &mut impl Write,
) -> io::Result<()> {
    for value in values {
        serde_json::to_writer(&mut *output, &Line { kind, schema_version, value })?;
        writeln!(output)?;
    }
    Ok(())
}
