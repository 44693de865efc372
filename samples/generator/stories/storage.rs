//! What keeps a key from being read or made beside its own rights: a disk, a folder.

use super::*;
use crate::keys::{IIS, MACHINE_KEYS};
use crate::machine::{LICENSE, OLD_GUID, WORKER};

pub fn stories() -> Vec<Story> {
    vec![
        ("mk-04-folder-refuses", folder_refuses(181)),
        ("mk-08-recycled-workers", recycled(182, true)),
        ("mk-08-look-alike-several-pools", recycled(183, false)),
        ("mk-24-damaged-file", damaged(184, true)),
        ("mk-24-look-alike-damaged-metabase", damaged(185, false)),
        ("mk-24-disk-full", disk_full(186)),
    ]
}

/// The folder does not let a program's account make a key.
fn folder_refuses(seed: u64) -> Trace {
    let mut world = World::new(seed);
    let mut agent = world.actor(LICENSE, start(seed % 60));
    agent.read_machine_guid(OLD_GUID);
    let path = key(&unknown(seed), OLD_GUID);
    agent.open_missing(&path, KEY_READ);
    agent.refused(&path, KEY_CREATE, "ACCESS DENIED");
    world.absorb(agent);
    finish(world, seed, 70)
}

/// Three workers, one after the other, each of which leaves nine keys behind: of one pool, or of
/// three.
fn recycled(seed: u64, of_one: bool) -> Trace {
    const POOLS: [&str; 3] = ["IIS APPPOOL\\push", "IIS APPPOOL\\orders", "IIS APPPOOL\\invoices"];
    let mut world = World::new(seed);
    let mut now = start(seed % 60);
    for (turn, pool) in (0u32..).zip(POOLS) {
        let template = world.processes[WORKER].clone();
        let user = if of_one { POOLS[0] } else { pool };
        let account = crate::model::Account { user, ..template.account };
        let pid = 5_600 + 44 * turn;
        let worker = world.already_running(crate::model::Process { pid, account, ..template });
        let mut web = world.actor(worker, now);
        web.read_machine_guid(OLD_GUID);
        for number in 0..9 {
            let path = key(&unknown(seed * 1000 + u64::from(turn) * 100 + number), OLD_GUID);
            web.wait(35);
            web.create_file(&path, KEY_CREATE, "SUCCESS", Some("Created"));
            web.write(&path, 0, 1_914);
            web.close(&path);
        }
        now = web.now;
        crate::scenario::end_tool(&mut world, web, 0);
    }
    let rows = world.len() + 12;
    finish(world, seed, rows)
}

/// The file system cannot read the service's key, or its metabase.
fn damaged(seed: u64, key_is: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    if key_is {
        for _ in 0..2 {
            worker.refused(&IIS.path(OLD_GUID), KEY_READ, "FILE CORRUPT");
        }
    } else {
        worker.read_container(&IIS, OLD_GUID);
        worker.refused(&format!("{SYSTEM32}inetsrv\\MBSchema.xml"), KEY_READ, "FILE CORRUPT");
    }
    gives_up(&mut world, worker);
    finish(world, seed, 100)
}

/// A program makes a key, and there is no room for what belongs in it.
fn disk_full(seed: u64) -> Trace {
    let mut world = World::new(seed);
    let mut agent = world.actor(LICENSE, start(seed % 60));
    agent.read_machine_guid(OLD_GUID);
    let path = format!("{MACHINE_KEYS}\\{}_{OLD_GUID}", unknown(seed));
    agent.open_missing(&path, KEY_READ);
    agent.create_file(&path, KEY_CREATE, "SUCCESS", Some("Created"));
    let detail = vec![crate::model::number("Offset", 0), crate::model::number("Length", 1_914)];
    agent.file("WriteFile", &path, "DISK FULL", detail);
    agent.close(&path);
    world.absorb(agent);
    finish(world, seed, 70)
}
