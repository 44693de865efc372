//! Steps of a timeline in words.

use crate::report::{TimelineEntry, VerdictState};
use crate::step::Step;

/// What a step did, with the value of MachineGuid where it is about one. `name` is what the page
/// calls that value.
pub fn step_line(entry: &TimelineEntry, name: Option<&str>) -> String {
    let what = entry.words();
    let Some(name) = name.filter(|_| entry.stem.is_none()) else { return what };
    let word = if entry.step == Step::GuidSet { " to" } else { ":" };
    // The value stands in front of what is said about it.
    match what.split_once(": ") {
        Some((head, note)) => format!("{head}{word} {name}, {note}"),
        None => format!("{what}{word} {name}"),
    }
}

/// What stands above the steps of what to do first.
pub fn do_first_heading(state: VerdictState) -> &'static str {
    match state {
        VerdictState::Broken | VerdictState::Suspect => {
            "Do first (in a Command Prompt that runs as administrator)"
        }
        VerdictState::NotJudged => "To judge it",
        VerdictState::Note | VerdictState::NothingKnown => "To go on",
    }
}
