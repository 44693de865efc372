//! What stands around the key files: master keys, profiles, providers, programs.

use super::*;
use crate::files::READ;
use crate::keys::{DCOM, IIS, TERMINAL};
use crate::machine::{CMD, DNS, LSASS, NEW_GUID, OLD_GUID, WORKER};

const PROTECT: &str = "C:\\Windows\\System32\\Microsoft\\Protect\\S-1-5-18";
const MASTER: &str = "6e0d41b7-93ac-4c2f-8b15-d2f07a64c9e8";
const PROVIDER: &str = "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\Defaults\\Provider\\Microsoft Strong Cryptographic Provider";

pub fn stories() -> Vec<Story> {
    vec![
        ("mk-07-master-key-missing", master(141, false)),
        ("mk-07-look-alike-found-next-door", master(142, true)),
        ("mk-10-legacy-fallback", fallback(143, true)),
        ("mk-10-look-alike-not-found-at-all", fallback(144, false)),
        ("mk-11-no-profile", profile(145, false)),
        ("mk-11-look-alike-first-use", profile(146, true)),
        ("mk-12-wrong-all-users", all_users(147, false)),
        ("mk-12-look-alike-kept-there", all_users(148, true)),
        ("mk-13-provider-missing", provider(149, false)),
        ("mk-13-look-alike-beside-the-program", provider(150, true)),
        ("mk-15-remote-desktop", remote_desktop(151, true)),
        ("mk-15-look-alike-key-is-used", remote_desktop(152, false)),
        ("mk-15-several-files", several_desktops(157, true)),
        ("mk-15-look-alike-several-files", several_desktops(158, false)),
        ("mk-16-foreign-config", foreign_config(153, true)),
        ("mk-16-look-alike-other-key-denied", foreign_config(156, false)),
        ("mk-19-code-in-store", code(154, MACHINE_KEYS)),
        (
            "mk-19-look-alike-same-name-elsewhere",
            code(155, "C:\\Program Files\\Contoso\\MachineKeys"),
        ),
    ]
}

fn master(seed: u64, found: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    let mut lsass = world.actor(LSASS, worker.now);
    if found {
        lsass.open_missing(&format!("{PROTECT}\\User\\{MASTER}"), READ);
        lsass.read_whole(&format!("{PROTECT}\\{MASTER}"), 468);
    } else {
        lsass.open_missing(&format!("{PROTECT}\\{MASTER}"), READ);
    }
    worker.now = lsass.now;
    world.absorb(lsass);
    if found {
        serves(&mut world, worker)
    } else {
        gives_up(&mut world, worker)
    }
    finish(world, seed, 100)
}

fn fallback(seed: u64, legacy: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    let stem = "ddd8ed1e68c432b861ddea38c753526f";
    let cng = format!("C:\\ProgramData\\Microsoft\\Crypto\\Keys\\{stem}_{OLD_GUID}");
    worker.open_missing(&cng, KEY_READ);
    if legacy {
        worker.read_container(&IIS, OLD_GUID);
    }
    serves(&mut world, worker);
    finish(world, seed, 90)
}

fn profile(seed: u64, made: bool) -> Trace {
    let mut world = World::new(seed);
    let mut web = world.actor(WORKER, start(seed % 60));
    let folder =
        "C:\\Users\\Shop\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\S-1-5-82-310-271-828-577-215";
    web.refused(folder, FOLDER, "PATH NOT FOUND");
    if made {
        let how = Open { disposition: "Create", ..FOLDER };
        web.create_file(folder, how, "SUCCESS", Some("Created"));
        web.close(folder);
    }
    world.absorb(web);
    finish(world, seed, 70)
}

fn all_users(seed: u64, there: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    let folder =
        "C:\\WINDOWS\\Profiles\\All Users\\Application Data\\Microsoft\\Crypto\\RSA\\MachineKeys";
    let path = format!("{folder}\\{}", IIS.file(OLD_GUID));
    worker.read_machine_guid(OLD_GUID);
    if there {
        worker.use_key(&path, 2_202);
        serves(&mut world, worker);
    } else {
        worker.make_key(&path, 78);
        gives_up(&mut world, worker);
        explorer_lists(&mut world, &[IIS.file(OLD_GUID)]);
    }
    finish(world, seed, 100)
}

fn provider(seed: u64, beside: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    if beside {
        worker.open_missing(&format!("{SYSTEM32}inetsrv\\rsaenh.dll"), READ);
        worker.load_provider(OLD_GUID);
        worker.read_container(&IIS, OLD_GUID);
        serves(&mut world, worker);
    } else {
        worker.open_key(PROVIDER, "Read");
        worker.missing_value(&format!("{PROVIDER}\\Image Path"), 12);
        worker.close_key(PROVIDER);
        gives_up(&mut world, worker);
    }
    finish(world, seed, 130)
}

fn remote_desktop(seed: u64, refused: bool) -> Trace {
    let mut world = World::new(seed);
    let mut host = world.actor(DNS, start(seed % 60));
    let path = key(TERMINAL, OLD_GUID);
    if refused {
        host.refused(&path, KEY_READ, "ACCESS DENIED");
        let detail = vec![text("Delete", "True")];
        host.file("SetDispositionInformationFile", &path, "CANNOT DELETE", detail);
    } else {
        host.use_key(&path, 2_178);
    }
    world.absorb(host);
    finish(world, seed, 70)
}

/// The image of this server was used before: the folder holds Remote Desktop's key three times.
fn several_desktops(seed: u64, refused: bool) -> Trace {
    const EARLIER: &str = "9d27b3f0-1c64-4e8a-b5f2-60a7c8d1e934";
    let mut world = World::new(seed);
    let mut host = world.actor(DNS, start(seed % 60));
    host.read_machine_guid(OLD_GUID);
    let path = key(TERMINAL, OLD_GUID);
    if refused {
        host.refused(&path, KEY_READ, "ACCESS DENIED");
        host.refused(&path, Open { access: "Delete", ..KEY_READ }, "ACCESS DENIED");
    } else {
        host.use_key(&path, 2_178);
    }
    world.absorb(host);
    let names = [OLD_GUID, EARLIER, NEW_GUID].map(|guid| format!("{TERMINAL}_{guid}"));
    explorer_lists(&mut world, &names);
    finish(world, seed, 80)
}

fn foreign_config(seed: u64, keys_open: bool) -> Trace {
    let (mut world, mut worker) = service(seed);
    worker.read_machine_guid(OLD_GUID);
    worker.read_container(&IIS, OLD_GUID);
    if keys_open {
        worker.read_container(&DCOM, OLD_GUID);
    } else {
        worker.refused(&DCOM.path(OLD_GUID), KEY_READ, "ACCESS DENIED");
        worker.refused(&DCOM.path(OLD_GUID), KEY_CREATE, "NAME COLLISION");
    }
    gives_up(&mut world, worker);
    finish(world, seed, 100)
}

fn code(seed: u64, folder: &str) -> Trace {
    let mut world = World::new(seed);
    let mut shell = world.actor(CMD, start(seed % 60));
    let path = format!("{folder}\\update.exe");
    shell.create_file(&path, KEY_CREATE, "SUCCESS", Some("Created"));
    shell.write(&path, 0, 48_128);
    shell.close(&path);
    let detail = vec![text("PID", "6120"), text("Command line", "update.exe /q")];
    shell.instant("Process Create", &path, detail);
    world.absorb(shell);
    finish(world, seed, 70)
}
