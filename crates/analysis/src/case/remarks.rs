//! What a reader of the report should know about a capture, in sentences.

use procmonkey_parser::{Capture, Column, Format};

use super::CaseOptions;
use crate::report::{CaptureSummary, Report};
use crate::signature::{Computer, SameComputer};
use crate::trace::{MAIN, ProcessSelection};

/// How many processes a remark names.
const NAMED: usize = 5;

/// How many names are proposed.
const SIMILAR: usize = 3;

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

/// The names that somebody may have meant who wrote another one, the nearest first.
pub(super) fn similar_names<'n>(
    written: &str,
    names: impl Iterator<Item = &'n str>,
) -> Vec<String> {
    let plain = |name: &str| {
        let lower = name.trim().to_lowercase();
        lower.strip_suffix(".exe").unwrap_or(&lower).to_string()
    };
    let own = plain(written);
    if own.contains(['*', '?']) || own.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let most = (own.chars().count() / 3).clamp(1, 3);
    let mut near: Vec<(usize, &str)> = names
        .filter(|name| !name.is_empty())
        .map(|name| (distance(&own, &plain(name)), name))
        .filter(|(distance, name)| {
            let other = plain(name);
            let is_part = own.len() >= 3 && (other.contains(&own) || own.contains(&other));
            *distance <= most || (is_part && other.len() >= 3)
        })
        .collect();
    near.sort();
    near.dedup_by(|one, other| one.1.eq_ignore_ascii_case(other.1));
    near.into_iter().take(SIMILAR).map(|(_, name)| name.to_string()).collect()
}

/// How many letters have to be changed, added, taken away or swapped with the next to make
/// one text of another.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let change = usize::from(one[i - 1] != other[j - 1]);
                    let mut least = (rows[i - 1][j - 1] + change)
                        .min(rows[i - 1][j] + 1)
                        .min(rows[i][j - 1] + 1);
                    let swapped =
                        i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                    if swapped {
                        least = least.min(rows[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    rows[one.len()][other.len()]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_told_from_another_name() {
        let names = ["inetinfo.exe", "w3wp.exe", "svchost.exe", "services.exe", "System", ""];
        for (written, want) in [
            ("w3pw.exe", &["w3wp.exe"][..]),
            ("w3wp1.exe", &["w3wp.exe"]),
            ("inetifno", &["inetinfo.exe"]),
            ("inetinf.exe", &["inetinfo.exe"]),
            ("scvhost.exe", &["svchost.exe"]),
            ("sqlservr.exe", &[]),
            ("4400", &[]),
            ("w3*", &[]),
        ] {
            assert_eq!(similar_names(written, names.into_iter()), want, "{written}");
        }
    }
}
