//! The dates of files in a listing.

use std::cmp::Ordering;

use procmonkey_parser::TICKS_PER_DAY;

use super::super::facts::Facts;
use super::{Across, Proof, ProofKind, Strength};
use crate::guid::MachineGuid;
use crate::key_file::{KeyFile, KeyFolder};
use crate::moment::Moment;
use crate::witness::{FolderListing, ListedFile, Witness, WitnessClock, WitnessTime};

/// The files under one GUID in one listing.
struct Dated {
    guid: MachineGuid,
    stems: Vec<String>,
    moments: Vec<Moment>,
}

/// For each listing: GUIDs of which every file is older than every file of another one.
/// Where files of two lie between each other, the listing shows no order; nor do dates that no
/// key file can have, dates after every capture, and dates that cannot all be written in one
/// order of day and month.
pub(super) fn proofs(facts: &Facts<'_>) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for (witness, entry) in facts.report.witnesses.iter().enumerate() {
        let Witness::Folder(listing) = &entry.witness else { continue };
        let all = dated(facts, listing);
        for older in &all {
            for newer in all.iter().filter(|newer| is_older(older, newer)) {
                proofs.push(Proof {
                    older: older.guid.clone(),
                    newer: newer.guid.clone(),
                    kind: ProofKind::ListingDates,
                    // A file that is left out may be older or newer than all others: then
                    // files of one container decide.
                    strength: match listing.is_excerpt && !older.shares_container(newer) {
                        true => Strength::Undated,
                        false => Strength::Sure,
                    },
                    across: Across::OneComputer,
                    events: Vec::new(),
                    witnesses: vec![witness],
                    reason: format!(
                        "in {} every file under {} is older than those under {}",
                        listing.source, older.guid, newer.guid
                    ),
                });
            }
        }
    }
    proofs
}

impl Dated {
    fn shares_container(&self, other: &Dated) -> bool {
        self.stems.iter().any(|stem| other.stems.contains(stem))
    }
}

fn is_older(older: &Dated, newer: &Dated) -> bool {
    !older.moments.is_empty()
        && !newer.moments.is_empty()
        && older.moments.iter().all(|one| newer.moments.iter().all(|other| one.is_before(other)))
}

/// The GUIDs of a listing whose files all have dates.
fn dated(facts: &Facts<'_>, listing: &FolderListing) -> Vec<Dated> {
    let mut all: Vec<Dated> = Vec::new();
    let mut without: Vec<MachineGuid> = Vec::new();
    let folder = listing.folder.unwrap_or_else(KeyFolder::usual);
    for file in &listing.files {
        let Some(KeyFile { guid, stem, .. }) = KeyFile::in_folder(folder, &file.name) else {
            continue;
        };
        let moment = date(file).filter(|moment| !facts.captures.is_all_before(moment));
        let Some(moment) = moment else {
            without.push(guid);
            continue;
        };
        match all.iter_mut().find(|dated| dated.guid == guid) {
            Some(dated) => {
                dated.moments.push(moment);
                dated.stems.push(stem);
            }
            None => all.push(Dated { guid, stems: vec![stem], moments: vec![moment] }),
        }
    }
    all.retain(|dated| !without.contains(&dated.guid));
    match Moment::have_one_order(all.iter().flat_map(|dated| &dated.moments)) {
        true => all,
        false => Vec::new(),
    }
}

/// When the content of a file was made. A copy keeps that date and gets a new one of
/// creation, so where the two are told and the file is older than its creation, it is a
/// copy, and the former counts.
pub(super) fn date(file: &ListedFile) -> Option<Moment> {
    let moment = |time: &Option<WitnessTime>| of(time.as_ref()?);
    let (created, modified) = (moment(&file.created), moment(&file.modified));
    let date = match (created, modified) {
        (Some(created), Some(modified)) => match created.compare(&modified) {
            Some(Ordering::Less | Ordering::Equal) => Some(created),
            Some(Ordering::Greater) => Some(modified),
            None => None,
        },
        (created, modified) => created.or(modified),
    };
    date.filter(|date| !date.may_be_before(EARLIEST))
}

/// 1996-01-01 in ticks since 1601: before that, no Windows had machine keys. A date such as
/// 1601, 1970 or 1980 means that there was none.
const EARLIEST: i64 = 144_270 * TICKS_PER_DAY;

/// The moment of a time that a witness gives.
pub(super) fn of(time: &WitnessTime) -> Option<Moment> {
    match (time.ticks, time.clock) {
        (Some(ticks), WitnessClock::Utc) => Some(Moment::utc(ticks)),
        _ => Moment::written(&time.text),
    }
}
