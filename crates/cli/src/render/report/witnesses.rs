//! What was read beside the captures.

use procmonkey_analysis::report::{WitnessEntry, WitnessSource};
use procmonkey_analysis::{Report, Witness, WitnessTime};

use super::super::Look;
use super::super::grid::{Cell, Grid, Page};
use super::facts::{clock_part, guid_name};
use super::inputs::losses;
use crate::messages::count;

/// How many witnesses without a place on the timeline are shown.
const SHOWN: usize = 20;

/// How many files of a listing are shown.
const FILES: usize = 16;

pub(super) fn witnesses(report: &Report, look: Look, page: &mut Page) {
    let sources: Vec<&WitnessSource> =
        report.witness_sources.iter().filter(|source| has_news(source)).collect();
    if report.witnesses.is_empty() && report.witnesses_left_out == 0 && sources.is_empty() {
        return;
    }
    page.heading("Witnesses");
    sources.iter().for_each(|source| show_source(source, page));
    // Those on the timeline are shown there, unless there is a note on them.
    let mut shown = 0;
    // In the order of time; those without a place come last.
    let mut entries: Vec<&WitnessEntry> = report.witnesses.iter().collect();
    entries.sort_by(|one, other| place(one).total_cmp(&place(other)));
    for entry in entries {
        let assumption = entry.placed.as_ref().and_then(|placed| placed.assumption.as_deref());
        if entry.placed.is_some() && assumption.is_none() && entry.notes.is_empty() {
            continue;
        }
        shown += 1;
        if shown > SHOWN {
            continue;
        }
        page.text(entry.witness.sentence());
        if let Some(placed) = &entry.placed {
            let time = placed.time.as_deref().map(|time| clock_part(time, look));
            let assumption = assumption.map(|it| format!(": {it}")).unwrap_or_default();
            page.labelled("Placed", format!("at {}{assumption}", time.unwrap_or_default()));
        }
        if let Some(why) = &entry.unplaced {
            page.labelled("Unplaced", why.clone());
        }
        entry.notes.iter().for_each(|note| page.labelled("Note", note.clone()));
        page.grid(files(report, entry, look));
    }
    let on_timeline = report.witnesses.len() - shown;
    let mut rest = Vec::new();
    if on_timeline > 0 {
        rest.push(format!("{on_timeline} on the timeline above, marked ◆"));
    }
    if shown > SHOWN {
        rest.push(format!("{} more without a place", shown - SHOWN));
    }
    if report.witnesses_left_out > 0 {
        rest.push(format!(
            "{} of other services or other times, left out",
            report.witnesses_left_out
        ));
    }
    if !rest.is_empty() {
        page.text(format!("{}.", rest.join("; ")));
    }
}

/// Where an entry is in time: the captures stand in the order of their dates.
fn place(entry: &WitnessEntry) -> f64 {
    // No capture is longer than this, in seconds.
    const LONGEST: f64 = 1e9;
    match &entry.placed {
        Some(placed) => placed.capture as f64 * LONGEST + placed.seconds,
        None => f64::INFINITY,
    }
}

/// Whether something is to be said of a source beside its facts.
fn has_news(source: &WitnessSource) -> bool {
    source.error.is_some() || source.losses.count > 0 || !source.remarks.is_empty()
}

fn show_source(source: &WitnessSource, page: &mut Page) {
    let path = &source.path;
    match (&source.error, source.losses.count) {
        (Some(_), _) => page.text(format!("{path}: no fact was read from it.")),
        (None, 0) => page.text(format!("{path}: all of it was read.")),
        (None, losses) => {
            page.text(format!("{path}: {} could not be read.", count(losses, "place")));
        }
    }
    if let Some(error) = &source.error {
        page.labelled("Why", error.clone());
    }
    losses(&source.losses, page);
    source.remarks.iter().for_each(|remark| page.labelled("Note", remark.clone()));
}

/// The files of a listing whose containers have a name, with what the listing has of them.
fn files(report: &Report, entry: &WitnessEntry, look: Look) -> Grid {
    let mut grid = Grid {
        headers: vec!["Container", "GUID", "Bytes", "Created", "Written", "Owner and rights"],
        numbers: vec![2],
        unbroken: vec![1, 2],
        ..Grid::default()
    };
    let Witness::Folder(listing) = &entry.witness else { return grid };
    let time = |time: &Option<WitnessTime>| Cell::maybe(time.as_ref().map(|time| &time.text));
    for key in entry.keys.iter().take(FILES) {
        let Some(file) = listing.files.get(key.file) else { continue };
        let rights: Vec<&str> = file.owner.iter().chain(&file.access).map(String::as_str).collect();
        grid.rows.push(vec![
            Cell::from(key.container.as_str()),
            Cell::from(guid_name(report, &key.guid, look)),
            Cell::maybe(file.size),
            time(&file.created),
            time(&file.modified),
            Cell::from(rights.join("; ")),
        ]);
    }
    grid
}
