//! Why nothing could be judged, and what to do about it.

use super::super::CaseOptions;
use super::state::NEEDED;
use crate::report::{CaptureRole, CaptureSummary, Missing, MissingKind, Report};
use crate::trace::{ProcessPattern, ProcessSelection};
use procmonkey_parser::similar_names;

/// What to capture so that keys can be judged.
const CAPTURE_KEYS: &str = "capture the start of the service that fails, from before it starts to its end, \
     without a filter that drops events; of a filter keep at least 'Path contains \\Crypto'";

/// Everything that is missing, what weighs most first.
pub(super) fn of(report: &Report, options: &CaseOptions) -> Vec<Missing> {
    let judged = || report.captures.iter().filter(|it| it.role == CaptureRole::Case);
    if judged().all(|capture| capture.events_read == 0) {
        return vec![Missing {
            kind: MissingKind::NoEvent,
            text: "there is no event in what was read".into(),
            remedy: CAPTURE_KEYS.into(),
        }];
    }
    let mut missing = Vec::new();
    if let Some(columns) = columns(report) {
        missing.push(columns);
    }
    let captures: Vec<&CaptureSummary> = judged().collect();
    for pattern in options.processes.patterns() {
        missing.extend(process(report, pattern, &captures));
    }
    missing.extend(filtered_out(report, options, &captures));
    if missing.is_empty() {
        missing.push(no_key_event(report, options));
    }
    missing
}

/// Whether processes were asked for, and no event is of any of them.
pub(super) fn is_nobody_there(report: &Report, options: &CaseOptions) -> bool {
    let captures: Vec<&CaptureSummary> =
        report.captures.iter().filter(|it| it.role == CaptureRole::Case).collect();
    let patterns = options.processes.patterns();
    let is_absent = |pattern: &ProcessPattern| process(report, pattern, &captures).is_some();
    !captures.is_empty() && !patterns.is_empty() && patterns.iter().all(is_absent)
}

/// Columns without which nothing can be judged.
fn columns(report: &Report) -> Option<Missing> {
    let judged = report.captures.iter().filter(|it| it.role == CaptureRole::Case);
    let lacks = |column: &str| {
        judged.clone().all(|capture| !capture.columns.iter().any(|name| name == column))
    };
    let names: Vec<&str> = NEEDED.into_iter().filter(|column| lacks(column)).collect();
    (!names.is_empty()).then(|| Missing {
        kind: MissingKind::NoColumn,
        text: format!(
            "the capture has no column {}, without which no use of a key can be seen",
            names.join(" and no column ")
        ),
        remedy: "export it again with Procmon's default columns and Detail, or give the PML itself"
            .into(),
    })
}

/// A process that was asked for and is not there, or whose events a filter removed.
fn process(
    report: &Report,
    pattern: &ProcessPattern,
    captures: &[&CaptureSummary],
) -> Option<Missing> {
    let counts = || captures.iter().flat_map(|capture| &capture.processes);
    let events: u64 = counts()
        .filter(|count| pattern.matches(Some(&count.name), None))
        .map(|count| count.events)
        .sum();
    let by_pid = pattern.pid().is_some()
        && report.processes.iter().any(|process| process.pid == pattern.pid());
    if events > 0 || by_pid || counts().all(|count| count.name.is_empty()) {
        return None;
    }
    let names = counts().map(|count| count.name.as_str());
    let similar = similar_names(pattern.as_str(), names);
    let what = match pattern.pid() {
        Some(pid) => format!("no event is of a process with the PID or the name {pid}"),
        None => format!("no event is of {pattern}"),
    };
    let meant = match similar.is_empty() {
        true => String::new(),
        false => format!(" (did you mean {}?)", similar.join(" or ")),
    };
    Some(Missing {
        kind: MissingKind::NoSuchProcess,
        text: format!("{what}{meant}"),
        remedy: match similar.first() {
            Some(name) => format!("try -p {name}, or leave -p out: then every process that is met at the keys is judged"),
            None => "leave -p out: then every process that is met at the keys is judged; `procmonkey info` lists the \
                     processes"
                .into(),
        },
    })
}

/// Events that are in the captures, and that the filter removed.
fn filtered_out(
    report: &Report,
    options: &CaseOptions,
    captures: &[&CaptureSummary],
) -> Option<Missing> {
    if options.filter.rules().is_empty() || report.processes.iter().any(|it| it.events > 0) {
        return None;
    }
    let all: u64 = captures.iter().map(|capture| capture.events_read).sum();
    Some(Missing {
        kind: MissingKind::FilteredOut,
        text: format!(
            "of the {all} events that are there, the filter leaves none at a key file{}",
            of_whom(options)
        ),
        remedy: WITHOUT_FILTER.into(),
    })
}

/// What to do where a filter may have removed what counts.
const WITHOUT_FILTER: &str =
    "take --filter, --exclude and --filter-file away, or let 'Path contains \\Crypto' through";

fn no_key_event(report: &Report, options: &CaseOptions) -> Missing {
    let reads = report
        .machine_guid_reads
        .iter()
        .any(|read| report.captures[read.capture].role == CaptureRole::Case);
    let beside = if reads { ", though MachineGuid is read" } else { "" };
    Missing {
        kind: MissingKind::NoKeyEvent,
        text: format!(
            "there is no event at a key file of this Windows{}{beside}",
            of_whom(options)
        ),
        remedy: match (&options.processes, options.filter.rules().is_empty()) {
            (_, false) => WITHOUT_FILTER.into(),
            (ProcessSelection::Named(_), true) => format!(
                "leave -p out, because keys of CNG are opened by lsass.exe for others; or {CAPTURE_KEYS}"
            ),
            _ => CAPTURE_KEYS.into(),
        },
    }
}

/// Of whom events are looked for, where not of all.
fn of_whom(options: &CaseOptions) -> String {
    match &options.processes {
        ProcessSelection::AtTheKeys | ProcessSelection::All => String::new(),
        named => format!(" that is of {named}"),
    }
}
