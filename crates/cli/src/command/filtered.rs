//! The events of a capture that were asked for.

use procmonkey_parser::{Capture, Clock, Event};

use crate::args::Selection;
use crate::messages::{Messages, count};

/// Hands each event of the selection to `work`, with what is known of dates and times so far,
/// and returns how many there were. Columns that the filter asks for in vain, and events on
/// which it cannot decide, are reported.
///
/// # Errors
/// When the capture breaks off or `work` fails; what the filter could not decide
/// until then is reported all the same.
pub(super) fn for_each_filtered(
    capture: &mut Capture<'_>,
    selection: &Selection,
    messages: Messages,
    mut work: impl FnMut(&Event, &Clock) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let filter = &selection.filter;
    for column in filter.missing_columns(capture.columns(), capture.processes()) {
        messages.note(format_args!(
            "{}: the filter asks for the column {column}, which this capture does not have",
            capture.name()
        ));
    }
    let outcome = hand_on(capture, selection, &mut work);
    let undecided = capture.events_undecided();
    messages.remarks(capture);
    if undecided > 0 {
        messages.note(format_args!(
            "{}: the filter could not decide on {}, because their date or time can be read in \
             more than one way; see --date-order",
            capture.name(),
            count(undecided, "event")
        ));
    }
    outcome
}

fn hand_on(
    capture: &mut Capture<'_>,
    selection: &Selection,
    work: &mut impl FnMut(&Event, &Clock) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let prefilter = selection.filter.prefilter();
    let mut event = Event::default();
    let mut kept = 0;
    while capture.read_matching(&selection.filter, &prefilter, &mut event)? {
        if selection.has_process_of(&event) {
            kept += 1;
            work(&event, capture.clock())?;
        }
    }
    Ok(kept)
}
