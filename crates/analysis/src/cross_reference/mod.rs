//! Paths that one process writes and another one reads.

mod access;

use procmonkey_parser::{Column, Event, Limits};

use crate::quick_map::QuickMap;
use access::Access;

/// Collects the paths that one process writes and another one reads, within a bound of memory.
///
/// A process is known by its name and PID, so two instances of a program are two processes where
/// the capture shows PIDs. Case does not count in paths and names.
///
/// ```
/// use procmonkey_analysis::CrossReference;
/// use procmonkey_parser::{Error, Event, open};
///
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/first-start.csv");
/// let mut capture = open(CAPTURE)?;
/// let (mut shared, mut event) = (CrossReference::default(), Event::default());
/// while capture.read_event(&mut event)? {
///     shared.observe(&event);
/// }
/// for path in shared.finish() {
///     assert!(!path.writers.is_empty() && !path.readers.is_empty());
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CrossReference {
    processes: QuickMap<Vec<u8>, u32>,
    names: Vec<ProcessKey>,
    /// The number of each path, by its text in small letters.
    paths: QuickMap<Box<str>, u32>,
    /// How often a process accesses a path in one way.
    counts: QuickMap<AccessKey, u64>,
    /// Each path as it was first written, where that is not in small letters.
    shown: Vec<Option<Box<str>>>,
    held: u64,
    most: u64,
    left_out: u64,
    nameless: u64,
    /// The process of an event, in memory that is used again.
    process: Vec<u8>,
}

/// Process Name and PID.
type ProcessKey = (Option<String>, Option<u32>);

/// What one process does at one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct AccessKey {
    path: u32,
    process: u32,
    access: Access,
}

/// A path that one process writes and another one reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SharedPath {
    /// The path, as it was first written.
    pub path: String,
    /// How many events write or read it.
    pub events: u64,
    /// The processes that write it, those with most events first.
    pub writers: Vec<PathUser>,
    /// The processes that read it, those with most events first. One that writes it, too, is in
    /// both lists.
    pub readers: Vec<PathUser>,
}

/// A process that writes or reads a path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PathUser {
    /// Process Name.
    pub process: Option<String>,
    /// PID.
    pub pid: Option<u32>,
    /// In how many events it does so.
    pub events: u64,
}

/// What a path takes beside its texts, and a process beside its name, in bytes, about.
const PER_ENTRY: u64 = 100;

impl Default for CrossReference {
    fn default() -> CrossReference {
        CrossReference {
            processes: QuickMap::default(),
            names: Vec::new(),
            paths: QuickMap::default(),
            counts: QuickMap::default(),
            shown: Vec::new(),
            held: 0,
            most: Limits::default().most_gathered(),
            left_out: 0,
            nameless: 0,
            process: Vec::new(),
        }
    }
}

impl CrossReference {
    /// Holds at most so many bytes, about, instead of [`Limits::gathered`]. What has no room is
    /// counted in [`CrossReference::left_out`].
    pub fn memory(self, bytes: u64) -> CrossReference {
        CrossReference { most: bytes, ..self }
    }

    /// How many events that write or read are not in the result, because there was no room for
    /// their path or process.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How many events that write or read are not in the result, because the capture shows
    /// neither the name nor the PID of their process.
    pub fn without_process(&self) -> u64 {
        self.nameless
    }

    /// Takes in an event.
    pub fn observe(&mut self, event: &Event) {
        let Some(access) = Access::of(event) else { return };
        let Some(path) = event.path().filter(|path| !path.is_empty()) else { return };
        let Some(process) = self.process_of(event) else { return };
        let Some(path) = self.number_of(&path) else { return };
        let key = AccessKey { path, process, access };
        match self.counts.get_mut(&key) {
            Some(events) => *events += 1,
            None if self.held < self.most => {
                self.held += PER_ENTRY;
                self.counts.insert(key, 1);
            }
            None => self.left_out += 1,
        }
    }

    /// The number of a path. `None`, and it is counted, where a new one has no room.
    fn number_of(&mut self, path: &str) -> Option<u32> {
        let key = path.to_lowercase();
        if let Some(number) = self.paths.get(&*key) {
            return Some(*number);
        }
        let number = u32::try_from(self.shown.len()).ok().filter(|_| self.held < self.most);
        let Some(number) = number else {
            self.left_out += 1;
            return None;
        };
        let shown: Option<Box<str>> = (path != key).then(|| path.into());
        self.held += (key.len() + shown.as_ref().map_or(0, |shown| shown.len())) as u64 + PER_ENTRY;
        self.shown.push(shown);
        self.paths.insert(key.into(), number);
        Some(number)
    }

    /// The number of the process of an event that writes or reads. `None`, and it is counted why,
    /// where it is not known, or a new one has no room.
    fn process_of(&mut self, event: &Event) -> Option<u32> {
        let (name, pid) = (event.bytes(Column::ProcessName), event.pid());
        let name = name.filter(|name| !name.is_empty());
        if name.is_none() && pid.is_none() {
            self.nameless += 1;
            return None;
        }
        self.process.clear();
        self.process.extend_from_slice(name.as_deref().unwrap_or_default());
        self.process.make_ascii_lowercase();
        self.process.push(0);
        self.process.extend(pid.iter().flat_map(|pid| pid.to_le_bytes()));
        if let Some(process) = self.processes.get(&self.process) {
            return Some(*process);
        }
        let number = u32::try_from(self.names.len()).ok().filter(|_| self.held < self.most);
        let Some(number) = number else {
            self.left_out += 1;
            return None;
        };
        self.held += 2 * self.process.len() as u64 + PER_ENTRY;
        self.processes.insert(self.process.clone(), number);
        self.names.push((name.map(|name| String::from_utf8_lossy(&name).into_owned()), pid));
        Some(number)
    }

    /// The paths that one process writes and another one reads, those with most events first,
    /// then by their texts.
    pub fn finish(self) -> Vec<SharedPath> {
        let CrossReference { names, paths, counts, mut shown, .. } = self;
        let mut users: Vec<Users> = (0..shown.len()).map(|_| Users::default()).collect();
        for (key, events) in counts {
            let of_path = &mut users[key.path as usize];
            match key.access {
                Access::Write => of_path.writers.push((key.process, events)),
                Access::Read => of_path.readers.push((key.process, events)),
            }
        }
        let mut shared = Vec::new();
        for (text, number) in paths {
            let of_path = std::mem::take(&mut users[number as usize]);
            if of_path.are_different() {
                let path = shown[number as usize].take().unwrap_or(text);
                shared.push(of_path.of(path.into(), &names));
            }
        }
        shared.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.path.cmp(&b.path)));
        shared
    }
}

/// The numbers of the processes that access a path, with how often.
#[derive(Clone, Debug, Default)]
struct Users {
    writers: Vec<(u32, u64)>,
    readers: Vec<(u32, u64)>,
}

impl Users {
    /// Whether one process writes and another one reads.
    fn are_different(&self) -> bool {
        match (&self.writers[..], &self.readers[..]) {
            ([], _) | (_, []) => false,
            ([(writer, _)], [(reader, _)]) => writer != reader,
            _ => true,
        }
    }

    fn of(self, path: String, names: &[ProcessKey]) -> SharedPath {
        let named = |list: Vec<(u32, u64)>| {
            let user = |(process, events): (u32, u64)| {
                let (process, pid) = names[process as usize].clone();
                PathUser { process, pid, events }
            };
            let mut users: Vec<PathUser> = list.into_iter().map(user).collect();
            let name = |user: &PathUser| (user.process.clone(), user.pid);
            users.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| name(a).cmp(&name(b))));
            users
        };
        let events = self.writers.iter().chain(&self.readers).map(|(_, events)| events).sum();
        SharedPath { path, events, writers: named(self.writers), readers: named(self.readers) }
    }
}

#[cfg(test)]
mod tests;
