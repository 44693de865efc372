//! MK-11: a worker process looks for user keys without a user profile.

use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::key_file::KeyRoot;
use crate::report::FolderAccess;

pub(super) struct ProfileNotLoaded;

/// The process of an application pool.
const WORKER: &str = "w3wp.exe";

const TEXT: SignatureText = SignatureText {
    id: "MK-11",
    title: "A worker process has no user profile for its keys",
    severity: "warning",
    looks_like: "w3wp.exe gets PATH NOT FOUND or NAME NOT FOUND for a folder of \
        AppData\\Roaming\\Microsoft\\Crypto, in a profile or below System32\\config\\systemprofile, and \
        neither makes nor opens it later.",
    means: "The program asks for user keys, and the application pool does not load a user profile. The \
        program sees \"file not found\" (0x80070002).",
    look_alike: "The first use of a new profile: the folders are missing once, and are made.",
    disproved_by: "The folder being opened or made by the same process; an application pool that has \
        loadUserProfile set to true.",
    remedy: "Set loadUserProfile of the application pool to true, or let the program use machine keys \
        (MachineKeySet).",
    confidence: "Medium: a program may look there without needing a key.",
    confirm: "%windir%\\system32\\inetsrv\\appcmd list apppool /text:processModel.loadUserProfile",
    avoid: "Do not make the folders by hand, and do not run the pool as an administrator instead.",
    source: "Microsoft reference of CryptAcquireContext; a developer's blog on application pools",
    technique: None,
};

impl Signature for ProfileNotLoaded {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let folders = &facts.accesses().folders;
        let mut matches: Vec<Match> = Vec::new();
        let mut seen: Vec<&FolderAccess> = Vec::new();
        for access in folders.iter().filter(|access| is_miss(access)) {
            // One finding for each process, however many folders it tries.
            if seen.iter().any(|before| before.by == access.by) {
                continue;
            }
            seen.push(access);
            let own: Vec<_> = folders.iter().filter(|other| other.by == access.by).collect();
            let helped = own
                .iter()
                .any(|other| is_profile(other.root) && other.last_success > access.missing);
            if !helped {
                matches.push(without_profile(access, &own));
            }
        }
        matches
    }
}

fn is_profile(root: KeyRoot) -> bool {
    matches!(root, KeyRoot::UserProfile | KeyRoot::ServiceProfile)
}

fn is_miss(access: &FolderAccess) -> bool {
    access.by.is_followed()
        && access.by.is_named(WORKER)
        && is_profile(access.root)
        && access.missing.is_some()
}

fn without_profile(access: &FolderAccess, own: &[&FolderAccess]) -> Match {
    let mut evidence = EvidenceList::default();
    for miss in own.iter().filter(|other| is_miss(other)) {
        miss.missing.iter().for_each(|event| evidence.add(miss.by.capture, *event));
    }
    let place = match access.root {
        KeyRoot::ServiceProfile => "the profile of a service account",
        _ => "a user profile",
    };
    Match {
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        evidence,
        explanation: format!(
            "{} looked for keys in {place}, and {} is not there. Consistent with an application pool whose \
             user profile is not loaded.",
            access.by.label_with_account(),
            access.path
        ),
        does_not_prove:
            "Does not show that the program failed by this: it may use machine keys then. The \
            folders may have been made in rows that a filter removed."
                .into(),
        remedy: TEXT.remedy.into(),
    }
}
