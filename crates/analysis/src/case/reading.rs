//! One capture, event by event, into a case.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use procmonkey_parser::{
    Capture, Error, Event, EventTime, Filter, ReadStep, TimeBase, TimeQuality,
};

use super::Case;
use super::density::KnownEvents;
use super::finished::FinishedCapture;
use super::options::Wanted;
use super::remarks::{self, Extent};
use crate::container::ContainerNames;
use crate::report::{
    CaptureRole, CaptureSummary, ComputerMarks, EventRows, JudgedAs, LossSummary, ProcessCount,
    ZoneKnowledge,
};
use crate::trace::{ProcessSelection, RawRow, Subject, Trace, made_up_name};

/// How far the reading of a capture has come; see [`Case::read_until`].
#[derive(Debug)]
#[non_exhaustive]
pub struct CaseProgress<'p> {
    /// The event that was taken in last. It is one that the filter lets through.
    pub event: &'p Event,
    /// How many events of the capture were read or passed over so far.
    pub events_read: u64,
    /// How many of them belong to the processes that are followed.
    pub events_kept: u64,
    /// How many reads of MachineGuid these processes have made so far.
    pub machine_guid_reads: usize,
    /// How many steps of the timeline they have given so far.
    pub steps: usize,
}

/// A capture that is being read into a case, step by step: for a program that has other things
/// to do in between. [`Case::begin`] makes one, [`Case::end`] adds what was read to the case.
///
/// ```
/// use procmonkey_analysis::parser::{Input, ReadOptions};
/// use procmonkey_analysis::report::CaptureRole;
/// use procmonkey_analysis::{Case, CaseOptions, ReadingStep};
///
/// let rows = "\"Process Name\",\"Operation\"\n\"inetinfo.exe\",\"CreateFile\"\n\
///             \"inetinfo.exe\",\"CloseFile\"\n";
/// let mut input = Input::from_reader("a.csv", rows.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let mut case = Case::new(CaseOptions::new());
/// let mut reading = case.begin(CaptureRole::Case);
/// let mut events = 0;
/// while reading.advance(&mut capture)? != ReadingStep::End {
///     // A program with a window would look at its button here.
///     events += 1;
/// }
/// case.end(reading, &capture);
/// assert_eq!((events, case.finish().captures[0].events_read), (2, 2));
/// # Ok::<(), procmonkey_analysis::parser::Error>(())
/// ```
pub struct CaptureReading {
    role: CaptureRole,
    filter: Filter,
    processes: ProcessSelection,
    names: Arc<ContainerNames>,
    wanted: Wanted,
    trace: Trace,
    known: KnownEvents,
    event: Event,
    events_kept: u64,
    machine_guid_reads: usize,
    steps: usize,
    /// How many rows may be kept.
    room: usize,
    kept: Vec<RawRow>,
    rows_left_out: u64,
    ending: Ending,
}

/// What one step of reading came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingStep {
    /// An event was taken in: [`CaptureReading::progress`] has it.
    Event,
    /// Events were passed over that the filter does not let through.
    Passed,
    /// The capture is at its end.
    End,
}

/// How far a capture was read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ending {
    Open,
    AtEnd,
    Failed(String),
}

impl CaptureReading {
    /// Reads up to the next event that matters, or so many that do not that the caller should
    /// be asked again.
    ///
    /// # Errors
    /// When the capture cannot be read further; what was read until then can be added to the
    /// case.
    pub fn advance(&mut self, capture: &mut Capture<'_>) -> Result<ReadingStep, Error> {
        let interest = match self.trace.installing.of_windows {
            None => &self.wanted.first,
            Some(_) => &self.wanted.installed,
        };
        match capture.read_step(&self.filter, interest, &mut self.event) {
            Ok(ReadStep::Event) => {}
            Ok(ReadStep::Passed) => return Ok(ReadingStep::Passed),
            Ok(ReadStep::End) => {
                self.ending = Ending::AtEnd;
                return Ok(ReadingStep::End);
            }
            Err(error) => {
                self.ending = Ending::Failed(error.to_string());
                return Err(error);
            }
        }
        let event = &self.event;
        let subject = self.processes.subject(event);
        let is_followed = subject == Subject::Followed;
        self.events_kept += u64::from(is_followed);
        let before = (self.trace.reads.len(), self.trace.steps.len());
        self.known.see(event, subject);
        self.trace.observe(event, subject);
        if is_followed && self.kept.len() < self.room {
            self.kept.push(RawRow::of(event, None));
        } else if is_followed && self.role == CaptureRole::Case {
            self.rows_left_out += 1;
        }
        // Whether another process counts is known only at the end.
        if is_followed {
            self.machine_guid_reads += self.trace.reads.len().saturating_sub(before.0);
            self.steps += self.trace.steps.len().saturating_sub(before.1);
        }
        Ok(ReadingStep::Event)
    }

    /// How far reading has come.
    pub fn progress(&self, capture: &Capture<'_>) -> CaseProgress<'_> {
        CaseProgress {
            event: &self.event,
            events_read: capture.events_read(),
            events_kept: self.events_kept,
            machine_guid_reads: self.machine_guid_reads,
            steps: self.steps,
        }
    }
}

impl fmt::Debug for CaptureReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CaptureReading");
        shown.field("role", &self.role).field("ending", &self.ending).finish_non_exhaustive()
    }
}

impl Case {
    /// How many rows were kept of the captures so far.
    fn rows_kept(&self) -> usize {
        self.parts.iter().map(|part| part.kept.rows.len()).sum()
    }

    /// Begins to read a capture step by step. Events that concern nothing of the analysis are
    /// passed over. [`CaptureReading`] has an example.
    pub fn begin(&self, role: CaptureRole) -> CaptureReading {
        self.begin_with(role, self.options.wanted())
    }

    /// As [`Case::begin`], with each event that the filter lets through, of any process: for
    /// what is made of a capture beside its report.
    pub fn begin_with_every_event(&self, role: CaptureRole) -> CaptureReading {
        self.begin_with(role, Wanted::everything())
    }

    fn begin_with(&self, role: CaptureRole, wanted: Wanted) -> CaptureReading {
        // A baseline is not judged: its rows are shown where they are cited.
        let room = match role {
            CaptureRole::Case => self.options.most_rows.saturating_sub(self.rows_kept()),
            _ => 0,
        };
        CaptureReading {
            role,
            filter: self.options.filter.clone(),
            processes: self.options.processes.clone(),
            names: Arc::clone(&self.options.names),
            wanted,
            trace: Trace::new(Arc::clone(&self.options.names)),
            known: KnownEvents::new(),
            event: Event::default(),
            events_kept: 0,
            machine_guid_reads: 0,
            steps: 0,
            room,
            kept: Vec::new(),
            rows_left_out: 0,
            ending: Ending::Open,
        }
    }

    /// Adds what was read of a capture. Where that was not all of it, a remark says where
    /// reading was stopped.
    pub fn end(&mut self, reading: CaptureReading, capture: &Capture<'_>) {
        let CaptureReading { role, names, trace, known, kept, rows_left_out, ending, .. } = reading;
        let extent = match &ending {
            Ending::Open => Extent::StoppedAfter(capture.events_read()),
            Ending::AtEnd | Ending::Failed(_) => Extent::Whole,
        };
        let clock = capture.clock();
        let registry = self.witnesses.machine_guid();
        let finished = FinishedCapture::new(&trace, clock, registry, &names);
        let mut part = finished.part(summary(capture, &trace), extent);
        part.summary.broke_off = match ending {
            Ending::Failed(error) => Some(error),
            // A remark says where.
            Ending::Open => Some("reading was stopped".to_string()),
            Ending::AtEnd => None,
        };
        part.summary.role = role;
        part.kept = EventRows::new(finished.kept(&kept), rows_left_out);
        part.summary.density = known.density(clock, capture.events_read());
        part.summary.events_kept = part.processes.iter().map(|process| process.events).sum();
        let is_followed = part.processes.iter().any(|it| it.judged_as == JudgedAs::Asked);
        part.summary.remarks =
            remarks::of(capture, (&part.summary, is_followed), &self.options, extent);
        part.summary.remarks.extend(trace.access_log.remark());
        self.parts.push(part);
    }

    /// Reads a capture until its end, or until `watch` breaks it off. The outcome says
    /// whether it did.
    pub(super) fn read_as(
        &mut self,
        mut reading: CaptureReading,
        capture: &mut Capture<'_>,
        mut watch: impl FnMut(&CaseProgress<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let outcome = loop {
            match reading.advance(capture) {
                Ok(ReadingStep::Event) if watch(&reading.progress(capture)).is_break() => {
                    break Ok(ControlFlow::Break(()));
                }
                Ok(ReadingStep::Event | ReadingStep::Passed) => {}
                Ok(ReadingStep::End) => break Ok(ControlFlow::Continue(())),
                Err(error) => break Err(error),
            }
        };
        self.end(reading, capture);
        outcome
    }
}

/// What a capture is, without what its processes did.
fn summary(capture: &Capture<'_>, trace: &Trace) -> CaptureSummary {
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
    CaptureSummary {
        path: capture.name().to_string(),
        role: CaptureRole::Case,
        format: capture.format(),
        columns: capture.columns().names().map(str::to_string).collect(),
        events_read: capture.events_read(),
        events_kept: 0,
        events_undecided: capture.events_undecided(),
        first_time: text(first),
        last_time: text(last),
        time_quality: quality(first).min(quality(last)),
        computer: computer_of(capture, trace),
        losses: LossSummary::of(capture.losses()),
        remarks: Vec::new(),
        processes,
        guid_reads_without_value: trace.reads_without_value(),
        bytes: capture.source_bytes(),
        capture_id: capture.id().map(|id| id.to_string()),
        stored_files: Vec::new(),
        density: None,
        packing: capture
            .source_encoding()
            .compression()
            .iter()
            .map(|it| it.name().into())
            .collect(),
        zone: match (clock.zone(), first.and_then(|time| clock.resolve(&time))) {
            (Some(_), _) => ZoneKnowledge::Known,
            (None, Some(time)) if time.base() == TimeBase::Utc => ZoneKnowledge::Utc,
            _ => ZoneKnowledge::Unknown,
        },
        events_expected: expected(capture),
        broke_off: None,
    }
}

/// How many events a native log in one file says that it has. One that was never closed
/// says none.
fn expected(capture: &Capture<'_>) -> Option<u64> {
    let recording = capture.recording().filter(|recording| recording.parts == 1)?;
    let declared = u64::from(recording.info.declared_events);
    (declared > 0).then_some(declared)
}

/// What a capture says about its computer: a native one in its header, others in their
/// events: in the environment of a process, else in the accounts that processes run as.
fn computer_of(capture: &Capture<'_>, trace: &Trace) -> ComputerMarks {
    let mut marks = ComputerMarks::default();
    if let Some(recording) = capture.recording() {
        marks.add_name(&recording.info.computer_name, "header");
    }
    let ComputerMarks { names, authorities, volumes, .. } = &trace.computer;
    // The header names the computer itself; a process may be of a container on it.
    if marks.names.is_empty() {
        names.iter().for_each(|it| marks.add_name(&it.name, &it.source));
    }
    if marks.names.is_empty() {
        for instance in trace.instances.list() {
            let name = instance.account.as_deref().and_then(made_up_name);
            name.iter()
                .for_each(|it| marks.add_name(it, &format!("User in event {}", instance.first)));
        }
    }
    marks.authorities.clone_from(authorities);
    marks.volumes.clone_from(volumes);
    marks
}
