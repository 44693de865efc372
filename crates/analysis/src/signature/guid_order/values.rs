//! Values of MachineGuid one after the other: within a capture, from capture to capture,
//! and in the registry.

use super::super::computers::{Computer, SameComputer};
use super::super::facts::Facts;
use super::sightings::{How, InEffect};
use super::{Across, Proof, ProofKind, Strength};
use crate::guid::MachineGuid;
use crate::moment::Moment;
use crate::report::CaptureRole;
use crate::trace::ValueChange;
use crate::witness::{HostMachineGuid, WitnessClock};

/// What one capture shows in its own order of events.
pub(super) fn within_captures(
    facts: &Facts<'_>,
    computer: &Computer,
    seen: &[InEffect<'_>],
) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for &capture in &computer.captures {
        proofs.extend(changes(facts, capture));
        let own: Vec<&InEffect<'_>> = seen.iter().filter(|it| it.capture == capture).collect();
        proofs.extend(of_one_service(facts, &own));
    }
    proofs
}

/// Each change of the value: it was read or set as one thing, and next as another.
fn changes(facts: &Facts<'_>, capture: usize) -> Vec<Proof> {
    let mut proofs = Vec::new();
    let mut before: Option<(&MachineGuid, u64)> = None;
    for seen in facts.values(capture) {
        let Some(value) = &seen.value else { continue };
        if let Some((older, event)) = before.filter(|(older, _)| **older != *value) {
            let (kind, verb) = match seen.how {
                ValueChange::Set => (ProofKind::ValueSet, "was set"),
                ValueChange::Read | ValueChange::Removed => (ProofKind::OrderInCapture, "was read"),
            };
            proofs.push(Proof {
                older: older.clone(),
                newer: value.clone(),
                kind,
                strength: Strength::Sure,
                across: Across::OneComputer,
                events: vec![(capture, event), (capture, seen.first)],
                witnesses: Vec::new(),
                reason: format!("{value} {verb} after {older} had been the value"),
            });
        }
        before = Some((value, seen.last));
    }
    proofs
}

/// A service that made or read a container under one GUID, and later has it under another.
fn of_one_service(facts: &Facts<'_>, seen: &[&InEffect<'_>]) -> Vec<Proof> {
    let mut proofs: Vec<Proof> = Vec::new();
    let files = || seen.iter().filter(|it| matches!(it.how, How::Made | How::Used));
    for newer in files() {
        let earlier = files().filter(|older| {
            older.guid != newer.guid
                && older.stem == newer.stem
                && same_service(older.process, newer.process)
                && older.last < newer.first
        });
        for older in earlier {
            let read = facts.report.machine_guid_reads.iter().find(|read| {
                read.capture == older.capture
                    && read.value == *older.guid
                    && same_service(read.process.as_deref(), newer.process)
                    && read.events.first().is_some_and(|event| *event < newer.first)
            });
            if older.how != How::Made && read.is_none() {
                continue;
            }
            let known = proofs.iter().any(|it| it.older == *older.guid && it.newer == *newer.guid);
            if !known {
                proofs.push(one_service(older, newer));
            }
        }
    }
    proofs
}

fn one_service(older: &InEffect<'_>, newer: &InEffect<'_>) -> Proof {
    let what = if older.how == How::Made { "made" } else { "used" };
    Proof {
        older: older.guid.clone(),
        newer: newer.guid.clone(),
        kind: ProofKind::OrderInCapture,
        strength: Strength::Sure,
        across: Across::OneComputer,
        events: vec![(older.capture, older.first), (newer.capture, newer.first)],
        witnesses: Vec::new(),
        reason: format!(
            "a key file was {what} under {}, and later the same key was used under {}",
            older.guid, newer.guid
        ),
    }
}

fn same_service(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (None, None) => true,
        _ => false,
    }
}

/// The GUID that was in effect at the end of a capture, and the one at its beginning.
fn ends<'r, 's>(
    seen: &'s [InEffect<'r>],
    capture: usize,
) -> Option<(&'s InEffect<'r>, &'s InEffect<'r>)> {
    let own = || seen.iter().filter(|it| it.capture == capture);
    let values = || own().filter(|it| matches!(it.how, How::Read | How::Set));
    let made = || own().filter(|it| it.how == How::Made);
    // What was read says it; then what was made; then what was used, where all agree.
    if let (Some(first), Some(last)) = (values().next(), values().next_back()) {
        return Some((first, last));
    }
    if let (Some(first), Some(last)) = (made().next(), made().next_back()) {
        return Some((first, last));
    }
    let first = own().next()?;
    own().all(|it| it.guid == first.guid).then_some((first, first))
}

/// A GUID at the end of one capture, another at the beginning of a later one.
pub(super) fn between_captures(
    facts: &Facts<'_>,
    computer: &Computer,
    seen: &[InEffect<'_>],
) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for &earlier in &computer.captures {
        for &later in &computer.captures {
            // Of a baseline that is later nobody knows what was done in between.
            let is_past = facts.report.captures[later].role == CaptureRole::Baseline;
            if is_past || !facts.captures.is_before(earlier, later) {
                continue;
            }
            let (Some((_, older)), Some((newer, _))) = (ends(seen, earlier), ends(seen, later))
            else {
                continue;
            };
            if older.guid == newer.guid {
                continue;
            }
            proofs.push(Proof {
                older: older.guid.clone(),
                newer: newer.guid.clone(),
                kind: ProofKind::CaptureDates,
                strength: Strength::Sure,
                across: match computer.same(earlier, later) {
                    SameComputer::Yes => Across::OneComputer,
                    SameComputer::No(_) | SameComputer::Unknown => Across::Supposed,
                },
                events: vec![(older.capture, older.last), (newer.capture, newer.first)],
                witnesses: Vec::new(),
                reason: format!(
                    "{} was in effect in capture {}, which is earlier than capture {}, where {} was",
                    older.guid,
                    earlier + 1,
                    later + 1,
                    newer.guid
                ),
            });
        }
    }
    proofs
}

/// What the last write of the registry key shows of the value that it holds.
pub(super) fn by_registry(facts: &Facts<'_>, seen: &[InEffect<'_>]) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for (witness, host) in facts.registry_guids() {
        let Some(written) = written(host) else { continue };
        let others = seen.iter().filter(|it| {
            *it.guid != host.value && matches!(it.how, How::Read | How::Set | How::Made)
        });
        for other in others {
            let (older, newer, reason) = if facts.captures.begins_after(other.capture, &written) {
                let reason =
                    "the registry key was last written, with the older value, before the capture";
                (&host.value, other.guid, reason)
            } else if facts.captures.ends_before(other.capture, &written) {
                let reason =
                    "the registry key was written, with the newer value, after the capture";
                (other.guid, &host.value, reason)
            } else {
                continue;
            };
            let known = |it: &Proof| it.older == *older && it.newer == *newer;
            if !proofs.iter().any(known) {
                proofs.push(Proof {
                    older: older.clone(),
                    newer: newer.clone(),
                    kind: ProofKind::Registry,
                    strength: Strength::Sure,
                    across: Across::OneComputer,
                    events: vec![(other.capture, other.first)],
                    witnesses: vec![witness],
                    reason: reason.to_string(),
                });
            }
        }
    }
    proofs
}

fn written(host: &HostMachineGuid) -> Option<Moment> {
    let time = host.written.as_ref()?;
    match (time.ticks, time.clock) {
        (Some(ticks), WitnessClock::Utc) => Some(Moment::utc(ticks)),
        _ => Moment::written(&time.text),
    }
}
