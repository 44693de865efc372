//! Whether a key was lost because MachineGuid was changed. Where none was, a value that is put
//! back breaks keys that work.

use super::computers::Computer;
use super::facts::Facts;
use super::guid_order::Container;
use crate::guid::MachineGuid;
use crate::report::{Actor, CaptureRole, FileAccess};

/// Whether a key was lost under the GUID that took the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// A key that exists under another GUID was made again, or a program gave up behind it; or
    /// a service ended with the code for a key that does not fit; or the value was seen to
    /// change.
    Shown,
    /// The keys may all work.
    NotShown,
}

impl Loss {
    /// Whether the captures of a computer, or its witnesses, show one under this GUID.
    pub(super) fn under(
        facts: &Facts<'_>,
        computer: &Computer,
        containers: &[Container<'_>],
        guid: &MachineGuid,
    ) -> Loss {
        let is_judged = |capture: usize| {
            computer.has(capture) && facts.report.captures[capture].role == CaptureRole::Case
        };
        let mut doubled = containers.iter().filter(|container| {
            container.guids.iter().any(|seen| seen.guid != guid && seen.exists())
        });
        let failed = computer.has_witnesses && facts.failure_of_iis().is_some();
        let is_lost = |container: &Container<'_>| {
            let files = container.guids.iter().filter(|seen| seen.guid == guid);
            let mut files = files.flat_map(|seen| seen.files.iter().copied());
            files.any(|file| {
                let is_made = || match file.created_event {
                    Some(made) => !facts.was_there_before(file, made),
                    None => file.created,
                };
                is_judged(file.capture)
                    && (is_made()
                        || facts.accesses_to(file).any(|access| gave_up_behind(facts, access)))
            })
        };
        if failed || doubled.any(is_lost) { Loss::Shown } else { Loss::NotShown }
    }
}

/// Whether a program opened a key file and gave up afterwards, without another reason that
/// the capture shows.
fn gave_up_behind(facts: &Facts<'_>, access: &FileAccess) -> bool {
    // Another process emptied the file, or took it away, so that this is a new one.
    let is_harmed = || {
        let mut others = facts.accesses_alike(access).filter(|other| other.by != access.by);
        others.any(|it| it.emptied.is_some() || it.deleted.is_some() || it.renamed.is_some())
    };
    access.opened.is_some()
        && facts.gives_up(&access.by)
        && !has_other_reason(facts, &access.by)
        && !is_harmed()
}

/// Whether a key was kept from a program, or from the part of lsass.exe that decrypts it.
fn has_other_reason(facts: &Facts<'_>, by: &Actor) -> bool {
    let own = facts.accesses().files.iter().filter(|it| it.by == *by);
    let is_kept_out = |access: &FileAccess| {
        access.denied.is_some() || access.sharing_violation.is_some() || !access.failures.is_empty()
    };
    let master_keys = facts.accesses().master_keys.iter().filter(|it| it.by.capture == by.capture);
    own.into_iter().any(is_kept_out)
        || master_keys
            .into_iter()
            .any(|key| key.found.is_none() && (key.missing.is_some() || key.denied.is_some()))
}
