//! MK-07: the master key that protects a key file is not on this computer.

use super::facts::{Facts, critical};
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::report::MasterKeyAccess;

pub(super) struct MasterKeyMissing;

/// A master key that is missed later than this after the read of a key file is not
/// taken to belong to it.
const SECONDS: f64 = 10.0;

const TEXT: SignatureText = SignatureText {
    id: "MK-07",
    title: "The master key of a key file is missing",
    severity: "error or warning",
    looks_like: "A key file is read with success, and right after it lsass.exe gets NAME NOT FOUND for a \
        file below System32\\Microsoft\\Protect\\S-1-5-18 whose name is a GUID.",
    means: "The key file was made on another Windows installation: its private keys are protected by a \
        DPAPI master key that this computer does not have. The program sees 0x8009000B or 0x80090005.",
    look_alike: "Another secret of the computer that has nothing to do with the key file; a master key that \
        lsass.exe looks for in two folders and finds in one.",
    disproved_by: "The same master key being opened anywhere in the capture; a key file that is used without \
        trouble.",
    remedy: "Import the certificate with its key again (PFX), or enter the secrets again. Copying key files \
        between computers cannot work.",
    confidence: "Medium when a read of the key file comes right before the search; low when there is more time between them.",
    confirm: "dir /a /s %SystemRoot%\\System32\\Microsoft\\Protect\\S-1-5-18",
    avoid: "Do not copy more key files from the other computer: without its master keys they cannot be opened.",
    source: "Microsoft KB 942060; Microsoft engineers' blog on moving a metabase; DPAPI's role is a \
        conclusion from both",
    technique: None,
};

impl Signature for MasterKeyMissing {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        facts.accesses().master_keys.iter().filter_map(|key| missing(facts, key)).collect()
    }
}

fn missing(facts: &Facts<'_>, key: &MasterKeyAccess) -> Option<Match> {
    let (missing, read) = (key.missing?, key.after_read?);
    if key.found.is_some() || key.seconds_after_read.is_some_and(|after| after > SECONDS) {
        return None;
    }
    // The file whose read it follows; only of a process that is followed.
    let access = facts.accesses().files.iter().find(|access| {
        access.by.capture == key.by.capture
            && access.by.is_followed()
            && access.read.is_some_and(|first| first <= read)
            && access.last_event >= read
    })?;
    let mut evidence = EvidenceList::default();
    evidence.add(key.by.capture, missing);
    evidence.add(key.by.capture, read);
    let known = critical(access.container.as_deref());
    let after = match key.seconds_after_read {
        Some(seconds) => format!("{:.1} ms later", seconds * 1000.0),
        None => "later".to_string(),
    };
    Some(Match {
        severity: match known.is_some() && facts.gives_up(&access.by) {
            true => Severity::Error,
            false => Severity::Warning,
        },
        confidence: match key.seconds_after_read {
            Some(seconds) if seconds <= 1.0 => Confidence::Medium,
            _ => Confidence::Low,
        },
        evidence,
        explanation: format!(
            "{} read the key file of {}, and {after} {} looked for the master key {} and did not find it. \
             Consistent with a key file from another Windows installation.",
            access.by.label(),
            access.label(),
            key.by.label(),
            key.name
        ),
        does_not_prove:
            "Does not show that the two rows belong together: lsass.exe works for every process, \
            and a capture does not show for which. Another secret may have wanted this master key."
                .into(),
        remedy: TEXT.remedy.into(),
    })
}
