//! MK-17: key files that carry only GUIDs which are not the present one.

use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::container::label;

pub(super) struct Orphans;

/// How many containers the explanation names.
const NAMED: usize = 6;

const TEXT: SignatureText = SignatureText {
    id: "MK-17",
    title: "Key files that are seen only under another GUID than the present one",
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
        let Some(present) = facts.present() else { return Vec::new() };
        let orphans: Vec<_> = facts
            .report
            .containers
            .iter()
            .filter(|container| container.guids.iter().any(|seen| seen.exists))
            .filter(|container| {
                container.guids.iter().all(|seen| !seen.exists || seen.guid != present.guid)
            })
            .collect();
        if orphans.is_empty() {
            return Vec::new();
        }
        let mut evidence = EvidenceList::default();
        for file in facts.key_files().iter().filter(|file| file.exists) {
            if orphans
                .iter()
                .any(|orphan| orphan.stem == file.stem && orphan.provider == file.folder.provider)
            {
                evidence.add(file.capture, file.first_event);
                evidence.add_all(file.capture, &file.listed_by);
            }
        }
        let seen = orphans.iter().flat_map(|orphan| &orphan.guids);
        for witness in seen.flat_map(|seen| &seen.witnesses) {
            evidence.add_witness(*witness);
        }
        let mut names: Vec<String> = orphans
            .iter()
            .take(NAMED)
            .map(|orphan| {
                let name = label(orphan.name.as_deref(), &orphan.stem);
                let guid = orphan.guids.iter().find(|seen| seen.exists);
                format!("{name} ({})", guid.map_or("?", |seen| seen.guid.short()))
            })
            .collect();
        if orphans.len() > NAMED {
            names.push(format!("{} more", orphans.len() - NAMED));
        }
        let (basis, confidence) = match present.inferred {
            false => ("", Confidence::High),
            true => (", as the last key file in use suggests", Confidence::Medium),
        };
        vec![Match {
            severity: Severity::Info,
            confidence,
            evidence,
            explanation: format!(
                "The present MachineGuid is {}{basis}. Seen only under another: {}. A program that looks \
                 for such a container now does not find it.",
                present.guid,
                names.join(", ")
            ),
            does_not_prove: "Does not show that anything needs these keys: they are common after cloning \
                 and harmless until wanted. A file under the present GUID may exist without being in the \
                 capture."
                .into(),
            remedy: "Keep the files, and back them up before any cleaning: each may be the only copy of \
                 a key."
                .into(),
        }]
    }
}
