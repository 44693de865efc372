//! One task: its captures are read, and the results written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use procmonkey_analysis::{CaseOptions, Report};
use procmonkey_export::{EntryStatus, entry_name};
use procmonkey_parser::{DateOrder, Error, Input, Progress, ReadOptions};

use crate::args::{FlagArgs, HashArgs, HashKind, Selection};
use crate::case_file::CaseFile;
use crate::digest;
use crate::exit;
use crate::judge::{Judged, Question, judge_capture};
use crate::messages::Messages;
use crate::render::report_as_json;
use crate::witnesses;

use super::entry::Entry;
use super::plan::{Task, Work};
use super::record::{Fingerprint, Record, Written};
use super::store::Store;
use super::{names, rows};

/// What all tasks of a run have in common.
pub(super) struct Common<'a> {
    pub(super) store: &'a Store,
    pub(super) read: ReadOptions,
    pub(super) case: CaseOptions,
    pub(super) flag: &'a FlagArgs,
    pub(super) hash: HashArgs,
    /// Which events are written, where they are.
    pub(super) events: Option<Selection>,
    /// The hash of the options.
    pub(super) options: String,
}

/// What is to be done of a task.
pub(super) enum State {
    Done(Record),
    /// With the reason, for one that was done before.
    ToDo(Option<&'static str>, Vec<Fingerprint>, bool),
}

impl Common<'_> {
    /// Whether a task is done.
    pub(super) fn state(&self, task: &Task) -> State {
        let (mut inputs, mut is_certain) = (Vec::new(), true);
        let mut add = |fingerprint: std::io::Result<Fingerprint>| match fingerprint {
            Ok(fingerprint) => inputs.push(fingerprint),
            Err(_) => is_certain = false,
        };
        match &task.work {
            Work::Files(files) => {
                files.iter().for_each(|file| add(Fingerprint::of_capture(&file.path)));
            }
            Work::Members(file, _) => add(Fingerprint::of_capture(&file.path)),
            Work::Case(_, case) => {
                case.captures.iter().for_each(|path| add(Fingerprint::of_capture(path)));
            }
        }
        task.others.iter().for_each(|path| add(Fingerprint::of_other(path)));
        let record = Record::load(self.store, &task.record);
        let why = record.as_ref().map(|it| it.why_again(&self.options, &inputs, self.store));
        match (record, why) {
            (Some(record), Some(None)) if is_certain => State::Done(record),
            (_, why) => State::ToDo(why.flatten(), inputs, is_certain),
        }
    }

    /// Does a task, and notes that it is done.
    ///
    /// # Errors
    /// When the results cannot be written.
    pub(super) fn work(
        &self,
        task: &Task,
        inputs: Vec<Fingerprint>,
        is_certain: bool,
        progress: &Progress,
    ) -> anyhow::Result<Record> {
        Record::forget(self.store, &task.record)?;
        let read = self.read.clone().progress(progress.clone());
        let mut doing = Doing {
            common: self,
            task,
            read,
            entries: Vec::new(),
            outputs: Vec::new(),
            is_to_repeat: !is_certain,
        };
        match &task.work {
            Work::Files(files) => {
                let mut parts: HashSet<PathBuf> = HashSet::new();
                for file in files {
                    if parts.contains(&file.path) {
                        continue;
                    }
                    let later = doing.file(&file.path, &file.key, file.bytes, None)?;
                    parts.extend(later);
                }
            }
            Work::Members(file, members) => {
                let places = Some((members.start, members.len()));
                doing.file(&file.path, &file.key, file.bytes, places)?;
            }
            Work::Case(found, case) => doing.case(case, &found.key)?,
        }
        let record = Record {
            version: env!("CARGO_PKG_VERSION").to_string(),
            options: self.options.clone(),
            inputs,
            outputs: doing.outputs,
            is_to_repeat: doing.is_to_repeat,
            entries: doing.entries,
        };
        record.save(self.store, &task.record)?;
        Ok(record)
    }

    /// What is noted of a task at which the program has failed.
    pub(super) fn failed(&self, task: &Task) -> Record {
        let path = match &task.work {
            Work::Files(files) => files.first().map(|file| file.path.clone()),
            Work::Members(file, _) | Work::Case(file, _) => Some(file.path.clone()),
        };
        let path = path.unwrap_or_default().display().to_string();
        let error = format!("{path}: the program failed at it, which is a fault of the program");
        let entry = Entry::new(path, EntryStatus::Failed, &self.options);
        Record {
            version: env!("CARGO_PKG_VERSION").to_string(),
            options: self.options.clone(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            is_to_repeat: true,
            entries: vec![Entry { error: Some(error), ..entry }],
        }
    }
}

/// A task while it is done.
struct Doing<'a> {
    common: &'a Common<'a>,
    task: &'a Task,
    read: ReadOptions,
    entries: Vec<Entry>,
    outputs: Vec<Written>,
    is_to_repeat: bool,
}

impl Doing<'_> {
    /// Reads a file, or so many members of an archive from one on. Gives back the later parts that
    /// were read with it.
    fn file(
        &mut self,
        path: &Path,
        key: &[u8],
        bytes: u64,
        members: Option<(usize, usize)>,
    ) -> anyhow::Result<Vec<PathBuf>> {
        let shown = path.display().to_string();
        let input_options = witnesses::keep_beside(&self.task.witnesses, self.read.clone());
        let mut input = match Input::open(path, &input_options) {
            Ok(input) => input,
            Err(error) => {
                self.fail(&shown, None, bytes, &error);
                return Ok(Vec::new());
            }
        };
        let names = input.members();
        let later = input.later_parts().to_vec();
        let (first, count) = members.unwrap_or((0, usize::MAX));
        input.pass_over_captures(first);
        let stored = match self.common.hash.hash {
            Some(HashKind::Sha256) => self.stored_files(path, &later),
            None => Vec::new(),
        };
        let mut place = first;
        while place - first < count
            && let Some(capture) = input.next_capture()
        {
            let member = names.get(place).map(String::as_str);
            place += 1;
            let mut capture = match capture {
                Ok(capture) => capture,
                Err(error) => {
                    self.fail(&shown, member, bytes, &error);
                    continue;
                }
            };
            let case = self.common.case.clone();
            let mut judged = judge_capture(&mut capture, &self.task.witnesses, &self.read, case)?;
            for summary in &mut judged.report.captures {
                if summary.role == procmonkey_analysis::report::CaptureRole::Case {
                    summary.stored_files.clone_from(&stored);
                }
            }
            let order = capture.clock().date_order();
            drop(capture);
            let mut entry = self.entry(&shown, &judged, Some(bytes));
            entry.member = member.map(str::to_string);
            let stem = entry_name(entry.capture_id.as_deref(), key, member);
            self.write_report(&stem, &judged.report, &mut entry)?;
            if self.common.events.is_some() {
                let name = names::of_events(&stem, &judged.report);
                let place = members_place(&names, place - 1);
                self.write_events(&name, path, place, order)?;
                entry.events_path = Some(name);
            }
            self.entries.push(entry);
        }
        if place == first && names.is_empty() && !self.entries.iter().any(|it| it.path == shown) {
            let entry = Entry::new(shown.clone(), EntryStatus::Unreadable, &self.common.options);
            let error = Some(format!("{shown}: the archive has no file in it"));
            self.entries.push(Entry { error, bytes: Some(bytes), ..entry });
        }
        for part in &later {
            let entry =
                Entry::new(part.display().to_string(), EntryStatus::Part, &self.common.options);
            let bytes = part.metadata().ok().map(|it| it.len());
            self.entries.push(Entry { bytes, belongs_to: Some(shown.clone()), ..entry });
        }
        Ok(later)
    }

    fn case(&mut self, case: &CaseFile, key: &[u8]) -> anyhow::Result<()> {
        let shown = case.path.display().to_string();
        let options = self.read.clone();
        let question = Question {
            inputs: &case.captures,
            witnesses: &self.task.witnesses,
            hash: self.common.hash,
            input_options: witnesses::keep_beside(&self.task.witnesses, options.clone()),
            options,
            case: self.common.case.clone(),
        };
        let mut entry = match question.judge(Messages::Nothing)? {
            Some(judged) => {
                let mut entry = self.entry(&shown, &judged, None);
                let stem = entry_name(entry.capture_id.as_deref(), key, None);
                self.write_report(&stem, &judged.report, &mut entry)?;
                entry
            }
            None => {
                self.is_to_repeat = true;
                let entry =
                    Entry::new(shown.clone(), EntryStatus::Unreadable, &self.common.options);
                let error = Some(format!("{shown}: no capture of the case could be read"));
                Entry { error, ..entry }
            }
        };
        let names = |paths: &[PathBuf]| paths.iter().map(|it| it.display().to_string()).collect();
        entry.captures = names(&case.captures);
        let beside: Vec<_> = case.baseline.iter().chain(case.witnesses()).cloned().collect();
        entry.witnesses = names(&beside);
        self.entries.push(entry);
        for path in case.named() {
            let own = path.display().to_string();
            let entry = Entry::new(own.clone(), EntryStatus::InCase, &self.common.options);
            let metadata = path.metadata().ok().filter(|it| it.is_file());
            let bytes = metadata.map(|it| it.len());
            self.entries.push(Entry { bytes, belongs_to: Some(shown.clone()), ..entry });
        }
        if self.common.events.is_some() {
            for path in &case.captures {
                self.events_of_case(path, key)?;
            }
        }
        Ok(())
    }

    /// Writes the events of each capture in a file of a case.
    fn events_of_case(&mut self, path: &Path, key: &[u8]) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        let Ok(mut input) = Input::open(path, &self.read) else { return Ok(()) };
        let names = input.members();
        let mut place = 0;
        while let Some(capture) = input.next_capture() {
            place += 1;
            let Ok(mut capture) = capture else { continue };
            let case = CaseOptions::new();
            let none = crate::args::WitnessArgs::default();
            let judged = judge_capture(&mut capture, &none, &self.read, case)?;
            let order = capture.clock().date_order();
            let id = capture.id().map(ToString::to_string);
            drop(capture);
            let own = format!("{shown}/{}", names.get(place - 1).map_or("", String::as_str));
            let stem = entry_name(id.as_deref(), key, Some(&own));
            let name = names::of_events(&stem, &judged.report);
            self.write_events(&name, path, members_place(&names, place - 1), order)?;
            if let Some(entry) = self.entries.iter_mut().find(|it| it.path == shown) {
                entry.events_path.get_or_insert(name);
            }
        }
        Ok(())
    }

    /// What is known of a capture by its report.
    fn entry(&self, shown: &str, judged: &Judged, bytes: Option<u64>) -> Entry {
        let Judged { report, read, unread_witnesses, .. } = judged;
        let exit = exit::of_report(report, self.common.flag, *read, *unread_witnesses);
        let mut entry = Entry::new(shown.to_string(), EntryStatus::Read, &self.common.options);
        entry.set_report(report, exit);
        entry.bytes = bytes;
        entry.witnesses.clone_from(&self.task.beside);
        entry
    }

    fn write_report(
        &mut self,
        stem: &str,
        report: &Report,
        entry: &mut Entry,
    ) -> anyhow::Result<()> {
        let name = names::of_findings(stem);
        let write = |output: &mut _| Ok(report_as_json(report, output)?);
        let bytes = self.common.store.write(&name, write)?;
        self.outputs.push(Written { path: name.clone(), bytes });
        entry.findings_path = Some(name);
        Ok(())
    }

    fn write_events(
        &mut self,
        name: &str,
        path: &Path,
        place: Option<usize>,
        order: Option<DateOrder>,
    ) -> anyhow::Result<()> {
        let Some(selection) = &self.common.events else { return Ok(()) };
        let options = match order {
            Some(order) => self.read.clone().date_order(order),
            None => self.read.clone(),
        };
        let target = self.common.store.make_place(name)?;
        rows::write(&target, (path, place), &options, selection)?;
        let bytes = self.common.store.length(name)?;
        self.outputs.push(Written { path: name.to_string(), bytes });
        Ok(())
    }

    fn fail(&mut self, shown: &str, member: Option<&str>, bytes: u64, error: &Error) {
        let status = EntryStatus::of_error(error, member.is_none().then_some(bytes));
        self.is_to_repeat |= status.may_pass() || error.is_io();
        let cause = std::error::Error::source(error);
        let text = cause.map_or(error.to_string(), |cause| format!("{error}: {cause}"));
        let mut entry = Entry::new(shown.to_string(), status, &self.common.options);
        entry.member = member.map(str::to_string);
        entry.bytes = Some(bytes);
        entry.error = Some(text);
        self.entries.push(entry);
    }

    /// The digests of the files of a capture; one that cannot be read has none.
    fn stored_files(
        &mut self,
        path: &Path,
        later: &[PathBuf],
    ) -> Vec<procmonkey_analysis::report::StoredFile> {
        let mut stored = Vec::new();
        for path in std::iter::once(path).chain(later.iter().map(PathBuf::as_path)) {
            match digest::of_file(path) {
                Ok(file) => stored.push(file),
                Err(_) => self.is_to_repeat = true,
            }
        }
        stored
    }
}

/// The place of a member, for an input that is an archive.
fn members_place(names: &[String], place: usize) -> Option<usize> {
    (!names.is_empty()).then_some(place)
}
