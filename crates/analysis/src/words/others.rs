//! Other processes that used keys: those that have no timeline of their own.

use std::collections::HashSet;

use crate::container::short_stem;
use crate::guid::MachineGuid;
use crate::key_file::KeyRoot;
use crate::report::{Actor, CaptureRole, FileAccess, FolderAccess, Renaming, Report};

/// What another process did at one file, folder or value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OtherAccess<'r> {
    /// Index into `captures`.
    pub capture: usize,
    /// The first event of it.
    pub event: u64,
    /// Process Name; empty where it is not known.
    pub process: &'r str,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// At what.
    pub target: OtherTarget<'r>,
    /// What was done, in words.
    pub did: String,
    /// Whether it failed, or took something away.
    pub bad: bool,
}

/// What another process touched.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OtherTarget<'r> {
    /// A key file: its container's name, or the beginning of its hash, and its GUID.
    Key(String, &'r MachineGuid),
    /// A folder, by its path.
    Folder(&'r str),
    /// MachineGuid, with the value that was read.
    MachineGuid(&'r MachineGuid),
}

/// What other processes did, in the order of captures and events.
pub fn others(report: &Report) -> Vec<OtherAccess<'_>> {
    // A process that was not asked for, unless its steps are in a timeline.
    let with_steps: HashSet<usize> =
        report.timeline.iter().filter_map(|entry| entry.process_index).collect();
    let is_other = |index: Option<usize>| index.is_none_or(|index| !with_steps.contains(&index));
    let is_judged = |capture: usize| {
        report.captures.get(capture).is_some_and(|it| it.role == CaptureRole::Case)
    };
    let is_shown = |by: &Actor| is_other(by.process_index) && is_judged(by.capture);
    let touches = &report.touches;
    let files = touches.files.iter().filter(|access| is_shown(&access.by)).map(of_file);
    let folders = touches.folders.iter();
    let folders = folders.filter(|access| is_shown(&access.by) && access.folder.is_some());
    let reads = report.machine_guid_reads.iter();
    let reads = reads.filter(|read| is_other(read.process_index) && is_judged(read.capture));
    let reads = reads.filter_map(|read| {
        Some(OtherAccess {
            capture: read.capture,
            event: *read.events.first()?,
            process: read.process.as_deref().unwrap_or_default(),
            pid: read.pid,
            target: OtherTarget::MachineGuid(&read.value),
            did: "read as".to_string(),
            bad: false,
        })
    });
    let mut all: Vec<OtherAccess<'_>> =
        files.chain(folders.filter_map(of_folder)).chain(reads).collect();
    all.sort_by_key(|access| (access.capture, access.event));
    all
}

fn of_file(access: &FileAccess) -> OtherAccess<'_> {
    let did = [
        (access.missing, "did not find it"),
        (access.denied, "was denied"),
        (access.sharing_violation, "was kept out"),
        (access.opened, "opened"),
        (access.created, "made"),
        (access.read, "read"),
        (access.written, "wrote"),
        (access.deleted, "deleted"),
        (access.rights_changed, "changed its rights"),
        (event_of(&access.renamed), "renamed"),
        (access.failures.first().map(|failure| failure.event), "failed"),
    ];
    let gone = access.deleted.or(event_of(&access.renamed));
    let name = access.container.clone().unwrap_or_else(|| short_stem(&access.stem));
    OtherAccess {
        capture: access.by.capture,
        event: access.first_event,
        process: access.by.name.as_deref().unwrap_or_default(),
        pid: access.by.pid,
        target: OtherTarget::Key(name, &access.guid),
        did: at(access.folder.root, words(&did, "asked about")),
        bad: access.denied.or(access.sharing_violation).or(gone).is_some()
            && access.folder.root != KeyRoot::Other,
    }
}

fn of_folder(access: &FolderAccess) -> Option<OtherAccess<'_>> {
    let did = [
        (access.missing, "did not find it"),
        (access.denied, "was denied"),
        (access.opened, "opened"),
        (access.listed, "listed"),
        (access.created, "made"),
        (access.deleted, "deleted"),
        (access.rights_changed, "changed its rights"),
        (event_of(&access.renamed), "renamed"),
        (access.failures.first().map(|failure| failure.event), "failed"),
    ];
    Some(OtherAccess {
        capture: access.by.capture,
        event: did.iter().filter_map(|(event, _)| *event).min()?,
        process: access.by.name.as_deref().unwrap_or_default(),
        pid: access.by.pid,
        target: OtherTarget::Folder(&access.path),
        did: at(access.root, words(&did, "touched")),
        bad: access.denied.or(access.deleted).or(event_of(&access.renamed)).is_some()
            && access.root != KeyRoot::Other,
    })
}

/// What was done with keys of another Windows, or with copies, is not judged.
fn at(root: KeyRoot, did: String) -> String {
    match root {
        KeyRoot::Other => format!("{did}; elsewhere, not judged"),
        _ => did,
    }
}

fn event_of(renamed: &Option<Renaming>) -> Option<u64> {
    renamed.as_ref().map(|renamed| renamed.event)
}

fn words(did: &[(Option<u64>, &str)], otherwise: &str) -> String {
    let words: Vec<&str> = did.iter().filter(|it| it.0.is_some()).map(|it| it.1).collect();
    if words.is_empty() { otherwise.to_string() } else { words.join(", ") }
}
