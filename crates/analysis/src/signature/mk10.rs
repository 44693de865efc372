//! MK-10: a CNG program looks for its key as CNG's, and finds it as CryptoAPI's.
//! Normal.

use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::container::KeySystem;
use crate::report::{Actor, FileAccess};
use crate::sentences::sentences;

pub(super) struct LegacyFallback;

const TEXT: SignatureText = SignatureText {
    id: "MK-10",
    title: "A CNG program fell back to a CryptoAPI container",
    title_short: "Fallback from CNG to CryptoAPI",
    severity: "info",
    looks_like: "NAME NOT FOUND on Crypto\\Keys\\<CNG hash>_<GUID>, then success on \
        RSA\\MachineKeys\\<CryptoAPI hash>_<GUID> of the same container, by the same process or lsass.exe.",
    means: "Normal: the key storage provider of CNG looks among its own keys first, then among those of \
        CryptoAPI. The missing file was never there.",
    look_alike: "A CNG key that is missing and has no CryptoAPI container of the same name.",
    disproved_by: "An older capture in which the CNG file was there.",
    remedy: "None needed.",
    confidence: "High: the file of the older key system is opened right after.",
    confirm: "certutil -key",
    avoid: "Nothing needs to be done; make no file under the name that was not found.",
    source: "Microsoft reference on key storage and retrieval",
    technique: None,
};

impl Signature for LegacyFallback {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let files = &facts.accesses().files;
        let probes = files.iter().filter(|access| {
            access.folder.provider == KeySystem::Cng
                && access.container.is_some()
                && is_probe(access)
        });
        probes.filter_map(|probe| fallback(files, probe)).collect()
    }
}

fn is_probe(access: &FileAccess) -> bool {
    access.missing.is_some() && access.opened.is_none() && access.created.is_none()
}

fn fallback(files: &[FileAccess], probe: &FileAccess) -> Option<Match> {
    let missing = probe.missing?;
    let legacy = files.iter().find(|access| {
        access.folder.provider == KeySystem::Capi
            && access.container == probe.container
            && access.guid == probe.guid
            && belong_together(&access.by, &probe.by)
            && access.opened.is_some_and(|opened| opened > missing)
    })?;
    let mut evidence = EvidenceList::default();
    evidence.add(probe.by.capture, missing);
    legacy.opened.iter().for_each(|event| evidence.add(legacy.by.capture, *event));
    Some(Match {
        severity: Severity::Info,
        confidence: Confidence::High,
        evidence,
        explanation: format!(
            "{} looked for {} among the keys of CNG, and found it among those of CryptoAPI. Nothing is \
             wrong with that.",
            probe.by.label(),
            probe.label()
        ),
        does_not_prove: sentences(
            "Does not show that the program could use the key that it found.",
        ),
        remedy: TEXT.remedy.into(),
    })
}

/// Whether two processes can be at work on one request: the same one, or the one
/// that keeps CNG's keys for others. At least one of them is followed.
fn belong_together(one: &Actor, other: &Actor) -> bool {
    let lsass = one.is_named("lsass.exe") || other.is_named("lsass.exe");
    one.capture == other.capture
        && (one.is_followed() || other.is_followed())
        && (lsass || (one.pid == other.pid && one.process_index == other.process_index))
}
