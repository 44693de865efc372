//! MK-07: the DPAPI master key that protects a key or another secret is missing, or
//! is denied.

use super::container_remedy::{last_way, used_by};
use super::dependency::{self, takes_away};
use super::facts::{Facts, critical};
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::container::KnownContainer;
use crate::key_file::shell_folder;
use crate::report::{DependencyChangeKind, FileAccess, MasterKeyAccess};
use crate::sentences::sentences;

pub(super) struct MasterKeyMissing;

/// A master key that is missed later than this after the read of a key file is not
/// taken to belong to it.
const SECONDS: f64 = 10.0;

/// The process that opens master keys for all others.
const DPAPI: &str = "lsass.exe";

const TEXT: SignatureText = SignatureText {
    id: "MK-07",
    title: "A master key of DPAPI is missing or denied",
    title_short: "A DPAPI master key cannot be used",
    severity: "error or warning",
    looks_like: "lsass.exe gets NAME NOT FOUND or ACCESS DENIED for a file below Microsoft\\Protect\\<SID> whose \
        name is a GUID, or ACCESS DENIED for that folder: S-1-5-18 for the computer, the SID of a user or of a \
        service for theirs. Often a key file is read with success just before.",
    means: "Private keys and other secrets are protected by DPAPI master keys. Missing: the key file or the secret \
        was made on another Windows installation or in another profile. Denied: the rights of the Protect folder \
        were changed. The program sees 0x8009000B or 0x80090005.",
    look_alike: "A master key that is looked for in two folders and found in one; a backup or an administrator \
        whom the folder refuses.",
    disproved_by: "The same master key being opened anywhere in the capture; a key file that is used without \
        trouble.",
    remedy: "Import the certificate with its key again (PFX), or enter the secrets again. Copying key files \
        between computers or profiles cannot work.",
    confidence: "Medium when a read of the key file comes right before the search, or access is denied; low when \
        there is more time between them, or no read of a key file.",
    confirm: "dir /a /s %SystemRoot%\\System32\\Microsoft\\Protect\\S-1-5-18",
    avoid: "Do not copy more key files from the other computer or profile: without its master keys they cannot be \
        opened. Do not give others rights to the Protect folder.",
    source: "Microsoft KB 942060; Microsoft engineers' blog on moving a metabase; public reports on user secrets; \
        DPAPI's role is a conclusion from them",
    technique: None,
};

impl Signature for MasterKeyMissing {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        facts.accesses().master_keys.iter().filter_map(|key| trouble(facts, key)).collect()
    }
}

fn trouble(facts: &Facts<'_>, key: &MasterKeyAccess) -> Option<Match> {
    let denied = key.denied.filter(|denied| key.found.is_none_or(|found| found < *denied));
    // Where it was found at all, other searches looked into another folder.
    let missing = key.missing.filter(|_| key.found.is_none() && !key.name.is_empty());
    let event = denied.or(missing)?;
    let read = key_file_before(facts, key);
    if !concerns(facts, key, read) {
        return None;
    }
    let mut evidence = EvidenceList::default();
    evidence.add(key.by.capture, event);
    let loss = read.and_then(|access| critical(access.container.as_deref()));
    let gives_up = read.is_some_and(|access| facts.gives_up(&access.by));
    let mut explanation = match (read, key.after_read) {
        (Some(access), Some(read)) => {
            evidence.add(key.by.capture, read);
            let after = match key.seconds_after_read {
                Some(seconds) if seconds < 1.0 => format!("{:.1} ms later", seconds * 1000.0),
                Some(seconds) => format!("{seconds:.1} s later"),
                None => "later".to_string(),
            };
            format!(
                "{} read the key file of {}, and {after} {}",
                access.by.label(),
                access.label(),
                key.by.label()
            )
        }
        _ => key.by.label(),
    };
    if let Some(account) = &key.impersonating {
        explanation.push_str(&format!(", acting for {account},"));
    }
    let whose = owner_text(&key.owner);
    explanation.push_str(&match (denied.is_some(), key.name.is_empty()) {
        (true, true) if key.owner.is_empty() => {
            format!(
                " was denied access to {}, the folder of all master keys of a profile.",
                key.path
            )
        }
        (true, true) => format!(" was denied access to {}, the master keys of {whose}.", key.path),
        (true, false) => format!(" was denied access to the master key {} of {whose}.", key.name),
        (false, _) => {
            format!(" looked for the master key {} of {whose} and did not find it.", key.name)
        }
    });
    let change =
        dependency::last_change(facts, &key.path, (key.by.capture, event), |change| match denied {
            Some(_) => change == DependencyChangeKind::RightsChanged,
            None => takes_away(change),
        });
    if let Some(change) = change {
        explanation.push_str(&dependency::cite(change, facts, &mut evidence));
        evidence.raise("the capture shows who did it");
    }
    explanation.push_str(match (denied.is_some(), is_computers(&key.owner)) {
        _ if change.is_some() => "",
        (true, _) => " Consistent with rights on the Protect folder that were changed.",
        (false, true) => " Consistent with a key file from another Windows installation.",
        (false, false) => {
            " Consistent with a key or secret from another computer or another profile, or with a profile \
             that was made anew."
        }
    });
    let inside = format!("{}\\.", folder_of(key));
    if let Some(folder) = shell_folder(&inside) {
        evidence.confirm_by(match denied {
            Some(_) => format!("icacls \"{folder}\""),
            None => format!("dir /a \"{folder}\""),
        });
    }
    // The key of a known container cannot be imported: it is made anew.
    let again = match read.and_then(|access| KnownContainer::find_any(access.container.as_deref()?))
    {
        Some(known) => format!("{}{}", used_by(Some(known)), last_way(Some(known))),
        None => String::new(),
    };
    let again = match again.trim() {
        "" => TEXT.remedy.to_string(),
        known => format!("{known} Copying key files between computers or profiles cannot work."),
    };
    let remedy = match denied {
        Some(_) => {
            "Compare the rights of the Protect folder with those of another account on this computer, or of a \
             healthy computer of the same version, and give back what SYSTEM or the owner lacks."
        }
        None => again.as_str(),
    };
    let close = key.seconds_after_read.is_some_and(|seconds| seconds <= 1.0);
    let is_sure = (read.is_some() && close) || denied.is_some();
    Some(Match {
        severity: match loss.is_some() && gives_up {
            true => Severity::Error,
            false => Severity::Warning,
        },
        confidence: match (is_sure || change.is_some()) && key.by.is_named(DPAPI) {
            true if change.is_some() => Confidence::High,
            true => Confidence::Medium,
            false => Confidence::Low,
        },
        evidence,
        explanation,
        does_not_prove: sentences(match read {
            Some(_) => {
                "Does not show that the two rows belong together: lsass.exe works for every process, \
                 and a capture does not show for which. Another secret may have wanted this master key."
            }
            None => {
                "Does not show which secret wanted it, nor for which program: no key file was read just before. \
                 Passwords that a program keeps, and cookies, are protected the same way."
            }
        }),
        remedy: match change {
            Some(change) => format!("{} {remedy}", undo(change.change)),
            None => remedy.into(),
        },
    })
}

/// What to do first about a change that the capture shows.
fn undo(change: DependencyChangeKind) -> String {
    let undo = dependency::undo(change);
    match change {
        DependencyChangeKind::Deleted => format!(
            "Restore what was deleted from a backup of this Windows, together with its folder: nothing else opens \
             what it protects. {undo} Without a backup, what it protected is lost."
        ),
        _ => undo.to_string(),
    }
}

/// The key file whose read the trouble follows; only of a process that is followed.
fn key_file_before<'r>(facts: &Facts<'r>, key: &MasterKeyAccess) -> Option<&'r FileAccess> {
    let read = key.after_read?;
    if key.seconds_after_read.is_some_and(|after| after > SECONDS) {
        return None;
    }
    facts.accesses().files.iter().find(|access| {
        access.by.capture == key.by.capture
            && access.by.is_followed()
            && access.read.is_some_and(|first| first <= read)
            && access.last_event >= read
    })
}

/// Whether the trouble is one of the case: it follows a key file, or its process or the
/// account that it acted for is judged. Others than lsass.exe may be refused with
/// good reason, and look for what need not be there.
fn concerns(facts: &Facts<'_>, key: &MasterKeyAccess, read: Option<&FileAccess>) -> bool {
    if !key.by.is_named(DPAPI) {
        let one_of_many =
            facts.accesses().master_keys.iter().filter(|it| it.by == key.by).count() > 1;
        return key.by.is_followed() && !key.name.is_empty() && !one_of_many;
    }
    let acts_for_judged = key.impersonating.as_ref().is_some_and(|account| {
        facts.report.processes.iter().any(|process| {
            process.capture == key.by.capture
                && process.account.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(account))
        })
    });
    read.is_some() || key.by.is_followed() || acts_for_judged
}

fn is_computers(owner: &str) -> bool {
    owner.eq_ignore_ascii_case("S-1-5-18")
}

/// Whose master keys they are, for a sentence.
fn owner_text(owner: &str) -> String {
    let lower = owner.to_ascii_lowercase();
    match lower.as_str() {
        "s-1-5-18" => "the computer".into(),
        "s-1-5-19" => "LocalService".into(),
        "s-1-5-20" => "NetworkService".into(),
        _ if lower.starts_with("s-1-5-82-") => format!("an application pool ({owner})"),
        _ if lower.starts_with("s-1-5-80-") => format!("a service ({owner})"),
        _ => format!("the user {owner}"),
    }
}

/// The folder of the master keys of an owner.
fn folder_of(key: &MasterKeyAccess) -> &str {
    match key.name.is_empty() {
        true => &key.path,
        false => key.path.rsplit_once('\\').map_or(&key.path, |(folder, _)| folder),
    }
}
