//! What the reports of two captures differ in.

use super::comparison::{
    ComparedFinding, ComparedRead, ContainerDifference, ContainerState, Difference, GuidDifference,
    PhaseDifference,
};
use super::computers::Computers;
use super::result::{is_plain_success, plain_result};
use super::trail::Trail;
use crate::phase::Phase;
use crate::report::{Finding, JudgedAs, ProcessSummary, Report, Severity};
use crate::step::Step;

pub(super) fn machine_guids(good: &Report, bad: &Report) -> Option<GuidDifference> {
    let values = |report: &Report| {
        let mut values: Vec<ComparedRead> = Vec::new();
        for read in &report.machine_guid_reads {
            let Some(event) = read.events.first() else { continue };
            let is_known = values.iter().any(|known| known.guid == read.value);
            if is_asked(report, read.process_index) && !is_known {
                values.push(ComparedRead {
                    guid: read.value.clone(),
                    event: *event,
                    time: read.time.clone(),
                    process: read.process.clone(),
                    pid: read.pid,
                });
            }
        }
        values
    };
    let (good, bad) = (values(good), values(bad));
    // Without a read on either side nothing is known of the other's value.
    if good.is_empty() || bad.is_empty() {
        return None;
    }
    let only = |own: &[ComparedRead], other: &[ComparedRead]| -> Vec<ComparedRead> {
        let lacks = |read: &&ComparedRead| !other.iter().any(|it| it.guid == read.guid);
        own.iter().filter(lacks).cloned().collect()
    };
    let found = GuidDifference { good: only(&good, &bad), bad: only(&bad, &good) };
    (!found.good.is_empty() || !found.bad.is_empty()).then_some(found)
}

/// What is wrong with the bad capture, seen by itself.
pub(super) fn finding(good: &Report, bad: &Report) -> Option<ComparedFinding> {
    let worst = bad.findings.first().filter(|it| it.severity > Severity::Info)?;
    let same = |it: &Finding| (&it.signature, it.severity) == (&worst.signature, worst.severity);
    Some(ComparedFinding {
        signature: worst.signature.clone(),
        title: worst.title.clone(),
        severity: worst.severity,
        confidence: worst.confidence,
        also_in_good: good.findings.iter().any(same),
    })
}

/// The instance of a report that a trail was recorded of.
pub(super) fn process_of(report: &Report, trail: &Trail) -> Option<usize> {
    let same = |own: &ProcessSummary| own.first_event == trail.first && own.pid == trail.pid;
    report.processes.iter().position(same)
}

pub(super) fn processes(good: &Report, bad: &Report) -> Option<Difference> {
    let names = |report: &Report| {
        let all = report.captures.iter().flat_map(|capture| &capture.processes);
        let mut names =
            unique(all.map(|count| count.name.to_lowercase()).filter(|name| !name.is_empty()));
        names.sort();
        names
    };
    let (good, bad) = (names(good), names(bad));
    // Pasted events name none: that does not mean that there were none.
    if good.is_empty() || bad.is_empty() {
        return None;
    }
    difference(&good, &bad)
}

pub(super) fn phases(good: (&Report, &Trail), bad: (&Report, &Trail)) -> Option<PhaseDifference> {
    let reached = |(report, trail): (&Report, &Trail)| -> Vec<Phase> {
        let own = process_of(report, trail).and_then(|index| report.processes.get(index));
        own.map(|own| own.phases.iter().map(|span| span.phase).collect()).unwrap_or_default()
    };
    let (good, bad) = (reached(good), reached(bad));
    let only = |own: &[Phase], other: &[Phase]| -> Vec<Phase> {
        own.iter().copied().filter(|phase| !other.contains(phase)).collect()
    };
    let found = PhaseDifference { good: only(&good, &bad), bad: only(&bad, &good) };
    (!found.good.is_empty() || !found.bad.is_empty()).then_some(found)
}

pub(super) fn containers(
    good: &Report,
    bad: &Report,
    computers: &Computers,
) -> Vec<ContainerDifference> {
    let all = good.containers.iter().chain(&bad.containers);
    let mut found: Vec<ContainerDifference> = Vec::new();
    for container in all {
        if found.iter().any(|known| known.stem == container.stem) {
            continue;
        }
        let (of_good, of_bad) = (state(good, &container.stem), state(bad, &container.stem));
        found.push(ContainerDifference {
            stem: container.stem.clone(),
            name: container.name.clone(),
            matters: use_differs(good, bad, &container.stem, computers),
            good: of_good,
            bad: of_bad,
        });
    }
    found.retain(|container| {
        let guids = |state: &ContainerState| {
            let mut guids: Vec<String> =
                state.guids.iter().map(|guid| guid.to_ascii_lowercase()).collect();
            guids.sort();
            guids
        };
        let steps = |state: &ContainerState| {
            let mut steps = state.steps.clone();
            steps.sort();
            steps
        };
        steps(&container.good) != steps(&container.bad)
            || (computers.may_be_one() && guids(&container.good) != guids(&container.bad))
    });
    found
}

/// Whether both captures show how the container was used, and it was another file,
/// or one was made, changed or refused that the other only used. A step that is
/// missing is no evidence: a filter may have taken it away.
fn use_differs(good: &Report, bad: &Report, stem: &str, computers: &Computers) -> bool {
    let used = |report: &Report| {
        let steps = report
            .timeline
            .iter()
            .filter(|it| is_asked(report, it.process_index) && it.stem.as_deref() == Some(stem));
        let (mut guids, mut telling) = (Vec::new(), Vec::new());
        for entry in steps {
            guids.extend(entry.guid.as_ref().map(|guid| guid.as_str().to_ascii_lowercase()));
            let is_use = matches!(entry.step, Step::Opened | Step::Read | Step::Queried);
            if !is_use || !is_plain_success(&entry.result) {
                telling.push((entry.step.name(), plain_result(&entry.result).to_string()));
            }
        }
        guids.sort();
        guids.dedup();
        telling.sort();
        telling.dedup();
        (guids, telling)
    };
    let ((guids, telling), (other_guids, other_telling)) = (used(good), used(bad));
    !guids.is_empty()
        && !other_guids.is_empty()
        && ((computers.may_be_one() && guids != other_guids) || telling != other_telling)
}

/// Whether a process is one that is compared.
fn is_asked(report: &Report, process_index: Option<usize>) -> bool {
    let process = process_index.and_then(|index| report.processes.get(index));
    process.is_some_and(|process| process.judged_as == JudgedAs::Asked)
}

fn state(report: &Report, stem: &str) -> ContainerState {
    let own = report.containers.iter().find(|container| container.stem == stem);
    let guids = own.map(|own| own.guids.iter().map(|guid| guid.guid.to_string()).collect());
    let steps = report
        .timeline
        .iter()
        .filter(|it| is_asked(report, it.process_index) && it.stem.as_deref() == Some(stem))
        .map(|entry| match is_plain_success(&entry.result) {
            true => entry.step.name().to_string(),
            false => format!("{}: {}", entry.step.name(), plain_result(&entry.result)),
        });
    ContainerState { guids: guids.unwrap_or_default(), steps: unique(steps) }
}

fn unique(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for text in texts {
        if seen.insert(text.to_ascii_lowercase()) {
            list.push(text);
        }
    }
    list
}

fn difference(good: &[String], bad: &[String]) -> Option<Difference> {
    let only = |own: &[String], other: &[String]| -> Vec<String> {
        let lacks = |text: &&String| !other.iter().any(|it| it.eq_ignore_ascii_case(text));
        own.iter().filter(lacks).cloned().collect()
    };
    let found = Difference { good: only(good, bad), bad: only(bad, good) };
    (!found.good.is_empty() || !found.bad.is_empty()).then_some(found)
}
