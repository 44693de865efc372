//! How far a run is: a bar on a terminal, or lines of JSON on standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use procmonkey_parser::Progress;
use serde_json::{Value, json};

use crate::guard::{Guard, Guarded};
use crate::messages::Messages;

use super::entry::{Entry, SCHEMA_VERSION};
use super::plan::Task;
use super::record::Record;

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Where standard error is a terminal.
    Bar,
    Json,
}

/// Tells how far a run is. Any thread can use it.
pub(super) struct Reporter {
    form: Form,
    messages: Messages,
    bar: ProgressBar,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    files: u64,
    bytes: u64,
    /// How many tasks were begun.
    begun: u64,
    files_done: u64,
    bytes_done: u64,
    /// Bytes of captures that were read in this run, by which its rate is known.
    bytes_read: u64,
    skipped: u64,
    captures: u64,
    findings: u64,
    /// What is being read: how many bytes it has, and how many of them were read.
    running: Vec<Running>,
}

/// A task that is being done.
struct Running {
    number: u64,
    bytes: u64,
    progress: Progress,
}

impl Reporter {
    pub(super) fn new(form: Form, messages: Messages) -> Reporter {
        let shown = form == Form::Bar && messages.allows_progress() && io::stderr().is_terminal();
        let bar = match shown {
            true => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            false => ProgressBar::hidden(),
        };
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Reporter { form, messages, bar, began: Instant::now(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often [`Reporter::tick`] is called.
    pub(super) fn interval(&self) -> Duration {
        Duration::from_millis(if self.form == Form::Json { 1000 } else { 100 })
    }

    /// All tasks are known.
    pub(super) fn start(&self, tasks: &[Task]) {
        let mut state = self.state();
        state.files = tasks.iter().map(|task| task.files).sum();
        state.bytes = tasks.iter().map(|task| task.bytes).sum();
        self.bar.set_length(state.bytes);
        self.line("start", json!({"files": state.files, "bytes": state.bytes}));
    }

    /// A task was done by an earlier run.
    pub(super) fn skipped(&self, task: &Task, record: &Record) {
        for entry in record.entries.iter().filter(|it| it.status.is_judged()) {
            self.aside(format_args!("{}: done before", entry.path));
        }
        let mut state = self.state();
        state.skipped += record.entries.iter().filter(|it| it.status.is_judged()).count() as u64;
        state.add(task, record);
    }

    /// A task begins. What is read of it is to be added to the progress; the number ends it.
    pub(super) fn begin(&self, task: &Task) -> (u64, Progress) {
        let progress = Progress::default();
        let mut state = self.state();
        state.begun += 1;
        let number = state.begun;
        state.running.push(Running { number, bytes: task.bytes, progress: progress.clone() });
        (number, progress)
    }

    pub(super) fn done(
        &self,
        task: &Task,
        record: &Record,
        number: u64,
        why: Option<&'static str>,
    ) {
        for entry in &record.entries {
            self.aside(format_args!("{}", words(entry, why)));
            self.line(
                "file",
                json!({
                    "path": entry.path,
                    "member": entry.member,
                    "status": entry.status,
                    "findings_path": entry.findings_path,
                    "signatures": entry.signatures,
                    "again_because": why,
                }),
            );
        }
        let mut state = self.state();
        state.running.retain(|it| it.number != number);
        state.bytes_read += task.bytes;
        state.add(task, record);
    }

    /// Shows how far it is now.
    pub(super) fn tick(&self) {
        if self.form == Form::Bar && self.bar.is_hidden() {
            return;
        }
        let state = self.state();
        let running: u64 = state.running.iter().map(|it| it.progress.bytes().min(it.bytes)).sum();
        let done = state.bytes_done + running;
        self.bar.set_position(done);
        self.bar.set_message(format!(
            "{}/{} files, {} findings",
            state.files_done, state.files, state.findings
        ));
        let rate =
            (state.bytes_read + running) as f64 / self.began.elapsed().as_secs_f64().max(1e-3);
        let left = (rate > 0.0).then(|| state.bytes.saturating_sub(done) as f64 / rate);
        self.line(
            "progress",
            json!({
                "files_done": state.files_done,
                "files": state.files,
                "bytes_done": done,
                "bytes": state.bytes,
                "bytes_per_second": rate.round(),
                "seconds_left": left.map(f64::round),
                "captures": state.captures,
                "skipped": state.skipped,
                "findings": state.findings,
            }),
        );
    }

    /// How many captures were done before.
    pub(super) fn captures_skipped(&self) -> u64 {
        self.state().skipped
    }

    /// The run is over.
    pub(super) fn end(&self, summary: Value) {
        self.bar.finish_and_clear();
        self.line("end", summary);
    }

    /// Something that went wrong.
    pub(super) fn error(&self, text: impl std::fmt::Display) {
        match self.form {
            Form::Json => self.line("message", json!({"level": "error", "text": text.to_string()})),
            Form::Bar => self.bar.suspend(|| self.messages.error(text)),
        }
    }

    /// Something worth knowing.
    pub(super) fn note(&self, text: impl std::fmt::Display) {
        match self.form {
            Form::Json => self.line("message", json!({"level": "note", "text": text.to_string()})),
            Form::Bar => self.bar.suspend(|| self.messages.note(text)),
        }
    }

    /// A detail, for --verbose.
    pub(super) fn aside(&self, text: impl std::fmt::Display) {
        if self.messages >= Messages::All {
            self.note(text);
        }
    }

    /// A line of JSON, where these are wanted. Nobody can be told where standard error is closed.
    fn line(&self, kind: &str, line: Value) {
        if self.form != Form::Json {
            return;
        }
        let mut whole = json!({"type": kind, "schema_version": SCHEMA_VERSION});
        if let (Some(whole), Value::Object(mut line)) = (whole.as_object_mut(), line) {
            whole.append(&mut line);
        }
        let mut guarded = Guarded::new(Guard::Json);
        let _ = io::stderr().write_all(guarded.pass(format!("{whole}\n").as_bytes()));
    }
}

/// What came of a file, in words.
fn words(entry: &Entry, why: Option<&str>) -> String {
    let member = entry.member.as_deref().map_or(String::new(), |it| format!("/{it}"));
    let found: String = entry.signatures.iter().map(|it| format!(", {}", it.signature)).collect();
    let again = why.map_or(String::new(), |why| format!(" (done again: {why})"));
    format!("{}{member}: {}{found}{again}", entry.path, entry.status.name())
}

impl State {
    fn add(&mut self, task: &Task, record: &Record) {
        self.files_done += task.files;
        self.bytes_done += task.bytes;
        for entry in &record.entries {
            self.captures += u64::from(entry.status.is_judged());
            self.findings += entry.signatures.iter().map(|it| it.findings).sum::<u64>();
        }
    }
}
