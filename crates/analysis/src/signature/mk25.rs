//! MK-25: a key in the TPM, or one of Windows Hello, cannot be used.

use super::account::AccountKind;
use super::facts::{Facts, SWEEP};
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::key_file::lies_in;
use crate::report::{Actor, HardwareKeyAccess, HardwareStore};
use crate::sentences::sentences;

pub(super) struct HardwareKey;

/// Parts of Windows that keep these keys.
const KEEPERS: [&str; 5] =
    ["svchost.exe", "lsass.exe", "lsaiso.exe", "logonui.exe", "winlogon.exe"];

const TEXT: SignatureText = SignatureText {
    id: "MK-25",
    title: "A key of the TPM or of Windows Hello cannot be used",
    title_short: "A key of TPM or Hello cannot be used",
    severity: "warning",
    looks_like: "A file below Microsoft\\Crypto\\PCPKSP (the keys that the TPM has wrapped) or Microsoft\\Ngc (Windows \
        Hello) is not found, or access to it is denied, and the same process does not get it later.",
    means: "The key was deleted, the folder was emptied as some guides tell people to, its rights were changed, or \
        the TPM was cleared or replaced: PCPKSP has a folder for each TPM. The program sees an \
        error such as 0x80090016 or 0x80090030.",
    look_alike: "Administrators, backups and scanners, whom the folder of Windows Hello refuses by design; a key \
        that is looked for and made.",
    disproved_by: "The file being opened later by the same process.",
    remedy: "A key of the TPM cannot be restored from a backup of its file on another TPM. Have the certificate \
        issued again, or set up the PIN of Windows Hello again in the settings.",
    confidence: "Medium when it was looked for more than once, was denied, or the capture shows who deleted it; low \
        for a single search. The rows never show what the TPM itself answers.",
    confirm: "tpmtool getdeviceinformation",
    avoid: "Do not clear the TPM and do not empty the folders: every other key in them is lost with it.",
    source: "public reports of 0x80090016 and 0x80090030 with the platform provider; folder names from Microsoft's \
        documentation",
    technique: None,
};

impl Signature for HardwareKey {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches = Vec::new();
        let mut done: Vec<(&Actor, HardwareStore)> = Vec::new();
        for access in &facts.accesses().hardware_keys {
            let key = (&access.by, access.store);
            if access.by.is_followed() && !done.contains(&key) {
                done.push(key);
                matches.extend(unusable(facts, access));
            }
        }
        matches
    }
}

fn unusable(facts: &Facts<'_>, first: &HardwareKeyAccess) -> Option<Match> {
    let all = facts.accesses().hardware_keys.iter();
    let own: Vec<&HardwareKeyAccess> =
        all.filter(|it| it.by == first.by && it.store == first.store).collect();
    if own.iter().filter(|it| it.last_use.is_some()).count() > SWEEP && !is_keeper(&first.by, first)
    {
        return None;
    }
    let troubled: Vec<&HardwareKeyAccess> =
        own.iter().copied().filter(|it| is_trouble(it, &own)).collect();
    let worst = troubled.first()?;
    let mut evidence = EvidenceList::default();
    let capture = first.by.capture;
    for access in &troubled {
        let failed = access.failures.first().map(|failure| failure.event);
        let events = [access.missing, access.denied, failed, access.last_failure];
        events.iter().flatten().for_each(|event| evidence.add(capture, *event));
    }
    let what = match (worst.denied, worst.failures.first()) {
        (Some(_), _) => "was denied access to".to_string(),
        (None, Some(failure)) => format!("could not use ({})", failure.result),
        (None, None) => "did not find".to_string(),
    };
    let kind = match first.store {
        HardwareStore::Tpm => "a key that the TPM has wrapped",
        HardwareStore::Hello => "a key of Windows Hello",
    };
    let mut explanation =
        format!("{} {what} {kind}: {}.", first.by.label_with_account(), worst.path);
    let removal = removal(facts, worst);
    if let Some((by, event)) = &removal {
        evidence.add(by.capture, *event);
        evidence.raise("the capture shows how the file went away");
        let at = facts.place_text(by.capture, *event);
        explanation.push_str(&format!(" {} deleted or renamed it ({at}).", by.label()));
    }
    explanation.push_str(match (first.store, worst.denied.is_some()) {
        (_, true) => " Consistent with rights that were changed on the folder.",
        (HardwareStore::Tpm, false) => {
            " Consistent with a TPM that was cleared or replaced, and with a key that was deleted."
        }
        (HardwareStore::Hello, false) => {
            " Consistent with a PIN that has to be set up anew, because its folder was emptied."
        }
    });
    if first.store == HardwareStore::Hello {
        evidence.confirm_by("dsregcmd /status".into());
    }
    let misses: u64 = troubled.iter().map(|it| it.misses).sum();
    let single = worst.denied.is_none() && worst.failures.is_empty() && misses < 2;
    Some(Match {
        severity: Severity::Warning,
        confidence: match single && removal.is_none() {
            true => Confidence::Low,
            false => Confidence::Medium,
        },
        evidence,
        explanation,
        does_not_prove: sentences(
            "Does not show what the TPM answered, nor that the program cannot work without this key.",
        ),
        remedy: TEXT.remedy.into(),
    })
}

fn is_keeper(by: &Actor, access: &HardwareKeyAccess) -> bool {
    KEEPERS.iter().any(|name| by.is_named(name))
        || matches!(AccountKind::of(by, &access.path), AccountKind::Service | AccountKind::System)
}

fn is_trouble(access: &HardwareKeyAccess, own: &[&HardwareKeyAccess]) -> bool {
    let failed = access.failures.iter().any(|failure| failure.kind.is_certain());
    let last = access.last_failure.unwrap_or(0);
    if access.last_use.is_some_and(|used| used > last) {
        return false;
    }
    match access.store {
        HardwareStore::Tpm => {
            let is_key = access.path.to_ascii_lowercase().ends_with(".pcpkey");
            failed || access.denied.is_some() || (is_key && access.missing.is_some())
        }
        // Of a container's files some need not be there; its folder has to.
        HardwareStore::Hello => {
            let gone = access.path_missing.is_some()
                && !own.iter().any(|other| other.last_use.is_some_and(|used| used > last));
            is_keeper(&access.by, access) && (failed || access.denied.is_some() || gone)
        }
    }
}

/// Who deleted or renamed the file, or a folder above it, before it was missing.
fn removal<'r>(facts: &Facts<'r>, missing: &HardwareKeyAccess) -> Option<(&'r Actor, u64)> {
    missing.missing?;
    let last = (missing.by.capture, missing.last_failure?);
    let all = facts.accesses().hardware_keys.iter();
    let gone = all.filter_map(|it| {
        let event = it.deleted.max(it.renamed.as_ref().map(|renamed| renamed.event))?;
        let above = it.path.eq_ignore_ascii_case(&missing.path) || lies_in(&missing.path, &it.path);
        (above && (it.by.capture, event) < last).then_some((&it.by, event))
    });
    gone.max_by_key(|(by, event)| (by.capture, *event))
}
