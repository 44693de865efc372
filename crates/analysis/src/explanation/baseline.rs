//! What differs from a capture of a good start.

use super::{DifferenceBasis, DifferencePoint, HealthyDifference, PointKind, Statement, healthy};
use crate::compare::{
    ActionDifference, Comparison, DifferenceWeight, Divergence, DivergenceKind, Outcome, StartUp,
    TrailAction,
};
use crate::container::short_stem;
use crate::phase::Phase;
use crate::report::{CaptureRole, CaptureSummary, Evidence, Report};
use crate::sentences::capitalised;
use crate::words::count;

/// How many differences behind the first one are told of each start-up.
const MOST_FURTHER: usize = 6;

/// Where the events of both sides stand in the report.
struct Places {
    /// `None` where the report does not have the good capture.
    good: Option<usize>,
    bad: usize,
}

/// What differs from the good capture of a comparison; from what is known of healthy starts
/// where the two cannot be compared.
pub(super) fn difference(report: &Report, comparison: &Comparison) -> HealthyDifference {
    let place = |side: &Option<CaptureSummary>, role: CaptureRole| {
        let path = side.as_ref().map(|it| it.path.as_str());
        let is_it = |it: &CaptureSummary| it.role == role && Some(it.path.as_str()) == path;
        report.captures.iter().position(is_it)
    };
    let places = Places {
        good: place(&comparison.good, CaptureRole::Baseline),
        bad: place(&comparison.bad, CaptureRole::Case).unwrap_or(0),
    };
    let good = comparison.good.as_ref().map(|it| it.path.as_str()).unwrap_or_default();
    if comparison.outcome == Outcome::NotComparable {
        let mut known = healthy::difference(report);
        let why = comparison.remarks.iter().map(|remark| with_point(&capitalised(remark)));
        let mut texts = vec![format!(
            "{good} was given as a capture of a good start, and cannot be compared with this one."
        )];
        texts.extend(why);
        texts.push(
            "So this is compared with what is known of healthy starts: the phases of inetinfo.exe, \
             and how a key is opened where all is well."
                .to_string(),
        );
        known.basis_text = texts;
        return known;
    }
    let mut basis_text = vec![format!("Compared with {good}, a capture of a good start.")];
    basis_text.extend(comparison.remarks.iter().map(|remark| with_point(&capitalised(remark))));
    let mut points: Vec<DifferencePoint> =
        comparison.start_ups.iter().flat_map(|start_up| of_start_up(start_up, &places)).collect();
    points.extend(of_values(comparison, &places));
    points.sort_by_key(|point| point.kind);
    HealthyDifference {
        basis: DifferenceBasis::Baseline,
        basis_text,
        points,
        conclusion: healthy::conclusion(report),
        shown_by: healthy::shown_by(report),
    }
}

fn with_point(text: &str) -> String {
    if text.ends_with('.') { text.to_string() } else { format!("{text}.") }
}

/// A point with the events of both sides.
fn point(
    kind: PointKind,
    text: String,
    good: Option<u64>,
    bad: Option<u64>,
    places: &Places,
) -> DifferencePoint {
    let mut evidence = Vec::new();
    evidence.extend(places.good.zip(good).map(|(place, event)| Evidence::new(place, [event])));
    evidence.extend(bad.map(|event| Evidence::new(places.bad, [event])));
    evidence.sort_by_key(|part| part.capture);
    DifferencePoint { kind, statement: Statement { evidence, ..Statement::new(text) } }
}

fn of_start_up(start_up: &StartUp, places: &Places) -> Vec<DifferencePoint> {
    let who = start_up.process.as_deref().unwrap_or("a process that is not named");
    let mut points = Vec::new();
    match &start_up.divergence {
        Some(divergence) => points.push(of_divergence(who, divergence, places)),
        None => points.push(point(
            PointKind::Alike,
            format!("No action of {who} differs in a way that matters."),
            None,
            None,
            places,
        )),
    }
    let further = |it: &&ActionDifference| it.weight == DifferenceWeight::Further;
    let all = start_up.differences.iter().filter(further);
    for difference in all.clone().take(MOST_FURTHER) {
        points.push(of_further(who, difference, places));
    }
    let left_out = start_up.further.saturating_sub(all.take(MOST_FURTHER).count() as u64);
    if left_out > 0 {
        points.push(point(
            PointKind::Differs,
            format!(
                "{} of {who} after that: `procmonkey compare` has them.",
                count(left_out, "more difference")
            ),
            None,
            None,
            places,
        ));
    }
    if let Some(phases) = &start_up.phases {
        let names = |phases: &[Phase]| -> String {
            phases.iter().map(|phase| phase.name()).collect::<Vec<_>>().join(", ")
        };
        for (list, side) in [(&phases.good, "the good start"), (&phases.bad, "this start")] {
            if !list.is_empty() {
                let text = format!("Only {side} of {who} comes to: {}.", names(list));
                points.push(point(PointKind::Differs, text, None, None, places));
            }
        }
    }
    if start_up.common > 0 {
        let text = match start_up.common {
            1 => format!("One action of {who} is the same in both."),
            common => format!("{} of {who} are the same in both.", count(common, "action")),
        };
        points.push(point(PointKind::Alike, text, None, None, places));
    }
    points
}

/// The first difference.
fn of_divergence(who: &str, divergence: &Divergence, places: &Places) -> DifferencePoint {
    let (good, bad) = (&divergence.good.action, &divergence.bad.action);
    let (of_good, of_bad) = (good.as_ref().map(result), bad.as_ref().map(result));
    let what = good.as_ref().or(bad.as_ref()).map(action).unwrap_or_default();
    let text = match divergence.kind {
        DivergenceKind::OtherResult => format!(
            "The first difference of {who} is {what}. The good start gets {}; this one gets {}.",
            of_good.unwrap_or_default(),
            of_bad.unwrap_or_default()
        ),
        DivergenceKind::OnlyGood => {
            format!("The first difference of {who}: only the good start does {what}.")
        }
        DivergenceKind::OnlyBad => {
            format!("The first difference of {who}: only this start does {what}.")
        }
    };
    let event = |side: &Option<TrailAction>| side.as_ref().map(|action| action.event);
    point(PointKind::Differs, text, event(good), event(bad), places)
}

fn of_further(who: &str, difference: &ActionDifference, places: &Places) -> DifferencePoint {
    let (good, bad) = (&difference.good, &difference.bad);
    let text = match (good, bad) {
        (Some(one), Some(other)) => format!(
            "{who}, {}: {} in the good start, {} in this one.",
            action(one),
            result(one),
            result(other)
        ),
        (Some(one), None) => format!("Only the good start of {who} has {}.", action(one)),
        (None, Some(other)) => format!("Only this start of {who} has {}.", action(other)),
        (None, None) => String::new(),
    };
    let event = |side: &Option<TrailAction>| side.as_ref().map(|action| action.event);
    point(PointKind::Differs, text, event(good), event(bad), places)
}

/// What an action is on.
fn action(action: &TrailAction) -> String {
    match &action.stem {
        Some(stem) => {
            let name = action.container.clone().unwrap_or_else(|| short_stem(stem));
            format!("{} of the key file of {name}", action.operation)
        }
        None if action.path.is_empty() => action.operation.clone(),
        None => format!("{} of {}", action.operation, action.path),
    }
}

/// The result of an action, and under which GUID where it is on a key file.
fn result(action: &TrailAction) -> String {
    match (&action.stem, &action.guid) {
        (Some(_), Some(guid)) => format!("{} under {guid}", action.result),
        _ => action.result.clone(),
    }
}

/// The values of MachineGuid that only one side read.
fn of_values(comparison: &Comparison, places: &Places) -> Option<DifferencePoint> {
    let guids = comparison.machine_guids.as_ref()?;
    let names = |reads: &[crate::compare::ComparedRead]| -> String {
        reads.iter().map(|read| read.guid.to_string()).collect::<Vec<_>>().join(", ")
    };
    let text = match (guids.good.is_empty(), guids.bad.is_empty()) {
        (false, false) => format!(
            "MachineGuid is {} in the good start, and {} in this one.",
            names(&guids.good),
            names(&guids.bad)
        ),
        (false, true) => {
            format!("Only the good start reads MachineGuid as {}.", names(&guids.good))
        }
        (true, _) => format!("Only this start reads MachineGuid as {}.", names(&guids.bad)),
    };
    let event = |reads: &[crate::compare::ComparedRead]| reads.first().map(|read| read.event);
    Some(point(PointKind::Differs, text, event(&guids.good), event(&guids.bad), places))
}
