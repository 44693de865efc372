//! What the captures of one computer show of GUIDs: the files that carry them, and the
//! moments at which each was in effect.

use super::super::computers::Computer;
use super::super::facts::{Facts, critical};
use crate::container::{KeySystem, KnownContainer, label};
use crate::guid::MachineGuid;
use crate::key_file::{KeyRoot, KeyScope};
use crate::machine_guid::RegistryView;
use crate::report::{FileAccess, KeyFileSummary};
use crate::trace::ValueChange;

/// Processes that open key files through the crypto provider alone, which names a file
/// after the value that it has just read. Of any other a file under a GUID may be a copy.
const KEY_USERS: [&str; 5] =
    ["inetinfo.exe", "w3wp.exe", "lsass.exe", "svchost.exe", "services.exe"];

/// A key container of one computer.
#[derive(Debug)]
pub(crate) struct Container<'r> {
    pub(crate) stem: &'r str,
    pub(crate) provider: KeySystem,
    pub(crate) scope: KeyScope,
    pub(crate) name: Option<&'r str>,
    /// Its files by their GUIDs, the one seen first in front.
    pub(crate) guids: Vec<GuidFiles<'r>>,
}

/// The files of a container under one GUID.
#[derive(Debug)]
pub(crate) struct GuidFiles<'r> {
    pub(crate) guid: &'r MachineGuid,
    /// The file in each capture that shows it.
    pub(crate) files: Vec<&'r KeyFileSummary>,
    /// Indexes of the witnesses that name it.
    pub(crate) witnesses: Vec<usize>,
}

impl Container<'_> {
    /// Its name, or the beginning of its hash.
    pub(crate) fn label(&self) -> String {
        label(self.name, self.stem)
    }

    /// What is known of it, where its loss breaks something.
    pub(crate) fn critical(&self) -> Option<&'static KnownContainer> {
        critical(self.name)
    }
}

impl GuidFiles<'_> {
    /// Whether a file of this name was there at some time.
    pub(crate) fn exists(&self) -> bool {
        !self.witnesses.is_empty() || self.files.iter().any(|file| file.exists)
    }

    /// The captures that show that it was there.
    pub(crate) fn captures(&self) -> impl Iterator<Item = usize> {
        self.files.iter().filter(|file| file.exists).map(|file| file.capture)
    }
}

/// The containers of a computer. Left out are copies elsewhere, the second folder of IIS 6,
/// and the stores of users: a profile goes from computer to computer.
pub(crate) fn containers<'r>(facts: &Facts<'r>, computer: &Computer) -> Vec<Container<'r>> {
    let mut all: Vec<Container<'r>> = Vec::new();
    let files = facts.key_files().iter().filter(|file| computer.has(file.capture));
    for file in files.filter(|file| is_of_the_computer(file.folder.root, file.folder.scope)) {
        let (provider, scope) = (file.folder.provider, file.folder.scope);
        let name = file.container.as_deref();
        let container = entry(&mut all, &file.stem, (provider, scope), name);
        match container.guids.iter_mut().find(|seen| *seen.guid == file.guid) {
            Some(seen) => seen.files.push(file),
            None => container.guids.push(GuidFiles {
                guid: &file.guid,
                files: vec![file],
                witnesses: Vec::new(),
            }),
        }
    }
    if !computer.has_witnesses {
        return all;
    }
    for summary in &facts.report.containers {
        for seen in summary.guids.iter().filter(|seen| !seen.witnesses.is_empty()) {
            let name = summary.name.as_deref();
            let at = all
                .iter()
                .position(|it| it.stem == summary.stem && it.provider == summary.provider);
            let container = match at {
                Some(at) => &mut all[at],
                None => entry(&mut all, &summary.stem, (summary.provider, KeyScope::Machine), name),
            };
            match container.guids.iter_mut().find(|known| *known.guid == seen.guid) {
                Some(known) => known.witnesses.extend(&seen.witnesses),
                None => container.guids.push(GuidFiles {
                    guid: &seen.guid,
                    files: Vec::new(),
                    witnesses: seen.witnesses.clone(),
                }),
            }
        }
    }
    all
}

fn entry<'r, 'a>(
    all: &'a mut Vec<Container<'r>>,
    stem: &'r str,
    (provider, scope): (KeySystem, KeyScope),
    name: Option<&'r str>,
) -> &'a mut Container<'r> {
    let same = |it: &Container<'_>| (it.stem, it.provider, it.scope) == (stem, provider, scope);
    let at = all.iter().position(same).unwrap_or_else(|| {
        all.push(Container { stem, provider, scope, name, guids: Vec::new() });
        all.len() - 1
    });
    &mut all[at]
}

fn is_of_the_computer(root: KeyRoot, scope: KeyScope) -> bool {
    scope != KeyScope::User && !matches!(root, KeyRoot::WindowsProfiles | KeyRoot::Other)
}

/// How it is known that a GUID was in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// The value was read.
    Read,
    /// The value was set.
    Set,
    /// The crypto provider made a key file under it.
    Made,
    /// A process that uses keys through the provider alone used a file.
    Used,
}

/// A GUID that was in effect in a part of a capture.
#[derive(Clone, Debug)]
pub(super) struct InEffect<'r> {
    pub(super) guid: &'r MachineGuid,
    pub(super) capture: usize,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) how: How,
    /// The process, where it matters who it was.
    pub(super) process: Option<&'r str>,
    /// The container, where a file shows it.
    pub(super) stem: Option<&'r str>,
}

/// Every sighting of a GUID in effect, in the order of captures and events.
pub(super) fn in_effect<'r>(facts: &Facts<'r>, computer: &Computer) -> Vec<InEffect<'r>> {
    let mut seen = Vec::new();
    for &capture in &computer.captures {
        for value in facts.values(capture) {
            let Some(guid) = &value.value else { continue };
            let how = match value.how {
                ValueChange::Set => How::Set,
                ValueChange::Read | ValueChange::Removed => How::Read,
            };
            let (first, last) = (value.first, value.last);
            let (process, stem) = (None, None);
            seen.push(InEffect { guid, capture, first, last, how, process, stem });
        }
        let accesses = facts.accesses().files.iter().filter(|it| it.by.capture == capture);
        for access in accesses {
            if !is_of_the_computer(access.folder.root, access.folder.scope) {
                continue;
            }
            let (guid, stem) = (&access.guid, Some(access.stem.as_str()));
            let process = access.by.name.as_deref();
            if let Some(made) = made_by_provider(facts, access) {
                let (first, last, how) = (made, made, How::Made);
                seen.push(InEffect { guid, capture, first, last, how, process, stem });
            } else if is_key_user(access)
                && let Some(first) = access.opened.or(access.read)
            {
                let (last, how) = (access.last_event, How::Used);
                seen.push(InEffect { guid, capture, first, last, how, process, stem });
            }
        }
    }
    let place = |capture: usize| computer.captures.iter().position(|it| *it == capture);
    seen.sort_by_key(|it| (place(it.capture), it.first));
    seen
}

/// When the crypto provider made a key file, as far as an access shows that it was the
/// provider and no copy: a container without keys is written first, or the process has
/// just read the GUID, or it is one that makes no copies.
pub(super) fn made_by_provider(facts: &Facts<'_>, access: &FileAccess) -> Option<u64> {
    let file = facts.key_files().iter().find(|file| {
        file.capture == access.by.capture
            && file.stem == access.stem
            && file.guid == access.guid
            && file.folder == access.folder
    })?;
    let created = file.created_event?;
    let own = access.created == Some(created) || access.written == Some(created);
    let is_provider = file.first_write_is_empty_container == Some(true)
        || is_key_user(access)
        || reads_before(facts, access, created);
    (own && is_provider).then_some(created)
}

fn reads_before(facts: &Facts<'_>, access: &FileAccess, event: u64) -> bool {
    facts.report.machine_guid_reads.iter().any(|read| {
        read.view == RegistryView::Native
            && read.capture == access.by.capture
            && read.process_index.is_some()
            && read.process_index == access.by.process_index
            && read.value == access.guid
            && read.events.first().is_some_and(|first| *first < event)
    })
}

/// Whether a process opens key files through the crypto provider alone. Pasted events do
/// not name theirs: whoever pastes them shows the service.
fn is_key_user(access: &FileAccess) -> bool {
    match access.by.name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => KEY_USERS.iter().any(|user| name.eq_ignore_ascii_case(user)),
        None => true,
    }
}
