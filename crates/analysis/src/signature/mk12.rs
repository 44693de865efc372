//! MK-12: IIS looks for its keys in another All Users folder than theirs.

use super::facts::{Facts, critical};
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText,
};
use crate::key_file::KeyRoot;
use crate::report::FileAccess;
use crate::sentences::sentences;

pub(super) struct WrongAllUsers;

const TEXT: SignatureText = SignatureText {
    id: "MK-12",
    title: "A key is looked for in the wrong All Users folder",
    title_short: "The wrong All Users folder",
    severity: "error or warning",
    looks_like: "A well-known container is looked for, or made, below %windir%\\Profiles\\All Users, while \
        its file is in the usual folder of common data.",
    means: "The shell folder values name another folder for Common AppData than the one where the keys are. \
        IIS 6 then takes its metabase for damaged.",
    look_alike: "A computer that was upgraded from Windows NT 4 and really keeps its keys there: the file \
        opens with success.",
    disproved_by: "The file being opened below %windir%\\Profiles.",
    remedy: "Repair Common AppData under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer, in \
        Shell Folders and User Shell Folders; then restart the service, or copy the key file to where it \
        is looked for.",
    confidence: "High when the usual folder is seen with the file in it; otherwise medium.",
    confirm: "reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders\" /v \"Common AppData\"",
    avoid: "Do not reinstall the metabase: it is intact, and its key is in the other folder.",
    source: "a Microsoft engineer's blog on supposed metabase corruption in IIS 6",
    technique: None,
};

impl Signature for WrongAllUsers {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let accesses = facts.accesses().files.iter();
        accesses
            .filter(|access| {
                access.by.is_followed() && access.folder.root == KeyRoot::WindowsProfiles
            })
            .filter_map(|access| misplaced(facts, access))
            .collect()
    }
}

fn misplaced(facts: &Facts<'_>, access: &FileAccess) -> Option<Match> {
    let known = critical(access.container.as_deref())?;
    let missing = access.missing.or(access.created)?;
    if access.opened.is_some() && access.created.is_none() {
        return None;
    }
    let mut evidence = EvidenceList::default();
    evidence.add(access.by.capture, missing);
    access.created.iter().for_each(|event| evidence.add(access.by.capture, *event));
    let usual = facts.key_files().iter().find(|file| {
        file.exists && file.stem == access.stem && file.folder.root == KeyRoot::CommonData
    });
    let (severity, confidence, witness) = match usual {
        Some(file) => {
            evidence.add(file.capture, file.first_event);
            let place = format!("Its file is in the usual place: {}.", file.path);
            (Severity::Error, Confidence::High, place)
        }
        None => (
            Severity::Warning,
            Confidence::Medium,
            "The capture does not show whether its file is in the usual place.".to_string(),
        ),
    };
    Some(Match {
        severity,
        confidence,
        evidence,
        explanation: format!(
            "{} looked for {} below %windir%\\Profiles and did not find it. {witness} Consistent with a \
             wrong value of Common AppData. At stake: {}.",
            access.by.label(),
            known.name,
            known.loss.unwrap_or("its keys")
        ),
        does_not_prove: sentences("Does not show the value of Common AppData, nor who changed it."),
        remedy: format!("{BACK_UP_FIRST} {}", TEXT.remedy),
    })
}
