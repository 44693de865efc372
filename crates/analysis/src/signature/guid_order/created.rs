//! A key file that was made when there was none.

use super::super::computers::{Computer, SameComputer};
use super::super::facts::Facts;
use super::sightings::{Container, GuidFiles, made_by_provider};
use super::{Across, Proof, ProofKind, Strength, listings};
use crate::guid::MachineGuid;
use crate::key_file::{KeyFile, KeyFolder};
use crate::moment::Moment;
use crate::report::{CaptureRole, CreationProof, FileAccess, KeyFileSummary};
use crate::witness::Witness;

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
    // It went away in the capture: who made it anew did not come to another GUID.
    if facts.was_there_before(file, created) {
        return None;
    }
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
    let (sighting, strength) = sighting(facts, (container, older), made)?;
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
        strength,
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

/// A sighting of the other file, from before this one was made or from a time that is not
/// known. One from afterwards shows nothing: that file can have been made in between.
fn sighting<'r>(
    facts: &Facts<'_>,
    (container, older): (&Container<'r>, &GuidFiles<'r>),
    made: &MadeAnew,
) -> Option<(Sighting<'r>, Strength)> {
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
    let in_capture = |file: &&'r KeyFileSummary| {
        // A copy that was put there says nothing of what was in effect here.
        let mut accesses = facts.accesses_to(file);
        if file.created && !accesses.any(|it| made_by_provider(facts, it).is_some()) {
            return None;
        }
        let is_baseline = facts.report.captures[file.capture].role == CaptureRole::Baseline;
        let strength = if file.capture == made.capture
            || facts.captures.is_before(file.capture, made.capture)
        {
            Strength::Sure
        } else if facts.captures.is_before(made.capture, file.capture) {
            return None;
        } else if is_baseline {
            Strength::Sure
        } else {
            Strength::Undated
        };
        Some((Sighting::Capture(file), strength))
    };
    let there = || older.files.iter().filter(|file| file.exists);
    // The same capture needs no supposition.
    let own = there().find(|file| file.capture == made.capture);
    let all = own.into_iter().chain(there()).filter_map(in_capture);
    let witnesses = older.witnesses.iter().filter_map(|witness| {
        let strength = by_witness(facts, *witness, (container.stem, older.guid), made.capture)?;
        Some((Sighting::Witness, strength))
    });
    let mut all: Vec<_> = all.chain(witnesses).collect();
    all.sort_by_key(|(_, strength)| *strength != Strength::Sure);
    all.into_iter().next()
}

/// What a witness is worth that names a key file: by the date of the file, or of what was
/// done with it. `None` where that is certainly later than the capture.
fn by_witness(
    facts: &Facts<'_>,
    witness: usize,
    (stem, guid): (&str, &MachineGuid),
    capture: usize,
) -> Option<Strength> {
    let moments: Vec<Option<Moment>> = match &facts.report.witnesses.get(witness)?.witness {
        Witness::Folder(listing) => {
            let folder = listing.folder.unwrap_or_else(KeyFolder::usual);
            let is_it = |name: &str| {
                KeyFile::in_folder(folder, name)
                    .is_some_and(|key| key.stem == stem && key.guid == *guid)
            };
            listing.files.iter().filter(|file| is_it(&file.name)).map(listings::date).collect()
        }
        Witness::KeyOperation(event) => {
            vec![event.time.as_ref().and_then(listings::of)]
        }
        _ => return None,
    };
    let is_before = |moment: &Option<Moment>| {
        moment.as_ref().is_some_and(|moment| facts.captures.begins_after(capture, moment))
    };
    let is_after = |moment: &Option<Moment>| {
        moment.as_ref().is_some_and(|moment| facts.captures.ends_before(capture, moment))
    };
    match (moments.iter().any(is_before), moments.iter().all(is_after)) {
        (true, _) => Some(Strength::Sure),
        (false, true) => None,
        (false, false) => Some(Strength::Undated),
    }
}
