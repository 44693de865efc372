//! MK-09: a key that was made, used and deleted again. Normal.

use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::report::FileAccess;
use crate::sentences::sentences;

pub(super) struct TemporaryKey;

/// How many events are cited.
const CITED: usize = 20;

const TEXT: SignatureText = SignatureText {
    id: "MK-09",
    title: "A temporary key was made and deleted",
    title_short: "A temporary key",
    severity: "info",
    looks_like: "A key file is created, written, read, and deleted by the same process.",
    means: "Normal: the import of a PFX, or a key for one use.",
    look_alike: "Everything about it is innocent. Only containers of unknown names count.",
    disproved_by: "Somebody looking for the deleted file afterwards.",
    remedy: "None needed.",
    confidence: "High: the same process makes the file and deletes it.",
    confirm: "dir /a /od %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys",
    avoid: "Nothing needs to be done.",
    source: "Microsoft's note on the lifetime of private keys",
    technique: None,
};

impl Signature for TemporaryKey {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches = Vec::new();
        for process in facts.by_process().iter().filter(|process| process.by.is_followed()) {
            let files = process.files.iter().copied();
            let passing: Vec<&FileAccess> = files.filter(|access| is_temporary(access)).collect();
            if passing.is_empty() {
                continue;
            }
            let mut evidence = EvidenceList::default();
            for access in passing.iter().take(CITED) {
                let events = [access.created, access.deleted];
                events.iter().flatten().for_each(|event| evidence.add(access.by.capture, *event));
            }
            matches.push(Match {
                severity: Severity::Info,
                confidence: Confidence::High,
                evidence,
                explanation: format!(
                    "{} made {} and deleted {} again. Nothing is wrong with that.",
                    process.by.label(),
                    match passing.len() {
                        1 => "a container".to_string(),
                        several => format!("{several} containers"),
                    },
                    if passing.len() == 1 { "it" } else { "them" }
                ),
                does_not_prove: sentences("Does not show what the keys were for."),
                remedy: TEXT.remedy.into(),
            });
        }
        matches
    }
}

fn is_temporary(access: &FileAccess) -> bool {
    let order = access.created.zip(access.deleted);
    access.container.is_none() && order.is_some_and(|(created, deleted)| created < deleted)
}
