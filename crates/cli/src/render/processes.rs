//! Process trees.

use procmonkey_analysis::ProcessNode;

use super::Look;
use super::grid::{Cell, Grid, Page};
use crate::text::clip;

/// Longest command line unless all of it is asked for.
const LONGEST_COMMAND: usize = 60;

pub(super) fn page(nodes: &[ProcessNode], look: Look) -> Page {
    let mut page = Page::default();
    let mut grid = Grid {
        headers: vec![
            "Process",
            "PID",
            "Started",
            "Ended",
            "Events",
            "User",
            "Integrity",
            "Command line",
        ],
        numbers: vec![1, 4],
        unbroken: vec![0, 1, 4],
        cut: vec![7],
        spare: vec![6, 3, 2],
        ..Grid::default()
    };
    for node in nodes {
        let name = node.name.as_deref().unwrap_or("(not named)");
        let command = node.command_line.as_deref().unwrap_or_default();
        grid.rows.push(vec![
            Cell::from(format!("{}{name}", "  ".repeat(node.depth))),
            Cell::maybe(node.pid),
            Cell::maybe(node.started.as_deref().map(|time| clock_part(time, look))),
            Cell::maybe(node.ended.as_deref().map(|time| clock_part(time, look))),
            Cell::from(node.events.to_string()),
            Cell::maybe(node.user.as_ref()),
            Cell::maybe(node.integrity.as_ref()),
            Cell::from(if look.whole {
                command.to_string()
            } else {
                clip(command, LONGEST_COMMAND)
            }),
        ]);
    }
    page.grid(grid);
    page
}

/// Date and time to the second, or all of it.
fn clock_part(time: &str, look: Look) -> String {
    match time.find('.') {
        Some(point) if !look.whole => time[..point].replace('T', " "),
        _ => time.to_string(),
    }
}

pub(super) fn grid(nodes: &[ProcessNode]) -> Grid {
    let row = |node: &ProcessNode| {
        vec![
            Cell::from(node.depth.to_string()),
            Cell::maybe(node.name.as_ref()),
            Cell::maybe(node.pid),
            Cell::maybe(node.parent_pid),
            Cell::maybe(node.started.as_ref()),
            Cell::maybe(node.ended.as_ref()),
            Cell::from(node.events.to_string()),
            Cell::maybe(node.user.as_ref()),
            Cell::maybe(node.integrity.as_ref()),
            Cell::maybe(node.architecture.as_ref()),
            Cell::maybe(node.session),
            Cell::maybe(node.image_path.as_ref()),
            Cell::maybe(node.command_line.as_ref()),
        ]
    };
    Grid {
        headers: vec![
            "depth",
            "name",
            "pid",
            "parent_pid",
            "started",
            "ended",
            "events",
            "user",
            "integrity",
            "architecture",
            "session",
            "image_path",
            "command_line",
        ],
        rows: nodes.iter().map(row).collect(),
        ..Grid::default()
    }
}
