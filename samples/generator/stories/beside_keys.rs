//! What stands beside the key files and fails: MachineGuid, master keys, the TPM, providers.

use super::*;
use crate::files::READ;
use crate::machine::{CMD, DNS, LICENSE, LSASS, OLD_GUID, UPDATER, WORKER};

const VALUE: &str = "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid";
const WOW: &str = "HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Cryptography\\MachineGuid";
const PROVIDERS: &str = "HKLM\\System\\CurrentControlSet\\Control\\Cryptography\\Providers";
const USER: &str = "C:\\Users\\Administrator\\AppData\\Roaming\\Microsoft";
const SID: &str = "S-1-5-21-310-271-828-500";
const MASTER: &str = "a41c7d52-0e9b-4f36-8d70-6b25f1c3e984";
const TPM: &str =
    "C:\\ProgramData\\Microsoft\\Crypto\\PCPKSP\\6d0e7c1f2b3a49586f70d1e2c3b4a5968778695a";

pub fn stories() -> Vec<Story> {
    vec![
        ("mk-07-user-master-key", user_secret(191, "NAME NOT FOUND")),
        ("mk-07-protect-denied", user_secret(192, "ACCESS DENIED")),
        ("mk-07-look-alike-preferred", preferred(193)),
        ("mk-11-service-without-profile", profile(194)),
        ("mk-23-value-missing", guid_missing(195, VALUE)),
        ("mk-23-look-alike-32-bit-view", guid_missing(196, WOW)),
        ("mk-23-braces", braces(197)),
        ("mk-25-tpm-key-missing", tpm(198, true)),
        ("mk-25-look-alike-key-made", tpm(199, false)),
        ("mk-26-provider-not-registered", provider(200, false)),
        ("mk-26-look-alike-found", provider(201, true)),
    ]
}

/// A tool reads a user's key, and lsass.exe does not get the master key that opens it.
fn user_secret(seed: u64, result: &'static str) -> Trace {
    let mut world = World::new(seed);
    let mut tool = world.actor(CMD, start(seed % 60));
    tool.read_machine_guid(OLD_GUID);
    tool.use_key(&format!("{USER}\\Crypto\\RSA\\{SID}\\{}_{OLD_GUID}", unknown(seed)), 1_914);
    let mut lsass = world.actor(LSASS, tool.now);
    lsass.refused(&format!("{USER}\\Protect\\{SID}\\{MASTER}"), READ, result);
    world.absorb(tool);
    world.absorb(lsass);
    finish(world, seed, 80)
}

/// The first secret of a user: no master key is the preferred one yet, and one is made.
fn preferred(seed: u64) -> Trace {
    let mut world = World::new(seed);
    let mut lsass = world.actor(LSASS, start(seed % 60));
    let folder = format!("{USER}\\Protect\\{SID}");
    lsass.open_missing(&format!("{folder}\\Preferred"), READ);
    for name in [MASTER, "Preferred"] {
        let path = format!("{folder}\\{name}");
        lsass.create_file(&path, KEY_CREATE, "SUCCESS", Some("Created"));
        lsass.write(&path, 0, 468);
        lsass.close(&path);
    }
    world.absorb(lsass);
    finish(world, seed, 70)
}

/// A worker process whose pool loads no profile cannot make its key either.
fn profile(seed: u64) -> Trace {
    const OWN: &str = "C:\\Windows\\System32\\config\\systemprofile\\AppData\\Roaming\\Microsoft\\\
                       Crypto\\RSA\\S-1-5-82-310-271-828-577-215";
    let mut world = World::new(seed);
    let mut web = world.actor(WORKER, start(seed % 60));
    web.read_machine_guid(OLD_GUID);
    let path = format!("{OWN}\\{}_{OLD_GUID}", unknown(seed));
    web.refused(&path, KEY_READ, "PATH NOT FOUND");
    web.refused(&path, KEY_CREATE, "PATH NOT FOUND");
    world.absorb(web);
    finish(world, seed, 70)
}

/// The service asks for MachineGuid; or an updater asks for it where it never is.
fn guid_missing(seed: u64, value: &'static str) -> Trace {
    let (mut world, mut worker) = service(seed);
    if value == VALUE {
        worker.missing_value(value, 12);
        gives_up(&mut world, worker);
    } else {
        let mut updater = world.actor(UPDATER, worker.now);
        updater.missing_value(value, 12);
        world.absorb(updater);
        worker.read_machine_guid(OLD_GUID);
        worker.read_container(&crate::keys::IIS, OLD_GUID);
        serves(&mut world, worker);
    }
    finish(world, seed, 100)
}

/// Somebody pasted the value from a tool that writes braces.
fn braces(seed: u64) -> Trace {
    let mut world = World::new(seed);
    let mut agent = world.actor(LICENSE, start(seed % 60));
    agent.read_machine_guid(&format!("{{{OLD_GUID}}}"));
    world.absorb(agent);
    finish(world, seed, 70)
}

/// A service wants a key of the TPM that is gone, or that it makes.
fn tpm(seed: u64, gone: bool) -> Trace {
    let mut world = World::new(seed);
    let mut host = world.actor(DNS, start(seed % 60));
    let path = format!("{TPM}\\{}.PCPKEY", unknown(seed));
    host.open_missing(&path, READ);
    if gone {
        host.open_missing(&path, READ);
    } else {
        host.create_file(&path, KEY_CREATE, "SUCCESS", Some("Created"));
        host.write(&path, 0, 912);
        host.close(&path);
    }
    world.absorb(host);
    finish(world, seed, 70)
}

/// A program wants the provider of a hardware module: it is not there and the program fails, or
/// it is.
fn provider(seed: u64, there: bool) -> Trace {
    let mut world = World::new(seed);
    let mut agent = world.actor(LICENSE, start(seed % 60));
    let key = format!("{PROVIDERS}\\Fabrikam Key Storage Provider");
    if there {
        agent.open_key(&key, "Read");
        agent.open_missing_key(&format!("{key}\\KM"), "Read");
        agent.close_key(&key);
        world.absorb(agent);
    } else {
        agent.open_missing_key(&key, "Read");
        crate::scenario::end_tool(&mut world, agent, -2_146_893_799);
    }
    finish(world, seed, 70)
}
