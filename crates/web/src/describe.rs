//! One event with all that is known of it, and the processes of a capture.

use procmonkey_analysis::{CodeFamily, known_codes};
use procmonkey_parser::{Capture, Event, Frame, NtStatus, Process};
use serde_json::{Value, json};

use crate::cursor::{Begin, Cursor};
use crate::job::World;
use crate::rows::{begin, time_of};
use crate::wanted::Wanted;

/// The highest address of a 64-bit process; the kernel is above it.
const LAST_OF_PROCESS: u64 = 0x7FFF_FFFF_FFFF;

/// An event by its number.
///
/// # Errors
/// When the capture cannot be read, or has no such event.
pub(crate) fn event(world: &World, capture: usize, number: u64) -> Result<Value, String> {
    let (opened, file) = world.capture(capture)?;
    let views = world.views.iter().flatten().filter(|view| view.capture == capture);
    let near = views
        .filter_map(|view| Some((view, view.places.before_event(number)?)))
        .max_by_key(|(_, (_, place))| place.event);
    let options = near.map_or_else(|| world.reading.clone(), |(view, _)| view.options.clone());
    let begin = match near {
        Some((view, place)) => begin(view, Some(place)),
        None => Begin { row: 0, place: None, since: None, head: None },
    };
    let mut cursor = Cursor::open(file, opened.member, &options, begin)?;
    let all = Wanted::everything();
    while cursor.read(&all)? {
        if cursor.number() == number {
            return Ok(described(&cursor));
        }
        if cursor.number() > number {
            break;
        }
    }
    Err(format!("the capture has no event {number}"))
}

fn described(cursor: &Cursor) -> Value {
    let (event, capture) = (cursor.event(), cursor.capture());
    let detail = event.detail();
    let items: Vec<[String; 2]> = detail
        .iter()
        .flat_map(|detail| detail.items())
        .map(|item| [item.key.to_string(), item.value.to_string()])
        .collect();
    json!({
        "event": cursor.number(),
        "position": event.position().to_string(),
        "time": time_of(event),
        "since": cursor.since(),
        "columns": columns(event),
        "detail": items,
        "meaning": meaning(event),
        "stack": stack(event, capture),
        "process": event.process().map(|process| described_process(process)),
    })
}

/// Every column that the event has, in the order of its capture.
fn columns(event: &Event) -> Vec<[String; 2]> {
    let Some(columns) = event.columns() else { return Vec::new() };
    let field = |(index, name): (usize, &str)| {
        let bytes = event.field(index)?;
        Some([name.to_string(), String::from_utf8_lossy(&bytes).into_owned()])
    };
    columns.names().enumerate().filter_map(field).collect()
}

/// What the Result means.
fn meaning(event: &Event) -> Option<&'static str> {
    let NtStatus(value) = NtStatus::from_result(&event.result()?)?;
    let is_it = |code: &&procmonkey_analysis::KnownCode| {
        code.family == CodeFamily::NtStatus && code.value == value
    };
    known_codes().find(is_it)?.meaning
}

fn stack(event: &Event, capture: &Capture<'_>) -> Vec<Value> {
    let frames = event.stack();
    let needs_modules = frames.iter().any(|frame| frame.path.is_empty());
    let modules = match event.process() {
        Some(process) if needs_modules => capture.modules_of(process),
        _ => Vec::new(),
    };
    let one = |frame: &Frame| {
        let address = frame.address.value();
        let module = address.and_then(|at| modules.iter().find(|module| module.contains(at)));
        let path = match module {
            Some(module) if frame.path.is_empty() => &module.path,
            _ => &frame.path,
        };
        json!({
            "frame": frame.depth,
            "kernel": address.is_some_and(|at| at > LAST_OF_PROCESS),
            "module": path.rsplit('\\').next(),
            "location": frame.location,
            "path": path,
            "address": frame.address.to_string(),
        })
    };
    frames.iter().map(one).collect()
}

fn described_process(process: &Process) -> Value {
    json!({
        "name": process.name,
        "pid": process.pid,
        "parent": process.parent_pid,
        "path": process.image_path,
        "command": process.command_line,
        "user": process.user,
        "company": process.company,
        "version": process.version,
        "description": process.description,
        "integrity": process.integrity,
        "session": process.session,
    })
}

/// The processes of a capture, with how many events each name has once that is known.
///
/// # Errors
/// When the capture cannot be opened.
pub(crate) fn processes(world: &World, number: usize) -> Result<Value, String> {
    let (opened, file) = world.capture(number)?;
    let options = world.reading.clone();
    let capture = file.capture(opened.member, &options).map_err(|error| error.to_string())?;
    let counts = opened.by_name.as_deref();
    let events = |process: &Process| {
        let own = opened.by_process.as_ref()?.get(process.index as usize);
        Some(own.copied().unwrap_or(0))
    };
    let list = capture.processes();
    if list.is_empty() {
        let (names, events): (Vec<&str>, Vec<u64>) = counts
            .unwrap_or_default()
            .iter()
            .map(|(name, events)| (name.as_str(), *events))
            .unzip();
        return Ok(json!({ "name": names, "events": events }));
    }
    let of = |member: fn(&Process) -> Value| list.iter().map(|it| member(it)).collect::<Vec<_>>();
    let instant = |ticks: Option<i64>| {
        ticks.filter(|ticks| *ticks > 0).map(|ticks| capture.clock().at(ticks).to_string())
    };
    let times = |member: fn(&Process) -> Option<i64>| {
        list.iter().map(|it| instant(member(it))).collect::<Vec<_>>()
    };
    Ok(json!({
        "name": of(|it| json!(it.name)),
        "pid": of(|it| json!(it.pid)),
        "parent": of(|it| json!(it.parent_pid)),
        "path": of(|it| json!(it.image_path)),
        "command": of(|it| json!(it.command_line)),
        "user": of(|it| json!(it.user)),
        "started": times(|it| it.created),
        "ended": times(|it| it.finished),
        "events": list.iter().map(|it| events(it)).collect::<Vec<_>>(),
    }))
}
