//! MK-06: a key file is there, but holds no key.

use super::facts::{Facts, critical};
use super::{BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::container::{KeySystem, empty_container_len};
use crate::key_file::shell_folder;
use crate::report::{Actor, FileAccess};
use crate::sentences::sentences;

pub(super) struct Damaged;

/// Header, a name of one character, and its NUL: no container is shorter.
const SHORTEST: u64 = 40 + 1 + 1;

const TEXT: SignatureText = SignatureText {
    id: "MK-06",
    title: "A key file is damaged or empty",
    title_short: "A key file is damaged or empty",
    severity: "error, warning or info",
    looks_like: "A key file that was not made in the capture opens with success, but its EndOfFile is that \
        of a container without keys (40 bytes, the length of the name, and 1), or less; or a read at \
        offset 0 meets the end of the file; or reads end before the size that the file is said to have.",
    means: "The container was made and its keys never were, or the file lost its contents: power loss, a \
        full disk, a broken restore. The program sees \"key does not exist\" (0x8009000D) or \"the \
        container is damaged\" (0x8009001A).",
    look_alike: "A container that is being made: it is empty for a moment, until its keys are written. Many \
        programs leave empty containers behind on purpose.",
    disproved_by: "A larger EndOfFile or a full read later on; a copy of the file from a backup with the \
        same size.",
    remedy: "Keep a copy of the file, and restore it from a backup. Delete only what its owner provably \
        makes again.",
    confidence: "Medium: a capture shows lengths and never contents. High when it shows who emptied the file.",
    confirm: "dir /a %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys",
    avoid: "Do not delete the file while nobody knows who owns it: a copy may still be repaired or restored.",
    source: "Microsoft reference of CryptAcquireContext; a reproduced report of a damaged key file",
    technique: None,
};

impl Signature for Damaged {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let accesses = facts.accesses().files.iter();
        accesses.filter(|t| t.by.is_followed()).filter_map(|t| damaged(facts, t)).collect()
    }
}

/// What is wrong with a file, and the event that shows it.
fn fault(access: &FileAccess) -> Option<(String, u64)> {
    if let Some((event, 0)) = access.end_of_file
        && access.read.is_none()
    {
        return Some(("a read at its beginning met the end of the file".into(), event));
    }
    if let (Some((event, at)), Some(size)) = (access.end_of_file, access.size)
        && at < size
    {
        return Some((
            format!("reads end at {at} of the {size} bytes that it is said to have"),
            event,
        ));
    }
    let (size, event) = (access.size?, access.size_event?);
    if access.folder.provider != KeySystem::Capi {
        // How short a file of the newer key system can be is not established.
        return (size == 0).then(|| ("it has no bytes at all".into(), event));
    }
    let empty = access.container.as_deref().map(empty_container_len);
    match empty {
        Some(empty) if size == empty => {
            Some((format!("its {size} bytes are just those of a container without keys"), event))
        }
        Some(empty) if size < empty => Some((
            format!("it has {size} bytes, fewer than the {empty} of its container without keys"),
            event,
        )),
        None if size < SHORTEST => {
            Some((format!("it has {size} bytes, fewer than any container needs"), event))
        }
        _ => None,
    }
}

fn damaged(facts: &Facts<'_>, access: &FileAccess) -> Option<Match> {
    let (what, event) = fault(access)?;
    // What is written in the capture may be a container that is being made.
    let written = facts.accesses_alike(access).any(|other| other.written.is_some());
    let cut = cut_off(facts, access, event);
    if (written && cut.is_none()) || facts.was_created(access) {
        return None;
    }
    let known = critical(access.container.as_deref());
    let ends = facts.gives_up(&access.by);
    let mut evidence = EvidenceList::default();
    evidence.add(access.by.capture, event);
    evidence.confirm_on(shell_folder(&access.path), |folder| format!("dir /a {folder}"));
    if let Some(opened) = access.opened {
        evidence.add(access.by.capture, opened);
    }
    let mut explanation =
        format!("{} opened the key file of {}, and {what}.", access.by.label(), access.label());
    match cut {
        Some((by, emptied)) => {
            evidence.add(by.capture, emptied);
            evidence.raise("the capture shows who emptied the file");
            explanation.push_str(&format!(
                " {} emptied it before that ({}), and nothing was written to it afterwards.",
                by.label(),
                facts.place_text(by.capture, emptied)
            ));
        }
        None => explanation
            .push_str(" Consistent with a container whose keys were never made or were lost."),
    }
    if let Some(loss) = known.and_then(|known| known.loss) {
        explanation.push_str(&format!(" At stake: {loss}."));
    }
    if ends {
        explanation.push_str(" The process ended in this capture.");
    }
    Some(Match {
        severity: match (known.is_some(), ends) {
            (true, true) => Severity::Error,
            (true, false) => Severity::Warning,
            (false, _) if cut.is_some() => Severity::Warning,
            (false, _) => Severity::Info,
        },
        confidence: if cut.is_some() { Confidence::High } else { Confidence::Medium },
        evidence,
        explanation,
        does_not_prove: sentences(
            "Does not show what the file held before, nor that the program missed the keys. A \
            capture never shows contents, only lengths.",
        ),
        remedy: match cut {
            Some(_) => format!(
                "{BACK_UP_FIRST} Keep the program that emptied the file from doing so again. {}",
                TEXT.remedy
            ),
            None => format!("{BACK_UP_FIRST} {}", TEXT.remedy),
        },
    })
}

/// Who cut the content of a file off before an event, where nobody wrote to it afterwards.
fn cut_off<'r>(facts: &Facts<'r>, access: &FileAccess, before: u64) -> Option<(&'r Actor, u64)> {
    let capture = access.by.capture;
    let same = || facts.accesses_alike(access).filter(|other| other.by.capture == capture);
    let cuts = same().filter_map(|other| Some((&other.by, other.emptied?)));
    let last = cuts.filter(|cut| cut.1 < before).max_by_key(|cut| cut.1)?;
    let filled = same().any(|other| other.last_written.is_some_and(|written| written > last.1));
    (!filled).then_some(last)
}
