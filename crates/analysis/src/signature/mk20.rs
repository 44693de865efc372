//! MK-20: a key file is used whose GUID is not the MachineGuid in effect.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::report::{GuidRelation, GuidSource, LinkVia, TimelineEntry};
use crate::sentences::sentences;

pub(super) struct ForeignGuid;

/// A process that reads no MachineGuid and uses more containers than this goes
/// through the folder, as a backup does.
const SWEEP: usize = 4;

const TEXT: SignatureText = SignatureText {
    id: "MK-20",
    title: "A key file was used under another GUID than the one in effect",
    title_short: "A key used under another GUID",
    severity: "warning",
    looks_like: "A key file is opened, made or written whose GUID differs from the MachineGuid in \
        effect: the value that the process read last, else the only one in the capture, else the \
        last one that anybody read or set before.",
    means: "A renamed or copied key, a tool that goes through the folder, or a value that was \
        edited a moment before. The crypto provider itself names files after what it has \
        just read.",
    look_alike: "Backups and scanners, which open many files and read no MachineGuid.",
    disproved_by: "A read of the file's GUID by the same process that the capture does not show.",
    remedy: "Compare the present registry value with a listing of the folder before anything is \
        renamed.",
    confidence: "High when the same thread read the other value a moment before. It falls with the time between the \
        two, with another thread, and where another process read the value or only the capture shows it. Which of \
        the two GUIDs is the right one is open.",
    confirm: "reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid",
    avoid: "Do not rename or delete anything before the registry value and a listing of the folder are compared.",
    source: "conclusion from how key files are named",
    technique: None,
};

impl Signature for ForeignGuid {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        // One finding for each file of each capture.
        let mut files: BTreeMap<(usize, &str, String), Vec<&TimelineEntry>> = BTreeMap::new();
        for entry in facts.timeline() {
            // What the registry holds beside the captures is compared by MK-01.
            let foreign = entry.uses_file()
                && entry.relation == Some(GuidRelation::Other)
                && entry.in_effect != Some(GuidSource::Registry);
            let (Some(stem), Some(guid)) = (&entry.stem, &entry.guid) else { continue };
            if foreign && !is_sweep(facts, entry) {
                let key = (entry.capture, stem.as_str(), guid.as_str().to_lowercase());
                files.entry(key).or_default().push(entry);
            }
        }
        let mut matches: Vec<_> =
            files.into_values().filter_map(|entries| foreign(facts, &entries)).collect();
        matches.sort_by_key(|(place, _)| *place);
        matches.into_iter().map(|(_, found)| found).collect()
    }
}

/// Whether the process uses many containers without reading MachineGuid itself.
fn is_sweep(facts: &Facts<'_>, entry: &TimelineEntry) -> bool {
    let own = entry.in_effect == Some(GuidSource::ProcessRead);
    !own && entry.process_index.is_some_and(|process| facts.containers_used(process) > SWEEP)
}

fn foreign(facts: &Facts<'_>, entries: &[&TimelineEntry]) -> Option<((usize, u64), Match)> {
    let first = entries.first()?;
    let guid = first.guid.as_ref()?;
    let mut evidence = EvidenceList::default();
    for entry in entries {
        evidence.add(entry.capture, entry.event);
    }
    let read = first.link.as_ref().and_then(|link| facts.report.machine_guid_reads.get(link.read));
    if let Some(read) = read {
        evidence.add_all(read.capture, &read.events);
    }
    let effect = match first.in_effect? {
        GuidSource::ProcessRead => format!("the process had read {}", read?.value),
        GuidSource::OnlyValue => "the capture shows only another value of MachineGuid".to_string(),
        GuidSource::Registry => return None,
        GuidSource::LastSeen => "another value was the last one to be read or set".to_string(),
    };
    let confidence = how_sure(first, &mut evidence);
    let container = first.container.as_deref().unwrap_or("a container whose name is not known");
    let what = match first.step {
        crate::Step::Opened => "opened (not created)",
        step => step.name(),
    };
    let found = Match {
        severity: Severity::Warning,
        confidence,
        evidence,
        explanation: format!(
            "The key file of {container} was {what} under {guid}, while {effect}."
        ),
        does_not_prove: sentences(
            "Does not show that the key is wrong: a tool that goes through the folder opens \
             such files too. The crypto provider names a file after the value that it has just read, so \
             that read is probably missing from the capture, or the file was renamed or copied.",
        ),
        remedy:
            "Compare the present registry value with a listing of the folder. Rename or delete \
             nothing before both are known."
                .into(),
    };
    Some(((first.capture, first.event), found))
}

/// A read that is older than this, in seconds, says less of what is in effect.
const RECENT: f64 = 5.0;

/// A read that is older than this, in seconds, says little of it.
const OLD: f64 = 60.0;

/// How sure it is that the other value was in effect: by who read it, and how long before.
fn how_sure(entry: &TimelineEntry, evidence: &mut EvidenceList) -> Confidence {
    if entry.in_effect != Some(GuidSource::ProcessRead) {
        evidence.lower("another process read the value, or none that is seen");
        return Confidence::Low;
    }
    let Some(link) = &entry.link else { return Confidence::Low };
    let by_reader = match link.via {
        LinkVia::Thread => Confidence::High,
        // Without the column TID no thread is known.
        LinkVia::Process if entry.tid.is_none() => Confidence::High,
        LinkVia::Process => {
            evidence.lower("another thread of the process read the value");
            Confidence::Medium
        }
        _ => {
            evidence.lower("the capture does not show whether the same process read the value");
            Confidence::Low
        }
    };
    let by_time = match link.elapsed_seconds {
        Some(seconds) if seconds <= RECENT => Confidence::High,
        Some(seconds) if seconds <= OLD => {
            evidence.lower(format!("the value was read {seconds:.0} seconds before"));
            Confidence::Medium
        }
        Some(seconds) => {
            evidence.lower(format!("the value was read {seconds:.0} seconds before"));
            Confidence::Low
        }
        None => {
            evidence.lower("how long before the value was read is not known");
            Confidence::Medium
        }
    };
    by_reader.min(by_time)
}
