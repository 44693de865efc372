//! The report on all files of the session.

use std::collections::VecDeque;

use procmonkey_analysis::report::CaptureRole;
use procmonkey_analysis::{Case, Explanation, Report};
use procmonkey_html::{MOST_ROWS, write_page, write_page_with_lesson};
use procmonkey_parser::{ReadAt, ReadOptions};
use serde::Serialize;
use serde_json::{Value, json};

use crate::case::{add_witness, keep_beside};
use crate::file::{File, Role};
use crate::job::{InTime, Job, OpenedCapture, World};
use crate::question::Choice;
use crate::read_on::{Found, ReadOn, unread_baseline};

/// The order in which the command line takes what is beside the captures.
const WITNESSES: [Role; 6] =
    [Role::Hive, Role::RegExport, Role::KeysDir, Role::EventLog, Role::DebugView, Role::Baseline];

/// Reads all files into a case.
#[derive(Debug)]
pub(crate) struct Analyze {
    case: Option<Case>,
    options: ReadOptions,
    /// The files that are still to be read.
    waiting: VecDeque<(Role, File)>,
    /// The files that count for the bytes that were read.
    all: Vec<File>,
    witnesses: Vec<String>,
    reading: Option<(Role, ReadOn)>,
    name: String,
    found: Found,
    captures: u64,
    has_lesson: bool,
    is_stopped: bool,
}

impl Analyze {
    /// Begins.
    ///
    /// # Errors
    /// When the question has an error in it, or there is no capture.
    pub(crate) fn begin(world: &World, choice: &Choice) -> Result<Analyze, String> {
        let options = choice.read_options(world.reading.clone());
        let case = choice.case_options().map_err(|error| error.to_string())?;
        let case = Case::new(case.keep_rows(choice.rows.unwrap_or(MOST_ROWS)));
        let counted = |file: &File| File { stored: file.stored.counted_anew(), ..file.clone() };
        let files: Vec<File> = world.files.iter().flatten().map(counted).collect();
        let of = |role: Role| {
            let own = files.iter().filter(move |file| file.role == Some(role));
            own.map(move |file| (role, file.clone()))
        };
        let mut waiting: VecDeque<_> = WITNESSES.into_iter().flat_map(of).collect();
        let is_text = |role: Role| role != Role::Baseline;
        let witnesses =
            waiting.iter().filter(|it| is_text(it.0)).map(|it| it.1.name.clone()).collect();
        waiting.extend(of(Role::Capture));
        if !waiting.iter().any(|(role, _)| *role == Role::Capture) {
            return Err("there is no capture among the files".to_string());
        }
        let all = waiting.iter().map(|(_, file)| file.clone()).collect();
        Ok(Analyze {
            case: Some(case),
            options,
            waiting,
            all,
            witnesses,
            reading: None,
            name: String::new(),
            found: Found::default(),
            captures: 0,
            has_lesson: choice.lesson,
            is_stopped: false,
        })
    }

    /// Takes the next file; true if there is one.
    fn next_file(&mut self, case: &mut Case) -> bool {
        let Some((role, file)) = self.waiting.pop_front() else { return false };
        self.name.clone_from(&file.name);
        let options = &self.options;
        let open = |role, options: &ReadOptions, witnesses: Vec<String>, case: &mut Case| {
            ReadOn::open(&file, role, options, witnesses, case)
        };
        let reading = match role {
            Role::Capture => {
                let options = keep_beside(options.clone());
                open(CaptureRole::Case, &options, self.witnesses.clone(), case)
            }
            Role::Baseline => open(CaptureRole::Baseline, options, Vec::new(), case),
            _ => {
                add_witness(&file, role, case);
                return true;
            }
        };
        match reading {
            Some(reading) => self.reading = Some((role, reading)),
            None if role == Role::Baseline => unread_baseline(case, &file.name),
            None => {}
        }
        true
    }

    fn close(&mut self, role: Role, reading: &ReadOn, case: &mut Case) {
        let found = reading.found();
        self.found.events += found.events;
        self.found.reads += found.reads;
        self.found.steps += found.steps;
        match role {
            Role::Capture => self.captures += reading.captures(),
            _ if reading.captures() == 0 => unread_baseline(case, &self.name),
            _ => {}
        }
    }

    fn answer(&self, case: Case, world: &World) -> Result<Value, String> {
        if self.captures == 0 {
            let unread = case.finish().inputs_unread;
            let errors: Vec<String> = unread.into_iter().map(|it| it.error).collect();
            return Err(format!("no capture could be read: {}", errors.join("; ")));
        }
        let (report, rows) = case.finish_with_rows();
        let mut page = Vec::new();
        let written = match self.has_lesson {
            false => write_page(&report, &rows, &mut page),
            true => {
                let lesson = Explanation::of(&report).with_lesson(&report);
                write_page_with_lesson(&report, &rows, &lesson, &mut page)
            }
        };
        written.map_err(|error| error.to_string())?;
        let verdict = json!(report.verdict);
        Ok(json!({
            "json": document(&report)?,
            "html": String::from_utf8(page).map_err(|error| error.to_string())?,
            "state": verdict["state"],
            "headline": report.verdict.headline,
            "lead": report.verdict.lead,
            "findings": report.findings.len(),
            "flagged": !report.findings.is_empty(),
            "captures": numbers(&report, world),
            "evidence": evidence(&report),
            "stopped": self.is_stopped,
        }))
    }
}

/// The numbers that the page knows, of the captures of the report in its order.
fn numbers(report: &Report, world: &World) -> Vec<Option<usize>> {
    let mut taken = vec![false; world.captures.len()];
    let mut number = |path: &str| {
        let is_it = |(number, it): &(usize, &OpenedCapture)| {
            it.name == path && !taken[*number] && world.file(it.file).is_ok()
        };
        let (found, _) = world.captures.iter().enumerate().find(is_it)?;
        taken[found] = true;
        Some(found)
    };
    report.captures.iter().map(|capture| number(&capture.path)).collect()
}

/// The events that findings stand on, by the number of the capture in the report.
fn evidence(report: &Report) -> Value {
    let one = |finding: &procmonkey_analysis::Finding| {
        let of = finding.evidence.iter();
        of.flat_map(|it| it.events.iter().map(|event| (it.capture, *event))).collect::<Vec<_>>()
    };
    let mut all: Vec<(usize, u64)> = report.findings.iter().flat_map(one).collect();
    all.sort_unstable();
    all.dedup();
    let (captures, events): (Vec<usize>, Vec<u64>) = all.into_iter().unzip();
    let names: Vec<&str> = report.captures.iter().map(|it| it.path.as_str()).collect();
    json!({ "captures": names, "capture": captures, "event": events })
}

/// A document as the command line writes it.
///
/// # Errors
/// When the value has no form in JSON.
pub(crate) fn document<T: Serialize>(value: &T) -> Result<String, String> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    text.push('\n');
    Ok(text)
}

impl Job for Analyze {
    fn step(&mut self, world: &mut World, in_time: InTime<'_>) -> Result<Option<Value>, String> {
        let Some(mut case) = self.case.take() else { return Err("it is done already".into()) };
        loop {
            if let Some((role, mut reading)) = self.reading.take() {
                let is_done = match self.is_stopped {
                    true => {
                        reading.end(&mut case);
                        true
                    }
                    false => reading.step(&mut case, in_time),
                };
                if !is_done {
                    self.reading = Some((role, reading));
                    break;
                }
                self.close(role, &reading, &mut case);
            }
            if self.is_stopped {
                for (role, file) in std::mem::take(&mut self.waiting) {
                    if role == Role::Capture {
                        case.unread_input(file.name, "reading was stopped before it");
                    }
                }
            }
            if !self.next_file(&mut case) {
                return self.answer(case, world).map(Some);
            }
            if self.reading.is_none() && !in_time() {
                break;
            }
        }
        self.case = Some(case);
        Ok(None)
    }

    fn progress(&self, _: &World) -> Value {
        let now = self.reading.as_ref().map_or(Found::default(), |(_, reading)| reading.found());
        let read = |file: &File| file.stored.bytes_read().min(file.stored.len());
        json!({
            "name": self.name,
            "bytes": self.all.iter().map(read).sum::<u64>(),
            "of": self.all.iter().map(|file| file.stored.len()).sum::<u64>(),
            "events": self.found.events + now.events,
            "found": {
                "reads": self.found.reads + now.reads,
                "steps": self.found.steps + now.steps,
            },
        })
    }

    fn stop(&mut self) {
        self.is_stopped = true;
    }

    fn is_alone(&self) -> bool {
        true
    }
}
