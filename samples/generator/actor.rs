//! A thread that does things. Every call adds events and moves the thread's own clock forward, so
//! the events of one thread never overlap.

use crate::model::{Class, Detail, Event, MILLI, Ticks, number, text};
use crate::rng::Rng;

/// The registry root whose opens are answered with REPARSE first: it is a link.
const CONTROL_SET: &str = "HKLM\\System\\CurrentControlSet";

/// A thread of one process.
#[derive(Debug)]
pub struct Actor {
    pub process: usize,
    pub tid: u32,
    pub now: Ticks,
    pub events: Vec<Event>,
    pub rng: Rng,
}

impl Actor {
    /// A thread that starts acting at `now`.
    pub fn new(process: usize, tid: u32, now: Ticks, seed: u64) -> Self {
        Actor { process, tid, now, events: Vec::new(), rng: Rng::new(seed) }
    }

    /// Lets time pass without an event.
    pub fn wait(&mut self, milliseconds: u64) {
        self.now += milliseconds * MILLI + self.rng.between(0, MILLI);
    }

    /// Remembers why the last event matters to the lesson.
    pub fn note(&mut self, note: &'static str) {
        if let Some(event) = self.events.last_mut() {
            event.note = note;
        }
    }

    /// The same for the last event with the given operation.
    pub fn note_on(&mut self, operation: &str, note: &'static str) {
        if let Some(event) = self.events.iter_mut().rfind(|event| event.operation == operation) {
            event.note = note;
        }
    }

    /// Adds an event that took `duration` ticks.
    pub fn event(
        &mut self,
        class: Class,
        operation: &'static str,
        path: &str,
        result: &'static str,
        detail: Detail,
        duration: Ticks,
    ) {
        self.now += self.rng.between(40, 900);
        self.events.push(Event {
            time: self.now,
            duration: Some(duration),
            process: self.process,
            tid: self.tid,
            class,
            operation,
            path: path.to_owned(),
            result,
            detail,
            note: "",
        });
        self.now += duration;
    }

    /// Adds a process, thread or image event; those have no duration.
    pub fn instant(&mut self, operation: &'static str, path: &str, detail: Detail) {
        self.event(Class::Process, operation, path, "SUCCESS", detail, 0);
    }

    /// Adds a registry event.
    pub fn registry(
        &mut self,
        operation: &'static str,
        path: &str,
        result: &'static str,
        detail: Detail,
    ) {
        // Real captures show a narrow band of about 11 to 15 microseconds with a few outliers.
        let duration = if self.rng.between(0, 11) == 0 {
            self.rng.between(210, 620)
        } else {
            self.rng.between(104, 158)
        };
        self.event(Class::Registry, operation, path, result, detail, duration);
    }

    fn open_attempt(&mut self, path: &str, access: &str, result: &'static str) {
        self.registry("RegOpenKey", path, result, vec![text("Desired Access", access)]);
    }

    /// The rows in front of an open: the query of the root, and the link of the control set.
    fn before_open(&mut self, path: &str, access: &str) {
        let root = if path.starts_with("HKCU") { "HKCU" } else { "HKLM" };
        let tags = vec![text("Query", "HandleTags"), text("HandleTags", "0x0")];
        self.registry("RegQueryKey", root, "SUCCESS", tags);
        if path.starts_with(CONTROL_SET) {
            self.open_attempt(path, access, "REPARSE");
        }
    }

    /// Opens a key that exists.
    pub fn open_key(&mut self, path: &str, access: &str) {
        self.before_open(path, access);
        self.open_attempt(path, access, "SUCCESS");
        let class = "KeySetHandleTagsInformation";
        let detail = vec![text("KeySetInformationClass", class), text("Length", "0")];
        self.registry("RegSetInfoKey", path, "SUCCESS", detail);
    }

    /// Tries to open a key that does not exist.
    pub fn open_missing_key(&mut self, path: &str, access: &str) {
        self.before_open(path, access);
        self.open_attempt(path, access, "NAME NOT FOUND");
    }

    /// Creates a key.
    pub fn create_key(&mut self, path: &str) {
        let detail =
            vec![text("Desired Access", "Read/Write"), text("Disposition", "REG_CREATED_NEW_KEY")];
        self.registry("RegCreateKey", path, "SUCCESS", detail);
    }

    /// Closes a key.
    pub fn close_key(&mut self, path: &str) {
        self.registry("RegCloseKey", path, "SUCCESS", Vec::new());
    }

    /// Asks for a value that does not exist; `room` is the size of the caller's buffer.
    pub fn missing_value(&mut self, path: &str, room: u64) {
        self.registry("RegQueryValue", path, "NAME NOT FOUND", vec![number("Length", room)]);
    }

    /// Asks for a value with a buffer that is too small for the data.
    pub fn short_buffer(&mut self, path: &str, room: u64) {
        self.registry("RegQueryValue", path, "BUFFER OVERFLOW", vec![number("Length", room)]);
    }

    /// Reads a number.
    pub fn read_dword(&mut self, path: &str, data: u32) {
        self.registry("RegQueryValue", path, "SUCCESS", dword(data));
    }

    /// Reads a text.
    pub fn read_text(&mut self, path: &str, kind: &str, data: &str) {
        self.registry("RegQueryValue", path, "SUCCESS", string(kind, data));
    }

    /// Reads a text the way an ANSI caller does: four events for one call. The first query of
    /// each pair has room for the 12 byte header alone, or for the header and the ANSI text.
    pub fn read_text_ansi(&mut self, path: &str, kind: &str, data: &str) {
        for room in [12, 12 + data.len() as u64 + 1] {
            self.short_buffer(path, room);
            self.read_text(path, kind, data);
        }
    }

    /// Writes a number.
    pub fn set_dword(&mut self, path: &str, data: u32) {
        self.registry("RegSetValue", path, "SUCCESS", dword(data));
    }

    /// Writes a text.
    pub fn set_text(&mut self, path: &str, kind: &str, data: &str) {
        self.registry("RegSetValue", path, "SUCCESS", string(kind, data));
    }

    /// Lists the subkeys of an open key up to the end.
    pub fn list_keys(&mut self, path: &str, names: &[&str]) {
        for (index, name) in names.iter().enumerate() {
            let detail = vec![number("Index", index as u64), text("Name", *name)];
            self.registry("RegEnumKey", path, "SUCCESS", detail);
        }
        let detail = vec![number("Index", names.len() as u64), number("Length", 288)];
        self.registry("RegEnumKey", path, "NO MORE ENTRIES", detail);
    }

    /// Adds a network event.
    pub fn network(&mut self, operation: &'static str, path: &str, length: u64) {
        let mut detail = vec![text("Length", length.to_string())];
        let handshake: &[(&str, u64)] = &[
            ("mss", 1460),
            ("sackopt", 1),
            ("tsopt", 0),
            ("wsopt", 1),
            ("rcvwin", 65_700),
            ("rcvwinscale", 8),
            ("sndwinscale", 8),
        ];
        let sent = self.now / (10 * MILLI) % 10_000_000;
        let more: &[(&str, u64)] = match operation {
            "TCP Connect" | "TCP Accept" => handshake,
            "TCP Send" => &[("startime", sent), ("endtime", sent)],
            _ => &[],
        };
        for (key, value) in more.iter().chain(&[("seqnum", 0), ("connid", 0)]) {
            detail.push(text(key, value.to_string()));
        }
        self.event(Class::Network, operation, path, "SUCCESS", detail, 0);
    }
}

fn dword(data: u32) -> Detail {
    vec![text("Type", "REG_DWORD"), number("Length", 4), text("Data", data.to_string())]
}

/// The size counts UTF-16 characters and the closing NUL.
fn string(kind: &str, data: &str) -> Detail {
    let length = (data.encode_utf16().count() as u64 + 1) * 2;
    vec![text("Type", kind), number("Length", length), text("Data", data)]
}
