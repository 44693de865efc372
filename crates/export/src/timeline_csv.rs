//! The timeline of an analysis as a flat table: one row a step.

use std::io::{self, Write};

use procmonkey_analysis::Report;
use procmonkey_analysis::report::{GuidRelation, TimelineEntry};
use procmonkey_parser::push_csv_record;

use crate::formulas::Formulas;
use crate::places::{Places, Time};

/// The columns. Those that Procmon has, too, have its names.
const HEADER: [&str; 26] = [
    "Capture",
    "Event ID",
    "Event",
    "Date & Time",
    "Time Quality",
    "Process Name",
    "PID",
    "TID",
    "Phase",
    "Step",
    "Key Container",
    "GUID",
    "GUID Relation",
    "Result",
    "Path",
    "New Path",
    "Offset",
    "Length",
    "Read Event",
    "Read Via",
    "Milliseconds After Read",
    "Milliseconds Since Last",
    "Findings",
    "Note",
    "Container Hash",
    "Folder",
];

/// Writes the timeline of a report as a CSV with a header, each field quoted.
///
/// `Date & Time` is RFC 3339 where date and zone are known, else what is known of the time, or its
/// words in the capture. `Read Event` is the number of the event of the same capture in which
/// MachineGuid was read before the step; `Read Via` says how the two belong together. Milliseconds
/// have four decimals: times are in steps of 100 ns.
///
/// # Errors
/// When `out` cannot be written to.
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions};
/// use procmonkey_export::{Formulas, write_timeline_csv};
///
/// let mut table = Vec::new();
/// write_timeline_csv(&Case::new(CaseOptions::new()).finish(), Formulas::Kept, &mut table)?;
/// assert!(table.starts_with(b"\"Capture\",\"Event ID\",\"Event\",\"Date & Time\","));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_timeline_csv(
    report: &Report,
    formulas: Formulas,
    out: &mut impl Write,
) -> io::Result<()> {
    let places = Places::of(report);
    let mut line = Vec::new();
    push_csv_record(&mut line, HEADER);
    for entry in &report.timeline {
        push_csv_record(&mut line, cells(&places, entry, formulas));
        out.write_all(&line)?;
        line.clear();
    }
    out.write_all(&line)
}

/// The steps whose times cannot be compared with those of another source, a sentence for each
/// capture.
pub fn timeline_remarks(report: &Report) -> Vec<String> {
    let is_open = |entry: &TimelineEntry| Time::of(entry.time.as_deref()).datetime.is_none();
    let captures = report.captures.iter().enumerate();
    let remarks = captures.filter_map(|(index, capture)| {
        let steps: Vec<_> = report.timeline.iter().filter(|it| it.capture == index).collect();
        let open = steps.iter().filter(|entry| is_open(entry)).count();
        (open > 0).then(|| {
            format!(
                "{}: {open} of {} times are not absolute, because their date or time zone is not \
                 known; --date, --date-order and --tz supply them",
                capture.path,
                steps.len()
            )
        })
    });
    remarks.collect()
}

fn cells(places: &Places<'_>, entry: &TimelineEntry, formulas: Formulas) -> [String; 26] {
    let report = places.report;
    let read = entry.link.as_ref().and_then(|link| report.machine_guid_reads.get(link.read));
    let time = entry.time.as_ref().or(entry.time_text.as_ref());
    let mut findings: Vec<&str> = Vec::new();
    for finding in entry.findings.iter().filter_map(|index| report.findings.get(*index)) {
        if !findings.contains(&&*finding.signature) {
            findings.push(&finding.signature);
        }
    }
    let place = places.event(entry.capture, entry.event);
    let capture = report.captures.get(entry.capture).map(|capture| &capture.path);
    let link = entry.link.as_ref();
    let cells = [
        text(capture),
        place.event_id.unwrap_or_default(),
        entry.event.to_string(),
        text(time),
        entry.time_quality.name().to_string(),
        text(entry.process.as_ref()),
        text(entry.pid),
        text(entry.tid),
        entry.phase.name().to_string(),
        entry.step.name().to_string(),
        text(entry.container.as_ref()),
        text(entry.guid.as_ref()),
        text(entry.relation.map(GuidRelation::name)),
        entry.result.clone(),
        entry.path.clone(),
        text(entry.new_path.as_ref()),
        text(entry.offset),
        text(entry.length),
        text(read.and_then(|read| read.events.first())),
        text(link.map(|link| link.via.name())),
        milliseconds(link.and_then(|link| link.elapsed_seconds)),
        milliseconds(entry.delta_seconds),
        findings.join(" "),
        text(entry.note.as_ref()),
        text(entry.stem.as_ref()),
        text(entry.folder),
    ];
    cells.map(|cell| match cell.parse::<f64>() {
        // A number is no formula.
        Ok(_) => cell,
        Err(_) => formulas.guarded(&cell).into_owned(),
    })
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// In steps of 100 ns, which is how exact the times are.
fn milliseconds(seconds: Option<f64>) -> String {
    text(seconds.map(|seconds| format!("{:.4}", seconds * 1000.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_have_no_digits_that_the_times_have_not() {
        assert_eq!(milliseconds(Some(0.002_173_5)), "2.1735");
        assert_eq!(milliseconds(Some(0.0)), "0.0000");
        assert_eq!(milliseconds(Some(1.0)), "1000.0000");
        assert_eq!(milliseconds(None), "");
    }
}
