//! One capture while its events come in: what of them concerns machine keys.
//!
//! Times stay as the events say them until the capture has been read to its end,
//! because only then is it known how its dates are written.

mod access_events;
mod access_log;
mod acting;
mod computer;
mod dependency_changes;
mod file_events;
mod file_operation;
mod files;
mod guid_answer;
mod guid_events;
mod guid_failures;
mod hardware_events;
mod installing;
mod instances;
mod key_event;
mod origins;
mod own_volume;
mod path_kind;
mod probe_events;
mod process_pattern;
mod rows;
mod seen_path;
mod subject;
mod values;

use std::sync::Arc;

use procmonkey_parser::{Column, Event, EventTime, Prefilter};

pub(crate) use access_log::AccessLog;
pub(crate) use computer::made_up_name;
pub(crate) use files::{FileState, Files};
pub(crate) use installing::{Installing, is_installer};
use installing::{OF_IIS, OF_WINDOWS};
pub(crate) use instances::{Instance, Instances, Standing};
pub(crate) use probe_events::{cng_provider, provider_name};
pub use process_pattern::ProcessPattern;
pub(crate) use rows::{EventNumbers, RawRow, Rows};
pub use subject::ProcessSelection;
pub(crate) use subject::{MAIN, Subject};
pub use values::ValueChange;
pub(crate) use values::{RawValue, Values};

use dependency_changes::changes_registry;
use guid_answer::KnownAnswers;
use key_event::KeyEvent;
use own_volume::OwnVolume;
use path_kind::PathKind;
use seen_path::{LastPath, SeenPath};

use acting::OpenHandles;

use crate::container::ContainerNames;
use crate::guid::MachineGuid;
use crate::machine_guid::{ReadChain, RegistryView};
use crate::phase::Phase;
use crate::quick_map::QuickMap;
use crate::report::{ComputerMarks, LinkVia};
use crate::step::Step;

/// Who did something, and in which event.
#[derive(Clone, Debug)]
pub(crate) struct EventRef {
    pub(crate) event: u64,
    pub(crate) time: EventTime,
    pub(crate) time_text: Option<String>,
    /// Index of the instance, for the processes that may be judged.
    pub(crate) instance: Option<usize>,
    pub(crate) process: Option<String>,
    pub(crate) pid: Option<u32>,
    pub(crate) tid: Option<u32>,
}

/// A logical read of MachineGuid.
#[derive(Clone, Debug)]
pub(crate) struct RawRead {
    pub(crate) at: EventRef,
    pub(crate) events: Vec<u64>,
    pub(crate) value: MachineGuid,
    pub(crate) view: RegistryView,
    pub(crate) full_chain: bool,
    pub(crate) path: String,
    pub(crate) result: String,
    /// How many reads have had this place in the list before.
    reused: u32,
}

/// A step of the timeline.
#[derive(Clone, Debug)]
pub(crate) struct RawStep {
    pub(crate) at: EventRef,
    pub(crate) phase: Phase,
    pub(crate) step: Step,
    pub(crate) path: String,
    pub(crate) result: String,
    pub(crate) guid: Option<MachineGuid>,
    /// Index of the key file.
    pub(crate) file: Option<usize>,
    pub(crate) offset: Option<u64>,
    pub(crate) length: Option<u64>,
    pub(crate) new_path: Option<String>,
    pub(crate) note: Option<String>,
    /// Index of the read before it, and how the two belong together.
    pub(crate) link: Option<(usize, LinkVia)>,
    /// The value that the process had read last.
    pub(crate) process_guid: Option<MachineGuid>,
}

/// The chain of one thread, and the read that it has become.
#[derive(Debug, Default)]
struct OpenChain {
    chain: ReadChain,
    first: Option<EventRef>,
    /// Its place in the list, and how many reads have had that place before.
    read: Option<(usize, u32)>,
    /// Whether the thread has done something else since.
    interrupted: bool,
}

impl OpenChain {
    /// Whether there were queries, and none that gave the value.
    fn is_valueless(&self) -> bool {
        self.read.is_none() && self.first.is_some()
    }
}

/// A thread of an instance; of an unknown number where there is no TID column.
type Thread = (usize, Option<u32>);

/// Everything that one capture has shown so far.
#[derive(Debug)]
pub(crate) struct Trace {
    names: Arc<ContainerNames>,
    pub(crate) instances: Instances,
    pub(crate) reads: Vec<RawRead>,
    pub(crate) steps: Vec<RawStep>,
    pub(crate) files: Files,
    /// The values of MachineGuid that events show, whoever read or set them.
    pub(crate) values: Values,
    chains: QuickMap<Thread, OpenChain>,
    /// The instances whose reads were given up without a value.
    valueless: Vec<usize>,
    /// What parts of a process that act for an account have open.
    handles: OpenHandles,
    own_volume: OwnVolume,
    /// Events of programs that install IIS or Windows features.
    pub(crate) installing: Installing,
    /// What all processes did around key files.
    pub(crate) access_log: AccessLog,
    /// What the events say about their computer.
    pub(crate) computer: ComputerMarks,
    /// The rows that a report may refer to.
    pub(crate) rows: Rows,
    /// What the path of the last event says.
    last_path: LastPath,
    /// What the last events on MachineGuid said.
    known_answers: KnownAnswers,
}

/// The events that have an effect in [`Trace::observe`]: those of the followed
/// processes, and those of others that are evidence.
pub(crate) fn trace_interest(processes: &ProcessSelection) -> Prefilter {
    let interest = installed_interest(processes);
    OF_WINDOWS.iter().fold(interest, |it, name| it.or_process(*name))
}

/// The same once an installer of Windows was seen, when further events of one add nothing.
pub(crate) fn installed_interest(processes: &ProcessSelection) -> Prefilter {
    let interest = processes.interest().or_process_life();
    let interest = OF_IIS.iter().fold(interest, |it, name| it.or_process(*name));
    OTHERS.iter().fold(interest, |it, part| it.or_path_with(part))
}

/// What the path of every event of another process that counts contains:
/// `PathKind::Crypto`, the key of MachineGuid and the providers of CNG;
/// `PathKind::MasterKeys`; `PathKind::Hello`; and `PathKind::ProviderDll`. The starts and exits
/// of all processes count, too.
const OTHERS: [&str; 4] = ["\\Crypto", "\\Protect", "\\Ngc", "\\rsaenh.dll"];

impl Trace {
    pub(crate) fn new(names: Arc<ContainerNames>) -> Trace {
        Trace {
            names,
            instances: Instances::default(),
            reads: Vec::new(),
            steps: Vec::new(),
            files: Files::default(),
            values: Values::default(),
            chains: QuickMap::default(),
            valueless: Vec::new(),
            handles: OpenHandles::default(),
            own_volume: OwnVolume::default(),
            installing: Installing::default(),
            access_log: AccessLog::default(),
            computer: ComputerMarks::default(),
            rows: Rows::default(),
            last_path: LastPath::default(),
            known_answers: KnownAnswers::default(),
        }
    }

    /// How often a judged process tried to read MachineGuid without the capture showing
    /// the value.
    pub(crate) fn reads_without_value(&self) -> u64 {
        let judged = self.instances.judged();
        let is_judged = |instance: usize| judged.get(instance).is_some_and(Option::is_some);
        let given_up = self.valueless.iter().filter(|instance| is_judged(**instance));
        let open =
            self.chains.iter().filter(|(thread, open)| open.is_valueless() && is_judged(thread.0));
        (given_up.count() + open.count()) as u64
    }

    /// Takes in the next event. `subject` says what its process is to the caller; what
    /// processes that are not judged do counts only as evidence.
    pub(crate) fn observe(&mut self, event: &Event, subject: Subject) {
        let operation = event.operation().unwrap_or_default();
        let path = event.path().unwrap_or_default();
        let seen = self.last_path.look_at(&path);
        let kind = seen.kind;
        let starts = operation == "Process Start";
        if starts || subject == Subject::Followed {
            self.own_volume.see(&path);
        }
        if starts
            && let Some(detail) = event.detail()
            && let Some(environment) = detail.get("Environment")
        {
            self.own_volume.see_environment(environment);
            self.computer.see_environment(environment, event.number());
        }
        if starts {
            self.instances.start(event);
        }
        if starts || operation == "Process Exit" {
            self.access_log.end_process(event);
        }
        let instance = self.instance_of(event, subject, &operation, (&path, seen));
        self.note_computer(event, subject, &operation, (&path, seen));
        if let Some(instance) = instance
            && let Some(phase) = Phase::marked_by(&operation, self.last_path.mark())
        {
            self.instances.mark(instance, phase, event);
        }
        if self.installing.note(event) {
            self.rows.keep(event, instance);
        }
        self.keep_row(event, instance, &operation, seen);
        let taken_apart = || KeyEvent::of(event, instance, &operation, &path);
        if seen.concerns_guid && self.observe_guid(event, instance, (&operation, &path)) {
            return;
        }
        if let Some(instance) = instance
            && !self.chains.is_empty()
            && let Some(open) = self.chains.get_mut(&(instance, event.tid()))
        {
            open.interrupted = true;
        }
        match (kind, instance) {
            (PathKind::Crypto, _) => self.observe_file(&taken_apart()),
            (PathKind::Hello, _) => self.observe_hardware(&taken_apart()),
            (PathKind::MasterKeys, _) => {
                let event = taken_apart();
                self.note_master_key(&event);
                self.note_change_of_file(&event);
            }
            (PathKind::Providers | PathKind::CngProviders, _) if changes_registry(&operation) => {
                self.note_change_of_registry(&taken_apart());
            }
            (PathKind::CngProviders, Some(instance)) if subject == Subject::Followed => {
                self.note_cng_provider(&taken_apart(), instance);
            }
            (PathKind::Providers, Some(instance)) if subject == Subject::Followed => {
                self.note_provider(&taken_apart(), instance);
            }
            (PathKind::ProviderDll, _) => {
                let event = taken_apart();
                self.note_change_of_file(&event);
                if let Some(instance) = instance
                    && subject == Subject::Followed
                {
                    self.note_provider_dll(&event, instance);
                }
            }
            (PathKind::Elsewhere, _) if operation.starts_with("SetRename") => {
                self.observe_arrival(&taken_apart());
            }
            _ => {}
        }
    }

    /// Keeps the row of an event that a finding may cite.
    fn keep_row(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        seen: SeenPath,
    ) {
        let is_evidence = match seen.kind {
            PathKind::Elsewhere => {
                let is_life = matches!(operation, "Process Start" | "Process Exit" | "Thread Exit");
                (is_life && instance.is_some())
                    || seen.concerns_guid
                    || operation.starts_with("SetRename")
            }
            PathKind::Providers | PathKind::CngProviders => {
                instance.is_some() || changes_registry(operation)
            }
            // Every process loads it; only what may change it counts.
            PathKind::ProviderDll => {
                instance.is_some() || operation.starts_with("Set") || operation == "CreateFile"
            }
            _ => true,
        };
        if !is_evidence {
            return;
        }
        self.rows.keep(event, instance);
        if self.rows.is_full() {
            let needed = self.cited_so_far();
            self.rows.clear_except(&needed);
        }
    }

    /// The events that something kept so far refers to.
    pub(crate) fn cited_so_far(&self) -> EventNumbers {
        /// How many steps keep their rows.
        const STEPS: usize = 16_384;
        let mut all: Vec<u64> = self.access_log.accesses.events().map(|(_, event)| event).collect();
        for file in self.files.list_all() {
            all.extend([file.first, file.last]);
            all.extend(file.created.map(|created| created.1));
            all.extend(&file.listed_by);
        }
        all.extend(self.reads.iter().flat_map(|read| &read.events));
        all.extend(self.values.list().iter().flat_map(|seen| [seen.first, seen.last]));
        all.extend(self.steps.iter().take(STEPS).map(|step| step.at.event));
        all.extend(self.chains.values().filter_map(|open| Some(open.first.as_ref()?.event)));
        for instance in self.instances.list() {
            all.extend([instance.first, instance.last]);
        }
        all.extend([self.installing.of_iis, self.installing.of_windows].into_iter().flatten());
        EventNumbers::of(all)
    }

    /// Takes in what an event says about the computer. As with processes, only events count
    /// that the reader of every format hands over.
    fn note_computer(
        &mut self,
        event: &Event,
        subject: Subject,
        operation: &str,
        (path, seen): (&str, SeenPath),
    ) {
        if operation == "Process Start" {
            return;
        }
        let at_keys = matches!(seen.kind, PathKind::Crypto | PathKind::MasterKeys);
        if subject != Subject::Followed && !at_keys {
            return;
        }
        if operation == "QueryInformationVolume" {
            self.computer.see_volume(event, path);
        } else if at_keys || path.get(..4).is_some_and(|top| top.eq_ignore_ascii_case("HKU\\")) {
            self.computer.see_path(path);
        }
    }

    /// The instance that an event is counted to. Of a process that was not asked for,
    /// only those events count that the reader of every format is sure to hand over.
    fn instance_of(
        &mut self,
        event: &Event,
        subject: Subject,
        operation: &str,
        (path, seen): (&str, SeenPath),
    ) -> Option<usize> {
        let at_keys = matches!(seen.kind, PathKind::Crypto | PathKind::Hello);
        if at_keys && let Some(instance) = self.acting(event, subject, operation, path) {
            return Some(instance);
        }
        match subject {
            Subject::Followed => Some(self.instances.enter(event, operation)),
            Subject::Candidate if at_keys || seen.concerns_guid => {
                let instance = self.instances.enter_passing(event);
                if at_keys && self.is_at_own_keys(path) {
                    self.instances.meet_at_the_keys(instance);
                }
                Some(instance)
            }
            Subject::Candidate => self.instances.live(event, operation),
            Subject::Other => None,
        }
    }

    /// Keeps a step, unless its instance is only passing or has enough of them.
    fn keep_step(&mut self, step: RawStep) {
        if let Some(instance) = step.at.instance
            && !self.instances.takes_step(instance)
        {
            // One that is passing is at the keys of another Windows, which nothing is judged by.
            if !self.instances.is_passing(instance) {
                self.access_log.leave_out();
            }
            return;
        }
        self.steps.push(step);
    }
}

fn event_ref(event: &Event, instance: Option<usize>) -> EventRef {
    let time_text = event.get(Column::TimeOfDay).filter(|text| !text.is_empty());
    let time_text = time_text.or_else(|| event.get(Column::DateAndTime));
    EventRef {
        event: event.number(),
        time: *event.time(),
        time_text: time_text.map(|text| text.into_owned()),
        instance,
        process: event.process_name().map(|name| name.into_owned()),
        pid: event.pid(),
        tid: event.tid(),
    }
}

fn ends_with_ignore_case(text: &str, end: &str) -> bool {
    let (text, end) = (text.as_bytes(), end.as_bytes());
    text.len() >= end.len() && text[text.len() - end.len()..].eq_ignore_ascii_case(end)
}
