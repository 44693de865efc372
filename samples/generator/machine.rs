//! The invented server WEB01: its processes and the few facts that all samples share.

use crate::locale::at;
use crate::model::{Account, Integrity, Process};

/// The MachineGuid that Windows set up.
pub const OLD_GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
/// The MachineGuid that somebody put in its place; GUIDGEN writes upper case.
pub const NEW_GUID: &str = "B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86";

pub const SYSTEM: Account = account("NT AUTHORITY\\SYSTEM", "00000000:000003e7", Integrity::System);
const LOCAL: Account =
    account("NT AUTHORITY\\LOCAL SERVICE", "00000000:000003e5", Integrity::System);
pub const NETWORK: Account =
    account("NT AUTHORITY\\NETWORK SERVICE", "00000000:000003e4", Integrity::System);
pub const ADMIN: Account = account("WEB01\\Administrator", "00000000:0004c1d8", Integrity::High);
const POOL: Account = account("IIS APPPOOL\\DefaultAppPool", "00000000:0006a2f4", Integrity::High);

const fn account(user: &'static str, logon: &'static str, integrity: Integrity) -> Account {
    Account { user, logon, integrity }
}

const MICROSOFT: &str = "Microsoft Corporation";
const WINDOWS: &str = "10.0.17763.1 (WinBuild.160101.0800)";
const SERVICE_HOST: &str = "Host Process for Windows Services";

/// A path below System32 that is known at compile time.
macro_rules! sys {
    ($file:literal) => {
        concat!("C:\\Windows\\System32\\", $file)
    };
}

/// A running Windows process of session 0; the rest is changed where it differs.
pub const fn windows(
    pid: u32,
    parent: usize,
    name: &'static str,
    image: &'static str,
    command: &'static str,
    description: &'static str,
) -> Process {
    Process {
        pid,
        parent,
        name,
        image,
        command,
        account: SYSTEM,
        session: 0,
        is_64bit: true,
        company: MICROSOFT,
        description,
        version: WINDOWS,
        started: at(6, 2, 11, 4_817_203),
        finished: 0,
    }
}

/// A service host; all share image and description.
const fn host(pid: u32, command: &'static str, account: Account) -> Process {
    let image = "C:\\Windows\\System32\\svchost.exe";
    let plain = windows(pid, SERVICES, "svchost.exe", image, command, SERVICE_HOST);
    Process { account, ..plain }
}

/// Positions in the process table that the scenarios need.
pub const SERVICES: usize = 5;
pub const LSASS: usize = 6;
pub const DCOM: usize = 7;
pub const NETSVCS: usize = 8;
pub const LOCAL_HOST: usize = 9;
pub const EVENT_LOG: usize = 10;
pub const DNS: usize = 11;
pub const W3SVC: usize = 12;
pub const SPOOLER: usize = 13;
pub const DEFENDER: usize = 14;
pub const SEARCH: usize = 15;
pub const WMI: usize = 16;
pub const EXPLORER: usize = 17;
pub const CMD: usize = 18;
pub const WORKER: usize = 19;
pub const LICENSE: usize = 20;
pub const UPDATER: usize = 21;

/// The processes that run before any of the captures starts.
pub fn table() -> Vec<Process> {
    let bare = |pid, parent, name| Process {
        company: "",
        version: "",
        ..windows(pid, parent, name, name, "", "")
    };
    let idle =
        Process { account: Account { integrity: Integrity::None, ..SYSTEM }, ..bare(0, 0, "Idle") };
    let admin = |process: Process, hour: u64, minute: u64| Process {
        account: ADMIN,
        session: 1,
        started: at(hour, minute, 14, 2_093_318),
        ..process
    };
    let other = |process: Process, company, version, hour: u64| Process {
        company,
        version,
        started: at(hour, 4, 37, 9_440_126),
        ..process
    };
    vec![
        idle,
        bare(4, 0, "System"),
        windows(312, 1, "smss.exe", sys!("smss.exe"), "", "Windows Session Manager"),
        windows(
            496,
            2,
            "wininit.exe",
            sys!("wininit.exe"),
            "wininit.exe",
            "Windows Start-Up Application",
        ),
        windows(
            548,
            2,
            "winlogon.exe",
            sys!("winlogon.exe"),
            "winlogon.exe",
            "Windows Logon Application",
        ),
        windows(
            620,
            3,
            "services.exe",
            sys!("services.exe"),
            sys!("services.exe"),
            "Services and Controller app",
        ),
        windows(
            640,
            3,
            "lsass.exe",
            sys!("lsass.exe"),
            sys!("lsass.exe"),
            "Local Security Authority Process",
        ),
        host(744, sys!("svchost.exe -k DcomLaunch -p"), SYSTEM),
        host(968, sys!("svchost.exe -k netsvcs -p"), SYSTEM),
        host(1012, sys!("svchost.exe -k LocalService -p"), LOCAL),
        host(1076, sys!("svchost.exe -k LocalServiceNetworkRestricted -p"), LOCAL),
        host(1204, sys!("svchost.exe -k NetworkService -p"), NETWORK),
        host(2096, sys!("svchost.exe -k iissvcs"), SYSTEM),
        windows(
            1880,
            SERVICES,
            "spoolsv.exe",
            sys!("spoolsv.exe"),
            sys!("spoolsv.exe"),
            "Spooler SubSystem App",
        ),
        other(
            windows(
                2016,
                SERVICES,
                "MsMpEng.exe",
                "C:\\Program Files\\Windows Defender\\MsMpEng.exe",
                "\"C:\\Program Files\\Windows Defender\\MsMpEng.exe\"",
                "Antimalware Service Executable",
            ),
            MICROSOFT,
            "4.18.1807.18075 (WinBuild.160101.0800)",
            6,
        ),
        windows(
            3012,
            SERVICES,
            "SearchIndexer.exe",
            sys!("SearchIndexer.exe"),
            sys!("SearchIndexer.exe /Embedding"),
            "Microsoft Windows Search Indexer",
        ),
        Process {
            account: NETWORK,
            ..windows(
                2724,
                DCOM,
                "WmiPrvSE.exe",
                sys!("wbem\\WmiPrvSE.exe"),
                sys!("wbem\\wmiprvse.exe"),
                "WMI Provider Host",
            )
        },
        admin(
            windows(
                3560,
                4,
                "Explorer.EXE",
                "C:\\Windows\\Explorer.EXE",
                "C:\\Windows\\Explorer.EXE",
                "Windows Explorer",
            ),
            8,
            47,
        ),
        admin(
            windows(
                4180,
                EXPLORER,
                "cmd.exe",
                sys!("cmd.exe"),
                "\"C:\\Windows\\system32\\cmd.exe\" ",
                "Windows Command Processor",
            ),
            8,
            52,
        ),
        Process {
            account: POOL,
            ..windows(
                4468,
                W3SVC,
                "w3wp.exe",
                sys!("inetsrv\\w3wp.exe"),
                "c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"DefaultAppPool\" -v \"v4.0\"",
                "IIS Worker Process",
            )
        },
        other(
            windows(
                2232,
                SERVICES,
                "LicenseAgent.exe",
                "C:\\Program Files\\Contoso\\License Agent\\LicenseAgent.exe",
                "\"C:\\Program Files\\Contoso\\License Agent\\LicenseAgent.exe\" -service",
                "Contoso License Agent",
            ),
            "Contoso, Ltd.",
            "3.2.0.118",
            6,
        ),
        Process {
            is_64bit: false,
            ..other(
                windows(
                    4720,
                    NETSVCS,
                    "FabrikamUpdate.exe",
                    "C:\\Program Files (x86)\\Fabrikam\\Update\\FabrikamUpdate.exe",
                    "\"C:\\Program Files (x86)\\Fabrikam\\Update\\FabrikamUpdate.exe\" /background",
                    "Fabrikam Update",
                ),
                "Fabrikam, Inc.",
                "1.9.44.0",
                7,
            )
        },
    ]
}

/// A process that starts during a capture.
pub fn inetinfo(pid: u32) -> Process {
    let image = "C:\\Windows\\System32\\inetsrv\\inetinfo.exe";
    let command = "C:\\Windows\\system32\\inetsrv\\inetinfo.exe";
    windows(pid, SERVICES, "inetinfo.exe", image, command, "Internet Information Services")
}

/// The command line tool that restarts IIS.
pub fn iisreset(pid: u32) -> Process {
    let image = "C:\\Windows\\System32\\iisreset.exe";
    let plain = windows(pid, CMD, "iisreset.exe", image, "iisreset", "IIS Reset Control");
    Process { account: ADMIN, session: 1, ..plain }
}

/// The setup tool of IIS.
pub fn iissetup(pid: u32) -> Process {
    let image = "C:\\Windows\\System32\\inetsrv\\iissetup.exe";
    let command = "\"C:\\Windows\\system32\\inetsrv\\iissetup.exe\" /install Metabase";
    windows(pid, DCOM, "iissetup.exe", image, command, "IIS Setup")
}

/// A backup agent, which some of the small captures have.
pub fn backup(pid: u32) -> Process {
    let image = "C:\\Program Files\\Tailspin\\Backup\\TailspinBackup.exe";
    let command = "\"C:\\Program Files\\Tailspin\\Backup\\TailspinBackup.exe\" -service";
    let plain =
        windows(pid, SERVICES, "TailspinBackup.exe", image, command, "Tailspin Backup Agent");
    Process { company: "Tailspin, Inc.", version: "7.1.0.402", ..plain }
}

/// The tool that prepares an image of a computer for others.
pub fn sysprep(pid: u32) -> Process {
    let image = "C:\\Windows\\System32\\Sysprep\\sysprep.exe";
    let command = "sysprep.exe /generalize /oobe /shutdown";
    let plain = windows(pid, CMD, "sysprep.exe", image, command, "System Preparation Tool");
    Process { account: ADMIN, session: 1, ..plain }
}

/// The tool that makes the keys of ASP.NET.
pub fn aspnet_regiis(pid: u32) -> Process {
    let image = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_regiis.exe";
    let command = "aspnet_regiis.exe -pe \"connectionStrings\" -app \"/shop\"";
    let plain = windows(pid, CMD, "aspnet_regiis.exe", image, command, "aspnet_regiis.exe");
    Process { account: ADMIN, session: 1, ..plain }
}

/// Windows Installer.
pub fn msiexec(pid: u32) -> Process {
    let image = "C:\\Windows\\System32\\msiexec.exe";
    windows(pid, NETSVCS, "msiexec.exe", image, "msiexec.exe /V", "Windows installer")
}

/// A program that installs something, by its name.
pub fn contoso_setup(pid: u32) -> Process {
    let image = "C:\\Users\\Administrator\\Downloads\\ContosoSetup.exe";
    let command = "ContosoSetup.exe /quiet";
    let plain = windows(pid, CMD, "ContosoSetup.exe", image, command, "Contoso Setup");
    Process { account: ADMIN, session: 1, company: "Contoso, Ltd.", version: "3.2.0.118", ..plain }
}
