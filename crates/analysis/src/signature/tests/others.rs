//! MK-13, MK-15, MK-16, MK-19: providers, services, programs.

use super::log::*;
use super::{EVERYONE, IIS_ONLY, check};
use crate::Severity::{Error, Info, Warning};

const PROVIDER: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider\Microsoft Strong Cryptographic Provider";

#[test]
fn mk13_provider_not_registered() {
    check(&[
        (
            "no path to its file, and the process ends",
            |log| {
                log.row("RegOpenKey", PROVIDER, "SUCCESS", "Desired Access: Read");
                let path = format!("{PROVIDER}\\Image Path");
                log.row("RegQueryValue", &path, "NAME NOT FOUND", "Length: 12").exit();
            },
            IIS_ONLY,
            &[("MK-13", Error)],
        ),
        (
            "its file is not there",
            |log| {
                log.refuse(r"C:\Windows\System32\rsaenh.dll", "NAME NOT FOUND");
            },
            IIS_ONLY,
            &[("MK-13", Warning)],
        ),
        (
            "its file is looked for beside the program first",
            |log| {
                log.refuse(r"C:\Windows\System32\inetsrv\rsaenh.dll", "NAME NOT FOUND");
            },
            IIS_ONLY,
            &[],
        ),
        (
            "missing once, and MachineGuid is read later",
            |log| {
                let path = format!("{PROVIDER}\\Image Path");
                log.row("RegQueryValue", &path, "NAME NOT FOUND", "Length: 12");
                log.read_guid().use_key(&key(IIS));
            },
            IIS_ONLY,
            &[],
        ),
        (
            "a value that may be missing",
            |log| {
                let path = format!("{PROVIDER}\\SigInFile");
                log.row("RegQueryValue", &path, "NAME NOT FOUND", "Length: 12");
            },
            IIS_ONLY,
            &[],
        ),
    ]);
}

#[test]
fn mk15_remote_desktop() {
    check(&[
        (
            "denied, and not to be deleted",
            |log| {
                log.by(SERVICE_HOST).refuse(&key(RDP), "ACCESS DENIED");
                log.row(
                    "SetDispositionInformationFile",
                    &key(RDP),
                    "CANNOT DELETE",
                    "Delete: True",
                );
            },
            EVERYONE,
            &[("MK-15", Warning)],
        ),
        (
            "a second open succeeds",
            |log| {
                log.by(SERVICE_HOST).refuse(&key(RDP), "ACCESS DENIED").use_key(&key(RDP));
            },
            EVERYONE,
            &[("MK-15", Info)],
        ),
        (
            "a service host, and another container",
            |log| {
                log.by(SERVICE_HOST).refuse(&key(&stem(1)), "ACCESS DENIED");
            },
            EVERYONE,
            &[("MK-04", Warning)],
        ),
        (
            "used without trouble",
            |log| {
                log.by(SERVICE_HOST).use_key(&key(RDP));
            },
            EVERYONE,
            &[],
        ),
        (
            "several files, and the present one denied",
            |log| {
                log.by(SERVICE_HOST).read_guid().refuse(&key(RDP), "ACCESS DENIED");
                log.by(TOOL).list(&[format!("{RDP}_{OTHER}"), format!("{RDP}_{GUID}")]);
            },
            EVERYONE,
            &[("MK-15", Warning)],
        ),
        (
            "several files in a folder, and nothing more",
            |log| {
                log.by(TOOL).list(&[format!("{RDP}_{OTHER}"), format!("{RDP}_{GUID}")]);
            },
            EVERYONE,
            &[],
        ),
        (
            "several files, and the present one was made because none was found",
            |log| {
                log.by(SERVICE_HOST).read_guid().refuse(&key(RDP), "NAME NOT FOUND");
                log.create(&key(RDP));
                log.by(TOOL).list(&[format!("{RDP}_{OTHER}"), format!("{RDP}_{GUID}")]);
            },
            EVERYONE,
            &[("MK-01", Warning)],
        ),
        (
            "several files of another container are still reported",
            |log| {
                let stem = stem(7);
                log.by(TOOL).list(&[format!("{stem}_{OTHER}"), format!("{stem}_{GUID}")]);
            },
            EVERYONE,
            &[("MK-01", Info)],
        ),
    ]);
}

#[test]
fn mk16_needs_a_witness() {
    let mut log = Log::new();
    log.read_guid().use_key(&key(IIS)).exit();
    assert_eq!(signs(&log.report(IIS_ONLY, &[])), []);
    assert_eq!(signs(&log.report(IIS_ONLY, &[failed("Spooler", "0x80090006")])), []);
    assert_eq!(signs(&log.report(IIS_ONLY, &[failed("IISADMIN", "5")])), []);
    let report = log.report(IIS_ONLY, &[failed("iisadmin", "2148073478")]);
    assert_eq!(signs(&report), [("MK-16", Warning)]);
    // A failure that a row states explains more.
    let mut log = Log::new();
    log.read_guid().use_key(&key(IIS)).refuse(&key(&stem(1)), "ACCESS DENIED");
    let report = log.report(IIS_ONLY, &[failed("IISADMIN", "%%2148073478")]);
    assert_eq!(signs(&report), [("MK-04", Warning)]);
}

#[test]
fn mk19_code_in_the_store() {
    check(&[
        (
            "written and run",
            |log| {
                let path = format!("{FOLDER}\\update.exe");
                log.by(TOOL).create(&path).write(&path, 4096);
                log.row("Process Create", &path, "SUCCESS", "PID: 77, Command line: update.exe");
            },
            IIS_ONLY,
            &[("MK-19", Error)],
        ),
        (
            "written only",
            |log| {
                log.by(TOOL).create(&format!("{FOLDER}\\update.dll"));
            },
            IIS_ONLY,
            &[("MK-19", Warning)],
        ),
        (
            "looked for in vain, and a library elsewhere",
            |log| {
                log.by(TOOL).refuse(&format!("{FOLDER}\\version.dll"), "NAME NOT FOUND");
                log.row(
                    "Load Image",
                    r"C:\Windows\System32\rsaenh.dll",
                    "SUCCESS",
                    "Image Base: 0x1",
                );
            },
            IIS_ONLY,
            &[],
        ),
    ]);
}
