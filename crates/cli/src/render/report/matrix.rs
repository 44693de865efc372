//! Which key is under which GUID: the whole case in a few cells.

use procmonkey_analysis::Report;
use procmonkey_analysis::report::{ContainerGuid, ContainerSummary, KeyFileCondition};

use super::super::grid::{Cell, Grid, Tone};
use super::facts::{container_name, event_place};

/// The headers of the columns, by the letters of the GUIDs.
const HEADERS: [(char, &str); 4] =
    [('A', "under A"), ('B', "under B"), ('C', "under C"), ('D', "under D")];

/// At most so many rows, and how many more there are: the containers of the first finding
/// in front.
pub(super) fn matrix(report: &Report, most: usize) -> (Grid, usize) {
    let mut grid = Grid { headers: vec!["Key container"], ..Grid::default() };
    grid.headers.extend(HEADERS.iter().take(report.guid_signs.len()).map(|(_, header)| *header));
    let of_verdict = |container: &&ContainerSummary| {
        let first = report.findings.first();
        first.is_some_and(|finding| finding.stems.contains(&container.stem))
    };
    let has_letter = |container: &&ContainerSummary| {
        let mut guids = container.guids.iter();
        guids.any(|seen| report.guid_signs.iter().any(|sign| sign.guid == seen.guid))
    };
    let shown = report.containers.iter().filter(has_letter);
    let (mut first, rest): (Vec<_>, Vec<_>) = shown.partition(of_verdict);
    first.extend(rest);
    let more = first.len().saturating_sub(most);
    for container in first.into_iter().take(most) {
        let mut row = vec![Cell::from(container_name(container))];
        for sign in &report.guid_signs {
            let seen = container.guids.iter().find(|seen| seen.guid == sign.guid);
            row.push(seen.map_or_else(|| Cell::from("not seen"), |seen| state(report, seen)));
        }
        grid.rows.push(row);
    }
    (grid, more)
}

/// What is known last of a key file, with the event that shows it where it is not simply
/// there.
pub(super) fn state(report: &Report, seen: &ContainerGuid) -> Cell {
    use KeyFileCondition::{
        AccessDenied, Created, Damaged, Deleted, Exists, InUse, NotFound, NotMade, Renamed,
    };
    let Some(state) = seen.state else { return Cell::from("not known") };
    let at = |what: &str| match (state.capture, state.event) {
        (Some(capture), Some(event)) => format!("{what} ({})", event_place(report, capture, event)),
        _ => what.to_string(),
    };
    let (what, tone) = match state.is {
        Exists => return Cell::from("exists"),
        Created => ("made here", Tone::Warning),
        NotFound => ("not found", Tone::Bad),
        AccessDenied => ("access denied", Tone::Bad),
        NotMade => ("not made, denied", Tone::Bad),
        InUse => ("in use", Tone::Bad),
        Damaged => ("damaged", Tone::Bad),
        Deleted => ("deleted", Tone::Bad),
        Renamed => ("renamed", Tone::Bad),
        _ => ("not known", Tone::Plain),
    };
    Cell::toned(at(what), tone)
}
