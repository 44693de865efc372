//! MK-18: a process goes through the key folder.

use super::facts::{Facts, ProcessAccesses, SWEEP};
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::report::FileAccess;
use crate::sentences::sentences;

pub(super) struct StoreSweep;

/// Processes of Windows that have reason to open many keys.
const OF_WINDOWS: [&str; 8] = [
    "System",
    "lsass.exe",
    "svchost.exe",
    "services.exe",
    "inetinfo.exe",
    "w3wp.exe",
    "tiworker.exe",
    "trustedinstaller.exe",
];

/// Processes that read every file as their task.
const SCANNERS: [&str; 5] =
    ["msmpeng.exe", "searchprotocolhost.exe", "vssvc.exe", "wbengine.exe", "procmon.exe"];

/// How many events are cited.
const CITED: usize = 20;

const TEXT: SignatureText = SignatureText {
    id: "MK-18",
    title: "A process goes through the key folder",
    title_short: "A process goes through the key folder",
    severity: "warning or info",
    looks_like: "A process that does not belong to Windows lists a key folder and opens more than four containers \
        that it did not make; a warning where it reads what is in them.",
    means: "A backup, a scanner, certutil or a cleaning tool; or somebody who collects keys.",
    look_alike: "Backups and antivirus programs look just the same.",
    disproved_by: "A capture cannot show the intention; the administrators of the computer know its tools.",
    remedy: "Find out what the process is and who started it (procmonkey processes). If nobody knows it, treat \
        the keys as stolen.",
    confidence: "Medium: backup programs and scanners do the same.",
    confirm: "tasklist /svc",
    avoid: "Do not call it theft before the program is known, and do not end a backup half-way.",
    source: "MITRE ATT&CK and public detection rules on private keys",
    technique: Some("T1552.004 Private Keys, T1649 Steal or Forge Authentication Certificates"),
};

impl Signature for StoreSweep {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        facts.by_process().iter().filter_map(|process| sweep(facts, process)).collect()
    }
}

fn sweep(facts: &Facts<'_>, process: &ProcessAccesses<'_>) -> Option<Match> {
    if OF_WINDOWS.iter().any(|name| process.by.is_named(name)) {
        return None;
    }
    let listing = facts.accesses().folders.iter().find(|folder| {
        folder.by == *process.by && folder.folder.is_some() && folder.listed.is_some()
    })?;
    let files = process.files.iter().copied();
    let opened: Vec<&FileAccess> =
        files.filter(|access| access.opened.is_some() && access.created.is_none()).collect();
    let mut stems: Vec<&str> = opened.iter().map(|access| access.stem.as_str()).collect();
    stems.sort_unstable();
    stems.dedup();
    if stems.len() <= SWEEP {
        return None;
    }
    let read = opened.iter().filter(|access| access.read.is_some()).count();
    let scanner = SCANNERS.iter().any(|name| process.by.is_named(name));
    let mut evidence = EvidenceList::default();
    listing.listed.iter().for_each(|event| evidence.add(listing.by.capture, *event));
    for access in opened.iter().take(CITED) {
        let events = [access.opened, access.read];
        events.iter().flatten().for_each(|event| evidence.add(access.by.capture, *event));
    }
    Some(Match {
        severity: if read > 0 && !scanner { Severity::Warning } else { Severity::Info },
        confidence: Confidence::Medium,
        evidence,
        explanation: format!(
            "{} listed {}, opened {} containers that it did not make, and read {}. Consistent with a backup, \
             a scanner or a tool for certificates, and with somebody who collects keys.",
            process.by.label_with_account(),
            listing.path,
            stems.len(),
            match read {
                0 => "none of them".to_string(),
                read => format!("{read} of their files"),
            }
        ),
        does_not_prove: sentences(
            "Does not show what became of the contents, nor that the program is what its name says: \
            a program can be given any name. Its image path, publisher and parent show more.",
        ),
        remedy: TEXT.remedy.into(),
    })
}
