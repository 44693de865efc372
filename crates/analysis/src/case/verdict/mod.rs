//! The verdict on a case, from its findings.

mod missing;
mod not_shown;
mod state;
mod unread;

use super::CaseOptions;
use super::remarks::Extent;
use crate::report::{
    CaseVerdict, Confidence, Finding, MainProcess, Missing, Report, Severity, VerdictState,
};
use crate::signature::{SignatureSet, SignatureText, main_process, text_of};
use crate::trace::ProcessSelection;

/// How many processes are named.
const NAMED: usize = 4;

/// The verdict on a report whose findings are complete.
pub(super) fn of(
    report: &Report,
    (options, signatures): (&CaseOptions, &SignatureSet),
    extents: &[Extent],
) -> CaseVerdict {
    let worst = report.findings.iter().find(|it| it.severity >= Severity::Warning);
    let found = worst.and_then(|finding| Some((finding, text_of(&finding.signature, signatures)?)));
    let judged = state::judged(report);
    let unread = unread::of(report, extents);
    let state = match missing::is_nobody_there(report, options) {
        true => VerdictState::NotJudged,
        false => state::of(report, &judged),
    };
    // What was not read can have anything in it.
    let is_part_clear =
        unread.is_some() && matches!(state, VerdictState::Note | VerdictState::NothingKnown);
    let state = if is_part_clear { VerdictState::NotJudged } else { state };
    let main_process = match options.processes {
        ProcessSelection::AtTheKeys => main_process(report, &report.findings),
        _ => MainProcess::NotAsked,
    };
    let verdict = match (state, found) {
        (VerdictState::NotJudged, _) if is_part_clear => {
            let missing = unread.into_iter().collect();
            not_judged(report, "Nothing known is wrong in what was read", missing)
        }
        (VerdictState::NotJudged, _) => {
            let missing = missing::of(report, options).into_iter().chain(unread).collect();
            not_judged(report, "Nothing was judged", missing)
        }
        (_, Some((finding, text))) => because_of(finding, text, report, main_process),
        (_, None) => nothing(report, &judged),
    };
    let mut not_shown = not_shown::of(report, extents);
    if matches!(state, VerdictState::Note | VerdictState::NothingKnown) {
        not_shown.extend(not_shown::of_master_keys(report));
    }
    CaseVerdict { state, main_process, judged, not_shown, ..verdict }
}

fn because_of(
    finding: &Finding,
    text: &SignatureText,
    report: &Report,
    main_process: MainProcess,
) -> CaseVerdict {
    let well = match main_process {
        MainProcess::Healthy => "Nothing known is wrong with inetinfo.exe. ",
        _ => "",
    };
    CaseVerdict {
        signature: Some(finding.signature.clone()),
        cause: format!(
            "{well}{}Consistent with {}: {}.",
            others(finding, report, main_process),
            finding.signature,
            text.title
        ),
        confidence: Some(finding.confidence),
        confidence_text: confidence_text(finding),
        guids: finding.guids.clone(),
        ..CaseVerdict::default()
    }
}

/// Whom a finding is about, where it is not about the process that is followed.
fn others(finding: &Finding, report: &Report, main_process: MainProcess) -> String {
    if matches!(main_process, MainProcess::NotAsked | MainProcess::Affected) {
        return String::new();
    }
    let names = finding.processes.iter().filter_map(|index| report.processes.get(*index));
    let names: Vec<String> = names.take(NAMED).map(state::label).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("{}: ", names.join(", ")),
    }
}

fn nothing(report: &Report, judged: &[usize]) -> CaseVerdict {
    let benign: Vec<&str> = report.findings.iter().map(|finding| &*finding.signature).collect();
    let of = match judged.is_empty() {
        true => String::new(),
        false => {
            let processes = judged.iter().filter_map(|index| report.processes.get(*index));
            let mut names: Vec<String> = processes.take(NAMED).map(state::label).collect();
            if judged.len() > NAMED {
                names.push(format!("{} more", judged.len() - NAMED));
            }
            format!(" Judged by what it did at key files: {}.", names.join(", "))
        }
    };
    let cause = match benign.is_empty() {
        true => "Nothing in this case is consistent with a failure that is known.".to_string(),
        false => format!(
            "Nothing in this case is consistent with a failure that is known; what was seen is normal \
             or harmless ({}).",
            benign.join(", ")
        ),
    };
    CaseVerdict {
        cause: format!("{cause}{of}"),
        confidence_text: "Rows that the captures do not have cannot be judged.".into(),
        ..CaseVerdict::default()
    }
}

fn not_judged(report: &Report, what: &str, missing: Vec<Missing>) -> CaseVerdict {
    let reasons: Vec<&str> = missing.iter().map(|it| it.text.as_str()).collect();
    let benign: Vec<&str> = report.findings.iter().map(|finding| &*finding.signature).collect();
    let beside = match benign.is_empty() {
        true => String::new(),
        false => format!(" Seen beside: {}.", benign.join(", ")),
    };
    CaseVerdict {
        cause: format!("{what}, and this is not an all-clear: {}.{beside}", reasons.join("; ")),
        confidence_text: "Rows that the captures do not have cannot be judged.".into(),
        missing,
        ..CaseVerdict::default()
    }
}

fn confidence_text(finding: &Finding) -> String {
    let mut text = match finding.confidence {
        Confidence::High => "High: no other reading is known",
        Confidence::Medium => "Medium: the likeliest reading",
        Confidence::Low => "Low: one possible reading among others",
    }
    .to_string();
    for (label, reasons) in [("Raised", &finding.raised_by), ("Lowered", &finding.lowered_by)] {
        if !reasons.is_empty() {
            text.push_str(&format!(". {label}, because {}", reasons.join("; ")));
        }
    }
    text.push('.');
    text
}
