//! The key containers of a case.

use procmonkey_analysis::report::ContainerSummary;
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
            let state = match (seen.created, seen.exists) {
                (true, _) => Cell::toned("created here", Tone::Warning),
                (false, true) => Cell::from("there"),
                (false, false) => Cell::toned("not found", Tone::Warning),
            };
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
                state,
            ]);
        }
    }
    grid
}

fn name_of(container: &ContainerSummary) -> String {
    container.name.clone().unwrap_or_else(|| "unknown".into())
}
