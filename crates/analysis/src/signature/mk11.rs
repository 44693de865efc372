//! MK-11: a program looks for user keys without a user profile.

use super::account::AccountKind;
use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::key_file::KeyRoot;
use crate::report::{Actor, FileAccess, FolderAccess};
use crate::sentences::sentences;

pub(super) struct ProfileNotLoaded;

/// The process of an application pool.
const WORKER: &str = "w3wp.exe";

const TEXT: SignatureText = SignatureText {
    id: "MK-11",
    title: "A program has no user profile for its keys",
    title_short: "No user profile for the keys",
    severity: "warning",
    looks_like: "A service, a worker process or a container's program gets PATH NOT FOUND or NAME NOT FOUND for \
        a folder of AppData\\Roaming\\Microsoft\\Crypto, in a profile or below System32\\config\\systemprofile, \
        and neither makes nor opens it later. Any other program: it cannot make its key there either.",
    means: "The program asks for user keys, and no user profile is loaded for the account that it acts as. The \
        program sees \"file not found\" (0x80070002) or \"keyset does not exist\" (0x80090016).",
    look_alike: "The first use of a new profile: the folders are missing once, and are made.",
    disproved_by: "The folder being opened or made by the same process; an application pool that has \
        loadUserProfile set to true.",
    remedy: "Set loadUserProfile of the application pool to true, or let the program use machine keys \
        (MachineKeySet) or keys in memory (EphemeralKeySet).",
    confidence: "Medium: a program may look there without needing a key. Low where it looked for one file and no \
        more.",
    confirm: "%windir%\\system32\\inetsrv\\appcmd list apppool /text:processModel.loadUserProfile",
    avoid: "Do not make the folders by hand, and do not run the program as an administrator instead.",
    source: "Microsoft reference of CryptAcquireContext; a developer's blog on application pools; public reports \
        on services and containers",
    technique: None,
};

impl Signature for ProfileNotLoaded {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        let mut seen: Vec<&Actor> = Vec::new();
        for access in facts.accesses().folders.iter().filter(|access| is_miss(access)) {
            // One finding for each process, however many folders it tries.
            if !seen.contains(&&access.by) {
                seen.push(&access.by);
                matches.extend(Search::of(facts, &access.by).map(|search| search.found()));
            }
        }
        matches
    }
}

/// Whether a process looks for its keys in a profile that is not there.
pub(super) fn has_no_profile(facts: &Facts<'_>, by: &Actor) -> bool {
    by.is_followed() && Search::of(facts, by).is_some()
}

fn is_profile(root: KeyRoot) -> bool {
    matches!(root, KeyRoot::UserProfile | KeyRoot::ServiceProfile)
}

fn is_miss(access: &FolderAccess) -> bool {
    access.by.is_followed() && is_profile(access.root) && access.missing.is_some()
}

/// What one process looked for in a profile that is not there.
struct Search<'r> {
    by: &'r Actor,
    folders: Vec<&'r FolderAccess>,
    /// Key files whose folder is missing.
    files: Vec<&'r FileAccess>,
    account: AccountKind,
    /// Making a key failed, too.
    not_made: Option<u64>,
}

impl<'r> Search<'r> {
    fn of(facts: &Facts<'r>, by: &'r Actor) -> Option<Search<'r>> {
        let own = facts.accesses().folders.iter().filter(|other| other.by == *by);
        let own: Vec<&FolderAccess> = own.filter(|other| is_profile(other.root)).collect();
        let folders: Vec<&FolderAccess> =
            own.iter().copied().filter(|access| is_miss(access)).collect();
        let first = folders.first()?;
        if own.iter().any(|other| other.last_success.max(other.created) > first.missing) {
            return None;
        }
        let files =
            facts.accesses().files.iter().filter(|it| {
                it.by == *by && is_profile(it.folder.root) && it.path_missing.is_some()
            });
        let files: Vec<&FileAccess> = files.collect();
        let search = Search {
            by,
            account: AccountKind::of(by, &format!("{}\\", first.path)),
            not_made: files.iter().find_map(|file| file.create_without_path),
            folders,
            files,
        };
        search.is_trouble().then_some(search)
    }

    /// A user without keys has no folder for them, and neither has LocalSystem, whose
    /// keys stand elsewhere. Others do not look for a key before they have one.
    fn is_trouble(&self) -> bool {
        let is_service = matches!(
            self.account,
            AccountKind::Pool | AccountKind::Service | AccountKind::Container
        );
        self.not_made.is_some()
            || self.by.is_named(WORKER)
            || (is_service && !self.files.is_empty())
    }

    fn found(&self) -> Match {
        let mut evidence = EvidenceList::default();
        let capture = self.by.capture;
        let misses = self.folders.iter().filter_map(|miss| miss.missing);
        misses.for_each(|event| evidence.add(capture, event));
        self.not_made.iter().for_each(|event| evidence.add(capture, *event));
        let first = self.folders[0];
        let place = match first.root {
            KeyRoot::ServiceProfile => "the profile of a service account",
            _ => "a user profile",
        };
        let is_pool = self.account == AccountKind::Pool || self.by.is_named(WORKER);
        let (kind, remedy) = match (is_pool, self.account) {
            (true, _) => ("an application pool whose user profile is not loaded", TEXT.remedy),
            (_, AccountKind::Container) => (
                "a container's user, for whom no profile is loaded",
                "Let the program use keys in memory (EphemeralKeySet) or machine keys (MachineKeySet), or make \
                 the profile a part of the image by a first logon.",
            ),
            _ => (
                "an account whose user profile is not loaded",
                "Find out as which account the program acts when it asks for the key: one that it only \
                 impersonates has no profile until the program loads it (LoadUserProfile). Else let the program \
                 use machine keys (MachineKeySet) or keys in memory (EphemeralKeySet).",
            ),
        };
        if !is_pool {
            evidence.confirm_by(
                "reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\" /s".into(),
            );
        }
        let mut explanation = format!(
            "{} looked for keys in {place}, and {} is not there.",
            self.by.label_with_account(),
            first.path
        );
        if self.not_made.is_some() {
            evidence.raise("the program could not make its key there either");
            explanation.push_str(" It could not make a key there either.");
        }
        explanation.push_str(&format!(" Consistent with {kind}."));
        let misses: u64 = self.files.iter().map(|file| file.misses).sum();
        let only_once = !is_pool && self.not_made.is_none() && misses < 2;
        Match {
            severity: Severity::Warning,
            confidence: if only_once { Confidence::Low } else { Confidence::Medium },
            evidence,
            explanation,
            does_not_prove: sentences(
                "Does not show that the program failed by this: it may use machine keys then. The \
                folders may have been made in rows that a filter removed.",
            ),
            remedy: remedy.into(),
        }
    }
}
