//! Findings and the timeline as rows.

use procmonkey_analysis::report::{Report, TimelineEntry};
use rusqlite::{Connection, Result, ToSql};

use super::schema::insert;

/// Adds the findings, the events that they rest on, and the timeline.
pub(super) fn add(report: &Report, connection: &Connection) -> Result<()> {
    let captures = Captures(report);
    let mut findings = connection.prepare(&insert("findings", 9))?;
    let mut events = connection.prepare(&insert("finding_events", 4))?;
    for (place, finding) in (1i64..).zip(&report.findings) {
        findings.execute(rusqlite::params![
            place,
            finding.signature,
            finding.title,
            finding.severity.to_string(),
            finding.confidence.to_string(),
            finding.explanation,
            finding.does_not_prove.join("\n"),
            finding.remedy,
            finding.confirm,
        ])?;
        for evidence in &finding.evidence {
            for event in &evidence.events {
                let id = captures.event_id(evidence.capture, *event);
                let file = captures.file(evidence.capture);
                events.execute(rusqlite::params![place, id, number(*event), file])?;
            }
        }
    }
    let mut timeline = connection.prepare(&insert("timeline", 26))?;
    for (place, entry) in (1i64..).zip(&report.timeline) {
        add_entry(place, entry, &captures, &mut timeline)?;
    }
    Ok(())
}

fn add_entry(
    place: i64,
    entry: &TimelineEntry,
    captures: &Captures<'_>,
    timeline: &mut rusqlite::Statement<'_>,
) -> Result<()> {
    let read = entry.link.as_ref().and_then(|link| {
        let read = captures.0.machine_guid_reads.get(link.read)?;
        // The timeline has it under its first event.
        Some((read.capture, *read.events.first()?))
    });
    let event_id = captures.event_id(entry.capture, entry.event);
    let guid = entry.guid.as_ref().map(ToString::to_string);
    let folder = entry.folder.as_ref().map(ToString::to_string);
    let read_id = read.and_then(|(capture, event)| captures.event_id(capture, event));
    let values: [&dyn ToSql; 26] = [
        &place,
        &event_id,
        &number(entry.event),
        &captures.file(entry.capture),
        &entry.time,
        &entry.time_quality.name(),
        &entry.process,
        &entry.pid,
        &entry.tid,
        &entry.phase.name(),
        &entry.step.name(),
        &entry.words(),
        &entry.path,
        &entry.result,
        &guid,
        &entry.relation.map(|relation| relation.name()),
        &folder,
        &entry.stem,
        &entry.container,
        &entry.new_path,
        &entry.note,
        &entry.failed,
        &read_id,
        &read.map(|(_, event)| number(event)),
        &entry.link.as_ref().map(|link| link.via.name()),
        &entry.link.as_ref().and_then(|link| link.elapsed_seconds),
    ];
    timeline.execute(values).map(drop)
}

/// The captures of a report, by their places.
struct Captures<'r>(&'r Report);

impl<'r> Captures<'r> {
    fn file(&self, place: usize) -> Option<&'r str> {
        self.0.captures.get(place).map(|capture| capture.path.as_str())
    }

    /// As `events` has it.
    fn event_id(&self, place: usize, event: u64) -> Option<String> {
        let id = self.0.captures.get(place)?.capture_id.as_ref()?;
        Some(format!("{id}:{event}"))
    }
}

/// A number of an event as SQLite has it.
pub(super) fn number(event: u64) -> i64 {
    i64::try_from(event).unwrap_or(i64::MAX)
}
