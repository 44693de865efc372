//! What a server does all the time. Most rows of a real capture have nothing to do with the
//! question, so most rows here have nothing to do with it either.

use crate::actor::Actor;
use crate::files::SYSTEM32;
use crate::habits::HABITS;
use crate::machine::{LICENSE, LOCAL_HOST, NETSVCS, NEW_GUID, SEARCH, UPDATER, WMI};
use crate::model::{Class, Event, SECOND, Ticks, text};
use crate::world::World;

/// A thread and the habit it follows.
type Routine = (Actor, fn(&mut Actor));

/// Adds noise until the capture has about `rows` rows. The threads of the pool take turns, but
/// each one keeps its own clock, so their rows mix as in a real capture.
pub fn fill(world: &mut World, start: Ticks, length: Ticks, rows: usize, waiting: bool) {
    let mut threads: Vec<Routine> = Vec::new();
    for (process, weight, habit) in HABITS {
        for _ in 0..weight.div_ceil(5) {
            let mut actor = world.actor(process, start);
            actor.now += actor.rng.between(0, length / 8);
            threads.push((actor, habit));
        }
    }
    if waiting {
        short_threads(world, start, length);
        pending_row(&mut threads[0].0, start);
    }
    let have =
        |threads: &[Routine]| threads.iter().map(|(actor, _)| actor.events.len()).sum::<usize>();
    let wanted = rows.saturating_sub(world.len());
    // A thread acts about this often, so that the noise fills the whole length of the capture.
    let bursts = (wanted / 9).max(threads.len()) as u64;
    let pause = length / (bursts / threads.len() as u64 + 1);
    while have(&threads) < wanted {
        let next = threads.iter_mut().min_by_key(|(actor, _)| actor.now);
        let Some((actor, habit)) = next else { break };
        habit(actor);
        actor.now += actor.rng.between(pause / 3, pause + pause / 2);
    }
    for (actor, _) in threads {
        world.absorb(actor);
    }
}

/// Rows that look like the real thing: MachineGuid is read, but no key file follows.
pub fn look_alikes(world: &mut World, start: Ticks) {
    let value = "SOFTWARE\\Microsoft\\Cryptography";
    let mut agent = world.actor(LICENSE, start + 4 * SECOND);
    agent.open_key(&format!("HKLM\\{value}"), "Read");
    agent.read_text(&format!("HKLM\\{value}\\MachineGuid"), "REG_SZ", NEW_GUID);
    agent.note("a license program identifies the machine; no key file follows");
    agent.close_key(&format!("HKLM\\{value}"));
    world.absorb(agent);

    let mut updater = world.actor(UPDATER, start + 17 * SECOND);
    let narrow = "HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Cryptography";
    updater.open_key(narrow, "Read");
    updater.missing_value(&format!("{narrow}\\MachineGuid"), 144);
    updater.note("a 32-bit program looks in the wrong half of the registry");
    updater.close_key(narrow);
    world.absorb(updater);

    let mut checker = world.actor(NETSVCS, start + 22 * SECOND);
    checker.load_dll(&format!("{SYSTEM32}rsaenh.dll"));
    checker.read_machine_guid(NEW_GUID);
    checker.note("the provider is loaded only to check a signature: no key file follows");
    world.absorb(checker);
}

/// Threads of a pool that come, load something and go again.
fn short_threads(world: &mut World, start: Ticks, length: Ticks) {
    const LIBRARIES: [&str; 4] = ["wbemcomn", "netprofm", "wevtapi", "dbghelp"];
    let hosts = [NETSVCS, LOCAL_HOST, WMI, SEARCH];
    for turn in 0..24_usize {
        let mut pool = world.actor(hosts[turn % 4], start);
        pool.now += length / 25 * turn as u64 + pool.rng.between(0, length / 30);
        let tid = world.free_id();
        pool.thread_created(tid);
        pool.tid = tid;
        pool.wait(2);
        // A library is mapped once; later threads find it in the process.
        if turn < 4 {
            pool.load_dll(&format!("{SYSTEM32}{}.dll", LIBRARIES[turn]));
        }
        pool.wait(150);
        let detail = [("Thread ID", tid.to_string()), ("User Time", "0.0000000".to_owned())];
        let mut detail: Vec<_> = detail.map(|(key, value)| text(key, value)).into();
        detail.push(text("Kernel Time", "0.0000000"));
        pool.instant("Thread Exit", "", detail);
        world.absorb(pool);
    }
}

/// A wait for changes that is not over when the capture ends: no result, no duration.
fn pending_row(actor: &mut Actor, start: Ticks) {
    actor.events.push(Event {
        time: start + SECOND / 7,
        duration: None,
        process: actor.process,
        tid: actor.tid,
        class: Class::FileSystem,
        operation: "NotifyChangeDirectory",
        path: "C:\\Windows\\System32\\Tasks".to_owned(),
        result: "",
        detail: vec![text("Filter", "FILE_NOTIFY_CHANGE_FILE_NAME, FILE_NOTIFY_CHANGE_LAST_WRITE")],
        note: "",
    });
    actor.now = actor.now.max(start + SECOND / 6);
}
