//! An event as a JSON object, with what no column of Procmon's says in it.

use std::io::Write;

use serde::Serialize;

use procmonkey_export::Stacks;
use procmonkey_parser::{Clock, Event, Frame, JsonObject, TimeBase};

/// Makes JSON objects of events: the number of the capture, that of the event, the columns,
/// then `time` and, where it is asked for, `stack`.
pub(super) struct EventJson {
    object: JsonObject,
    stacks: Stacks,
    out: Vec<u8>,
}

/// A frame of a call stack.
#[derive(Serialize)]
struct FrameJson<'f> {
    depth: u32,
    /// The return address as the capture has it.
    address: String,
    /// Path of the module; empty where it is not known.
    module: &'f str,
    location: &'f str,
}

impl EventJson {
    pub(super) fn new(stacks: Stacks) -> EventJson {
        EventJson { object: JsonObject::default(), stacks, out: Vec::new() }
    }

    /// The object of an event of the capture with this number, from 0.
    pub(super) fn of(&mut self, event: &Event, clock: &Clock, capture: usize) -> &[u8] {
        let object = self.object.of(event, Some(capture));
        self.out.clear();
        self.out.extend_from_slice(object.strip_suffix(b"}").unwrap_or(object));
        // A column of somebody's own may have this name; then it is in the object already.
        let names = |name: &str| event.columns().is_some_and(|it| it.names().any(|it| it == name));
        // A time without a date is in the columns already. Writing to memory does not fail.
        let time = clock.resolve(event.time()).filter(|time| time.base() != TimeBase::FirstDay);
        let _ = match time {
            _ if names("time") => Ok(()),
            Some(time) => write!(self.out, ",\"time\":\"{time}\""),
            None => write!(self.out, ",\"time\":null"),
        };
        if self.stacks == Stacks::Written && !names("stack") {
            let stack = event.stack();
            let frames: Vec<_> = stack.iter().map(frame).collect();
            self.out.extend_from_slice(b",\"stack\":");
            let _ = serde_json::to_writer(&mut self.out, &frames);
        }
        self.out.push(b'}');
        &self.out
    }
}

fn frame(frame: &Frame) -> FrameJson<'_> {
    FrameJson {
        depth: frame.depth,
        address: frame.address.to_string(),
        module: &frame.path,
        location: &frame.location,
    }
}
