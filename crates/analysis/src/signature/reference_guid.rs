//! Another value of MachineGuid than the one under which keys are used: the user expects
//! it, the registry holds it, or it was there before somebody set the other one.

use super::advice::{self, braces};
use super::computers::Computer;
use super::container_remedy::{last_way, used_by};
use super::facts::Facts;
use super::guid_order::{Container, GuidOrder, Order, containers};
use super::loss::Loss;
use super::lost_key::{LostKey, lost_keys};
use super::{BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity};
use crate::guid::MachineGuid;
use crate::machine_guid::RegistryView;
use crate::report::{CaptureRole, GuidRole, TimelineEntry};
use crate::sentences::sentences;

/// Another value than the one under which keys are used.
enum ReferenceGuid<'r> {
    /// The user says that this one is expected.
    Expected(&'r MachineGuid),
    /// A hive, an export or the live registry has it.
    Registry(&'r MachineGuid, &'r str, usize),
    /// Somebody set the value that is used now.
    Set(&'r TimelineEntry),
}

/// What another value has to do with keys that were lost, or with those that are used.
/// What `found` says already is not said again.
pub(super) fn find(facts: &Facts<'_>, found: &[Match]) -> Vec<Match> {
    let mut matches = Vec::new();
    for computer in facts.computers() {
        let order = GuidOrder::of(facts, computer);
        let containers = containers(facts, computer);
        let case = Reference { facts, computer, order: &order, containers: &containers };
        let lost: Vec<_> = lost_keys(facts)
            .into_iter()
            .filter(|key| computer.has(key.file.capture) && key.doubt.is_none())
            .collect();
        let change = reference_guids(facts, computer).find_map(|reference| {
            let lost: Vec<&LostKey<'_>> =
                lost.iter().filter(|key| reference.makes(facts, key)).collect();
            (!lost.is_empty()).then(|| case.lost_by_change(&reference, &lost))
        });
        let change = change
            .or_else(|| reference_guids(facts, computer).find_map(|it| case.only_used(&it, found)));
        matches.extend(change);
    }
    matches
}

/// Whether another value turns a lost key into one whose GUID was changed.
pub(super) fn explains(facts: &Facts<'_>, key: &LostKey<'_>) -> bool {
    let computers = facts.computers().iter().filter(|it| it.has(key.file.capture));
    computers.into_iter().any(|computer| {
        reference_guids(facts, computer).any(|reference| reference.makes(facts, key))
    })
}

fn reference_guids<'r, 'c>(
    facts: &Facts<'r>,
    computer: &'c Computer,
) -> impl Iterator<Item = ReferenceGuid<'r>> + use<'r, 'c> {
    let outside = computer.has_witnesses;
    let sets = facts.edits().filter(|entry| computer.has(entry.capture));
    (facts.given.into_iter().filter(move |_| outside).map(ReferenceGuid::Expected))
        .chain(
            facts
                .registry_guids()
                .filter(move |_| outside)
                .map(|(witness, seen)| ReferenceGuid::Registry(&seen.value, &seen.source, witness)),
        )
        .chain(sets.map(ReferenceGuid::Set))
}

impl<'r> ReferenceGuid<'r> {
    /// The value, where it is known.
    fn value(&self) -> Option<&'r MachineGuid> {
        match self {
            ReferenceGuid::Expected(value) | ReferenceGuid::Registry(value, ..) => Some(value),
            ReferenceGuid::Set(_) => None,
        }
    }

    /// Whether the lost key carries another value than this one, or the one that was set
    /// before it was lost.
    fn makes(&self, facts: &Facts<'_>, key: &LostKey<'_>) -> bool {
        match self {
            ReferenceGuid::Expected(value) | ReferenceGuid::Registry(value, ..) => {
                key.file.guid != **value
            }
            ReferenceGuid::Set(set) => {
                let earlier = match set.capture == key.probe.capture {
                    true => set.event < key.probe.event,
                    false => facts.captures.is_before(set.capture, key.probe.capture),
                };
                earlier && set.guid.as_ref().is_none_or(|guid| *guid == key.file.guid)
            }
        }
    }

    fn cite(&self, evidence: &mut EvidenceList) {
        match self {
            ReferenceGuid::Expected(value) => {
                evidence.raise("another value is given as the expected one");
                evidence.name_guid(value, GuidRole::Expected, None);
            }
            ReferenceGuid::Registry(_, _, witness) => {
                evidence.raise("the registry, at another time, holds another value");
                evidence.add_witness(*witness);
            }
            ReferenceGuid::Set(set) => {
                evidence.raise("the value was set before the key was looked for");
                evidence.add(set.capture, set.event);
            }
        }
    }
}

/// What there is to know of one computer.
struct Reference<'a, 'r> {
    facts: &'a Facts<'r>,
    computer: &'a Computer,
    order: &'a GuidOrder,
    containers: &'a [Container<'r>],
}

impl Reference<'_, '_> {
    fn lost_by_change(&self, reference: &ReferenceGuid<'_>, lost: &[&LostKey<'_>]) -> Match {
        let facts = self.facts;
        let mut evidence = EvidenceList::default();
        lost.iter().for_each(|key| key.cite(facts, &mut evidence));
        reference.cite(&mut evidence);
        let failure = facts.failure_of_iis().filter(|_| self.computer.has_witnesses);
        if let Some(failure) = failure {
            evidence.add_witness(failure.witness);
            evidence.raise(format!("{} ended with 0x{:08X}", failure.service, failure.code));
        }
        let names: Vec<&str> = lost.iter().map(|key| key.known.name).collect();
        let used = &lost[0].file.guid;
        let how = match reference {
            ReferenceGuid::Expected(value) => {
                format!("{value} is given as the value that is expected")
            }
            ReferenceGuid::Registry(value, source, _) => {
                format!("{value} is in the registry ({source})")
            }
            ReferenceGuid::Set(set) => {
                format!("{} had set the value in event {}", who(set), set.event)
            }
        };
        let read = facts.report.machine_guid_reads.iter().any(|read| {
            read.value == *used
                && read.view == RegistryView::Native
                && self.computer.has(read.capture)
        });
        // A registry of another time says less than a value whose place in time is proved.
        let open = match reference {
            ReferenceGuid::Registry(value, ..) => {
                !matches!(self.order.between(value, used), Order::Proved { .. })
            }
            _ => false,
        };
        let advice = self.advice(reference, used, &mut evidence);
        Match {
            severity: if lost.iter().any(|key| key.exit.is_some()) || failure.is_some() {
                Severity::Error
            } else {
                Severity::Warning
            },
            confidence: if read && !open { Confidence::High } else { Confidence::Medium },
            evidence,
            explanation: format!(
                "The key file of {} was not found under {used}, and a new, empty container was made in its \
                 place; and {how}.{} Consistent with a change of MachineGuid. At stake: {}.",
                names.join(", "),
                braces(used),
                lost[0].known.loss.unwrap_or("its keys")
            ),
            does_not_prove: sentences(
                "Does not show a key file under the other value: if there never was one, the key \
                 was lost in another way. A hive or an export may be of another time, or of another computer.",
            ),
            remedy: format!(
                "{BACK_UP_FIRST} Then look for {}_<another GUID> in the MachineKeys folder (`dir /a`). {advice} \
                 Delete no key file.{}{}",
                lost[0].file.stem,
                used_by(Some(lost[0].known)),
                last_way(Some(lost[0].known))
            ),
        }
    }

    fn advice(
        &self,
        reference: &ReferenceGuid<'_>,
        used: &MachineGuid,
        evidence: &mut EvidenceList,
    ) -> String {
        let pair = match reference {
            ReferenceGuid::Set(set) => {
                value_before(self.facts, set).filter(|before| *before != used)
            }
            _ => reference.value(),
        };
        match pair {
            Some(other) => {
                {
                let pair = (other, used);
                let (order, containers) = (self.order, self.containers);
                advice::on_two(self.facts, order, pair, Loss::Shown, containers, evidence)
            }
            }
            None => "Which value stood there before is not in the capture, so no value is to be put back \
                 yet: a key file under another GUID, or a copy of the registry from before, shows it."
                .into(),
        }
    }

    /// The values differ, and no key was lost by it in the captures.
    fn only_used(&self, reference: &ReferenceGuid<'_>, found: &[Match]) -> Option<Match> {
        let (value, stands, confidence) = match reference {
            ReferenceGuid::Expected(value) => (*value, "is expected".to_string(), Confidence::High),
            ReferenceGuid::Registry(value, source, _) => {
                (*value, format!("is in the registry ({source})"), Confidence::Low)
            }
            ReferenceGuid::Set(_) => return None,
        };
        let mut evidence = EvidenceList::default();
        let (used, how) = self.other_value_used(value, &mut evidence)?;
        if found.iter().any(|it| it.evidence.names_both(value, used)) || self.was_seen(value) {
            return None;
        }
        reference.cite(&mut evidence);
        let advice = {
            let (order, containers) = (self.order, self.containers);
            let loss = Loss::under(self.facts, self.computer, containers, used);
            advice::on_two(self.facts, order, (value, used), loss, containers, &mut evidence)
        };
        Some(Match {
            severity: Severity::Warning,
            confidence,
            evidence,
            explanation: format!(
                "{how} {used}, where {value} {stands}. Keys named after the one are not found while the other is \
                 in effect."
            ),
            does_not_prove: sentences(
                "Does not show when the value changed, nor that both are of the same Windows installation: \
                a reinstalled system has a new value, as it should.",
            ),
            remedy: format!(
                "{BACK_UP_FIRST} Then find out which of the two the key files carry: `dir /a` of the \
                 MachineKeys folder shows it. {advice}"
            ),
        })
    }

    /// Whether a capture shows the value itself: then it shows two, which MK-02 reports.
    fn was_seen(&self, value: &MachineGuid) -> bool {
        let mut values = self.computer.captures.iter().flat_map(|it| self.facts.values(*it));
        values.any(|seen| seen.value.as_ref() == Some(value))
    }

    /// Another value that the judged captures show in effect; where none was read, the
    /// GUID of the key files that were used.
    fn other_value_used(
        &self,
        value: &MachineGuid,
        evidence: &mut EvidenceList,
    ) -> Option<(&MachineGuid, &'static str)> {
        let captures = &self.facts.report.captures;
        let judged = |capture: usize| {
            self.computer.has(capture) && captures[capture].role == CaptureRole::Case
        };
        let mut first = None;
        for capture in (0..captures.len()).filter(|capture| judged(*capture)) {
            for seen in self.facts.values(capture) {
                let Some(other) = seen.value.as_ref().filter(|other| *other != value) else {
                    continue;
                };
                evidence.add(capture, seen.first);
                first.get_or_insert((other, "The processes read MachineGuid as"));
            }
        }
        let any_value = (0..captures.len())
            .any(|capture| judged(capture) && !self.facts.values(capture).is_empty());
        if first.is_some() || any_value {
            return first;
        }
        let used = self.facts.timeline().iter().filter(|entry| {
            judged(entry.capture) && entry.uses_file() && entry.guid.as_ref() != Some(value)
        });
        for entry in used {
            evidence.add(entry.capture, entry.event);
            let guid = entry.guid.as_ref()?;
            first.get_or_insert((guid, "Key files are used under"));
        }
        first
    }
}

/// The value that was last seen before an edit.
pub(super) fn value_before<'r>(facts: &Facts<'r>, edit: &TimelineEntry) -> Option<&'r MachineGuid> {
    let values = facts.values(edit.capture).iter();
    let before = values.take_while(|seen| seen.first < edit.event).last()?;
    before.value.as_ref()
}

/// Name and PID of who did something.
fn who(entry: &TimelineEntry) -> String {
    let name = entry.process.as_deref().unwrap_or("a process that is not named");
    match entry.pid {
        Some(pid) => format!("{name} (PID {pid})"),
        None => name.to_string(),
    }
}
