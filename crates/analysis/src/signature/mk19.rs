//! MK-19: a program is, or runs, where only keys should be.

use super::facts::Facts;
use super::{Concern, Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::report::{ProgramAccess, ProgramUse};
use crate::sentences::sentences;

pub(super) struct CodeInStore;

const TEXT: SignatureText = SignatureText {
    id: "MK-19",
    title: "A program in the key folder",
    title_short: "A program in the key folder",
    severity: "error or warning",
    looks_like: "Load Image, Process Create or Process Start of a file below RSA\\MachineKeys or RSA\\S-1-5-18, \
        or a file with the name of a program being made or written there.",
    means: "Everyone may make files in this folder and few look into it: malware is known to be \
        kept there. No part of Windows runs programs from there.",
    look_alike: "None is known for a program that runs. A file that is merely named like a program need not \
        be one.",
    disproved_by: "Nothing in a capture.",
    remedy: "Treat the computer as compromised: isolate it, keep the file and the capture, and let incident \
        response decide. Key files of the folder may have been copied.",
    confidence: "High: no program belongs in this folder.",
    confirm: "dir /a /q %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys",
    avoid: "Do not run or delete the file: keep it for the incident response.",
    source: "public detection rules and malware reports",
    technique: Some("T1036 Masquerading"),
};

impl Signature for CodeInStore {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn concerns(&self) -> Concern {
        Concern::Computer
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let code = &facts.accesses().code;
        let mut paths: Vec<String> = Vec::new();
        let mut matches = Vec::new();
        for access in code {
            let path = access.path.to_lowercase();
            if !paths.contains(&path) {
                let all: Vec<_> =
                    code.iter().filter(|other| other.path.to_lowercase() == path).collect();
                matches.push(program(access, &all));
                paths.push(path);
            }
        }
        matches
    }
}

fn program(first: &ProgramAccess, all: &[&ProgramAccess]) -> Match {
    let mut evidence = EvidenceList::default();
    let mut said = Vec::new();
    for access in all {
        evidence.add(access.by.capture, access.event);
        let did = match access.was {
            ProgramUse::Ran => "loaded or started",
            ProgramUse::Written => "wrote",
        };
        said.push(format!("{} {did} it.", access.by.label()));
    }
    let ran = all.iter().any(|access| access.was == ProgramUse::Ran);
    Match {
        severity: if ran { Severity::Error } else { Severity::Warning },
        confidence: Confidence::High,
        evidence,
        explanation: format!(
            "{} is a program below a key folder. {} Consistent with malware that is kept there.",
            first.path,
            said.join(" ")
        ),
        does_not_prove: sentences("Does not show what the program does."),
        remedy: TEXT.remedy.into(),
    }
}
