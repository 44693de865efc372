//! Steps of the timeline, reads of MachineGuid, and the rows that a report refers to.

use procmonkey_analysis::parser::TimeQuality;
use procmonkey_analysis::report::{
    CitedEvent, GuidRead, GuidRelation, GuidSource, Link, LinkVia, TimelineEntry,
};
use procmonkey_analysis::{KeyFolder, MachineGuid, Phase, RegistryView, Step};
use serde::Serialize;

use crate::places::{EventPlace, Places, Process, Time, unread_time};

/// Where and when, and by whom.
#[derive(Serialize)]
struct Row<'r> {
    #[serde(flatten)]
    event: EventPlace<'r>,
    #[serde(flatten)]
    time: Time<'r>,
    time_quality: TimeQuality,
    /// Its words in the capture, where they say more than what was read from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_text: Option<&'r str>,
    #[serde(flatten)]
    process: Process<'r>,
    tid: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct ReadRow<'r> {
    #[serde(flatten)]
    row: Row<'r>,
    guid: &'r MachineGuid,
    view: RegistryView,
    full_chain: bool,
    events: Vec<EventPlace<'r>>,
}

/// One logical read of MachineGuid.
pub(super) fn read<'r>(places: &Places<'r>, read: &'r GuidRead) -> ReadRow<'r> {
    let row = Row {
        event: places.maybe_event(Some(read.capture), read.events.first().copied()),
        time: Time::of(read.time.as_deref()),
        time_quality: read.time_quality,
        time_text: None,
        process: Process { process_name: read.process.as_deref(), pid: read.pid },
        tid: read.tid,
    };
    ReadRow {
        row,
        guid: &read.value,
        view: read.view,
        full_chain: read.full_chain,
        events: places.events(read.capture, &read.events),
    }
}

#[derive(Serialize)]
pub(super) struct StepRow<'r> {
    #[serde(flatten)]
    row: Row<'r>,
    phase: Phase,
    step: Step,
    text: String,
    failed: bool,
    path: &'r str,
    result: &'r str,
    container: Option<&'r str>,
    container_hash: Option<&'r str>,
    folder: Option<KeyFolder>,
    guid: Option<&'r MachineGuid>,
    relation: Option<GuidRelation>,
    in_effect: Option<GuidSource>,
    offset: Option<u64>,
    length: Option<u64>,
    new_path: Option<&'r str>,
    note: Option<&'r str>,
    seconds_since_last: Option<f64>,
    read_before: Option<ReadBefore<'r>>,
    findings: Vec<&'r str>,
    events: Vec<EventPlace<'r>>,
}

/// The read of MachineGuid before a step.
#[derive(Serialize)]
struct ReadBefore<'r> {
    #[serde(flatten)]
    event: EventPlace<'r>,
    #[serde(flatten)]
    time: Time<'r>,
    guid: &'r MachineGuid,
    via: LinkVia,
    elapsed_seconds: Option<f64>,
}

/// One step of the timeline.
pub(super) fn step<'r>(places: &Places<'r>, entry: &'r TimelineEntry) -> StepRow<'r> {
    let row = Row {
        event: places.event(entry.capture, entry.event),
        time: Time::of(entry.time.as_deref()),
        time_quality: entry.time_quality,
        time_text: unread_time(entry.time_quality, entry.time_text.as_deref()),
        process: Process { process_name: entry.process.as_deref(), pid: entry.pid },
        tid: entry.tid,
    };
    StepRow {
        row,
        phase: entry.phase,
        step: entry.step,
        text: entry.words(),
        failed: entry.failed,
        path: &entry.path,
        result: &entry.result,
        container: entry.container.as_deref(),
        container_hash: entry.stem.as_deref(),
        folder: entry.folder,
        guid: entry.guid.as_ref(),
        relation: entry.relation,
        in_effect: entry.in_effect,
        offset: entry.offset,
        length: entry.length,
        new_path: entry.new_path.as_deref(),
        note: entry.note.as_deref(),
        seconds_since_last: entry.delta_seconds,
        read_before: entry.link.as_ref().and_then(|link| read_before(places, link)),
        findings: signatures(places, &entry.findings),
        events: places.events(entry.capture, &entry.events),
    }
}

fn read_before<'r>(places: &Places<'r>, link: &Link) -> Option<ReadBefore<'r>> {
    let read = places.report.machine_guid_reads.get(link.read)?;
    Some(ReadBefore {
        event: places.maybe_event(Some(read.capture), read.events.first().copied()),
        time: Time::of(read.time.as_deref()),
        guid: &read.value,
        via: link.via,
        elapsed_seconds: link.elapsed_seconds,
    })
}

/// The ids of the findings with these indexes, each once.
fn signatures<'r>(places: &Places<'r>, findings: &[usize]) -> Vec<&'r str> {
    let mut ids: Vec<&str> = Vec::new();
    for finding in findings.iter().filter_map(|index| places.report.findings.get(*index)) {
        if !ids.contains(&&*finding.signature) {
            ids.push(&finding.signature);
        }
    }
    ids
}

#[derive(Serialize)]
pub(super) struct CitedRow<'r> {
    #[serde(flatten)]
    row: Row<'r>,
    operation: &'r str,
    path: &'r str,
    result: &'r str,
    detail_text: &'r str,
    detail_left_out: u64,
}

/// A row of a capture that the report refers to.
pub(super) fn cited<'r>(places: &Places<'r>, cited: &'r CitedEvent) -> CitedRow<'r> {
    let row = Row {
        event: places.event(cited.capture, cited.event),
        time: Time::of(cited.time.as_deref()),
        time_quality: cited.time_quality,
        time_text: unread_time(cited.time_quality, cited.time_text.as_deref()),
        process: Process { process_name: cited.process.as_deref(), pid: cited.pid },
        tid: cited.tid,
    };
    CitedRow {
        row,
        operation: &cited.operation,
        path: &cited.path,
        result: &cited.result,
        detail_text: &cited.detail,
        detail_left_out: cited.detail_left_out,
    }
}
