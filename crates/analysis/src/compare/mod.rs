//! A good capture and a bad one, side by side: which containers, GUIDs, phases and
//! processes differ, and the first divergence of the start-up.
//!
//! Feed a [`Recorder`] beside a [`Case`](crate::Case) for each capture, then call
//! [`compare`].

mod align;
mod comparison;
mod computers;
mod differences;
mod path;
mod result;
#[cfg(test)]
mod tests;
mod trail;
pub mod words;

pub use comparison::{
    ActionDifference, ComparedFinding, ComparedRead, Comparison, ContainerDifference,
    ContainerState, Difference, DifferenceWeight, Divergence, DivergenceKind, GuidDifference,
    InstanceSummary, Outcome, PhaseCount, PhaseDifference, SCHEMA_VERSION, Side, StartUp,
    TrailAction,
};
pub use trail::{Recorder, Trails};

use std::collections::HashMap;

use crate::report::{Report, TimelineEntry};
use computers::{Computers, is_out_of_order};
use trail::Trail;

/// Compares two captures, each as its report and its trails.
///
/// ```
/// use procmonkey_analysis::compare::{Outcome, Recorder, compare};
/// use procmonkey_analysis::parser::{Input, ReadOptions};
/// use procmonkey_analysis::{Case, CaseOptions, ProcessSelection};
///
/// let read = |result: &str| -> Result<_, procmonkey_analysis::parser::Error> {
///     let text = format!(
///         "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\n\
///          \"1:00:00 PM\",\"inetinfo.exe\",\"7\",\"CreateFile\",\"C:\\a.dll\",\"{result}\",\"\"\n"
///     );
///     let mut input = Input::from_reader("a.csv", text.as_bytes(), &ReadOptions::new())?;
///     let mut case = Case::new(CaseOptions::new());
///     let mut recorder = Recorder::new(ProcessSelection::default());
///     let mut capture = input.next_capture().expect("one capture")?;
///     case.read_with(&mut capture, |event| recorder.observe(event))?;
///     Ok((case.finish(), recorder.finish(capture.clock())))
/// };
/// let (good, good_trails) = read("SUCCESS")?;
/// let (bad, bad_trails) = read("NAME NOT FOUND")?;
/// let comparison = compare((&good, &good_trails), (&bad, &bad_trails));
/// assert_eq!(comparison.outcome, Outcome::Different);
/// let divergence = comparison.start_ups[0].divergence.as_ref().expect("one");
/// assert_eq!(divergence.bad.action.as_ref().expect("both do it").result, "NAME NOT FOUND");
/// # Ok::<(), procmonkey_analysis::parser::Error>(())
/// ```
pub fn compare(good: (&Report, &Trails), bad: (&Report, &Trails)) -> Comparison {
    let computers = Computers::of(good.0, bad.0);
    let mut remarks = Vec::new();
    let mut start_ups = Vec::new();
    // A phase that the bad one had the time to reach, and did not.
    let mut stopped_short = false;
    let mut without_start: Vec<String> = Vec::new();
    for (label, trails) in [("good", good.1), ("bad", bad.1)] {
        if trails.left_out > 0 {
            remarks.push(format!(
                "the {label} capture has more different actions than can be kept; {} events took no part",
                trails.left_out
            ));
        }
    }
    for (name, of_good, of_bad) in pairs(good.1, bad.1, &mut remarks) {
        let (a, b) = (choose(&of_good), choose(&of_bad));
        let (Some(a), Some(b)) = (a, b) else { continue };
        if !a.starts || !b.starts {
            without_start
                .push(name.clone().unwrap_or_else(|| "a process that is not named".into()));
        }
        let alignment = align::align(a, b);
        let phases = differences::phases((good.0, a), (bad.0, b)).filter(|_| a.starts && b.starts);
        stopped_short |= phases.as_ref().is_some_and(|phases| !phases.good.is_empty())
            && (b.exits || b.watched.is_some() && b.watched >= a.watched);
        let behind = alignment.further + alignment.minor;
        start_ups.push(StartUp {
            process: name,
            good: instance(good.0, a, of_good.len()),
            bad: instance(bad.0, b, of_bad.len()),
            phases,
            divergence: alignment.first,
            further: alignment.further,
            minor: alignment.minor,
            differences_left_out: behind - alignment.differences.len() as u64,
            differences: alignment.differences,
            common: alignment.common,
            common_by_phase: alignment.common_by_phase,
        });
    }
    if let [first, ..] = &without_start[..] {
        remarks.push(format!(
            "not both captures show how {first}{} starts; what only one of them does is not evidence then, and \
             was not compared",
            and_more(without_start.len())
        ));
    }
    let about_both = computers.remark().into_iter().chain(is_out_of_order(good.1, bad.1));
    let compared = !start_ups.is_empty();
    let machine_guids =
        differences::machine_guids(good.0, bad.0).filter(|_| compared && computers.may_be_one());
    let containers = match compared {
        true => differences::containers(good.0, bad.0, &computers),
        false => Vec::new(),
    };
    let differs = stopped_short
        || machine_guids.is_some()
        || containers.iter().any(|container| container.matters)
        || start_ups.iter().any(|start_up| start_up.divergence.is_some());
    if !compared && remarks.is_empty() {
        remarks.push("neither capture has an event of a process that is followed".into());
    }
    // With nothing in common and nothing that differs, these are not two starts of one program.
    let strangers = compared && !differs && start_ups.iter().all(|start_up| start_up.common == 0);
    if strangers {
        remarks.push("the two captures have no action in common".into());
    }
    let mut comparison = Comparison {
        schema_version: SCHEMA_VERSION,
        tool: format!("procmonkey {}", env!("CARGO_PKG_VERSION")),
        good: good.0.captures.first().cloned(),
        bad: bad.0.captures.first().cloned(),
        headline: String::new(),
        lead: String::new(),
        bad_finding: differences::finding(good.0, bad.0),
        guid_signs: words::signs(good.0, bad.0),
        outcome: match (compared && !strangers, differs) {
            (false, _) => Outcome::NotComparable,
            (true, true) => Outcome::Different,
            (true, false) => Outcome::Same,
        },
        remarks: about_both.chain(remarks).collect(),
        start_ups,
        machine_guids,
        containers,
        processes: differences::processes(good.0, bad.0),
    };
    name_containers(&mut comparison, good.0, bad.0);
    comparison.headline = words::headline(&comparison);
    comparison.lead = words::lead(&comparison);
    comparison
}

/// Puts the names of containers to the actions on their files.
fn name_containers(comparison: &mut Comparison, good: &Report, bad: &Report) {
    let containers = good.containers.iter().chain(&bad.containers);
    let names: HashMap<&str, &str> = containers
        .filter_map(|container| Some((&*container.stem, container.name.as_deref()?)))
        .collect();
    let name = |action: &mut TrailAction| {
        let stem = action.stem.as_deref();
        action.container = stem.and_then(|stem| names.get(stem)).map(ToString::to_string);
    };
    for start_up in &mut comparison.start_ups {
        for side in start_up.divergence.iter_mut().flat_map(|it| [&mut it.good, &mut it.bad]) {
            let around = side.before.iter_mut().chain(&mut side.after);
            around.chain(&mut side.action).for_each(name);
        }
        let sides = start_up.differences.iter_mut().flat_map(|it| [&mut it.good, &mut it.bad]);
        sides.flatten().for_each(name);
    }
}

/// The text that follows the first of several names.
fn and_more(names: usize) -> String {
    match names {
        0 | 1 => String::new(),
        _ => format!(" and {} more", names - 1),
    }
}

type Pair<'t> = (Option<String>, Vec<&'t Trail>, Vec<&'t Trail>);

/// The instances of both captures by the name of their process.
fn pairs<'t>(good: &'t Trails, bad: &'t Trails, remarks: &mut Vec<String>) -> Vec<Pair<'t>> {
    let (mut of_good, mut of_bad) = (by_name(good), by_name(bad));
    // Pasted events do not name their process: it is the one that was asked for.
    if let ([(one, _)], [(other, _)]) = (&mut of_good[..], &mut of_bad[..])
        && (one.is_none() || other.is_none())
    {
        let name = one.clone().or(other.clone());
        *one = name.clone();
        *other = name;
    }
    for (label, own, others) in [("good", &of_good, &of_bad), ("bad", &of_bad, &of_good)] {
        let alone: Vec<&str> = own
            .iter()
            .filter(|(name, _)| !others.iter().any(|(other, _)| other == name))
            .map(|(name, _)| name.as_deref().unwrap_or("a process that is not named"))
            .collect();
        if let [first, ..] = alone[..] {
            remarks.push(format!(
                "only the {label} capture has events of {first}{}: nothing to compare with",
                and_more(alone.len())
            ));
        }
    }
    let mut pairs = Vec::new();
    for (name, of_good) in of_good {
        if let Some(place) = of_bad.iter().position(|(other, _)| *other == name) {
            pairs.push((name, of_good, of_bad.swap_remove(place).1));
        }
    }
    pairs
}

/// Names in lower case, in the order of their first event.
fn by_name(trails: &Trails) -> Vec<(Option<String>, Vec<&Trail>)> {
    let mut groups: Vec<(Option<String>, Vec<&Trail>)> = Vec::new();
    for trail in &trails.list {
        let name = trail.name.as_deref().filter(|name| !name.is_empty()).map(str::to_lowercase);
        match groups.iter_mut().find(|(other, _)| *other == name) {
            Some((_, list)) => list.push(trail),
            None => groups.push((name, vec![trail])),
        }
    }
    groups
}

/// The instance to compare: one whose start is there, that uses key files if one
/// does, the last of them.
fn choose<'t>(trails: &[&'t Trail]) -> Option<&'t Trail> {
    trails.iter().copied().max_by_key(|trail| (trail.starts, trail.uses_keys, trail.first))
}

fn instance(report: &Report, trail: &Trail, of_instances: usize) -> InstanceSummary {
    let index = differences::process_of(report, trail);
    let process = index.and_then(|index| report.processes.get(index));
    let own =
        report.timeline.iter().filter(|entry| index.is_some() && entry.process_index == index);
    let alone = |entry: &TimelineEntry| TimelineEntry {
        process_index: None,
        link: None,
        findings: Vec::new(),
        ..entry.clone()
    };
    InstanceSummary {
        pid: trail.pid,
        first_event: trail.first,
        last_event: trail.last,
        events: trail.events,
        starts: trail.starts,
        exits: trail.exits,
        of_instances: of_instances as u64,
        first_time: process.and_then(|process| process.first_time.clone()),
        last_time: process.and_then(|process| process.last_time.clone()),
        exit_status: process.and_then(|process| process.exit_status),
        phases: process.map(|process| process.phases.clone()).unwrap_or_default(),
        timeline: own.map(alone).collect(),
    }
}
