//! MK-03: a well-known container was missing and was made again.

use super::{BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::facts::Facts;
use crate::key_file::KeyRoot;
use crate::report::KeyFileSummary;
use crate::step::Step;

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
        is under way makes it healthy.",
    remedy: "Restore the key file from a backup; without one, reinstall the IIS 6 Metabase \
        Compatibility feature.",
    source: "An independent experiment on Windows Server 2003; Microsoft IIS support blog",
    technique: None,
};

impl Signature for KeyLost {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        facts.key_files().iter().filter_map(|file| lost(facts, file)).collect()
    }
}

fn lost(facts: &Facts<'_>, file: &KeyFileSummary) -> Option<Match> {
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
    let mut evidence = EvidenceList::default();
    evidence.add(probe.capture, probe.event);
    evidence.add(file.capture, created);
    let exit = facts.process_of(probe).filter(|process| facts.exits(process));
    if let Some(process) = exit {
        evidence.add(process.capture, process.last_event);
    }
    if let Some(link) = &probe.link
        && let Some(read) = facts.report.machine_guid_reads.get(link.read)
    {
        evidence.add_all(read.capture, &read.events);
    }
    let ended = if exit.is_some() { " The process ended soon after." } else { "" };
    Some(Match {
        severity: if exit.is_some() { Severity::Error } else { Severity::Warning },
        confidence: Confidence::Medium,
        evidence,
        explanation: format!(
            "The key file of {} was not found under {}, and a new, empty container was made in its \
             place.{ended} Consistent with a key file that was deleted, and with a MachineGuid that was \
             changed. At stake: {}.",
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
    })
}

/// Whether this is the healthy look-alike: containers are made for the first
/// time while IIS is being installed.
fn is_installation(facts: &Facts<'_>, file: &KeyFileSummary) -> bool {
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
