//! Who did it: another process that edits MachineGuid, or takes away what a key needs, before a
//! program fails by it; and what looks alike and is innocent.

use super::*;
use crate::files::READ;
use crate::keys::{DCOM, IIS};
use crate::machine::{
    CMD, LICENSE, LSASS, NETSVCS, NEW_GUID, OLD_GUID, UPDATER, aspnet_regiis, contoso_setup,
    msiexec, sysprep,
};
use crate::scenario::{end_tool, new_container};

const VALUE: &str = "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid";
const WOW: &str = "HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Cryptography\\MachineGuid";
const PROVIDER: &str = "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\Defaults\\Provider\\Microsoft Strong Cryptographic Provider";
const STORAGE: &str = "HKLM\\System\\CurrentControlSet\\Control\\Cryptography\\Providers\\Fabrikam Key Storage Provider";
const PROTECT: &str = "C:\\Windows\\System32\\Microsoft\\Protect\\S-1-5-18";
const MASTER: &str = "6e0d41b7-93ac-4c2f-8b15-d2f07a64c9e8";
/// The container of ASP.NET for sections of configuration files.
const ASP_NET: &str = "d6d986f09a1ee04e24c949879fdb506c";
/// What a program ends with that has no provider: 0x80090019, `NTE_KEYSET_NOT_DEF`.
const NO_PROVIDER: i32 = -2_146_893_799;

pub fn stories() -> Vec<Story> {
    vec![
        ("mk-02-put-back", edited(211, &[Edit::Set(NEW_GUID), Edit::Set(OLD_GUID)])),
        ("mk-02-set-to-what-it-was", edited(212, &[Edit::Set(OLD_GUID)])),
        ("mk-02-deleted", edited(213, &[Edit::Delete])),
        ("mk-02-by-sysprep", by_sysprep(214)),
        ("mk-02-two-values", two_values(215, VALUE)),
        ("mk-02-look-alike-32-bit-view", two_values(216, WOW)),
        ("mk-03-deleted-by-another", lost(217, Removal::Deleted)),
        ("mk-03-renamed-by-another", lost(218, Removal::Renamed)),
        ("mk-03-setup-by-name", installed(219, By::NameAlone)),
        ("mk-03-look-alike-started-by-an-installer", installed(220, By::Installer)),
        ("mk-03-look-alike-aspnet-regiis", installed(221, By::AspNet)),
        ("mk-04-rights-changed-by-another", rights(222, &IIS)),
        ("mk-04-look-alike-rights-of-another-key", rights(223, &DCOM)),
        ("mk-06-emptied-by-another", emptied(224, None)),
        ("mk-06-look-alike-written-again", emptied(225, Some(2_202))),
        ("mk-07-deleted-by-another", master(226, Removal::Deleted)),
        ("mk-07-rights-changed-by-another", master(227, Removal::Rights)),
        ("mk-13-library-deleted-by-another", provider(228, Removal::Deleted)),
        ("mk-13-library-renamed-by-another", provider(229, Removal::Renamed)),
        ("mk-13-rights-changed-by-another", provider(230, Removal::Rights)),
        ("mk-13-look-alike-rights-given-back", rights_given_back(231)),
        ("mk-26-deleted-by-another", storage(232, Removal::Deleted)),
        ("mk-26-rights-changed-by-another", storage(233, Removal::Rights)),
        ("mk-26-look-alike-registered-again", registered_again(234)),
    ]
}

/// What somebody does to MachineGuid.
#[derive(Clone, Copy)]
enum Edit {
    Set(&'static str),
    Delete,
}

/// How something goes away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Removal {
    Deleted,
    Renamed,
    Rights,
}

/// Who makes a container.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    NameAlone,
    Installer,
    AspNet,
}

impl Actor {
    /// Gives a file another name.
    fn rename(&mut self, path: &str, to: &str) {
        self.open(path, Open { access: "Read Attributes, Delete, Synchronize", ..KEY_READ });
        let detail = vec![text("ReplaceIfExists", "False"), text("FileName", to)];
        self.file("SetRenameInformationFile", path, "SUCCESS", detail);
        self.close(path);
    }

    /// Changes the rights of a file or folder.
    fn change_rights(&mut self, path: &str, how: Open) {
        self.open(path, Open { access: "Read Control, Write DAC", ..how });
        self.file("SetSecurityFile", path, "SUCCESS", vec![text("Information", "DACL")]);
        self.close(path);
    }

    /// Changes the rights of a registry key.
    fn change_key_rights(&mut self, key: &str) {
        self.open_key(key, "Read Control, Write DAC");
        self.registry("RegSetKeySecurity", key, "SUCCESS", Vec::new());
        self.close_key(key);
    }

    /// Is kept from a registry key.
    fn refused_key(&mut self, key: &str) {
        self.registry("RegOpenKey", key, "ACCESS DENIED", vec![text("Desired Access", "Read")]);
    }
}

/// A world in which the administrator does something before the service starts.
fn service_after(seed: u64, act: impl FnOnce(&mut Actor)) -> (World, Actor) {
    let mut world = World::new(seed);
    let mut shell = world.actor(CMD, start(seed % 60));
    act(&mut shell);
    let now = shell.now + SECOND / 2;
    world.absorb(shell);
    let worker = service_in(&mut world, now);
    (world, worker)
}

/// The service works, and then the administrator edits the value.
fn edited(seed: u64, edits: &[Edit]) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    serves(&mut world, worker);
    let now = world.last_time();
    let mut shell = world.actor(CMD, now);
    for edit in edits {
        shell.wait(900);
        match edit {
            Edit::Set(value) => shell.set_text(VALUE, "REG_SZ", value),
            Edit::Delete => shell.registry("RegDeleteValue", VALUE, "SUCCESS", Vec::new()),
        }
    }
    world.absorb(shell);
    finish(world, seed, 100)
}

/// An image of this computer is prepared for others.
fn by_sysprep(seed: u64) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    serves(&mut world, worker);
    let now = world.last_time();
    let mut shell = world.actor(CMD, now);
    let folder = "C:\\Windows\\System32\\Sysprep\\";
    let mut tool = world.start(&mut shell, sysprep(3268), folder);
    world.absorb(shell);
    tool.wait(400);
    tool.set_text(VALUE, "REG_SZ", NEW_GUID);
    end_tool(&mut world, tool, 0);
    finish(world, seed, 110)
}

/// One program reads the value, and another one reads another value: in the same place, or in the
/// 32-bit view, which names no key file.
fn two_values(seed: u64, second: &str) -> Trace {
    let mut world = World::new(seed);
    let mut agent = world.actor(LICENSE, start(seed % 60));
    agent.read_machine_guid(OLD_GUID);
    let mut updater = world.actor(UPDATER, agent.now + SECOND);
    world.absorb(agent);
    updater.read_text(second, "REG_SZ", NEW_GUID);
    world.absorb(updater);
    finish(world, seed, 70)
}

/// The key of the service goes away before it starts, and it makes a new one.
fn lost(seed: u64, how: Removal) -> Trace {
    let path = IIS.path(OLD_GUID);
    let (mut world, mut worker) = service_after(seed, |shell| match how {
        Removal::Renamed => shell.rename(&path, &format!("{path}.bak")),
        _ => shell.delete(&path),
    });
    worker.read_machine_guid(OLD_GUID);
    new_container(&mut world, &mut worker, &IIS, OLD_GUID);
    gives_up(&mut world, worker);
    finish(world, seed, 120)
}

/// A program makes a container that it looks for and does not find.
fn installed(seed: u64, by: By) -> Trace {
    let mut world = World::new(seed);
    let mut parent = match by {
        By::Installer => {
            let mut netsvcs = world.actor(NETSVCS, start(seed % 60));
            let installer = world.start(&mut netsvcs, msiexec(3096), "C:\\Windows\\system32\\");
            world.absorb(netsvcs);
            installer
        }
        _ => world.actor(CMD, start(seed % 60)),
    };
    let process = if by == By::AspNet { aspnet_regiis(3268) } else { contoso_setup(3268) };
    let mut tool = world.start(&mut parent, process, "C:\\Users\\Administrator\\");
    world.absorb(parent);
    tool.load_provider(OLD_GUID);
    match by {
        By::AspNet => tool.make_key(&key(ASP_NET, OLD_GUID), 69),
        _ => tool.create_container(&IIS, OLD_GUID),
    }
    end_tool(&mut world, tool, 0);
    finish(world, seed, 110)
}

/// The administrator changes the rights of a key before the service starts: of the one that it
/// needs, or of another.
fn rights(seed: u64, of: &crate::keys::Container) -> Trace {
    let path = of.path(OLD_GUID);
    let (mut world, mut worker) = service_after(seed, |shell| shell.change_rights(&path, KEY_READ));
    worker.read_machine_guid(OLD_GUID);
    if of.stem == IIS.stem {
        worker.refused(&path, KEY_READ, "ACCESS DENIED");
        gives_up(&mut world, worker);
    } else {
        worker.read_container(&IIS, OLD_GUID);
        serves(&mut world, worker);
    }
    finish(world, seed, 110)
}

/// A key file is cut off and left empty, or gets its content again.
fn emptied(seed: u64, written: Option<u64>) -> Trace {
    let path = IIS.path(OLD_GUID);
    let (mut world, mut worker) = service_after(seed, |shell| {
        let how = Open { disposition: "OverwriteIf", ..KEY_CREATE };
        shell.create_file(&path, how, "SUCCESS", Some("Overwritten"));
        written.iter().for_each(|size| shell.write(&path, 0, *size));
        shell.close(&path);
    });
    worker.read_machine_guid(OLD_GUID);
    match written {
        Some(size) => {
            worker.use_key(&path, size);
            serves(&mut world, worker);
        }
        None => {
            worker.open(&path, KEY_READ);
            worker.standard_info(&path, 0);
            worker.close(&path);
            gives_up(&mut world, worker);
        }
    }
    finish(world, seed, 110)
}

/// The computer's master key is deleted, or shut, before the service wants its key.
fn master(seed: u64, how: Removal) -> Trace {
    let path = format!("{PROTECT}\\{MASTER}");
    let (mut world, mut worker) = service_after(seed, |shell| match how {
        Removal::Rights => shell.change_rights(&path, KEY_READ),
        _ => shell.delete(&path),
    });
    worker.read_machine_guid(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    let mut lsass = world.actor(LSASS, worker.now);
    let result = if how == Removal::Rights { "ACCESS DENIED" } else { "NAME NOT FOUND" };
    lsass.refused(&path, READ, result);
    worker.now = lsass.now;
    world.absorb(lsass);
    gives_up(&mut world, worker);
    finish(world, seed, 110)
}

/// The library of the crypto provider goes away, or its registration may not be read any more.
fn provider(seed: u64, how: Removal) -> Trace {
    let library = format!("{SYSTEM32}rsaenh.dll");
    let (mut world, mut worker) = service_after(seed, |shell| match how {
        Removal::Deleted => shell.delete(&library),
        Removal::Renamed => shell.rename(&library, &format!("{SYSTEM32}rsaenh.old")),
        Removal::Rights => shell.change_key_rights(PROVIDER),
    });
    match how {
        Removal::Rights => worker.refused_key(PROVIDER),
        _ => worker.open_missing(&library, READ),
    }
    gives_up(&mut world, worker);
    finish(world, seed, 110)
}

/// The service is denied the registration of the provider, and finds it at its next attempt.
fn rights_given_back(seed: u64) -> Trace {
    let (mut world, mut worker) = service_after(seed, |shell| shell.change_key_rights(PROVIDER));
    worker.refused_key(PROVIDER);
    let mut shell = world.actor(CMD, worker.now);
    shell.change_key_rights(PROVIDER);
    worker.now = shell.now;
    world.absorb(shell);
    worker.load_provider(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    serves(&mut world, worker);
    finish(world, seed, 140)
}

/// The registration of a hardware module goes away, and the program that needs it fails.
fn storage(seed: u64, how: Removal) -> Trace {
    let mut world = World::new(seed);
    let mut shell = world.actor(CMD, start(seed % 60));
    match how {
        Removal::Rights => shell.change_key_rights(STORAGE),
        _ => shell.registry("RegDeleteKey", STORAGE, "SUCCESS", Vec::new()),
    }
    let mut agent = world.actor(LICENSE, shell.now + SECOND);
    world.absorb(shell);
    match how {
        Removal::Rights => agent.refused_key(STORAGE),
        _ => agent.open_missing_key(STORAGE, "Read"),
    }
    end_tool(&mut world, agent, NO_PROVIDER);
    finish(world, seed, 80)
}

/// The software of a hardware module is replaced: its registration goes and comes back.
fn registered_again(seed: u64) -> Trace {
    let mut world = World::new(seed);
    let mut shell = world.actor(CMD, start(seed % 60));
    shell.registry("RegDeleteKey", STORAGE, "SUCCESS", Vec::new());
    let mut agent = world.actor(LICENSE, shell.now);
    agent.open_missing_key(STORAGE, "Read");
    shell.now = agent.now;
    shell.create_key(STORAGE);
    shell.close_key(STORAGE);
    agent.now = shell.now + SECOND;
    world.absorb(shell);
    agent.open_key(STORAGE, "Read");
    agent.close_key(STORAGE);
    world.absorb(agent);
    finish(world, seed, 80)
}
