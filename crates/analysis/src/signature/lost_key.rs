//! Well-known keys that were looked for, not found, and made again.

use super::EvidenceList;
use super::container_remedy::{MakesItsOwn, makes_its_own};
use super::facts::{Facts, critical};
use super::guid_order::containers;
use crate::container::KnownContainer;
use crate::key_file::KeyRoot;
use crate::phase::Phase;
use crate::report::{KeyFileSummary, ProcessSummary, TimelineEntry};
use crate::step::Step;

/// The two containers of the IIS Admin Service. An installation makes the second
/// one first; a start of the service looks for the first one first.
const IIS_ADMIN: &str = "Microsoft Internet Information Server";
const IIS_DCOM: &str = "MS IIS DCOM Server";

/// A well-known key that was looked for, not found, and made again, under the only GUID
/// that is in evidence for it.
pub(super) struct LostKey<'r> {
    pub(super) file: &'r KeyFileSummary,
    pub(super) known: &'static KnownContainer,
    /// The step that did not find it.
    pub(super) probe: &'r TimelineEntry,
    created: u64,
    /// The process, when it ends within the capture.
    pub(super) exit: Option<&'r ProcessSummary>,
    /// What makes it doubtful that anything was lost.
    pub(super) doubt: Option<Doubt>,
}

/// Why a key may have been made for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The name of the program that made it says that it installs something.
    NameOfProgram,
    /// Parts of Windows, or updates, are being installed: the first event that shows it.
    WindowsInstalls(u64),
}

impl LostKey<'_> {
    /// Adds the events that show the loss.
    pub(super) fn cite(&self, facts: &Facts<'_>, evidence: &mut EvidenceList) {
        evidence.add(self.probe.capture, self.probe.event);
        evidence.add(self.file.capture, self.created);
        if let Some(process) = self.exit {
            evidence.add(process.capture, process.last_event);
        }
        if let Some(link) = &self.probe.link
            && let Some(read) = facts.report.machine_guid_reads.get(link.read)
        {
            evidence.add_all(read.capture, &read.events);
        }
    }
}

/// Every such key of the case, those among them of which it is doubtful.
pub(super) fn lost_keys<'r>(facts: &Facts<'r>) -> Vec<LostKey<'r>> {
    facts.key_files().iter().filter_map(|file| lost_key(facts, file)).collect()
}

fn lost_key<'r>(facts: &Facts<'r>, file: &'r KeyFileSummary) -> Option<LostKey<'r>> {
    let known = critical(file.container.as_deref())?;
    // There, another folder was looked into, not another name: MK-12.
    if file.folder.root == KeyRoot::WindowsProfiles {
        return None;
    }
    // Another GUID for the same container turns this into MK-01.
    let other_guid = exists_under_another_guid(facts, file);
    let probe = facts.first_step(file, Step::Probed)?;
    let created = file.created_event?;
    let maker = probe.process.as_deref().unwrap_or_default();
    let process = facts.process_of(probe);
    let own = makes_its_own(known, maker, process);
    let fails = fails_afterwards(facts, file);
    let is_made_on_purpose = own == MakesItsOwn::Yes && !fails;
    let is_expected = is_made_on_purpose || is_installation(facts, file);
    if other_guid || created < probe.event || is_expected {
        return None;
    }
    let exit = process.filter(|process| facts.ends(process));
    let gives_up = exit.is_some_and(|it| it.phases.iter().all(|it| it.phase != Phase::Services));
    let doubt = match (own, facts.installing_in(file.capture).of_windows) {
        _ if fails => None,
        (MakesItsOwn::ByItsName, _) => Some(Doubt::NameOfProgram),
        // Updates are installed at any time; a service that gives up has lost its key.
        (_, Some(event)) if !gives_up => Some(Doubt::WindowsInstalls(event)),
        _ => None,
    };
    Some(LostKey { file, known, probe, created, exit, doubt })
}

/// Whether a file of the same container exists under another GUID, on the same computer.
fn exists_under_another_guid(facts: &Facts<'_>, file: &KeyFileSummary) -> bool {
    let computer = facts.computers().iter().find(|computer| computer.has(file.capture));
    let containers = computer.map(|computer| containers(facts, computer)).unwrap_or_default();
    containers
        .iter()
        .filter(|it| it.stem == file.stem && it.provider == file.folder.provider)
        .any(|it| it.guids.iter().any(|seen| seen.exists() && *seen.guid != file.guid))
}

/// Whether this is the healthy look-alike: containers are made for the first
/// time while IIS is being installed, and no service of IIS fails for it.
fn is_installation(facts: &Facts<'_>, file: &KeyFileSummary) -> bool {
    if fails_afterwards(facts, file) {
        return false;
    }
    if facts.installing_in(file.capture).of_iis.is_some() {
        return true;
    }
    let made = |name: &str| {
        facts.key_files().iter().find_map(|other| {
            let same = other.capture == file.capture && other.container.as_deref() == Some(name);
            other.created_event.filter(|_| same)
        })
    };
    matches!((made(IIS_DCOM), made(IIS_ADMIN)), (Some(first), Some(second)) if first < second)
}

/// Whether a service of IIS is known to have failed after the file was made. A
/// failure before that may be the reason for an installation, and a failure without a place
/// may have been at any time.
fn fails_afterwards(facts: &Facts<'_>, file: &KeyFileSummary) -> bool {
    facts.service_failures.iter().filter(|failure| failure.is_of_a_key_of_iis()).any(|failure| {
        let entry = facts.report.witnesses.get(failure.witness);
        entry.and_then(|entry| entry.placed.as_ref()).is_some_and(|placed| {
            placed.capture == file.capture
                && file.created_event.is_some_and(|created| placed.after_event >= Some(created))
        })
    })
}
