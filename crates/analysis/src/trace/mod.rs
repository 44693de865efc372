//! One capture while its events come in: what of them concerns machine keys.
//!
//! Times stay as the events say them until the capture has been read to its end,
//! because only then is it known how its dates are written.

mod files;
mod instances;
mod subject;

use procmonkey_parser::{Column, Event, EventTime, NtStatus, plain_operation};

pub(crate) use files::{FileState, Files};
pub(crate) use instances::Instances;
pub use subject::Processes;
pub(crate) use subject::Subject;

use crate::container::{Names, empty_container_len};
use crate::guid::MachineGuid;
use crate::key_file::{KeyFile, KeyFolder};
use crate::machine_guid::{Chained, GuidAccess, ReadChain, RegistryView};
use crate::phase::Phase;
use crate::report::LinkVia;
use crate::step::Step;

/// Who did something, and in which event.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
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
    pub(crate) actor: Actor,
    pub(crate) events: Vec<u64>,
    pub(crate) value: MachineGuid,
    pub(crate) view: RegistryView,
    pub(crate) full_chain: bool,
}

/// A step of the timeline.
#[derive(Clone, Debug)]
pub(crate) struct RawStep {
    pub(crate) actor: Actor,
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
    instance: Option<usize>,
    tid: Option<u32>,
    chain: ReadChain,
    first: Option<Actor>,
    read: Option<usize>,
}

/// Everything that one capture has shown so far.
#[derive(Debug)]
pub(crate) struct Trace<'n> {
    names: &'n Names,
    pub(crate) instances: Instances,
    pub(crate) reads: Vec<RawRead>,
    pub(crate) steps: Vec<RawStep>,
    pub(crate) files: Files,
    /// Different values of MachineGuid that events show, whoever read or set them.
    pub(crate) values: Vec<MachineGuid>,
    chains: Vec<OpenChain>,
    /// Events of programs that install Windows features.
    pub(crate) installing: Vec<u64>,
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

impl<'n> Trace<'n> {
    pub(crate) fn new(names: &'n Names) -> Trace<'n> {
        Trace {
            names,
            instances: Instances::default(),
            reads: Vec::new(),
            steps: Vec::new(),
            files: Files::default(),
            values: Vec::new(),
            chains: Vec::new(),
            installing: Vec::new(),
        }
    }

    /// Attempts to read MachineGuid whose value the capture does not show.
    pub(crate) fn reads_without_value(&self) -> u64 {
        let open = self.chains.iter().filter(|open| {
            open.read.is_none() && open.first.as_ref().is_some_and(|first| first.instance.is_some())
        });
        open.count() as u64
    }

    /// Takes in the next event. `asked_for` tells whether its process is one of
    /// those that are followed; what others do counts only as a witness.
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
        if concerns_guid(&path) {
            self.observe_guid(event, instance, &operation, &path);
        } else if concerns_keys(&path) {
            self.observe_file(event, instance, &operation, &path);
        }
    }

    fn observe_guid(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let detail = event.detail();
        let result = event.result().unwrap_or_default();
        let status = NtStatus::from_result(&result);
        let Some((view, access)) = GuidAccess::of(operation, path, status, detail.as_ref()) else {
            return;
        };
        if let GuidAccess::Value(value) | GuidAccess::Set(Some(value)) = &access {
            self.see_value(value);
        }
        let actor = || actor_of(event, instance);
        match access {
            GuidAccess::Value(_) | GuidAccess::TooSmall(_) | GuidAccess::ValueNotShown => {
                if instance.is_some() {
                    self.chain(&actor(), view, &access, path, &result);
                }
            }
            GuidAccess::Missing if instance.is_some() => {
                let note = (view == RegistryView::Wow6432).then(|| {
                    "normal: the value stands only in the 64-bit view, and a 32-bit program must ask for it".to_string()
                });
                self.guid_step(actor(), Step::GuidMissing, path, &result, None, note);
            }
            GuidAccess::Set(value) => {
                let note = value
                    .as_ref()
                    .filter(|value| value.has_braces())
                    .map(|_| "with braces, which a MachineGuid does not have".to_string());
                self.guid_step(actor(), Step::GuidSet, path, &result, value, note);
            }
            GuidAccess::Removed => {
                self.guid_step(actor(), Step::GuidRemoved, path, &result, None, None);
            }
            GuidAccess::Failed if instance.is_some() => {
                self.guid_step(actor(), Step::Failed, path, &result, None, None);
            }
            GuidAccess::Missing | GuidAccess::Failed => {}
        }
    }

    /// Adds one event to the read of its thread.
    fn chain(
        &mut self,
        actor: &Actor,
        view: RegistryView,
        access: &GuidAccess,
        path: &str,
        result: &str,
    ) {
        let place = self
            .chains
            .iter()
            .rposition(|open| open.instance == actor.instance && open.tid == actor.tid);
        let continues = place
            .is_some_and(|place| self.chains[place].chain.offers(access) == Chained::Continues);
        let place = match place {
            Some(place) if continues => place,
            // A finished read of the same thread makes room for the next one.
            Some(place) if self.chains[place].read.is_some() => {
                self.chains[place] = OpenChain::default();
                place
            }
            _ => {
                self.chains.push(OpenChain::default());
                self.chains.len() - 1
            }
        };
        let open = &mut self.chains[place];
        open.instance = actor.instance;
        open.tid = actor.tid;
        open.chain.push(actor.event, access);
        let first = open.first.get_or_insert_with(|| actor.clone()).clone();
        let Some(value) = open.chain.value().cloned() else { return };
        match open.read {
            Some(read) => {
                self.reads[read].events = open.chain.events().to_vec();
                self.reads[read].full_chain = open.chain.is_full();
            }
            None => {
                let read = self.reads.len();
                open.read = Some(read);
                let events = open.chain.events().to_vec();
                if let Some(instance) = first.instance {
                    self.instances.read_guid(instance, first.tid, read, &value);
                }
                let note = value
                    .has_braces()
                    .then(|| "with braces, which a MachineGuid does not have".to_string());
                self.guid_step(
                    first.clone(),
                    Step::GuidRead,
                    path,
                    result,
                    Some(value.clone()),
                    note,
                );
                self.reads.push(RawRead { actor: first, events, value, view, full_chain: false });
            }
        }
    }

    fn guid_step(
        &mut self,
        actor: Actor,
        step: Step,
        path: &str,
        result: &str,
        guid: Option<MachineGuid>,
        note: Option<String>,
    ) {
        self.steps.push(RawStep {
            actor,
            phase: Phase::CryptoLoad,
            step,
            path: path.to_string(),
            result: result.to_string(),
            guid,
            file: None,
            offset: None,
            length: None,
            new_path: None,
            note,
            link: None,
            process_guid: None,
        });
    }

    fn observe_file(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let Some(detail) = event.detail() else {
            return self.observe_file_bare(event, instance, operation, path);
        };
        let plain = plain_operation(operation, &detail).to_string();
        if plain == "QueryDirectory" {
            return self.observe_listing(event, instance, path);
        }
        self.file_step(event, instance, &plain, path);
    }

    /// An event without a Detail column still tells of opens and failures.
    fn observe_file_bare(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        if operation != "QueryDirectory" {
            self.file_step(event, instance, operation, path);
        }
    }

    fn file_step(&mut self, event: &Event, instance: Option<usize>, operation: &str, path: &str) {
        let detail = event.detail();
        let new_path = detail
            .as_ref()
            .filter(|_| operation.starts_with("SetRename"))
            .and_then(|detail| detail.get("FileName"))
            .map(str::to_string);
        let file =
            KeyFile::from_path(path).or_else(|| new_path.as_deref().and_then(KeyFile::from_path));
        let Some(file) = file else { return };
        let result = event.result().unwrap_or_default();
        let status = NtStatus::from_result(&result);
        let step = Step::of_file(operation, status, detail.as_ref());
        let guid = file.guid.clone();
        let stem = file.stem.clone();
        let index = self.files.touch(file, path, event.number());
        let offset = detail.as_ref().and_then(|detail| detail.integer("Offset"));
        let length = detail.as_ref().and_then(|detail| detail.integer("Length"));
        let Some(step) = step else { return };
        self.files.take_step(index, step, event.number(), offset, length, instance.is_some());
        if let Some(new_file) = new_path.as_deref().and_then(KeyFile::from_path)
            && step == Step::Renamed
        {
            let to =
                self.files.touch(new_file, new_path.as_deref().unwrap_or(path), event.number());
            self.files.arrive(to);
        }
        let Some(instance) = instance else { return };
        self.instances.mark(instance, Phase::KeyFiles, event);
        let note = self.note(
            step,
            &stem,
            offset,
            length,
            detail.as_ref().and_then(|detail| detail.get("OpenResult")),
        );
        let transfers = matches!(step, Step::Read | Step::Written);
        self.steps.push(RawStep {
            link: self.instances.link(instance, event.tid()),
            process_guid: self.instances.guid(instance).cloned(),
            actor: actor_of(event, Some(instance)),
            phase: Phase::KeyFiles,
            step,
            path: path.to_string(),
            result: result.into_owned(),
            guid: Some(guid),
            file: Some(index),
            offset: offset.filter(|_| transfers),
            length: length.filter(|_| transfers),
            new_path,
            note,
        });
    }

    /// What is easily misread in a step.
    fn note(
        &self,
        step: Step,
        stem: &str,
        offset: Option<u64>,
        length: Option<u64>,
        open_result: Option<&str>,
    ) -> Option<String> {
        match step {
            Step::Opened if open_result == Some("Opened") => {
                Some("it existed, and was not created".into())
            }
            Step::Opened => Some("no OpenResult: whether it existed is not known".into()),
            Step::Written if offset == Some(0) => {
                let name = &self.names.find(stem)?.name;
                (length == Some(empty_container_len(name)))
                    .then(|| format!("an empty container, 40 + {} + 1 bytes", name.chars().count()))
            }
            _ => None,
        }
    }

    /// A listing of a key folder is a witness for files that nobody opens.
    fn observe_listing(&mut self, event: &Event, instance: Option<usize>, path: &str) {
        let parent = path.rsplit_once('\\').map_or(path, |(parent, _)| parent);
        let Some(folder) = KeyFolder::from_path(path).or_else(|| KeyFolder::from_path(parent))
        else {
            return;
        };
        let result = event.result().unwrap_or_default();
        let found = NtStatus::from_result(&result) == Some(NtStatus::SUCCESS);
        let Some(detail) = event.detail() else { return };
        if !found {
            // A search for one name that is not there is a probe for that file.
            if let Some(file) = KeyFile::from_path(path)
                && result.eq_ignore_ascii_case("NO SUCH FILE")
                && instance.is_some()
            {
                self.files.touch(file, path, event.number());
            }
            return;
        }
        let folder_path = path.rsplit_once('\\').filter(|_| KeyFolder::from_path(path).is_none());
        let folder_path =
            folder_path.map_or(path.trim_end_matches(['*', '\\']), |(parent, _)| parent);
        for item in detail.items().filter(|item| item.key.bytes().all(|b| b.is_ascii_digit())) {
            if let Some(file) = KeyFile::in_folder(folder, item.value) {
                let full = format!("{folder_path}\\{}", item.value);
                let index = self.files.touch(file, &full, event.number());
                self.files.list(index, event.number());
            }
        }
    }

    fn see_value(&mut self, value: &MachineGuid) {
        if !self.values.contains(value) {
            self.values.push(value.clone());
        }
    }
}

fn actor_of(event: &Event, instance: Option<usize>) -> Actor {
    let time_text = event.get(Column::TimeOfDay).filter(|text| !text.is_empty());
    let time_text = time_text.or_else(|| event.get(Column::DateAndTime));
    Actor {
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

/// Whether a path may lie in a key folder.
fn concerns_keys(path: &str) -> bool {
    const CRYPTO: &[u8] = b"\\crypto\\";
    memchr::memchr_iter(b'\\', path.as_bytes()).any(|at| {
        path.as_bytes()
            .get(at..at + CRYPTO.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(CRYPTO))
    })
}

fn ends_with_ignore_case(text: &str, end: &str) -> bool {
    let (text, end) = (text.as_bytes(), end.as_bytes());
    text.len() >= end.len() && text[text.len() - end.len()..].eq_ignore_ascii_case(end)
}
