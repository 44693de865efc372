//! The timeline as a table for programs.

use procmonkey_analysis::Report;
use procmonkey_analysis::report::GuidRelation;

use super::super::grid::{Cell, Grid};

/// Every field of every step, for a spreadsheet.
pub(in super::super) fn timeline_grid(report: &Report) -> Grid {
    let headers = vec![
        "capture",
        "event",
        "time",
        "time_quality",
        "time_text",
        "delta_seconds",
        "process",
        "pid",
        "tid",
        "phase",
        "step",
        "result",
        "container",
        "stem",
        "guid",
        "relation",
        "folder",
        "offset",
        "length",
        "read_event",
        "link",
        "elapsed_seconds",
        "note",
        "path",
        "new_path",
    ];
    let rows = report.timeline.iter().map(|entry| {
        let read = entry.link.as_ref().and_then(|link| report.machine_guid_reads.get(link.read));
        vec![
            Cell::from(report.captures[entry.capture].path.clone()),
            Cell::from(entry.event.to_string()),
            Cell::maybe(entry.time.as_ref()),
            Cell::from(entry.time_quality),
            Cell::maybe(entry.time_text.as_ref()),
            Cell::maybe(entry.delta_seconds),
            Cell::maybe(entry.process.as_ref()),
            Cell::maybe(entry.pid),
            Cell::maybe(entry.tid),
            Cell::from(entry.phase.name()),
            Cell::from(entry.step.name()),
            Cell::from(entry.result.clone()),
            Cell::maybe(entry.container.as_ref()),
            Cell::maybe(entry.stem.as_ref()),
            Cell::maybe(entry.guid.as_ref()),
            Cell::maybe(entry.relation.map(GuidRelation::name)),
            Cell::maybe(entry.folder),
            Cell::maybe(entry.offset),
            Cell::maybe(entry.length),
            Cell::maybe(read.and_then(|read| read.events.first())),
            Cell::maybe(entry.link.as_ref().map(|link| link.via.name())),
            Cell::maybe(entry.link.as_ref().and_then(|link| link.elapsed_seconds)),
            Cell::maybe(entry.note.as_ref()),
            Cell::from(entry.path.clone()),
            Cell::maybe(entry.new_path.as_ref()),
        ]
    });
    Grid { headers, rows: rows.collect(), ..Grid::default() }
}
