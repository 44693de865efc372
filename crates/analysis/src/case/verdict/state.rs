//! What a case comes to, in a word.

use crate::key_file::KeyRoot;
use crate::report::{CaptureRole, Confidence, ProcessSummary, Report, Severity, VerdictState};

/// The columns without which nothing can be judged.
pub(super) const NEEDED: [&str; 3] = ["Operation", "Path", "Result"];

/// The processes that were judged by what they did at key files, in captures that are judged
/// and have the columns for it.
pub(super) fn judged(report: &Report) -> Vec<usize> {
    let own = report.touches.files.iter().filter(|access| access.folder.root != KeyRoot::Other);
    let files = own.filter_map(|access| access.by.process_index);
    let hardware = report.touches.hardware_keys.iter();
    let mut judged: Vec<usize> = files
        .chain(hardware.filter_map(|access| access.by.process_index))
        .filter(|index| {
            let capture = &report.captures[report.processes[*index].capture];
            let has = |column: &str| capture.columns.iter().any(|name| name == column);
            capture.role == CaptureRole::Case && NEEDED.into_iter().all(has)
        })
        .collect();
    judged.sort_unstable();
    judged.dedup();
    judged
}

pub(super) fn of(report: &Report, judged: &[usize]) -> VerdictState {
    let broken = |severity: Severity, confidence: Confidence| {
        severity == Severity::Error && confidence >= Confidence::Medium
    };
    let findings = || report.findings.iter();
    if findings().any(|it| broken(it.severity, it.confidence)) {
        return VerdictState::Broken;
    }
    if findings().any(|it| it.severity >= Severity::Warning) {
        return VerdictState::Suspect;
    }
    match (findings().next().is_some(), judged.is_empty()) {
        (true, _) => VerdictState::Note,
        (false, false) => VerdictState::NothingKnown,
        (false, true) => VerdictState::NotJudged,
    }
}

/// Name and PID of a process, and for whom it acted.
pub(super) fn label(process: &ProcessSummary) -> String {
    let name = process.name.as_deref().unwrap_or("a process that is not named");
    let pid = process.pid.map(|pid| format!(" (PID {pid})")).unwrap_or_default();
    match &process.acts_for {
        Some(account) => format!("{name}{pid} acting for {account}"),
        None => format!("{name}{pid}"),
    }
}
