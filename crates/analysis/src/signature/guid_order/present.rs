//! The value that is in effect now.

use super::super::computers::Computer;
use super::super::facts::Facts;
use super::Proof;
use super::sightings::{How, InEffect};
use crate::guid::MachineGuid;
use crate::report::CaptureRole;

/// The value that is in effect now, as far as the case shows it.
#[derive(Clone, Debug)]
pub(crate) struct Present {
    pub(crate) guid: MachineGuid,
    pub(crate) by: PresentBy,
    /// What the captures show last, where it is another value.
    pub(crate) captured: Option<MachineGuid>,
}

/// How the present value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PresentBy {
    /// It was read or set last: capture and event.
    Value(usize, u64),
    /// A key file was made or used under it last: capture and event.
    KeyFile(usize, u64),
    /// The registry holds it, by this witness.
    Registry(usize),
}

/// The last value that was read, set or used in the captures that are judged; or what the
/// registry holds, unless it is known to be the older of the two. Never what a baseline
/// says, nor what is expected. `None` where sources disagree.
pub(super) fn of(
    facts: &Facts<'_>,
    computer: &Computer,
    seen: &[InEffect<'_>],
    proofs: &[Proof],
) -> Option<Present> {
    let captured = captured(facts, computer, seen);
    let mut hosts = facts.registry_guids().filter(|_| computer.has_witnesses);
    let Some((witness, host)) = hosts.next() else { return captured.ok().flatten() };
    if hosts.any(|(_, other)| other.value != host.value) {
        return None;
    }
    let by = PresentBy::Registry(witness);
    let registry = Present { guid: host.value.clone(), by, captured: None };
    let Ok(Some(captured)) = captured else { return Some(registry) };
    let is_outdated = proofs.iter().any(|proof| {
        proof.kind == super::ProofKind::Registry
            && proof.older == registry.guid
            && proof.newer == captured.guid
    });
    let is_same = captured.guid == registry.guid;
    Some(match is_same || is_outdated {
        true => captured,
        false => Present { captured: Some(captured.guid), ..registry },
    })
}

/// What the captures that are judged show last. `Err` where nobody knows which of several
/// captures is the last one, and they differ.
fn captured(
    facts: &Facts<'_>,
    computer: &Computer,
    seen: &[InEffect<'_>],
) -> Result<Option<Present>, ()> {
    let mut last: Option<&InEffect<'_>> = None;
    let judged = computer
        .captures
        .iter()
        .filter(|capture| facts.report.captures[**capture].role == CaptureRole::Case);
    for &capture in judged {
        let own = last_of(seen, capture);
        // It was deleted, or set to something that the capture does not show.
        if let Some(unknown) = facts.values(capture).last().filter(|it| it.value.is_none())
            && own.is_none_or(|own| own.last < unknown.last)
        {
            return Err(());
        }
        let Some(own) = own else { continue };
        match last {
            Some(before) if before.guid != own.guid => {
                if facts.captures.is_before(before.capture, capture) {
                    last = Some(own);
                } else if !facts.captures.is_before(capture, before.capture) {
                    return Err(());
                }
            }
            _ => last = Some(own),
        }
    }
    Ok(last.map(|seen| {
        let (capture, event) = (seen.capture, seen.last);
        let by = match seen.how {
            How::Read | How::Set => PresentBy::Value(capture, event),
            How::Made | How::Used => PresentBy::KeyFile(capture, event),
        };
        Present { guid: seen.guid.clone(), by, captured: None }
    }))
}

/// The last value of a capture; without any, the GUID under which a file was made last, or
/// used, where all that were used agree.
fn last_of<'r, 's>(seen: &'s [InEffect<'r>], capture: usize) -> Option<&'s InEffect<'r>> {
    let own = || seen.iter().filter(|it| it.capture == capture);
    let last_value =
        own().filter(|it| matches!(it.how, How::Read | How::Set)).max_by_key(|it| it.last);
    let last_made = own().filter(|it| it.how == How::Made).max_by_key(|it| it.last);
    match (last_value, last_made) {
        // A file that is made shows the value where its read is missing.
        (Some(value), Some(made)) if made.first > value.last && made.guid != value.guid => {
            Some(made)
        }
        (Some(value), _) => Some(value),
        (None, Some(made)) => Some(made),
        (None, None) => {
            let first = own().next()?;
            own().all(|it| it.guid == first.guid).then_some(first)
        }
    }
}
