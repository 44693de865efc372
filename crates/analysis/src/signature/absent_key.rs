//! Key files that were looked for in vain and that nobody made.

use std::collections::HashSet;

use super::facts::{Facts, ProcessAccesses, SWEEP};
use crate::container::KeySystem;
use crate::key_file::{KeyFolder, KeyRoot, KeyScope};
use crate::report::{Actor, ContainerGuid, FileAccess, KeyFileSummary};

/// The process that keeps the keys of CNG for all others.
const KEY_ISOLATION: &str = "lsass.exe";

/// The files that a process looked for in vain, and that are not there afterwards.
pub(super) fn absent_keys<'r>(
    facts: &Facts<'r>,
    process: &ProcessAccesses<'r>,
) -> Vec<&'r FileAccess> {
    let files = process.files.iter().copied();
    let used: HashSet<&str> =
        files.clone().filter(|it| it.last_use.is_some()).map(|it| it.stem.as_str()).collect();
    // A backup may find that a file went away between its listing and its turn.
    if used.len() > SWEEP {
        return Vec::new();
    }
    files.filter(|access| is_absent(facts, access)).collect()
}

fn is_absent(facts: &Facts<'_>, access: &FileAccess) -> bool {
    let Some(miss) = access.last_missing else { return false };
    // What else went wrong with this file says more.
    let other_trouble = access.denied.is_some()
        || access.create_denied.is_some()
        || access.sharing_violation.is_some()
        || !access.failures.is_empty();
    let own_temporary_key =
        access.created.is_some() && access.deleted.is_some_and(|deleted| deleted < miss);
    is_own_store(access.folder)
        && !other_trouble
        && !own_temporary_key
        && access.last_use.is_none_or(|used| used < miss)
        && !is_there_after(facts, access, miss)
        && !is_found_elsewhere(facts, access, miss)
}

/// Whether keys of this Windows belong there; other places are copies, or MK-12.
fn is_own_store(folder: KeyFolder) -> bool {
    matches!(folder.root, KeyRoot::CommonData | KeyRoot::ServiceProfile | KeyRoot::UserProfile)
}

fn is_there_after(facts: &Facts<'_>, access: &FileAccess, miss: u64) -> bool {
    files_of(facts, access).any(|file| file.last_there.is_some_and(|there| there > miss))
}

fn files_of<'r>(
    facts: &Facts<'r>,
    access: &FileAccess,
) -> impl Iterator<Item = &'r KeyFileSummary> {
    facts.key_files().iter().filter(move |file| {
        file.capture == access.by.capture
            && file.stem == access.stem
            && file.guid == access.guid
            && file.folder == access.folder
    })
}

/// Whether the same program found the key in another store: a user's key among those
/// of the computer, or a key of CNG among those of CryptoAPI.
fn is_found_elsewhere(facts: &Facts<'_>, access: &FileAccess, miss: u64) -> bool {
    facts.accesses().files.iter().any(|other| {
        let Some(used) = other.last_use else { return false };
        if other.folder == access.folder || !works_with(&other.by, &access.by) {
            return false;
        }
        let same_name = other.stem == access.stem
            || (other.container.is_some() && other.container == access.container);
        let falls_back = access.folder.provider == KeySystem::Cng
            && other.folder.provider == KeySystem::Capi
            && (access.container.is_none() || other.container.is_none());
        // Which name a hash stands for is not known: the next key counts.
        same_name || (falls_back && used > miss)
    })
}

/// Whether two processes can be at work on one request.
fn works_with(one: &Actor, other: &Actor) -> bool {
    let lsass = one.is_named(KEY_ISOLATION) || other.is_named(KEY_ISOLATION);
    one.capture == other.capture && (lsass || is_same(one, other))
}

fn is_same(one: &Actor, other: &Actor) -> bool {
    one.pid == other.pid && one.process_index == other.process_index
}

/// Whether a folder belongs to the computer, and is there on every one of them.
pub(super) fn is_of_the_computer(folder: KeyFolder) -> bool {
    let of_system = folder.provider == KeySystem::Cng && folder.scope == KeyScope::LocalSystem;
    folder.root == KeyRoot::CommonData && (folder.scope == KeyScope::Machine || of_system)
}

/// The other GUIDs under which the container of a file was seen to be there.
pub(super) fn other_guids<'r>(facts: &Facts<'r>, access: &FileAccess) -> Vec<&'r ContainerGuid> {
    let containers = facts.report.containers.iter().filter(|container| {
        container.stem == access.stem && container.provider == access.folder.provider
    });
    let guids = containers.flat_map(|container| &container.guids);
    guids.filter(|seen| seen.exists && seen.guid != access.guid).collect()
}
