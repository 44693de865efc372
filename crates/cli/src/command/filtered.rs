//! The events of a capture that were asked for.

use procmonkey_parser::{Capture, Clock, Event, ExcerptRow};

use crate::args::Selection;
use crate::command::rows::EventSink;
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
    report_missing_columns(capture, selection, messages);
    let outcome = hand_on(capture, selection, &mut work);
    messages.remarks(capture);
    report_undecided(capture, capture.events_undecided(), messages);
    outcome
}

/// Writes each event of the selection, as [`for_each_filtered`] hands it over: all events of a capture
/// at once, where the output can take them so. Returns how many there were.
///
/// # Errors
/// As [`for_each_filtered`].
pub(super) fn write_filtered(
    output: &mut dyn EventSink,
    capture: &mut Capture<'_>,
    selection: &Selection,
    messages: Messages,
) -> anyhow::Result<u64> {
    let at_once = match selection.is_everything() {
        true => output.write_every(capture).transpose(),
        false => None,
    };
    if let Some(written) = at_once {
        messages.remarks(capture);
        return written;
    }
    for_each_filtered(capture, selection, messages, |event, clock| {
        output.write(event, ExcerptRow::wanted(clock))
    })
}

/// Reports columns that the filter asks for in vain.
pub(super) fn report_missing_columns(
    capture: &Capture<'_>,
    selection: &Selection,
    messages: Messages,
) {
    for column in selection.filter.missing_columns(capture.columns(), capture.processes()) {
        messages.note(format_args!(
            "{}: the filter asks for the column {column}, which this capture does not have",
            capture.name()
        ));
    }
}

/// Reports events on which the filter, or a time that was asked for, cannot decide.
pub(super) fn report_undecided(capture: &Capture<'_>, undecided: u64, messages: Messages) {
    if undecided > 0 {
        messages.note(format_args!(
            "{}: the filter could not decide on {}, because their date or time can be read in \
             more than one way; see --date-order",
            capture.name(),
            count(undecided, "event")
        ));
    }
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
