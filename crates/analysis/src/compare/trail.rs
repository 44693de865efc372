//! What each instance of a process did, each action once.

use std::collections::HashMap;

use procmonkey_parser::{Clock, Event, EventTime, NtStatus, Timestamp};

use super::comparison::TrailAction;
use super::path::{PlainPath, plain};
use super::result::{self, is_noise, is_served};
use crate::guid::MachineGuid;
use crate::key_file::{KeyFile, KeyFolder};
use crate::machine_guid::{GuidEvent, RegistryView};
use crate::moment::Moment;
use crate::phase::{PathMark, Phase};
use crate::trace::{Instances, ProcessSelection, Subject};

/// How many different actions are kept of one capture. Beyond it new ones are
/// counted only.
const MOST_ACTIONS: usize = 200_000;

/// Records what the followed processes of one capture do, in bounded memory:
/// each action is kept once for each result, with its first event.
///
/// ```
/// use procmonkey_analysis::ProcessSelection;
/// use procmonkey_analysis::compare::Recorder;
/// use procmonkey_analysis::parser::{Event, Input, ReadOptions};
///
/// let rows = "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\n\
///             \"1:00:00 PM\",\"inetinfo.exe\",\"7\",\"CreateFile\",\"C:\\a\",\"SUCCESS\",\"\"\n";
/// let mut input = Input::from_reader("a.csv", rows.as_bytes(), &ReadOptions::new())?;
/// let mut recorder = Recorder::new(ProcessSelection::default());
/// while let Some(capture) = input.next_capture() {
///     let mut capture = capture?;
///     let mut event = Event::default();
///     while capture.read_event(&mut event)? {
///         recorder.observe(&event);
///     }
///     let trails = recorder.finish(capture.clock());
///     assert_eq!(trails.instances(), 1);
///     break;
/// }
/// # Ok::<(), procmonkey_analysis::parser::Error>(())
/// ```
#[derive(Debug)]
pub struct Recorder {
    processes: ProcessSelection,
    instances: Instances,
    trails: Vec<Draft>,
    /// Room for different actions: [`MOST_ACTIONS`].
    pub(super) room: usize,
    left_out: u64,
    last: Option<EventTime>,
}

/// A trail while its capture is read.
#[derive(Debug, Default)]
struct Draft {
    starts: bool,
    exits: bool,
    has_threads: bool,
    uses_keys: bool,
    /// Whether there was no room for something that it did.
    is_cut: bool,
    started: Option<EventTime>,
    identities: HashMap<(String, String), u32>,
    seen: HashMap<(u32, String), usize>,
    actions: Vec<(Action, EventTime)>,
}

/// The trails of all followed instances of one capture.
#[derive(Debug)]
pub struct Trails {
    pub(super) list: Vec<Trail>,
    pub(super) left_out: u64,
    /// When the capture begins and ends, if it has dates.
    pub(super) span: Option<(Moment, Moment)>,
}

/// What one instance of a process did.
#[derive(Debug)]
pub(super) struct Trail {
    pub(super) name: Option<String>,
    pub(super) pid: Option<u32>,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) events: u64,
    /// Whether the capture shows its beginning.
    pub(super) starts: bool,
    /// Whether the capture shows its end.
    pub(super) exits: bool,
    /// Whether it has everything from the beginning on, so that what is not in it
    /// was not done.
    pub(super) is_whole: bool,
    pub(super) has_threads: bool,
    pub(super) uses_keys: bool,
    /// Seconds from its first event to the end of the capture.
    pub(super) watched: Option<f64>,
    /// In the order of events.
    pub(super) actions: Vec<Action>,
}

/// One action with one result, where it was first seen.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) operation: String,
    pub(super) plain: PlainPath,
    pub(super) path: String,
    /// Result and what the Detail column adds to it that decides.
    pub(super) result: String,
    pub(super) succeeded: bool,
    pub(super) event: u64,
    pub(super) tid: Option<u32>,
    pub(super) phase: Option<Phase>,
    /// The value of MachineGuid, where the action reads or sets it.
    pub(super) value: Option<MachineGuid>,
    pub(super) count: u64,
    pub(super) time: Option<String>,
    /// Seconds since the first event of the instance.
    pub(super) elapsed: Option<f64>,
}

impl Action {
    /// What is done, whatever comes of it.
    pub(super) fn identity(&self) -> (&str, &str) {
        (&self.operation, &self.plain.text)
    }

    /// As a comparison shows it; `common` when the other capture has it, too.
    pub(super) fn shown(&self, common: bool) -> TrailAction {
        let file = KeyFile::from_path(&self.path);
        TrailAction {
            stem: file.as_ref().map(|file| file.stem.clone()),
            container: None,
            guid: file.map(|file| file.guid).or_else(|| self.value.clone()),
            event: self.event,
            time: self.time.clone(),
            tid: self.tid,
            operation: self.operation.clone(),
            path: self.path.clone(),
            result: self.result.clone(),
            count: self.count,
            common,
        }
    }
}

impl Recorder {
    /// Follows these processes.
    pub fn new(processes: ProcessSelection) -> Recorder {
        Recorder {
            processes,
            instances: Instances::default(),
            trails: Vec::new(),
            room: MOST_ACTIONS,
            left_out: 0,
            last: None,
        }
    }

    /// Takes in the next event of the capture, of any process.
    pub fn observe(&mut self, event: &Event) {
        self.last = Some(*event.time());
        if self.processes.subject(event) != Subject::Followed {
            return;
        }
        let operation = event.operation().unwrap_or_default();
        let index = self.instances.enter(event, &operation);
        if self.trails.len() <= index {
            self.trails.resize_with(index + 1, Draft::default);
        }
        let draft = &mut self.trails[index];
        draft.started.get_or_insert(*event.time());
        draft.starts |= operation == "Process Start";
        draft.exits |= operation == "Process Exit";
        draft.has_threads |= event.tid().is_some();
        let written = event.result().unwrap_or_default();
        let status = NtStatus::from_result(&written);
        if is_noise(&operation, status) {
            return;
        }
        let path = event.path().unwrap_or_default();
        let plain = plain(&operation, &path);
        let result = result::of_event(event, &operation, &written);
        let identities = draft.identities.len() as u32;
        let key = (operation.to_string(), plain.text.clone());
        let identity = match draft.identities.get(&key) {
            Some(identity) => *identity,
            None => identities,
        };
        if let Some(place) = draft.seen.get(&(identity, result.clone())) {
            draft.actions[*place].0.count += 1;
            return;
        }
        if self.room == 0 {
            self.left_out += 1;
            draft.is_cut = true;
            return;
        }
        self.room -= 1;
        draft.identities.entry(key).or_insert(identity);
        draft.seen.insert((identity, result.clone()), draft.actions.len());
        let phase = phase_of(&operation, &path);
        let value = value_of(event, &operation, &path, status);
        draft.uses_keys |= phase == Some(Phase::KeyFiles);
        let action = Action {
            operation: operation.into_owned(),
            plain,
            path: path.into_owned(),
            succeeded: is_served(status),
            result,
            event: event.number(),
            tid: event.tid(),
            phase,
            value,
            count: 1,
            time: None,
            elapsed: None,
        };
        draft.actions.push((action, *event.time()));
    }

    /// Ends the capture, whose clock can resolve the times now.
    pub fn finish(self, clock: &Clock) -> Trails {
        let end = self.last.and_then(|time| clock.resolve(&time));
        let trail = |(instance, draft): (&crate::trace::Instance, Draft)| {
            let start = draft.started.and_then(|time| clock.resolve(&time));
            let action = |(mut action, time): (Action, EventTime)| {
                let time = clock.resolve(&time);
                action.time = time.map(|time| time.to_string());
                action.elapsed = seconds(start, time);
                action
            };
            Trail {
                name: instance.name.clone(),
                pid: instance.pid,
                first: instance.first,
                last: instance.last,
                events: instance.events,
                starts: draft.starts,
                exits: draft.exits,
                is_whole: draft.starts && !draft.is_cut,
                has_threads: draft.has_threads,
                uses_keys: draft.uses_keys,
                watched: seconds(start, end),
                actions: draft.actions.into_iter().map(action).collect(),
            }
        };
        let list = self.instances.list().iter().zip(self.trails).map(trail).collect();
        let moment = |time: Option<EventTime>| Moment::of(clock, &time?);
        let span = moment(clock.first_time()).zip(moment(clock.last_time()));
        Trails { list, left_out: self.left_out, span }
    }
}

impl Trails {
    /// How many instances of the followed processes there are.
    pub fn instances(&self) -> usize {
        self.list.len()
    }

    /// How many events did something new when the room was full: they take no
    /// part in a comparison.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

fn seconds(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<f64> {
    Some(to?.ticks_since(from?)? as f64 / procmonkey_parser::TICKS_PER_SECOND as f64)
}

/// The value of MachineGuid that an event gives or sets.
fn value_of(
    event: &Event,
    operation: &str,
    path: &str,
    status: Option<NtStatus>,
) -> Option<MachineGuid> {
    RegistryView::of_value(path).or_else(|| RegistryView::of_key(path))?;
    let detail = event.detail();
    match GuidEvent::of(
        operation,
        path,
        || RegistryView::of_value(path),
        status,
        || detail.as_ref(),
    )? {
        (_, GuidEvent::Value(value) | GuidEvent::Set(Some(value))) => Some(value),
        _ => None,
    }
}

fn phase_of(operation: &str, path: &str) -> Option<Phase> {
    if operation == "Process Exit" {
        return Some(Phase::Exit);
    }
    if KeyFile::from_path(path).is_some() || KeyFolder::from_path(path).is_some() {
        return Some(Phase::KeyFiles);
    }
    Phase::marked_by(operation, PathMark::of(path))
}
