//! A capture in the making: the process table, and the events that the threads hand in.

use crate::actor::Actor;
use crate::machine::table;
use crate::model::{Event, Item, Process, Ticks, Trace, Value, text};
use crate::rng::Rng;
use std::collections::BTreeSet;

/// The numbers of processes that start later; no thread may take them.
const RESERVED: [u32; 6] = [2412, 3868, 5236, 3096, 4836, 3268];

/// A capture in the making.
#[derive(Debug)]
pub struct World {
    pub processes: Vec<Process>,
    used: BTreeSet<u32>,
    rng: Rng,
    events: Vec<Event>,
}

impl World {
    /// The machine with its processes, before anything happens.
    pub fn new(seed: u64) -> Self {
        let processes = table();
        let used = processes.iter().map(|process| process.pid).chain(RESERVED).collect();
        World { processes, used, rng: Rng::new(seed), events: Vec::new() }
    }

    /// A thread or process number that nobody has yet. Windows takes both from one list.
    pub fn free_id(&mut self) -> u32 {
        loop {
            let id = self.rng.between(90, 1_990) as u32 * 4;
            if self.used.insert(id) {
                return id;
            }
        }
    }

    /// A thread of a running process.
    pub fn actor(&mut self, process: usize, now: Ticks) -> Actor {
        let tid = self.free_id();
        Actor::new(process, tid, now, self.rng.next())
    }

    /// Adds a process to the table that ran before the capture and ends during it.
    pub fn already_running(&mut self, process: Process) -> usize {
        self.processes.push(process);
        self.processes.len() - 1
    }

    /// Lets `parent` start a process and returns its first thread. Procmon books the first two
    /// rows of a new process under the thread that asked for it.
    pub fn start(&mut self, parent: &mut Actor, process: Process, folder: &str) -> Actor {
        let command = process.command;
        let detail = vec![text("PID", process.pid.to_string()), text("Command line", command)];
        parent.instant("Process Create", process.image, detail);

        let index = self.already_running(Process { started: parent.now, ..process.clone() });
        let caller = std::mem::replace(&mut parent.process, index);
        let parent_pid = self.processes[caller].pid.to_string();
        let environment = Value::Environment(environment(&process));
        let detail = vec![
            text("Parent PID", parent_pid),
            text("Command line", command),
            text("Current directory", folder),
            Item { key: "Environment".to_owned(), value: environment },
        ];
        parent.instant("Process Start", "", detail);
        let tid = self.free_id();
        parent.thread_created(tid);
        parent.process = caller;

        let mut first = Actor::new(index, tid, parent.now, self.rng.next());
        first.image(process.image);
        first
    }

    /// Hands in the events of a thread.
    pub fn absorb(&mut self, actor: Actor) {
        self.events.extend(actor.events);
    }

    /// How many events there are so far.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// When the last event so far happened.
    pub fn last_time(&self) -> Ticks {
        self.events.iter().map(|event| event.time).max().unwrap_or_default()
    }

    /// The finished capture. Equal times keep the order in which they were handed in.
    pub fn finish(mut self) -> Trace {
        self.events.sort_by_key(|event| event.time);
        Trace { processes: self.processes, events: self.events }
    }
}

/// The variables that a new process receives.
fn environment(process: &Process) -> Vec<String> {
    let admin = process.session == 1;
    let (name, domain) = if admin { ("Administrator", "WEB01") } else { ("WEB01$", "WORKGROUP") };
    let temp =
        if admin { "C:\\Users\\ADMINI~1\\AppData\\Local\\Temp" } else { "C:\\Windows\\TEMP" };
    let path = "C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem";
    [
        ("ALLUSERSPROFILE", "C:\\ProgramData"),
        ("CommonProgramFiles", "C:\\Program Files\\Common Files"),
        ("COMPUTERNAME", "WEB01"),
        ("ComSpec", "C:\\Windows\\system32\\cmd.exe"),
        ("NUMBER_OF_PROCESSORS", "2"),
        ("OS", "Windows_NT"),
        ("Path", path),
        ("PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.JS;.MSC"),
        ("PROCESSOR_ARCHITECTURE", "AMD64"),
        ("ProgramData", "C:\\ProgramData"),
        ("SystemDrive", "C:"),
        ("SystemRoot", "C:\\Windows"),
        ("TEMP", temp),
        ("USERDOMAIN", domain),
        ("USERNAME", name),
        ("windir", "C:\\Windows"),
    ]
    .iter()
    .map(|(key, value)| format!("{key}={value}"))
    .collect()
}
