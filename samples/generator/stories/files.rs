//! Key files: denied, in use, empty, left behind, gone through.

use super::*;
use crate::files::READ;
use crate::keys::IIS;
use crate::machine::{DEFENDER, LICENSE, OLD_GUID, UPDATER, WORKER};

pub fn stories() -> Vec<Story> {
    vec![
        ("mk-04-access-denied", denied(121, true)),
        ("mk-04-another-process", denied(122, false)),
        ("mk-04-look-alike-metabase-denied", metabase_denied(117)),
        ("mk-05-in-use", in_use(123, true)),
        ("mk-05-look-alike-metabase-in-use", in_use(124, false)),
        ("mk-06-empty", size(125, 78)),
        ("mk-06-look-alike-full", size(126, 2_202)),
        ("mk-08-flood", flood(127, false)),
        ("mk-08-look-alike-keys-deleted", flood(128, true)),
        ("mk-09-temporary-key", one_key(129, true)),
        ("mk-09-look-alike-key-kept", one_key(130, false)),
        ("mk-18-sweep", sweep(131, true)),
        ("mk-18-look-alike-no-listing", sweep(132, false)),
    ]
}

fn denied(seed: u64, service_is: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    let path = IIS.path(OLD_GUID);
    worker.read_machine_guid(OLD_GUID);
    if service_is {
        worker.refused(&path, KEY_READ, "ACCESS DENIED");
        worker.refused(&path, KEY_CREATE, "NAME COLLISION");
        gives_up(&mut world, worker);
    } else {
        worker.read_container(&IIS, OLD_GUID);
        let mut other = world.actor(UPDATER, worker.now);
        other.refused(&path, READ, "ACCESS DENIED");
        world.absorb(other);
        serves(&mut world, worker);
    }
    finish(world, seed, 100)
}

/// Another program may not read the metabase; it is at no key.
fn metabase_denied(seed: u64) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    let mut other = world.actor(UPDATER, worker.now);
    other.refused(&format!("{SYSTEM32}inetsrv\\MetaBase.xml"), READ, "ACCESS DENIED");
    world.absorb(other);
    serves(&mut world, worker);
    finish(world, seed, 100)
}

fn in_use(seed: u64, key_is: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    let path = if key_is { IIS.path(OLD_GUID) } else { format!("{SYSTEM32}inetsrv\\MetaBase.xml") };
    let mut scanner = world.actor(DEFENDER, worker.now);
    scanner.open(&path, Open { share: "None", ..READ });
    worker.now = scanner.now;
    worker.refused(&path, KEY_READ, "SHARING VIOLATION");
    scanner.now = worker.now;
    scanner.wait(40);
    scanner.close(&path);
    world.absorb(scanner);
    if key_is {
        gives_up(&mut world, worker);
    } else {
        worker.read_container(&IIS, OLD_GUID);
        serves(&mut world, worker);
    }
    finish(world, seed, 100)
}

fn size(seed: u64, size: u64) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    worker.use_key(&IIS.path(OLD_GUID), size);
    gives_up(&mut world, worker);
    finish(world, seed, 100)
}

/// A program imports certificates: one key more than it takes for a flood. The container of an
/// import has a fresh name, so it is not looked for first.
fn flood(seed: u64, deleted: bool) -> Trace {
    let mut world = World::new(seed);
    let mut web = world.actor(WORKER, start(seed % 60));
    web.read_machine_guid(OLD_GUID);
    for number in 0..21 {
        let path = key(&unknown(seed * 100 + number), OLD_GUID);
        web.wait(35);
        web.create_file(&path, KEY_CREATE, "SUCCESS", Some("Created"));
        web.write(&path, 0, 1_914);
        web.close(&path);
        if deleted {
            web.delete(&path);
        }
    }
    world.absorb(web);
    let rows = world.len() + 12;
    finish(world, seed, rows)
}

fn one_key(seed: u64, deleted: bool) -> Trace {
    let mut world = World::new(seed);
    let mut web = world.actor(WORKER, start(seed % 60));
    web.read_machine_guid(OLD_GUID);
    let path = key(&unknown(seed * 100), OLD_GUID);
    web.wait(35);
    web.make_key(&path, 1_914);
    web.use_key(&path, 1_914);
    if deleted {
        web.delete(&path);
    }
    world.absorb(web);
    let rows = world.len() + 40;
    finish(world, seed, rows)
}

fn sweep(seed: u64, listed: bool) -> Trace {
    let mut world = World::new(seed);
    let mut tool = world.actor(LICENSE, start(seed % 60));
    let stems: Vec<String> = (0..7).map(|number| unknown(seed * 100 + number)).collect();
    if listed {
        let names: Vec<String> = stems.iter().map(|stem| format!("{stem}_{OLD_GUID}")).collect();
        tool.list_keys_folder(&names);
    }
    for stem in &stems {
        tool.use_key(&key(stem, OLD_GUID), 1_914);
    }
    world.absorb(tool);
    finish(world, seed, 80)
}
