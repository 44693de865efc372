//! One capture, event by event, into a case.

use std::ops::ControlFlow;

use procmonkey_parser::{Capture, Error, Event, EventTime, TimeBase, TimeQuality};

use super::Case;
use super::density::KnownEvents;
use super::finished::FinishedCapture;
use super::options::Wanted;
use super::remarks::{self, Extent};
use crate::report::{
    CaptureRole, CaptureSummary, ComputerMarks, EventRows, JudgedAs, LossSummary, ProcessCount,
    ZoneKnowledge,
};
use crate::trace::{RawRow, Subject, Trace, made_up_name};

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

impl Case {
    /// How many rows were kept of the captures so far.
    fn rows_kept(&self) -> usize {
        self.parts.iter().map(|part| part.kept.rows.len()).sum()
    }

    /// Reads a capture until its end, or until `watch` breaks it off. The outcome says
    /// whether it did.
    pub(super) fn read_as(
        &mut self,
        role: CaptureRole,
        capture: &mut Capture<'_>,
        wanted: &Wanted,
        mut watch: impl FnMut(&CaseProgress<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let mut trace = Trace::new(&self.options.names);
        let mut known = KnownEvents::new();
        let mut events_kept = 0;
        let (mut machine_guid_reads, mut steps) = (0, 0);
        let mut event = Event::default();
        // A baseline is not judged: its rows are shown where they are cited.
        let room = match role {
            CaptureRole::Case => self.options.most_rows.saturating_sub(self.rows_kept()),
            _ => 0,
        };
        let (mut kept, mut rows_left_out) = (Vec::new(), 0);
        let outcome = loop {
            let interest = match trace.installing.of_windows {
                None => &wanted.first,
                Some(_) => &wanted.installed,
            };
            match capture.read_matching(&self.options.filter, interest, &mut event) {
                Ok(true) => {}
                Ok(false) => break Ok(ControlFlow::Continue(())),
                Err(error) => break Err(error),
            }
            let subject = self.options.processes.subject(&event);
            let is_followed = subject == Subject::Followed;
            events_kept += u64::from(is_followed);
            let before = (trace.reads.len(), trace.steps.len());
            known.see(&event, subject);
            trace.observe(&event, subject);
            if is_followed && kept.len() < room {
                kept.push(RawRow::of(&event, None));
            } else if is_followed && role == CaptureRole::Case {
                rows_left_out += 1;
            }
            // Whether another process counts is known only at the end.
            if is_followed {
                machine_guid_reads += trace.reads.len().saturating_sub(before.0);
                steps += trace.steps.len().saturating_sub(before.1);
            }
            let progress = CaseProgress {
                event: &event,
                events_read: capture.events_read(),
                events_kept,
                machine_guid_reads,
                steps,
            };
            if watch(&progress).is_break() {
                break Ok(ControlFlow::Break(()));
            }
        };
        let extent = match &outcome {
            Ok(ControlFlow::Break(())) => Extent::StoppedAfter(event.number()),
            _ => Extent::Whole,
        };
        let clock = capture.clock();
        let registry = self.witnesses.machine_guid();
        let finished = FinishedCapture::new(&trace, clock, registry, &self.options.names);
        let mut part = finished.part(summary(capture, &trace), extent);
        part.summary.broke_off = outcome.as_ref().err().map(ToString::to_string);
        part.summary.role = role;
        part.kept = EventRows::new(finished.kept(&kept), rows_left_out);
        part.summary.density = known.density(clock, capture.events_read());
        part.summary.events_kept = part.processes.iter().map(|process| process.events).sum();
        let is_followed = part.processes.iter().any(|it| it.judged_as == JudgedAs::Asked);
        part.summary.remarks =
            remarks::of(capture, (&part.summary, is_followed), &self.options, extent);
        part.summary.remarks.extend(trace.access_log.remark());
        self.parts.push(part);
        outcome
    }
}

/// What a capture is, without what its processes did.
fn summary(capture: &Capture<'_>, trace: &Trace<'_>) -> CaptureSummary {
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
