//! Call stacks.

use procmonkey_analysis::StackCount;

use super::Look;
use super::grid::{Cell, Grid, Page};

/// How many stacks are shown unless more is asked for.
const SHOWN: usize = 10;

/// How many stacks a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StacksShown {
    /// Ten, with --verbose all.
    Usual,
    /// So many.
    So(usize),
}

pub(super) fn page(stacks: &[StackCount], most: StacksShown, look: Look) -> Page {
    let mut page = Page::default();
    let shown = match most {
        StacksShown::So(most) => most,
        StacksShown::Usual if look.whole => stacks.len(),
        StacksShown::Usual => SHOWN,
    };
    for stack in stacks.iter().take(shown) {
        let events = if stack.events == 1 { "event" } else { "events" };
        page.heading(format!(
            "{} {events}, first {}{}: {} by {}",
            stack.events,
            stack.first_event,
            stack.file.as_ref().map(|file| format!(" in {file}")).unwrap_or_default(),
            stack.operation,
            stack.process.as_deref().unwrap_or("a process that is not named")
        ));
        page.grid(frames(stack, look));
    }
    if stacks.is_empty() {
        page.text("No event has a call stack.");
    }
    if stacks.len() > shown {
        page.heading(format!("{} more stacks; -v shows them", stacks.len() - shown));
    }
    page
}

fn frames(stack: &StackCount, look: Look) -> Grid {
    let mut grid = Grid {
        headers: vec!["Frame", "Location", "Address"],
        numbers: vec![0, 2],
        unbroken: vec![1],
        ..Grid::default()
    };
    if look.whole {
        grid.headers.push("Path");
    }
    for (depth, frame) in stack.frames.iter().enumerate() {
        let location = if frame.location.is_empty() { "<unknown>" } else { &frame.location };
        let mut row = vec![
            Cell::from(depth.to_string()),
            Cell::from(location),
            Cell::from(frame.address.clone()),
        ];
        if look.whole {
            row.push(Cell::from(frame.path.clone()));
        }
        grid.rows.push(row);
    }
    grid
}

pub(super) fn grid(stacks: &[StackCount]) -> Grid {
    let mut rows = Vec::new();
    for (number, stack) in stacks.iter().enumerate() {
        for (depth, frame) in stack.frames.iter().enumerate() {
            rows.push(vec![
                Cell::from((number + 1).to_string()),
                Cell::from(stack.events.to_string()),
                Cell::from(stack.first_event.to_string()),
                Cell::from(depth.to_string()),
                Cell::from(frame.location.clone()),
                Cell::from(frame.address.clone()),
                Cell::from(frame.path.clone()),
            ]);
        }
    }
    Grid {
        headers: vec!["stack", "events", "first_event", "frame", "location", "address", "path"],
        rows,
        ..Grid::default()
    }
}
