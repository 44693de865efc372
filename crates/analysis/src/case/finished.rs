//! From what one capture has shown to the entries of the report.

use std::collections::HashMap;

use procmonkey_parser::{Clock, EventTime, TICKS_PER_SECOND, Timestamp};

use super::part::Part;
use super::placing::CaptureClock;
use super::remarks::Extent;
use crate::container::{ContainerNames, empty_container_len};
use crate::guid::MachineGuid;
use crate::key_file::KeyRoot;
use crate::moment::Moment;
use crate::phase::PhaseSpan;
use crate::report::{
    CaptureSummary, CitedEvent, EventRows, GuidRead, GuidRelation, GuidSource, JudgedAs,
    KeyAccesses, KeyFileState, KeyFileSummary, Link, ProcessSummary, TimelineEntry,
};
use crate::signature::GuidValue;
use crate::trace::{FileState, Instance, RawRead, RawRow, RawStep, RawValue, Standing, Trace};

/// A capture whose reading has ended: its times can be resolved now.
pub(super) struct FinishedCapture<'c> {
    clock: &'c Clock,
    registry: Option<&'c MachineGuid>,
    names: &'c ContainerNames,
    trace: &'c Trace,
    /// The place of each instance among those that are judged.
    judged: Vec<Option<usize>>,
}

impl<'c> FinishedCapture<'c> {
    pub(super) fn new(
        trace: &'c Trace,
        clock: &'c Clock,
        registry: Option<&'c MachineGuid>,
        names: &'c ContainerNames,
    ) -> FinishedCapture<'c> {
        FinishedCapture { clock, registry, names, trace, judged: trace.instances.judged() }
    }

    /// What the capture adds to a report. Its entries are counted from zero.
    pub(super) fn part(&self, summary: CaptureSummary, extent: Extent) -> Part {
        let (reads, places) = self.reads();
        let mut steps = self.trace.steps.clone();
        steps.extend(self.judged_reads().map(|(_, read)| read.to_step()));
        steps.retain(|step| step.at.instance.is_none_or(|it| self.place_of(Some(it)).is_some()));
        steps.sort_by_key(|step| step.at.event);
        let mut before: Option<Timestamp> = None;
        let mut timeline = Vec::new();
        for step in &steps {
            let time = self.clock.resolve(&step.at.time);
            let delta = seconds_between(before, time);
            before = time.or(before);
            timeline.push(self.entry(step, time, delta, &places));
        }
        let files = self.trace.files.list_all().iter();
        let key_files = files.map(|file| self.key_file(file, &timeline)).collect();
        let resolve = |time: Option<EventTime>| self.clock.resolve(&time?);
        let moment = |step: &RawStep| Some((step.at.event, self.clock.resolve(&step.at.time)?));
        Part {
            summary,
            processes: self.processes(),
            reads,
            timeline,
            key_files,
            accesses: self.accesses(),
            installing: self.trace.installing,
            values: self.trace.values.list().iter().map(value).collect(),
            clock: CaptureClock {
                clock: self.clock.clone(),
                span: resolve(self.clock.first_time()).zip(resolve(self.clock.last_time())),
                steps: steps.iter().filter_map(moment).collect(),
            },
            span: self.span(),
            extent,
            rows: self.rows(),
            kept: EventRows::default(),
        }
    }

    /// The rows that the report may refer to.
    fn rows(&self) -> Vec<CitedEvent> {
        let cited = self.trace.cited_so_far();
        self.trace.rows.among(&cited).map(|row| self.row(&row)).collect()
    }

    /// These rows, as a report has them.
    pub(super) fn kept(&self, rows: &[RawRow]) -> Vec<CitedEvent> {
        rows.iter().map(|row| self.row(row)).collect()
    }

    fn row(&self, row: &RawRow) -> CitedEvent {
        CitedEvent {
            capture: 0,
            event: row.at.event,
            time: self.text(&row.at.time),
            time_text: row.at.time_text.clone(),
            time_quality: self.clock.quality(&row.at.time),
            process: row.at.process.clone(),
            pid: row.at.pid,
            tid: row.at.tid,
            operation: row.operation.clone(),
            path: row.path.clone(),
            result: row.result.clone(),
            detail: row.detail.clone(),
            detail_left_out: row.detail_left_out,
        }
    }

    fn span(&self) -> Option<(Moment, Moment)> {
        let moment = |time: Option<EventTime>| Moment::of(self.clock, &time?);
        moment(self.clock.first_time()).zip(moment(self.clock.last_time()))
    }

    fn place_of(&self, instance: Option<usize>) -> Option<usize> {
        *self.judged.get(instance?)?
    }

    fn processes(&self) -> Vec<ProcessSummary> {
        let instances = self.trace.instances.list().iter().zip(&self.judged);
        let judged = instances.filter(|(_, place)| place.is_some());
        judged.map(|(instance, _)| self.process(instance)).collect()
    }

    fn process(&self, instance: &Instance) -> ProcessSummary {
        let mut spans = instance.spans.clone();
        spans.sort_by_key(|span| (span.first, span.phase));
        ProcessSummary {
            capture: 0,
            name: instance.name.clone(),
            pid: instance.pid,
            account: instance.account.clone(),
            acts_for: instance.acts_for.clone(),
            judged_as: match instance.standing {
                Standing::Followed | Standing::Acting => JudgedAs::Asked,
                Standing::AtTheKeys | Standing::Passing => JudgedAs::AtTheKeys,
            },
            first_event: instance.first,
            last_event: instance.last,
            events: instance.events,
            exit_status: instance.exit_status,
            phases: spans
                .iter()
                .map(|span| PhaseSpan {
                    phase: span.phase,
                    first_event: span.first,
                    last_event: span.last,
                    events: span.events,
                    time: self.text(&span.first_time),
                    last_time: self.text(&span.last_time),
                })
                .collect(),
            first_time: self.text(&instance.first_time),
            last_time: self.text(&instance.last_time),
            starts: instance.starts,
            exits: instance.exits,
            file_event: instance.file_event,
            image: instance.origin.image.clone(),
            started_by: instance.origin.started_by.clone(),
        }
    }

    /// The reads of processes that are judged, in the order of their events, each with
    /// its place in the trace.
    fn judged_reads(&self) -> impl Iterator<Item = (usize, &RawRead)> {
        let reads = self.trace.reads.iter().enumerate();
        let mut reads: Vec<_> =
            reads.filter(|(_, read)| self.place_of(read.at.instance).is_some()).collect();
        reads.sort_by_key(|(_, read)| read.at.event);
        reads.into_iter()
    }

    /// The same as the report has them, and where each place of the trace went.
    fn reads(&self) -> (Vec<GuidRead>, HashMap<usize, usize>) {
        let mut places = HashMap::new();
        let read = |(place, (index, read)): (usize, (usize, &RawRead))| {
            places.insert(index, place);
            GuidRead {
                capture: 0,
                process_index: self.place_of(read.at.instance),
                process: read.at.process.clone(),
                pid: read.at.pid,
                tid: read.at.tid,
                events: read.events.clone(),
                value: read.value.clone(),
                view: read.view,
                full_chain: read.full_chain,
                time: self.text(&read.at.time),
                time_quality: self.clock.quality(&read.at.time),
            }
        };
        (self.judged_reads().enumerate().map(read).collect(), places)
    }

    /// What all processes did around key files.
    fn accesses(&self) -> KeyAccesses {
        let log = &self.trace.access_log;
        let mut all = log.accesses.clone();
        for (key, times) in all.master_keys.iter_mut().zip(&log.master_key_times) {
            key.seconds_after_read = times.and_then(|(read, miss)| {
                seconds_between(self.clock.resolve(&read), self.clock.resolve(&miss))
            });
        }
        for by in all.actors() {
            let instance = by.process_index.and_then(|it| self.trace.instances.list().get(it));
            by.acts_for = instance.and_then(|instance| instance.acts_for.clone());
            by.process_index = self.place_of(by.process_index);
        }
        all
    }

    fn text(&self, time: &EventTime) -> Option<String> {
        self.clock.resolve(time).map(|time| time.to_string())
    }

    /// The MachineGuid in effect at an event where a process has read `own` last: that
    /// value, else the only one that the capture shows, else the last one that was seen
    /// before, else the one of the registry.
    fn in_effect(
        &self,
        own: Option<&MachineGuid>,
        event: u64,
    ) -> Option<(GuidSource, MachineGuid)> {
        let values = &self.trace.values;
        let found = match (own, values.only(), values.list()) {
            (Some(own), _, _) => (GuidSource::ProcessRead, own),
            (None, Some(only), _) => (GuidSource::OnlyValue, only),
            (None, None, []) => (GuidSource::Registry, self.registry?),
            (None, None, _) => (GuidSource::LastSeen, values.before(event)?),
        };
        Some((found.0, found.1.clone()))
    }

    fn entry(
        &self,
        step: &RawStep,
        time: Option<Timestamp>,
        delta: Option<f64>,
        places: &HashMap<usize, usize>,
    ) -> TimelineEntry {
        let file = step.file.and_then(|index| self.trace.files.list_all().get(index));
        // The keys of another Windows say nothing about this one.
        let effect = file
            .filter(|file| file.file.folder.root != KeyRoot::Other)
            .and_then(|_| self.in_effect(step.process_guid.as_ref(), step.at.event));
        let relation = file.map(|file| relation(&file.file.guid, effect.as_ref().map(|e| &e.1)));
        let link = step.link.and_then(|(read, via)| {
            let read_at = self.trace.reads.get(read).map(|read| read.at.time);
            let read_at = read_at.and_then(|time| self.clock.resolve(&time));
            Some(Link {
                read: *places.get(&read)?,
                via,
                elapsed_seconds: seconds_between(read_at, time),
            })
        });
        TimelineEntry {
            capture: 0,
            event: step.at.event,
            time: time.map(|time| time.to_string()),
            time_text: step.at.time_text.clone(),
            time_quality: self.clock.quality(&step.at.time),
            delta_seconds: delta,
            process_index: self.place_of(step.at.instance),
            process: step.at.process.clone(),
            pid: step.at.pid,
            tid: step.at.tid,
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
            // Known once the findings are.
            failed: false,
            group: 0,
            findings: Vec::new(),
            events: vec![step.at.event],
        }
    }

    fn name_of(&self, stem: &str) -> Option<String> {
        self.names.find(stem).map(|found| found.name.clone())
    }

    fn key_file(&self, state: &FileState, timeline: &[TimelineEntry]) -> KeyFileSummary {
        let used = timeline.iter().rev().find(|entry| {
            entry.stem.as_deref() == Some(&state.file.stem)
                && entry.guid.as_ref() == Some(&state.file.guid)
                && entry.folder == Some(state.file.folder)
        });
        let relation = match used.and_then(|entry| entry.relation) {
            Some(relation) => relation,
            None if state.file.folder.root == KeyRoot::Other => GuidRelation::Unknown,
            None => {
                // A file that was only listed is compared with what the capture shows last.
                let effect = self.in_effect(None, u64::MAX);
                relation(&state.file.guid, effect.as_ref().map(|effect| &effect.1))
            }
        };
        let container = self.name_of(&state.file.stem);
        let empty_len = container.as_deref().map(empty_container_len);
        KeyFileSummary {
            capture: 0,
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
            last_there: state.last_there,
            state: state.condition().map(|(is, event)| KeyFileState {
                is,
                capture: Some(0),
                event: Some(event),
                witness: None,
            }),
            steps: state.steps.clone(),
            container,
        }
    }
}

fn value(raw: &RawValue) -> GuidValue {
    let RawValue { value, how, first, last } = raw.clone();
    GuidValue { value, how, first, last }
}

fn relation(guid: &MachineGuid, in_effect: Option<&MachineGuid>) -> GuidRelation {
    match in_effect {
        Some(current) if current == guid => GuidRelation::Current,
        Some(_) => GuidRelation::Other,
        None => GuidRelation::Unknown,
    }
}

fn seconds_between(earlier: Option<Timestamp>, later: Option<Timestamp>) -> Option<f64> {
    let ticks = later?.ticks_since(earlier?)?;
    Some(ticks as f64 / TICKS_PER_SECOND as f64)
}
