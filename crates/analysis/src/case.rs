//! A case: one capture, or several that belong together.

use std::collections::HashMap;

use procmonkey_parser::{
    Capture, Clock, Column, Error, Event, EventTime, Filter, Interest, Rule, TICKS_PER_SECOND,
    TimeQuality, Timestamp, Verdict,
};

use crate::container::{Names, empty_container_len};
use crate::facts::Facts;
use crate::guid::MachineGuid;
use crate::phase::PhaseSpan;
use crate::report::{
    CaptureRole, CaptureSummary, ContainerGuid, ContainerSummary, GuidRead, InEffect,
    KeyFileSummary, Link, LossSummary, ProcessCount, ProcessSummary, Relation, Report,
    SCHEMA_VERSION, TimelineEntry,
};
use crate::signature::find_all;
use crate::step::Step;
use crate::touches::Touches;
use crate::trace::{
    FileState, Processes, RawStep, Subject, Trace, installed_interest, trace_interest,
};
use crate::verdict::CaseVerdict;
use crate::witness::placing::CaptureClock;
use crate::witness::{Unsorted, Witness, add_sightings};

/// What to look for, and what is known beforehand.
///
/// ```
/// use procmonkey_analysis::{CaseOptions, MachineGuid, Processes};
///
/// let options = CaseOptions::new()
///     .processes(Processes::named(["w3wp.exe"]))
///     .machine_guid(MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1"));
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
pub struct CaseOptions {
    processes: Processes,
    filter: Filter,
    names: Names,
    machine_guid: Option<MachineGuid>,
}

impl CaseOptions {
    /// Follows `inetinfo.exe`, takes every event, knows the known containers.
    pub fn new() -> CaseOptions {
        CaseOptions::default()
    }

    /// The processes to follow.
    pub fn processes(self, processes: Processes) -> CaseOptions {
        CaseOptions { processes, ..self }
    }

    /// The events to look at; others are counted and passed over.
    pub fn filter(self, filter: Filter) -> CaseOptions {
        CaseOptions { filter, ..self }
    }

    /// The container names that can be told from a stem.
    pub fn names(self, names: Names) -> CaseOptions {
        CaseOptions { names, ..self }
    }

    /// The MachineGuid that the computer should have.
    pub fn machine_guid(self, guid: MachineGuid) -> CaseOptions {
        CaseOptions { machine_guid: Some(guid), ..self }
    }

    /// The events that say anything. Where the filter cannot decide on some, every
    /// event is asked about, because those are counted.
    fn wanted(&self) -> Wanted {
        const TIMES: [Column; 4] =
            [Column::TimeOfDay, Column::CompletionTime, Column::DateAndTime, Column::ProcessStart];
        let asks_for_time = |rule: &Rule| TIMES.contains(&rule.column());
        if self.filter.rules().iter().any(asks_for_time) {
            return Wanted::everything();
        }
        Wanted {
            first: trace_interest(&self.processes),
            installed: installed_interest(&self.processes),
        }
    }
}

/// The events that are asked for while a capture is read.
struct Wanted {
    first: Interest,
    /// From when on an installer was seen.
    installed: Interest,
}

impl Wanted {
    fn everything() -> Wanted {
        Wanted { first: Interest::everything(), installed: Interest::everything() }
    }
}

/// Reads captures one after the other and ends with a [`Report`].
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions};
/// use procmonkey_analysis::parser::{Input, ReadOptions};
///
/// let text = "Event Class: Registry\n\
///             Operation: RegQueryValue\n\
///             Result: SUCCESS\n\
///             Path: HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid\n\
///             Type: REG_SZ\n\
///             Length: 74\n\
///             \n\
///             Data: 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n";
/// let mut case = Case::new(CaseOptions::new());
/// let mut input = Input::from_reader("ticket.txt", text.as_bytes(), &ReadOptions::new())?;
/// while let Some(capture) = input.next_capture() {
///     case.read(&mut capture?)?;
/// }
/// let report = case.finish();
/// assert_eq!(report.machine_guid_reads[0].value.short(), "4f6c1d2e");
/// assert_eq!(report.findings[0].signature, "MK-14");
/// # Ok::<(), procmonkey_analysis::parser::Error>(())
/// ```
#[derive(Debug)]
pub struct Case {
    options: CaseOptions,
    report: Report,
    installing: Vec<Vec<u64>>,
    clocks: Vec<CaptureClock>,
    witnesses: Unsorted,
}

impl Case {
    /// An empty case.
    pub fn new(options: CaseOptions) -> Case {
        let report = Report {
            schema_version: SCHEMA_VERSION,
            tool: format!("procmonkey {}", env!("CARGO_PKG_VERSION")),
            processes_asked: options.processes.names().to_vec(),
            captures: Vec::new(),
            processes: Vec::new(),
            machine_guid_reads: Vec::new(),
            timeline: Vec::new(),
            key_files: Vec::new(),
            containers: Vec::new(),
            touches: Touches::default(),
            witnesses: Vec::new(),
            witnesses_left_out: 0,
            findings: Vec::new(),
            verdict: CaseVerdict::default(),
        };
        Case {
            options,
            report,
            installing: Vec::new(),
            clocks: Vec::new(),
            witnesses: Unsorted::default(),
        }
    }

    /// Adds what something beside the captures tells of the computer. A MachineGuid
    /// of its registry counts for the captures that are read afterwards, so witnesses
    /// come first.
    ///
    /// ```
    /// use procmonkey_analysis::{Case, CaseOptions, HostMachineGuid, MachineGuid, Witness};
    ///
    /// let mut case = Case::new(CaseOptions::new());
    /// let guid = MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1");
    /// case.witness(Witness::MachineGuid(HostMachineGuid::new(guid, "hive SOFTWARE")));
    /// assert_eq!(case.finish().witnesses.len(), 1);
    /// ```
    pub fn witness(&mut self, witness: Witness) {
        self.witnesses.add(witness);
    }

    /// Reads a capture from when all was well, as [`Case::read`] does. It bears
    /// witness to keys and GUIDs of that time, and is not judged itself.
    ///
    /// # Errors
    /// As [`Case::read`].
    pub fn read_baseline(&mut self, capture: &mut Capture<'_>) -> Result<(), Error> {
        let wanted = self.options.wanted();
        self.read_as(CaptureRole::Baseline, capture, &wanted, |_| {})
    }

    /// Reads a capture to its end and adds it to the case.
    ///
    /// # Errors
    /// When the capture cannot be read further; what was read until then is part
    /// of the case.
    pub fn read(&mut self, capture: &mut Capture<'_>) -> Result<(), Error> {
        let wanted = self.options.wanted();
        self.read_as(CaptureRole::Case, capture, &wanted, |_| {})
    }

    /// As [`Case::read`], and shows each event that the filter lets through, whoever
    /// did it, to `each`: for what is made of a capture beside its report.
    ///
    /// # Errors
    /// As [`Case::read`].
    pub fn read_with(
        &mut self,
        capture: &mut Capture<'_>,
        each: impl FnMut(&Event),
    ) -> Result<(), Error> {
        self.read_as(CaptureRole::Case, capture, &Wanted::everything(), each)
    }

    fn read_as(
        &mut self,
        role: CaptureRole,
        capture: &mut Capture<'_>,
        wanted: &Wanted,
        mut each: impl FnMut(&Event),
    ) -> Result<(), Error> {
        let mut trace = Trace::new(&self.options.names);
        let mut counts = Counts::default();
        let mut event = Event::default();
        let outcome = loop {
            let interest = match trace.installing.is_empty() {
                true => &wanted.first,
                false => &wanted.installed,
            };
            match capture.read_event_of(interest, &mut event) {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
            match self.options.filter.matches(&event, capture.clock()) {
                Verdict::Included => {}
                Verdict::Excluded => continue,
                Verdict::Undecidable => {
                    counts.undecided += 1;
                    continue;
                }
            }
            each(&event);
            let subject = self.options.processes.subject(&event);
            counts.kept += u64::from(subject == Subject::Followed);
            trace.observe(&event, subject);
        };
        let ended = Ended {
            index: self.report.captures.len(),
            clock: capture.clock(),
            given: self.options.machine_guid.as_ref(),
            registry: self.witnesses.machine_guid(),
            names: &self.options.names,
        };
        let mut summary = counts.summary(capture, &trace, &self.options);
        summary.role = role;
        summary.remarks.extend(trace.touches.remark());
        self.clocks.push(CaptureClock {
            clock: capture.clock().clone(),
            span: ended
                .resolve(capture.clock().first_time())
                .zip(ended.resolve(capture.clock().last_time())),
            steps: ended.moments(&trace),
        });
        ended.add(&trace, &mut self.report);
        let process_base = self.report.processes.len() - trace.instances.list().len();
        let log = std::mem::take(&mut trace.touches);
        self.report.touches.add(log, ended.index, process_base, capture.clock());
        self.installing.push(trace.installing);
        self.report.captures.push(summary);
        outcome
    }

    /// Draws the conclusions.
    pub fn finish(mut self) -> Report {
        self.report.containers = containers(&self.report, &self.options.names);
        let failures = self.witnesses.sort(&self.clocks, &mut self.report);
        add_sightings(&mut self.report, &self.options.names);
        let given = self.options.machine_guid.as_ref();
        let facts = Facts::new(&self.report, &self.installing, given, &failures);
        let findings = find_all(&facts);
        self.report.findings = findings;
        self.report.verdict = CaseVerdict::of(&self.report);
        self.report
    }
}

/// What is counted while a capture is read.
#[derive(Debug, Default)]
struct Counts {
    kept: u64,
    undecided: u64,
}

impl Counts {
    fn summary(
        &self,
        capture: &Capture<'_>,
        trace: &Trace<'_>,
        options: &CaseOptions,
    ) -> CaptureSummary {
        let clock = capture.clock();
        let (first, last) = (clock.first_time(), clock.last_time());
        let processes: Vec<ProcessCount> = capture
            .events_by_process()
            .into_iter()
            .map(|(name, events)| ProcessCount { name, events })
            .collect();
        let text = |time: Option<EventTime>| Some(clock.resolve(&time?)?.to_string());
        let quality =
            |time: Option<EventTime>| time.map_or(TimeQuality::OrderOnly, |t| clock.quality(&t));
        let quality = quality(first).min(quality(last));
        CaptureSummary {
            path: capture.name().to_string(),
            role: CaptureRole::Case,
            format: capture.format().name(),
            columns: capture.columns().names().map(str::to_string).collect(),
            events_read: capture.events_read(),
            events_kept: self.kept,
            events_undecided: self.undecided,
            first_time: text(first),
            last_time: text(last),
            time_quality: quality.name(),
            losses: LossSummary::of(capture.losses()),
            remarks: crate::remarks::of(
                capture,
                &processes,
                (self.kept, self.undecided),
                &options.processes,
                &options.filter,
            ),
            processes,
            guid_reads_without_value: trace.reads_without_value(),
        }
    }
}

/// A capture that was read to its end: its times can be told now.
struct Ended<'c> {
    index: usize,
    clock: &'c Clock,
    given: Option<&'c MachineGuid>,
    registry: Option<&'c MachineGuid>,
    names: &'c Names,
}

impl Ended<'_> {
    /// Adds what the capture has shown to the report.
    fn add(&self, trace: &Trace<'_>, report: &mut Report) {
        let (process_base, read_base) = (report.processes.len(), report.machine_guid_reads.len());
        for instance in trace.instances.list() {
            let mut spans = instance.spans.clone();
            spans.sort_by_key(|span| (span.first, span.phase));
            report.processes.push(ProcessSummary {
                capture: self.index,
                name: instance.name.clone(),
                pid: instance.pid,
                account: instance.account.clone(),
                first_event: instance.first,
                last_event: instance.last,
                events: instance.events,
                phases: spans
                    .iter()
                    .map(|span| PhaseSpan {
                        phase: span.phase,
                        first_event: span.first,
                        last_event: span.last,
                        events: span.events,
                        time: self.text(&span.first_time),
                    })
                    .collect(),
            });
        }
        for read in &trace.reads {
            report.machine_guid_reads.push(GuidRead {
                capture: self.index,
                process_index: read.actor.instance.map(|instance| process_base + instance),
                process: read.actor.process.clone(),
                pid: read.actor.pid,
                tid: read.actor.tid,
                events: read.events.clone(),
                value: read.value.clone(),
                view: read.view,
                full_chain: read.full_chain,
                time: self.text(&read.actor.time),
                time_quality: self.clock.quality(&read.actor.time).name(),
            });
        }
        let mut steps: Vec<&RawStep> = trace.steps.iter().collect();
        steps.sort_by_key(|step| step.actor.event);
        let mut before: Option<Timestamp> = None;
        for step in steps {
            let time = self.clock.resolve(&step.actor.time);
            let delta = seconds_between(before, time);
            before = time.or(before);
            let entry = self.entry(step, time, delta, trace, (process_base, read_base));
            report.timeline.push(entry);
        }
        for file in trace.files.list_all() {
            let summary = self.key_file(file, trace, report);
            report.key_files.push(summary);
        }
    }

    fn resolve(&self, time: Option<EventTime>) -> Option<Timestamp> {
        self.clock.resolve(&time?)
    }

    /// When each step was, where that is known.
    fn moments(&self, trace: &Trace<'_>) -> Vec<(u64, Timestamp)> {
        let mut moments: Vec<(u64, Timestamp)> = trace
            .steps
            .iter()
            .filter_map(|step| Some((step.actor.event, self.clock.resolve(&step.actor.time)?)))
            .collect();
        moments.sort_by_key(|(event, _)| *event);
        moments
    }

    fn text(&self, time: &EventTime) -> Option<String> {
        self.clock.resolve(time).map(|time| time.to_string())
    }

    /// The MachineGuid in effect where a process has read `own` last: that
    /// value, else the only one that the capture shows, else the given one, else the
    /// one of the registry.
    fn in_effect(
        &self,
        own: Option<&MachineGuid>,
        trace: &Trace<'_>,
    ) -> Option<(InEffect, MachineGuid)> {
        if let Some(own) = own {
            return Some((InEffect::ProcessRead, own.clone()));
        }
        match (&trace.values[..], self.given, self.registry) {
            ([only], _, _) => Some((InEffect::OnlyValue, only.clone())),
            (_, Some(given), _) => Some((InEffect::Given, given.clone())),
            (_, None, Some(registry)) => Some((InEffect::Registry, registry.clone())),
            _ => None,
        }
    }

    fn entry(
        &self,
        step: &RawStep,
        time: Option<Timestamp>,
        delta: Option<f64>,
        trace: &Trace<'_>,
        (process_base, read_base): (usize, usize),
    ) -> TimelineEntry {
        let file = step.file.and_then(|index| trace.files.list_all().get(index));
        let effect = file.and_then(|_| self.in_effect(step.process_guid.as_ref(), trace));
        let relation = file.map(|file| relation(&file.file.guid, effect.as_ref().map(|e| &e.1)));
        let link = step.link.map(|(read, via)| Link {
            read: read_base + read,
            via,
            elapsed_seconds: seconds_between(
                trace.reads.get(read).and_then(|read| self.clock.resolve(&read.actor.time)),
                time,
            ),
        });
        TimelineEntry {
            capture: self.index,
            event: step.actor.event,
            time: time.map(|time| time.to_string()),
            time_text: step.actor.time_text.clone(),
            time_quality: self.clock.quality(&step.actor.time).name(),
            delta_seconds: delta,
            process_index: step.actor.instance.map(|instance| process_base + instance),
            process: step.actor.process.clone(),
            pid: step.actor.pid,
            tid: step.actor.tid,
            phase: step.phase,
            step: step.step,
            path: step.path.clone(),
            result: step.result.clone(),
            guid: step.guid.clone(),
            relation,
            in_effect: effect.map(|effect| effect.0),
            folder: file.map(|file| file.file.folder),
            stem: file.map(|file| file.file.stem.clone()),
            container: file.and_then(|file| self.name_of(&file.file.stem)),
            offset: step.offset,
            length: step.length,
            new_path: step.new_path.clone(),
            note: step.note.clone(),
            link,
        }
    }

    fn name_of(&self, stem: &str) -> Option<String> {
        self.names.find(stem).map(|found| found.name.clone())
    }

    fn key_file(&self, state: &FileState, trace: &Trace<'_>, report: &Report) -> KeyFileSummary {
        let used = report.timeline.iter().rev().find(|entry| {
            entry.capture == self.index
                && entry.stem.as_deref() == Some(&state.file.stem)
                && entry.guid.as_ref() == Some(&state.file.guid)
        });
        // A file that was only listed is compared with what the capture shows last.
        let last_read = trace.reads.last().map(|read| &read.value);
        let relation = match used.and_then(|entry| entry.relation) {
            Some(relation) => relation,
            None => {
                let effect = self.in_effect(last_read, trace);
                relation(&state.file.guid, effect.as_ref().map(|effect| &effect.1))
            }
        };
        let container = self.name_of(&state.file.stem);
        let empty_len = container.as_deref().map(empty_container_len);
        KeyFileSummary {
            capture: self.index,
            path: state.path.clone(),
            folder: state.file.folder,
            stem: state.file.stem.clone(),
            guid: state.file.guid.clone(),
            relation,
            first_event: state.first,
            last_event: state.last,
            created: state.created.is_some(),
            created_by: state.created.map(|created| created.0),
            created_event: state.created.map(|created| created.1),
            first_write_length: state.first_write,
            first_write_is_empty_container: state
                .first_write
                .and_then(|length| empty_len.map(|empty| empty == length)),
            exists: state.exists,
            listed_by: state.listed_by.clone(),
            steps: state.steps.clone(),
            container,
        }
    }
}

fn relation(guid: &MachineGuid, in_effect: Option<&MachineGuid>) -> Relation {
    match in_effect {
        Some(current) if current == guid => Relation::Current,
        Some(_) => Relation::Other,
        None => Relation::Unknown,
    }
}

fn seconds_between(earlier: Option<Timestamp>, later: Option<Timestamp>) -> Option<f64> {
    let ticks = later?.ticks_since(earlier?)?;
    Some(ticks as f64 / TICKS_PER_SECOND as f64)
}

/// The containers behind all key files of the case, in the order in which they
/// are first seen.
fn containers(report: &Report, names: &Names) -> Vec<ContainerSummary> {
    let mut containers: Vec<ContainerSummary> = Vec::new();
    let mut places: HashMap<(String, crate::Provider), usize> = HashMap::new();
    for file in &report.key_files {
        let key = (file.stem.clone(), file.folder.provider);
        let place = *places.entry(key).or_insert_with(|| {
            let (stem, provider) = (&file.stem, file.folder.provider);
            containers.push(ContainerSummary::new(stem, provider, names.find(stem)));
            containers.len() - 1
        });
        let guids = &mut containers[place].guids;
        match guids.iter_mut().find(|seen| seen.guid == file.guid) {
            Some(seen) => {
                seen.exists |= file.exists;
                seen.created |= file.created;
            }
            None => guids.push(ContainerGuid {
                guid: file.guid.clone(),
                capture: Some(file.capture),
                event: Some(file.first_event),
                witnesses: Vec::new(),
                exists: file.exists,
                created: file.created,
            }),
        }
    }
    containers
}

impl TimelineEntry {
    /// Whether a key file itself was in hand.
    pub(crate) fn uses_file(&self) -> bool {
        self.stem.is_some() && self.step.uses_file()
    }

    pub(crate) fn shows_value(&self) -> bool {
        matches!(self.step, Step::GuidRead | Step::GuidSet) && self.guid.is_some()
    }
}
