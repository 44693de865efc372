//! MachineGuid: changed, edited, lost from sight, or only read.

use super::*;
use crate::keys::{DCOM, IIS, TERMINAL};
use crate::machine::{self, CMD, LICENSE, NEW_GUID, OLD_GUID, SERVICES, backup, iissetup};
use crate::scenario::{end_tool, install, new_container};

const VALUE: &str = "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid";

pub fn stories() -> Vec<Story> {
    vec![
        ("mk-01-guid-changed", recreated(101, true)),
        ("mk-01-seen-beside-only", recreated(113, false)),
        ("mk-01-look-alike-old-copy-kept", works(102, &[IIS.file(OLD_GUID), IIS.file(NEW_GUID)])),
        ("mk-02-guid-edited", edited(103, VALUE)),
        (
            "mk-02-look-alike-copy-of-the-value",
            edited(104, "HKLM\\SOFTWARE\\Contoso\\License Agent\\MachineGuid"),
        ),
        ("mk-03-key-lost", recreated(105, false)),
        ("mk-03-look-alike-key-found", works(106, &[IIS.file(NEW_GUID)])),
        ("mk-03-installation-fails", installation(114, false)),
        ("mk-03-look-alike-first-installation", installation(115, true)),
        ("mk-14-guid-read-only", agent(107, false)),
        ("mk-14-look-alike-key-follows", agent(108, true)),
        ("mk-17-orphans", works(109, &[IIS.file(NEW_GUID), format!("{TERMINAL}_{OLD_GUID}")])),
        (
            "mk-17-look-alike-other-case",
            works(110, &[IIS.file(NEW_GUID), format!("{TERMINAL}_{}", NEW_GUID.to_lowercase())]),
        ),
        ("mk-20-foreign-guid", foreign(111, OLD_GUID.to_owned())),
        ("mk-20-look-alike-backup", backed_up(116)),
        ("mk-20-look-alike-other-case", foreign(112, NEW_GUID.to_lowercase())),
    ]
}

fn recreated(seed: u64, listed: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(NEW_GUID);
    new_container(&mut world, &mut worker, &IIS, NEW_GUID);
    gives_up(&mut world, worker);
    if listed {
        explorer_lists(&mut world, &[IIS.file(OLD_GUID), IIS.file(NEW_GUID), DCOM.file(OLD_GUID)]);
    }
    finish(world, seed, 120)
}

fn works(seed: u64, listed: &[String]) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(NEW_GUID);
    worker.read_container(&IIS, NEW_GUID);
    serves(&mut world, worker);
    explorer_lists(&mut world, listed);
    finish(world, seed, 110)
}

/// The setup tool of IIS is at work. The first time both containers are made, and the service
/// goes on; over an old metabase one is made anew, and the service gives up.
fn installation(seed: u64, first: bool) -> Trace {
    let mut world = World::new(seed);
    let mut parent = world.actor(machine::DCOM, start(seed % 60));
    let mut setup = world.start(&mut parent, iissetup(3268), "C:\\Windows\\system32\\");
    world.absorb(parent);
    install(&mut setup);
    let mut services = world.actor(SERVICES, setup.now);
    let mut worker = world.start(&mut services, inetinfo(5236), "C:\\Windows\\system32\\");
    world.absorb(services);
    worker.read_whole(&format!("{SYSTEM32}inetsrv\\MetaBase.xml"), 11_846);
    worker.read_machine_guid(OLD_GUID);
    if first {
        new_container(&mut world, &mut worker, &DCOM, OLD_GUID);
    }
    new_container(&mut world, &mut worker, &IIS, OLD_GUID);
    setup.now = worker.now;
    if first {
        serves(&mut world, worker);
    } else {
        gives_up(&mut world, worker);
    }
    end_tool(&mut world, setup, i32::from(!first));
    finish(world, seed, 120)
}

fn edited(seed: u64, value: &str) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    serves(&mut world, worker);
    let now = world.last_time();
    let mut shell = world.actor(CMD, now);
    shell.set_text(value, "REG_SZ", NEW_GUID);
    world.absorb(shell);
    finish(world, seed, 100)
}

fn agent(seed: u64, uses: bool) -> Trace {
    let mut world = World::new(seed);
    let mut agent = world.actor(LICENSE, start(seed % 60));
    agent.read_machine_guid(OLD_GUID);
    match uses {
        true => agent.use_key(&key(&unknown(seed), OLD_GUID), 1_914),
        // It goes on with files of its own.
        false => agent.read_whole(r"C:\ProgramData\Contoso\License Agent\license.dat", 412),
    }
    world.absorb(agent);
    finish(world, seed, 80)
}

fn foreign(seed: u64, guid: String) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(NEW_GUID);
    worker.read_container(&IIS, NEW_GUID);
    worker.use_key(&key(&unknown(seed), &guid), 1_914);
    serves(&mut world, worker);
    finish(world, seed, 110)
}

/// A backup lists the folder and reads all of it, whichever GUID is in the names.
fn backed_up(seed: u64) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(NEW_GUID);
    worker.read_container(&IIS, NEW_GUID);
    let agent = world.already_running(backup(2868));
    let mut agent = world.actor(agent, worker.now);
    serves(&mut world, worker);
    let mut names = vec![IIS.file(OLD_GUID), IIS.file(NEW_GUID)];
    names.extend((0..6).map(|number| {
        let guid = if number % 2 == 0 { OLD_GUID } else { NEW_GUID };
        format!("{}_{guid}", unknown(seed * 100 + number))
    }));
    names.sort_unstable();
    agent.list_keys_folder(&names);
    for name in &names {
        let size = if name.starts_with(IIS.stem) { IIS.size(2) } else { 1_914 };
        agent.read_whole(&format!("{MACHINE_KEYS}\\{name}"), size);
    }
    world.absorb(agent);
    finish(world, seed, 140)
}
