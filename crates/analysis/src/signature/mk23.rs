//! MK-23: MachineGuid cannot be read, or is not written as Windows writes it.

use super::ending::Ending;
use super::facts::Facts;
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText,
};
use crate::guid::MachineGuid;
use crate::machine_guid::RegistryView;
use crate::report::{Actor, MachineGuidAccess, TimelineEntry};
use crate::sentences::sentences;
use crate::step::Step;

pub(super) struct GuidUnreadable;

/// How many processes are named.
const NAMED: usize = 4;

const TEXT: SignatureText = SignatureText {
    id: "MK-23",
    title: "MachineGuid cannot be read, or is not written as Windows writes it",
    title_short: "MachineGuid cannot be read",
    severity: "error or warning",
    looks_like: "RegQueryValue of HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid ends with NAME NOT FOUND or \
        ACCESS DENIED, or RegOpenKey of its key does, in the 64-bit view; or the value that is read has braces \
        around it, or is no GUID of 36 characters (Length: 74).",
    means: "The crypto provider needs the value to name key files. Without it, or without the right to read it, \
        it can neither find nor make a key; with braces or other characters it looks for files of other names \
        than before.",
    look_alike: "A 32-bit program that looks below WOW6432Node, where the value normally is not; a program that \
        asks for more rights to the key than reading, and is content with reading.",
    disproved_by: "The value being read later by the same process.",
    remedy: "Restore the value that the names of the key files carry, or the rights of the key, from a backup of \
        this computer's registry.",
    confidence: "High: the row says so. Lower where other processes read the value in the same capture.",
    confirm: "reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid /reg:64",
    avoid: "Do not make up a value: keys that exist are found under theirs alone.",
    source: "conclusion from how key files are named; public reports of a missing value and of a denied key",
    technique: None,
};

impl Signature for GuidUnreadable {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let accesses = facts.accesses().machine_guid.iter();
        let judged: Vec<&MachineGuidAccess> = accesses.filter(|it| it.by.is_followed()).collect();
        let mut matches = Vec::new();
        for trouble in [Trouble::Missing, Trouble::KeyMissing, Trouble::Denied, Trouble::Failed] {
            let met = judged.iter().copied().filter(|it| Trouble::of(it) == Some(trouble));
            let met: Vec<&MachineGuidAccess> = met.collect();
            if !met.is_empty() {
                matches.push(unreadable(facts, trouble, &met));
            }
        }
        matches.extend(malformed(facts, &judged));
        matches
    }
}

/// Why a process did not get the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Missing,
    KeyMissing,
    Denied,
    Failed,
}

impl Trouble {
    fn of(access: &MachineGuidAccess) -> Option<Trouble> {
        if access.last_read >= access.last_failure {
            return None;
        }
        let failed = access.failed.as_ref().map(|failure| failure.event);
        let all = [
            (access.missing, Trouble::Missing),
            (access.key_missing, Trouble::KeyMissing),
            (access.denied, Trouble::Denied),
            (failed, Trouble::Failed),
        ];
        let first = all.into_iter().filter_map(|(event, trouble)| Some((event?, trouble)));
        first.min_by_key(|(event, _)| *event).map(|(_, trouble)| trouble)
    }

    fn event(self, access: &MachineGuidAccess) -> Option<u64> {
        match self {
            Trouble::Missing => access.missing,
            Trouble::KeyMissing => access.key_missing,
            Trouble::Denied => access.denied,
            Trouble::Failed => access.failed.as_ref().map(|failure| failure.event),
        }
    }
}

fn unreadable(facts: &Facts<'_>, trouble: Trouble, met: &[&MachineGuidAccess]) -> Match {
    let mut evidence = EvidenceList::default();
    let mut endings = Vec::new();
    for access in met {
        let Some(event) = trouble.event(access) else { continue };
        evidence.add(access.by.capture, event);
        let ending = Ending::after(facts, &access.by, event);
        ending.cite(access.by.capture, &mut evidence);
        endings.push(ending);
    }
    let failed = endings.iter().find(|ending| ending.is_failure());
    let what = match trouble {
        Trouble::Missing => "looked for MachineGuid, and the value is not there.".to_string(),
        Trouble::KeyMissing => {
            "looked for the key of MachineGuid, and the key is not there.".to_string()
        }
        Trouble::Denied => "was denied access to MachineGuid or its key.".to_string(),
        Trouble::Failed => {
            let result = met[0].failed.as_ref().map_or("", |failure| &failure.result);
            format!("could not read MachineGuid ({result}).")
        }
    };
    let mut explanation = format!("{} {what}", who(met.iter().map(|access| &access.by)));
    let is_gone = matches!(trouble, Trouble::Missing | Trouble::KeyMissing);
    if let Some(removal) = removal(facts, met).filter(|_| is_gone) {
        evidence.add(removal.capture, removal.event);
        explanation.push_str(&format!(
            " {} deleted it ({}).",
            name_of(removal),
            facts.place_text(removal.capture, removal.event)
        ));
    }
    if let Some((by, event)) = rights_change(facts, met).filter(|_| trouble == Trouble::Denied) {
        evidence.add(by.capture, event);
        let at = facts.place_text(by.capture, event);
        explanation.push_str(&format!(
            " {} changed the rights of the key before that ({at}).",
            by.label()
        ));
    }
    if let Some(failed) = failed {
        explanation.push_str(&failed.sentence());
    }
    let others_read = facts.accesses().machine_guid.iter().any(|other| {
        other.by.capture == met[0].by.capture
            && other.last_read.is_some_and(|read| {
                met.iter().filter_map(|it| it.last_failure).max().is_some_and(|last| read > last)
            })
    });
    if others_read {
        evidence.lower("another process reads the value afterwards");
    } else {
        explanation.push_str(" The crypto provider names key files after this value.");
    }
    if trouble == Trouble::Denied {
        evidence.confirm_by(
            "powershell -Command \"Get-Acl HKLM:\\SOFTWARE\\Microsoft\\Cryptography | Format-List\"".into(),
        );
    }
    Match {
        severity: match failed.is_some() && !others_read {
            true => Severity::Error,
            false => Severity::Warning,
        },
        confidence: if others_read { Confidence::Medium } else { Confidence::High },
        evidence,
        explanation,
        does_not_prove: sentences(match trouble {
            Trouble::Denied => {
                "Does not show which right is missing: Procmon shows the answer, not the rights of the key."
            }
            _ => {
                "Does not show which value stood there before: the names of the key files do. What the crypto \
                 provider does without the value is not documented."
            }
        }),
        remedy: format!("{BACK_UP_FIRST} {}", remedy(trouble)),
    }
}

fn remedy(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Missing | Trouble::KeyMissing => {
            "Then list the MachineKeys folder (`dir /a`): the value that belongs there is the GUID behind the \
             underscore of the key files that worked last. Restore it from a backup of this computer's registry, \
             as text (REG_SZ), 36 characters, without braces. Where the files carry several GUIDs, set none before it \
             is known which one worked last."
        }
        Trouble::Denied => {
            "Then compare the rights of the key with those of a healthy computer of the same version: everybody, \
             services and application pools too, reads it there. Give back what is missing, and nothing more \
             than reading."
        }
        Trouble::Failed => {
            "Then look the result up: a damaged hive is restored from a backup of this computer's registry, not \
             edited."
        }
    }
}

/// The last change of the rights of the key before a process was denied it.
fn rights_change<'r>(facts: &Facts<'r>, met: &[&MachineGuidAccess]) -> Option<(&'r Actor, u64)> {
    let capture = met[0].by.capture;
    let last = met.iter().filter_map(|it| it.denied).max()?;
    let all = facts.accesses().machine_guid.iter().filter(|it| it.by.capture == capture);
    let changes = all.filter_map(|it| Some((&it.by, it.rights_changed?)));
    changes.filter(|(_, event)| *event < last).max_by_key(|(_, event)| *event)
}

/// The last deletion of the value before a process missed it.
fn removal<'r>(facts: &Facts<'r>, met: &[&MachineGuidAccess]) -> Option<&'r TimelineEntry> {
    let last = met.iter().filter_map(|it| Some((it.by.capture, it.last_failure?))).max()?;
    facts
        .timeline()
        .iter()
        .filter(|entry| {
            entry.step == Step::GuidRemoved
                && RegistryView::of_value(&entry.path) == Some(RegistryView::Native)
        })
        .rfind(|entry| (entry.capture, entry.event) < last)
}

fn name_of(entry: &TimelineEntry) -> String {
    let name = entry.process.as_deref().unwrap_or("a process that is not named");
    match entry.pid {
        Some(pid) => format!("{name} (PID {pid})"),
        None => name.to_string(),
    }
}

/// The value was read, and is not one that Windows writes.
fn malformed(facts: &Facts<'_>, judged: &[&MachineGuidAccess]) -> Option<Match> {
    let met: Vec<&MachineGuidAccess> =
        judged.iter().copied().filter(|access| access.malformed.is_some()).collect();
    let (_, value) = met.first()?.malformed.as_ref()?;
    let mut evidence = EvidenceList::default();
    let mut failed = None;
    for access in &met {
        let Some((event, _)) = &access.malformed else { continue };
        evidence.add(access.by.capture, *event);
        let ending = Ending::after(facts, &access.by, *event);
        ending.cite(access.by.capture, &mut evidence);
        failed = failed.or(Some(ending).filter(Ending::is_failure));
    }
    let (what, mistake) = form_of(value);
    let mut sentence = failed.as_ref().map_or(String::new(), Ending::sentence);
    let set = facts.sets_of(value).last();
    if let Some(set) = set {
        evidence.add(set.capture, set.event);
        let at = facts.place_text(set.capture, set.event);
        sentence.push_str(&format!(" {} wrote it so ({at}).", name_of(set)));
    }
    Some(Match {
        // Which keys it costs is told by MK-01, MK-03 and MK-21.
        severity: Severity::Warning,
        confidence: Confidence::High,
        evidence,
        explanation: format!(
            "{} read {what}. {mistake} The crypto provider copies the text into the names of key files, so keys \
             that were made under another text are not found.{sentence}",
            who(met.iter().map(|access| &access.by))
        ),
        does_not_prove: sentences(&format!(
            "Does not show {}which text stood there before: the names of the key files do.",
            if set.is_some() { "" } else { "who wrote the value so, nor " }
        )),
        remedy: format!(
            "{BACK_UP_FIRST} Then list the MachineKeys folder (`dir /a`). If the older key files carry the same \
             GUID in its plain form, the form is the mistake: the value has 36 characters and no braces. Keys \
             that were made since carry the other text, and disappear from view when the value is repaired. If \
             the older files carry another GUID, the value was changed as well (MK-01)."
        ),
    })
}

/// What a value looks like, and what is wrong with that.
fn form_of(value: &MachineGuid) -> (String, &'static str) {
    let text = value.as_str();
    if text.is_empty() {
        return (
            "MachineGuid, and the value is empty".into(),
            "Windows writes a GUID of 36 characters there.",
        );
    }
    if value.is_well_formed() && value.has_braces() {
        return (
            format!("MachineGuid as {text}, with braces around it (Length: 78 instead of 74)"),
            "Windows never writes braces there: they come with a GUID that was pasted from a tool.",
        );
    }
    (
        format!("MachineGuid as `{text}`, {} characters", text.chars().count()),
        "That is not a GUID of 36 characters, as Windows writes it.",
    )
}

/// The processes, for a sentence.
fn who<'r>(actors: impl Iterator<Item = &'r Actor>) -> String {
    let all: Vec<&Actor> = actors.collect();
    if let [only] = all[..] {
        return only.label_with_account();
    }
    let mut names: Vec<String> = all.iter().take(NAMED).map(|by| by.label()).collect();
    if all.len() > NAMED {
        names.push(format!("{} more", all.len() - NAMED));
    }
    names.join(", ")
}
