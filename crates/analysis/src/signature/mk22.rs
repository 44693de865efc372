//! MK-22: a folder of the computer's keys is missing.

use super::absent_key::is_of_the_computer;
use super::ending::Ending;
use super::facts::Facts;
use super::removal::Removal;
use super::{Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText};
use crate::container::KeySystem;
use crate::key_file::{KeyFolder, KeyRoot, shell_folder};
use crate::report::{Actor, FileAccess, FolderAccess};
use crate::sentences::sentences;

pub(super) struct FolderMissing;

/// How many processes are named.
const NAMED: usize = 4;

const TEXT: SignatureText = SignatureText {
    id: "MK-22",
    title: "The folder of the machine keys is missing",
    title_short: "The key folder is missing",
    severity: "error or warning",
    looks_like: "CreateFile on a key file of the computer ends with PATH NOT FOUND, or one on the folder \
        itself with NAME NOT FOUND: RSA\\MachineKeys, Keys, or a folder above. Often a second CreateFile that \
        should make the file follows, with the same result.",
    means: "The folder was renamed or deleted, as some guides on the Web tell people to, or a restore left it \
        out. No program finds its keys, and none can make new ones there.",
    look_alike: "A user's or a service account's folder, which is made with its first key; a search below \
        %windir%\\Profiles (MK-12) or in a backup.",
    disproved_by: "The folder being opened, listed or made later in the capture.",
    remedy: "If the folder stands under another name, give it its old name back, with its rights and files; \
        where new keys were made since in a new folder, keep both and merge nothing before a copy exists. Else \
        restore it from a backup of this computer. An empty folder made by hand has neither the keys nor the \
        rights of the old one.",
    confidence: "High for RSA\\MachineKeys, which every Windows has, and where the capture shows who renamed or \
        deleted the folder; medium for other folders.",
    confirm: "dir /a %ProgramData%\\Microsoft\\Crypto\\RSA",
    avoid: "Do not make an empty folder in its place, and delete nothing that looks like a renamed one: it may \
        hold the only copy of every key.",
    source: "public reports of a renamed MachineKeys folder; Microsoft KB 278381 on the folder's rights",
    technique: None,
};

/// The folder itself may be gone: what is left is in the one above.
const COPY_FIRST: &str = "First copy %ProgramData%\\Microsoft\\Crypto with all that is in it, and \
    System32\\Microsoft\\Protect, and export HKLM\\SOFTWARE\\Microsoft\\Cryptography.";

impl Signature for FolderMissing {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut done: Vec<(usize, KeyFolder)> = Vec::new();
        let mut matches = Vec::new();
        for access in &facts.accesses().folders {
            let Some(folder) = access.folder.filter(|folder| is_of_the_computer(*folder)) else {
                continue;
            };
            let key = (access.by.capture, folder);
            let is_miss = access.missing.is_some() && access.by.is_followed();
            let is_removal = access.renamed.is_some() || access.deleted.is_some();
            if (is_miss || is_removal) && !done.contains(&key) {
                done.push(key);
                matches.extend(FolderCase::of(facts, access, folder).and_then(|it| it.found()));
            }
        }
        matches
    }
}

/// What a capture shows of one folder of the computer's keys.
struct FolderCase<'f, 'r> {
    facts: &'f Facts<'r>,
    capture: usize,
    path: &'r str,
    folder: KeyFolder,
    /// What judged processes did with it.
    seekers: Vec<&'r FolderAccess>,
    /// The files that they looked for in it.
    wanted: Vec<&'r FileAccess>,
    removal: Option<Removal<'r>>,
    /// When it was made after that.
    made_again: Option<u64>,
}

impl<'f, 'r> FolderCase<'f, 'r> {
    /// `None` where the folder is there in the end, and was not made anew.
    fn of(
        facts: &'f Facts<'r>,
        access: &'r FolderAccess,
        folder: KeyFolder,
    ) -> Option<FolderCase<'f, 'r>> {
        let capture = access.by.capture;
        let folders = facts.accesses().folders.iter();
        let same: Vec<&FolderAccess> =
            folders.filter(|it| it.folder == Some(folder) && it.by.capture == capture).collect();
        let seekers: Vec<&FolderAccess> =
            same.iter().copied().filter(|it| it.missing.is_some() && it.by.is_followed()).collect();
        let last_miss = seekers.iter().filter_map(|it| it.last_missing).max();
        let removal =
            Removal::of_folder(facts, &access.path, (capture, last_miss.unwrap_or(u64::MAX)));
        let last = last_miss.max(removal.as_ref().map(|removal| removal.event))?;
        let there = same.iter().filter_map(|it| it.last_success.max(it.created)).max();
        let files = facts.key_files().iter();
        let files = files.filter(|it| it.folder == folder && it.capture == capture);
        let in_it = files.filter_map(|file| file.last_there).max();
        let made_again = same.iter().filter_map(|it| it.created).find(|made| *made > last);
        let is_there = there.max(in_it).is_some_and(|there| there > last);
        if is_there && (made_again.is_none() || removal.is_none()) {
            return None;
        }
        let wanted = facts.accesses().files.iter().filter(|it| {
            it.folder == folder
                && it.by.capture == capture
                && it.by.is_followed()
                && it.path_missing.is_some()
        });
        let wanted = wanted.collect();
        let path = &access.path;
        Some(FolderCase { facts, capture, path, folder, seekers, wanted, removal, made_again })
    }

    /// Whether every Windows has the folder. Tools list others, too, whether they are
    /// there or not.
    fn is_everywhere(&self) -> bool {
        self.folder.provider == KeySystem::Capi && is_rsa(self.folder)
    }

    fn found(&self) -> Option<Match> {
        if self.wanted.is_empty() && self.removal.is_none() && !self.is_everywhere() {
            return None;
        }
        let mut evidence = EvidenceList::default();
        let mut explanation = self.explain(&mut evidence);
        let endings = self.seekers.iter();
        let endings: Vec<Ending> =
            endings.filter_map(|it| Some(Ending::after(self.facts, &it.by, it.missing?))).collect();
        let failed = endings.iter().find(|ending| ending.is_failure());
        if let Some(ending) = failed {
            ending.cite(self.capture, &mut evidence);
            explanation.push_str(&ending.sentence());
        }
        if self.removal.is_none() {
            explanation
                .push_str(" Consistent with a folder that was renamed, deleted or not restored.");
        }
        if let Some(above) = shell_folder(self.path) {
            evidence.confirm_by(format!("dir /a \"{above}\""));
        }
        let is_missed = !self.seekers.is_empty() && self.made_again.is_none();
        let is_sure = is_missed && (failed.is_some() || self.removal.is_some());
        Some(Match {
            severity: match self.is_everywhere() && is_sure {
                true => Severity::Error,
                false => Severity::Warning,
            },
            confidence: match is_missed && (self.is_everywhere() || self.removal.is_some()) {
                true => Confidence::High,
                false => Confidence::Medium,
            },
            evidence,
            explanation,
            does_not_prove: sentences(match self.removal {
                Some(_) => "Does not show why, nor what became of the folder after the capture.",
                None => {
                    "Does not show who took the folder away, or when, nor whether it stands under another \
                     name: a listing of the folder above does."
                }
            }),
            remedy: format!("{COPY_FIRST} {}", TEXT.remedy),
        })
    }

    /// What was seen, with the events that show it.
    fn explain(&self, evidence: &mut EvidenceList) -> String {
        let mut sentences = Vec::new();
        let first = self.seekers.iter().filter_map(|it| it.missing).min();
        if let Some(first) = first {
            evidence.add(self.capture, first);
            sentences.push(format!(
                "{} did not find the folder {}, where the computer keeps {}.",
                seekers(&self.seekers),
                self.path,
                if self.folder.provider == KeySystem::Capi {
                    "its keys"
                } else {
                    "its keys of CNG"
                }
            ));
        }
        for file in &self.wanted {
            let misses = [file.path_missing, file.last_missing];
            misses.iter().flatten().for_each(|event| evidence.add(self.capture, *event));
        }
        if let Some(removal) = &self.removal {
            removal.cite(evidence);
            evidence.raise("the capture shows how the folder went away");
            sentences.push(removal.sentence(self.facts, "the folder"));
        }
        if let Some(made) = self.made_again {
            evidence.add(self.capture, made);
            sentences.push(format!(
                "A new folder was made in its place ({}); the keys of the old one are not in it.",
                self.facts.place_text(self.capture, made)
            ));
        } else if self.wanted.iter().any(|file| file.create_without_path.is_some()) {
            sentences.push("A new key could not be made there either.".into());
        }
        sentences.join(" ")
    }
}

fn is_rsa(folder: KeyFolder) -> bool {
    folder.root == KeyRoot::CommonData && folder.to_string().starts_with("RSA")
}

/// The processes that missed the folder.
fn seekers(all: &[&FolderAccess]) -> String {
    let mut by: Vec<&Actor> = Vec::new();
    for access in all.iter().filter(|access| access.missing.is_some()) {
        if !by.contains(&&access.by) {
            by.push(&access.by);
        }
    }
    if let [only] = by[..] {
        return only.label_with_account();
    }
    let mut names: Vec<String> = by.iter().take(NAMED).map(|actor| actor.label()).collect();
    if by.len() > NAMED {
        names.push(format!("{} more", by.len() - NAMED));
    }
    names.join(", ")
}
