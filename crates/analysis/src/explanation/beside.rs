//! What other processes did at the keys, and what was seen beside the captures, in sentences.

use super::Statement;
use crate::report::{CitedEvent, Report, WitnessEntry};
use crate::words::{OtherTarget, clock_part, guid_name, others};

/// How many of them are told.
const MOST: usize = 8;

/// How many facts from outside the captures are told.
const MOST_WITNESSES: usize = 20;

/// What witnesses say, those with a place among the events at their time.
pub(super) fn witnesses(report: &Report) -> Vec<Statement> {
    let of = |entry: &WitnessEntry| {
        let mut text = entry.witness.sentence();
        for note in &entry.notes {
            text.push_str(&format!("; {note}"));
        }
        if !text.ends_with('.') {
            text.push('.');
        }
        let time = entry.placed.as_ref().and_then(|placed| placed.time.as_deref());
        Statement { time: time.map(clock_part), ..Statement::new(text) }
    };
    let mut told: Vec<Statement> = report.witnesses.iter().take(MOST_WITNESSES).map(of).collect();
    let more = report.witnesses.len().saturating_sub(MOST_WITNESSES);
    if more > 0 {
        told.push(Statement::new(format!("Not told: {more} more. All: `procmonkey analyze`.")));
    }
    told
}

/// Those that failed or took something away in front, each group in the order of events.
pub(super) fn told(report: &Report) -> Vec<Statement> {
    let mut all = others(report);
    all.sort_by_key(|access| !access.bad);
    let left_out = all.len().saturating_sub(MOST);
    let mut told: Vec<Statement> = all
        .iter()
        .take(MOST)
        .map(|access| {
            let process = match access.process {
                "" => "A process that is not named",
                name => name,
            };
            let pid = access.pid.map(|pid| format!(" ({pid})")).unwrap_or_default();
            let what = match &access.target {
                OtherTarget::Key(name, guid) => {
                    format!("the key file of {name} under {}", guid_name(report, guid))
                }
                OtherTarget::Folder(path) => path.to_string(),
                OtherTarget::MachineGuid(guid) => {
                    format!("MachineGuid {}", guid_name(report, guid))
                }
            };
            let place = (access.capture, access.event);
            let of = |row: &&CitedEvent| (row.capture, row.event) == place;
            let row = report.cited_events.iter().find(of);
            let time = row.and_then(|row| row.time.as_deref()).map(clock_part);
            let text = format!("{process}{pid}, at {what}: {}.", access.did);
            Statement { time, ..Statement::new(text).shown_by(access.capture, [access.event]) }
        })
        .collect();
    if left_out > 0 {
        told.push(Statement::new(format!(
            "Not told: {left_out} more of them. All: `procmonkey analyze`."
        )));
    }
    told
}
