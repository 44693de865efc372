//! MK-11: a worker process looks for user keys without a user profile.

use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::facts::Facts;
use crate::key_file::KeyRoot;
use crate::touches::FolderTouch;

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
        let folders = &facts.touches().folders;
        let mut matches: Vec<Match> = Vec::new();
        let mut seen: Vec<&FolderTouch> = Vec::new();
        for touch in folders.iter().filter(|touch| is_miss(touch)) {
            // One finding for each process, however many folders it tries.
            if seen.iter().any(|before| before.by == touch.by) {
                continue;
            }
            seen.push(touch);
            let own: Vec<_> = folders.iter().filter(|other| other.by == touch.by).collect();
            let helped = own
                .iter()
                .any(|other| is_profile(other.root) && other.last_success > touch.missing);
            if !helped {
                matches.push(without_profile(touch, &own));
            }
        }
        matches
    }
}

fn is_profile(root: KeyRoot) -> bool {
    matches!(root, KeyRoot::UserProfile | KeyRoot::ServiceProfile)
}

fn is_miss(touch: &FolderTouch) -> bool {
    touch.by.is_followed()
        && touch.by.is_named(WORKER)
        && is_profile(touch.root)
        && touch.missing.is_some()
}

fn without_profile(touch: &FolderTouch, own: &[&FolderTouch]) -> Match {
    let mut evidence = EvidenceList::default();
    for miss in own.iter().filter(|other| is_miss(other)) {
        miss.missing.iter().for_each(|event| evidence.add(miss.by.capture, *event));
    }
    let place = match touch.root {
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
            touch.by.label_with_account(),
            touch.path
        ),
        does_not_prove:
            "Does not show that the program failed by this: it may use machine keys then. The \
            folders may have been made in rows that a filter removed."
                .into(),
        remedy: TEXT.remedy.into(),
    }
}
