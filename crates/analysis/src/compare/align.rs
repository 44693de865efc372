//! The first difference between the good and the bad instance of a process.
//!
//! Actions are brought together by what is done (operation and plain path), not by
//! their place in the capture, so threads that run in another order, and repeats,
//! do not count. What an action came to is compared as a set, with the order of
//! results only for key files. Each difference then gets a place in the bad
//! instance: its own event, or, for what is done in the good one only, the event
//! of the last common action before it, of the same thread where there are
//! threads. The first place wins.

use std::collections::{BTreeMap, HashMap};

use super::comparison::{
    ActionDifference, DifferenceWeight, Divergence, DivergenceKind, PhaseCount, Side,
};
use super::trail::{Action, Trail};
use crate::phase::Phase;

/// How many actions are shown before and after a divergence.
const CONTEXT: usize = 4;

/// The most differences behind the first one that are kept.
const DIFFERENCES: usize = 500;

/// How much longer than the good instance the bad one has to be watched before
/// what it did not do counts, when it has not ended.
const PATIENCE: f64 = 2.0;

/// What an alignment came to.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    pub(super) first: Option<Divergence>,
    /// Further differences that matter.
    pub(super) further: u64,
    /// Differences that healthy starts have too.
    pub(super) minor: u64,
    /// The further ones, then minor ones as far as there is room, in the order of their places.
    pub(super) differences: Vec<ActionDifference>,
    /// Actions that both did with the same result.
    pub(super) common: u64,
    pub(super) common_by_phase: Vec<PhaseCount>,
}

/// One difference, with its place in the bad trail.
struct Candidate<'t> {
    place: (u64, u8),
    kind: DivergenceKind,
    good: Option<&'t Action>,
    bad: Option<&'t Action>,
}

impl Candidate<'_> {
    fn shown(&self, weight: DifferenceWeight) -> ActionDifference {
        // A difference is of one side, or of two results: neither side has the other's.
        ActionDifference {
            weight,
            kind: self.kind,
            phase: self.good.or(self.bad).and_then(|action| action.phase),
            good: self.good.map(|action| action.shown(false)),
            bad: self.bad.map(|action| action.shown(false)),
        }
    }
}

type Identity<'t> = (&'t str, &'t str);
type Index<'t> = HashMap<Identity<'t>, Vec<&'t Action>>;

pub(super) fn align(good: &Trail, bad: &Trail) -> Alignment {
    let (in_good, in_bad) = (index(good), index(bad));
    let mut alignment = Alignment::default();
    let (mut candidates, mut minor) = (Vec::new(), Vec::new());
    let mut phases: BTreeMap<(bool, Option<Phase>), u64> = BTreeMap::new();
    for action in &bad.actions {
        let twins = in_good.get(&action.identity());
        let same = |twin: &&&Action| twin.result == action.result;
        if twins.is_some_and(|twins| twins.iter().any(|twin| same(&twin))) {
            alignment.common += 1;
            *phases.entry((action.phase.is_none(), action.phase)).or_default() += 1;
        }
    }
    for (identity, of_bad) in &in_bad {
        let Some(of_good) = in_good.get(identity) else { continue };
        let Some((a, b)) = other_result(of_good, of_bad) else { continue };
        let list = if result_matters(of_good, of_bad) { &mut candidates } else { &mut minor };
        list.push(Candidate {
            place: (b.event, 0),
            kind: DivergenceKind::OtherResult,
            good: Some(a),
            bad: Some(b),
        });
    }
    // Rows that a filter took away prove nothing: only whole trails miss something.
    if good.is_whole && bad.is_whole {
        only_in_good(good, bad, (&in_good, &in_bad), &mut candidates, &mut minor);
        only_in_bad(good, bad, &in_good, &mut candidates, &mut minor);
    }
    for list in [&mut candidates, &mut minor] {
        list.sort_by_key(|candidate| {
            let of_good = candidate.good.map_or(u64::MAX, |action| action.event);
            (candidate.place, of_good)
        });
    }
    let phases = phases.into_iter().map(|((_, phase), actions)| PhaseCount { phase, actions });
    alignment.common_by_phase = phases.collect();
    let behind = candidates.iter().skip(1).map(|it| (it, DifferenceWeight::Further));
    let behind = behind.chain(minor.iter().map(|it| (it, DifferenceWeight::Minor)));
    let shown = |(candidate, weight): (&Candidate<'_>, _)| candidate.shown(weight);
    alignment.differences = behind.take(DIFFERENCES).map(shown).collect();
    alignment.minor = minor.len() as u64;
    alignment.further = (candidates.len() as u64).saturating_sub(1);
    alignment.first = candidates.first().map(|first| {
        let of_bad = Around { event: first.place.0, tid: None };
        let of_good = Around { event: twin_before(good, &in_bad, first.place.0), tid: None };
        Divergence {
            kind: first.kind,
            phase: first.good.or(first.bad).and_then(|action| action.phase),
            good: side(good, &in_bad, first.good, of_good),
            bad: side(bad, &in_good, first.bad, of_bad),
        }
    });
    alignment
}

fn index(trail: &Trail) -> Index<'_> {
    let mut index = Index::new();
    for action in &trail.actions {
        index.entry(action.identity()).or_default().push(action);
    }
    index
}

/// Where the results of one action part.
fn other_result<'t>(good: &[&'t Action], bad: &[&'t Action]) -> Option<(&'t Action, &'t Action)> {
    let lacks =
        |list: &[&Action], action: &Action| !list.iter().any(|other| other.result == action.result);
    let news = bad.iter().find(|action| lacks(good, action));
    let lost = good.iter().find(|action| lacks(bad, action));
    let (first_good, first_bad) = (*good.first()?, *bad.first()?);
    match (lost, news) {
        (lost, Some(news)) => Some((lost.copied().unwrap_or(first_good), news)),
        (Some(lost), None) => Some((lost, first_bad)),
        (None, None) => {
            let is_key = first_good.phase == Some(Phase::KeyFiles);
            (is_key && first_good.result != first_bad.result).then_some((first_good, first_bad))
        }
    }
}

fn is_decisive(action: &Action) -> bool {
    !action.plain.is_blurred
        && matches!(
            action.phase,
            Some(Phase::Configuration | Phase::CryptoLoad | Phase::KeyFiles | Phase::Exit)
        )
}

/// Where keys are at stake every other result matters; elsewhere what always
/// failed in the bad capture and was served in the good one.
fn result_matters(good: &[&Action], bad: &[&Action]) -> bool {
    let Some(action) = good.first() else { return false };
    is_decisive(action)
        || (!action.plain.is_blurred
            && good.iter().any(|action| action.succeeded)
            && !bad.iter().any(|action| action.succeeded))
}

fn only_in_good<'t>(
    good: &'t Trail,
    bad: &'t Trail,
    (in_good, in_bad): (&Index<'t>, &Index<'t>),
    candidates: &mut Vec<Candidate<'t>>,
    minor: &mut Vec<Candidate<'t>>,
) {
    // The last common action of each thread, as a place in the bad trail.
    let mut anchors: HashMap<Option<u32>, u64> = HashMap::new();
    let mut any = bad.first;
    let last_common = bad
        .actions
        .iter()
        .rev()
        .find(|action| in_good.contains_key(&action.identity()))
        .map_or(bad.first, |action| action.event);
    for action in &good.actions {
        if let Some(twins) = in_bad.get(&action.identity()) {
            let is_first =
                in_good.get(&action.identity()).is_some_and(|all| all[0].event == action.event);
            if let Some(twin) = twins.first().filter(|_| is_first) {
                let anchor = anchors.entry(action.tid).or_insert(twin.event);
                *anchor = twin.event.max(*anchor);
                any = any.max(twin.event);
            }
            continue;
        }
        let threads = good.has_threads && action.tid.is_some();
        let anchor = anchors.get(&action.tid).copied().filter(|_| threads).unwrap_or(any);
        let candidate = Candidate {
            place: (anchor, 1),
            kind: DivergenceKind::OnlyGood,
            good: Some(action),
            bad: None,
        };
        if !is_decisive(action) {
            minor.push(candidate);
            continue;
        }
        // A capture that ended before could not show it.
        let had_the_time = match (bad.watched, action.elapsed) {
            (Some(watched), Some(elapsed)) => watched > elapsed * PATIENCE,
            _ => false,
        };
        if bad.exits || anchor < last_common || had_the_time {
            candidates.push(candidate);
        }
    }
}

fn only_in_bad<'t>(
    good: &'t Trail,
    bad: &'t Trail,
    in_good: &Index<'t>,
    candidates: &mut Vec<Candidate<'t>>,
    minor: &mut Vec<Candidate<'t>>,
) {
    let last_common = bad
        .actions
        .iter()
        .rev()
        .find(|action| in_good.contains_key(&action.identity()))
        .map_or(0, |action| action.event);
    for action in &bad.actions {
        if in_good.contains_key(&action.identity()) {
            continue;
        }
        let candidate = Candidate {
            place: (action.event, 0),
            kind: DivergenceKind::OnlyBad,
            good: None,
            bad: Some(action),
        };
        if !is_decisive(action) {
            minor.push(candidate);
            continue;
        }
        let lived_longer = match (good.watched, action.elapsed) {
            (Some(watched), Some(elapsed)) => watched > elapsed,
            _ => false,
        };
        if good.exits || action.event < last_common || lived_longer {
            candidates.push(candidate);
        }
    }
}

/// The event of the good trail after which something belongs that only the bad one
/// does at `event`.
fn twin_before(good: &Trail, in_bad: &Index<'_>, event: u64) -> u64 {
    let precedes = |action: &&Action| {
        let twins = in_bad.get(&action.identity());
        twins.is_some_and(|twins| twins[0].event < event)
    };
    good.actions.iter().rev().find(precedes).map_or(good.first, |action| action.event)
}

/// A place in a trail, and the thread that is looked at there.
#[derive(Clone, Copy)]
struct Around {
    event: u64,
    tid: Option<u32>,
}

/// One side of a divergence: the action, if this side does it, and what its thread
/// did around it; else what the process did around the place where it is missing.
fn side(trail: &Trail, others: &Index<'_>, own: Option<&Action>, missing: Around) -> Side {
    let around = own.map_or(missing, |own| Around { event: own.event, tid: own.tid });
    let shown = |action: &Action| {
        let twins = others.get(&action.identity());
        let same = |twins: &Vec<&Action>| twins.iter().any(|twin| twin.result == action.result);
        action.shown(twins.is_some_and(same))
    };
    let of_thread = |action: &&Action| around.tid.is_none() || action.tid == around.tid;
    // The place where something is missing lies behind its own event.
    let is_before = |action: &&Action| {
        action.event < around.event || own.is_none() && action.event == around.event
    };
    let threads = trail.actions.iter().filter(of_thread);
    let mut before: Vec<_> =
        threads.clone().rev().filter(is_before).take(CONTEXT).map(shown).collect();
    before.reverse();
    let after = threads.filter(|action| action.event > around.event).take(CONTEXT).map(shown);
    Side { action: own.map(shown), before, after: after.collect() }
}
