//! What one capture adds to the report.

use super::placing::CaptureClock;
use super::remarks::Extent;
use crate::moment::Moment;
use crate::report::{
    CaptureSummary, CitedEvent, EventRows, GuidRead, KeyAccesses, KeyFileSummary, ProcessSummary,
    Report, TimelineEntry,
};
use crate::signature::GuidValue;
use crate::trace::Installing;

/// What one capture adds to the report. Its entries count captures, processes and reads
/// from zero.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) summary: CaptureSummary,
    pub(super) processes: Vec<ProcessSummary>,
    pub(super) reads: Vec<GuidRead>,
    pub(super) timeline: Vec<TimelineEntry>,
    pub(super) key_files: Vec<KeyFileSummary>,
    pub(super) accesses: KeyAccesses,
    /// Events of programs that install Windows features.
    pub(super) installing: Installing,
    /// The values of MachineGuid, in their order.
    pub(super) values: Vec<GuidValue>,
    pub(super) clock: CaptureClock,
    /// When it begins and ends, where it has dates.
    pub(super) span: Option<(Moment, Moment)>,
    /// How much of it was read.
    pub(super) extent: Extent,
    /// The rows that the report may refer to.
    pub(super) rows: Vec<CitedEvent>,
    /// The rows that were asked for beside the report.
    pub(super) kept: EventRows,
}

/// What is known of a capture beside its part of the report.
#[derive(Debug)]
pub(super) struct BesideReport {
    pub(super) clock: CaptureClock,
    pub(super) installing: Installing,
    pub(super) values: Vec<GuidValue>,
    pub(super) extent: Extent,
    pub(super) rows: Vec<CitedEvent>,
    pub(super) kept: EventRows,
}

impl Part {
    /// Adds the entries to the report, which count on from those that it has.
    pub(super) fn add_to(self, report: &mut Report) -> BesideReport {
        let capture = report.captures.len();
        let (process_base, read_base) = (report.processes.len(), report.machine_guid_reads.len());
        let shift = |index: &mut Option<usize>| {
            if let Some(index) = index {
                *index += process_base;
            }
        };
        report.captures.push(self.summary);
        report
            .processes
            .extend(self.processes.into_iter().map(|it| ProcessSummary { capture, ..it }));
        for mut read in self.reads {
            read.capture = capture;
            shift(&mut read.process_index);
            report.machine_guid_reads.push(read);
        }
        for mut entry in self.timeline {
            entry.capture = capture;
            shift(&mut entry.process_index);
            if let Some(link) = &mut entry.link {
                link.read += read_base;
            }
            report.timeline.push(entry);
        }
        for mut file in self.key_files {
            file.capture = capture;
            if let Some(state) = &mut file.state {
                state.capture = Some(capture);
            }
            report.key_files.push(file);
        }
        let mut accesses = self.accesses;
        for by in accesses.actors() {
            by.capture = capture;
            shift(&mut by.process_index);
        }
        report.touches.append(accesses);
        let Part { clock, installing, values, extent, rows, mut kept, .. } = self;
        let rows = rows.into_iter().map(|row| CitedEvent { capture, ..row }).collect();
        kept.rows.iter_mut().for_each(|row| row.capture = capture);
        BesideReport { clock, installing, values, extent, rows, kept }
    }
}
