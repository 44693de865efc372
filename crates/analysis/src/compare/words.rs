//! A comparison in a few words: the same on every page.

use super::comparison::{Comparison, Divergence, DivergenceKind, Outcome, Side, StartUp};
use crate::container::short_stem;
use crate::phase::Phase;
use crate::report::{GuidSign, Report, with_letters};

/// The letters of both captures: those of the good one first.
pub(super) fn signs(good: &Report, bad: &Report) -> Vec<GuidSign> {
    GuidSign::of_all(good.guid_signs.iter().chain(&bad.guid_signs).map(|sign| &sign.guid))
}

/// Where the two part.
pub(super) fn headline(comparison: &Comparison) -> String {
    match comparison.outcome {
        Outcome::NotComparable => return "The captures cannot be compared".into(),
        Outcome::Same => return "Nothing differs that matters".into(),
        Outcome::Different => {}
    }
    match first(comparison).and_then(|start_up| start_up.divergence.as_ref()) {
        Some(divergence) => place(divergence).into(),
        None if comparison.machine_guids.is_some() => {
            "They read different values of MachineGuid".into()
        }
        None if comparison.containers.iter().any(|it| it.matters) => {
            "They use different keys, or use them in different ways".into()
        }
        None => "The bad one stops before a phase that the good one reaches".into(),
    }
}

/// The start-up in which the two part: one in which keys are at stake, if there is one.
fn first(comparison: &Comparison) -> Option<&StartUp> {
    let parts = comparison.start_ups.iter().filter(|it| it.divergence.is_some());
    parts.min_by_key(|it| it.divergence.as_ref().and_then(|it| it.phase) != Some(Phase::KeyFiles))
}

fn place(divergence: &Divergence) -> &'static str {
    match (divergence.phase, divergence.kind) {
        (Some(Phase::KeyFiles), _) => "They part at a key file",
        (Some(Phase::CryptoLoad), _) => "They part where the crypto provider is loaded",
        (Some(Phase::Configuration), _) => "They part where the configuration is read",
        (Some(Phase::Exit), DivergenceKind::OnlyBad) => "The bad one ends, the good one goes on",
        (Some(Phase::Exit), DivergenceKind::OnlyGood) => "The good one ends, the bad one goes on",
        (Some(Phase::Exit), DivergenceKind::OtherResult) => "They end in different ways",
        _ => "They part at an action that is not on a key file",
    }
}

/// What is alike, what differs first, and what is wrong with the bad one by itself.
pub(super) fn lead(comparison: &Comparison) -> String {
    let mut said = Vec::new();
    match comparison.outcome {
        Outcome::NotComparable => said.extend(comparison.remarks.iter().map(|it| sentence_of(it))),
        Outcome::Same => {
            let common: u64 = comparison.start_ups.iter().map(|it| it.common).sum();
            said.push(format!("{} the same in both.", actions(common)));
        }
        Outcome::Different => {
            if let Some(start_up) = first(comparison) {
                if let Some(divergence) = &start_up.divergence {
                    said.push(difference(start_up, divergence));
                }
                said.push(format!("{} the same in both.", actions(start_up.common)));
            }
        }
    }
    if let Some(found) = &comparison.bad_finding {
        let also = match found.also_in_good {
            true => ", and so does the good one",
            false => "",
        };
        said.push(format!(
            "By itself, the bad one shows {}: {} ({}, confidence {}){also}.",
            found.signature, found.title, found.severity, found.confidence
        ));
    }
    with_letters(&said.join(" "), &comparison.guid_signs)
}

fn actions(count: u64) -> String {
    match count {
        0 => "No action is".into(),
        1 => "One action is".into(),
        count => format!("{count} actions are"),
    }
}

/// The first difference in a sentence.
fn difference(start_up: &StartUp, divergence: &Divergence) -> String {
    let who = match &start_up.process {
        Some(process) => format!("First difference of {process}"),
        None => "First difference".to_string(),
    };
    let (good, bad) = (&divergence.good, &divergence.bad);
    match divergence.kind {
        DivergenceKind::OtherResult => {
            format!(
                "{who}: {} in the good capture, {} in the bad one.",
                done(good),
                outcome(good, bad)
            )
        }
        DivergenceKind::OnlyGood => format!("{who}: only the good capture has {}.", done(good)),
        DivergenceKind::OnlyBad => format!("{who}: only the bad capture has {}.", done(bad)),
    }
}

/// An action with its result: `CreateFile of the key file of X under A: SUCCESS (event 5)`.
fn done(side: &Side) -> String {
    let Some(action) = &side.action else { return String::new() };
    let mut what = match (&action.stem, &action.guid) {
        (Some(stem), guid) => {
            let name = action.container.clone().unwrap_or_else(|| short_stem(stem));
            let under = guid.as_ref().map(|guid| format!(" under {guid}")).unwrap_or_default();
            format!("{} of the key file of {name}{under}", action.operation)
        }
        (None, _) if action.path.is_empty() => action.operation.clone(),
        (None, _) => format!("{} of {}", action.operation, action.path),
    };
    what.push_str(&format!(": {} (event {})", action.result, action.event));
    what
}

/// The result of the other side, and the GUID where it is another one.
fn outcome(good: &Side, bad: &Side) -> String {
    let (Some(of_good), Some(action)) = (&good.action, &bad.action) else { return String::new() };
    let under = match (&of_good.guid, &action.guid) {
        (Some(one), Some(other)) if one != other && action.stem.is_some() => {
            format!(" under {other}")
        }
        _ => String::new(),
    };
    format!("{}{under} (event {})", action.result, action.event)
}

/// A remark as a sentence.
fn sentence_of(remark: &str) -> String {
    let text = crate::sentences::capitalised(remark);
    if text.ends_with('.') { text } else { format!("{text}.") }
}
