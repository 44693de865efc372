//! A case: one capture, or several that belong together.

mod capture_order;
mod finished;
mod part;
mod placing;
mod remarks;
mod verdict;
mod witnesses;

use std::collections::{HashMap, HashSet};

use procmonkey_parser::{
    Capture, Column, Error, Event, EventTime, Filter, Interest, Rule, TimeQuality, Verdict,
};

use crate::container::{ContainerNames, Provider};
use crate::guid::MachineGuid;
use crate::report::{
    CaptureRole, CaptureSummary, CaseVerdict, ComputerMarks, ContainerGuid, ContainerSummary,
    JudgedAs, KeyAccesses, LossSummary, ProcessCount, Report, SCHEMA_VERSION,
};
use crate::signature::{CaptureFacts, Facts, find_all};
use crate::trace::{ProcessSelection, Trace, installed_interest, trace_interest};
use crate::witness::Witness;

use finished::FinishedCapture;
use part::Part;
use witnesses::{Unsorted, add_sightings};

/// What to look for, and what is known beforehand.
///
/// ```
/// use procmonkey_analysis::{CaseOptions, MachineGuid, ProcessSelection};
///
/// let options = CaseOptions::new()
///     .processes(ProcessSelection::named(["w3wp.exe"]))
///     .machine_guid(MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1"));
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
pub struct CaseOptions {
    processes: ProcessSelection,
    filter: Filter,
    names: ContainerNames,
    machine_guid: Option<MachineGuid>,
}

impl CaseOptions {
    /// Judges `inetinfo.exe` and whoever is met at the keys, takes every event, knows the
    /// known containers.
    pub fn new() -> CaseOptions {
        CaseOptions::default()
    }

    /// The processes to judge.
    pub fn processes(self, processes: ProcessSelection) -> CaseOptions {
        CaseOptions { processes, ..self }
    }

    /// The events to look at; others are counted and passed over.
    pub fn filter(self, filter: Filter) -> CaseOptions {
        CaseOptions { filter, ..self }
    }

    /// The container names that can be told from a stem.
    pub fn names(self, names: ContainerNames) -> CaseOptions {
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
    parts: Vec<Part>,
    witnesses: Unsorted,
}

impl Case {
    /// An empty case.
    pub fn new(options: CaseOptions) -> Case {
        Case { options, parts: Vec::new(), witnesses: Unsorted::default() }
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
            trace.observe(&event, self.options.processes.subject(&event));
        };
        let clock = capture.clock();
        let registry = self.witnesses.machine_guid();
        let finished = FinishedCapture::new(&trace, clock, registry, &self.options.names);
        let mut part = finished.part(counts.summary(capture, &trace));
        part.summary.role = role;
        part.summary.events_kept = part.processes.iter().map(|process| process.events).sum();
        let followed = part.processes.iter().any(|it| it.judged_as == JudgedAs::Asked);
        part.summary.remarks = remarks::of(capture, (&part.summary, followed), &self.options);
        part.summary.remarks.extend(trace.accesses.remark());
        self.parts.push(part);
        outcome
    }

    /// Draws the conclusions.
    pub fn finish(self) -> Report {
        let Case { options, mut parts, witnesses } = self;
        let mut report = empty_report(&options);
        let order = capture_order::sort(&mut parts);
        let (mut clocks, mut installing, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            let beside = part.add_to(&mut report);
            clocks.push(beside.clock);
            installing.push(beside.installing);
            values.push(beside.values);
        }
        report.containers = containers(&report, &options.names);
        let sorted = witnesses.sort(&clocks, &mut report);
        add_sightings(&mut report, &sorted, &options.names);
        remarks::on_computers(&mut report);
        let captures = CaptureFacts { installing: &installing, values: &values, order: &order };
        let given = options.machine_guid.as_ref();
        let facts = Facts::new(&report, captures, given, &sorted.failures);
        let findings = find_all(&facts);
        report.findings = findings;
        keep_what_is_shown(&mut report);
        report.verdict = verdict::of(&report, &options);
        report
    }
}

/// Leaves out of the timeline what processes did that nobody asked for and that nothing
/// was found about: a scanner has a step for each file.
fn keep_what_is_shown(report: &mut Report) {
    let Report { timeline, processes, findings, .. } = report;
    let found: HashSet<usize> =
        findings.iter().flat_map(|finding| finding.processes.iter().copied()).collect();
    timeline.retain(|entry| {
        entry.process_index.is_none_or(|index| {
            processes[index].judged_as == JudgedAs::Asked || found.contains(&index)
        })
    });
}

fn empty_report(options: &CaseOptions) -> Report {
    let patterns = options.processes.patterns().iter();
    Report {
        schema_version: SCHEMA_VERSION,
        tool: format!("procmonkey {}", env!("CARGO_PKG_VERSION")),
        process_selection: options.processes.name(),
        processes_asked: patterns.map(ToString::to_string).collect(),
        captures: Vec::new(),
        processes: Vec::new(),
        machine_guid_reads: Vec::new(),
        timeline: Vec::new(),
        key_files: Vec::new(),
        containers: Vec::new(),
        touches: KeyAccesses::default(),
        witnesses: Vec::new(),
        witnesses_left_out: 0,
        findings: Vec::new(),
        verdict: CaseVerdict::default(),
    }
}

/// What is counted while a capture is read.
#[derive(Debug, Default)]
struct Counts {
    undecided: u64,
}

impl Counts {
    fn summary(&self, capture: &Capture<'_>, trace: &Trace<'_>) -> CaptureSummary {
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
            events_kept: 0,
            events_undecided: self.undecided,
            first_time: text(first),
            last_time: text(last),
            time_quality: quality.name(),
            computer: computer_of(capture, trace),
            losses: LossSummary::of(capture.losses()),
            remarks: Vec::new(),
            processes,
            guid_reads_without_value: trace.reads_without_value(),
        }
    }
}

/// What a capture says about its computer: a native one in its header, others in their
/// events.
fn computer_of(capture: &Capture<'_>, trace: &Trace<'_>) -> ComputerMarks {
    let mut marks = ComputerMarks::default();
    if let Some(recording) = capture.recording() {
        marks.add_name(&recording.info.computer_name, "header");
    }
    let ComputerMarks { names, authorities, volumes, .. } = &trace.computer;
    // The header names the computer itself; a process may be of a container on it.
    if marks.names.is_empty() {
        names.iter().for_each(|it| marks.add_name(&it.name, &it.source));
    }
    marks.authorities.clone_from(authorities);
    marks.volumes.clone_from(volumes);
    marks
}

/// The containers behind all key files of the case, in the order in which they
/// are first seen.
fn containers(report: &Report, names: &ContainerNames) -> Vec<ContainerSummary> {
    let mut containers: Vec<ContainerSummary> = Vec::new();
    let mut places: HashMap<(String, Provider), usize> = HashMap::new();
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
                seen.state = match (seen.state, file.state) {
                    (Some(before), Some(now)) => Some(before.or_later(now)),
                    (before, now) => before.or(now),
                };
            }
            None => guids.push(ContainerGuid {
                guid: file.guid.clone(),
                capture: Some(file.capture),
                event: Some(file.first_event),
                witnesses: Vec::new(),
                exists: file.exists,
                created: file.created,
                state: file.state,
            }),
        }
    }
    containers
}
