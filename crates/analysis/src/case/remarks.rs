//! What a reader of the report should know about a capture, in sentences.

use procmonkey_parser::{Capture, Column, Filter, Format};

use crate::report::ProcessCount;
use crate::trace::ProcessSelection;

/// How many processes a remark names.
const NAMED: usize = 5;

/// How much of a capture was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All that could be read.
    Whole,
    /// The events up to this one, by its number: the caller stopped there.
    StoppedAfter(u64),
}

/// The remarks on a capture that was read.
pub(super) fn of(
    capture: &Capture<'_>,
    processes: &[ProcessCount],
    (kept, undecided): (u64, u64),
    asked: &ProcessSelection,
    filter: &Filter,
    extent: Extent,
) -> Vec<String> {
    let mut remarks = capture.remarks();
    if let Extent::StoppedAfter(event) = extent {
        remarks.push(format!(
            "reading was stopped after event {event}: this report is about the events until then"
        ));
    }
    if kept == 0 && !asked.names().is_empty() && extent == Extent::Whole {
        remarks.push(no_event_of(asked.names(), processes));
    }
    let unnamed = processes.iter().find(|count| count.name.is_empty());
    if let Some(count) = unnamed
        && !asked.names().is_empty()
    {
        remarks.push(format!(
            "{} of {} events do not name their process; they are taken as one of those asked for",
            count.events,
            capture.events_read()
        ));
    }
    if undecided > 0 {
        remarks.push(format!(
            "the filter could not decide on {undecided} events, because their date or time can be read in more \
             than one way; they are left out"
        ));
    }
    for column in filter.missing_columns(capture.columns(), capture.processes()) {
        remarks.push(format!(
            "the filter asks for the column {column}, which this capture does not have"
        ));
    }
    remarks.extend(time_remarks(capture));
    remarks
}

fn no_event_of(asked: &[String], processes: &[ProcessCount]) -> String {
    let there: Vec<String> = processes
        .iter()
        .filter(|count| !count.name.is_empty())
        .take(NAMED)
        .map(|count| format!("{} ({})", count.name, count.events))
        .collect();
    let mut remark = format!("no {} event in this capture", asked.join(" or "));
    if !there.is_empty() {
        let more = processes.len().saturating_sub(there.len());
        remark.push_str(&format!("; most events are of {}", there.join(", ")));
        if more > 0 {
            remark.push_str(&format!(", and {more} more processes"));
        }
    }
    remark
}

fn time_remarks(capture: &Capture<'_>) -> Vec<String> {
    let clock = capture.clock();
    let mut remarks = Vec::new();
    if capture.events_read() == 0 {
        return vec!["no event at all".into()];
    }
    if clock.dates() > 0 && clock.date_order().is_none() {
        let orders: Vec<&str> = clock.possible_orders().iter().map(|order| order.name()).collect();
        remarks.push(match orders.is_empty() {
            true => "its dates contradict each other; --date-order settles it".into(),
            false => {
                format!("its dates can be read as {}; --date-order settles it", orders.join(" or "))
            }
        });
    }
    if clock.hours_lost() > 0 {
        remarks.push(format!(
            "{} times have lost their hour in a spreadsheet (such as 47:57.9): only their order is known",
            clock.hours_lost()
        ));
    }
    if let Some(marker) = clock.unknown_marker() {
        remarks.push(format!(
            "times have the marker `{marker}`, which is not known as before or after noon"
        ));
    }
    if clock.midnights() > 0 && clock.dates() == 0 {
        remarks.push(format!("the times cross midnight ({} in all)", clock.midnights()));
    }
    if clock.steps_back() > 0 && capture.format() != Format::Pasted {
        remarks.push(format!(
            "the time of day goes back {} times by less than twelve hours",
            clock.steps_back()
        ));
    }
    let has_any_time =
        [Column::TimeOfDay, Column::DateAndTime].iter().any(|c| capture.columns().contains(*c));
    if !has_any_time {
        remarks.push("there is no time column: only the order of the events is known".into());
    }
    remarks
}
