//! Instances of processes: a PID is used again, an instance never.

use std::collections::{HashSet, VecDeque};

use procmonkey_parser::{Column, Event, EventTime};

use crate::guid::MachineGuid;
use crate::phase::Phase;
use crate::quick_map::QuickMap;
use crate::report::LinkVia;
use crate::trace::origins::{Origin, Origins};

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
    /// A process while it acts for an account.
    Acting(Box<InstanceId>, String),
}

/// Why an instance is in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was asked for, or is the one that is followed when none is.
    Followed,
    /// It was met at the keys.
    AtTheKeys,
    /// It only read MachineGuid so far.
    Passing,
    /// It acts for an account; whether one that was asked for runs as it is known when
    /// the capture ends.
    Acting,
}

/// Where a phase begins and ends.
#[derive(Clone, Debug)]
pub(crate) struct RawSpan {
    pub(crate) phase: Phase,
    pub(crate) first: u64,
    pub(crate) first_time: EventTime,
    pub(crate) last: u64,
    pub(crate) last_time: EventTime,
    pub(crate) events: u64,
}

/// One instance of a process.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) standing: Standing,
    /// The account that it acts for, for a part of a process that does.
    pub(crate) acts_for: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) pid: Option<u32>,
    pub(crate) account: Option<String>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) events: u64,
    pub(crate) first_time: EventTime,
    pub(crate) last_time: EventTime,
    /// The events in which it starts and exits.
    pub(crate) starts: Option<u64>,
    pub(crate) exits: Option<u64>,
    /// Its first event on a file.
    pub(crate) file_event: Option<u64>,
    pub(crate) spans: Vec<RawSpan>,
    /// The status of its Process Exit.
    pub(crate) exit_status: Option<i64>,
    /// The threads that ended since anything else happened: the exit, if the
    /// process ends too.
    ending: Option<RawSpan>,
    last_read: Option<(usize, MachineGuid)>,
    thread_reads: QuickMap<u32, usize>,
    /// The reads of one that is only passing, the oldest first.
    passing_reads: VecDeque<usize>,
    /// How many steps of it are kept.
    pub(super) steps: usize,
    /// Where the program comes from.
    pub(crate) origin: Origin,
}

/// How many reads of MachineGuid are kept of an instance that is only passing.
const PASSING_READS: usize = 8;

/// How many steps are kept of an instance that was not asked for.
const MOST_STEPS: usize = 4096;

/// Every instance that is met.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    list: Vec<Instance>,
    origins: Origins,
    current: QuickMap<InstanceId, usize>,
    /// PID and instance of the event before, which the next one mostly has too.
    last: Option<(u32, usize)>,
}

impl Instances {
    /// Takes in that a process starts, whoever it is.
    pub(super) fn start(&mut self, event: &Event) {
        self.origins.start(event);
    }

    /// The instance of an event, which is counted to it.
    pub(crate) fn enter(&mut self, event: &Event, operation: &str) -> usize {
        let key = id_of(event);
        if operation == "Process Start" && key.can_be_used_again() {
            self.forget(&key);
        }
        let index = self.count(key.clone(), event, Standing::Followed, None);
        match operation {
            _ if operation.starts_with("Reg") => {}
            "Process Start" => self.list[index].starts = Some(event.number()),
            "Thread Exit" => extend(&mut self.list[index].ending, Phase::Exit, event),
            "Process Exit" => self.end(index, &key, event),
            _ if is_on_file(operation) => {
                self.list[index].file_event.get_or_insert(event.number());
            }
            _ => {}
        }
        index
    }

    /// The instance of an event of a process that was not asked for.
    pub(super) fn enter_passing(&mut self, event: &Event) -> usize {
        self.count(id_of(event), event, Standing::Passing, None)
    }

    /// The part of a process that acts for an account.
    pub(super) fn enter_acting(
        &mut self,
        event: &Event,
        standing: Standing,
        account: &str,
    ) -> usize {
        let key = InstanceId::Acting(Box::new(id_of(event)), account.to_lowercase());
        self.count(key, event, standing, Some(account))
    }

    /// Counts an event to a part of a process that acts for an account.
    pub(super) fn enter_same(&mut self, event: &Event, index: usize) {
        let instance = &mut self.list[index];
        instance.last = event.number();
        instance.last_time = *event.time();
        instance.events += 1;
    }

    /// Takes in that a process that was not asked for starts or ends; its end is counted to
    /// it.
    pub(super) fn live(&mut self, event: &Event, operation: &str) -> Option<usize> {
        let key = id_of(event);
        let index = *self.current.get(&key)?;
        match operation {
            "Process Start" if key.can_be_used_again() => {
                self.forget(&key);
                None
            }
            "Process Exit" => {
                self.enter_same(event, index);
                self.end(index, &key, event);
                Some(index)
            }
            _ => None,
        }
    }

    fn count(
        &mut self,
        key: InstanceId,
        event: &Event,
        standing: Standing,
        acts_for: Option<&str>,
    ) -> usize {
        // A PID under another name is another process, whose start is not in the capture.
        if let Some(index) = self.find(&key) {
            if is_named(event, self.list[index].name.as_deref()) {
                self.enter_same(event, index);
                return index;
            }
            self.forget(&key);
        }
        let name = event.process_name();
        let (list, origins) = (&mut self.list, &self.origins);
        let index = *self.current.entry(key).or_insert_with(|| {
            list.push(Instance {
                standing,
                acts_for: acts_for.map(str::to_string),
                name: name.map(|name| name.into_owned()),
                pid: event.pid(),
                account: event
                    .get(Column::User)
                    .filter(|user| !user.is_empty())
                    .map(|user| user.into_owned()),
                first: event.number(),
                last: 0,
                events: 0,
                first_time: *event.time(),
                last_time: *event.time(),
                starts: None,
                exits: None,
                file_event: None,
                spans: Vec::new(),
                exit_status: None,
                ending: None,
                last_read: None,
                thread_reads: QuickMap::default(),
                passing_reads: VecDeque::new(),
                steps: 0,
                origin: origins.of(event),
            });
            list.len() - 1
        });
        self.enter_same(event, index);
        index
    }

    /// The instance that has this id.
    fn find(&mut self, key: &InstanceId) -> Option<usize> {
        let InstanceId::Pid(pid) = key else { return self.current.get(key).copied() };
        if let Some((last, index)) = self.last
            && last == *pid
        {
            return Some(index);
        }
        let index = *self.current.get(key)?;
        self.last = Some((*pid, index));
        Some(index)
    }

    /// From here on another instance may have this id.
    fn forget(&mut self, key: &InstanceId) {
        self.current.remove(key);
        self.last = None;
    }

    fn end(&mut self, index: usize, key: &InstanceId, event: &Event) {
        let instance = &mut self.list[index];
        extend(&mut instance.ending, Phase::Exit, event);
        instance.exit_status = exit_status(event);
        instance.exits = Some(event.number());
        instance.spans.extend(instance.ending.take());
        if matches!(key, InstanceId::Pid(_)) {
            self.forget(key);
        }
    }

    /// From here on the instance is judged, because it was met at the keys.
    pub(super) fn meet_at_the_keys(&mut self, index: usize) {
        let instance = &mut self.list[index];
        if instance.standing == Standing::Passing {
            instance.standing = Standing::AtTheKeys;
            instance.passing_reads.clear();
        }
    }

    /// Whether a step of the instance is kept, which is counted then.
    pub(super) fn takes_step(&mut self, index: usize) -> bool {
        let instance = &mut self.list[index];
        let has_room = match instance.standing {
            Standing::Followed => true,
            Standing::AtTheKeys | Standing::Acting => instance.steps < MOST_STEPS,
            Standing::Passing => false,
        };
        instance.steps += usize::from(has_room);
        has_room
    }

    pub(super) fn is_passing(&self, index: usize) -> bool {
        self.list[index].standing == Standing::Passing
    }

    /// The read that gives up its place for a new one of an instance that is only
    /// passing, where there are enough of them.
    pub(super) fn displaced_read(&mut self, index: usize) -> Option<usize> {
        let instance = &mut self.list[index];
        if instance.standing != Standing::Passing || instance.passing_reads.len() < PASSING_READS {
            return None;
        }
        let oldest = instance.passing_reads.pop_front()?;
        instance.thread_reads.retain(|_, read| *read != oldest);
        Some(oldest)
    }

    /// The place of each instance among those that are judged.
    pub(crate) fn judged(&self) -> Vec<Option<usize>> {
        let followed = self.list.iter().filter(|it| it.standing == Standing::Followed);
        let accounts: HashSet<String> =
            followed.filter_map(|it| Some(it.account.as_ref()?.to_lowercase())).collect();
        let mut next = 0;
        let place = |instance: &Instance| {
            let judged = match instance.standing {
                Standing::Followed | Standing::AtTheKeys => true,
                Standing::Passing => false,
                Standing::Acting => instance
                    .acts_for
                    .as_ref()
                    .is_some_and(|account| accounts.contains(&account.to_lowercase())),
            };
            judged.then(|| {
                next += 1;
                next - 1
            })
        };
        self.list.iter().map(place).collect()
    }

    /// Notes that an event marks a phase.
    pub(crate) fn mark(&mut self, instance: usize, phase: Phase, event: &Event) {
        let instance = &mut self.list[instance];
        // A thread that ended before this was not the beginning of the exit.
        instance.ending = None;
        match instance.spans.iter_mut().find(|span| span.phase == phase) {
            Some(span) => span.extend_to(event),
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
        self.keep_read(instance, read);
        let instance = &mut self.list[instance];
        instance.last_read = Some((read, value.clone()));
        if let Some(tid) = tid {
            instance.thread_reads.insert(tid, read);
        }
    }

    /// Notes where a read of a process is kept.
    pub(super) fn keep_read(&mut self, instance: usize, read: usize) {
        let instance = &mut self.list[instance];
        if instance.standing == Standing::Passing {
            instance.passing_reads.push_back(read);
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

impl InstanceId {
    /// Whether another process may have the same id later on.
    fn can_be_used_again(&self) -> bool {
        matches!(self, InstanceId::Pid(_) | InstanceId::Name(_))
    }
}

impl RawSpan {
    fn new(phase: Phase, event: &Event) -> RawSpan {
        RawSpan {
            phase,
            first: event.number(),
            first_time: *event.time(),
            last: event.number(),
            last_time: *event.time(),
            events: 1,
        }
    }

    fn extend_to(&mut self, event: &Event) {
        self.last = event.number();
        self.last_time = *event.time();
        self.events += 1;
    }
}

/// Whether this is the process name of an event.
fn is_named(event: &Event, name: Option<&str>) -> bool {
    event.bytes(Column::ProcessName).as_deref() == name.map(str::as_bytes)
        || event.process_name().as_deref() == name
}

/// What a Process Exit says that the process ended with.
fn exit_status(event: &Event) -> Option<i64> {
    event.detail()?.get("Exit Status")?.trim().parse().ok()
}

fn extend(span: &mut Option<RawSpan>, phase: Phase, event: &Event) {
    match span {
        Some(span) => span.extend_to(event),
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

/// Whether an operation is one of those on files that every use of a key file begins with.
fn is_on_file(operation: &str) -> bool {
    matches!(operation, "CreateFile" | "QueryOpen" | "QueryDirectory" | "ReadFile" | "CloseFile")
        || operation.starts_with("IRP_MJ_")
}
