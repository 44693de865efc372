//! Which of two GUIDs is the older one. Nothing else in the crate concludes that.
//!
//! A [`Proof`] says that one GUID was in effect before another, and cites what shows it. Where
//! no proof speaks, or proofs contradict each other, the order is not known, and nobody may
//! name a value to put back.

mod created;
mod listings;
mod present;
mod sightings;
mod values;

use super::EvidenceList;
use super::computers::Computer;
use super::facts::Facts;
use crate::guid::MachineGuid;

pub(crate) use present::{Present, PresentBy};
pub(crate) use sightings::{Container, GuidFiles, containers};

/// What shows that one GUID is older than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProofKind {
    /// The key file under the newer one was made when there was none, while one under the
    /// older existed.
    MadeAfterNotFound,
    /// In a listing, every file under the older one is older than those under the newer.
    ListingDates,
    /// Somebody set the newer one.
    ValueSet,
    /// One was read, or a key file made under it, before the other within one capture.
    OrderInCapture,
    /// One was in effect in an earlier capture, the other in a later one.
    CaptureDates,
    /// The registry key was last written before the newer one was read, or after the
    /// older one was.
    Registry,
}

/// Whether what a proof compares is known to be of one computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Across {
    /// All of it is of one capture, or of captures that name the same computer.
    OneComputer,
    /// Nothing says whether the captures are of one computer.
    Supposed,
}

/// How much a proof is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strength {
    /// It proves the order by itself.
    Sure,
    /// It does not, because it is not known when the older file was seen: but a proof of the
    /// contrary is not sure beside it.
    Undated,
}

/// One reason to hold a GUID for older than another.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    pub(crate) older: MachineGuid,
    pub(crate) newer: MachineGuid,
    pub(crate) kind: ProofKind,
    pub(crate) strength: Strength,
    pub(crate) across: Across,
    /// Captures and events that show it.
    pub(crate) events: Vec<(usize, u64)>,
    /// Indexes of witnesses that show it.
    pub(crate) witnesses: Vec<usize>,
    /// In words, to follow "because".
    pub(crate) reason: String,
}

/// What is known of the order of two GUIDs.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    /// Every proof says the same.
    Proved {
        /// The older one, as first seen.
        older: MachineGuid,
        /// The newer one.
        newer: MachineGuid,
        /// What shows it.
        proofs: Vec<Proof>,
    },
    /// Some proofs say one thing, others the contrary.
    Contradicting(Vec<Proof>),
    /// Nothing shows it.
    NotProved,
}

/// The order of all GUIDs that are met on one computer.
#[derive(Debug)]
pub(crate) struct GuidOrder {
    proofs: Vec<Proof>,
    present: Option<Present>,
}

impl GuidOrder {
    /// The order of the GUIDs in the captures of one computer.
    pub(crate) fn of(facts: &Facts<'_>, computer: &Computer) -> GuidOrder {
        let seen = sightings::in_effect(facts, computer);
        let containers = containers(facts, computer);
        let mut proofs = created::proofs(facts, computer, &containers);
        proofs.extend(listings::proofs(facts));
        proofs.extend(values::within_captures(facts, computer, &seen));
        proofs.extend(values::between_captures(facts, computer, &seen));
        proofs.extend(values::by_registry(facts, &seen));
        let present = present::of(facts, computer, &seen, &proofs);
        GuidOrder { proofs, present }
    }

    /// Which of two GUIDs is the older one.
    pub(crate) fn between(&self, one: &MachineGuid, other: &MachineGuid) -> Order {
        let about = |proof: &&Proof| {
            (proof.older == *one && proof.newer == *other)
                || (proof.older == *other && proof.newer == *one)
        };
        let proofs: Vec<Proof> = self.proofs.iter().filter(about).cloned().collect();
        let Some(first) = proofs.iter().find(|proof| proof.strength == Strength::Sure) else {
            return Order::NotProved;
        };
        match proofs.iter().all(|proof| proof.older == first.older) {
            true => {
                Order::Proved { older: first.older.clone(), newer: first.newer.clone(), proofs }
            }
            false => Order::Contradicting(proofs),
        }
    }

    /// Whether it is proved that one GUID is older than another.
    pub(crate) fn is_older(&self, one: &MachineGuid, other: &MachineGuid) -> bool {
        matches!(self.between(one, other), Order::Proved { older, .. } if older == *one)
    }

    /// The newest of those that are proved to be older than `newer`, where that is certain.
    pub(crate) fn last_before<'g>(
        &self,
        newer: &MachineGuid,
        others: impl Iterator<Item = &'g MachineGuid> + Clone,
    ) -> Option<&'g MachineGuid> {
        let older = others.filter(|guid| self.is_older(guid, newer));
        let mut last = older
            .clone()
            .filter(|guid| older.clone().all(|other| other == *guid || self.is_older(other, guid)));
        last.next()
    }

    /// The value that is in effect now, as far as that is known.
    pub(crate) fn present(&self) -> Option<&Present> {
        self.present.as_ref()
    }
}

impl Order {
    /// What speaks for it.
    pub(crate) fn proofs(&self) -> &[Proof] {
        match self {
            Order::Proved { proofs, .. } | Order::Contradicting(proofs) => proofs,
            Order::NotProved => &[],
        }
    }

    /// Whether something of it holds only if captures are of one computer of which nothing
    /// says so. One proof that needs no such supposition is enough.
    pub(crate) fn across(&self) -> Across {
        self.proofs().iter().map(|proof| proof.across).min().unwrap_or(Across::OneComputer)
    }

    /// Cites the proofs.
    pub(crate) fn cite(&self, evidence: &mut EvidenceList) {
        for proof in self.proofs() {
            proof.events.iter().for_each(|(capture, event)| evidence.add(*capture, *event));
            proof.witnesses.iter().for_each(|witness| evidence.add_witness(*witness));
        }
    }

    /// The reasons, in words.
    pub(crate) fn reasons(&self) -> String {
        let mut reasons: Vec<&str> = Vec::new();
        for proof in self.proofs() {
            if !reasons.contains(&proof.reason.as_str()) {
                reasons.push(&proof.reason);
            }
        }
        reasons.join("; and ")
    }
}
