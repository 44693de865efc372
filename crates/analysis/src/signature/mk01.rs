//! MK-01: MachineGuid was changed, so keys named after the old value are not found.

use super::advice::{self, SUPPOSES, braces};
use super::computers::Computer;
use super::container_remedy::{last_way, used_by};
use super::facts::Facts;
use super::guid_order::{Across, Container, GuidFiles, GuidOrder, Order, containers};
use super::loss::Loss;
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText, mk15,
    reference_guid,
};
use crate::container::empty_container_len;
use crate::guid::MachineGuid;
use crate::machine_guid::RegistryView;
use crate::report::{CaptureRole, KeyFileSummary, TimelineEntry};
use crate::sentences::sentences;
use crate::step::Step;

pub(super) struct GuidChanged;

const TEXT: SignatureText = SignatureText {
    id: "MK-01",
    title: "MachineGuid was changed",
    title_short: "MachineGuid was changed",
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
    remedy: "Back up first. Where it is proved which value is the older one, put it back and restart \
        the service, or rename the older files to the present GUID, keeping the new ones aside. Where \
        it is not proved, put nothing back before it is.",
    confidence: "High when the new file was made in the capture after none was found, under a value that was read there. A second sighting (an earlier capture, a listing, the registry, event 7024 or 7023 with 0x80090006) raises it; a newer file that nothing shows being made, and a value that no process is seen to read, lower it.",
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
        for computer in facts.computers() {
            let order = GuidOrder::of(facts, computer);
            let containers = containers(facts, computer);
            let mut doubled: Vec<Doubled<'_, '_>> =
                containers.iter().filter_map(|it| Doubled::of(facts, &order, it)).collect();
            // One finding for each GUID that took the place of others.
            while let Some(first) = doubled.first() {
                let newer = first.newer;
                let (same, rest) = doubled.into_iter().partition(|it| it.newer == newer);
                doubled = rest;
                let same: Vec<_> = same;
                let case = Changed { facts, computer, order: &order, containers: &containers };
                matches.push(case.two_names(&same));
            }
        }
        matches.extend(reference_guid::find(facts, &matches));
        matches
    }
}

/// A container whose files carry several GUIDs.
struct Doubled<'r, 'c> {
    container: &'c Container<'r>,
    newer: &'r MachineGuid,
    /// The other GUIDs, in the order in which they are first seen.
    others: Vec<&'r MachineGuid>,
}

impl<'r, 'c> Doubled<'r, 'c> {
    fn of(
        facts: &Facts<'r>,
        order: &GuidOrder,
        container: &'c Container<'r>,
    ) -> Option<Doubled<'r, 'c>> {
        let there: Vec<&GuidFiles<'r>> = container.guids.iter().filter(|it| it.exists()).collect();
        if there.len() < 2 {
            return None;
        }
        let newer = there
            .iter()
            .max_by_key(|seen| newness(facts, order, &there, seen))
            .map(|seen| seen.guid)?;
        if works(facts, container, newer) {
            return None;
        }
        let others = there.iter().map(|seen| seen.guid).filter(|guid| *guid != newer).collect();
        let pair = Doubled { container, newer, others };
        (!pair.is_litter_of_remote_desktop()).then_some(pair)
    }

    /// Whether these are files of Remote Desktop's key of which nothing but the
    /// names is known. Copies of one installation gather them, and the service makes
    /// a new key wherever it has none: that says nothing of a change, see MK-15.
    fn is_litter_of_remote_desktop(&self) -> bool {
        let mut older = self.files().filter(|file| file.guid != *self.newer);
        self.container.name == Some(mk15::CONTAINER)
            && !self.was_created_again()
            && older.all(|file| file.steps.is_empty())
    }

    fn files(&self) -> impl Iterator<Item = &'r KeyFileSummary> {
        self.container.guids.iter().flat_map(|seen| seen.files.iter().copied())
    }

    fn newer_files(&self) -> impl Iterator<Item = &'r KeyFileSummary> {
        self.files().filter(|file| file.guid == *self.newer)
    }

    fn was_created_again(&self) -> bool {
        self.newer_files().any(|file| file.created)
    }

    /// Whether a process used the newer file, or looked for it, other than by going through
    /// the whole folder.
    fn was_used(&self, facts: &Facts<'_>) -> bool {
        self.newer_files().filter(|file| !file.steps.is_empty()).any(|file| {
            facts.accesses_to(file).any(|it| it.by.is_followed() && !facts.goes_through(&it.by))
        })
    }
}

/// How much speaks for a GUID of a container being the one that took the place of the
/// others: it is proved to be newer, it was made, it is in effect, it was used.
fn newness(
    facts: &Facts<'_>,
    order: &GuidOrder,
    there: &[&GuidFiles<'_>],
    seen: &GuidFiles<'_>,
) -> (usize, bool, bool, bool) {
    let older = there.iter().filter(|other| order.is_older(other.guid, seen.guid)).count();
    let judged =
        |file: &&KeyFileSummary| facts.report.captures[file.capture].role == CaptureRole::Case;
    let files = || seen.files.iter().copied().filter(judged);
    (
        older,
        files().any(|file| file.created),
        order.present().is_some_and(|present| present.guid == *seen.guid),
        files().any(|file| !file.steps.is_empty()),
    )
}

/// Whether the key under the present GUID was there and was read in full by a
/// process that did not give up afterwards: then a changed GUID is not what is
/// wrong with this container.
fn works(facts: &Facts<'_>, container: &Container<'_>, present: &MachineGuid) -> bool {
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

/// The findings on one computer.
struct Changed<'a, 'r> {
    facts: &'a Facts<'r>,
    computer: &'a Computer,
    order: &'a GuidOrder,
    containers: &'a [Container<'r>],
}

impl Changed<'_, '_> {
    /// Containers in which one GUID took the place of others.
    fn two_names(&self, doubled: &[Doubled<'_, '_>]) -> Match {
        let facts = self.facts;
        let newer = doubled[0].newer;
        let mut others: Vec<&MachineGuid> = Vec::new();
        for guid in doubled.iter().flat_map(|it| it.others.iter().copied()) {
            if !others.contains(&guid) {
                others.push(guid);
            }
        }
        // Where it is proved which one was in effect before, the others are only older still.
        let older = match &others[..] {
            [only] => Some(*only),
            _ => self.order.last_before(newer, others.iter().copied()),
        };
        let between = older.map_or(Order::NotProved, |older| self.order.between(older, newer));
        let mut evidence = EvidenceList::default();
        self.cite(doubled, &mut evidence);
        between.cite(&mut evidence);
        let critical = doubled.iter().any(|it| it.container.critical().is_some());
        let used = doubled.iter().any(|it| it.was_used(facts));
        let created = doubled.iter().any(Doubled::was_created_again);
        let reads: Vec<_> = facts
            .report
            .machine_guid_reads
            .iter()
            .filter(|read| read.value == *newer && self.computer.has(read.capture))
            .filter(|read| read.view == RegistryView::Native)
            .collect();
        for read in &reads {
            evidence.add_all(read.capture, &read.events);
        }
        let severity = match (critical, used) {
            (true, true) => Severity::Error,
            (true, false) | (false, true) => Severity::Warning,
            (false, false) => Severity::Info,
        };
        let backed = self.weigh(doubled, &others, (created, !reads.is_empty()), &mut evidence);
        let confidence = match (critical && created, !reads.is_empty()) {
            (true, true) => Confidence::High,
            (true, false) if backed => Confidence::High,
            (true, false) => Confidence::Medium,
            _ if critical && used && (backed || !reads.is_empty()) => Confidence::Medium,
            _ => Confidence::Low,
        };
        let confidence = confidence.min(self.most_sure(&between, doubled, &mut evidence));
        let writer = self.writer(newer, &mut evidence);
        let mut explanation = self.what_exists(doubled, &between, newer, &others);
        explanation.push_str(&writer.unwrap_or_default());
        explanation.push_str(&braces(newer));
        let left_behind = self.only_under(&others, newer);
        if !left_behind.is_empty() {
            explanation.push_str(&format!(
                " Seen only under {}: {}.",
                if others.len() == 1 { others[0].as_str() } else { "the others" },
                left_behind.join(", ")
            ));
        }
        if created {
            explanation.push_str(&format!(
                " The file under {newer} was made in a capture, because none was found: what was encrypted \
                 with the other key can no longer be read."
            ));
        }
        if used && !created {
            explanation.push_str(&format!(
                " The file under {newer} was there already: if it was made at an earlier start, what was \
                 encrypted with the other key cannot be read with it."
            ));
        }
        explanation.push_str(" Consistent with a change of MachineGuid between the two.");
        let known = doubled.iter().find_map(|it| it.container.critical());
        if let Some(known) = known
            && let Some(loss) = known.loss
        {
            explanation.push_str(&format!(" At stake with {}: {loss}.", known.name));
        }
        let shows_writer = !self.edits_towards(newer).is_empty();
        let advice = {
            let loss = Loss::under(facts, self.computer, self.containers, newer);
            let pair = (newer, &others[..]);
            advice::on_change(facts, self.order, pair, loss, self.containers, &mut evidence)
        };
        Match {
            severity,
            confidence,
            evidence,
            explanation,
            does_not_prove: sentences(&format!(
                "{}A key file that was copied from another computer, or renamed by hand, looks the same; the \
                 creation dates of both files and the present registry value tell them apart.",
                if shows_writer { "" } else { "Does not show who changed the value, or when. " }
            )),
            remedy: format!(
                "{BACK_UP_FIRST} Then compare `reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid` \
                 with the GUIDs. {advice} Delete no key file.{}{}",
                used_by(known),
                last_way(known)
            ),
        }
    }

    fn cite(&self, doubled: &[Doubled<'_, '_>], evidence: &mut EvidenceList) {
        for file in doubled.iter().flat_map(Doubled::files) {
            evidence.add(file.capture, file.first_event);
            evidence.add_all(file.capture, &file.listed_by);
            if let Some(created) = file.created_event {
                evidence.add(file.capture, created);
            }
            if let Some(probe) = self.facts.first_step(file, Step::Probed) {
                evidence.add(probe.capture, probe.event);
            }
        }
    }

    /// How sure the finding can be at most, by what is known of the order of the two. That a
    /// key was made again under one while it exists under the other is sure in itself.
    fn most_sure(
        &self,
        between: &Order,
        doubled: &[Doubled<'_, '_>],
        evidence: &mut EvidenceList,
    ) -> Confidence {
        match between {
            Order::NotProved => {
                evidence.lower("nothing proves which of the GUIDs is the older one");
                let made = doubled.iter().any(Doubled::was_created_again);
                return if made { Confidence::Medium } else { Confidence::Low };
            }
            Order::Contradicting(_) => {
                evidence.lower("what is known of the order of the GUIDs contradicts itself");
                return Confidence::Low;
            }
            Order::Proved { .. } => {}
        }
        if between.across() == Across::Supposed {
            evidence.lower(SUPPOSES);
            return Confidence::Low;
        }
        Confidence::High
    }

    fn what_exists(
        &self,
        doubled: &[Doubled<'_, '_>],
        between: &Order,
        newer: &MachineGuid,
        others: &[&MachineGuid],
    ) -> String {
        let names: Vec<String> = doubled.iter().map(|it| it.container.label()).collect();
        let names = names.join(", ");
        let verb = if doubled.len() == 1 { "exists" } else { "exist" };
        let several: Vec<&str> = others.iter().map(|guid| guid.as_str()).collect();
        match between {
            Order::Proved { older, newer, .. } => format!(
                "{names} {verb} under two GUIDs: {older} (older) and {newer} (newer). That {older} is the older \
                 one follows from this: {}.",
                between.reasons()
            ),
            Order::Contradicting(_) => format!(
                "{names} {verb} under two GUIDs: {} and {newer}. What is known of their order contradicts \
                 itself: {}.",
                several.join(", "),
                between.reasons()
            ),
            Order::NotProved => format!(
                "{names} {verb} under {} GUIDs: {} and {newer}. Which of them is the older one is not proved.",
                others.len() + 1,
                several.join(", ")
            ),
        }
    }

    /// Collects what speaks for and against a change of the value beside the files
    /// themselves. Whether a witness, or a capture from before, stands behind it.
    fn weigh(
        &self,
        doubled: &[Doubled<'_, '_>],
        others: &[&MachineGuid],
        (created, read): (bool, bool),
        evidence: &mut EvidenceList,
    ) -> bool {
        let (facts, newer) = (self.facts, doubled[0].newer);
        let mut backed = false;
        match created {
            true => evidence.raise("the newer file was made in a capture, after none was found"),
            false => evidence.lower("nothing shows who made the newer file"),
        }
        match read {
            true => evidence.raise("a process read the newer value"),
            false => evidence.lower("no process is seen to read the newer value"),
        }
        let other_files = || doubled.iter().flat_map(Doubled::files).filter(|it| it.guid != *newer);
        let is_past = |capture: usize| {
            let role = facts.report.captures[capture].role;
            let files = doubled.iter().flat_map(Doubled::newer_files);
            role == CaptureRole::Baseline
                || files.into_iter().all(|it| facts.captures.is_before(capture, it.capture))
        };
        if other_files().any(|file| !file.steps.is_empty() && is_past(file.capture)) {
            evidence.raise("the older file was used in an earlier capture");
            backed = true;
        }
        if other_files().any(|file| !file.listed_by.is_empty()) {
            evidence.raise("a listing in the capture shows the older file");
        }
        let mut listed = false;
        for seen in doubled.iter().flat_map(|it| &it.container.guids) {
            for witness in seen.witnesses.iter().filter(|_| seen.guid != newer) {
                evidence.add_witness(*witness);
                listed = true;
            }
        }
        if listed {
            evidence
                .raise("a listing of the folder, or an audited operation, shows the older file");
            backed = true;
        }
        for (witness, seen) in facts.registry_guids().filter(|_| self.computer.has_witnesses) {
            if seen.value == *newer {
                evidence.raise("the registry holds the newer value");
            } else if others.contains(&&seen.value) {
                evidence.raise("the registry, at another time, held the older value");
            } else {
                continue;
            }
            evidence.add_witness(witness);
            backed = true;
        }
        if let Some(failure) = facts.failure_of_iis().filter(|_| self.computer.has_witnesses) {
            evidence.add_witness(failure.witness);
            evidence.raise(format!(
                "{} ended with 0x{:08X}, as it does when a key does not fit",
                failure.service, failure.code
            ));
            backed = true;
        }
        backed
    }

    /// Who set the newer value, where the capture shows it.
    fn writer(&self, newer: &MachineGuid, evidence: &mut EvidenceList) -> Option<String> {
        let mut names = Vec::new();
        for edit in self.edits_towards(newer) {
            evidence.add(edit.capture, edit.event);
            let name = edit.process.as_deref().unwrap_or("a process that is not named");
            let pid = edit.pid.map(|pid| format!(" (PID {pid})")).unwrap_or_default();
            let at = self.facts.place_text(edit.capture, edit.event);
            let what = match (&edit.guid, edit.step) {
                (Some(_), _) => format!("set MachineGuid to {newer}"),
                (None, Step::GuidSet) => {
                    "set MachineGuid to a value that the capture does not show".to_string()
                }
                (None, _) => "deleted MachineGuid".to_string(),
            };
            names.push(format!("{name}{pid} {what} ({at})"));
        }
        (!names.is_empty()).then(|| format!(" {}.", names.join(", and ")))
    }

    /// The edits that set the newer value, and those before it was first seen in their capture
    /// that took the value away or set one that is not shown.
    fn edits_towards(&self, newer: &MachineGuid) -> Vec<&TimelineEntry> {
        let first_seen = |capture: usize| {
            let values = self.facts.values(capture).iter();
            let value = values.filter(|seen| seen.value.as_ref() == Some(newer)).map(|it| it.first);
            let files = self.facts.key_files().iter();
            let files = files.filter(|file| file.capture == capture && file.guid == *newer);
            value.chain(files.map(|file| file.first_event)).min()
        };
        let edits = self.facts.edits().filter(|edit| self.computer.has(edit.capture));
        edits
            .filter(|edit| match &edit.guid {
                Some(value) => value == newer,
                None => first_seen(edit.capture).is_some_and(|seen| edit.event < seen),
            })
            .collect()
    }

    /// Containers that exist under one of the others and not under the newer.
    fn only_under(&self, others: &[&MachineGuid], newer: &MachineGuid) -> Vec<String> {
        let has = |container: &Container<'_>, guid: &MachineGuid| {
            container.guids.iter().any(|seen| seen.exists() && seen.guid == guid)
        };
        let stranded = self.containers.iter().filter(|container| {
            others.iter().any(|guid| has(container, guid)) && !has(container, newer)
        });
        stranded.map(Container::label).collect()
    }
}
