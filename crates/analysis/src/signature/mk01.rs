//! MK-01: MachineGuid was changed, so keys named after the old value are not found.

use super::facts::Facts;
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText, mk15,
    reference_guid,
};
use crate::container::{empty_container_len, label};
use crate::guid::MachineGuid;
use crate::report::{ContainerSummary, KeyFileSummary};
use crate::step::Step;

pub(super) struct GuidChanged;

const TEXT: SignatureText = SignatureText {
    id: "MK-01",
    title: "MachineGuid was changed",
    severity: "error, warning or info",
    looks_like: "A well-known container exists under two GUIDs, one file seen in a listing or in \
        another capture, and the one under the present GUID was not found and was made again; or it was \
        made again under another value than the one that is given with --machine-guid, is in the \
        registry, or was there before somebody set it.",
    means: "MachineGuid was changed after the keys were made. The crypto provider names a key \
        file after the value that it has just read, so it does not find the old one and \
        makes a new, empty container; what was encrypted with the old key cannot be read.",
    look_alike: "A key file that was copied from another computer, or renamed by hand. Copies of one \
        installation gather several files of Remote Desktop's key. Without a second GUID in evidence it is \
        MK-03 and no more.",
    disproved_by: "The well-known container opens and is read in full, and the process goes on; or the \
        present registry value is the one that the older files carry.",
    remedy: "Back up, put the old value back and restart IIS; or rename the older files to the \
        present GUID, keeping the new ones aside; else restore or reinstall.",
    confidence: "High when the new file was made in the capture after none was found, under a value that was read there. A second sighting (an earlier capture, a listing, the registry, event 7024 or 7023 with 0x80090006) raises it; a newer file that nothing shows being made, and a value that nobody is seen to read, lower it.",
    confirm: "reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid",
    avoid: "Delete no key file, and do not reinstall IIS before the older files are copied: they may be all that opens what was encrypted.",
    source: "Microsoft support blog on machine keys in IIS; repeated in an independent experiment \
        on Windows Server 2003",
    technique: Some("T1112 Modify Registry"),
};

impl Signature for GuidChanged {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches = Vec::new();
        let doubled: Vec<Doubled<'_>> = facts
            .report
            .containers
            .iter()
            .filter_map(|container| Doubled::of(facts, container))
            .collect();
        if !doubled.is_empty() {
            matches.push(two_names(facts, &doubled));
        }
        matches.extend(reference_guid::find(facts));
        matches
    }
}

/// A container whose files carry two GUIDs.
struct Doubled<'r> {
    container: &'r ContainerSummary,
    older: MachineGuid,
    newer: MachineGuid,
    /// Files of the container in the case.
    files: Vec<&'r KeyFileSummary>,
}

impl<'r> Doubled<'r> {
    fn of(facts: &Facts<'r>, container: &'r ContainerSummary) -> Option<Doubled<'r>> {
        let there: Vec<_> = container.guids.iter().filter(|seen| seen.exists).collect();
        let (first, last) = (there.first()?, there.last()?);
        if first.guid == last.guid {
            return None;
        }
        // What is in effect now is the newer one; without that, what was seen last.
        let present = facts.present().map(|present| present.guid);
        let newer = there
            .iter()
            .find(|seen| Some(&seen.guid) == present.as_ref())
            .or_else(|| there.iter().find(|seen| seen.created && seen.guid != first.guid))
            .unwrap_or(last);
        let older = there.iter().find(|seen| seen.guid != newer.guid)?;
        let files = facts
            .key_files()
            .iter()
            .filter(|file| {
                file.stem == container.stem && file.folder.provider == container.provider
            })
            .collect();
        if works(facts, container, &newer.guid) {
            return None;
        }
        let pair =
            Doubled { container, older: older.guid.clone(), newer: newer.guid.clone(), files };
        (!pair.is_litter_of_remote_desktop()).then_some(pair)
    }

    /// Whether these are files of Remote Desktop's key of which nothing but the
    /// names is known. Copies of one installation gather them, and the service makes
    /// a new key wherever it has none: that says nothing of a change, see MK-15.
    fn is_litter_of_remote_desktop(&self) -> bool {
        let mut older = self.files.iter().filter(|file| file.guid != self.newer);
        self.container.name.as_deref() == Some(mk15::CONTAINER)
            && !self.was_created_again()
            && older.all(|file| file.steps.is_empty())
    }

    fn newer_files(&self) -> impl Iterator<Item = &&'r KeyFileSummary> {
        self.files.iter().filter(|file| file.guid == self.newer)
    }

    fn was_created_again(&self) -> bool {
        self.newer_files().any(|file| file.created)
    }

    /// Whether a process used the newer file, or looked for it.
    fn was_used(&self) -> bool {
        self.newer_files().any(|file| !file.steps.is_empty())
    }

    fn label(&self) -> String {
        label(self.container.name.as_deref(), &self.container.stem)
    }
}

/// Whether the key under the present GUID was there and was read in full by a
/// process that did not give up afterwards: then a changed GUID is not what is
/// wrong with this container.
fn works(facts: &Facts<'_>, container: &ContainerSummary, present: &MachineGuid) -> bool {
    facts.accesses().files.iter().any(|access| {
        let empty = access.container.as_deref().map(empty_container_len);
        access.stem == container.stem
            && access.folder.provider == container.provider
            && access.guid == *present
            && access.read_in_full()
            && access.size > empty
            && access.by.is_followed()
            && !facts.was_created(access)
            && !facts.gives_up(&access.by)
    })
}

fn two_names(facts: &Facts<'_>, doubled: &[Doubled<'_>]) -> Match {
    let mut evidence = EvidenceList::default();
    for pair in doubled {
        for file in &pair.files {
            evidence.add(file.capture, file.first_event);
            evidence.add_all(file.capture, &file.listed_by);
            if let Some(created) = file.created_event {
                evidence.add(file.capture, created);
            }
            if let Some(probe) = facts.first_step(file, Step::Probed) {
                evidence.add(probe.capture, probe.event);
            }
        }
    }
    let critical = doubled.iter().any(|pair| facts.critical(pair.container).is_some());
    let used = doubled.iter().any(Doubled::was_used);
    let created = doubled.iter().any(Doubled::was_created_again);
    let newer = doubled[0].newer.clone();
    let older = doubled[0].older.clone();
    let reads: Vec<_> =
        facts.report.machine_guid_reads.iter().filter(|read| read.value == newer).collect();
    for read in &reads {
        evidence.add_all(read.capture, &read.events);
    }
    let severity = match (critical, used) {
        (true, true) => Severity::Error,
        (true, false) | (false, true) => Severity::Warning,
        (false, false) => Severity::Info,
    };
    let backed = weigh(facts, doubled, (created, !reads.is_empty()), &mut evidence);
    let confidence = match (critical && created, !reads.is_empty()) {
        (true, true) => Confidence::High,
        (true, false) => {
            if backed {
                Confidence::High
            } else {
                Confidence::Medium
            }
        }
        _ if critical && used && (backed || !reads.is_empty()) => Confidence::Medium,
        _ => Confidence::Low,
    };
    let names: Vec<String> = doubled.iter().map(Doubled::label).collect();
    let mut explanation = format!(
        "{} {} under two GUIDs: {older} (older) and {newer} (newer).",
        names.join(", "),
        if names.len() == 1 { "exists" } else { "exist" },
    );
    let left_behind = only_under_older(facts, &older, &newer);
    if !left_behind.is_empty() {
        explanation.push_str(&format!(" Seen only under the older: {}.", left_behind.join(", ")));
    }
    if created {
        explanation.push_str(
            " The file under the newer one was made in this capture, because none was found: \
             what was encrypted with the older key can no longer be read.",
        );
    }
    if used && !created {
        explanation.push_str(
            " The file under the newer one was there already: if it was made at an earlier start, what \
             was encrypted with the older key cannot be read with it.",
        );
    }
    explanation.push_str(" Consistent with a change of MachineGuid between the two.");
    if let Some(known) = doubled.iter().find_map(|pair| facts.critical(pair.container))
        && let Some(loss) = known.loss
    {
        explanation.push_str(&format!(" At stake with {}: {loss}.", known.name));
    }
    Match {
        severity,
        confidence,
        evidence,
        explanation,
        does_not_prove: "Does not show who changed the value, or when. A key file that was copied from \
             another computer, or renamed by hand, looks the same; the creation dates of both files and \
             the present registry value tell them apart."
            .into(),
        remedy: format!(
            "{BACK_UP_FIRST} Then compare `reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid` \
             with the two GUIDs. On the same Windows installation, putting {older} back and restarting IIS \
             restores the older keys, but hides those made since; or the older files can be renamed to the \
             present GUID, keeping the new ones aside. Without a backup, reinstall the IIS 6 Metabase \
             Compatibility feature. Delete no key file."
        ),
    }
}

/// Collects the reasons for and against a change of the value beside the two files
/// themselves. True when a witness, or a capture from before, supports it.
fn weigh(
    facts: &Facts<'_>,
    doubled: &[Doubled<'_>],
    (created, read): (bool, bool),
    evidence: &mut EvidenceList,
) -> bool {
    let (older, newer) = (&doubled[0].older, &doubled[0].newer);
    let mut backed = false;
    if created {
        evidence.raise("the newer file was made in a capture, after none was found");
    } else {
        evidence.lower("nothing shows who made the newer file");
    }
    match read {
        true => evidence.raise("a process read the newer value"),
        false => evidence.lower("no process is seen to read the newer value"),
    }
    let last = facts.report.captures.len().saturating_sub(1);
    let older_files = || doubled.iter().flat_map(|pair| &pair.files).filter(|it| it.guid == *older);
    if older_files().any(|file| file.capture < last && !file.steps.is_empty()) {
        evidence.raise("the older file was used in an earlier capture");
        backed = true;
    }
    if older_files().any(|file| !file.listed_by.is_empty()) {
        evidence.raise("a listing in the capture shows the older file");
    }
    let mut listed = false;
    for pair in doubled {
        let seen = pair.container.guids.iter().filter(|seen| seen.guid == *older);
        for witness in seen.flat_map(|seen| &seen.witnesses) {
            evidence.add_witness(*witness);
            listed = true;
        }
    }
    if listed {
        evidence.raise("a listing of the folder, or an audited operation, shows the older file");
        backed = true;
    }
    for (witness, seen) in facts.registry_guids() {
        if seen.value == *newer {
            evidence.raise("the registry holds the newer value");
        } else if seen.value == *older {
            evidence.raise("the registry, at another time, held the older value");
        } else {
            continue;
        }
        evidence.add_witness(witness);
        backed = true;
    }
    if let Some(failure) = facts.failure_of_iis() {
        evidence.add_witness(failure.witness);
        evidence.raise(format!(
            "{} ended with 0x{:08X}, as it does when a key does not fit",
            failure.service, failure.code
        ));
        backed = true;
    }
    backed
}

/// Containers that exist under the older GUID and not under the newer.
fn only_under_older(facts: &Facts<'_>, older: &MachineGuid, newer: &MachineGuid) -> Vec<String> {
    let has = |container: &ContainerSummary, guid: &MachineGuid| {
        container.guids.iter().any(|seen| seen.exists && seen.guid == *guid)
    };
    let stranded = facts
        .report
        .containers
        .iter()
        .filter(|container| has(container, older) && !has(container, newer));
    stranded.map(|container| label(container.name.as_deref(), &container.stem)).collect()
}
