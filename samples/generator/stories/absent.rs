//! What is looked for and is not there: a key, the folder of all keys.

use super::*;
use crate::keys::IIS;
use crate::machine::{CMD, LICENSE, OLD_GUID, UPDATER, WORKER};

pub fn stories() -> Vec<Story> {
    vec![
        ("mk-21-key-absent", service_without(171)),
        ("mk-21-deleted-by-another", deleted(172, true)),
        ("mk-21-look-alike-made-by-another", deleted(173, false)),
        ("mk-21-look-alike-asks-and-goes-on", asks(174)),
        ("mk-22-folder-renamed", folder(175, true)),
        ("mk-22-look-alike-first-key-of-a-user", folder(176, false)),
    ]
}

/// The key of the service is gone, and it makes no new one.
fn service_without(seed: u64) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    for _ in 0..2 {
        worker.open_missing(&IIS.path(OLD_GUID), KEY_READ);
    }
    gives_up(&mut world, worker);
    finish(world, seed, 100)
}

/// An updater deletes a key that a web application uses, or makes it anew in time.
fn deleted(seed: u64, for_good: bool) -> Trace {
    let mut world = World::new(seed);
    let path = key(&unknown(seed), OLD_GUID);
    let mut updater = world.actor(UPDATER, start(seed % 60));
    updater.delete(&path);
    let mut web = world.actor(WORKER, updater.now);
    web.read_machine_guid(OLD_GUID);
    for _ in 0..2 {
        web.open_missing(&path, KEY_READ);
    }
    if !for_good {
        updater.now = web.now;
        updater.make_key(&path, 1_914);
        web.now = updater.now;
        web.use_key(&path, 1_914);
    }
    world.absorb(updater);
    world.absorb(web);
    finish(world, seed, 80)
}

/// A program looks whether it has a key of its own, has none, and goes on without.
fn asks(seed: u64) -> Trace {
    let mut world = World::new(seed);
    let mut agent = world.actor(LICENSE, start(seed % 60));
    agent.read_machine_guid(OLD_GUID);
    agent.open_missing(&key(&unknown(seed), OLD_GUID), KEY_READ);
    agent.wait(25);
    agent.network("TCP Connect", "WEB01:50170 -> license.example.com:https", 0);
    agent.network("TCP Send", "WEB01:50170 -> license.example.com:https", 517);
    crate::scenario::end_tool(&mut world, agent, 0);
    finish(world, seed, 70)
}

/// Somebody follows a guide that tells people to rename the folder of all keys; or a user has no
/// key yet, so that the folder is made with the first one.
fn folder(seed: u64, of_all: bool) -> Trace {
    let mut world = World::new(seed);
    let begin = start(seed % 60);
    if of_all {
        let mut shell = world.actor(CMD, begin);
        let how = Open { access: "Read Attributes, Delete, Synchronize", ..FOLDER };
        shell.open(MACHINE_KEYS, how);
        let to = format!("{MACHINE_KEYS}.old");
        let detail = vec![text("ReplaceIfExists", "False"), text("FileName", to)];
        shell.file("SetRenameInformationFile", MACHINE_KEYS, "SUCCESS", detail);
        shell.close(MACHINE_KEYS);
        let mut web = world.actor(WORKER, shell.now);
        web.read_machine_guid(OLD_GUID);
        let path = key(&unknown(seed), OLD_GUID);
        web.refused(&path, KEY_READ, "PATH NOT FOUND");
        web.refused(&path, KEY_CREATE, "PATH NOT FOUND");
        world.absorb(shell);
        world.absorb(web);
    } else {
        const OWN: &str = "C:\\Users\\Administrator\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\S-1-5-21-310-271-828-500";
        let path = format!("{OWN}\\{}_{OLD_GUID}", unknown(seed));
        let mut shell = world.actor(CMD, begin);
        shell.read_machine_guid(OLD_GUID);
        shell.refused(&path, KEY_READ, "PATH NOT FOUND");
        let how = Open { disposition: "Create", ..FOLDER };
        shell.create_file(OWN, how, "SUCCESS", Some("Created"));
        shell.close(OWN);
        shell.make_key(&path, 1_914);
        world.absorb(shell);
    }
    finish(world, seed, 80)
}
