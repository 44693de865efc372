//! One capture while its events come in: what of them concerns machine keys.
//!
//! Times stay as the events say them until the capture has been read to its end,
//! because only then is it known how its dates are written.

mod access_events;
mod access_log;
mod file_events;
mod file_operation;
mod files;
mod guid_events;
mod guid_failures;
mod hardware_events;
mod instances;
mod key_event;
mod path_kind;
mod probe_events;
mod subject;

use std::collections::HashMap;

use procmonkey_parser::{Column, Event, EventTime, Prefilter};

pub(crate) use access_log::AccessLog;
pub(crate) use files::{FileState, Files};
pub(crate) use instances::{Instance, Instances};
pub(crate) use probe_events::{cng_provider, provider_name};
pub use subject::ProcessSelection;
pub(crate) use subject::Subject;

use key_event::KeyEvent;
use path_kind::PathKind;

use crate::container::ContainerNames;
use crate::guid::MachineGuid;
use crate::machine_guid::{ReadChain, RegistryView};
use crate::phase::Phase;
use crate::report::LinkVia;
use crate::step::Step;

/// Who did something, and in which event.
#[derive(Clone, Debug)]
pub(crate) struct EventRef {
    pub(crate) event: u64,
    pub(crate) time: EventTime,
    pub(crate) time_text: Option<String>,
    /// Index of the instance, for the processes that were asked for.
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
    read: Option<usize>,
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
pub(crate) struct Trace<'n> {
    names: &'n ContainerNames,
    pub(crate) instances: Instances,
    pub(crate) reads: Vec<RawRead>,
    pub(crate) steps: Vec<RawStep>,
    pub(crate) files: Files,
    /// Different values of MachineGuid that events show, whoever read or set them.
    pub(crate) values: Vec<MachineGuid>,
    chains: HashMap<Thread, OpenChain>,
    valueless: u64,
    /// Events of programs that install Windows features.
    pub(crate) installing: Vec<u64>,
    /// What all processes did around key files.
    pub(crate) access_log: AccessLog,
}

/// Programs that install IIS or other Windows features. While one of them runs,
/// a new key container is nothing unusual.
const INSTALLERS: [&str; 9] = [
    "iissetup.exe",
    "inetmgr6setup.exe",
    "tiworker.exe",
    "trustedinstaller.exe",
    "pkgmgr.exe",
    "dism.exe",
    "dismhost.exe",
    "ocsetup.exe",
    "sysocmgr.exe",
];

/// The events that have an effect in [`Trace::observe`]: those of the followed
/// processes, and those of others that are evidence.
pub(crate) fn trace_interest(processes: &ProcessSelection) -> Prefilter {
    let interest = installed_interest(processes);
    INSTALLERS.iter().fold(interest, |it, name| it.or_process(*name))
}

/// The same once an installer was seen, when further events of one add nothing.
pub(crate) fn installed_interest(processes: &ProcessSelection) -> Prefilter {
    OTHERS.iter().fold(processes.interest(), |it, part| it.or_path_with(part))
}

/// What the path of every event of another process that counts contains:
/// `PathKind::Crypto`, the key of MachineGuid and the providers of CNG;
/// `PathKind::MasterKeys`; and `PathKind::Hello`.
const OTHERS: [&str; 3] = ["\\Crypto", "\\Protect\\S-1-", "\\Ngc"];

impl<'n> Trace<'n> {
    pub(crate) fn new(names: &'n ContainerNames) -> Trace<'n> {
        Trace {
            names,
            instances: Instances::default(),
            reads: Vec::new(),
            steps: Vec::new(),
            files: Files::default(),
            values: Vec::new(),
            chains: HashMap::new(),
            valueless: 0,
            installing: Vec::new(),
            access_log: AccessLog::default(),
        }
    }

    /// Attempts to read MachineGuid whose value the capture does not show.
    pub(crate) fn reads_without_value(&self) -> u64 {
        let open = self.chains.values().filter(|open| open.is_valueless());
        self.valueless + open.count() as u64
    }

    /// Takes in the next event. `subject` says whether its process is one of
    /// those that are followed; what others do counts only as evidence.
    pub(crate) fn observe(&mut self, event: &Event, subject: Subject) {
        let operation = event.operation().unwrap_or_default();
        let path = event.path().unwrap_or_default();
        let instance = match subject {
            Subject::Followed => Some(self.instances.enter(event, &operation)),
            Subject::Other => None,
        };
        if let Some(instance) = instance
            && let Some(phase) = Phase::marked_by(&operation, &path)
        {
            self.instances.mark(instance, phase, event);
        }
        if self.installing.is_empty() && is_installer(event) {
            self.installing.push(event.number());
        }
        let taken_apart = || KeyEvent::of(event, instance, &operation, &path);
        if concerns_guid(&path) {
            let event = taken_apart();
            self.note_guid_access(&event);
            if self.observe_guid(&event) {
                return;
            }
        }
        if let Some(instance) = instance
            && !self.chains.is_empty()
            && let Some(open) = self.chains.get_mut(&(instance, event.tid()))
        {
            open.interrupted = true;
        }
        match (PathKind::of(&path), instance) {
            (PathKind::Crypto, _) => self.observe_file(&taken_apart()),
            (PathKind::Hello, _) => self.observe_hardware(&taken_apart()),
            (PathKind::MasterKeys, _) => self.note_master_key(&taken_apart()),
            (PathKind::CngProviders, Some(instance)) => {
                self.note_cng_provider(&taken_apart(), instance);
            }
            (PathKind::Providers, Some(instance)) => self.note_provider(&taken_apart(), instance),
            (PathKind::ProviderDll, Some(instance)) => {
                self.note_provider_dll(&taken_apart(), instance);
            }
            (PathKind::Elsewhere, _) if operation.starts_with("SetRename") => {
                self.observe_arrival(&taken_apart());
            }
            _ => {}
        }
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

fn is_installer(event: &Event) -> bool {
    event
        .process_name()
        .is_some_and(|name| INSTALLERS.iter().any(|installer| name.eq_ignore_ascii_case(installer)))
}

/// Whether a path may be MachineGuid or the key that holds it. Cheap: it is asked
/// for every event.
fn concerns_guid(path: &str) -> bool {
    ends_with_ignore_case(path, "\\MachineGuid")
        || ends_with_ignore_case(path, "\\Microsoft\\Cryptography")
}

fn ends_with_ignore_case(text: &str, end: &str) -> bool {
    let (text, end) = (text.as_bytes(), end.as_bytes());
    text.len() >= end.len() && text[text.len() - end.len()..].eq_ignore_ascii_case(end)
}
