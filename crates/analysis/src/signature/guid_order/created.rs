//! A key file that was made when there was none.

use super::super::computers::{Computer, SameComputer};
use super::super::facts::Facts;
use super::sightings::{Container, GuidFiles, made_by_provider};
use super::{Across, Proof, ProofKind};
use crate::report::{CreationProof, FileAccess, KeyFileSummary};

/// For each container: the file that was made when none was found, and those that existed
/// under other GUIDs.
pub(super) fn proofs(
    facts: &Facts<'_>,
    computer: &Computer,
    containers: &[Container<'_>],
) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for container in containers {
        for newer in &container.guids {
            let Some(made) = newer.files.iter().find_map(|file| made_anew(facts, file)) else {
                continue;
            };
            for older in container.guids.iter().filter(|it| it.guid != newer.guid) {
                proofs.extend(proof(facts, computer, (container, older, newer), &made));
            }
        }
    }
    proofs
}

/// A file that the crypto provider made when there was none.
struct MadeAnew {
    capture: usize,
    /// The event that did not find it.
    missed: Option<u64>,
    created: u64,
}

fn made_anew(facts: &Facts<'_>, file: &KeyFileSummary) -> Option<MadeAnew> {
    let created = file.created_event?;
    let accesses: Vec<&FileAccess> = facts
        .accesses()
        .files
        .iter()
        .filter(|it| {
            it.by.capture == file.capture
                && it.stem == file.stem
                && it.guid == file.guid
                && it.folder == file.folder
        })
        .collect();
    let missed = accesses.iter().filter_map(|it| it.missing).filter(|it| *it < created).min();
    // `OpenResult: Created` says by itself that there was none.
    let is_anew = missed.is_some() || file.created_by == Some(CreationProof::OpenResult);
    let by_provider = accesses.iter().any(|it| made_by_provider(facts, it) == Some(created));
    (is_anew && by_provider).then_some(MadeAnew { capture: file.capture, missed, created })
}

fn proof(
    facts: &Facts<'_>,
    computer: &Computer,
    (container, older, newer): (&Container<'_>, &GuidFiles<'_>, &GuidFiles<'_>),
    made: &MadeAnew,
) -> Option<Proof> {
    let sighting = sighting(facts, older, made)?;
    let (capture, across) = match sighting {
        Sighting::Capture(file) => {
            let across = match computer.same(made.capture, file.capture) {
                SameComputer::Yes => Across::OneComputer,
                _ => Across::Supposed,
            };
            (Some(file), across)
        }
        Sighting::Witness => (None, Across::OneComputer),
    };
    let mut events: Vec<(usize, u64)> = vec![(made.capture, made.created)];
    events.extend(made.missed.map(|event| (made.capture, event)));
    if let Some(file) = capture {
        let listed = file.listed_by.first().copied();
        events.push((file.capture, listed.unwrap_or(file.first_event)));
    }
    let name = container.label();
    Some(Proof {
        older: older.guid.clone(),
        newer: newer.guid.clone(),
        kind: ProofKind::MadeAfterNotFound,
        across,
        events,
        witnesses: if capture.is_none() { older.witnesses.clone() } else { Vec::new() },
        reason: format!(
            "the key file of {name} under {} was made when there was none, and one under {} existed",
            newer.guid, older.guid
        ),
    })
}

/// Where the file under the other GUID was seen to exist.
enum Sighting<'r> {
    Capture(&'r KeyFileSummary),
    Witness,
}

/// A sighting of the other file that does not come from its being made later.
fn sighting<'r>(facts: &Facts<'_>, older: &GuidFiles<'r>, made: &MadeAnew) -> Option<Sighting<'r>> {
    // One that was itself made afterwards is not older.
    let made_later = older.files.iter().any(|file| {
        file.created_event.is_some_and(|created| match file.capture == made.capture {
            true => created > made.created,
            false => !facts.captures.is_before(file.capture, made.capture),
        })
    });
    if made_later {
        return None;
    }
    let mut there = older.files.iter().filter(|file| file.exists);
    // The same capture needs no supposition.
    let best = there.clone().find(|file| file.capture == made.capture).or_else(|| there.next());
    match best {
        Some(file) => Some(Sighting::Capture(file)),
        None => (!older.witnesses.is_empty()).then_some(Sighting::Witness),
    }
}
