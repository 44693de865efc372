//! The events of a capture that a filter lets through.

use procmonkey_parser::{Capture, Event, Filter, Verdict};

use crate::messages::{Messages, count};

/// Hands each event that the filter lets through to `work`, and says how many
/// there were. What the filter cannot decide is told.
///
/// # Errors
/// When the capture breaks off or `work` fails; what the filter could not decide
/// until then is told all the same.
pub(super) fn for_each_picked(
    capture: &mut Capture<'_>,
    filter: &Filter,
    messages: Messages,
    mut work: impl FnMut(&Event) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    for column in filter.missing_columns(capture.columns(), capture.processes()) {
        messages.note(format_args!(
            "{}: the filter asks for the column {column}, which this capture does not have",
            capture.name()
        ));
    }
    let interest = filter.interest();
    let mut event = Event::default();
    let (mut kept, mut undecided) = (0u64, 0u64);
    let outcome = loop {
        match capture.read_event_of(&interest, &mut event) {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error.into()),
        }
        match filter.matches(&event, capture.clock()) {
            Verdict::Included => {
                kept += 1;
                if let Err(error) = work(&event) {
                    break Err(error);
                }
            }
            Verdict::Excluded => {}
            Verdict::Undecidable => undecided += 1,
        }
    };
    messages.remarks(capture);
    if undecided > 0 {
        messages.note(format_args!(
            "{}: the filter could not decide on {}, because their date or time can be read in \
             more than one way; see --date-order",
            capture.name(),
            count(undecided, "event")
        ));
    }
    outcome.map(|()| kept)
}
