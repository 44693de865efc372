//! What differs from what is known of healthy starts: the phases of inetinfo.exe, and how a key
//! is opened.

use std::collections::BTreeSet;

use super::start_ups::steps_of;
use super::steps::{events_of, name, object};
use super::{DifferenceBasis, DifferencePoint, HealthyDifference, PointKind, Statement};
use crate::phase::Phase;
use crate::report::{
    CaptureRole, Evidence, Finding, GuidRole, ProcessSummary, Report, Severity, TimelineEntry,
    VerdictEvidence, VerdictState,
};
use crate::step::Step;
use crate::words::{clock_part, guid_name, process_name};

/// How many points are told.
const MOST_POINTS: usize = 24;

/// How many findings are told beside the first.
const MOST_FINDINGS: usize = 4;

/// The service whose phases are known.
const KNOWN: &str = "inetinfo.exe";

/// The containers that a healthy start of it opens.
const METABASE: &str = "Microsoft Internet Information Server";
const DCOM: &str = "MS IIS DCOM Server";

/// What differs, for a report alone.
pub(super) fn difference(report: &Report) -> HealthyDifference {
    let points = points(report);
    let is_judged =
        report.verdict.state != VerdictState::NotJudged || report.verdict.is_of_a_part();
    let (basis, basis_text) = match (is_judged, points.is_empty()) {
        (false, true) => (
            DifferenceBasis::Nothing,
            "Nothing was compared with a healthy start, because nothing could be judged."
                .to_string(),
        ),
        _ => (DifferenceBasis::KnownPhases, known_phases(report)),
    };
    HealthyDifference {
        basis,
        basis_text: vec![basis_text],
        points,
        conclusion: conclusion(report),
        shown_by: shown_by(report),
    }
}

/// With what a start-up is compared where there is no capture of a good one.
fn known_phases(report: &Report) -> String {
    let of_known = report.processes.iter().any(is_known);
    let what = match of_known {
        true => {
            "the phases that inetinfo.exe is known to go through, and how a key is opened where \
             all is well"
        }
        false => {
            "how a key is opened where all is well; the phases of a healthy start are known of \
             inetinfo.exe only"
        }
    };
    let mut unread = report.witness_sources.iter();
    let unread = unread.find(|it| it.given_as == "baseline" && it.error.is_some());
    let is_beside = report.captures.iter().any(|it| it.role == CaptureRole::Baseline);
    let first = match unread {
        Some(source) => {
            format!(
                "{} was given as a capture of a good start, and could not be read.",
                source.path
            )
        }
        None if is_beside => {
            "The capture of a good start is a witness here, and was not compared action by action; \
             `procmonkey explain --baseline` does that."
                .to_string()
        }
        None => "No capture of a good start was given (`--baseline GOOD`).".to_string(),
    };
    format!("{first} So this is compared with what is known of healthy starts: {what}.")
}

fn is_known(process: &ProcessSummary) -> bool {
    process.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(KNOWN))
}

/// Every point, what differs in front.
pub(super) fn points(report: &Report) -> Vec<DifferencePoint> {
    let steps = steps_of(report);
    let mut keys: Vec<_> = steps.keys().copied().collect();
    keys.sort_unstable();
    let mut points = Vec::new();
    for key in keys {
        let process = key.1.and_then(|index| report.processes.get(index));
        points.extend(of_values(report, process, &steps[&key]));
        points.extend(of_keys(report, process, &steps[&key]));
    }
    for process in report.processes.iter().filter(|process| is_known(process)) {
        if super::start_ups::is_judged(report, process.capture) {
            points.extend(of_phases(report, process));
        }
    }
    points.extend(of_findings(report, &points));
    points.sort_by_key(|point| point.kind);
    points.truncate(MOST_POINTS);
    points
}

fn point(kind: PointKind, text: String, entries: &[&TimelineEntry]) -> DifferencePoint {
    let capture = entries.first().map_or(0, |entry| entry.capture);
    let events: BTreeSet<u64> = entries.iter().flat_map(|entry| events_of(entry)).collect();
    DifferencePoint { kind, statement: Statement::new(text).shown_by(capture, events) }
}

fn name_of(process: Option<&ProcessSummary>) -> String {
    process.map_or_else(|| "A process that is not named".to_string(), process_name)
}

/// Whether a warning or an error is about one of these steps.
fn is_flagged(report: &Report, entries: &[&TimelineEntry]) -> bool {
    entries.iter().flat_map(|entry| &entry.findings).any(|index| {
        report.findings.get(*index).is_some_and(|finding| finding.severity > Severity::Info)
    })
}

/// What a process did with MachineGuid.
fn of_values(
    report: &Report,
    process: Option<&ProcessSummary>,
    steps: &[&TimelineEntry],
) -> Vec<DifferencePoint> {
    let who = name_of(process);
    let mut points = Vec::new();
    let mut told: Vec<(Step, Option<&str>)> = Vec::new();
    for entry in steps.iter().filter(|entry| entry.stem.is_none()) {
        let value = entry.guid.as_ref();
        let key = (entry.step, value.map(|guid| guid.as_str()));
        if told.contains(&key) {
            continue;
        }
        told.push(key);
        let same: Vec<&TimelineEntry> = steps
            .iter()
            .copied()
            .filter(|it| it.stem.is_none() && (it.step, it.guid.as_ref()) == (key.0, value))
            .collect();
        let flagged = is_flagged(report, &same);
        let called = value.map_or_else(|| "a value".to_string(), |guid| guid_name(report, guid));
        let is_newer = report
            .verdict
            .guids
            .iter()
            .any(|named| Some(&named.guid) == value && named.role == GuidRole::Newer);
        let (kind, text) = match entry.step {
            Step::GuidRead if is_newer => (
                PointKind::Differs,
                format!(
                    "{who} reads MachineGuid, which is {called}. In a healthy start it is the value \
                     under which the keys were made; here there is an older one."
                ),
            ),
            Step::GuidRead if flagged => (
                PointKind::NotDecided,
                format!(
                    "{who} reads MachineGuid, which is {called}. What is found below is also about \
                     this read."
                ),
            ),
            Step::GuidRead => (
                PointKind::Alike,
                format!("{who} reads MachineGuid, which is {called}, as healthy starts do."),
            ),
            Step::GuidSet => (
                kind_of(flagged),
                format!("{who} sets MachineGuid to {called}. In healthy starts nobody does."),
            ),
            Step::GuidRemoved => (
                kind_of(flagged),
                format!("{who} deletes MachineGuid. In healthy starts nobody does."),
            ),
            Step::GuidMissing => (
                kind_of(flagged),
                format!("{who} does not find MachineGuid. In healthy starts it is there."),
            ),
            Step::Denied => (
                kind_of(flagged),
                format!("{who} is denied MachineGuid. In healthy starts everybody may read it."),
            ),
            _ => (kind_of(flagged), format!("{who} fails at MachineGuid ({}).", entry.result)),
        };
        points.push(point(kind, text, &same));
    }
    points
}

fn kind_of(flagged: bool) -> PointKind {
    match flagged {
        true => PointKind::Differs,
        false => PointKind::NotDecided,
    }
}

/// What a process did with each key file.
fn of_keys(
    report: &Report,
    process: Option<&ProcessSummary>,
    steps: &[&TimelineEntry],
) -> Vec<DifferencePoint> {
    let mut files: Vec<Vec<&TimelineEntry>> = Vec::new();
    for entry in steps.iter().filter(|entry| entry.stem.is_some()) {
        let of_file = |file: &&mut Vec<&TimelineEntry>| {
            file.first().is_some_and(|it| (&it.stem, &it.guid) == (&entry.stem, &entry.guid))
        };
        match files.iter_mut().find(of_file) {
            Some(file) => file.push(entry),
            None => files.push(vec![entry]),
        }
    }
    files.iter().filter_map(|file| of_key(report, process, file)).collect()
}

fn of_key(
    report: &Report,
    process: Option<&ProcessSummary>,
    steps: &[&TimelineEntry],
) -> Option<DifferencePoint> {
    let first = steps.first()?;
    let (who, it) = (name_of(process), object(report, first));
    let flagged = is_flagged(report, steps);
    let of = |wanted: &[Step]| -> Vec<&TimelineEntry> {
        steps.iter().copied().filter(|entry| wanted.contains(&entry.step)).collect()
    };
    let used = of(&[Step::Opened, Step::Read]);
    let refused =
        of(&[Step::Denied, Step::SharingViolation, Step::Collision, Step::Failed, Step::Pending]);
    let (missed, made) = (of(&[Step::Probed]), of(&[Step::Created]));
    let gone = of(&[Step::Deleted, Step::Renamed]);
    let both = |one: &[&'_ TimelineEntry], other: &[&'_ TimelineEntry]| -> Vec<u64> {
        one.iter().chain(other).flat_map(|entry| events_of(entry)).collect()
    };
    let (kind, text, events) = if !refused.is_empty() {
        let later = used.iter().any(|entry| refused.iter().all(|it| it.event < entry.event));
        let end = match later {
            true => "It opens it later.",
            false => "It does not open it later, as far as the capture shows.",
        };
        let text = format!("A healthy start opens {it}. {who} cannot. {end}");
        (kind_of(flagged), text, both(&missed, &refused))
    } else if !made.is_empty() && flagged {
        let it = name(first);
        let under = match &first.guid {
            Some(guid) => format!(" under {}", guid_name(report, guid)),
            None => String::new(),
        };
        let text = match missed.is_empty() {
            true => format!("A healthy start finds {it} and reads it. {who} makes one{under}."),
            false => format!(
                "A healthy start finds {it} and reads it. {who} does not find one{under}, and makes \
                 a new one."
            ),
        };
        (PointKind::Differs, text, both(&missed, &made))
    } else if !made.is_empty() {
        let text = format!(
            "{who} makes {it}. A restart finds it; a first start after an installation makes it. No \
             warning is about this."
        );
        (PointKind::NotDecided, text, both(&missed, &made))
    } else if !missed.is_empty() && used.is_empty() {
        let text = match flagged {
            true => format!("A healthy start finds {it}. For {who} it is not there."),
            false => format!(
                "{who} looks for {it}, which is not there. Some programs only ask whether there is \
                 one. No warning is about this."
            ),
        };
        (kind_of(flagged), text, both(&missed, &[]))
    } else if !gone.is_empty() {
        let text = match flagged {
            true => format!("{who} takes {it} away. In healthy starts nobody does."),
            false => {
                format!(
                    "{who} takes {it} away, as is done with keys for one use. No warning is about this."
                )
            }
        };
        (kind_of(flagged), text, both(&gone, &[]))
    } else if flagged && !used.is_empty() || used.iter().any(|entry| entry.step == Step::Read) {
        // Who opens a file and does not read it, such as to change its rights, does not use the
        // key as a service that starts does.
        let (kind, end) = match flagged {
            true => (PointKind::NotDecided, ". What is found below is also about this file."),
            false => (PointKind::Alike, ", as healthy starts do."),
        };
        let text = format!("{who} finds and opens {it}{end}");
        (kind, text, both(&used, &[]))
    } else {
        return None;
    };
    Some(DifferencePoint { kind, statement: Statement::new(text).shown_by(first.capture, events) })
}

/// The phases of the service whose phases are known.
fn of_phases(report: &Report, process: &ProcessSummary) -> Vec<DifferencePoint> {
    let who = process_name(process);
    let at = |kind: PointKind, text: String, events: Vec<u64>| DifferencePoint {
        kind,
        statement: Statement::new(text).shown_by(process.capture, events),
    };
    let expected = Phase::ALL.into_iter().filter(|phase| *phase != Phase::Exit);
    let spans: Vec<_> = process.phases.iter().filter(|span| span.phase != Phase::Exit).collect();
    let reached = |phase: &Phase| spans.iter().any(|span| span.phase == *phase);
    let last = expected.clone().filter(reached).max();
    let names = |phases: Vec<Phase>| -> String {
        phases.into_iter().map(Phase::name).collect::<Vec<_>>().join(", ")
    };
    let exits: Vec<u64> = process.exits.into_iter().collect();
    let mut points = Vec::new();
    if process.starts.is_none() && !exits.is_empty() {
        points.push(at(
            PointKind::NotDecided,
            format!(
                "{who} ends. Its start is not in the capture, so this may be an ordinary stop."
            ),
            exits,
        ));
        return points;
    }
    let Some(last) = last else { return points };
    let before: Vec<Phase> =
        expected.clone().filter(|phase| *phase < last && !reached(phase)).collect();
    let after: Vec<Phase> = expected.filter(|phase| *phase > last).collect();
    if before.is_empty() && after.is_empty() {
        let events = spans.iter().map(|span| span.first_event).collect();
        points.push(at(
            PointKind::Alike,
            format!("{who} comes to every phase of a healthy start, services included."),
            events,
        ));
    }
    if !before.is_empty() {
        points.push(at(
            PointKind::NotDecided,
            format!(
                "A healthy start of {who} also has events of: {}. None of them is in the capture; \
                 a filter, or a capture that begins late, leaves them out.",
                names(before)
            ),
            Vec::new(),
        ));
    }
    let ends = process.starts.is_some() && !exits.is_empty();
    if !after.is_empty() {
        let names = names(after);
        let ended = format!(
            "A healthy start goes on to: {names}. {who} ends before, after {}.",
            last.name()
        );
        let (kind, text) = match (ends, is_wrong(report)) {
            (true, true) => (PointKind::Differs, ended),
            (true, false) => (PointKind::NotDecided, format!("{ended} No warning says why.")),
            (false, _) => (
                PointKind::NotDecided,
                format!(
                    "A healthy start goes on to: {names}. No event of {who} shows it; the capture may end \
                     too early, or a filter may have left it out."
                ),
            ),
        };
        points.push(at(kind, text, if ends { exits } else { Vec::new() }));
    } else if !exits.is_empty() {
        points.push(at(
            PointKind::NotDecided,
            format!("{who} came to services, and ends. Whether it was stopped is not shown."),
            exits,
        ));
    }
    if ends && is_wrong(report) {
        points.extend(second_key(report, process, &who));
    }
    points
}

/// Whether something is wrong that explains a start that ends early.
fn is_wrong(report: &Report) -> bool {
    matches!(report.verdict.state, VerdictState::Broken | VerdictState::Suspect)
}

/// The warnings and errors that no other point is about.
fn of_findings(report: &Report, points: &[DifferencePoint]) -> Vec<DifferencePoint> {
    let differs = points.iter().filter(|point| point.kind == PointKind::Differs);
    let told: BTreeSet<(usize, u64)> =
        differs.flat_map(|point| &point.statement.evidence).flat_map(places).collect();
    let is_new = |finding: &&Finding| {
        let mut own = finding.evidence.iter().flat_map(places);
        finding.severity > Severity::Info && !own.any(|place| told.contains(&place))
    };
    let findings = report.findings.iter().filter(is_new).take(MOST_FINDINGS);
    let of = |finding: &Finding| DifferencePoint {
        kind: PointKind::Differs,
        statement: Statement {
            evidence: finding.evidence.clone(),
            ..Statement::new(format!(
                "In a healthy start this is not found: {} ({}).",
                finding.title, finding.signature
            ))
        },
    };
    findings.map(of).collect()
}

fn places(evidence: &Evidence) -> Vec<(usize, u64)> {
    evidence.events.iter().map(|event| (evidence.capture, *event)).collect()
}

/// A start that opens the first key of the service opens the second one, too.
fn second_key(report: &Report, process: &ProcessSummary, who: &str) -> Option<DifferencePoint> {
    let own = || {
        report.timeline.iter().filter(|entry| {
            let of = entry.process_index.and_then(|index| report.processes.get(index));
            of.is_some_and(|of| std::ptr::eq(of, process))
        })
    };
    let touches = |name: &str| own().any(|entry| entry.container.as_deref() == Some(name));
    (touches(METABASE) && !touches(DCOM)).then(|| DifferencePoint {
        kind: PointKind::Differs,
        statement: Statement::new(format!(
            "A healthy start then opens the key file of {DCOM}. {who} ends before it looks for it."
        )),
    })
}

/// What the analysis concludes.
pub(super) fn conclusion(report: &Report) -> Vec<String> {
    let verdict = &report.verdict;
    match verdict.state {
        VerdictState::NotJudged if report.verdict.is_of_a_part() => vec![
            "Nothing was found that is known to be wrong in the part that was read. This is not an \
             all-clear: what is wrong may be in the rest."
                .to_string(),
        ],
        VerdictState::NotJudged => vec![
            "Nothing could be judged. This is not an all-clear: what a healthy start does was not \
             looked for here, because the events for it are missing."
                .to_string(),
        ],
        VerdictState::NothingKnown => vec![
            "Nothing was found that is known to be wrong. That proves no more than that these \
             events show no failure that is known."
                .to_string(),
        ],
        VerdictState::Broken | VerdictState::Suspect | VerdictState::Note => {
            let mut texts = Vec::new();
            let mut findings = report.findings.iter();
            if let Some(first) = findings.next() {
                texts.push(format!(
                    "{}: {}, confidence {}. {}",
                    first.signature, first.title, first.confidence, first.explanation
                ));
            }
            let rest = findings.len();
            for finding in findings.take(MOST_FINDINGS) {
                texts.push(format!(
                    "Also {}: {} ({}).",
                    finding.signature, finding.title, finding.severity
                ));
            }
            let more = rest.saturating_sub(MOST_FINDINGS) as u64 + report.findings_left_out;
            if more > 0 {
                texts.push(format!("And {more} more findings: `procmonkey analyze` has them."));
            }
            texts
        }
    }
}

/// The rows that the conclusion rests on.
pub(super) fn shown_by(report: &Report) -> Vec<Statement> {
    let of = |row: &VerdictEvidence| {
        let result = row.result.as_deref().filter(|it| !it.eq_ignore_ascii_case("SUCCESS"));
        let result = result.filter(|it| !it.is_empty());
        let text = match result {
            Some(result) => format!("{}: {result}", row.text),
            None => row.text.clone(),
        };
        let statement =
            Statement { time: row.time.as_deref().map(clock_part), ..Statement::new(text) };
        match row.capture.zip(row.event) {
            Some((capture, event)) => statement.shown_by(capture, [event]),
            None => statement,
        }
    };
    report.verdict.evidence.iter().map(of).collect()
}
