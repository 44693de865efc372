//! Which key is under which GUID: the whole case in a few cells.

use procmonkey_analysis::Report;
use procmonkey_analysis::report::{ContainerGuid, KeyFileCondition};
use procmonkey_analysis::words::{condition, key_matrix};

use super::super::grid::{Cell, Grid, Tone};
use super::facts::event_place;

/// The headers of the columns, by the letters of the GUIDs.
const HEADERS: [(char, &str); 4] =
    [('A', "under A"), ('B', "under B"), ('C', "under C"), ('D', "under D")];

/// At most so many rows, and how many more there are: the containers of the first finding
/// in front.
pub(super) fn matrix(report: &Report, most: usize) -> (Grid, usize) {
    let mut grid = Grid { headers: vec!["Key container"], ..Grid::default() };
    grid.headers.extend(HEADERS.iter().take(report.guid_signs.len()).map(|(_, header)| *header));
    let matrix = key_matrix(report, most);
    for of_container in &matrix.rows {
        let mut row = vec![Cell::from(of_container.name.as_str())];
        for seen in &of_container.cells {
            row.push(seen.map_or_else(|| Cell::from("not seen"), |seen| state(report, seen)));
        }
        grid.rows.push(row);
    }
    (grid, matrix.left_out)
}

/// What is known last of a key file, with the event that shows it where it is not simply
/// there.
pub(super) fn state(report: &Report, seen: &ContainerGuid) -> Cell {
    let Some(state) = seen.state else { return Cell::from("not known") };
    let words = condition(state.is);
    let at = match (state.capture, state.event) {
        (Some(capture), Some(event)) if state.is != KeyFileCondition::Exists => {
            format!("{} ({})", words.text, event_place(report, capture, event))
        }
        _ => words.text.to_string(),
    };
    let tone = match (words.bad, state.is) {
        (true, _) => Tone::Bad,
        (false, KeyFileCondition::Created) => Tone::Warning,
        (false, _) => Tone::Plain,
    };
    Cell::toned(at, tone)
}
