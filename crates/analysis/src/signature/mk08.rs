//! MK-08: one program fills the key folder with containers that it leaves behind.

use super::facts::{Facts, ProcessAccesses};
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::key_file::shell_folder;
use crate::report::{Actor, FileAccess};
use crate::sentences::sentences;

pub(super) struct FolderFlood;

/// From this many containers on it is a flood. No source gives a number; a healthy
/// import of a certificate makes one or two.
const MANY: usize = 20;

/// From this many on, no other reading is likely.
const VERY_MANY: usize = 200;

/// How many instances are named.
const NAMED: usize = 6;

/// How many events are cited.
const CITED: usize = 20;

const TEXT: SignatureText = SignatureText {
    id: "MK-08",
    title: "A process fills the key folder",
    title_short: "The key folder is filled",
    severity: "warning",
    looks_like: "One process, or the instances of one program under one account, create twenty or more \
        containers of unknown names under one GUID and delete few or none of them.",
    means: "Every load of a PFX makes a key file, and the program keeps it: it asks for persisted keys, ends \
        without disposing of them, or runs on a version of .NET with that fault. Folders of fifty thousand \
        files and more were reported; every use of a key gets slow.",
    look_alike: "An installation that makes its keys once; imports that delete their temporary keys (MK-09).",
    disproved_by: "The files being deleted later, by the same process or another.",
    remedy: "Repair the program first (ephemeral keys, dispose of certificates), patch .NET, and only then \
        clean, with a tool of the vendor and without touching the well-known containers.",
    confidence: "Grows with the number of containers and the rate at which they are made.",
    confirm: "dir /a /od %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys",
    avoid: "Do not empty the folder: it also holds the keys of IIS, Remote Desktop and certificates.",
    source: "Microsoft's note on the lifetime of private keys; a developer's report on .NET certificates",
    technique: None,
};

impl Signature for FolderFlood {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let processes = facts.by_process();
        let mut programs: Vec<Vec<&ProcessAccesses<'_>>> = Vec::new();
        for process in &processes {
            // The workers of a pool take turns, and each leaves a few behind.
            match programs.iter_mut().find(|program| is_same_program(program[0].by, process.by)) {
                Some(program) => program.push(process),
                None => programs.push(vec![process]),
            }
        }
        programs.iter().filter_map(|program| flood(facts, program)).collect()
    }
}

/// Whether two processes are instances of one program under one account.
fn is_same_program(one: &Actor, other: &Actor) -> bool {
    let name = |by: &Actor| by.name.as_ref().map(|name| name.to_lowercase());
    one.capture == other.capture
        && (&one.account, &one.acts_for) == (&other.account, &other.acts_for)
        && name(one) == name(other)
}

fn flood(facts: &Facts<'_>, program: &[&ProcessAccesses<'_>]) -> Option<Match> {
    let made = program.iter().flat_map(|process| process.files.iter().copied());
    let made: Vec<&FileAccess> =
        made.filter(|access| access.created.is_some() && access.container.is_none()).collect();
    let gone = |access: &&FileAccess| {
        facts.accesses().files.iter().any(|other| {
            other.deleted.is_some() && other.stem == access.stem && other.guid == access.guid
        })
    };
    if made.len() < MANY {
        return None;
    }
    let kept: Vec<&FileAccess> = made.iter().copied().filter(|access| !gone(access)).collect();
    if kept.len() < MANY || kept.iter().any(|access| access.guid != kept[0].guid) {
        return None;
    }
    let mut evidence = EvidenceList::default();
    let makers: Vec<&Actor> = program
        .iter()
        .filter(|process| kept.iter().any(|access| access.by == *process.by))
        .map(|process| process.by)
        .collect();
    // The first ones of each instance, as many as there is room for.
    let of_each = CITED.div_ceil(makers.len().max(1));
    let cited = makers
        .iter()
        .flat_map(|maker| kept.iter().filter(|access| access.by == **maker).take(of_each));
    for access in cited.take(CITED) {
        access.created.iter().for_each(|event| evidence.add(access.by.capture, *event));
    }
    evidence.confirm_on(shell_folder(&kept[0].path), |folder| format!("dir /a /od {folder}"));
    let shared = makers.len() > 1;
    if shared && makers[0].account.is_none() {
        evidence.lower("the capture does not show whether the processes run under one account");
    }
    let least = if facts.accesses().left_out > 0 { "at least " } else { "" };
    let deleted = match made.len() - kept.len() {
        0 => "none of them was deleted".to_string(),
        deleted => format!("{deleted} more were made and deleted"),
    };
    let mut explanation = format!(
        "{} made {least}{} containers of unknown names and left them behind; {deleted}. Consistent with a \
         program that loads certificates and keeps each key.",
        who(&makers),
        kept.len()
    );
    if shared {
        explanation.push_str(" Each instance leaves some behind, and the next one goes on.");
    }
    Some(Match {
        severity: Severity::Warning,
        confidence: if kept.len() >= VERY_MANY { Confidence::High } else { Confidence::Medium },
        evidence,
        explanation,
        does_not_prove: sentences(
            "Does not show that the files stay: they may be deleted after the capture. The number \
            from which it counts is a choice of this program.",
        ),
        remedy: TEXT.remedy.into(),
    })
}

/// The instances of a program, for a sentence.
fn who(makers: &[&Actor]) -> String {
    let (name, account) = (makers[0].name.as_deref(), makers[0].account.as_deref());
    let pids: Vec<String> =
        makers.iter().filter_map(|by| by.pid).take(NAMED).map(|pid| pid.to_string()).collect();
    if makers.len() == 1 {
        return makers[0].label();
    }
    let more = if makers.len() > NAMED { ", …" } else { "" };
    let running = account.map_or(String::new(), |account| format!(", running as {account},"));
    format!(
        "{} instances of {} (PID {}{more}){running}",
        makers.len(),
        name.unwrap_or("a process that is not named"),
        pids.join(", ")
    )
}
