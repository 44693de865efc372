//! Goals, questions and answers for a class, made from what a capture shows.

use std::collections::BTreeSet;

use super::start_ups::steps_of;
use super::steps::{events_of, object};
use super::{ExplainedStartUp, Explanation, Statement};
use crate::container::empty_container_len;
use crate::guid::MachineGuid;
use crate::phase::Phase;
use crate::report::{ContainerSummary, Report, TimelineEntry, VerdictState};
use crate::step::Step;
use crate::words::{container_name, guid_name};

/// How many containers are asked about, each with a question of its own.
const MOST_CONTAINERS: usize = 3;

/// Learning goals, questions, and their answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Lesson {
    /// What one can do afterwards, a sentence each.
    pub goals: Vec<String>,
    /// The questions, those about the capture in front. A page shows the answers behind all of
    /// them.
    pub questions: Vec<Question>,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Question {
    /// The question.
    pub text: String,
    /// The answer, with the events that show it; none for a question that is not about the
    /// capture.
    pub answer: Statement,
}

/// What is asked whatever the capture shows, and its answers.
const GENERAL: [(&str, &str); 4] = [
    (
        "The Result of an event is BUFFER OVERFLOW. Did something fail?",
        "No. The program asked with a buffer that was too small, and the answer says how large it \
         has to be. Mostly it asks again at once.",
    ),
    (
        "An event is CreateFile with the result SUCCESS. Was a file made?",
        "That cannot be said from the operation: CreateFile opens files, too. OpenResult in Detail \
         says it: Opened, or Created.",
    ),
    (
        "A row that you expect is not in the capture. Does that prove that it did not happen?",
        "No. A filter may have left it out, or the capture began too late or ended too early. What \
         is not in a capture was not seen, and no more.",
    ),
    (
        "Why are the key files and the registry key copied before anything is changed?",
        "Because the copies are the way back. What was encrypted with a key can only be read with \
         this key, and the oldest key file may be the only one that there is.",
    ),
];

/// The lesson of a report and its explanation.
pub(super) fn of(report: &Report, explanation: &Explanation) -> Lesson {
    let main = main_start_up(report, explanation);
    let steps = main.map(|main| own_steps(report, main)).unwrap_or_default();
    let mut questions = Vec::new();
    if let Some(main) = main {
        questions.push(phases(explanation, main));
        questions.extend(machine_guid(report, main, &steps));
        questions.extend(containers(report, main, &steps));
        questions.extend(first_write(report, &steps));
    }
    questions.extend(several_guids(report));
    questions.extend(main.and_then(end));
    questions.extend(verdict(report));
    questions.extend(
        GENERAL.map(|(text, answer)| Question {
            text: text.to_string(),
            answer: Statement::new(answer),
        }),
    );
    Lesson { goals: goals(report, main, &steps), questions }
}

/// The start-up to ask about: one that something was found about, else one with steps.
fn main_start_up<'e>(
    report: &Report,
    explanation: &'e Explanation,
) -> Option<&'e ExplainedStartUp> {
    explanation.start_ups.iter().min_by_key(|start_up| {
        let steps = own_steps(report, start_up);
        let is_found = steps.iter().any(|entry| !entry.findings.is_empty());
        (!is_found, steps.is_empty(), !start_up.shows_start)
    })
}

fn own_steps<'r>(report: &'r Report, start_up: &ExplainedStartUp) -> Vec<&'r TimelineEntry> {
    let key = (start_up.capture, start_up.process_index);
    steps_of(report).remove(&key).unwrap_or_default()
}

fn goals(
    report: &Report,
    main: Option<&ExplainedStartUp>,
    steps: &[&TimelineEntry],
) -> Vec<String> {
    let mut goals = vec![
        "You can say of which parts the name of a key file is made, and where they come from."
            .to_string(),
    ];
    if let Some(main) = main {
        goals.push(format!("You can find the phases of {} in the capture.", main.process));
    }
    if steps.iter().any(|entry| entry.stem.is_none()) {
        goals.push(
            "You can find what a process does with MachineGuid, and link it to the key files."
                .to_string(),
        );
    }
    if steps.iter().any(|entry| entry.stem.is_some()) {
        goals.push(
            "You can tell from the events whether a key file was found, made, or refused."
                .to_string(),
        );
    }
    goals.push(match report.verdict.state {
        VerdictState::Broken | VerdictState::Suspect => {
            "You can say what the verdict rests on, and what the capture does not prove."
                .to_string()
        }
        VerdictState::NotJudged => {
            "You can say why this capture does not allow a verdict, and what to capture instead."
                .to_string()
        }
        VerdictState::Note | VerdictState::NothingKnown => {
            "You can say why a capture without a failure is not a proof that all is well."
                .to_string()
        }
    });
    goals
}

fn phases(explanation: &Explanation, main: &ExplainedStartUp) -> Question {
    let list: Vec<String> = main
        .phases
        .iter()
        .map(|phase| format!("{} ({})", phase.phase.name(), phase.first_event))
        .collect();
    let missing: Vec<&str> = Phase::ALL
        .into_iter()
        .filter(|phase| !main.phases.iter().any(|own| own.phase == *phase))
        .map(Phase::name)
        .collect();
    let not = match missing.is_empty() {
        true => String::new(),
        false => format!(" The capture has no event of: {}.", missing.join(", ")),
    };
    let of = match explanation.captures.len() {
        0 | 1 => String::new(),
        _ => format!(" in capture {}", main.capture + 1),
    };
    let events = main.phases.iter().map(|phase| phase.first_event);
    Question {
        text: format!(
            "Which phases of {} does the capture show, and in which event does each begin{of}?",
            main.process
        ),
        answer: Statement::new(format!("In this order: {}.{not}", list.join(", ")))
            .shown_by(main.capture, events),
    }
}

/// A GUID in full, with its letter.
fn whole(report: &Report, guid: &MachineGuid) -> String {
    match report.guid_signs.iter().find(|sign| sign.guid == *guid) {
        Some(sign) => format!("{guid} ({})", sign.letter),
        None => guid.to_string(),
    }
}

fn machine_guid(
    report: &Report,
    main: &ExplainedStartUp,
    steps: &[&TimelineEntry],
) -> Option<Question> {
    let of = |step: Step| steps.iter().find(|entry| entry.step == step);
    let (text, answer, entry) = if let Some(entry) = of(Step::GuidRead) {
        let value = entry.guid.as_ref().map(|guid| whole(report, guid));
        let read = report
            .machine_guid_reads
            .iter()
            .find(|read| read.capture == entry.capture && read.events.contains(&entry.event));
        let events = read.map_or(1, |read| read.events.len());
        let several = match events {
            0 | 1 => "",
            _ => " These events are one read: the length is asked for, then the value.",
        };
        (
            format!(
                "In which event does {} read MachineGuid, and which value is it?",
                main.process
            ),
            match value {
                Some(value) => format!("The value is {value}.{several}"),
                None => "The value is not in the capture.".to_string(),
            },
            entry,
        )
    } else {
        let entry = of(Step::GuidMissing)?;
        (
            format!("What happens when {} asks for MachineGuid?", main.process),
            format!("It is not there: the result is {}.", entry.result),
            entry,
        )
    };
    let events = events_of(entry);
    Some(Question { text, answer: Statement::new(answer).shown_by(entry.capture, events) })
}

/// Whether each of the first key files was found, made or refused.
fn containers(report: &Report, main: &ExplainedStartUp, steps: &[&TimelineEntry]) -> Vec<Question> {
    let mut files: Vec<&TimelineEntry> = Vec::new();
    for entry in steps.iter().filter(|entry| entry.stem.is_some()) {
        if !files.iter().any(|it| (&it.stem, &it.guid) == (&entry.stem, &entry.guid)) {
            files.push(entry);
        }
    }
    let question = |file: &&TimelineEntry| {
        let own: Vec<&TimelineEntry> = steps
            .iter()
            .copied()
            .filter(|it| (&it.stem, &it.guid) == (&file.stem, &file.guid))
            .collect();
        let (words, deciding) = deciding(&own)?;
        let events: BTreeSet<u64> = deciding.iter().flat_map(|entry| events_of(entry)).collect();
        Some(Question {
            text: format!(
                "Does {} find {}, make it, or is it refused? Which events decide it?",
                main.process,
                object(report, file)
            ),
            answer: Statement::new(words).shown_by(file.capture, events),
        })
    };
    files.iter().filter_map(question).take(MOST_CONTAINERS).collect()
}

/// What decides about a key file, and in which steps.
fn deciding<'r>(steps: &[&'r TimelineEntry]) -> Option<(String, Vec<&'r TimelineEntry>)> {
    let of = |wanted: &[Step]| -> Vec<&'r TimelineEntry> {
        steps.iter().copied().filter(|entry| wanted.contains(&entry.step)).collect()
    };
    let first = |list: &[&'r TimelineEntry]| -> Vec<&'r TimelineEntry> {
        list.iter().copied().take(1).collect()
    };
    let refused = of(&[Step::Denied, Step::SharingViolation, Step::Collision, Step::Failed]);
    let made = of(&[Step::Created]);
    let missed = of(&[Step::Probed]);
    let found = of(&[Step::Opened, Step::Read]);
    let gone = of(&[Step::Deleted, Step::Renamed]);
    let results = |list: &[&TimelineEntry]| -> String {
        let mut names: Vec<&str> = list.iter().map(|entry| entry.result.as_str()).collect();
        names.dedup();
        names.join(", ")
    };
    Some(if !refused.is_empty() {
        (format!("It is refused: {}.", results(&refused)), refused)
    } else if !made.is_empty() {
        let text = match missed.is_empty() {
            true => "It is made: OpenResult is Created.",
            false => "It is not found, and then made: OpenResult is Created.",
        };
        (text.to_string(), [first(&missed), first(&made)].concat())
    } else if !missed.is_empty() && found.is_empty() {
        ("It is not found, and not made.".to_string(), missed)
    } else if !found.is_empty() {
        ("It is found and opened.".to_string(), first(&found))
    } else if !gone.is_empty() {
        ("It is taken away: deleted or renamed.".to_string(), gone)
    } else {
        return None;
    })
}

/// Why a first write has its length.
fn first_write(report: &Report, steps: &[&TimelineEntry]) -> Option<Question> {
    let entry =
        steps.iter().find(|entry| entry.step == Step::Written && entry.is_empty_container())?;
    let (name, length) = (entry.container.as_deref()?, entry.length?);
    let letters = name.chars().count();
    (empty_container_len(name) == length).then(|| Question {
        text: format!(
            "The first write to {} has {length} bytes. How many keys are in it, and how do you know?",
            object(report, entry)
        ),
        answer: Statement::new(format!(
            "None. A container without keys has a header of 40 bytes, its name, and a zero byte: \
             40 + {letters} + 1 = {length}."
        ))
        .shown_by(entry.capture, [entry.event]),
    })
}

/// The containers whose files are seen under several values, or only under another than was read.
fn several_guids(report: &Report) -> Option<Question> {
    if report.guid_signs.len() < 2 {
        return None;
    }
    let seen = |container: &ContainerSummary| -> String {
        let names: Vec<String> = container
            .guids
            .iter()
            .filter(|seen| seen.exists)
            .map(|seen| guid_name(report, &seen.guid))
            .collect();
        names.join(" and ")
    };
    let shown: Vec<&ContainerSummary> = report
        .containers
        .iter()
        .filter(|container| container.guids.iter().any(|seen| seen.exists))
        .collect();
    if shown.is_empty() {
        return None;
    }
    let list: Vec<String> = shown
        .iter()
        .take(MOST_CONTAINERS * 2)
        .map(|container| format!("{} under {}", container_name(container), seen(container)))
        .collect();
    let more = shown.len().saturating_sub(MOST_CONTAINERS * 2);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let first = shown.first().and_then(|container| {
        let mut states = container.guids.iter().filter_map(|seen| seen.state);
        states.find_map(|state| state.capture)
    });
    let events: BTreeSet<u64> = shown
        .iter()
        .take(MOST_CONTAINERS * 2)
        .flat_map(|container| &container.guids)
        .filter_map(|seen| seen.state.filter(|state| seen.exists && state.capture == first))
        .filter_map(|state| state.event)
        .collect();
    let answer = Statement::new(format!("{}{more}.", list.join("; ")));
    Some(Question {
        text: "Under which values of MachineGuid does a file of each key container exist?"
            .to_string(),
        answer: match first {
            Some(capture) => answer.shown_by(capture, events),
            None => answer,
        },
    })
}

fn end(main: &ExplainedStartUp) -> Option<Question> {
    let exit = main.phases.iter().find(|phase| phase.phase == Phase::Exit)?;
    let end = main.about.iter().rfind(|said| !said.evidence.is_empty())?;
    let is_end = end.evidence.iter().any(|part| part.events.contains(&exit.last_event));
    is_end.then(|| Question {
        text: format!("In which event does {} end, and does the capture say why?", main.process),
        answer: Statement {
            text: format!(
                "{} The capture does not say why: Process Monitor shows what a process does, not \
                 what it decides. For a service, the System event log says more.",
                end.text
            ),
            ..end.clone()
        },
    })
}

/// What the verdict rests on, and what is not proved.
fn verdict(report: &Report) -> Vec<Question> {
    let verdict = &report.verdict;
    let mut questions = Vec::new();
    if verdict.state == VerdictState::NotJudged {
        let texts: Vec<&str> = verdict.missing.iter().map(|it| it.text.as_str()).collect();
        questions.push(Question {
            text: "Why does this capture allow no verdict? Is that a good sign?".to_string(),
            answer: Statement::new(format!(
                "{}. It is neither a good sign nor a bad one: what matters may be in what is not here.",
                crate::sentences::capitalised(&texts.join("; "))
            )),
        });
        return questions;
    }
    let places: Vec<(usize, u64)> =
        verdict.evidence.iter().filter_map(|row| row.capture.zip(row.event)).collect();
    if let Some((capture, _)) = places.first() {
        let events = places.iter().filter(|place| place.0 == *capture).map(|place| place.1);
        questions.push(Question {
            text: format!("Which events show this: {}?", verdict.headline),
            answer: Statement::new(
                verdict.evidence.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join("; ")
                    + ".",
            )
            .shown_by(*capture, events),
        });
    }
    if !verdict.does_not_show.is_empty() {
        questions.push(Question {
            text: "What does the capture not prove?".to_string(),
            answer: Statement::new(verdict.does_not_show.join(" ")),
        });
    }
    if verdict.state == VerdictState::NothingKnown {
        questions.push(Question {
            text: "Nothing was flagged. Is it proved that all is well?".to_string(),
            answer: Statement::new(
                "No. It is proved that these events show no failure that is known. What happens in \
                 memory, such as decrypting, is in no event.",
            ),
        });
    }
    questions
}
