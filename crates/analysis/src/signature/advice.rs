//! What may be said about putting a value of MachineGuid back. No other place in the crate
//! says it.

use super::EvidenceList;
use super::facts::Facts;
use super::guid_order::{Container, GuidOrder, Order, PresentBy};
use super::loss::Loss;
use crate::guid::MachineGuid;
use crate::report::{GuidRole, TimelineEntry};

/// How many containers are named.
const NAMED: usize = 4;

/// What settles which of two GUIDs is the older one.
const WHAT_SETTLES_IT: &str = "What settles it: the dates of the files (`dir /a /t:c` of the MachineKeys \
     folder, given with --keys-dir), a capture from before (--baseline), or the registry \
     (--reg-export, --hive).";

/// What to do where a GUID took the place of another one, of which there may be several.
pub(super) fn on_change(
    facts: &Facts<'_>,
    order: &GuidOrder,
    (newer, others): (&MachineGuid, &[&MachineGuid]),
    loss: Loss,
    containers: &[Container<'_>],
    evidence: &mut EvidenceList,
) -> String {
    if let [only] = others {
        return on_two(facts, order, (only, newer), loss, containers, evidence);
    }
    if let Some(older) = order.last_before(newer, others.iter().copied()) {
        return on_two(facts, order, (older, newer), loss, containers, evidence);
    }
    for guid in others.iter().copied().chain([newer]) {
        evidence.name_guid(guid, GuidRole::Unordered, None);
    }
    let names: Vec<&str> = others.iter().map(|guid| guid.as_str()).collect();
    format!(
        "Which of {} was in effect before {newer} is not proved, so no value is to be put back yet. \
         {WHAT_SETTLES_IT}",
        names.join(" and ")
    )
}

/// Programs that give a copy of Windows a MachineGuid of its own.
const GENERALISERS: [&str; 4] = ["sysprep.exe", "windeploy.exe", "setupcl.exe", "oobeldr.exe"];

/// Whether an edit of MachineGuid is what sysprep does by design.
pub(super) fn is_by_sysprep(edit: &TimelineEntry) -> bool {
    let name = edit.process.as_deref().unwrap_or_default();
    GENERALISERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What to do where sysprep changed the value.
const BY_SYSPREP: &str = "Sysprep gives each copy of Windows a MachineGuid of its own, by design: put back no older \
     value, because other copies of the same image may have it. Keys that were made before sysprep ran have to be made \
     again: prepare the image first, and add roles and certificates to each copy afterwards.";

/// What to do about two GUIDs, as far as their order is known: the one under which keys
/// are used, and another one. Names both in the evidence.
pub(super) fn on_two(
    facts: &Facts<'_>,
    order: &GuidOrder,
    (other, used): (&MachineGuid, &MachineGuid),
    loss: Loss,
    containers: &[Container<'_>],
    evidence: &mut EvidenceList,
) -> String {
    let between = order.between(other, used);
    let Order::Proved { older, newer, .. } = &between else {
        for guid in [other, used] {
            evidence.name_guid(guid, GuidRole::Unordered, None);
        }
        let why = match &between {
            Order::Contradicting(_) => {
                format!("What is known contradicts itself: {}. So", between.reasons())
            }
            _ => format!("Which of {other} and {used} is the older one is not proved, so"),
        };
        return format!("{why} no value is to be put back yet. {WHAT_SETTLES_IT}");
    };
    let last = |guid: &MachineGuid| {
        let proof = between.proofs().iter().rfind(|proof| proof.newer == *guid);
        proof.and_then(|proof| proof.events.iter().max().copied())
    };
    evidence.name_guid(older, GuidRole::Older, None);
    evidence.name_guid(newer, GuidRole::Newer, last(newer));
    if facts.sets_of(newer).any(is_by_sysprep) {
        return BY_SYSPREP.into();
    }
    if older == used {
        return format!(
            "{newer} came after {older}, under which these keys are used: nothing is to be put back. Restart \
             the services, so that they read the present value, and look which files they want then."
        );
    }
    if facts.given == Some(newer) {
        return format!(
            "{newer} is given as the value that is expected, so no value is to be put back: the key files under \
             {older} can be renamed to it, keeping the new ones aside."
        );
    }
    match order.present() {
        Some(present) if present.guid == *older => already_back(facts, older, newer, present.by),
        Some(present) if present.guid != *newer => format!(
            "{} is neither of the two, and in effect now as far as is known: find out when it came, before any \
             value is put back. {WHAT_SETTLES_IT}",
            present.guid
        ),
        Some(_) if loss == Loss::Shown && older.is_pseudonym() => format!(
            "The value that {older} stands for makes the older keys usable again on the same Windows installation."
        ),
        Some(_) if loss == Loss::Shown => {
            evidence.put_back(older);
            put_back(older, newer, containers)
        }
        Some(_) => format!(
            "Nothing here shows a key that was lost by it: as long as the services find their keys under {newer}, \
             no value is to be put back."
        ),
        None => format!(
            "Which value is in effect now is not known, so no value is to be put back yet: \
             `reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid` shows it. While it is {older}, the \
             services need no more than a restart."
        ),
    }
}

fn already_back(
    facts: &Facts<'_>,
    older: &MachineGuid,
    newer: &MachineGuid,
    by: PresentBy,
) -> String {
    match by {
        PresentBy::Registry(witness) => {
            let source = facts.report.witnesses.get(witness).map(|entry| entry.witness.source());
            let source = source.unwrap_or("a witness");
            format!(
                "The registry ({source}) already holds {older}: it is already put back. Restart the service, \
                 which has read {newer}. If {source} is from before the change, it says nothing of now: compare \
                 with `reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid`."
            )
        }
        PresentBy::Value(..) | PresentBy::KeyFile(..) => format!(
            "The captures show {older} in effect: then nothing is to be put back. The services that have read \
             {newer} need a restart. `reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid` shows \
             whether it still is."
        ),
    }
}

fn put_back(older: &MachineGuid, newer: &MachineGuid, containers: &[Container<'_>]) -> String {
    let exists = |container: &Container<'_>, guid: &MachineGuid| {
        container.guids.iter().any(|seen| seen.exists() && seen.guid == guid)
    };
    let only_newer: Vec<String> = containers
        .iter()
        .filter(|container| exists(container, newer) && !exists(container, older))
        .map(Container::label)
        .collect();
    let hidden = match only_newer.len() {
        0 => "hides the keys that were made since".to_string(),
        count => {
            let mut names = only_newer[..count.min(NAMED)].join(", ");
            if count > NAMED {
                names.push_str(&format!(" and {} more", count - NAMED));
            }
            format!("hides the keys that exist only under the newer value ({names})")
        }
    };
    let spelling = match newer.has_braces() {
        true => " It is written without braces.",
        false => "",
    };
    format!(
        "On the same Windows installation, putting {older} back as MachineGuid and restarting the services \
         makes the older keys usable again, and {hidden}.{spelling} Or the older files can be renamed to the \
         present GUID, keeping the new ones aside."
    )
}

/// Why a finding on several captures is not surer.
pub(super) const SUPPOSES: &str =
    "nothing says that the captures are of one computer, and this supposes it";

/// A word on braces, where a value has them.
pub(super) fn braces(value: &MachineGuid) -> String {
    match value.has_braces() {
        true => format!(
            " {value} has braces (`Length: 78`, not 74), which Windows never writes: a mistake of whoever \
             wrote it."
        ),
        false => String::new(),
    }
}
