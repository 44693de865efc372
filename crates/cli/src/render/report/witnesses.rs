//! What was told beside the captures.

use procmonkey_analysis::Report;

use super::super::grid::Page;
use super::super::text::seconds;

/// How many witnesses without a place on the timeline are shown.
const SHOWN: usize = 20;

pub(super) fn witnesses(report: &Report, page: &mut Page) {
    if report.witnesses.is_empty() && report.witnesses_left_out == 0 {
        return;
    }
    page.heading("Witnesses");
    // Those on the timeline are shown there, unless something is to be said of them.
    let mut shown = 0;
    for entry in &report.witnesses {
        let assumption = entry.placed.as_ref().and_then(|placed| placed.assumption.as_deref());
        if entry.placed.is_some() && assumption.is_none() && entry.notes.is_empty() {
            continue;
        }
        shown += 1;
        if shown > SHOWN {
            continue;
        }
        page.text(entry.witness.sentence());
        if let (Some(placed), Some(assumption)) = (&entry.placed, assumption) {
            let after = seconds(placed.seconds);
            page.labelled("Placed", format!("{after} after the first event: {assumption}"));
        }
        if let Some(why) = &entry.unplaced {
            page.labelled("Unplaced", why.clone());
        }
        entry.notes.iter().for_each(|note| page.labelled("Note", note.clone()));
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
