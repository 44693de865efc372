//! Keeps what all processes did around key files, one entry for each process and
//! file, in bounded memory.

use procmonkey_parser::{Column, Event, EventTime};

use super::file_operation::{FileOperation, ForCreation, ForDeletion, MetEnd};
use super::key_event::KeyEvent;
use crate::key_file::{KeyFile, KeyFolder, KeyRoot};
use crate::outcome::{Missing, Outcome};
use crate::quick_map::QuickMap;
use crate::report::{
    Actor, FailedOperation, FileAccess, FolderAccess, Holder, KeyAccesses, ProviderSearch, Renaming,
};
use crate::step::Step;

/// The most entries of one kind that are kept of a capture.
const MOST: usize = 8192;

/// The most files of unknown containers that are kept of one process: a process
/// that floods the folder must not displace the others.
const MOST_OF_ONE: usize = 2048;

/// The most holders of a file that are named.
const MOST_HOLDERS: usize = 4;

/// The most opens of one file by one process that are kept apart.
const MOST_OPEN: usize = 64;

/// The most failed operations of one process on one file that are kept.
const MOST_FAILURES: usize = 8;

/// What distinguishes two processes here: instance of a followed one, else PID and
/// name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Instance(usize),
    Other(Option<u32>, String),
}

/// The touches of one capture while it is read. Capture and process indices are
/// still those of the capture itself.
#[derive(Debug, Default)]
pub(crate) struct AccessLog {
    pub(crate) accesses: KeyAccesses,
    /// For each of the files, the events of the opens that were not closed yet; `None`
    /// for one that asked for attributes alone.
    open_since: Vec<Vec<Option<u64>>>,
    by_file: QuickMap<(Who, KeyFile), usize>,
    by_folder: QuickMap<(Who, String), usize>,
    by_provider: QuickMap<usize, usize>,
    /// The entries of `machine_guid`.
    pub(super) by_reader: QuickMap<Actor, usize>,
    /// The entry of the last one.
    pub(super) last_reader: Option<usize>,
    files_of: QuickMap<Who, usize>,
    /// What each process has touched since it started, by its PID.
    of_pid: QuickMap<u32, Vec<usize>>,
    /// Who touches each file, to find its holders.
    of_file: QuickMap<KeyFile, Vec<usize>>,
    /// The last read of a key file.
    pub(super) last_read: Option<(u64, EventTime)>,
    /// Times of the reads before each missing master key, and of its miss.
    pub(crate) master_key_times: Vec<Option<(EventTime, EventTime)>>,
}

impl AccessLog {
    fn who(event: &KeyEvent<'_>) -> Who {
        match event.instance {
            Some(instance) => Who::Instance(instance),
            None => {
                let name = event.event.process_name().unwrap_or_default();
                Who::Other(event.event.pid(), name.to_ascii_lowercase())
            }
        }
    }

    pub(super) fn actor(event: &KeyEvent<'_>) -> Actor {
        let account = event.event.get(Column::User).filter(|user| !user.is_empty());
        Actor {
            capture: 0,
            process_index: event.instance,
            name: event.event.process_name().map(|name| name.into_owned()),
            pid: event.event.pid(),
            account: account.map(|account| account.into_owned()),
            acts_for: None,
        }
    }

    /// Whether [`AccessLog::actor`] of the event is this one.
    pub(super) fn is_actor(event: &KeyEvent<'_>, actor: &Actor) -> bool {
        let is = |column, known: &Option<String>| {
            let text = event.event.bytes(column);
            text.as_deref() == known.as_ref().map(String::as_bytes)
        };
        // Events of one instance have one name and one PID.
        let is_same_process = match event.instance {
            Some(_) => true,
            None => is(Column::ProcessName, &actor.name) && actor.pid == event.event.pid(),
        };
        actor.process_index == event.instance
            && is_same_process
            && match &actor.account {
                Some(_) => is(Column::User, &actor.account),
                None => event.event.bytes(Column::User).is_none_or(|user| user.is_empty()),
            }
    }

    /// Counts an event that there is no room for.
    pub(super) fn leave_out(&mut self) {
        self.accesses.left_out += 1;
    }

    /// What a reader should know about what was left out.
    pub(crate) fn remark(&self) -> Option<String> {
        let left_out = self.accesses.left_out;
        (left_out > 0).then(|| {
            format!(
                "{left_out} events around key files are beyond what is kept as evidence; numbers of files and \
                 containers in findings are the least that there were"
            )
        })
    }

    /// The entry of a process and a file, unless there are too many.
    fn file_entry(
        &mut self,
        event: &KeyEvent<'_>,
        (file, container): (&KeyFile, Option<&str>),
    ) -> Option<usize> {
        let who = AccessLog::who(event);
        let key = (who.clone(), file.clone());
        if let Some(index) = self.by_file.get(&key) {
            return Some(*index);
        }
        let own = self.files_of.entry(who).or_insert(0);
        let full = container.is_none() && *own >= MOST_OF_ONE;
        if full || self.accesses.files.len() >= MOST {
            self.accesses.left_out += 1;
            return None;
        }
        *own += 1;
        let index = self.accesses.files.len();
        self.by_file.insert(key, index);
        self.of_file.entry(file.clone()).or_default().push(index);
        self.accesses.files.push(FileAccess {
            by: AccessLog::actor(event),
            path: event.path.to_string(),
            folder: file.folder,
            stem: file.stem.clone(),
            guid: file.guid.clone(),
            container: container.map(str::to_string),
            first_event: event.number(),
            last_event: event.number(),
            missing: None,
            last_missing: None,
            misses: 0,
            path_missing: None,
            opened: None,
            created: None,
            written: None,
            last_written: None,
            emptied: None,
            read: None,
            last_use: None,
            read_to: 0,
            size: None,
            size_event: None,
            end_of_file: None,
            denied: None,
            create_denied: None,
            create_without_path: None,
            impersonating: None,
            collision: None,
            sharing_violation: None,
            holders: Vec::new(),
            succeeded_later: None,
            deleted: None,
            not_deleted: None,
            last_not_deleted: None,
            renamed: None,
            rights_changed: None,
            failures: Vec::new(),
            ended: None,
        });
        self.open_since.push(Vec::new());
        if let Some(pid) = event.event.pid() {
            self.of_pid.entry(pid).or_default().push(index);
        }
        Some(index)
    }

    /// Takes in what an event did to a key file.
    pub(super) fn note_file_access(
        &mut self,
        event: &KeyEvent<'_>,
        file: (&KeyFile, Option<&str>),
        what: &FileOperation<'_>,
    ) {
        let Some(index) = self.file_entry(event, file) else { return };
        let number = event.number();
        if what.step == Some(Step::Read) && what.met_end == MetEnd::No {
            self.last_read = Some((number, *event.event.time()));
        }
        if what.step == Some(Step::SharingViolation)
            && self.accesses.files[index].sharing_violation.is_none()
        {
            self.accesses.files[index].holders = self.holders(file.0, index);
        }
        let entry = &mut self.accesses.files[index];
        let open_since = &mut self.open_since[index];
        entry.last_event = number;
        if what.name == "SetSecurityFile" && event.succeeded() {
            entry.rights_changed = Some(number);
        }
        if what.name == "CloseFile" {
            open_since.pop();
        }
        if what.cuts_off {
            entry.emptied = Some(number);
        }
        if what.step == Some(Step::Written) {
            entry.last_written = Some(number);
        }
        if let Some(size) = what.size
            && entry.size.is_none()
        {
            entry.size = Some(size);
            entry.size_event = Some(number);
        }
        if let Some(step) = what.step {
            note_open(open_since, step, number, what);
            note_step(entry, step, number, what);
        }
    }

    /// Takes in that a process starts or ends: what an earlier one of its PID had open is
    /// closed.
    pub(super) fn end_process(&mut self, event: &Event) {
        let Some(pid) = event.pid() else { return };
        for index in self.of_pid.remove(&pid).unwrap_or_default() {
            self.open_since[index].clear();
            self.accesses.files[index].ended = Some(event.number());
        }
    }

    /// The other processes that have a file open.
    fn holders(&self, file: &KeyFile, own: usize) -> Vec<Holder> {
        let entries = self.of_file.get(file).into_iter().flatten();
        entries
            .filter(|index| **index != own)
            .filter_map(|index| {
                let opened = *self.open_since[*index].iter().flatten().next()?;
                let access = &self.accesses.files[*index];
                Some(Holder { name: access.by.name.clone(), pid: access.by.pid, opened })
            })
            .take(MOST_HOLDERS)
            .collect()
    }

    /// Notes that a process was at a file of a folder of which only the short name is
    /// known.
    pub(super) fn note_short_name(
        &mut self,
        event: &KeyEvent<'_>,
        (folder, root): (&str, KeyRoot),
        what: &FileOperation<'_>,
    ) {
        if let Some(entry) = self.folder_entry(event, folder, root)
            && what.outcome == Outcome::Denied
        {
            entry.short_name_denied.get_or_insert(event.number());
        }
    }

    /// The entry of a process and a folder, unless there are too many.
    pub(super) fn folder_entry(
        &mut self,
        event: &KeyEvent<'_>,
        path: &str,
        root: KeyRoot,
    ) -> Option<&mut FolderAccess> {
        let key = (AccessLog::who(event), path.to_ascii_lowercase());
        let folders = &mut self.accesses.folders;
        let index = match self.by_folder.get(&key) {
            Some(index) => *index,
            None if folders.len() >= MOST => {
                self.accesses.left_out += 1;
                return None;
            }
            None => {
                folders.push(FolderAccess {
                    by: AccessLog::actor(event),
                    path: path.to_string(),
                    folder: KeyFolder::from_path(path).map(|folder| folder.at(root)),
                    root,
                    missing: None,
                    denied: None,
                    opened: None,
                    last_success: None,
                    listed: None,
                    created: None,
                    rights_changed: None,
                    create_denied: None,
                    short_name_denied: None,
                    last_missing: None,
                    deleted: None,
                    renamed: None,
                    failures: Vec::new(),
                });
                self.by_folder.insert(key, folders.len() - 1);
                folders.len() - 1
            }
        };
        folders.get_mut(index)
    }

    /// The entry of a followed process's search for providers.
    pub(super) fn provider_entry(
        &mut self,
        event: &KeyEvent<'_>,
        instance: usize,
    ) -> &mut ProviderSearch {
        let providers = &mut self.accesses.providers;
        let index = *self.by_provider.entry(instance).or_insert_with(|| {
            providers.push(ProviderSearch {
                by: AccessLog::actor(event),
                missing: Vec::new(),
                found: Vec::new(),
                dll_missing: Vec::new(),
                dll_found: None,
                cng_missing: Vec::new(),
                cng_found: Vec::new(),
                denied: Vec::new(),
            });
            providers.len() - 1
        });
        &mut providers[index]
    }
}

/// Keeps an operation that failed, if there are not too many.
pub(super) fn note_failure(
    failures: &mut Vec<FailedOperation>,
    event: u64,
    what: &FileOperation<'_>,
) {
    let Outcome::Failed(kind) = what.outcome else { return };
    if failures.len() < MOST_FAILURES {
        let operation = what.name.to_string();
        let result = what.status.map_or_else(|| what.result.to_string(), |known| known.to_string());
        failures.push(FailedOperation { event, operation, result, kind });
    }
}

fn opens(step: Step) -> bool {
    matches!(step, Step::Opened | Step::Created | Step::Overwritten)
}

fn note_open(open_since: &mut Vec<Option<u64>>, step: Step, number: u64, what: &FileOperation<'_>) {
    if what.name == "CreateFile"
        && open_since.len() < MOST_OPEN
        && (opens(step) || matches!(step, Step::Queried | Step::Deleted))
    {
        // An open for attributes alone excludes no other process, but is closed, too.
        open_since.push(opens(step).then_some(number));
    }
}

fn note_step(entry: &mut FileAccess, step: Step, number: u64, what: &FileOperation<'_>) {
    let kept_out = entry.denied.is_some() || entry.sharing_violation.is_some();
    if opens(step) && kept_out {
        entry.succeeded_later.get_or_insert(number);
    }
    if opens(step) || matches!(step, Step::Queried | Step::Read | Step::Written) {
        entry.last_use = Some(number);
    }
    let slot = match step {
        Step::Probed => {
            entry.last_missing = Some(number);
            entry.misses += 1;
            if what.outcome == Outcome::Missing(Missing::Path) {
                entry.path_missing.get_or_insert(number);
                if what.for_creation == ForCreation::Yes {
                    entry.create_without_path.get_or_insert(number);
                }
            }
            &mut entry.missing
        }
        Step::Renamed => {
            let to = what.new_path.map(str::to_string);
            entry.renamed = Some(Renaming { event: number, to });
            return;
        }
        Step::Opened => &mut entry.opened,
        Step::Created => &mut entry.created,
        Step::Written | Step::Overwritten => &mut entry.written,
        Step::Deleted => &mut entry.deleted,
        Step::Collision => &mut entry.collision,
        Step::SharingViolation => &mut entry.sharing_violation,
        Step::Denied if what.for_deletion == ForDeletion::Yes => {
            entry.last_not_deleted = Some(number);
            &mut entry.not_deleted
        }
        Step::Failed => {
            if what.for_deletion == ForDeletion::Yes {
                entry.not_deleted.get_or_insert(number);
                entry.last_not_deleted = Some(number);
            }
            note_failure(&mut entry.failures, number, what);
            return;
        }
        Step::Denied => {
            if what.for_creation == ForCreation::Yes {
                entry.create_denied.get_or_insert(number);
            }
            if entry.denied.is_none() {
                entry.impersonating = what.impersonating.map(str::to_string);
            }
            &mut entry.denied
        }
        Step::Read if what.met_end == MetEnd::Yes => {
            entry.end_of_file.get_or_insert((number, what.offset.unwrap_or(0)));
            return;
        }
        Step::Read => {
            if let (Some(offset), Some(length)) = (what.offset, what.length)
                && offset <= entry.read_to
            {
                entry.read_to = entry.read_to.max(offset.saturating_add(length));
            }
            &mut entry.read
        }
        Step::Undeleted => {
            entry.deleted = None;
            return;
        }
        _ => return,
    };
    slot.get_or_insert(number);
}
