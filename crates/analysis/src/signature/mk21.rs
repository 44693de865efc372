//! MK-21: a key was looked for, is not there, and nobody made it.

use super::absent_key::{absent_keys, is_of_the_computer, other_guids};
use super::container_remedy::{bring_back, used_by};
use super::ending::Ending;
use super::facts::{Facts, critical};
use super::removal::Removal;
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText, mk11,
};
use crate::container::KnownContainer;
use crate::key_file::shell_folder;
use crate::report::{Actor, FileAccess};
use crate::sentences::sentences;

pub(super) struct KeyAbsent;

/// How many containers the explanation names, and how many events of each are cited.
const NAMED: usize = 6;

const TEXT: SignatureText = SignatureText {
    id: "MK-21",
    title: "A key was looked for and is not there",
    title_short: "A key is not there",
    severity: "error, warning or info",
    looks_like: "CreateFile on a key file ends with NAME NOT FOUND, often twice, and nobody makes the file \
        afterwards; often the process ends.",
    means: "The program wants a key that is not there under the present MachineGuid. It was deleted, moved or \
        renamed, it was never imported on this computer or for this account, or it carries another \
        MachineGuid. The program sees \"keyset does not exist\" (0x80090016), or \"file not found\" \
        (0x80070002).",
    look_alike: "A program that asks whether it has a key, and goes on; a search among the keys of CNG or of a \
        user that succeeds in another store; the check after a temporary key was deleted; a backup whose \
        file is gone when its turn comes.",
    disproved_by: "The file being opened or made by the same program later, in this store or in another one.",
    remedy: "Find out which key it is (procmonkey key, certutil -key), and restore its file from a backup of \
        this computer, or import the certificate with its key again (PFX), for the computer or for the \
        account that needs it.",
    confidence: "Medium when it was looked for more than once, when the capture shows who deleted or renamed \
        the file, or when the process fails afterwards; low for a single search. \
        Of a process that goes on it is not a finding, as long as nothing shows that the file was there.",
    confirm: "dir /a %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys",
    avoid: "Do not make an empty file of this name, and do not copy key files from another computer: they \
        cannot be opened here.",
    source: "Microsoft KB 238187; about sixty public reports of 0x80090016",
    technique: None,
};

impl Signature for KeyAbsent {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        searches(facts).iter().filter_map(|search| absent(facts, search)).collect()
    }
}

/// Instances of one program that look for the same keys in vain.
struct Search<'r> {
    by: Vec<&'r Actor>,
    /// What the first instance looked for.
    files: Vec<&'r FileAccess>,
    misses: u64,
}

fn searches<'r>(facts: &Facts<'r>) -> Vec<Search<'r>> {
    let mut all: Vec<Search<'r>> = Vec::new();
    for process in facts.by_process().iter().filter(|process| process.by.is_followed()) {
        let mut files = absent_keys(facts, process);
        files.retain(|access| !is_of_a_folder(facts, access));
        if files.is_empty() {
            continue;
        }
        let misses = files.iter().map(|access| access.misses).sum();
        let same = |search: &&mut Search<'r>| {
            let first = search.by[0];
            let files_are = search.files.iter().map(|access| identity(access));
            first.name == process.by.name
                && first.account == process.by.account
                && files_are.eq(files.iter().map(|access| identity(access)))
        };
        match all.iter_mut().find(same) {
            Some(search) => {
                search.by.push(process.by);
                search.misses += misses;
            }
            None => all.push(Search { by: vec![process.by], files, misses }),
        }
    }
    all
}

/// Whether the whole folder is missing, which has a signature of its own.
fn is_of_a_folder(facts: &Facts<'_>, access: &FileAccess) -> bool {
    access.path_missing.is_some()
        && (is_of_the_computer(access.folder) || mk11::has_no_profile(facts, &access.by))
}

fn identity(access: &FileAccess) -> (usize, crate::KeyFolder, &str, &crate::MachineGuid) {
    (access.by.capture, access.folder, &access.stem, &access.guid)
}

/// `None` for a program that asks for a key and goes on without.
fn absent(facts: &Facts<'_>, search: &Search<'_>) -> Option<Match> {
    let mut evidence = EvidenceList::default();
    let mut said = Vec::new();
    let (mut removed, mut renamed, mut elsewhere) = (false, false, false);
    for access in search.files.iter().take(NAMED) {
        let misses = [access.missing, access.last_missing];
        misses.iter().flatten().for_each(|event| evidence.add(access.by.capture, *event));
        let before = (access.by.capture, access.last_missing.unwrap_or(access.last_event));
        if let Some(removal) = Removal::of(facts, access, before) {
            removal.cite(&mut evidence);
            said.push(removal.sentence(facts, &format!("the key file of {}", access.label())));
            removed = true;
            renamed |= removal.is_renaming();
        }
        for seen in other_guids(facts, access) {
            let at = match (seen.capture, seen.event) {
                (Some(capture), Some(event)) => {
                    evidence.add(capture, event);
                    format!(" ({})", facts.place_text(capture, event))
                }
                _ => String::new(),
            };
            seen.witnesses.iter().for_each(|witness| evidence.add_witness(*witness));
            said.push(format!("{} exists under another GUID, {}{at}.", access.label(), seen.guid));
            elsewhere = true;
        }
    }
    let (by, first) = (search.by[0], search.files[0]);
    let last = search.files.iter().filter_map(|access| access.last_missing).max().unwrap_or(0);
    let ending = Ending::after(facts, by, last);
    ending.cite(by.capture, &mut evidence);
    let loss = search.files.iter().find_map(|access| critical(access.container.as_deref()));
    let known = loss.or_else(|| {
        search.files.iter().find_map(|it| KnownContainer::find_any(it.container.as_deref()?))
    });
    if ending == Ending::GoesOn && !removed && !elsewhere {
        return None;
    }
    let weight = Weight {
        shown: removed || elsewhere,
        fails: ending.is_failure(),
        goes_on: ending == Ending::GoesOn,
        again: search.misses > 1,
        makes_its_own: is_made_anew(first) && search.files.len() == 1,
        at_stake: loss.is_some(),
        was_asked: facts.was_asked(by),
    };
    let (severity, confidence) = weight.weigh(&mut evidence, removed);
    evidence_confirm(&mut evidence, first);
    let times = match search.misses {
        1 => "once".to_string(),
        2 => "twice".to_string(),
        times => format!("{times} times"),
    };
    let mut explanation = format!(
        "{} looked {times} for {} and did not find {}; nobody made {} in this capture.",
        who(search),
        names(&search.files),
        if search.files.len() == 1 { "it" } else { "them" },
        if search.files.len() == 1 { "it" } else { "them" },
    );
    said.iter().for_each(|sentence| explanation.push_str(&format!(" {sentence}")));
    explanation.push_str(&ending.sentence());
    explanation.push_str(match (removed, elsewhere) {
        (true, _) => "",
        (false, true) => " Consistent with a MachineGuid that was changed after the key was made.",
        (false, false) => {
            " Consistent with a key that was deleted or renamed before the capture, or that was never made \
             or imported here."
        }
    });
    if let (Some(loss), true) = (loss.and_then(|known| known.loss), severity > Severity::Info) {
        explanation.push_str(&format!(" At stake: {loss}."));
    }
    Some(Match {
        severity,
        confidence,
        evidence,
        explanation,
        does_not_prove: sentences(does_not_prove(removed, elsewhere)),
        remedy: format!(
            "{BACK_UP_FIRST} {}{}",
            remedy(known, (removed, renamed, elsewhere)),
            used_by(known)
        ),
    })
}

/// What speaks for a failure, and what against it.
struct Weight {
    /// The capture shows what became of the file.
    shown: bool,
    fails: bool,
    goes_on: bool,
    again: bool,
    /// The owner of the container makes a new one whenever it has none.
    makes_its_own: bool,
    at_stake: bool,
    /// Whether the process was asked for, and not only met at the keys.
    was_asked: bool,
}

impl Weight {
    fn weigh(&self, evidence: &mut EvidenceList, removed: bool) -> (Severity, Confidence) {
        if removed {
            evidence.raise("the capture shows how the file went away");
        }
        if self.again {
            evidence.raise("it was looked for more than once");
        }
        if self.fails {
            evidence.raise("the process ended afterwards as one does that fails");
        }
        if self.goes_on {
            evidence.lower("the process goes on afterwards");
        }
        let expected = self.goes_on || self.makes_its_own;
        match (self.shown || self.fails, self.again) {
            (true, _) if self.fails => {
                let severity =
                    if self.at_stake || self.again { Severity::Error } else { Severity::Warning };
                (severity, Confidence::Medium)
            }
            (true, _) if expected => (Severity::Warning, Confidence::Low),
            (true, _) => (Severity::Warning, Confidence::Medium),
            (false, _) if expected => (Severity::Info, Confidence::Low),
            (false, true) => (Severity::Warning, Confidence::Medium),
            (false, false) => {
                evidence.lower("it was looked for only once, and nothing shows what came of it");
                // Many programs ask for a key that they may not have.
                let severity = if self.was_asked { Severity::Warning } else { Severity::Info };
                (severity, Confidence::Low)
            }
        }
    }
}

/// Whether the owner of a container makes a new one where it has none.
fn is_made_anew(access: &FileAccess) -> bool {
    access
        .container
        .as_deref()
        .and_then(KnownContainer::find_any)
        .is_some_and(|known| known.loss.is_none())
}

fn who(search: &Search<'_>) -> String {
    let first = search.by[0].label_with_account();
    match search.by.len() {
        1 => first,
        more => format!("{first} and {} more of this program", more - 1),
    }
}

fn names(files: &[&FileAccess]) -> String {
    let mut names: Vec<String> = files
        .iter()
        .take(NAMED)
        .map(|access| format!("{} under {} in {}", access.label(), access.guid, access.folder))
        .collect();
    if files.len() > NAMED {
        names.push(format!("{} more", files.len() - NAMED));
    }
    let word = if files.len() == 1 { "the key file of" } else { "the key files of" };
    format!("{word} {}", names.join(", "))
}

fn evidence_confirm(evidence: &mut EvidenceList, access: &FileAccess) {
    evidence.confirm_on(shell_folder(&access.path), |folder| format!("dir /a {folder}"));
}

fn does_not_prove(removed: bool, elsewhere: bool) -> &'static str {
    match (removed, elsewhere) {
        (true, _) => {
            "Does not show why the file was taken away, nor that the program cannot work without it."
        }
        (false, true) => {
            "Does not show which of the two GUIDs is the right one: the present registry value and the dates \
             of the files in the folder do. A file that was copied from another computer looks the same."
        }
        (false, false) => {
            "Does not show that the key ever existed, nor that the program cannot work without it. Rows that \
             a filter removed may show the file being made. A listing of the folder shows whether it is \
             there under another GUID."
        }
    }
}

fn remedy(
    known: Option<&KnownContainer>,
    (removed, renamed, elsewhere): (bool, bool, bool),
) -> String {
    let first = match (renamed, removed, elsewhere) {
        (true, ..) => {
            "Then ask whoever renamed it for the reason. As long as nothing new stands in its place, the old \
             name can be given back. "
        }
        (false, true, _) => {
            "Then keep the program that deleted it from doing so again, by its settings, before the key is \
             restored or imported. "
        }
        (false, false, true) => {
            "Then compare the present registry value with the two GUIDs and with the dates of the files before \
             anything is renamed or edited. "
        }
        (false, false, false) => "",
    };
    match known {
        Some(_) => format!("{first}{}", bring_back(known)),
        None => format!("{first}{}", TEXT.remedy),
    }
}
