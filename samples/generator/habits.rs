//! The habits of the processes: short runs of rows as they show up in every capture.

use crate::actor::Actor;
use crate::files::{APPEND, FOLDER, IMAGE, READ, SYSTEM32};
use crate::machine::*;
use crate::model::{number, text};
use crate::rng::of_name;

const WINDOWS: &str = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion";
const SERVICES_KEY: &str = "HKLM\\System\\CurrentControlSet\\Services";

/// Something a process does every now and then, with the weight with which it is chosen.
pub type Habit = (usize, u64, fn(&mut Actor));

/// What the processes of the machine do.
pub const HABITS: [Habit; 18] = [
    (NETSVCS, 12, scheduled_task),
    (NETSVCS, 7, group_policy),
    (LOCAL_HOST, 10, network_settings),
    (DNS, 4, name_query),
    (EVENT_LOG, 5, event_log),
    (SERVICES, 9, service_settings),
    (LSASS, 6, security_settings),
    (DCOM, 7, com_class),
    (EXPLORER, 20, shell_class),
    (EXPLORER, 8, desktop_folder),
    (DEFENDER, 11, scan_file),
    (SEARCH, 5, search_index),
    (WMI, 7, installed_programs),
    (WORKER, 8, web_request),
    (WORKER, 5, web_settings),
    (SPOOLER, 3, printers),
    (DNS, 3, time_zone),
    (W3SVC, 4, worker_process),
];

fn scheduled_task(a: &mut Actor) {
    let cache = "HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tree";
    let task = a.rng.pick(&[
        "Defrag\\ScheduledDefrag",
        "Time Synchronization\\SynchronizeTime",
        "Registry\\RegIdleBackup",
        "Servicing\\StartComponentCleanup",
    ]);
    let key = format!("{cache}\\Microsoft\\Windows\\{task}");
    a.open_key(&key, "Read");
    a.missing_value(&format!("{key}\\SD"), 16);
    a.read_dword(&format!("{key}\\Index"), 3);
    a.close_key(&key);
}

fn group_policy(a: &mut Actor) {
    for name in ["System", "WindowsUpdate", "DataCollection", "Explorer"] {
        a.open_missing_key(
            &format!("HKLM\\Software\\Policies\\Microsoft\\Windows\\{name}"),
            "Read",
        );
    }
    let key = format!("{WINDOWS}\\Group Policy");
    a.open_key(&key, "Query Value");
    a.missing_value(&format!("{key}\\PolicyApplicationState"), 144);
    a.close_key(&key);
}

fn network_settings(a: &mut Actor) {
    let key = format!("{SERVICES_KEY}\\Tcpip\\Parameters");
    a.open_key(&key, "Read");
    a.read_text(&format!("{key}\\Hostname"), "REG_SZ", "WEB01");
    a.missing_value(&format!("{key}\\Domain"), 16);
    a.missing_value(&format!("{key}\\DhcpDomain"), 16);
    a.read_dword(&format!("{key}\\UseDomainNameDevolution"), 1);
    a.close_key(&key);
}

fn name_query(a: &mut Actor) {
    let port = a.rng.between(49_900, 64_000);
    let path = format!("WEB01:{port} -> 10.20.0.10:domain");
    let length = a.rng.between(31, 46);
    a.network("UDP Send", &path, length);
    a.wait(2);
    a.network("UDP Receive", &path, length + 16);
}

fn event_log(a: &mut Actor) {
    let log =
        a.rng.pick(&["Application", "Security", "Microsoft-Windows-TaskScheduler%4Operational"]);
    let offset = a.rng.between(20, 400) * 4_096;
    let path = format!("{SYSTEM32}winevt\\Logs\\{log}.evtx");
    a.write(&path, offset, 4_096);
    let end = offset + 65_536;
    a.file("SetEndOfFileInformationFile", &path, "SUCCESS", vec![number("EndOfFile", end)]);
}

fn service_settings(a: &mut Actor) {
    let (name, start) =
        a.rng.pick(&[("W32Time", 3), ("WinRM", 2), ("AppHostSvc", 2), ("TrustedInstaller", 3)]);
    let key = format!("{SERVICES_KEY}\\{name}");
    a.open_key(&key, "Read");
    a.short_buffer(&format!("{key}\\ImagePath"), 12);
    let image = "%SystemRoot%\\system32\\svchost.exe -k netsvcs -p";
    a.read_text(&format!("{key}\\ImagePath"), "REG_EXPAND_SZ", image);
    a.read_dword(&format!("{key}\\Start"), start);
    a.missing_value(&format!("{key}\\FailureCommand"), 144);
    a.close_key(&key);
}

fn security_settings(a: &mut Actor) {
    let key = "HKLM\\System\\CurrentControlSet\\Control\\Lsa";
    a.open_key(key, "Query Value");
    a.read_dword(&format!("{key}\\LimitBlankPasswordUse"), 1);
    a.missing_value(&format!("{key}\\TokenLeakDetectDelaySecs"), 20);
    a.close_key(key);
}

fn com_class(a: &mut Actor) {
    let key = "HKCR\\AppID\\{0B2C9183-C9FA-4C53-AE21-C900B0C39965}";
    a.registry("RegQueryKey", "HKCR", "SUCCESS", vec![text("Query", "Name")]);
    a.registry("RegOpenKey", key, "SUCCESS", vec![text("Desired Access", "Read")]);
    a.missing_value(&format!("{key}\\AccessPermission"), 144);
    a.missing_value(&format!("{key}\\AuthenticationLevel"), 144);
    a.close_key(key);
}

fn shell_class(a: &mut Actor) {
    let name = a.rng.pick(&["Folder", "Directory", "txtfile", ".log", "xmlfile", "Drive"]);
    let mine = format!("HKCU\\Software\\Classes\\{name}");
    let all = format!("HKCR\\{name}");
    let read = || vec![text("Desired Access", "Read")];
    a.registry("RegQueryKey", "HKCU\\Software\\Classes", "SUCCESS", vec![text("Query", "Name")]);
    a.registry("RegOpenKey", &mine, "NAME NOT FOUND", read());
    a.registry("RegOpenKey", &all, "SUCCESS", read());
    a.registry("RegQueryKey", &all, "SUCCESS", vec![text("Query", "Name")]);
    a.registry("RegOpenKey", &format!("{mine}\\ShellEx\\IconHandler"), "NAME NOT FOUND", read());
    a.registry("RegOpenKey", &format!("{all}\\ShellEx\\IconHandler"), "NAME NOT FOUND", read());
    a.missing_value(&format!("{all}\\DocObject"), 144);
    a.missing_value(&format!("{all}\\BrowseInPlace"), 144);
    a.close_key(&all);
}

fn desktop_folder(a: &mut Actor) {
    let folder = a.rng.pick(&[
        "C:\\Users\\Administrator\\Desktop",
        "C:\\Users\\Public\\Desktop",
        "C:\\inetpub\\wwwroot",
        "C:\\Windows\\System32\\inetsrv",
    ]);
    a.look_at(folder);
    a.open(folder, FOLDER);
    a.list(folder, Some("desktop.ini"), &["desktop.ini"]);
    a.close(folder);
}

fn scan_file(a: &mut Actor) {
    let name =
        a.rng.pick(&["propsys.dll", "wininet.dll", "urlmon.dll", "shlwapi.dll", "netapi32.dll"]);
    let path = format!("{SYSTEM32}{name}");
    a.open(&path, IMAGE);
    let size = 200_000 + of_name(&path) % 900_000;
    a.standard_info(&path, size);
    a.file(
        "FileSystemControl",
        &path,
        "SUCCESS",
        vec![text("Control", "FSCTL_READ_FILE_USN_DATA")],
    );
    a.read(&path, 0, 4_096);
    a.read(&path, size / 2, 65_536);
    a.close(&path);
}

fn search_index(a: &mut Actor) {
    let path = "C:\\ProgramData\\Microsoft\\Search\\Data\\Applications\\Windows\\Windows.edb";
    for _ in 0..3 {
        let page = a.rng.between(1, 900) * 32_768;
        a.read(path, page, 32_768);
    }
    let page = a.rng.between(1, 900) * 32_768;
    a.write(path, page, 32_768);
}

fn installed_programs(a: &mut Actor) {
    let key = format!("{WINDOWS}\\Uninstall");
    a.open_key(&key, "Read");
    a.list_keys(&key, &["AddressBook", "Connection Manager", "DirectDrawEx", "Fontcore", "IE40"]);
    a.close_key(&key);
}

fn web_request(a: &mut Actor) {
    let page = a.rng.pick(&["index.html", "default.aspx", "styles\\site.css", "images\\logo.png"]);
    let path = format!("C:\\inetpub\\wwwroot\\{page}");
    a.look_at(&path);
    let size = 900 + of_name(&path) % 7_000;
    a.read_whole(&path, size);
}

fn web_settings(a: &mut Actor) {
    a.open_missing("C:\\inetpub\\wwwroot\\bin\\web.config", READ);
    a.look_at("C:\\inetpub\\wwwroot\\web.config");
    let key = "HKLM\\Software\\Microsoft\\InetStp";
    a.open_key(key, "Read");
    a.read_dword(&format!("{key}\\MajorVersion"), 10);
    a.close_key(key);
}

fn printers(a: &mut Actor) {
    let key = "HKLM\\System\\CurrentControlSet\\Control\\Print\\Printers";
    a.open_key(key, "Read");
    a.list_keys(key, &["Microsoft Print to PDF"]);
    a.close_key(key);
}

fn time_zone(a: &mut Actor) {
    let key = "HKLM\\System\\CurrentControlSet\\Control\\TimeZoneInformation";
    a.open_key(key, "Query Value");
    a.read_text(&format!("{key}\\TimeZoneKeyName"), "REG_SZ", "UTC");
    a.read_dword(&format!("{key}\\Bias"), 0);
    a.close_key(key);
}

fn worker_process(a: &mut Actor) {
    let log = "C:\\Windows\\System32\\LogFiles\\HTTPERR\\httperr1.log";
    a.create_file(log, APPEND, "SUCCESS", Some("Opened"));
    let offset = a.rng.between(4_000, 9_000);
    a.write(log, offset, 81);
    a.close(log);
}
