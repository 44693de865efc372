//! MK-17: key files that carry only GUIDs which are not the present one.

use super::advice::{SUPPOSES, braces};
use super::computers::Computer;
use super::facts::Facts;
use super::guid_order::{Container, GuidFiles, GuidOrder, PresentBy, containers};
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::report::GuidRole;
use crate::sentences::sentences;

pub(super) struct Orphans;

/// How many containers the explanation names.
const NAMED: usize = 6;

const TEXT: SignatureText = SignatureText {
    id: "MK-17",
    title: "Key files that are seen only under another GUID than the present one",
    title_short: "Keys under another GUID only",
    severity: "info",
    looks_like: "A listing, or a use, shows containers only under GUIDs that are not the present one.",
    means: "Left behind by a change of MachineGuid or by cloning. Harmless until a program wants \
        the key.",
    look_alike: "Files under the present GUID that the capture does not happen to show.",
    disproved_by: "A complete listing of the folder with a file under the present GUID.",
    remedy: "Keep the files, and back them up before any cleaning.",
    confidence: "High as a fact when the present value was read; medium when it is only inferred.",
    confirm: "reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid",
    avoid: "Do not clean the folder by GUID: an old name says nothing about whether the key is still wanted.",
    source: "conclusion from how key files are named",
    technique: None,
};

impl Signature for Orphans {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        facts.computers().iter().filter_map(|computer| orphans(facts, computer)).collect()
    }
}

fn orphans(facts: &Facts<'_>, computer: &Computer) -> Option<Match> {
    let order = GuidOrder::of(facts, computer);
    // Where the registry holds another value than the captures show, MK-01 reports it.
    let present = order.present().filter(|present| present.captured.is_none())?;
    let containers = containers(facts, computer);
    let orphans: Vec<&Container<'_>> = containers
        .iter()
        .filter(|container| container.guids.iter().any(GuidFiles::exists))
        .filter(|container| {
            container.guids.iter().all(|seen| !seen.exists() || *seen.guid != present.guid)
        })
        .collect();
    if orphans.is_empty() {
        return None;
    }
    let mut evidence = EvidenceList::default();
    for seen in orphans.iter().flat_map(|orphan| &orphan.guids) {
        for file in seen.files.iter().filter(|file| file.exists) {
            evidence.add(file.capture, file.first_event);
            evidence.add_all(file.capture, &file.listed_by);
        }
        seen.witnesses.iter().for_each(|witness| evidence.add_witness(*witness));
    }
    let mut names: Vec<String> = orphans
        .iter()
        .take(NAMED)
        .map(|orphan| {
            let guid = orphan.guids.iter().find(|seen| seen.exists());
            format!("{} ({})", orphan.label(), guid.map_or("?", |seen| seen.guid.short()))
        })
        .collect();
    if orphans.len() > NAMED {
        names.push(format!("{} more", orphans.len() - NAMED));
    }
    let place = match present.by {
        PresentBy::Value(capture, event) | PresentBy::KeyFile(capture, event) => {
            Some((capture, event))
        }
        PresentBy::Registry(witness) => {
            evidence.add_witness(witness);
            None
        }
    };
    evidence.name_guid(&present.guid, GuidRole::Present, place);
    let (basis, mut confidence) = match present.by {
        PresentBy::Value(..) => ("", Confidence::High),
        PresentBy::KeyFile(..) => (", as the last key file in use suggests", Confidence::Medium),
        PresentBy::Registry(_) => (", as the registry has it", Confidence::Medium),
    };
    if let Some((capture, _)) = place
        && is_supposed(computer, capture, &orphans)
    {
        confidence = Confidence::Low;
        evidence.lower(SUPPOSES);
    }
    Some(Match {
        severity: Severity::Info,
        confidence,
        evidence,
        explanation: format!(
            "The present MachineGuid is {}{basis}. Seen only under another: {}. A program that looks \
             for such a container now does not find it.{}",
            present.guid,
            names.join(", "),
            braces(&present.guid)
        ),
        does_not_prove: sentences(
            "Does not show that anything needs these keys: they are common after cloning \
             and harmless until wanted. A file under the present GUID may exist without being in the \
             capture.",
        ),
        remedy:
            "Keep the files, and back them up before any cleaning: each may be the only copy of \
             a key."
                .into(),
    })
}

/// Whether the files are only in captures that are not known to be of the
/// computer whose value is known.
fn is_supposed(computer: &Computer, capture: usize, orphans: &[&Container<'_>]) -> bool {
    let mut seen = orphans.iter().flat_map(|orphan| &orphan.guids);
    let mut any = seen.clone().flat_map(|seen| seen.captures());
    any.next().is_some()
        && seen.all(|seen| {
            seen.witnesses.is_empty()
                && seen.captures().all(|other| !computer.is_one(capture, other))
        })
}
