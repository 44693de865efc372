//! Instances of processes: a PID is used again, an instance never.

use std::collections::HashMap;

use procmonkey_parser::{Column, Event, EventTime};

use crate::guid::MachineGuid;
use crate::phase::Phase;
use crate::report::LinkVia;

/// What distinguishes two instances while a capture is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum InstanceId {
    /// Process index of a process list: exact.
    Index(u32),
    /// PID, until its process exits or another one starts.
    Pid(u32),
    /// Nothing but the name.
    Name(String),
    /// Not even that.
    Unknown,
}

/// Where a phase begins and ends.
#[derive(Clone, Debug)]
pub(crate) struct RawSpan {
    pub(crate) phase: Phase,
    pub(crate) first: u64,
    pub(crate) first_time: EventTime,
    pub(crate) last: u64,
    pub(crate) events: u64,
}

/// One instance of a followed process.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) name: Option<String>,
    pub(crate) pid: Option<u32>,
    pub(crate) account: Option<String>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) events: u64,
    pub(crate) spans: Vec<RawSpan>,
    /// The status of its Process Exit.
    pub(crate) exit_status: Option<i64>,
    /// The threads that ended since anything else happened: the exit, if the
    /// process ends too.
    ending: Option<RawSpan>,
    last_read: Option<(usize, MachineGuid)>,
    thread_reads: HashMap<u32, usize>,
}

/// Every instance of the followed processes.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    list: Vec<Instance>,
    current: HashMap<InstanceId, usize>,
}

impl Instances {
    /// The instance of an event, which is counted to it.
    pub(crate) fn enter(&mut self, event: &Event, operation: &str) -> usize {
        let key = id_of(event);
        if operation == "Process Start" && matches!(key, InstanceId::Pid(_) | InstanceId::Name(_)) {
            self.current.remove(&key);
        }
        let list = &mut self.list;
        let index = *self.current.entry(key.clone()).or_insert_with(|| {
            list.push(Instance {
                name: event.process_name().map(|name| name.into_owned()),
                pid: event.pid(),
                account: event
                    .get(Column::User)
                    .filter(|user| !user.is_empty())
                    .map(|user| user.into_owned()),
                first: event.number(),
                last: 0,
                events: 0,
                spans: Vec::new(),
                exit_status: None,
                ending: None,
                last_read: None,
                thread_reads: HashMap::new(),
            });
            list.len() - 1
        });
        let instance = &mut self.list[index];
        instance.last = event.number();
        instance.events += 1;
        match operation {
            "Thread Exit" => extend(&mut instance.ending, Phase::Exit, event),
            "Process Exit" => {
                extend(&mut instance.ending, Phase::Exit, event);
                instance.exit_status = exit_status(event);
                instance.spans.extend(instance.ending.take());
                if matches!(key, InstanceId::Pid(_)) {
                    self.current.remove(&key);
                }
            }
            _ => {}
        }
        index
    }

    /// Notes that an event marks a phase.
    pub(crate) fn mark(&mut self, instance: usize, phase: Phase, event: &Event) {
        let instance = &mut self.list[instance];
        // A thread that ended before this was not the beginning of the exit.
        instance.ending = None;
        match instance.spans.iter_mut().find(|span| span.phase == phase) {
            Some(span) => {
                span.last = event.number();
                span.events += 1;
            }
            None => instance.spans.push(RawSpan::new(phase, event)),
        }
    }

    /// Notes that a process read MachineGuid.
    pub(crate) fn read_guid(
        &mut self,
        instance: usize,
        tid: Option<u32>,
        read: usize,
        value: &MachineGuid,
    ) {
        let instance = &mut self.list[instance];
        instance.last_read = Some((read, value.clone()));
        if let Some(tid) = tid {
            instance.thread_reads.insert(tid, read);
        }
    }

    /// The read that precedes what a thread does now.
    pub(crate) fn link(&self, instance: usize, tid: Option<u32>) -> Option<(usize, LinkVia)> {
        let instance = &self.list[instance];
        if let Some(read) = tid.and_then(|tid| instance.thread_reads.get(&tid)) {
            return Some((*read, LinkVia::Thread));
        }
        let (read, _) = instance.last_read.as_ref()?;
        let known = instance.name.is_some() || instance.pid.is_some();
        Some((*read, if known { LinkVia::Process } else { LinkVia::Capture }))
    }

    /// The value that a process has read last.
    pub(crate) fn guid(&self, instance: usize) -> Option<&MachineGuid> {
        self.list[instance].last_read.as_ref().map(|read| &read.1)
    }

    pub(crate) fn list(&self) -> &[Instance] {
        &self.list
    }
}

impl RawSpan {
    fn new(phase: Phase, event: &Event) -> RawSpan {
        RawSpan {
            phase,
            first: event.number(),
            first_time: *event.time(),
            last: event.number(),
            events: 1,
        }
    }
}

/// What a Process Exit says that the process ended with.
fn exit_status(event: &Event) -> Option<i64> {
    event.detail()?.get("Exit Status")?.trim().parse().ok()
}

fn extend(span: &mut Option<RawSpan>, phase: Phase, event: &Event) {
    match span {
        Some(span) => {
            span.last = event.number();
            span.events += 1;
        }
        None => *span = Some(RawSpan::new(phase, event)),
    }
}

fn id_of(event: &Event) -> InstanceId {
    if let Some(process) = event.process() {
        return InstanceId::Index(process.index);
    }
    if let Some(pid) = event.pid() {
        return InstanceId::Pid(pid);
    }
    match event.process_name() {
        Some(name) => InstanceId::Name(name.to_lowercase()),
        None => InstanceId::Unknown,
    }
}
