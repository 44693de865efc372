//! Process trees.

use procmonkey_analysis::ProcessNode;

use super::Look;
use super::grid::{Cell, Grid, Page};
use crate::text::clip;

/// Longest command line unless all of it is asked for.
const LONGEST_COMMAND: usize = 60;

/// How parents are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parents {
    /// Above their children, which are indented.
    InTree,
    /// Also in columns of their own: not all of the tree is shown.
    Named,
}

pub(super) fn page(nodes: &[ProcessNode], parents: Parents, look: Look) -> Page {
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
    if parents == Parents::Named {
        grid.headers.splice(2..2, ["Parent PID", "Parent"]);
        grid.numbers = vec![1, 2, 6];
        grid.unbroken = vec![0, 1, 2, 6];
        grid.cut = vec![3, 9];
        grid.spare = vec![8, 5, 4];
    }
    for node in nodes {
        let name = node.name.as_deref().unwrap_or("(not named)");
        let command = node.command_line.as_deref().unwrap_or_default();
        let mut row = vec![
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
        ];
        if parents == Parents::Named {
            let of_parent = [Cell::maybe(node.parent_pid), Cell::maybe(node.parent_name.as_ref())];
            row.splice(2..2, of_parent);
        }
        grid.rows.push(row);
    }
    if nodes.iter().any(|node| node.file.is_some()) {
        put_files(&mut grid, nodes);
    }
    page.grid(grid);
    page
}

/// Puts the file of each process in front.
fn put_files(grid: &mut Grid, nodes: &[ProcessNode]) {
    let numbers = [&mut grid.numbers, &mut grid.unbroken, &mut grid.cut, &mut grid.spare];
    for places in numbers {
        places.iter_mut().for_each(|place| *place += 1);
    }
    grid.headers.insert(0, "File");
    // The command line is made narrow before the file is.
    grid.cut.push(0);
    for (row, node) in grid.rows.iter_mut().zip(nodes) {
        row.insert(0, Cell::maybe(node.file.as_ref()));
    }
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
            Cell::maybe(node.parent_name.as_ref()),
        ]
    };
    let mut grid = Grid {
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
            "parent_name",
        ],
        rows: nodes.iter().map(row).collect(),
        ..Grid::default()
    };
    if nodes.iter().any(|node| node.file.is_some()) {
        put_files(&mut grid, nodes);
        grid.headers[0] = "file";
    }
    grid
}
