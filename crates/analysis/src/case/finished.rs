//! From what one capture has shown to the entries of the report.

use procmonkey_parser::{Clock, EventTime, TICKS_PER_SECOND, Timestamp};

use crate::container::{ContainerNames, empty_container_len};
use crate::guid::MachineGuid;
use crate::phase::PhaseSpan;
use crate::report::{
    GuidRead, GuidRelation, GuidSource, KeyAccesses, KeyFileState, KeyFileSummary, Link,
    ProcessSummary, Report, TimelineEntry,
};
use crate::trace::{AccessLog, FileState, RawStep, Trace};

/// A capture whose reading has ended: its times can be resolved now.
pub(super) struct FinishedCapture<'c> {
    pub(super) index: usize,
    pub(super) clock: &'c Clock,
    pub(super) given: Option<&'c MachineGuid>,
    pub(super) registry: Option<&'c MachineGuid>,
    pub(super) names: &'c ContainerNames,
}

impl FinishedCapture<'_> {
    /// Adds what the capture has shown to the report.
    pub(super) fn add(&self, trace: &Trace<'_>, report: &mut Report) {
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
                exit_status: instance.exit_status,
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
                process_index: read.at.instance.map(|instance| process_base + instance),
                process: read.at.process.clone(),
                pid: read.at.pid,
                tid: read.at.tid,
                events: read.events.clone(),
                value: read.value.clone(),
                view: read.view,
                full_chain: read.full_chain,
                time: self.text(&read.at.time),
                time_quality: self.clock.quality(&read.at.time),
            });
        }
        let mut steps: Vec<&RawStep> = trace.steps.iter().collect();
        steps.sort_by_key(|step| step.at.event);
        let mut before: Option<Timestamp> = None;
        for step in steps {
            let time = self.clock.resolve(&step.at.time);
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

    /// Adds what all processes did around key files. `process_base` is the number of
    /// processes that captures before this one have.
    pub(super) fn add_accesses(&self, log: AccessLog, process_base: usize, all: &mut KeyAccesses) {
        let AccessLog { accesses: mut new, master_key_times, .. } = log;
        for (key, times) in new.master_keys.iter_mut().zip(master_key_times) {
            key.seconds_after_read = times.and_then(|(read, miss)| {
                seconds_between(self.clock.resolve(&read), self.clock.resolve(&miss))
            });
        }
        let actors = (new.files.iter_mut().map(|access| &mut access.by))
            .chain(new.folders.iter_mut().map(|access| &mut access.by))
            .chain(new.master_keys.iter_mut().map(|access| &mut access.by))
            .chain(new.providers.iter_mut().map(|access| &mut access.by))
            .chain(new.code.iter_mut().map(|access| &mut access.by))
            .chain(new.machine_guid.iter_mut().map(|access| &mut access.by))
            .chain(new.hardware_keys.iter_mut().map(|access| &mut access.by));
        for by in actors {
            by.capture = self.index;
            by.process_index = by.process_index.map(|index| process_base + index);
        }
        all.files.append(&mut new.files);
        all.folders.append(&mut new.folders);
        all.master_keys.append(&mut new.master_keys);
        all.providers.append(&mut new.providers);
        all.code.append(&mut new.code);
        all.machine_guid.append(&mut new.machine_guid);
        all.hardware_keys.append(&mut new.hardware_keys);
        all.left_out += new.left_out;
    }

    pub(super) fn resolve(&self, time: Option<EventTime>) -> Option<Timestamp> {
        self.clock.resolve(&time?)
    }

    /// When each step was, where that is known.
    pub(super) fn moments(&self, trace: &Trace<'_>) -> Vec<(u64, Timestamp)> {
        let mut moments: Vec<(u64, Timestamp)> = trace
            .steps
            .iter()
            .filter_map(|step| Some((step.at.event, self.clock.resolve(&step.at.time)?)))
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
    ) -> Option<(GuidSource, MachineGuid)> {
        if let Some(own) = own {
            return Some((GuidSource::ProcessRead, own.clone()));
        }
        match (&trace.values[..], self.given, self.registry) {
            ([only], _, _) => Some((GuidSource::OnlyValue, only.clone())),
            (_, Some(given), _) => Some((GuidSource::Given, given.clone())),
            (_, None, Some(registry)) => Some((GuidSource::Registry, registry.clone())),
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
                trace.reads.get(read).and_then(|read| self.clock.resolve(&read.at.time)),
                time,
            ),
        });
        TimelineEntry {
            capture: self.index,
            event: step.at.event,
            time: time.map(|time| time.to_string()),
            time_text: step.at.time_text.clone(),
            time_quality: self.clock.quality(&step.at.time),
            delta_seconds: delta,
            process_index: step.at.instance.map(|instance| process_base + instance),
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
            last_there: state.last_there,
            state: state.condition().map(|(is, event)| KeyFileState {
                is,
                capture: Some(self.index),
                event: Some(event),
                witness: None,
            }),
            steps: state.steps.clone(),
            container,
        }
    }
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
