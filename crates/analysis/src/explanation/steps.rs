//! The steps of a phase, a sentence each.

use std::collections::BTreeSet;

use super::Statement;
use crate::container::short_stem;
use crate::report::{OPENED_KNOWN, OPENED_UNKNOWN, Report, TimelineEntry};
use crate::step::Step;
use crate::words::{clock_part, count, grouped, guid_name, sentence};

/// How many steps of one phase are told.
const MOST_STEPS: usize = 24;

/// The steps in sentences, those that say the same drawn together; and that there are more.
pub(super) fn told(report: &Report, steps: &[&TimelineEntry]) -> (Vec<Statement>, Option<String>) {
    let mut runs: Vec<Vec<&TimelineEntry>> = Vec::new();
    for entry in steps {
        match runs.last_mut() {
            Some(run) if says_the_same(run, entry) => run.push(entry),
            _ => runs.push(vec![entry]),
        }
    }
    let left_out: usize = runs.iter().skip(MOST_STEPS).map(Vec::len).sum();
    let told = runs.iter().take(MOST_STEPS).filter_map(|run| of_run(report, run));
    let left_out = (left_out > 0).then(|| {
        format!("Not told: {}. All: `procmonkey analyze`.", count(left_out as u64, "further step"))
    });
    (told.collect(), left_out)
}

fn says_the_same(run: &[&TimelineEntry], entry: &TimelineEntry) -> bool {
    run.first().is_some_and(|first| {
        (first.step, &first.stem, &first.guid) == (entry.step, &entry.stem, &entry.guid)
            && (first.length, first.offset) == (entry.length, entry.offset)
            && (&first.result, &first.note) == (&entry.result, &entry.note)
    })
}

fn of_run(report: &Report, run: &[&TimelineEntry]) -> Option<Statement> {
    let first = run.first()?;
    let mut text = of_step(report, first);
    if run.len() > 1 {
        text.push_str(&format!(" It does so {} times in a row.", grouped(run.len() as u64)));
    }
    let events: BTreeSet<u64> = run.iter().flat_map(|entry| events_of(entry)).collect();
    let time = first.time.as_deref().map(clock_part);
    Some(Statement { time, ..Statement::new(text).shown_by(first.capture, events) })
}

/// The events of a step.
pub(super) fn events_of(entry: &TimelineEntry) -> Vec<u64> {
    match entry.events.is_empty() {
        true => vec![entry.event],
        false => entry.events.clone(),
    }
}

/// What a step is about, without its GUID: `the key file of X`, or MachineGuid.
pub(super) fn name(entry: &TimelineEntry) -> String {
    match (&entry.stem, &entry.container) {
        (None, _) => "MachineGuid".to_string(),
        (Some(_), Some(name)) => format!("the key file of {name}"),
        (Some(stem), None) => format!("the key file {}", short_stem(stem)),
    }
}

/// What a step is about: `the key file of X under A`, or MachineGuid.
pub(super) fn object(report: &Report, entry: &TimelineEntry) -> String {
    let name = name(entry);
    match entry.guid.as_ref().filter(|_| entry.stem.is_some()) {
        Some(guid) => format!("{name} under {}", guid_name(report, guid)),
        None => name,
    }
}

fn of_step(report: &Report, entry: &TimelineEntry) -> String {
    let it = object(report, entry);
    let value = entry.guid.as_ref().map(|guid| guid_name(report, guid));
    let result = match entry.result.is_empty() {
        true => String::new(),
        false => format!(" ({})", entry.result),
    };
    let bytes = entry.length.map(|length| count(length, "byte"));
    let at = match entry.offset {
        Some(offset @ 1..) => format!(" from byte {} on", grouped(offset)),
        _ => String::new(),
    };
    let is_unknown_open = entry.note.as_deref() == Some(OPENED_UNKNOWN);
    let mut text = match entry.step {
        Step::GuidRead => match value {
            Some(value) => format!("It reads MachineGuid, which is {value}."),
            None => "It reads MachineGuid; the value is not in the capture.".to_string(),
        },
        Step::GuidMissing => format!("It asks for MachineGuid, which is not there{result}."),
        Step::GuidSet => match value {
            Some(value) => format!("It sets MachineGuid to {value}."),
            None => "It sets MachineGuid; the value is not in the capture.".to_string(),
        },
        Step::GuidRemoved => "It deletes MachineGuid.".to_string(),
        Step::Probed => format!("It looks for {it}, which is not there{result}."),
        Step::Queried => format!("It asks about {it}, which is there."),
        Step::Opened if is_unknown_open => {
            format!("It opens or makes {it}; without OpenResult the capture does not say which.")
        }
        Step::Opened => format!("It opens {it}, which is there."),
        Step::Created => format!("It makes {it}."),
        Step::Overwritten => format!("It empties {it}."),
        Step::Written => match bytes {
            Some(bytes) if entry.is_empty_container() => {
                format!("It writes {bytes} to {it}{at}: as many as a container without keys has.")
            }
            Some(bytes) => format!("It writes {bytes} to {it}{at}."),
            None => format!("It writes to {it}."),
        },
        Step::Read => match bytes {
            Some(bytes) => format!("It reads {bytes} of {it}{at}."),
            None => format!("It reads {it}."),
        },
        Step::Renamed => match &entry.new_path {
            Some(path) => {
                format!("It renames {it} to {}.", path.rsplit('\\').next().unwrap_or(path))
            }
            None => format!("It renames {it}."),
        },
        Step::Deleted => format!("It deletes {it}, or marks it for deletion."),
        Step::Undeleted => format!("It takes the mark for deletion from {it}."),
        Step::Denied => format!("It is denied access to {it}{result}."),
        Step::SharingViolation => {
            format!("It cannot open {it}, because another handle has it open{result}.")
        }
        Step::Collision => format!("It cannot make {it}, because it exists{result}."),
        Step::Pending => format!("It asks for {it}; the answer is not in the capture."),
        Step::Failed => format!("It fails at {it}{result}."),
    };
    let is_said =
        |note: &&str| [OPENED_KNOWN, OPENED_UNKNOWN].contains(note) || entry.is_empty_container();
    if let Some(note) = entry.note.as_deref().filter(|note| !is_said(note)) {
        text.push_str(&format!(" Note: {}.", sentence(note).trim_end_matches('.')));
    }
    text
}
