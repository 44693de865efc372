//! Paths that one process writes and another one reads.

use std::cmp::Reverse;

use procmonkey_analysis::{PathUser, SharedPath};

use super::Look;
use super::grid::{Cell, Grid, Page};
use super::order::{Sorting, column_of};
use crate::args::UsageError;

/// How many processes of a list are shown unless more is asked for.
const SHOWN: usize = 3;

const HEADERS: [&str; 4] = ["Path", "Events", "Writers", "Readers"];

/// In which order the paths are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SharedPathOrder(Sorting);

impl SharedPathOrder {
    /// The order by a column.
    ///
    /// # Errors
    /// When there is no such column.
    pub(crate) fn parse(name: &str) -> Result<SharedPathOrder, UsageError> {
        Ok(SharedPathOrder(column_of(name, &HEADERS)?))
    }

    /// Sorts paths. Where two are alike, their order stays.
    pub(crate) fn sort(self, paths: &mut [SharedPath]) {
        paths.sort_by(|a, b| {
            let ordering = match HEADERS[self.0.column] {
                "Path" => a.path.cmp(&b.path),
                "Events" => b.events.cmp(&a.events),
                "Writers" => Reverse(a.writers.len()).cmp(&Reverse(b.writers.len())),
                _ => Reverse(a.readers.len()).cmp(&Reverse(b.readers.len())),
            };
            self.0.direct(ordering)
        });
    }
}

pub(super) fn page(paths: &[SharedPath], look: Look) -> Page {
    let mut page = Page::default();
    let most = if look.whole { usize::MAX } else { SHOWN };
    match paths.is_empty() {
        true => page.text("No path is written by one process and read by another."),
        false => page.grid(Grid {
            numbers: vec![1],
            unbroken: vec![1],
            cut: vec![0],
            ..rows(paths, most)
        }),
    }
    page
}

pub(super) fn grid(paths: &[SharedPath]) -> Grid {
    rows(paths, usize::MAX)
}

fn rows(paths: &[SharedPath], most: usize) -> Grid {
    let row = |shared: &SharedPath| {
        vec![
            Cell::from(shared.path.clone()),
            Cell::from(shared.events.to_string()),
            Cell::from(list(&shared.writers, most)),
            Cell::from(list(&shared.readers, most)),
        ]
    };
    Grid { headers: HEADERS.to_vec(), rows: paths.iter().map(row).collect(), ..Grid::default() }
}

/// Processes with their PIDs, and how many more there are.
fn list(users: &[PathUser], most: usize) -> String {
    let name = |user: &PathUser| match (&user.process, user.pid) {
        (Some(name), Some(pid)) => format!("{name} ({pid})"),
        (Some(name), None) => name.clone(),
        (None, pid) => pid.map(|pid| pid.to_string()).unwrap_or_default(),
    };
    let mut names: Vec<String> = users.iter().take(most).map(name).collect();
    if users.len() > most {
        names.push(format!("{} more", users.len() - most));
    }
    names.join(", ")
}
