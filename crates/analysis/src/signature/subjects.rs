//! Whom a finding is about, and how much it matters while the process that is followed is
//! well.

use std::collections::{BTreeSet, HashMap};

use crate::report::{
    CaptureRole, Finding, JudgedAs, MainProcess, ProcessSummary, Report, Severity,
};

/// Which process each event belongs to that a finding may cite.
pub(super) struct Subjects {
    of_event: HashMap<(usize, u64), usize>,
}

impl Subjects {
    pub(super) fn of(report: &Report) -> Subjects {
        let mut of_event = HashMap::new();
        let mut add = |capture: usize, event: u64, process: Option<usize>| {
            if let Some(process) = process {
                of_event.entry((capture, event)).or_insert(process);
            }
        };
        for entry in &report.timeline {
            add(entry.capture, entry.event, entry.process_index);
        }
        for read in &report.machine_guid_reads {
            read.events.iter().for_each(|event| add(read.capture, *event, read.process_index));
        }
        let touches = &report.touches;
        for access in &touches.files {
            access.events().for_each(|it| add(access.by.capture, it, access.by.process_index));
        }
        for access in &touches.folders {
            access.events().for_each(|it| add(access.by.capture, it, access.by.process_index));
        }
        for search in &touches.providers {
            let missing = search.missing.iter().chain(&search.dll_missing).map(|it| it.0);
            let missing = missing.chain(search.cng_missing.iter().map(|it| it.0));
            let missing = missing.chain(search.denied.iter().map(|it| it.0));
            let all = missing.chain(search.dll_found);
            all.for_each(|it| add(search.by.capture, it, search.by.process_index));
        }
        for access in &touches.code {
            add(access.by.capture, access.event, access.by.process_index);
        }
        for access in &touches.machine_guid {
            access.events().for_each(|it| add(access.by.capture, it, access.by.process_index));
        }
        for access in &touches.hardware_keys {
            access.events().for_each(|it| add(access.by.capture, it, access.by.process_index));
        }
        for key in &touches.master_keys {
            let events = [key.missing, key.denied, key.found].into_iter().flatten();
            events.for_each(|it| add(key.by.capture, it, key.by.process_index));
        }
        Subjects { of_event }
    }

    /// The processes whose events a finding cites.
    pub(super) fn of_finding(&self, finding: &Finding) -> Vec<usize> {
        let places = finding
            .evidence
            .iter()
            .flat_map(|it| it.events.iter().map(|event| (it.capture, *event)));
        let processes: BTreeSet<usize> =
            places.filter_map(|place| self.of_event.get(&place).copied()).collect();
        processes.into_iter().collect()
    }
}

/// Whether a process is the one that is followed where none is asked for, in a capture that
/// is judged.
fn is_main(report: &Report, process: &ProcessSummary) -> bool {
    process.judged_as == JudgedAs::Asked
        && report.captures[process.capture].role == CaptureRole::Case
}

/// How it stands with the process that is followed where none is asked for.
pub(crate) fn main_process(report: &Report, findings: &[Finding]) -> MainProcess {
    if !report.processes.iter().any(|process| is_main(report, process)) {
        return MainProcess::Absent;
    }
    let is_of_main =
        |process: &usize| report.processes.get(*process).is_some_and(|it| is_main(report, it));
    let affected = findings.iter().any(|finding| {
        finding.severity >= Severity::Warning && finding.processes.iter().any(is_of_main)
    });
    let uses_keys = report.touches.files.iter().any(|access| {
        access.by.process_index.as_ref().is_some_and(is_of_main)
            && (access.opened.is_some() || access.created.is_some())
    });
    match (affected, uses_keys) {
        (true, _) => MainProcess::Affected,
        (false, true) => MainProcess::Healthy,
        (false, false) => MainProcess::NoKeyFile,
    }
}

/// Whether a finding is about what happened to other processes, and to none that was asked
/// for.
pub(super) fn is_of_others(report: &Report, finding: &Finding) -> bool {
    !finding.processes.is_empty()
        && finding
            .processes
            .iter()
            .all(|process| report.processes[*process].judged_as == JudgedAs::AtTheKeys)
}
