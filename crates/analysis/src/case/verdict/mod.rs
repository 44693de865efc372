//! The verdict on a case, from its findings.

mod missing;
mod not_shown;
mod state;

use procmonkey_parser::NtStatus;

use super::CaseOptions;
use super::remarks::Extent;
use crate::container::short_stem;
use crate::report::{
    CaseVerdict, Confidence, Finding, MainProcess, Missing, Report, Severity, TimelineEntry,
    VerdictState,
};
use crate::signature::{SignatureSet, SignatureText, back_up, main_process, text_of};
use crate::step::Step;
use crate::trace::ProcessSelection;
use crate::witness::Witness;

/// How many lines of evidence a verdict cites.
const CITED: usize = 3;

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
    let state = match missing::is_nobody_there(report, options) {
        true => VerdictState::NotJudged,
        false => state::of(report, &judged),
    };
    let main_process = match options.processes {
        ProcessSelection::AtTheKeys => main_process(report, &report.findings),
        _ => MainProcess::NotAsked,
    };
    let verdict = match (state, found) {
        (VerdictState::NotJudged, _) => not_judged(report, missing::of(report, options)),
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
        evidence: lines(finding, report),
        guids: finding.guids.clone(),
        confirm: Some(confirm(finding, text, report)).filter(|command| !command.is_empty()),
        first: Some(back_up(finding).to_string()),
        avoid: Some(text.avoid.to_string()).filter(|avoid| !avoid.is_empty()),
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
        looked_for: Some(
            "MachineGuid edited, or another than expected; well-known containers missing, made again, \
             or under two GUIDs; access denied, files in use, damaged or empty; missing master keys, \
             profiles and providers; floods, sweeps and programs in the key folders."
                .into(),
        ),
        ..CaseVerdict::default()
    }
}

fn not_judged(report: &Report, missing: Vec<Missing>) -> CaseVerdict {
    let reasons: Vec<&str> = missing.iter().map(|it| it.text.as_str()).collect();
    let benign: Vec<&str> = report.findings.iter().map(|finding| &*finding.signature).collect();
    let beside = match benign.is_empty() {
        true => String::new(),
        false => format!(" Seen beside: {}.", benign.join(", ")),
    };
    CaseVerdict {
        cause: format!(
            "Nothing was judged, and this is not an all-clear: {}.{beside}",
            reasons.join("; ")
        ),
        confidence_text: "Rows that the captures do not have cannot be judged.".into(),
        missing,
        ..CaseVerdict::default()
    }
}

/// The command, with the path of the key file that the finding is about.
fn confirm(finding: &Finding, text: &SignatureText, report: &Report) -> String {
    const PLACE: &str = "<the key file>";
    if let Some(command) = &finding.confirm {
        return command.clone();
    }
    let evidence = finding.evidence.iter();
    let mut places = evidence.flat_map(|it| it.events.iter().map(|event| (it.capture, *event)));
    let path = places.find_map(|place| {
        entry_at(report, place).filter(|entry| entry.stem.is_some()).map(|entry| &entry.path)
    });
    match path {
        Some(path) => text.confirm.replace(PLACE, &format!("\"{path}\"")),
        None => text.confirm.to_string(),
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

/// The evidence that matters most, in words, in its own order.
fn lines(finding: &Finding, report: &Report) -> Vec<String> {
    let mut ranked: Vec<(u8, usize, String)> = Vec::new();
    for evidence in &finding.evidence {
        for event in &evidence.events {
            let place = (evidence.capture, *event);
            let order = ranked.len();
            match entry_at(report, place) {
                Some(entry) => ranked.push((weight(entry.step), order, sentence(report, entry))),
                None => ranked.push(named(report, place, order)),
            }
        }
    }
    for witness in &finding.witnesses {
        let Some(entry) = report.witnesses.get(*witness) else { continue };
        let weight = match entry.witness {
            Witness::Service(_) => 2,
            _ => 1,
        };
        ranked.push((weight, ranked.len(), entry.witness.sentence()));
    }
    ranked.sort();
    ranked.dedup_by(|a, b| a.2 == b.2);
    ranked.truncate(CITED);
    ranked.sort_by_key(|(_, order, _)| *order);
    ranked.into_iter().map(|(_, _, line)| line).collect()
}

/// The step of an event. A read of MachineGuid is in the timeline with the first
/// of its events.
fn entry_at(report: &Report, (capture, event): (usize, u64)) -> Option<&TimelineEntry> {
    report.timeline.iter().find(|entry| (entry.capture, entry.event) == (capture, event))
}

/// The smaller, the more a step says by itself.
fn weight(step: Step) -> u8 {
    match step {
        Step::Denied | Step::SharingViolation | Step::Collision | Step::Failed => 0,
        Step::GuidSet | Step::GuidRemoved | Step::GuidMissing => 0,
        Step::Probed => 1,
        Step::Created => 2,
        Step::GuidRead => 3,
        Step::Opened => 4,
        Step::Overwritten | Step::Renamed | Step::Deleted => 5,
        _ => 6,
    }
}

fn sentence(report: &Report, entry: &TimelineEntry) -> String {
    let mut line = place(report, entry.capture, entry.event);
    if let Some(time) = entry.time.as_ref().or(entry.time_text.as_ref()) {
        line.push_str(&format!(", {time}"));
    }
    if let Some(process) = &entry.process {
        line.push_str(&format!(", {process}"));
    }
    if let Some(pid) = entry.pid {
        line.push_str(&format!(" ({pid})"));
    }
    let what = match entry.step {
        Step::GuidRead => "read MachineGuid",
        Step::GuidMissing => "did not find MachineGuid",
        Step::GuidSet => "set MachineGuid",
        Step::GuidRemoved => "deleted MachineGuid",
        Step::Probed => "did not find the key file",
        Step::Created => "made the key file",
        Step::SharingViolation => "was kept out of the key file by another handle",
        Step::Denied => "was denied the key file",
        Step::Collision => "could not create the already existing key file",
        Step::Opened => "opened the key file, which existed",
        Step::Failed => "failed on the key file",
        step => step.name(),
    };
    line.push_str(&format!(": {what}"));
    match (&entry.container, &entry.stem) {
        (Some(name), _) => line.push_str(&format!(" of {name}")),
        (None, Some(stem)) => line.push_str(&format!(" {}", short_stem(stem))),
        (None, None) => {}
    }
    if let Some(guid) = &entry.guid {
        let word = if entry.stem.is_some() { "under" } else { "as" };
        line.push_str(&format!(" {word} {guid}"));
    }
    let status = NtStatus::from_result(&entry.result);
    if !matches!(status, Some(NtStatus::SUCCESS | NtStatus::PENDING)) {
        line.push_str(&format!(" ({})", entry.result));
    }
    line
}

/// An event that is no step of the timeline: what a process that is not followed
/// did, or how one ended.
fn named(report: &Report, (capture, event): (usize, u64), order: usize) -> (u8, usize, String) {
    let mut line = place(report, capture, event);
    let files = report.touches.files.iter();
    let by_file = files.filter(|access| access.by.capture == capture).find(|access| {
        let events = [
            access.denied,
            access.sharing_violation,
            access.missing,
            access.opened,
            access.created,
            access.deleted,
            access.size_event,
        ];
        events.contains(&Some(event)) || access.first_event == event
    });
    if let Some(access) = by_file {
        line.push_str(&format!(": {} at the key file of {}", access.by.label(), access.label()));
        return (2, order, line);
    }
    let listed = report
        .key_files
        .iter()
        .any(|file| file.capture == capture && file.listed_by.contains(&event));
    let ended = report
        .processes
        .iter()
        .find(|process| process.capture == capture && process.last_event == event);
    let mut weight = 9;
    if listed {
        weight = 2;
        line.push_str(": a listing of the key folder");
    } else if let Some(process) = ended {
        let name = process.name.as_deref().unwrap_or("the process");
        weight = 7;
        line.push_str(&format!(": the last event of {name}"));
    }
    (weight, order, line)
}

fn place(report: &Report, capture: usize, event: u64) -> String {
    match report.captures.len() {
        1 => format!("event {event}"),
        _ => format!("capture {}, event {event}", capture + 1),
    }
}
