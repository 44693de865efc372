//! The processes of a capture: who started whom, when, and as whom.

use std::collections::HashMap;

use procmonkey_parser::{Capture, Clock, Column, Event, EventTime, Process, Timestamp};

use crate::quick_map::QuickMap;

/// Collects the processes of one capture: from its process list where it has
/// one, and from its events where it has none.
#[derive(Clone, Debug, Default)]
pub struct ProcessTree {
    seen: Vec<ObservedProcess>,
    /// The instance that has a PID at the moment.
    current: QuickMap<u32, usize>,
    /// Events by process index, for captures with a process list.
    events: QuickMap<u32, u64>,
}

/// One process, with its children below it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ProcessNode {
    /// The file, where processes of several files are shown together.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub file: Option<String>,
    /// Process Name.
    pub name: Option<String>,
    /// PID.
    pub pid: Option<u32>,
    /// PID of the parent. The parent itself may have ended before the capture.
    pub parent_pid: Option<u32>,
    /// Process Name of the parent, where the capture shows that process.
    #[cfg_attr(feature = "serde", serde(default))]
    pub parent_name: Option<String>,
    /// When it started; `None` when that was before the capture and nothing says.
    pub started: Option<String>,
    /// When it ended; `None` while it was running.
    pub ended: Option<String>,
    /// Command line.
    pub command_line: Option<String>,
    /// Account.
    pub user: Option<String>,
    /// Integrity level.
    pub integrity: Option<String>,
    /// `32-bit` or `64-bit`.
    pub architecture: Option<String>,
    /// Terminal Services session.
    pub session: Option<u32>,
    /// Path of the image.
    pub image_path: Option<String>,
    /// How many events of the capture are its own.
    pub events: u64,
    /// How deep it is in the tree; 0 where no parent is known.
    pub depth: usize,
}

/// The processes with a PID, each below those that it descends from, of the processes that
/// [`ProcessTree::finish`] gives. A PID that was used again has several.
///
/// ```
/// use procmonkey_analysis::{ProcessTree, ancestors};
/// use procmonkey_parser::{Error, Event, open};
///
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.pml");
/// let mut capture = open(CAPTURE)?;
/// let (mut tree, mut event) = (ProcessTree::default(), Event::default());
/// while capture.read_event(&mut event)? {
///     tree.observe(&event);
/// }
/// let line = ancestors(&tree.finish(&capture), 5236);
/// assert_eq!(line.last().and_then(|node| node.name.as_deref()), Some("inetinfo.exe"));
/// # Ok::<(), Error>(())
/// ```
pub fn ancestors(nodes: &[ProcessNode], pid: u32) -> Vec<ProcessNode> {
    let mut shown = Vec::new();
    for (place, node) in nodes.iter().enumerate().filter(|(_, node)| node.pid == Some(pid)) {
        // Parents stand before their children, so the next above is the last that is less deep.
        let mut line = vec![node];
        for above in nodes[..place].iter().rev() {
            if line.last().is_some_and(|below| above.depth < below.depth) {
                line.push(above);
            }
        }
        shown.extend(line.into_iter().rev().cloned());
    }
    shown
}

/// A process as its events show it.
#[derive(Clone, Debug, Default)]
struct ObservedProcess {
    pid: Option<u32>,
    parent_pid: Option<u32>,
    name: Option<String>,
    started: Option<EventTime>,
    ended: Option<EventTime>,
    command_line: Option<String>,
    user: Option<String>,
    integrity: Option<String>,
    architecture: Option<String>,
    session: Option<u32>,
    image_path: Option<String>,
    events: u64,
}

impl ProcessTree {
    /// Takes in the next event.
    pub fn observe(&mut self, event: &Event) {
        if let Some(process) = event.process() {
            *self.events.entry(process.index).or_insert(0) += 1;
            return;
        }
        let operation = event.operation().unwrap_or_default();
        let Some(pid) = event.pid() else { return };
        if operation == "Process Start" {
            self.begin(pid);
        }
        let index = self.instance(pid);
        let seen = &mut self.seen[index];
        seen.events += 1;
        if seen.events == 1 {
            seen.take_columns(event);
        }
        match &*operation {
            "Process Start" => {
                seen.started = Some(*event.time());
                let detail = event.detail();
                let get = |key| detail.as_ref().and_then(|detail| detail.get(key));
                seen.parent_pid =
                    get("Parent PID").and_then(|pid| pid.parse().ok()).or(seen.parent_pid);
                seen.command_line =
                    get("Command line").map(str::to_string).or(seen.command_line.take());
            }
            "Process Exit" => {
                seen.ended = Some(*event.time());
                self.current.remove(&pid);
            }
            "Process Create" => self.created(event, pid),
            _ => {}
        }
    }

    /// An event of the parent names its child before the child's own first event.
    fn created(&mut self, event: &Event, parent: u32) {
        let detail = event.detail();
        let get = |key| detail.as_ref().and_then(|detail| detail.get(key));
        let Some(pid) = get("PID").and_then(|pid| pid.parse().ok()) else { return };
        self.begin(pid);
        let index = self.instance(pid);
        let seen = &mut self.seen[index];
        seen.parent_pid = Some(parent);
        seen.started = Some(*event.time());
        seen.command_line = get("Command line").map(str::to_string);
        let path = event.path().unwrap_or_default();
        seen.name = path.rsplit('\\').next().filter(|name| !name.is_empty()).map(str::to_string);
        seen.image_path = Some(path.into_owned()).filter(|path| !path.is_empty());
    }

    /// A PID belongs to a new process from here on, unless the process that has it
    /// was announced by its parent just before.
    fn begin(&mut self, pid: u32) {
        let is_new = self.current.get(&pid).is_some_and(|index| self.seen[*index].events == 0);
        if !is_new {
            self.current.remove(&pid);
        }
    }

    fn instance(&mut self, pid: u32) -> usize {
        let seen = &mut self.seen;
        *self.current.entry(pid).or_insert_with(|| {
            seen.push(ObservedProcess { pid: Some(pid), ..ObservedProcess::default() });
            seen.len() - 1
        })
    }

    /// The processes, parents before their children, siblings by their start.
    pub fn finish(self, capture: &Capture<'_>) -> Vec<ProcessNode> {
        let clock = capture.clock();
        if capture.processes().is_empty() {
            let starts: Vec<_> = self
                .seen
                .iter()
                .map(|seen| resolve(clock, &seen.started).map(Timestamp::ticks))
                .collect();
            let parents = parents_by_pid(&self.seen, &starts);
            let nodes = self.seen.iter().map(|seen| seen.to_node(clock)).collect();
            return in_order(nodes, &parents, &starts);
        }
        let list = capture.processes();
        let starts: Vec<_> = list.iter().map(|process| process.created).collect();
        let seen: Vec<ObservedProcess> = list
            .iter()
            .map(|process| ObservedProcess {
                pid: process.pid,
                parent_pid: process.parent_pid,
                ..ObservedProcess::default()
            })
            .collect();
        let parents = parents_by_pid(&seen, &starts);
        let nodes = list
            .iter()
            .map(|process| {
                let events = self.events.get(&process.index).copied().unwrap_or(0);
                of_list(process, events, clock)
            })
            .collect();
        in_order(nodes, &parents, &starts)
    }
}

fn resolve(clock: &Clock, time: &Option<EventTime>) -> Option<Timestamp> {
    clock.resolve(time.as_ref()?)
}

impl ObservedProcess {
    fn take_columns(&mut self, event: &Event) {
        let text = |column| {
            event.get(column).filter(|text| !text.is_empty()).map(|text| text.into_owned())
        };
        self.name = text(Column::ProcessName).or(self.name.take());
        self.parent_pid =
            text(Column::ParentPid).and_then(|pid| pid.parse().ok()).or(self.parent_pid);
        self.command_line = text(Column::CommandLine).or(self.command_line.take());
        self.user = text(Column::User);
        self.integrity = text(Column::Integrity);
        self.architecture = text(Column::Architecture);
        self.session = text(Column::Session).and_then(|session| session.parse().ok());
        self.image_path = text(Column::ImagePath).or(self.image_path.take());
    }

    fn to_node(&self, clock: &Clock) -> ProcessNode {
        let text = |time: &Option<EventTime>| resolve(clock, time).map(|time| time.to_string());
        ProcessNode {
            file: None,
            name: self.name.clone(),
            pid: self.pid,
            parent_pid: self.parent_pid,
            parent_name: None,
            started: text(&self.started),
            ended: text(&self.ended),
            command_line: self.command_line.clone(),
            user: self.user.clone(),
            integrity: self.integrity.clone(),
            architecture: self.architecture.clone(),
            session: self.session,
            image_path: self.image_path.clone(),
            events: self.events,
            depth: 0,
        }
    }
}

fn of_list(process: &Process, events: u64, clock: &Clock) -> ProcessNode {
    let time = |ticks: Option<i64>| {
        let ticks = ticks.filter(|ticks| *ticks != 0)?;
        Some(clock.at(ticks).to_string())
    };
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    ProcessNode {
        file: None,
        name: text(&process.name),
        pid: process.pid,
        parent_pid: process.parent_pid,
        parent_name: None,
        started: time(process.created),
        ended: time(process.finished),
        command_line: text(&process.command_line),
        user: text(&process.user),
        integrity: text(&process.integrity),
        architecture: process.column(Column::Architecture).map(|text| text.into_owned()),
        session: process.session,
        image_path: text(&process.image_path),
        events,
        depth: 0,
    }
}

/// The parent of each process: the last one with its parent's PID that had
/// started before it. A PID alone may be a later process's.
fn parents_by_pid(seen: &[ObservedProcess], starts: &[Option<i64>]) -> Vec<Option<usize>> {
    let mut by_pid: HashMap<u32, Vec<usize>> = HashMap::new();
    for (index, process) in seen.iter().enumerate() {
        if let Some(pid) = process.pid {
            by_pid.entry(pid).or_default().push(index);
        }
    }
    seen.iter()
        .enumerate()
        .map(|(index, process)| {
            let candidates = by_pid.get(&process.parent_pid?)?;
            candidates
                .iter()
                .copied()
                .filter(|parent| {
                    *parent != index
                        && starts[*parent].unwrap_or(0) <= starts[index].unwrap_or(i64::MAX)
                })
                .max_by_key(|parent| starts[*parent].unwrap_or(0))
        })
        .collect()
}

/// Parents before children, with the depth of each.
fn in_order(
    nodes: Vec<ProcessNode>,
    parents: &[Option<usize>],
    starts: &[Option<i64>],
) -> Vec<ProcessNode> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut roots = Vec::new();
    for (index, parent) in parents.iter().enumerate() {
        match parent {
            Some(parent) => children[*parent].push(index),
            None => roots.push(index),
        }
    }
    let by_start =
        |list: &mut Vec<usize>| list.sort_by_key(|index| (starts[*index].unwrap_or(0), *index));
    by_start(&mut roots);
    children.iter_mut().for_each(by_start);
    let name_of = |parent: &Option<usize>| nodes.get((*parent)?)?.name.clone();
    let mut names: Vec<_> = parents.iter().map(name_of).collect();
    let mut nodes: Vec<Option<ProcessNode>> = nodes.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(nodes.len());
    // The first of a list is taken last from a stack.
    let mut open: Vec<(usize, usize)> = roots.iter().rev().map(|root| (*root, 0)).collect();
    while let Some((index, depth)) = open.pop() {
        if let Some(mut node) = nodes[index].take() {
            node.depth = depth;
            node.parent_name = names[index].take();
            ordered.push(node);
            open.extend(children[index].iter().rev().map(|child| (*child, depth + 1)));
        }
    }
    // In a damaged list two processes can be each other's parents: they are listed, too.
    ordered.extend(nodes.into_iter().flatten());
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use procmonkey_parser::{Input, ReadOptions};

    fn tree(csv: &str) -> Vec<(String, usize, bool)> {
        let mut input = Input::from_reader("x", csv.as_bytes(), &ReadOptions::new()).unwrap();
        let mut capture = input.next_capture().unwrap().unwrap();
        let (mut tree, mut event) = (ProcessTree::default(), Event::default());
        while capture.read_event(&mut event).unwrap() {
            tree.observe(&event);
        }
        let nodes = tree.finish(&capture);
        nodes
            .iter()
            .map(|node| (node.name.clone().unwrap_or_default(), node.depth, node.ended.is_some()))
            .collect()
    }

    #[test]
    fn a_tree_follows_from_events_alone_although_a_pid_is_used_twice() {
        let rows = [
            "1:00:00.0000000 AM,a.exe,10,Process Create,C:\\b.exe,\"PID: 20, Command line: b\"",
            "1:00:00.0000001 AM,b.exe,20,Process Start,,\"Parent PID: 10, Command line: b\"",
            "1:00:00.0000002 AM,b.exe,20,Process Exit,,Exit Status: 0",
            "1:00:00.0000003 AM,a.exe,10,Process Create,C:\\c.exe,\"PID: 20, Command line: c\"",
            "1:00:00.0000004 AM,c.exe,20,Process Start,,\"Parent PID: 10, Command line: c\"",
            "1:00:00.0000005 AM,c.exe,20,ReadFile,C:\\x,",
        ];
        let csv =
            format!("Time of Day,Process Name,PID,Operation,Path,Detail\n{}\n", rows.join("\n"));
        assert_eq!(
            tree(&csv),
            [("a.exe".into(), 0, false), ("b.exe".into(), 1, true), ("c.exe".into(), 1, false)]
        );
    }
}
