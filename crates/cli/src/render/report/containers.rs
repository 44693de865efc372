//! The key containers of a case.

use procmonkey_analysis::{Report, short_stem};

use super::super::Look;
use super::super::grid::{Cell, Grid, Page};
use super::facts::{container_name, event_place, guid_name};
use super::matrix::state;

/// How many rows are shown unless all are asked for.
const SHOWN: usize = 40;

pub(super) fn containers(report: &Report, look: Look, page: &mut Page) {
    if report.containers.is_empty() {
        return;
    }
    let mut grid = Grid {
        headers: vec!["Container", "GUID", "State", "First seen", "System", "Stem"],
        unbroken: vec![1, 3, 4, 5],
        spare: vec![5, 4, 3],
        first: vec![0, 2],
        ..Grid::default()
    };
    for container in &report.containers {
        for (index, seen) in container.guids.iter().enumerate() {
            let first = |text: String| Cell::from(if index == 0 { text } else { String::new() });
            let place = match (seen.capture, seen.event) {
                (Some(capture), Some(event)) => event_place(report, capture, event),
                _ => "witness".to_string(),
            };
            grid.rows.push(vec![
                first(container_name(container)),
                Cell::from(guid_name(report, &seen.guid, look)),
                state(report, seen),
                Cell::from(place),
                first(container.provider.name().to_string()),
                first(match look.whole {
                    true => container.stem.clone(),
                    false => short_stem(&container.stem),
                }),
            ]);
        }
    }
    page.heading("Key containers");
    let more = match look.whole {
        true => 0,
        false => grid.rows.len().saturating_sub(SHOWN),
    };
    let all = grid.rows.len();
    grid.rows.truncate(all - more);
    page.grid(grid);
    if more > 0 {
        page.text(format!("Shown: the first {SHOWN} of {all}. All: -v."));
    }
}
