//! The start-ups of a report, each with its phases.

use std::collections::{BTreeSet, HashMap};

use super::steps::{self, events_of};
use super::{ExplainedPhase, ExplainedStartUp, Statement, why};
use crate::phase::{Phase, PhaseSpan};
use crate::report::{CaptureRole, ProcessSummary, Report, TimelineEntry};
use crate::words::{clock_part, count, process_name, sentence, start_heading};

/// How many processes are told.
const MOST_START_UPS: usize = 8;

/// The steps of each process of the captures that are judged; `None` for those that belong to no
/// process.
pub(super) type StepsByProcess<'r> = HashMap<(usize, Option<usize>), Vec<&'r TimelineEntry>>;

/// The steps that are told, by their capture and process.
pub(super) fn steps_of(report: &Report) -> StepsByProcess<'_> {
    let mut steps: StepsByProcess<'_> = HashMap::new();
    for entry in report.timeline.iter().filter(|entry| is_judged(report, entry.capture)) {
        steps.entry((entry.capture, entry.process_index)).or_default().push(entry);
    }
    steps
}

pub(super) fn is_judged(report: &Report, capture: usize) -> bool {
    report.captures.get(capture).is_some_and(|it| it.role == CaptureRole::Case)
}

/// The start-ups, and that there are more.
pub(super) fn told(report: &Report) -> (Vec<ExplainedStartUp>, Option<String>) {
    let steps = steps_of(report);
    let none = Vec::new();
    let of_processes = report.processes.iter().enumerate().filter_map(|(index, process)| {
        let own = steps.get(&(process.capture, Some(index))).unwrap_or(&none);
        let has_something = !process.phases.is_empty() || !own.is_empty();
        (is_judged(report, process.capture) && has_something).then_some((
            process.capture,
            Some(index),
            own,
        ))
    });
    let of_nobody = steps.iter().filter(|((_, process), _)| process.is_none());
    let of_nobody = of_nobody.map(|((capture, _), own)| (*capture, None, own));
    let mut all: Vec<(usize, Option<usize>, &Vec<&TimelineEntry>)> =
        of_processes.chain(of_nobody).collect();
    let number = all.len();
    // Where there is no room for all, those that something was found about come first, then those
    // with steps.
    all.sort_by_key(|(capture, index, own)| {
        let is_found = own.iter().any(|entry| !entry.findings.is_empty());
        (!is_found, own.is_empty(), *capture, first_event(report, *index, own))
    });
    all.truncate(MOST_START_UPS);
    all.sort_by_key(|(capture, index, own)| (*capture, first_event(report, *index, own)));
    let told = all.into_iter().map(|(capture, index, own)| start_up(report, capture, index, own));
    let left_out = number.saturating_sub(MOST_START_UPS);
    let left_out = (left_out > 0).then(|| {
        format!("Told: {MOST_START_UPS} of {number} processes. `procmonkey analyze` has them all.")
    });
    (told.collect(), left_out)
}

fn first_event(report: &Report, process: Option<usize>, steps: &[&TimelineEntry]) -> u64 {
    let process = process.and_then(|index| report.processes.get(index));
    let first_step = steps.first().map(|entry| entry.event);
    process.map(|process| process.first_event).or(first_step).unwrap_or(0)
}

fn start_up(
    report: &Report,
    capture: usize,
    process_index: Option<usize>,
    steps: &[&TimelineEntry],
) -> ExplainedStartUp {
    let process = process_index.and_then(|index| report.processes.get(index));
    let spans = process.map(|process| process.phases.as_slice()).unwrap_or_default();
    let mut phases: Vec<ExplainedPhase> = Vec::new();
    for span in spans {
        phases.push(phase(report, process, span.phase, Some(span), steps));
    }
    // A process that was not asked for, and events that name none, have steps without spans.
    let others: BTreeSet<Phase> = steps.iter().map(|entry| entry.phase).collect();
    for other in others {
        if !spans.iter().any(|span| span.phase == other) {
            phases.push(phase(report, process, other, None, steps));
        }
    }
    phases.sort_by_key(|phase| phase.first_event);
    ExplainedStartUp {
        process_index,
        capture,
        heading: process
            .map_or_else(|| "Steps of a process that is not named".to_string(), start_heading),
        process: process.map_or_else(|| "A process that is not named".to_string(), process_name),
        shows_start: process.is_some_and(|process| process.starts.is_some()),
        about: process.map(about).unwrap_or_default(),
        phases,
    }
}

/// What the capture shows of the beginning and the end of a process.
fn about(process: &ProcessSummary) -> Vec<Statement> {
    let at = |text: String, event: u64| Statement::new(text).shown_by(process.capture, [event]);
    let name = process.name.as_deref().unwrap_or("The process");
    let start = match (process.starts, &process.started_by) {
        (Some(event), Some(parent)) => at(format!("{name} is started by {parent}."), event),
        (Some(event), None) => at(format!("{name} starts."), event),
        (None, _) => Statement::new(
            "Its start is not in the capture: what it did before its first event cannot be seen.",
        ),
    };
    let status = match process.exit_status {
        Some(status) => format!(" with status {status}"),
        None => String::new(),
    };
    let end = match process.exits {
        Some(event) => at(format!("It ends{status}."), event),
        None => Statement::new("Its end is not in the capture."),
    };
    vec![start, end]
}

/// A phase with its events: those of its span, or else those of its steps.
fn phase(
    report: &Report,
    process: Option<&ProcessSummary>,
    phase: Phase,
    span: Option<&PhaseSpan>,
    steps: &[&TimelineEntry],
) -> ExplainedPhase {
    let own: Vec<&TimelineEntry> =
        steps.iter().copied().filter(|entry| entry.phase == phase).collect();
    let of_steps: BTreeSet<u64> = own.iter().flat_map(|entry| events_of(entry)).collect();
    let (first, last) = (of_steps.first().copied(), of_steps.last().copied());
    let events = span.map_or(of_steps.len() as u64, |span| span.events);
    let first_event = span.map(|span| span.first_event).or(first).unwrap_or(0);
    let last_event = span.map(|span| span.last_event).or(last).unwrap_or(first_event);
    let (time, last_time) = match span {
        Some(span) => (span.time.as_deref(), span.last_time.as_deref()),
        None => (
            own.first().and_then(|entry| entry.time.as_deref()),
            own.last().and_then(|entry| entry.time.as_deref()),
        ),
    };
    let numbers = match first_event == last_event {
        true => format!("event {first_event}"),
        false => format!("{}, {first_event} to {last_event}", count(events, "event")),
    };
    let times = match time.zip(last_time) {
        Some((from, to)) if from == to => format!(", {}", clock_part(from)),
        Some((from, to)) => format!(", {} to {}", clock_part(from), clock_part(to)),
        None => String::new(),
    };
    let mut told: Vec<Statement> = general(process, phase, events).into_iter().collect();
    let (of_steps, told_left_out) = steps::told(report, &own);
    told.extend(of_steps);
    let mut whys = vec![why::of_phase(phase).to_string()];
    for text in own.iter().filter_map(|entry| why::of_step(entry)) {
        if !whys.iter().any(|known| known == text) {
            whys.push(text.to_string());
        }
    }
    ExplainedPhase {
        phase,
        name: sentence(phase.name()),
        events,
        first_event,
        last_event,
        span: format!("{numbers}{times}"),
        told,
        told_left_out,
        why: whys,
    }
}

/// What the events of a phase show together, beside its steps. It says no more than what marks
/// the phase.
fn general(process: Option<&ProcessSummary>, phase: Phase, events: u64) -> Option<Statement> {
    let starts = process.is_some_and(|process| process.starts.is_some());
    let text = match phase {
        Phase::Start if starts && events > 1 => {
            "Windows makes the process, and its first images are loaded."
        }
        Phase::Start if starts => "Windows makes the process.",
        Phase::Start => "Its first images are loaded.",
        Phase::Resources => "It looks for the file of its texts.",
        Phase::Inetsrv => "It works with files of System32\\inetsrv.",
        Phase::Configuration => {
            "It works with the metabase or its schema, or asks the registry where they are."
        }
        Phase::CryptoLoad => {
            "It works with the crypto provider: its registration, its policies, its DLL, or \
             MachineGuid."
        }
        Phase::KeyFiles => return None,
        Phase::Services => "It uses sockets or log files.",
        Phase::Exit => match process.and_then(|process| process.exits) {
            Some(_) => "The process ends.",
            None => "Threads of it end. The end of the process is not in the capture.",
        },
    };
    Some(Statement::new(text))
}
