//! One small capture for each signature, and a look-alike for each. Every story is a minute on
//! the server WEB01, seen through a filter that lets little pass.

mod absent;
pub mod beside;
mod beside_keys;
mod culprits;
mod files;
mod guid;
mod programs;
mod storage;

use crate::actor::Actor;
use crate::files::{FOLDER, Open, SYSTEM32};
use crate::habits::HABITS;
use crate::keys::{KEY_CREATE, KEY_READ, MACHINE_KEYS};
use crate::locale::at;
use crate::machine::{EXPLORER, SERVICES, inetinfo};
use crate::model::{SECOND, Ticks, Trace, text};
use crate::rng::Rng;
use crate::world::World;

/// Name of a file without its ending, and the capture.
pub type Story = (&'static str, Trace);

/// All stories.
pub fn all() -> Vec<Story> {
    let kinds = [
        guid::stories(),
        files::stories(),
        programs::stories(),
        absent::stories(),
        storage::stories(),
        beside_keys::stories(),
        culprits::stories(),
    ];
    kinds.into_iter().flatten().collect()
}

/// The columns of these captures.
pub const COLUMNS: [&str; 12] = [
    "Time of Day",
    "Process Name",
    "PID",
    "Operation",
    "Path",
    "Result",
    "Detail",
    "Date & Time",
    "Duration",
    "TID",
    "User",
    "Command Line",
];

/// When a story begins.
fn start(minute: u64) -> Ticks {
    at(10, minute, 12, 1_804_411)
}

/// A fresh world, and the worker thread of an inetinfo.exe that has just been started.
fn service(seed: u64) -> (World, Actor) {
    let mut world = World::new(seed);
    let worker = service_in(&mut world, start(seed % 60));
    (world, worker)
}

/// The worker thread of an inetinfo.exe that is started then.
fn service_in(world: &mut World, now: Ticks) -> Actor {
    let mut services = world.actor(SERVICES, now);
    let mut worker = world.start(&mut services, inetinfo(5236), "C:\\Windows\\system32\\");
    world.absorb(services);
    for name in ["ntdll", "kernel32", "KernelBase", "rpcrt4", "advapi32"] {
        worker.image(&format!("{SYSTEM32}{name}.dll"));
    }
    worker.wait(40);
    worker.read_whole(&format!("{SYSTEM32}inetsrv\\MetaBase.xml"), 11_846);
    worker
}

/// Puts the rows of other processes between those of the story, up to `rows` rows.
fn finish(mut world: World, seed: u64, rows: usize) -> Trace {
    let end = world.last_time() + SECOND / 3;
    let begin = start(seed % 60);
    let mut rng = Rng::new(seed ^ 0x5A17);
    while world.len() < rows {
        let (process, _, habit) = HABITS[rng.between(0, HABITS.len() as u64 - 1) as usize];
        let mut actor = world.actor(process, begin + rng.between(1_000, end - begin));
        habit(&mut actor);
        world.absorb(actor);
    }
    world.finish()
}

/// A container that has no known name.
fn unknown(number: u64) -> String {
    let digits = crate::rng::of_name(&format!("container {number}"));
    format!("{digits:016x}{:016x}", digits.rotate_left(23) ^ 0x9E37_79B9_7F4A_7C15)
}

/// A key file in the usual folder.
fn key(stem: &str, guid: &str) -> String {
    format!("{MACHINE_KEYS}\\{stem}_{guid}")
}

impl Actor {
    /// Opens a key file and reads all of it.
    fn use_key(&mut self, path: &str, size: u64) {
        self.open(path, KEY_READ);
        self.standard_info(path, size);
        self.read(path, 0, size);
        self.close(path);
    }

    /// Is kept from a file.
    fn refused(&mut self, path: &str, how: Open, result: &'static str) {
        self.create_file(path, how, result, None);
    }

    /// Makes a key file and writes it.
    fn make_key(&mut self, path: &str, size: u64) {
        self.open_missing(path, KEY_READ);
        self.create_file(path, KEY_CREATE, "SUCCESS", Some("Created"));
        self.write(path, 0, size);
        self.close(path);
    }

    /// Deletes a file.
    fn delete(&mut self, path: &str) {
        self.create_file(path, Open { access: "Delete", ..KEY_READ }, "SUCCESS", Some("Opened"));
        self.file("SetDispositionInformationFile", path, "SUCCESS", vec![text("Delete", "True")]);
        self.close(path);
    }

    /// Lists the key folder.
    fn list_keys_folder(&mut self, names: &[String]) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.open(MACHINE_KEYS, FOLDER);
        self.list(MACHINE_KEYS, None, &names);
        self.list_end(MACHINE_KEYS);
        self.close(MACHINE_KEYS);
    }
}

/// The administrator opens the key folder in Explorer.
fn explorer_lists(world: &mut World, names: &[String]) {
    let now = world.last_time() + SECOND;
    let mut explorer = world.actor(EXPLORER, now);
    explorer.list_keys_folder(names);
    world.absorb(explorer);
}

/// The service gives up.
fn gives_up(world: &mut World, worker: Actor) {
    crate::scenario::end_tool(world, worker, 0);
}

/// The service goes on to its sockets.
fn serves(world: &mut World, mut worker: Actor) {
    worker.wait(30);
    worker.network("TCP Accept", "WEB01:smtp -> 10.20.0.31:50122", 0);
    world.absorb(worker);
}
