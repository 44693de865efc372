//! The stories that the samples tell.

use crate::actor::Actor;
use crate::files::{FOLDER, SYSTEM32};
use crate::inetinfo::{self, Threads};
use crate::keys::{DCOM as DCOM_KEY, IIS, MACHINE_KEYS, TERMINAL};
use crate::locale::at;
use crate::machine::{self, *};
use crate::model::{SECOND, Ticks, Trace, number, text};
use crate::noise;
use crate::world::World;

/// The first start after the installation of the IIS 6 management compatibility.
pub fn first_start() -> Trace {
    let start = at(9, 12, 4, 2_260_418);
    let mut world = World::new(0x0F1E);
    let mut setup_parent = world.actor(machine::DCOM, start);
    let mut setup = world.start(&mut setup_parent, iissetup(3268), "C:\\Windows\\system32\\");
    world.absorb(setup_parent);
    install(&mut setup);

    let mut services = world.actor(SERVICES, setup.now);
    services.wait(40);
    let mut threads = inetinfo::start(&mut world, &mut services, inetinfo(2412));
    threads.worker.load_provider(OLD_GUID);
    new_container(&mut world, &mut threads.worker, &DCOM_KEY, OLD_GUID);
    threads.worker.wait(900);
    threads.worker.read_machine_guid(OLD_GUID);
    new_container(&mut world, &mut threads.worker, &IIS, OLD_GUID);
    threads.worker.wait(130);
    inetinfo::services(&mut threads.worker, false);
    setup.now = threads.worker.now;
    end_tool(&mut world, setup, 0);
    keep_running(&mut world, threads, services);
    noise::fill(&mut world, start, 7 * SECOND / 2, 596, false);
    world.finish()
}

/// A restart of a healthy server: the keys are there and are read.
pub fn restart(first_start: &Trace) -> Trace {
    let start = at(15, 53, 3, 6_001_516);
    let mut world = World::new(0x2E57);
    let (mut reset, mut services) = iisreset_stops(&mut world, start, first_start, (2412, 3096));
    let mut threads = inetinfo::start(&mut world, &mut services, inetinfo(3868));
    threads.worker.load_provider(OLD_GUID);
    for container in [IIS, DCOM_KEY] {
        threads.worker.wait(14);
        threads.worker.read_container(&container, OLD_GUID);
        let now = threads.worker.now;
        let mut lsass = world.actor(LSASS, now);
        lsass.unlock_machine_secret();
        threads.worker.now = lsass.now;
        world.absorb(lsass);
        threads.worker.wait(6);
    }
    inetinfo::services(&mut threads.worker, true);
    reset.now = threads.worker.now;
    end_tool(&mut world, reset, 0);
    keep_running(&mut world, threads, services);
    noise::fill(&mut world, start, 5 * SECOND / 2, 596, false);
    world.finish()
}

/// A restart after MachineGuid was changed: the accident of the article.
pub fn guid_changed(restart: &Trace) -> Trace {
    let start = at(18, 59, 2, 3_017_794);
    let mut world = World::new(0xB81E);
    let (mut reset, mut services) =
        iisreset_stops(&mut world, start + 9 * SECOND, restart, (3868, 4836));
    let mut threads = inetinfo::start(&mut world, &mut services, inetinfo(5236));
    threads.worker.load_provider(NEW_GUID);
    new_container(&mut world, &mut threads.worker, &IIS, NEW_GUID);
    threads.worker.wait(8);
    // The article prints this row. It is the same file, now complete, opened once more.
    threads.worker.read_container(&IIS, NEW_GUID);
    threads.worker.wait(310);
    inetinfo::exit(&mut world, threads, 0);
    let end = world.last_time();
    let mut event_log = world.actor(EVENT_LOG, end);
    event_log.wait(3);
    event_log.write("C:\\Windows\\System32\\winevt\\Logs\\System.evtx", 1_253_376, 4_096);
    event_log.note("something is written to the System log; a capture never shows what");
    world.absorb(event_log);
    services.now = end;
    services.wait(2);
    services
        .missing_value("HKLM\\System\\CurrentControlSet\\Services\\IISADMIN\\FailureActions", 144);
    world.absorb(services);
    reset.now = end;
    reset.wait(420);
    end_tool(&mut world, reset, 1);
    administrator_looks(&mut world, end + 6 * SECOND);
    noise::look_alikes(&mut world, start);
    noise::fill(&mut world, start, 27 * SECOND, 4_050, true);
    world.finish()
}

/// The setup tool writes the service into the registry and the metabase to the disk.
pub fn install(setup: &mut Actor) {
    setup.image(&format!("{SYSTEM32}ntdll.dll"));
    setup.image(&format!("{SYSTEM32}kernel32.dll"));
    setup.image(&format!("{SYSTEM32}KernelBase.dll"));
    setup.load_dll(&format!("{SYSTEM32}inetsrv\\iissetup.dll"));
    let service = "HKLM\\System\\CurrentControlSet\\Services\\IISADMIN";
    setup.create_key(service);
    setup.set_dword(&format!("{service}\\Type"), 32);
    setup.set_dword(&format!("{service}\\Start"), 2);
    let image = "%SystemRoot%\\system32\\inetsrv\\inetinfo.exe";
    setup.set_text(&format!("{service}\\ImagePath"), "REG_EXPAND_SZ", image);
    setup.set_text(&format!("{service}\\DisplayName"), "REG_SZ", "IIS Admin Service");
    setup.set_text(&format!("{service}\\ObjectName"), "REG_SZ", "LocalSystem");
    setup.create_key(&format!("{service}\\Parameters"));
    setup.close_key(service);
    let location = "HKLM\\Software\\Microsoft\\INetMgr\\Parameters";
    setup.create_key(location);
    setup.set_dword(&format!("{location}\\MajorVersion"), 10);
    setup.close_key(location);
    let log = "C:\\Windows\\iis.log";
    for (offset, length) in [(18_204, 133), (18_337, 97), (18_434, 151)] {
        setup.wait(20);
        setup.append(log, offset, length);
    }
}

/// Makes a container and its keys; lsass.exe protects them with the machine's secret.
pub fn new_container(
    world: &mut World,
    worker: &mut Actor,
    container: &crate::keys::Container,
    guid: &str,
) {
    worker.create_container(container, guid);
    let mut lsass = world.actor(LSASS, worker.now);
    lsass.wait(2);
    lsass.unlock_machine_secret();
    worker.now = lsass.now;
    world.absorb(lsass);
    worker.generate_keys(container, guid);
}

/// The administrator runs iisreset, and the inetinfo.exe that runs so far ends normally. Gives
/// back the threads that go on: the one of iisreset.exe and the one of services.exe.
fn iisreset_stops(
    world: &mut World,
    start: Ticks,
    earlier: &Trace,
    pids: (u32, u32),
) -> (Actor, Actor) {
    let (old_pid, reset_pid) = pids;
    // It is the process that the earlier capture saw starting.
    let started = earlier.processes.iter().find(|process| process.pid == old_pid);
    let old = started.expect("the samples of one day follow each other").clone();
    let old = world.already_running(old);
    let mut shell = world.actor(CMD, start);
    let mut reset = world.start(&mut shell, iisreset(reset_pid), "C:\\Users\\Administrator\\");
    world.absorb(shell);
    for name in ["ntdll", "kernel32", "KernelBase", "msvcrt", "combase", "rpcrt4", "ole32"] {
        reset.image(&format!("{SYSTEM32}{name}.dll"));
    }
    let server = "HKCR\\CLSID\\{A9E69610-B80D-11D0-B9B9-00A0C922E750}";
    reset.registry("RegOpenKey", server, "SUCCESS", vec![text("Desired Access", "Read")]);
    reset.missing_value(&format!("{server}\\InprocHandler32"), 144);
    reset.close_key(server);
    reset.load_dll(&format!("{SYSTEM32}iisRtl.dll"));
    reset.wait(35);

    let main = world.actor(old, reset.now);
    let mut worker = world.actor(old, reset.now);
    worker.close_key("HKLM\\System\\CurrentControlSet\\Services\\IISADMIN\\Parameters");
    worker.close("C:\\Windows\\System32\\LogFiles\\SMTPSVC1\\ex260305.log");
    let idle = (0..3).map(|_| world.free_id()).collect();
    let stopped = worker.now;
    inetinfo::exit(world, Threads { main, worker, idle }, 0);
    let mut services = world.actor(SERVICES, stopped);
    services.wait(540);
    (reset, services)
}

/// A command line tool ends.
pub fn end_tool(world: &mut World, mut tool: Actor, status: i32) {
    tool.wait(15);
    let detail = vec![
        text("Thread ID", tool.tid.to_string()),
        text("User Time", "0.0156250"),
        text("Kernel Time", "0.0156250"),
    ];
    tool.instant("Thread Exit", "", detail);
    let detail = vec![
        text("Exit Status", status.to_string()),
        text("User Time", "0.0156250 seconds"),
        text("Kernel Time", "0.0156250 seconds"),
        number("Private Bytes", 1_142_784),
        number("Peak Private Bytes", 1_265_664),
        number("Working Set", 5_242_880),
        number("Peak Working Set", 5_246_976),
    ];
    tool.instant("Process Exit", "", detail);
    world.processes[tool.process].finished = tool.now;
    world.absorb(tool);
}

fn keep_running(world: &mut World, threads: Threads, services: Actor) {
    world.absorb(threads.main);
    world.absorb(threads.worker);
    world.absorb(services);
}

/// The administrator opens the key folder. The listing is the only witness of the old GUID.
fn administrator_looks(world: &mut World, now: Ticks) {
    let mut explorer = world.actor(EXPLORER, now);
    let mut folder = "C:".to_owned();
    for name in ["ProgramData", "Microsoft", "Crypto", "RSA", "MachineKeys"] {
        // Only the root of the drive ends with a backslash.
        let opened = if folder == "C:" { "C:\\".to_owned() } else { folder.clone() };
        explorer.open(&opened, FOLDER);
        explorer.list(&folder, Some(name), &[name]);
        explorer.close(&opened);
        folder = format!("{folder}\\{name}");
    }
    let files = [
        ".".to_owned(),
        "..".to_owned(),
        DCOM_KEY.file(OLD_GUID),
        IIS.file(OLD_GUID),
        IIS.file(NEW_GUID),
        format!("{TERMINAL}_{OLD_GUID}"),
    ];
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    explorer.open(MACHINE_KEYS, FOLDER);
    explorer.list(MACHINE_KEYS, None, &names);
    explorer.note("the folder holds c2319 under two GUIDs, 7a436 under the old one only");
    explorer.list_end(MACHINE_KEYS);
    explorer.close(MACHINE_KEYS);
    world.absorb(explorer);
}
