//! One capture, event by event, into a case.

use std::ops::ControlFlow;

use procmonkey_parser::{Capture, Error, Event, EventTime, TimeQuality};

use super::finished::FinishedCapture;
use super::options::Wanted;
use super::placing::CaptureClock;
use super::remarks::{self, Extent};
use super::{Case, CaseOptions};
use crate::report::{CaptureRole, CaptureSummary, LossSummary, ProcessCount};
use crate::trace::{Subject, Trace};

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
    /// How many reads of MachineGuid the capture has shown so far.
    pub machine_guid_reads: usize,
    /// How many steps of the timeline it has given so far.
    pub steps: usize,
}

impl Case {
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
        let mut counts = Counts::default();
        let mut event = Event::default();
        let outcome = loop {
            let interest = match trace.installing.is_empty() {
                true => &wanted.first,
                false => &wanted.installed,
            };
            match capture.read_matching(&self.options.filter, interest, &mut event) {
                Ok(true) => {}
                Ok(false) => break Ok(ControlFlow::Continue(())),
                Err(error) => break Err(error),
            }
            let subject = self.options.processes.subject(&event);
            counts.kept += u64::from(subject == Subject::Followed);
            trace.observe(&event, subject);
            let progress = CaseProgress {
                event: &event,
                events_read: capture.events_read(),
                events_kept: counts.kept,
                machine_guid_reads: trace.reads.len(),
                steps: trace.steps.len(),
            };
            if watch(&progress).is_break() {
                break Ok(ControlFlow::Break(()));
            }
        };
        let extent = match &outcome {
            Ok(ControlFlow::Break(())) => Extent::StoppedAfter(event.number()),
            _ => Extent::Whole,
        };
        let finished = FinishedCapture {
            index: self.report.captures.len(),
            clock: capture.clock(),
            given: self.options.machine_guid.as_ref(),
            registry: self.witnesses.machine_guid(),
            names: &self.options.names,
        };
        let mut summary = counts.summary(capture, &trace, &self.options, extent);
        summary.role = role;
        summary.remarks.extend(trace.access_log.remark());
        self.clocks.push(CaptureClock {
            clock: capture.clock().clone(),
            span: finished
                .resolve(capture.clock().first_time())
                .zip(finished.resolve(capture.clock().last_time())),
            steps: finished.moments(&trace),
        });
        finished.add(&trace, &mut self.report);
        let process_base = self.report.processes.len() - trace.instances.list().len();
        let log = std::mem::take(&mut trace.access_log);
        finished.add_accesses(log, process_base, &mut self.report.touches);
        self.installing.push(trace.installing);
        self.extents.push(extent);
        self.report.captures.push(summary);
        outcome
    }
}

/// What is counted while a capture is read.
#[derive(Debug, Default)]
struct Counts {
    kept: u64,
}

impl Counts {
    fn summary(
        &self,
        capture: &Capture<'_>,
        trace: &Trace<'_>,
        options: &CaseOptions,
        extent: Extent,
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
            format: capture.format(),
            columns: capture.columns().names().map(str::to_string).collect(),
            events_read: capture.events_read(),
            events_kept: self.kept,
            events_undecided: capture.events_undecided(),
            first_time: text(first),
            last_time: text(last),
            time_quality: quality,
            losses: LossSummary::of(capture.losses()),
            remarks: remarks::of(
                capture,
                &processes,
                (self.kept, capture.events_undecided()),
                &options.processes,
                &options.filter,
                extent,
            ),
            processes,
            guid_reads_without_value: trace.reads_without_value(),
        }
    }
}
