//! Captures, their processes, and what was seen beside them.

use procmonkey_analysis::parser::Timestamp;
use procmonkey_analysis::report::{CaptureSummary, JudgedAs, Placed, ProcessSummary, WitnessEntry};
use procmonkey_analysis::{MachineGuid, PhaseSpan, Witness, WitnessClock, WitnessTime};
use serde::Serialize;

use crate::places::{EventPlace, Places, Process, Time};

#[derive(Serialize)]
pub(super) struct CaptureRow<'r> {
    capture: &'r str,
    #[serde(flatten)]
    summary: &'r CaptureSummary,
}

/// One capture, with what could not be read of it.
pub(super) fn capture(summary: &CaptureSummary) -> CaptureRow<'_> {
    CaptureRow { capture: &summary.path, summary }
}

#[derive(Serialize)]
pub(super) struct ProcessRow<'r> {
    #[serde(flatten)]
    first: EventPlace<'r>,
    #[serde(flatten)]
    time: Time<'r>,
    #[serde(flatten)]
    process: Process<'r>,
    account: Option<&'r str>,
    acts_for: Option<&'r str>,
    judged_as: JudgedAs,
    image: Option<&'r str>,
    started_by: Option<&'r str>,
    events: u64,
    starts: Option<EventPlace<'r>>,
    exits: Option<EventPlace<'r>>,
    exit_status: Option<i64>,
    last_event: EventPlace<'r>,
    phases: &'r [PhaseSpan],
}

/// One process instance that is judged.
pub(super) fn process<'r>(places: &Places<'r>, process: &'r ProcessSummary) -> ProcessRow<'r> {
    let event = |number: u64| places.event(process.capture, number);
    ProcessRow {
        first: event(process.first_event),
        time: Time::of(process.first_time.as_deref()),
        process: Process { process_name: process.name.as_deref(), pid: process.pid },
        account: process.account.as_deref(),
        acts_for: process.acts_for.as_deref(),
        judged_as: process.judged_as,
        image: process.image.as_deref(),
        started_by: process.started_by.as_deref(),
        events: process.events,
        starts: process.starts.map(event),
        exits: process.exits.map(event),
        exit_status: process.exit_status,
        last_event: event(process.last_event),
        phases: &process.phases,
    }
}

#[derive(Serialize)]
pub(super) struct WitnessRow<'r> {
    source: &'r str,
    datetime: Option<String>,
    local_time: Option<String>,
    text: String,
    placed: Option<PlacedRow<'r>>,
    unplaced: Option<&'r str>,
    notes: &'r [String],
    keys: Vec<KeyRow<'r>>,
    fact: &'r Witness,
}

/// The place of a witness among the events of a capture.
#[derive(Serialize)]
struct PlacedRow<'r> {
    #[serde(flatten)]
    after: EventPlace<'r>,
    #[serde(flatten)]
    time: Time<'r>,
    seconds: f64,
    assumption: Option<&'r str>,
}

/// A key file of a folder whose container has a name that is known.
#[derive(Serialize)]
struct KeyRow<'r> {
    file: Option<&'r str>,
    container: &'r str,
    guid: &'r MachineGuid,
}

/// One fact from outside the captures.
pub(super) fn witness<'r>(places: &Places<'r>, entry: &'r WitnessEntry) -> WitnessRow<'r> {
    let files = match &entry.witness {
        Witness::Folder(folder) => &folder.files[..],
        _ => &[],
    };
    let keys = entry.keys.iter().map(|key| KeyRow {
        file: files.get(key.file).map(|file| file.name.as_str()),
        container: &key.container,
        guid: &key.guid,
    });
    let (datetime, local_time) = time_of(&entry.witness).map_or((None, None), moment);
    WitnessRow {
        source: entry.witness.source(),
        datetime,
        local_time,
        text: entry.witness.sentence(),
        placed: entry.placed.as_ref().map(|it| placed(places, it)),
        unplaced: entry.unplaced.as_deref(),
        notes: &entry.notes,
        keys: keys.collect(),
        fact: &entry.witness,
    }
}

fn placed<'r>(places: &Places<'r>, placed: &'r Placed) -> PlacedRow<'r> {
    PlacedRow {
        after: places.maybe_event(Some(placed.capture), placed.after_event),
        time: Time::of(placed.time.as_deref()),
        seconds: placed.seconds,
        assumption: placed.assumption.as_deref(),
    }
}

fn time_of(witness: &Witness) -> Option<&WitnessTime> {
    match witness {
        Witness::MachineGuid(seen) => seen.written.as_ref(),
        Witness::Service(seen) => seen.time.as_ref(),
        Witness::KeyOperation(seen) => seen.time.as_ref(),
        Witness::Schannel(seen) => seen.time.as_ref(),
        Witness::Debug(seen) => seen.time.as_ref(),
        _ => None,
    }
}

/// RFC 3339 for a time in UTC, and the same without an offset for that of another clock.
fn moment(time: &WitnessTime) -> (Option<String>, Option<String>) {
    let text = time.ticks.map(|ticks| Timestamp::utc(ticks).to_string());
    match time.clock {
        WitnessClock::Utc => (text, None),
        _ => (None, text.map(|text| text.trim_end_matches('Z').to_string())),
    }
}
