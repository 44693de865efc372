//! MK-03: a well-known container was missing and was made again.

use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText, mk01,
};
use crate::container::KnownContainer;
use crate::facts::Facts;
use crate::key_file::KeyRoot;
use crate::report::{KeyFileSummary, ProcessSummary, TimelineEntry};
use crate::step::Step;
use crate::witness::Witness;

pub(super) struct KeyLost;

/// The two containers of the IIS Admin Service. An installation makes the second
/// one first; a start of the service looks for the first one first.
const IIS_ADMIN: &str = "Microsoft Internet Information Server";
const IIS_DCOM: &str = "MS IIS DCOM Server";

const TEXT: SignatureText = SignatureText {
    id: "MK-03",
    title: "A key container was missing and was created again",
    severity: "error or warning",
    looks_like: "A well-known container is not found and is then created under the same GUID; no \
        other GUID of it is in evidence.",
    means: "The key file was deleted, or MachineGuid was changed and nothing in the capture \
        shows the old value. Both look alike, up to the error code 0x80090006.",
    look_alike: "The first start after an installation: an installer runs, and no service fails.",
    disproved_by: "A file of the container under another GUID turns it into MK-01; an installation that \
        is under way, and after which no service of IIS is known to fail, makes it healthy.",
    remedy: "Restore the key file from a backup; without one, reinstall the IIS 6 Metabase \
        Compatibility feature.",
    confidence: "Medium: a deleted file and a changed GUID look alike. A file under another GUID, from any witness, turns it into MK-01; a listing without one speaks for a deleted file.",
    confirm: "dir /a %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys",
    avoid: "Do not delete the new file or reinstall IIS before the folder and the configuration are copied.",
    source: "An independent experiment on Windows Server 2003; Microsoft IIS support blog",
    technique: None,
};

impl Signature for KeyLost {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let keys = lost_keys(facts).into_iter().filter(|key| !mk01::explains(facts, key));
        keys.map(|key| lost(facts, &key)).collect()
    }
}

/// A well-known key that was looked for in vain and made again, under the only GUID
/// that is in evidence for it.
pub(super) struct LostKey<'r> {
    pub(super) file: &'r KeyFileSummary,
    pub(super) known: &'static KnownContainer,
    /// The step that did not find it.
    pub(super) probe: &'r TimelineEntry,
    created: u64,
    /// The process, when it ends within the capture.
    pub(super) exit: Option<&'r ProcessSummary>,
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

/// Every such key of the case.
pub(super) fn lost_keys<'r>(facts: &Facts<'r>) -> Vec<LostKey<'r>> {
    facts.key_files().iter().filter_map(|file| lost_key(facts, file)).collect()
}

fn lost_key<'r>(facts: &Facts<'r>, file: &'r KeyFileSummary) -> Option<LostKey<'r>> {
    let container = facts.report.containers.iter().find(|container| {
        container.stem == file.stem && container.provider == file.folder.provider
    })?;
    let known = facts.critical(container)?;
    // There, another folder was looked into, not another name: MK-12.
    if file.folder.root == KeyRoot::WindowsProfiles {
        return None;
    }
    // Another GUID for the same container turns this into MK-01.
    let other_guid = container.guids.iter().any(|seen| seen.exists && seen.guid != file.guid);
    let probe = facts.first_step(file, Step::Probed)?;
    let created = file.created_event?;
    if other_guid || created < probe.event || is_installation(facts, file) {
        return None;
    }
    let exit = facts.process_of(probe).filter(|process| facts.exits(process));
    Some(LostKey { file, known, probe, created, exit })
}

fn lost(facts: &Facts<'_>, key: &LostKey<'_>) -> Match {
    let (file, known) = (key.file, key.known);
    let mut evidence = EvidenceList::default();
    key.cite(facts, &mut evidence);
    let failure = facts.failure_of_iis();
    if let Some(failure) = failure {
        evidence.add_witness(failure.witness);
        evidence.raise(format!("{} ended with 0x{:08X}", failure.service, failure.code));
    }
    let mut leaning = "";
    if let Some(witness) = complete_listing(facts) {
        evidence.add_witness(witness);
        evidence.raise("a listing of the folder has no file of this container under another GUID");
        leaning = " A listing of the folder shows no file of it under another GUID, which speaks for a \
                   deleted file.";
    }
    let ended = if key.exit.is_some() { " The process ended soon after." } else { "" };
    Match {
        severity: if key.exit.is_some() || failure.is_some() {
            Severity::Error
        } else {
            Severity::Warning
        },
        confidence: Confidence::Medium,
        evidence,
        explanation: format!(
            "The key file of {} was not found under {}, and a new, empty container was made in its \
             place.{ended} Consistent with a key file that was deleted, and with a MachineGuid that was \
             changed.{leaning} At stake: {}.",
            known.name,
            file.guid,
            known.loss.unwrap_or("its keys")
        ),
        does_not_prove: "Does not show which of the two it was: no file of this container under another \
             GUID is in evidence. The first start after an installation looks alike; there, no service \
             fails. A listing of the MachineKeys folder, a capture from before, or --machine-guid decides."
            .into(),
        remedy: format!(
            "{BACK_UP_FIRST} Then list the folder (`dir /a`): a file {}_<another GUID> means that \
             MachineGuid was changed; none means that the file was deleted, and it must come from a \
             backup. Without one, reinstall the IIS 6 Metabase Compatibility feature.",
            file.stem
        ),
    }
}

/// A witness that lists key files of the folder.
fn complete_listing(facts: &Facts<'_>) -> Option<usize> {
    facts.report.witnesses.iter().position(
        |entry| matches!(&entry.witness, Witness::Folder(listing) if !listing.files.is_empty()),
    )
}

/// Whether this is the healthy look-alike: containers are made for the first
/// time while IIS is being installed, and no service of IIS fails for it.
fn is_installation(facts: &Facts<'_>, file: &KeyFileSummary) -> bool {
    if fails_afterwards(facts, file) {
        return false;
    }
    if facts.is_installing(file.capture) {
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

/// Whether a service of IIS is known to have failed after the file was made. One
/// that failed before may be why somebody installs, and of one without a place
/// nobody knows.
fn fails_afterwards(facts: &Facts<'_>, file: &KeyFileSummary) -> bool {
    facts.service_failures.iter().filter(|failure| failure.is_of_a_key_of_iis()).any(|failure| {
        let entry = facts.report.witnesses.get(failure.witness);
        entry.and_then(|entry| entry.placed.as_ref()).is_some_and(|placed| {
            placed.capture == file.capture
                && file.created_event.is_some_and(|created| placed.after_event >= Some(created))
        })
    })
}
