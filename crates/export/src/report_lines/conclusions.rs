//! The report as a whole, its findings, and its verdict.

use procmonkey_analysis::report::{
    Confirmation, DoFirst, GuidRole, GuidSign, Made, MainProcess, Missing, NamedGuid, ProcessScope,
    VerdictEvidence, VerdictState,
};
use procmonkey_analysis::{CaseVerdict, Confidence, Finding, MachineGuid, Report, Severity, Step};
use serde::Serialize;

use super::keys::sentence;
use crate::places::{EventPlace, Places, Process, ProcessPlace, Time};

#[derive(Serialize)]
pub(super) struct ReportRow<'r> {
    tool: &'r str,
    report_schema_version: u32,
    made: Option<&'r Made>,
    process_selection: ProcessScope,
    processes_asked: &'r [String],
    witnesses_left_out: u64,
    findings_left_out: u64,
    cited_events_left_out: u64,
}

/// What was made by which program, and what is left out.
pub(super) fn report(report: &Report) -> ReportRow<'_> {
    ReportRow {
        tool: &report.tool,
        report_schema_version: report.schema_version,
        made: report.made.as_ref(),
        process_selection: report.process_selection,
        processes_asked: &report.processes_asked,
        witnesses_left_out: report.witnesses_left_out,
        findings_left_out: report.findings_left_out,
        cited_events_left_out: report.cited_events_left_out,
    }
}

#[derive(Serialize)]
pub(super) struct FindingRow<'r> {
    signature: &'r str,
    title: &'r str,
    title_short: &'r str,
    severity: Severity,
    confidence: Confidence,
    /// The first event that supports it.
    #[serde(flatten)]
    first: EventPlace<'r>,
    #[serde(flatten)]
    time: Time<'r>,
    /// The process that it is about first.
    #[serde(flatten)]
    process: Process<'r>,
    processes: Vec<ProcessPlace<'r>>,
    containers: Vec<Container<'r>>,
    guids: Vec<Guid<'r>>,
    put_back: Option<&'r MachineGuid>,
    evidence: Vec<EventPlace<'r>>,
    witnesses: Vec<String>,
    raised_by: &'r [String],
    lowered_by: &'r [String],
    group_count: usize,
    explanation: &'r str,
    does_not_prove: &'r [String],
    remedy: &'r str,
    confirm: Option<&'r str>,
}

#[derive(Serialize)]
struct Container<'r> {
    container: Option<&'r str>,
    container_hash: &'r str,
}

/// A GUID, what it is to a finding, and the event that shows it.
#[derive(Serialize)]
struct Guid<'r> {
    guid: &'r MachineGuid,
    role: GuidRole,
    since: Option<EventPlace<'r>>,
}

/// A signature that fired.
pub(super) fn finding<'r>(places: &Places<'r>, finding: &'r Finding) -> FindingRow<'r> {
    let first = finding.evidence.first();
    let first = first.and_then(|it| it.events.first().map(|event| (it.capture, *event)));
    let row = first.and_then(|(capture, event)| places.row(capture, event));
    let process = finding.process_index.and_then(|index| places.report.processes.get(index));
    let evidence = finding.evidence.iter();
    let containers = finding
        .stems
        .iter()
        .map(|stem| Container { container: places.container(stem), container_hash: stem });
    FindingRow {
        signature: &finding.signature,
        title: &finding.title,
        title_short: &finding.title_short,
        severity: finding.severity,
        confidence: finding.confidence,
        first: first.map(|(capture, event)| places.event(capture, event)).unwrap_or_default(),
        time: Time::of(row.and_then(|row| row.time.as_deref())),
        process: Process {
            process_name: process.and_then(|process| process.name.as_deref()),
            pid: process.and_then(|process| process.pid),
        },
        processes: processes(places, &finding.processes),
        containers: containers.collect(),
        guids: guids(places, &finding.guids),
        put_back: finding.put_back.as_ref(),
        evidence: evidence.flat_map(|it| places.events(it.capture, &it.events)).collect(),
        witnesses: finding.witnesses.iter().filter_map(|it| sentence(places, *it)).collect(),
        raised_by: &finding.raised_by,
        lowered_by: &finding.lowered_by,
        group_count: finding.group_count,
        explanation: &finding.explanation,
        does_not_prove: &finding.does_not_prove,
        remedy: &finding.remedy,
        confirm: finding.confirm.as_deref(),
    }
}

fn processes<'r>(places: &Places<'r>, indexes: &[usize]) -> Vec<ProcessPlace<'r>> {
    indexes.iter().filter_map(|index| places.process(*index)).collect()
}

fn guids<'r>(places: &Places<'r>, guids: &'r [NamedGuid]) -> Vec<Guid<'r>> {
    let guids = guids.iter().map(|named| Guid {
        guid: &named.guid,
        role: named.role,
        since: named.since.as_ref().map(|place| places.event(place.capture, place.event)),
    });
    guids.collect()
}

#[derive(Serialize)]
pub(super) struct VerdictRow<'r> {
    state: VerdictState,
    main_process: MainProcess,
    headline: &'r str,
    lead: &'r str,
    signature: Option<&'r str>,
    cause: &'r str,
    confidence: Option<Confidence>,
    confidence_text: &'r str,
    at_stake: Option<&'r str>,
    judged: Vec<ProcessPlace<'r>>,
    missing: &'r [Missing],
    guids: Vec<Guid<'r>>,
    guid_signs: &'r [GuidSign],
    evidence: Vec<Shown<'r>>,
    does_not_show: &'r [String],
    settles: &'r [String],
    confirm: Option<&'r Confirmation>,
    do_first: &'r [DoFirst],
    do_not: &'r [String],
    looked_for: &'r [String],
    not_shown: &'r [String],
}

/// An event, or a fact from outside, that the verdict rests on.
#[derive(Serialize)]
struct Shown<'r> {
    #[serde(flatten)]
    event: EventPlace<'r>,
    #[serde(flatten)]
    time: Time<'r>,
    #[serde(flatten)]
    process: Process<'r>,
    step: Option<Step>,
    container: Option<&'r str>,
    container_hash: Option<&'r str>,
    guid: Option<&'r MachineGuid>,
    result: Option<&'r str>,
    witness: Option<String>,
    text: &'r str,
}

/// The most likely cause, or that none was found.
pub(super) fn verdict<'r>(places: &Places<'r>, verdict: &'r CaseVerdict) -> VerdictRow<'r> {
    VerdictRow {
        state: verdict.state,
        main_process: verdict.main_process,
        headline: &verdict.headline,
        lead: &verdict.lead,
        signature: verdict.signature.as_deref(),
        cause: &verdict.cause,
        confidence: verdict.confidence,
        confidence_text: &verdict.confidence_text,
        at_stake: verdict.at_stake.as_deref(),
        judged: processes(places, &verdict.judged),
        missing: &verdict.missing,
        guids: guids(places, &verdict.guids),
        guid_signs: &places.report.guid_signs,
        evidence: verdict.evidence.iter().map(|it| shown(places, it)).collect(),
        does_not_show: &verdict.does_not_show,
        settles: &verdict.settles,
        confirm: verdict.confirm.as_ref(),
        do_first: &verdict.do_first,
        do_not: &verdict.do_not,
        looked_for: &verdict.looked_for,
        not_shown: &verdict.not_shown,
    }
}

fn shown<'r>(places: &Places<'r>, evidence: &'r VerdictEvidence) -> Shown<'r> {
    Shown {
        event: places.maybe_event(evidence.capture, evidence.event),
        time: Time::of(evidence.time.as_deref()),
        process: Process { process_name: evidence.process.as_deref(), pid: evidence.pid },
        step: evidence.step,
        container: evidence.stem.as_deref().and_then(|stem| places.container(stem)),
        container_hash: evidence.stem.as_deref(),
        guid: evidence.guid.as_ref(),
        result: evidence.result.as_deref(),
        witness: evidence.witness.and_then(|index| sentence(places, index)),
        text: &evidence.text,
    }
}
