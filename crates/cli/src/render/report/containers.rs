//! The key containers of a case.

use procmonkey_analysis::report::{ContainerGuid, ContainerSummary, KeyFileCondition};
use procmonkey_analysis::{Report, short_stem};

use super::super::Look;
use super::super::grid::{Cell, Grid, Tone};
use super::timeline::guid_text;

pub(super) fn containers(report: &Report, look: Look) -> Grid {
    let mut grid = Grid {
        unbroken: vec![1, 2, 3, 4, 5],
        headers: vec!["Container", "System", "Stem", "Under GUID", "First seen", "State"],
        ..Grid::default()
    };
    for container in &report.containers {
        for (index, seen) in container.guids.iter().enumerate() {
            let place = match (seen.capture, seen.event, report.captures.len()) {
                (Some(_), Some(event), 1) => format!("event {event}"),
                (Some(capture), Some(event), _) => {
                    format!("capture {}, event {event}", capture + 1)
                }
                _ => "witness".to_string(),
            };
            grid.rows.push(vec![
                Cell::from(if index == 0 { name_of(container) } else { String::new() }),
                Cell::from(if index == 0 { container.provider.name() } else { "" }),
                Cell::from(match (index, look.whole) {
                    (0, true) => container.stem.clone(),
                    (0, false) => short_stem(&container.stem),
                    _ => String::new(),
                }),
                Cell::from(guid_text(&seen.guid, look)),
                Cell::from(place),
                state(seen, report.captures.len()),
            ]);
        }
    }
    grid
}

/// What is known last of the file, with the event where it needs one to be believed.
fn state(seen: &ContainerGuid, captures: usize) -> Cell {
    use KeyFileCondition::{
        AccessDenied, Created, Damaged, Deleted, Exists, InUse, NotFound, Renamed,
    };
    let Some(state) = seen.state else { return Cell::from("not known") };
    let at = |what: &str| match (state.event, state.capture, captures) {
        (Some(event), Some(capture), 2..) => {
            format!("{what} (capture {}, event {event})", capture + 1)
        }
        (Some(event), ..) => format!("{what} (event {event})"),
        _ => what.to_string(),
    };
    let (text, tone) = match state.is {
        Exists => ("exists".to_string(), Tone::Plain),
        Created => ("created here".to_string(), Tone::Warning),
        NotFound => ("not found".to_string(), Tone::Warning),
        AccessDenied => (at("access denied"), Tone::Bad),
        InUse => (at("in use"), Tone::Bad),
        Damaged => (at("damaged"), Tone::Bad),
        Deleted => (at("deleted"), Tone::Bad),
        Renamed => (at("renamed"), Tone::Bad),
        _ => (at("not known"), Tone::Plain),
    };
    Cell::toned(text, tone)
}

fn name_of(container: &ContainerSummary) -> String {
    container.name.clone().unwrap_or_else(|| "unknown".into())
}
