//! What is known of findings and steps only when all of them are there.

use std::collections::{HashMap, HashSet};

use procmonkey_parser::NtStatus;

use crate::report::Report;
use crate::step::Step;

/// Steps on one file that follow each other within this time are one mark of a drawing, in
/// seconds.
const ONE_MARK: f64 = 0.002;

/// Adds to each finding the containers that its events are about, and to each step the
/// findings that cite it, the events it has, and the mark that it is part of.
pub(super) fn annotate(report: &mut Report) {
    stems(report);
    let mut cited: HashMap<(usize, u64), Vec<usize>> = HashMap::new();
    for (index, finding) in report.findings.iter().enumerate() {
        for evidence in &finding.evidence {
            for event in &evidence.events {
                cited.entry((evidence.capture, *event)).or_default().push(index);
            }
        }
    }
    let reads: HashMap<(usize, u64), Vec<u64>> = report
        .machine_guid_reads
        .iter()
        .filter_map(|read| Some(((read.capture, *read.events.first()?), read.events.clone())))
        .collect();
    let mut group = 0;
    for index in 0..report.timeline.len() {
        let (before, rest) = report.timeline.split_at_mut(index);
        let Some(entry) = rest.first_mut() else { break };
        let place = (entry.capture, entry.event);
        let read = reads.get(&place).filter(|_| entry.step == Step::GuidRead);
        entry.events = read.cloned().unwrap_or_else(|| vec![entry.event]);
        let findings = entry.events.iter().filter_map(|event| cited.get(&(entry.capture, *event)));
        entry.findings = findings.flatten().copied().collect();
        entry.findings.sort_unstable();
        entry.findings.dedup();
        entry.failed = is_failure(entry.step, &entry.result);
        let joins = before.last().is_some_and(|last| {
            let same = (last.capture, &last.stem, &last.guid, last.process_index)
                == (entry.capture, &entry.stem, &entry.guid, entry.process_index);
            same && entry.stem.is_some()
                && entry.delta_seconds.is_some_and(|it| it.abs() <= ONE_MARK)
        });
        group += u32::from(!joins && index > 0);
        entry.group = group;
    }
}

/// Whether a step failed in a way that matters to a key.
fn is_failure(step: Step, result: &str) -> bool {
    match step {
        Step::Denied | Step::SharingViolation | Step::Collision | Step::Failed => true,
        Step::Probed | Step::GuidMissing => true,
        _ => NtStatus::from_result(result).is_none() && !result.is_empty(),
    }
}

fn stems(report: &mut Report) {
    let mut of_event: HashMap<(usize, u64), Vec<&str>> = HashMap::new();
    for entry in &report.timeline {
        if let Some(stem) = &entry.stem {
            of_event.entry((entry.capture, entry.event)).or_default().push(stem);
        }
    }
    for access in &report.touches.files {
        for event in access.events() {
            of_event.entry((access.by.capture, event)).or_default().push(&access.stem);
        }
    }
    let mut all = Vec::new();
    for finding in &report.findings {
        let mut stems: Vec<String> = Vec::new();
        for evidence in &finding.evidence {
            let events = evidence.events.iter();
            for stem in events.filter_map(|it| of_event.get(&(evidence.capture, *it))).flatten() {
                if !stems.iter().any(|known| known == stem) {
                    stems.push(stem.to_string());
                }
            }
        }
        // What only a listing shows: the files that the sentence names.
        let cited: HashSet<(usize, u64)> = finding
            .evidence
            .iter()
            .flat_map(|it| it.events.iter().map(|event| (it.capture, *event)))
            .collect();
        for file in &report.key_files {
            let Some(name) = &file.container else { continue };
            let is_cited =
                file.listed_by.iter().any(|event| cited.contains(&(file.capture, *event)));
            if is_cited && finding.explanation.contains(name) && !stems.contains(&file.stem) {
                stems.push(file.stem.clone());
            }
        }
        all.push(stems);
    }
    for (finding, stems) in report.findings.iter_mut().zip(all) {
        finding.stems = stems;
    }
}
