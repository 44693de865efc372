//! What stands in a drawing, and what is said in place of it.

use super::amounts::{count, grouped, seconds, ticks_of};
use super::figure::MarkWords;
use super::names::{event_place, guid_name, letter_of, process_name};
use crate::container::short_stem;
use crate::phase::{Phase, PhaseSpan};
use crate::report::{
    CaptureSummary, DensityBasis, EventDensity, GuidSign, KeyFileSummary, ProcessSummary, Report,
    TimelineEntry,
};
use crate::witness::Witness;

/// Under the name of the first line of a drawing.
pub const REGISTRY_VALUE: &str = "registry value";
/// On the line of a file that the process did nothing with.
pub const NOT_LOOKED_FOR: &str = "not looked for here";
/// On the line of a file that a capture does not show at all.
pub const NOT_SEEN: &str = "not seen here";
/// Under the mark of a file that a listing shows.
pub const LISTED: &str = "listed";
/// At the time of a listing.
pub const FOLDER_LISTED: &str = "folder listed";
/// How a step and the read of MachineGuid before it belong together.
pub const SAME_THREAD: &str = "same thread";
/// See [`SAME_THREAD`].
pub const SAME_PROCESS: &str = "same process";
/// See [`SAME_THREAD`].
pub const SAME_CAPTURE: &str = "same capture, process not known";

/// How to read a drawing.
pub const HOW_TO_READ: &str = "A column is a phase, a line is a thing, a mark is a step. A mark \
                               with a dashed edge was looked for and not there.";

/// What stands beside the strip of a capture: three lines.
pub fn strip_labels(
    capture: &CaptureSummary,
    density: &EventDensity,
    process: Option<&ProcessSummary>,
) -> Vec<String> {
    let time = capture.first_time.as_deref().zip(capture.last_time.as_deref());
    let time = time.and_then(|(first, last)| Some(ticks_of(last)? - ticks_of(first)?));
    let time = time.map(|ticks| format!(" in {}", seconds(ticks as f64 / 1e7))).unwrap_or_default();
    let basis = match density.basis {
        DensityBasis::EveryEvent => "every event counted",
        DensityBasis::SomeEvents => "spread from some times",
    };
    let mut lines = vec![
        "The whole capture, to scale".to_string(),
        format!("{}{time}", count(capture.events_read, "event")),
    ];
    let followed = process.map(|it| {
        format!("dark: {}, {}", it.name.as_deref().unwrap_or("not named"), grouped(it.events))
    });
    lines.extend(followed);
    lines.push(basis.to_string());
    lines
}

/// What a witness is called at its time.
pub fn witness_label(witness: &Witness) -> String {
    match witness {
        Witness::MachineGuid(_) => "registry".to_string(),
        Witness::Folder(_) => "folder listing".to_string(),
        Witness::Service(event) => match event.id {
            Some(id) => format!("event {id}"),
            None => "service".to_string(),
        },
        Witness::KeyOperation(_) => "event 5058".to_string(),
        Witness::Schannel(_) => "event 36870".to_string(),
        Witness::Debug(_) => "debug line".to_string(),
    }
}

/// What is said in place of a drawing.
pub fn figure_said(report: &Report, process: Option<&ProcessSummary>, steps: usize) -> String {
    let who = process.map_or_else(|| "A process that is not named".to_string(), process_name);
    let phases = process.map_or(0, |process| process.phases.len());
    let headline = &report.verdict.headline;
    format!(
        "{who}: {}, {}. {headline}. The report has each step in a table.",
        count(phases as u64, "phase"),
        count(steps as u64, "step"),
    )
}

/// What stands beside the heads of the phases: three lines at most.
pub fn figure_labels(report: &Report, process: Option<&ProcessSummary>) -> Vec<String> {
    let Some(process) = process else { return vec!["Process not known".to_string()] };
    let mut lines = vec![process_name(process)];
    lines.extend(process.account.as_ref().map(|account| format!("as {account}")));
    if report.captures.len() > 1 {
        let path = report.captures.get(process.capture).map(|it| it.path.as_str());
        let name = path.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
        lines.push(format!("in {}: {name}", process.capture + 1));
    } else {
        lines.push("not to scale from here on".to_string());
    }
    lines
}

/// What stands above a phase: its name, how long it is until the next one begins, and how many
/// events it has.
pub fn phase_labels(spans: &[PhaseSpan], place: Option<usize>, phase: Phase) -> [String; 3] {
    let name = super::sentence(phase.name());
    let Some(span) = place.and_then(|place| spans.get(place)) else {
        return [name, String::new(), String::new()];
    };
    let next = place.and_then(|place| spans.get(place + 1));
    let end = next.map_or(span.last_time.as_deref(), |next| next.time.as_deref());
    let time = end.zip(span.time.as_deref());
    let time = time.and_then(|(end, from)| Some(ticks_of(end)? - ticks_of(from)?));
    let time = time.map(|ticks| seconds(ticks as f64 / 1e7)).unwrap_or_default();
    [name, time, count(span.events, "event")]
}

/// What is said in place of the head of a phase: its events are a range, such as `1305-1462`.
pub fn phase_said(span: &PhaseSpan, events: &str) -> String {
    format!("Phase {}: events {events}", span.phase.name())
}

/// What stands above the files that a listing shows: how much later it was, who listed, and that
/// it is a listing.
pub fn listing_labels(report: &Report, capture: usize, event: u64) -> [String; 3] {
    let row = report.cited_events.iter().find(|row| (row.capture, row.event) == (capture, event));
    let who = row.and_then(|row| row.process.clone()).unwrap_or_else(|| "a process".to_string());
    let own = report.processes.iter().filter(|it| it.capture == capture);
    let ends =
        own.filter(|it| !it.phases.is_empty()).filter_map(|it| ticks_of(it.last_time.as_deref()?));
    let at = row.and_then(|row| ticks_of(row.time.as_deref()?));
    let when = match ends.max().zip(at) {
        Some((end, at)) if at >= end => format!("{} later", seconds((at - end) as f64 / 1e7)),
        Some(_) => "In between".to_string(),
        None => event_place(report, capture, event),
    };
    [when, who, "lists the folder".to_string()]
}

/// What is said in place of a mark of a listing.
pub fn listed_said(report: &Report, file: &KeyFileSummary, event: u64) -> String {
    let name = file.container.clone().unwrap_or_else(|| short_stem(&file.stem));
    let guid = guid_name(report, &file.guid);
    format!("{}: {name} under {guid}, listed", event_place(report, file.capture, event))
}

/// What is said in place of a mark of steps.
pub fn mark_said(report: &Report, steps: &[&TimelineEntry], words: &MarkWords) -> String {
    let Some(first) = steps.first() else { return words.text.clone() };
    let place = event_place(report, first.capture, first.event);
    mark_said_at(&place, &report.guid_signs, first, words)
}

/// The same, with the place of the first of the steps and the letters of GUIDs.
pub(crate) fn mark_said_at(
    place: &str,
    signs: &[GuidSign],
    first: &TimelineEntry,
    words: &MarkWords,
) -> String {
    let what = match (&first.stem, &first.container) {
        (None, _) => "MachineGuid".to_string(),
        (Some(_), Some(name)) => name.clone(),
        (Some(stem), None) => short_stem(stem),
    };
    let guid = first.guid.as_ref().map(|guid| format!(", GUID {}", letter_of(signs, guid)));
    let more = words.more.as_ref().map(|more| format!(" {more}")).unwrap_or_default();
    format!("{place}: {}{more}, {what}{}", words.text, guid.unwrap_or_default())
}

/// What stands on a line from a read of MachineGuid to a step.
pub fn link_label(elapsed: Option<f64>, via: &str) -> String {
    match elapsed {
        Some(elapsed) => format!("{} later, {via}", seconds(elapsed)),
        None => via.to_string(),
    }
}

/// That a drawing has no more lines.
pub fn lanes_left_out(drawn: usize, all: usize) -> String {
    format!(
        "Drawn: the first {drawn} of {}. The table has each step.",
        count(all as u64, "key file")
    )
}

/// That a drawing has no more marks.
pub fn steps_left_out(drawn: usize, all: usize) -> String {
    format!(
        "Drawn: {} of {}. The table has each step.",
        grouped(drawn as u64),
        count(all as u64, "step")
    )
}

/// That a drawing has no more listings.
pub fn listings_left_out(drawn: usize, all: usize) -> String {
    format!(
        "Drawn: the first {drawn} of {} of the folder. All: `procmonkey analyze … -f json`.",
        count(all as u64, "listing")
    )
}

/// That not every process is drawn.
pub fn figures_left_out(drawn: usize, all: usize) -> String {
    format!(
        "Drawn: the first {drawn} of {all} processes with steps. All steps: `procmonkey analyze … \
         -f json`."
    )
}
