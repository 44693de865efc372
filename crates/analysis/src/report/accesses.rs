//! Who accessed key files and folders, and what else of a capture can explain a broken
//! key.
//!
//! The timeline shows each step of the processes that are followed. Here every
//! process counts, but what it did with one file is one entry, so that a capture of
//! any length takes little room.

use super::actor::{Actor, FailedOperation, Renaming};
use super::guid_access::{HardwareKeyAccess, MachineGuidAccess};
use crate::container::label;
use crate::guid::MachineGuid;
use crate::key_file::{KeyFolder, KeyRoot};

/// What all processes did around key files, as far as a signature asks for it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeyAccesses {
    /// What each process did with each key file.
    pub files: Vec<FileAccess>,
    /// What each process did with each key folder, and with folders on the way to
    /// one.
    pub folders: Vec<FolderAccess>,
    /// The DPAPI master keys, and their folders, that processes looked for.
    pub master_keys: Vec<MasterKeyAccess>,
    /// The crypto providers that the followed processes looked for.
    pub providers: Vec<ProviderSearch>,
    /// Programs below a key folder.
    pub code: Vec<ProgramAccess>,
    /// How each process fared at MachineGuid, where it asked for it.
    pub machine_guid: Vec<MachineGuidAccess>,
    /// What each process did with keys of the TPM and of Windows Hello.
    pub hardware_keys: Vec<HardwareKeyAccess>,
    /// What was changed of the things that keys need beside their files.
    pub dependency_changes: Vec<DependencyChange>,
    /// How many events were left out, because there were too many files, folders,
    /// master keys or programs.
    pub left_out: u64,
}

impl KeyAccesses {
    /// Everybody who did anything.
    pub(crate) fn actors(&mut self) -> impl Iterator<Item = &mut Actor> {
        (self.files.iter_mut().map(|access| &mut access.by))
            .chain(self.folders.iter_mut().map(|access| &mut access.by))
            .chain(self.master_keys.iter_mut().map(|access| &mut access.by))
            .chain(self.providers.iter_mut().map(|search| &mut search.by))
            .chain(self.code.iter_mut().map(|access| &mut access.by))
            .chain(self.machine_guid.iter_mut().map(|access| &mut access.by))
            .chain(self.hardware_keys.iter_mut().map(|access| &mut access.by))
            .chain(self.dependency_changes.iter_mut().map(|change| &mut change.by))
    }

    /// Adds what another capture has shown.
    pub(crate) fn append(&mut self, mut other: KeyAccesses) {
        self.files.append(&mut other.files);
        self.folders.append(&mut other.folders);
        self.master_keys.append(&mut other.master_keys);
        self.providers.append(&mut other.providers);
        self.code.append(&mut other.code);
        self.machine_guid.append(&mut other.machine_guid);
        self.hardware_keys.append(&mut other.hardware_keys);
        self.dependency_changes.append(&mut other.dependency_changes);
        self.left_out += other.left_out;
    }
}

/// What one process did with one key file. Numbers are those of events.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct FileAccess {
    /// Who.
    pub by: Actor,
    /// Path, as first seen.
    pub path: String,
    /// Folder.
    pub folder: KeyFolder,
    /// Hash of the container's name.
    pub stem: String,
    /// GUID behind the underscore.
    pub guid: MachineGuid,
    /// Name of the container, when it is known.
    pub container: Option<String>,
    /// First event.
    pub first_event: u64,
    /// Last event.
    pub last_event: u64,
    /// First time that it was looked for and not there.
    pub missing: Option<u64>,
    /// Last time that it was looked for and not there.
    pub last_missing: Option<u64>,
    /// How often it was looked for and not there.
    pub misses: u64,
    /// First time that not even its folder was there.
    pub path_missing: Option<u64>,
    /// First time that it was opened as an existing file.
    pub opened: Option<u64>,
    /// When it was made.
    pub created: Option<u64>,
    /// First write.
    pub written: Option<u64>,
    /// Last write.
    pub last_written: Option<u64>,
    /// Last time that its content was cut off: by an open that overwrites it, or by setting
    /// its length to zero.
    pub emptied: Option<u64>,
    /// First read that gave bytes.
    pub read: Option<u64>,
    /// Last time that it was opened, made, read, written or asked about with success.
    pub last_use: Option<u64>,
    /// How many bytes reads reached, counted from the beginning of the file.
    pub read_to: u64,
    /// Size in bytes that was first reported for it.
    pub size: Option<u64>,
    /// Event that reported the size.
    pub size_event: Option<u64>,
    /// First read that reached the end of the file, and its offset.
    pub end_of_file: Option<(u64, u64)>,
    /// First time that access was denied.
    pub denied: Option<u64>,
    /// First time that making it was denied: that is up to the rights of its folder.
    pub create_denied: Option<u64>,
    /// First time that making it failed because a folder on the way is missing.
    pub create_without_path: Option<u64>,
    /// The account on whose behalf access was denied, where the process acted for
    /// another one than its own.
    pub impersonating: Option<String>,
    /// First time that it could not be made because it exists.
    pub collision: Option<u64>,
    /// First time that another handle kept this process out.
    pub sharing_violation: Option<u64>,
    /// The processes that had it open then, as far as their opening is in the
    /// capture.
    pub holders: Vec<Holder>,
    /// First time that it was opened or made after access had been denied or
    /// another handle had kept it out.
    pub succeeded_later: Option<u64>,
    /// When it was deleted, or marked for deletion.
    pub deleted: Option<u64>,
    /// First time that it could not be deleted.
    pub not_deleted: Option<u64>,
    /// Last time that it could not be deleted.
    pub last_not_deleted: Option<u64>,
    /// Last time that its rights were changed.
    pub rights_changed: Option<u64>,
    /// When it got another name, and which.
    pub renamed: Option<Renaming>,
    /// Operations that failed for another reason than these, the first few of them.
    pub failures: Vec<FailedOperation>,
    /// When the process ended, or another one with its PID began, as far as the capture
    /// shows it.
    pub ended: Option<u64>,
}

/// A process that had a file open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Holder {
    /// Process Name, when it is known.
    pub name: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// Event in which it opened the file.
    pub opened: u64,
}

/// What one process did with one folder of `Microsoft\Crypto`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct FolderAccess {
    /// Who.
    pub by: Actor,
    /// Path of the folder, as first seen.
    pub path: String,
    /// The kind of key folder; `None` for a folder on the way to one.
    pub folder: Option<KeyFolder>,
    /// Where it is.
    pub root: KeyRoot,
    /// First time that it, or a folder above it, was not there.
    pub missing: Option<u64>,
    /// First time that access was denied.
    pub denied: Option<u64>,
    /// First time that it was opened.
    pub opened: Option<u64>,
    /// Last time that it was opened, listed or made.
    pub last_success: Option<u64>,
    /// First time that it was listed.
    pub listed: Option<u64>,
    /// When it was made.
    pub created: Option<u64>,
    /// Last time that its rights were changed.
    pub rights_changed: Option<u64>,
    /// First time that making it, or a folder in it, was denied.
    pub create_denied: Option<u64>,
    /// First time that a file in it was denied that the event calls by its short name, so
    /// that its key cannot be told.
    pub short_name_denied: Option<u64>,
    /// Last time that it, or a folder above it, was not there.
    pub last_missing: Option<u64>,
    /// When it was deleted, or marked for deletion.
    pub deleted: Option<u64>,
    /// When it got another name, and which.
    pub renamed: Option<Renaming>,
    /// Operations that failed for another reason, the first few of them.
    pub failures: Vec<FailedOperation>,
}

/// A DPAPI master key, or a folder of them, that a process looked for.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MasterKeyAccess {
    /// Who.
    pub by: Actor,
    /// Path, as first seen.
    pub path: String,
    /// Name of the master key: a GUID that has nothing to do with MachineGuid. Empty for
    /// a folder.
    pub name: String,
    /// Whose it is: the SID in the path.
    pub owner: String,
    /// The account that the process acted for, where the event says so.
    pub impersonating: Option<String>,
    /// First time that access was denied.
    pub denied: Option<u64>,
    /// First time that it was not there.
    pub missing: Option<u64>,
    /// Last time that it was opened, in this folder or a neighbouring one.
    pub found: Option<u64>,
    /// The last read of a key file before it was missing or denied.
    pub after_read: Option<u64>,
    /// Seconds from that read, when both times are known.
    pub seconds_after_read: Option<f64>,
}

/// What was done to something that keys need beside their files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum DependencyChangeKind {
    /// Its rights were changed.
    RightsChanged,
    /// It was deleted, or marked for deletion.
    Deleted,
    /// It got another name.
    Renamed,
}

/// A change of something that keys need beside their files: a master key of DPAPI, a folder of
/// them, the registration of a crypto provider, or its DLL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DependencyChange {
    /// Who.
    pub by: Actor,
    /// The event.
    pub event: u64,
    /// Path of the file, folder, registry key or value.
    pub path: String,
    /// What was done.
    pub change: DependencyChangeKind,
}

/// How a followed process looked for crypto providers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ProviderSearch {
    /// Who.
    pub by: Actor,
    /// Registry keys and values of providers that were not there: event and path.
    pub missing: Vec<(u64, String)>,
    /// Providers whose registry values were found.
    pub found: Vec<String>,
    /// Searches for the provider's DLL that did not find it: event and path.
    pub dll_missing: Vec<(u64, String)>,
    /// First event in which the DLL was found.
    pub dll_found: Option<u64>,
    /// Registry keys of providers of CNG that were not there: event and path.
    pub cng_missing: Vec<(u64, String)>,
    /// Providers of CNG whose registry keys were found, in lower case.
    pub cng_found: Vec<String>,
    /// Registry keys and values of providers, of CNG too, and the provider's DLL, where access
    /// was denied and not granted later: event and path.
    pub denied: Vec<(u64, String)>,
}

/// What a program below a key folder was seen to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ProgramUse {
    /// It was loaded or started.
    Ran,
    /// It was made or written.
    Written,
}

/// A program below a key folder.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ProgramAccess {
    /// Who.
    pub by: Actor,
    /// The event.
    pub event: u64,
    /// Path of the program.
    pub path: String,
    /// What was done.
    pub was: ProgramUse,
}

impl KeyAccesses {
    /// Every event that is kept, with the index of its capture.
    pub(crate) fn events(&self) -> impl Iterator<Item = (usize, u64)> {
        let of = |by: &Actor, events: Vec<u64>| {
            let capture = by.capture;
            events.into_iter().map(move |event| (capture, event))
        };
        let files = self.files.iter().flat_map(move |it| of(&it.by, it.events().collect()));
        let holders = self.files.iter().flat_map(move |it| {
            of(&it.by, it.holders.iter().map(|holder| holder.opened).collect())
        });
        let folders = self.folders.iter().flat_map(move |it| of(&it.by, it.events().collect()));
        let master_keys = self.master_keys.iter().flat_map(move |it| {
            let own = [it.missing, it.found, it.after_read, it.denied];
            of(&it.by, own.into_iter().flatten().collect())
        });
        let providers = self.providers.iter().flat_map(move |it| {
            let missing = it.missing.iter().chain(&it.dll_missing).chain(&it.cng_missing);
            let missing = missing.chain(&it.denied);
            of(&it.by, missing.map(|miss| miss.0).chain(it.dll_found).collect())
        });
        let code = self.code.iter().flat_map(move |it| of(&it.by, vec![it.event]));
        let values = self.machine_guid.iter().flat_map(move |it| of(&it.by, it.events().collect()));
        let hardware =
            self.hardware_keys.iter().flat_map(move |it| of(&it.by, it.events().collect()));
        let changes =
            self.dependency_changes.iter().map(|change| (change.by.capture, change.event));
        let all = files.chain(holders).chain(folders).chain(master_keys).chain(providers);
        all.chain(code).chain(values).chain(hardware).chain(changes)
    }
}

impl FolderAccess {
    /// Every event that it keeps.
    pub(crate) fn events(&self) -> impl Iterator<Item = u64> {
        let all = [
            self.missing,
            self.denied,
            self.opened,
            self.last_success,
            self.listed,
            self.created,
            self.rights_changed,
            self.create_denied,
            self.short_name_denied,
            self.last_missing,
            self.deleted,
            self.renamed.as_ref().map(|renamed| renamed.event),
        ];
        all.into_iter().flatten().chain(self.failures.iter().map(|failure| failure.event))
    }
}

impl FileAccess {
    /// Every event that it keeps.
    pub(crate) fn events(&self) -> impl Iterator<Item = u64> {
        let all = [
            Some(self.first_event),
            Some(self.last_event),
            self.missing,
            self.opened,
            self.created,
            self.written,
            self.last_written,
            self.emptied,
            self.read,
            self.size_event,
            self.end_of_file.map(|end| end.0),
            self.denied,
            self.collision,
            self.sharing_violation,
            self.succeeded_later,
            self.deleted,
            self.not_deleted,
            self.last_not_deleted,
            self.rights_changed,
            self.last_missing,
            self.path_missing,
            self.last_use,
            self.create_denied,
            self.create_without_path,
            self.renamed.as_ref().map(|renamed| renamed.event),
        ];
        all.into_iter().flatten().chain(self.failures.iter().map(|failure| failure.event))
    }

    /// The container's name, or the beginning of its hash.
    pub(crate) fn label(&self) -> String {
        label(self.container.as_deref(), &self.stem)
    }

    /// Whether this process read the file from its beginning to its end.
    pub(crate) fn read_in_full(&self) -> bool {
        let size = self.size.filter(|size| *size > 0);
        self.opened.is_some() && self.read.is_some() && size.is_some_and(|s| self.read_to >= s)
    }
}
