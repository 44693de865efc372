//! MK-14: a process reads MachineGuid and touches no key file. Normal.

use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::machine_guid::RegistryView;
use crate::report::GuidRead;
use crate::sentences::sentences;

pub(super) struct ReadOnly;

const TEXT: SignatureText = SignatureText {
    id: "MK-14",
    title: "MachineGuid was read, no key file was touched",
    title_short: "No key file was touched",
    severity: "info",
    looks_like: "MachineGuid is read with success, and the same process touches no key file.",
    means: "Normal: every load of the crypto provider reads it, and so do licensing, telemetry \
        and host identification.",
    look_alike: "Everything about it is innocent.",
    disproved_by: "Rows of key files that a filter has removed.",
    remedy: "None needed.",
    confidence: "High.",
    confirm: "reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid",
    avoid: "Do not call it an attack: licensing, telemetry and every load of the crypto provider read the value.",
    source: "real captures of healthy computers",
    technique: Some("T1082 System Information Discovery, T1012 Query Registry"),
};

impl Signature for ReadOnly {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches = Vec::new();
        for (index, process) in facts.report.processes.iter().enumerate() {
            // The value of the 32-bit view is not the MachineGuid of the computer.
            let reads = facts.reads_of(index).iter();
            let mut reads = reads.filter(|read| read.view == RegistryView::Native).peekable();
            let Some(first) = reads.peek().copied() else { continue };
            // Without events on files, or where a filter chose among them, nothing is known of
            // what it did with key files.
            if process.file_event.is_none() || facts.is_filtered {
                continue;
            }
            // A value that Windows would not write is not normal: MK-23.
            let is_odd = |read: &GuidRead| !read.value.is_well_formed() || read.value.has_braces();
            if facts.accesses_keys(index) || reads.clone().any(|read| is_odd(read)) {
                continue;
            }
            let value = first.value.clone();
            let full_chain = first.full_chain;
            let mut evidence = EvidenceList::default();
            let mut count = 0;
            for read in reads {
                evidence.add_all(read.capture, &read.events);
                count += 1;
            }
            let who = process.name.as_deref().unwrap_or("a process that is not named");
            let pid = process.pid.map(|pid| format!(" (PID {pid})")).unwrap_or_default();
            let times = if count == 1 { "once".to_string() } else { format!("{count} times") };
            let how = match full_chain {
                true => {
                    "The four queries in a row are those of the crypto provider as it is loaded."
                }
                false => "Licensing, telemetry and host identification read it, too.",
            };
            matches.push(Match {
                severity: Severity::Info,
                confidence: Confidence::High,
                evidence,
                explanation: format!(
                    "{who}{pid} read MachineGuid {times} ({value}) and touched no key file of this Windows. {how} Nothing \
                     is wrong with that."
                ),
                does_not_prove: sentences("Does not show that no key was used: the rows of key files may have been \
                     filtered out of the capture, and CNG keys are opened by lsass.exe."),
                remedy: "None needed.".into(),
            });
        }
        matches
    }
}
