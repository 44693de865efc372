//! What a reader of the report should know about a capture, in sentences.

use procmonkey_parser::{Capture, Column, Format, similar_names};

use super::CaseOptions;
use crate::report::{CaptureSummary, Report};
use crate::signature::{Computer, SameComputer};
use crate::trace::{MAIN, ProcessSelection};

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
    (summary, is_followed): (&CaptureSummary, bool),
    options: &CaseOptions,
    extent: Extent,
) -> Vec<String> {
    let CaptureSummary { processes, events_undecided: undecided, .. } = summary;
    let (asked, filter) = (&options.processes, &options.filter);
    let mut remarks = capture.remarks();
    if let Extent::StoppedAfter(event) = extent {
        remarks.push(format!(
            "reading was stopped after event {event}: this report is about the events until then"
        ));
    }
    if !is_followed && extent == Extent::Whole {
        remarks.extend(absent(summary, options));
    }
    let unnamed = processes.iter().find(|count| count.name.is_empty());
    if let Some(count) = unnamed
        && *asked != ProcessSelection::All
    {
        remarks.push(format!(
            "{} of {} events do not name their process; they are taken as one of those asked for",
            count.events,
            capture.events_read()
        ));
    }
    if *undecided > 0 {
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

/// Says of captures that they are of another computer than those before them.
pub(super) fn on_computers(report: &mut Report) {
    let computers = Computer::all(report);
    let mut remarks: Vec<(usize, String)> = Vec::new();
    for (place, computer) in computers.iter().enumerate() {
        for other in &computers[..place] {
            let pairs = computer
                .captures
                .iter()
                .flat_map(|one| other.captures.iter().map(move |another| (*one, *another)));
            let reason =
                pairs.into_iter().find_map(|(one, another)| match computer.same(one, another) {
                    SameComputer::No(why) => Some((one, another, why)),
                    _ => None,
                });
            if let Some((one, another, why)) = reason {
                remarks.push((
                    one,
                    format!(
                        "it is of another computer than capture {} ({why}): GUIDs and key files are not \
                         compared between the two",
                        another + 1
                    ),
                ));
            }
        }
    }
    for (capture, remark) in remarks {
        report.captures[capture].remarks.push(remark);
    }
}

/// That the process which is followed, or one that was asked for, has no event that counts:
/// the capture has none, or the filter removed them.
fn absent(summary: &CaptureSummary, options: &CaseOptions) -> Option<String> {
    let asked = &options.processes;
    if *asked == ProcessSelection::All {
        return None;
    }
    let is_asked = |name: &str| match asked {
        ProcessSelection::AtTheKeys => name.eq_ignore_ascii_case(MAIN),
        _ => asked.patterns().iter().any(|pattern| pattern.matches(Some(name), None)),
    };
    let events: u64 =
        summary.processes.iter().filter(|it| is_asked(&it.name)).map(|it| it.events).sum();
    if events > 0 {
        return Some(format!(
            "the filter removes every event of {asked} ({events} in this capture)"
        ));
    }
    let mut remark = format!("no {asked} event in this capture");
    for pattern in asked.patterns() {
        let names = summary.processes.iter().map(|count| count.name.as_str());
        let similar = similar_names(pattern.as_str(), names);
        if !similar.is_empty() {
            remark.push_str(&format!("; did you mean {}?", similar.join(" or ")));
        }
    }
    let there: Vec<String> = summary
        .processes
        .iter()
        .filter(|count| !count.name.is_empty())
        .take(NAMED)
        .map(|count| format!("{} ({})", count.name, count.events))
        .collect();
    if !there.is_empty() {
        let more = summary.processes.len().saturating_sub(there.len());
        remark.push_str(&format!("; most events are of {}", there.join(", ")));
        if more > 0 {
            remark.push_str(&format!(", and {more} more processes"));
        }
    }
    Some(remark)
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
