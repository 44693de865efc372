//! The part of a capture that was asked for.

use procmonkey_parser::{Capture, Event, Excerpt, ExcerptCounts, ExcerptRow};

use crate::args::Selection;
use crate::command::filtered::{for_each_filtered, report_missing_columns, report_undecided};
use crate::messages::{Messages, count};

/// Hands each event of the selection that is in the excerpt to `work`. What the filter and
/// the times cannot decide is reported.
///
/// # Errors
/// When the capture breaks off or `work` fails.
pub(super) fn for_each_excerpted(
    capture: &mut Capture<'_>,
    excerpt: &Excerpt,
    selection: &Selection,
    messages: Messages,
    mut work: impl FnMut(&Event, ExcerptRow<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<ExcerptCounts> {
    if excerpt.is_everything() {
        let wanted = for_each_filtered(capture, selection, messages, |event, clock| {
            work(event, ExcerptRow::wanted(clock))
        })?;
        return Ok(ExcerptCounts { wanted, ..ExcerptCounts::default() });
    }
    report_missing_columns(capture, selection, messages);
    let is_wanted = |event: &Event| selection.has_process_of(event);
    let outcome = excerpt.for_each_of(capture, &selection.filter, is_wanted, work);
    messages.remarks(capture);
    if let Ok(counts) = &outcome {
        report_undecided(capture, counts.undecided, messages);
        if counts.left_out > 0 {
            messages.note(format_args!(
                "{}: there are too many events to hold: up to {} left out; smaller numbers and times \
                 need fewer, --limit gathered=N is more room",
                capture.name(),
                count(counts.left_out, "event")
            ));
        }
        let has_dates = capture.format() == procmonkey_parser::Format::Pml
            || capture.clock().dates() > 0
            || capture.clock().first_time().is_none();
        if counts.undecided > 0 && excerpt.has_date() && !has_dates {
            messages.note(format_args!(
                "{}: the capture has no dates; --date gives that of its first event",
                capture.name()
            ));
        }
    }
    outcome
}
