//! Paths that only one of two captures touches.

use serde::Serialize;

use super::grid::{Cell, Grid, Page};

/// One of two captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Good,
    Bad,
}

/// A path that one capture has and the other has not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ListedPath {
    pub(crate) path: String,
    pub(crate) only_in: Side,
    pub(crate) events: u64,
}

pub(super) fn page(paths: &[ListedPath]) -> Page {
    let mut page = Page::default();
    match paths.is_empty() {
        true => page.text("No path is in one capture only."),
        false => page.grid(Grid {
            headers: vec!["Only in", "Events", "Path"],
            numbers: vec![1],
            unbroken: vec![0, 1],
            cut: vec![2],
            ..grid(paths)
        }),
    }
    page
}

pub(super) fn grid(paths: &[ListedPath]) -> Grid {
    let row = |listed: &ListedPath| {
        let side = match listed.only_in {
            Side::Good => "good",
            Side::Bad => "bad",
        };
        let path = Cell::from(listed.path.clone());
        vec![Cell::from(side), Cell::from(listed.events.to_string()), path]
    };
    Grid {
        headers: vec!["only_in", "events", "path"],
        rows: paths.iter().map(row).collect(),
        ..Grid::default()
    }
}
