//! The phases of inetinfo.exe, the process that hosts the IIS Admin Service.

use crate::actor::Actor;
use crate::files::{APPEND, FOLDER, LOOK, Open, READ, SYSTEM32};
use crate::model::{Process, number, text};
use crate::world::World;

const INETSRV: &str = "C:\\Windows\\System32\\inetsrv";
const IISADMIN: &str = "HKLM\\System\\CurrentControlSet\\Services\\IISADMIN";

/// The threads of one inetinfo.exe. The first one starts the service, the worker does the rest.
#[derive(Debug)]
pub struct Threads {
    pub main: Actor,
    pub worker: Actor,
    /// Threads that only wait for calls; they show up when they start and when they end.
    pub idle: Vec<u32>,
}

/// Starts the process from services.exe and runs it up to the moment in which it needs keys.
pub fn start(world: &mut World, services: &mut Actor, process: Process) -> Threads {
    look_up_service(services);
    let mut main = world.start(services, process, "C:\\Windows\\system32\\");
    services.close_key(IISADMIN);
    own_images(&mut main);
    resources(&mut main);
    let mut idle = Vec::new();
    for _ in 0..4 {
        main.wait(35);
        let tid = world.free_id();
        main.thread_created(tid);
        idle.push(tid);
    }
    main.wait(120);
    let mut worker = world.actor(main.process, main.now);
    main.thread_created(worker.tid);
    worker.wait(1);
    service_files(&mut worker);
    configuration(&mut worker);
    Threads { main, worker, idle }
}

/// What the service manager reads before it starts a service.
fn look_up_service(services: &mut Actor) {
    services.open_key(IISADMIN, "Read");
    let image = "%SystemRoot%\\system32\\inetsrv\\inetinfo.exe";
    services.short_buffer(&format!("{IISADMIN}\\ImagePath"), 12);
    services.read_text(&format!("{IISADMIN}\\ImagePath"), "REG_EXPAND_SZ", image);
    services.read_text(&format!("{IISADMIN}\\ObjectName"), "REG_SZ", "LocalSystem");
    services.read_dword(&format!("{IISADMIN}\\Start"), 2);
    services.missing_value(&format!("{IISADMIN}\\Environment"), 144);
}

/// Phase 1: the loader maps the program and the DLLs that every program needs.
fn own_images(main: &mut Actor) {
    main.image(&format!("{SYSTEM32}ntdll.dll"));
    main.wait(1);
    let prefetch = "C:\\Windows\\Prefetch\\INETINFO.EXE-7C40D1A9.pf";
    main.open_missing(prefetch, Open { share: "None", ..READ });
    let options =
        "HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options";
    main.open_key(options, "Query Value, Enumerate Sub Keys");
    main.open_missing_key(&format!("{options}\\inetinfo.exe"), "Query Value, Enumerate Sub Keys");
    let session = "HKLM\\System\\CurrentControlSet\\Control\\Session Manager";
    main.open_key(session, "Query Value");
    main.missing_value(&format!("{session}\\SafeDllSearchMode"), 16);
    main.close_key(session);
    for name in ["kernel32", "KernelBase", "msvcrt", "rpcrt4", "sechost", "advapi32", "ucrtbase"] {
        main.image(&format!("{SYSTEM32}{name}.dll"));
    }
    let safer = "HKLM\\Software\\Policies\\Microsoft\\Windows\\Safer\\CodeIdentifiers";
    main.open_key(safer, "Query Value");
    main.missing_value(&format!("{safer}\\TransparentEnabled"), 80);
    main.close_key(safer);
    for name in ["win32u", "gdi32", "user32", "combase", "ole32", "oleaut32", "ws2_32"] {
        main.image(&format!("{SYSTEM32}{name}.dll"));
    }
    main.load_dll(&format!("{SYSTEM32}iisRtl.dll"));
    main.load_dll(&format!("{INETSRV}\\rpcref.dll"));
}

/// Phase 2: the texts of the program in the language of the machine.
fn resources(main: &mut Actor) {
    let texts = format!("{INETSRV}\\en-US\\inetinfo.exe.mui");
    main.open(&texts, Open { options: "Complete If Oplocked", attributes: "N", ..LOOK });
    main.note("inetinfo.exe looks for its texts: the start is under way");
    main.basic_info(&texts);
    main.close(&texts);
    main.read_whole(&texts, 2_560);
}

/// Phase 3: the parts of the IIS Admin Service.
fn service_files(worker: &mut Actor) {
    let parameters = format!("{IISADMIN}\\Parameters");
    worker.open_key(&parameters, "Read");
    worker.missing_value(&format!("{parameters}\\EnableRpcInterface"), 16);
    worker.close_key(&parameters);
    for name in ["iisadmin", "coadmin", "admexs", "metadata", "nsepm"] {
        worker.wait(85);
        worker.load_dll(&format!("{INETSRV}\\{name}.dll"));
    }
    worker.look_at(INETSRV);
    for name in ["svcext.dll", "wamreg.dll", "infocomm.dll", "MetaBase.xml", "MBSchema.xml"] {
        worker.look_at(&format!("{INETSRV}\\{name}"));
    }
}

/// Phase 4: the metabase and its schema.
fn configuration(worker: &mut Actor) {
    let location = "HKLM\\SOFTWARE\\Microsoft\\INetMgr\\Parameters";
    worker.open_key(location, "Read");
    worker.missing_value(&format!("{location}\\MetadataFile"), 144);
    worker.close_key(location);
    let history = format!("{INETSRV}\\History");
    worker.open(&history, FOLDER);
    let names = ["MBSchema_0000000001_0000000000.xml", "MetaBase_0000000001_0000000000.xml"];
    worker.list(&history, Some("MBSchema*"), &names[..1]);
    worker.list(&history, Some("MetaBase*"), &names[1..]);
    worker.close(&history);
    worker.load_dll(&format!("{SYSTEM32}msxml6.dll"));
    worker.read_whole(&format!("{INETSRV}\\MBSchema.xml"), 46_132);
    worker.note_on("ReadFile", "the metabase schema was read");
    worker.wait(310);
    worker.read_whole(&format!("{INETSRV}\\MetaBase.xml"), 31_846);
    worker.note_on("ReadFile", "the metabase was read");
    worker.wait(140);
}

/// Phase 7: the services start to work. A capture that gets here is healthy.
pub fn services(worker: &mut Actor, listening: bool) {
    for name in ["infocomm", "isatq", "smtpsvc"] {
        worker.wait(70);
        worker.load_dll(&format!("{INETSRV}\\{name}.dll"));
    }
    worker.load_dll(&format!("{SYSTEM32}mswsock.dll"));
    worker.note_on("Load Image", "service parts are loaded: inetinfo.exe is past its keys");
    let sockets = "HKLM\\System\\CurrentControlSet\\Services\\WinSock2\\Parameters";
    worker.open_key(sockets, "Read");
    worker.read_dword(&format!("{sockets}\\Serial_Access_Num"), 14);
    worker.close_key(sockets);
    let parameters = "HKLM\\System\\CurrentControlSet\\Services\\SMTPSVC\\Parameters";
    worker.open_key(parameters, "Read");
    worker.missing_value(&format!("{parameters}\\MaxPoolThreads"), 16);
    worker.close_key(parameters);
    let folder = "C:\\Windows\\System32\\LogFiles\\SMTPSVC1";
    worker.open(folder, FOLDER);
    worker.close(folder);
    let log = format!("{folder}\\ex260305.log");
    let opened = if listening { "Opened" } else { "Created" };
    worker.create_file(&log, APPEND, "SUCCESS", Some(opened));
    let size = if listening { 1_374 } else { 0 };
    worker.write(&log, size, 243);
    worker.note("the service writes its log: the start is complete");
    worker.wait(700);
    let caller = "WEB01:smtp -> 10.20.0.31:50122";
    worker.network("TCP Accept", caller, 0);
    worker.note("the service answers on the network");
    worker.wait(1);
    worker.network("TCP Send", caller, 118);
    worker.wait(22);
    worker.network("TCP Receive", caller, 14);
    worker.write(&log, size + 243, 96);
    worker.network("TCP Send", caller, 47);
    worker.wait(30);
    worker.network("TCP Disconnect", caller, 0);
}

/// Phase 8: the threads end one after the other and the last one takes the process along.
pub fn exit(world: &mut World, threads: Threads, status: i32) {
    let Threads { main: mut last, worker, idle } = threads;
    last.now = last.now.max(worker.now);
    let main_tid = last.tid;
    for tid in idle.into_iter().chain([worker.tid, main_tid]) {
        last.wait(1);
        last.tid = tid;
        let kernel = if tid == worker.tid { "0.0468750" } else { "0.0000000" };
        let detail = vec![
            text("Thread ID", tid.to_string()),
            text("User Time", "0.0000000"),
            text("Kernel Time", kernel),
        ];
        last.instant("Thread Exit", "", detail);
    }
    let detail = vec![
        text("Exit Status", status.to_string()),
        text("User Time", "0.0625000 seconds"),
        text("Kernel Time", "0.0781250 seconds"),
        number("Private Bytes", 3_424_256),
        number("Peak Private Bytes", 3_592_192),
        number("Working Set", 11_694_080),
        number("Peak Working Set", 11_739_136),
    ];
    last.instant("Process Exit", "", detail);
    let finished = last.now;
    world.processes[last.process].finished = finished;
    world.absorb(worker);
    world.absorb(last);
}
