//! Who did it, where the capture shows it, and what is advised for each container.

use super::log::*;
use super::{EVERYONE, IIS_ONLY};
use crate::Confidence::{self, High, Low, Medium};
use crate::Severity::{Error, Info, Warning};
use crate::{Finding, Report};

const CNG: &str = r"C:\ProgramData\Microsoft\Crypto\Keys";
const MISSING: &str = "NAME NOT FOUND";
const DENIED: &str = "ACCESS DENIED";
/// iisWasKey.
const WAS: &str = "76944fb33636aeddb9590521c2e8815a";
/// NetFrameworkConfigurationKey.
const ASP_NET: &str = "d6d986f09a1ee04e24c949879fdb506c";
const TO_DELETE: &str = "Desired Access: Read Attributes, Delete, Disposition: Open, \
    Options: Non-Directory File, Attributes: n/a, ShareMode: Read, AllocationSize: n/a";
const POWERSHELL: (&str, u32, &str) = ("powershell.exe", 6600, "WEB01\\eva");
const REPLICATOR: (&str, u32, &str) = ("Replicate.exe", 1588, "NT AUTHORITY\\SYSTEM");

fn only<'r>(report: &'r Report, id: &str) -> &'r Finding {
    let found: Vec<&Finding> = report.findings.iter().filter(|it| it.signature == id).collect();
    assert_eq!(found.len(), 1, "{id}: {:?}", signs(report));
    found[0]
}

fn rename(log: &mut Log, from: &str, to: &str) {
    let detail = format!("ReplaceIfExists: False, FileName: {to}");
    log.row("SetRenameInformationFile", from, "SUCCESS", &detail);
}

#[test]
fn mk03_names_who_took_the_file_away() {
    type Removes = fn(&mut Log);
    let removals: [(Removes, &str); 5] = [
        (
            |log| _ = log.delete(&key(IIS)),
            "deleted the key file of Microsoft Internet Information Server (event 1)",
        ),
        (
            |log| rename(log, &key(IIS), r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\old"),
            "renamed the key file of Microsoft Internet Information Server to",
        ),
        (
            |log| rename(log, FOLDER, r"C:\ProgramData\Microsoft\Crypto\RSA\Old"),
            "renamed the folder C:",
        ),
        (|log| _ = log.delete(FOLDER), "deleted the folder C:"),
        (
            |log| {
                let flags = "Flags: FILE_DISPOSITION_DELETE, FILE_DISPOSITION_POSIX_SEMANTICS";
                log.row("SetDispositionInformationEx", &key(IIS), "SUCCESS", flags);
            },
            "deleted the key file",
        ),
    ];
    for (remove, words) in removals {
        let mut log = Log::new();
        remove(log.by(POWERSHELL));
        log.by(IISADMIN).read_guid().make_anew(IIS, GUID, 78).exit();
        for follow in [IIS_ONLY, EVERYONE] {
            let report = log.report(follow, &[]);
            let found = only(&report, "MK-03");
            assert_eq!((found.severity, found.confidence), (Error, High));
            let said = &found.explanation;
            assert!(said.contains("powershell.exe (PID 6600)") && said.contains(words), "{said}");
            assert!(found.evidence[0].events.contains(&1), "{:?}", found.evidence);
            assert!(
                !found.does_not_prove.join(" ").contains("which of the two"),
                "{}",
                found.does_not_prove.join(" ")
            );
        }
    }
}

#[test]
fn mk03_blames_nobody_who_failed_or_came_later() {
    let failed = |log: &mut Log| {
        _ = log.row("SetDispositionInformationFile", &key(IIS), "CANNOT DELETE", "Delete: True");
    };
    let taken_back = |log: &mut Log| {
        log.delete(&key(IIS));
        log.row("SetDispositionInformationFile", &key(IIS), "SUCCESS", "Delete: False");
    };
    let rows: [fn(&mut Log); 2] = [failed, taken_back];
    for write in rows {
        let mut log = Log::new();
        write(log.by(POWERSHELL));
        log.by(IISADMIN).read_guid().make_anew(IIS, GUID, 78).exit();
        let report = log.report(IIS_ONLY, &[]);
        let found = only(&report, "MK-03");
        assert_eq!(found.confidence, Medium);
        assert!(!found.explanation.contains("powershell"), "{}", found.explanation);
    }
    let mut log = Log::new();
    log.read_guid().make_anew(IIS, GUID, 78).exit().by(POWERSHELL).delete(&key(IIS));
    let report = log.report(IIS_ONLY, &[]);
    assert!(!only(&report, "MK-03").explanation.contains("powershell"));
}

#[test]
fn mk03_each_container_gets_its_own_way_back() {
    let remedy = |stem: &str, empty: u64| {
        let mut log = Log::new();
        log.by(SERVICE_HOST).read_guid().make_anew(stem, GUID, empty);
        let report = log.report(EVERYONE, &[]);
        only(&report, "MK-03").remedy.clone()
    };
    let of_iis_6 = remedy(IIS, 78);
    assert!(of_iis_6.contains("IIS 6 Metabase Compatibility"), "{of_iis_6}");
    assert!(of_iis_6.contains("IIS configuration"), "{of_iis_6}");
    let of_was = remedy(WAS, 50);
    assert!(of_was.contains("iissetup.exe /install SharedLibraries"), "{of_was}");
    assert!(!of_was.contains("Metabase"), "{of_was}");
    let of_asp_net = remedy(ASP_NET, 69);
    assert!(
        of_asp_net.contains("aspnet_regiis.exe -pc NetFrameworkConfigurationKey"),
        "{of_asp_net}"
    );
    assert!(
        !of_asp_net.contains("Metabase") && !of_asp_net.contains("IIS configuration"),
        "{of_asp_net}"
    );
}

#[test]
fn a_program_that_makes_its_own_container_has_lost_none() {
    let made_by = |process, stem, empty| {
        let mut log = Log::new();
        log.by(process).read_guid().make_anew(stem, GUID, empty).exit();
        signs(&log.report(EVERYONE, &[]))
    };
    let regiis = ("aspnet_regiis.exe", 7012, "WEB01\\eva");
    let installer = ("msiexec.exe", 7013, "NT AUTHORITY\\SYSTEM");
    assert_eq!(made_by(regiis, ASP_NET, 69), []);
    assert_eq!(made_by(installer, WAS, 50), []);
    assert_eq!(made_by(installer, IIS, 78), []);
    // Only for what is its own.
    assert_eq!(made_by(regiis, WAS, 50), [("MK-03", Error)]);
    // A service that fails afterwards says that it was lost all the same.
    let mut log = Log::new();
    log.by(installer).read_guid().make_anew(IIS, GUID, 78).exit();
    let witness = failed_at(Some(1), "IISADMIN", "0x80090006");
    assert_eq!(signs(&log.report(EVERYONE, &[witness])), [("MK-03", Error)]);
}

/// A process that shows where it comes from makes the container of IIS.
fn made_after_start(name: &'static str, command: &str, parent: Option<&'static str>) -> Report {
    let mut log = Log::new();
    let start = |log: &mut Log, parent: u32, command: &str| {
        let detail =
            format!("Parent PID: {parent}, Command line: {command}, Current directory: C:\\");
        log.row("Process Start", "", "SUCCESS", &detail);
    };
    if let Some(parent) = parent {
        start(
            log.by((parent, 500, "NT AUTHORITY\\SYSTEM")),
            4,
            &format!(r"C:\Windows\System32\{parent}"),
        );
    }
    start(log.by((name, 7020, "WEB01\\eva")), 500, command);
    log.read_guid().make_anew(IIS, GUID, 78).exit_with("0");
    log.report(EVERYONE, &[])
}

#[test]
fn a_name_alone_does_not_make_an_installer() {
    // Its name says so, and nothing else: worth knowing, not cleared.
    for name in ["AcmeSetup.exe", "install_agent.exe"] {
        let report = made_after_start(name, name, None);
        let found = only(&report, "MK-03");
        assert_eq!((found.severity, found.confidence), (Info, Low), "{name}");
        assert!(found.explanation.contains("By its name, the program installs something"));
        assert!(!found.lowered_by.is_empty(), "{name}");
    }
    // Who takes things away installs nothing.
    let report = made_after_start("AcmeUninstall.exe", "AcmeUninstall.exe", None);
    assert!(only(&report, "MK-03").severity >= Warning);
    // An installer started it.
    for parent in ["msiexec.exe", "TrustedInstaller.exe"] {
        let report = made_after_start("AcmeSetup.exe", r"C:\Temp\AcmeSetup.exe", Some(parent));
        assert_eq!(signs(&report), [], "{parent}");
        let report = made_after_start("helper.exe", r"C:\Temp\helper.exe", Some(parent));
        assert_eq!(signs(&report), [], "{parent}");
    }
    let report = made_after_start("helper.exe", r"C:\Temp\helper.exe", Some("explorer.exe"));
    assert!(only(&report, "MK-03").severity >= Warning);
    // A program of Windows lies in its folder.
    let report = made_after_start("msiexec.exe", r"C:\Windows\System32\msiexec.exe /i x.msi", None);
    assert_eq!(signs(&report), []);
    let report = made_after_start("msiexec.exe", r"C:\Users\eva\msiexec.exe /i x.msi", None);
    assert!(only(&report, "MK-03").severity >= Warning);
    let process = &report.processes[0];
    assert_eq!(process.image.as_deref(), Some(r"C:\Users\eva\msiexec.exe"));
}

#[test]
fn updates_that_are_installed_clear_nobody_who_gives_up() {
    let lost_while = |installer, gives_up: bool| {
        let mut log = Log::new();
        log.by((installer, 300, "")).row("RegCloseKey", "HKLM", "SUCCESS", "");
        log.by(IISADMIN).read_guid().make_anew(IIS, GUID, 78);
        if gives_up {
            log.exit();
        }
        signs(&log.report(super::IIS_ONLY, &[]))
    };
    for updates in ["TiWorker.exe", "TrustedInstaller.exe", "DismHost.exe"] {
        assert_eq!(lost_while(updates, true), [("MK-03", Error)], "{updates}");
        assert_eq!(lost_while(updates, false), [("MK-03", Info)], "{updates}");
    }
    // An installation of IIS starts and stops its service as it likes.
    assert_eq!(lost_while("iissetup.exe", true), []);
    assert_eq!(lost_while("svchost.exe", false), [("MK-03", Warning)]);
    // What comes second is seen, too.
    let mut log = Log::new();
    log.by(("TiWorker.exe", 300, "")).row("RegCloseKey", "HKLM", "SUCCESS", "");
    log.by(("iissetup.exe", 301, "")).row("RegCloseKey", "HKLM", "SUCCESS", "");
    log.by(IISADMIN).read_guid().make_anew(IIS, GUID, 78);
    assert_eq!(signs(&log.report(super::IIS_ONLY, &[])), []);
}

#[test]
fn mk04_names_who_changed_the_rights() {
    let rights = |path: &str, result: &str| {
        let mut log = Log::new();
        log.by(POWERSHELL).row("SetSecurityFile", path, result, "Information: DACL");
        log.by(WORKER).read_guid().refuse(&key(&stem(1)), DENIED);
        let report = log.report(&["w3wp.exe"], &[]);
        let found = only(&report, "MK-04");
        (found.explanation.clone(), found.evidence[0].events.contains(&1))
    };
    let (said, cited) = rights(&key(&stem(1)), "SUCCESS");
    assert!(
        said.contains(
            "powershell.exe (PID 6600) changed the rights of the file before that (event 1)"
        ),
        "{said}"
    );
    assert!(cited);
    let (said, cited) = rights(FOLDER, "SUCCESS");
    assert!(said.contains("changed the rights of the folder C:"), "{said}");
    assert!(cited);
    for (path, result) in [(key(&stem(1)), DENIED), (key(&stem(2)), "SUCCESS")] {
        let (said, cited) = rights(&path, result);
        assert!(!said.contains("changed the rights") && !cited, "{said}");
    }
}

#[test]
fn mk05_names_a_holder_only_while_it_lives_and_holds() {
    let violated = |write: fn(&mut Log)| {
        let mut log = Log::new();
        write(log.by(REPLICATOR).open(&key(IIS)));
        log.by(IISADMIN).read_guid().refuse(&key(IIS), "SHARING VIOLATION").exit();
        let report = log.report(IIS_ONLY, &[]);
        let found = only(&report, "MK-05");
        (found.explanation.clone(), found.confidence)
    };
    let (said, confidence) = violated(|_| ());
    assert!(said.contains("At that time it was open in Replicate.exe (PID 1588)"), "{said}");
    assert_eq!(confidence, High);
    let ends: [fn(&mut Log); 2] = [
        |log| _ = log.exit(),
        // Its end is not in the capture, but another process has its PID now.
        |log| {
            let start = "Parent PID: 4, Command line: x, Current directory: C:\\, Environment: ";
            log.by(("notepad.exe", 1588, "WEB01\\eva")).row("Process Start", "", "SUCCESS", start);
        },
    ];
    for write in ends {
        let (said, confidence) = violated(write);
        assert!(!said.contains("Replicate.exe") && !said.contains("notepad"), "{said}");
        assert_eq!(confidence, Medium);
    }
}

#[test]
fn mk15_cites_what_failed_and_says_what_works() {
    let path = key(RDP);
    let mut log = Log::new();
    log.by(SERVICE_HOST).read_guid().use_key(&path);
    log.row("CreateFile", &path, DENIED, TO_DELETE).row("CreateFile", &path, DENIED, TO_DELETE);
    let report = log.report(EVERYONE, &[]);
    let found = only(&report, "MK-15");
    assert_eq!((found.severity, &found.evidence[0].events[..]), (Warning, &[6, 7][..]));
    assert!(
        found.explanation.contains("can open the key of their certificate, and cannot delete it")
    );
    assert!(!found.explanation.contains("neither"), "{}", found.explanation);
    let mut log = Log::new();
    log.by(SERVICE_HOST).read_guid().refuse(&path, DENIED);
    let report = log.report(EVERYONE, &[]);
    let found = only(&report, "MK-15");
    assert_eq!(found.evidence[0].events, [2]);
    assert!(found.explanation.contains("cannot use the key of their certificate"));
}

#[test]
fn mk20_is_less_sure_of_what_was_read_long_before_or_elsewhere() {
    fn sure(write: fn(&mut Log)) -> Confidence {
        let mut log = Log::new();
        write(log.by(TOOL));
        only(&log.report(&["tool.exe"], &[]), "MK-20").confidence
    }
    assert_eq!(sure(|log| _ = log.read_guid().open(&under(&stem(1), OTHER))), High);
    let later = |log: &mut Log, rows: u64| {
        log.read_guid();
        for _ in 0..rows {
            log.row("RegQueryValue", r"HKLM\SOFTWARE\Acme\Version", "SUCCESS", "");
        }
        log.open(&under(&stem(1), OTHER));
    };
    let mut log = Log::new();
    later(log.by(TOOL), 7_000);
    assert_eq!(only(&log.report(&["tool.exe"], &[]), "MK-20").confidence, Medium);
    let mut log = Log::new();
    later(log.by(TOOL), 59_000);
    let report = log.report(&["tool.exe"], &[]);
    let found = only(&report, "MK-20");
    assert_eq!(found.confidence, Medium);
    assert!(found.lowered_by[0].contains("59 seconds before"), "{:?}", found.lowered_by);
    // The value is another process's.
    let mut log = Log::new();
    log.by(WORKER).read_guid().by(TOOL).open(&under(&stem(1), OTHER));
    assert_eq!(only(&log.report(&["tool.exe"], &[]), "MK-20").confidence, Low);
}

#[test]
fn mk08_lists_the_folder_that_is_filled() {
    let mut log = Log::new();
    log.by(LSASS);
    for number in 0..30 {
        log.create(&format!("{CNG}\\{}_{GUID}", stem(number)));
    }
    let report = log.report(EVERYONE, &[]);
    let confirm = only(&report, "MK-08").confirm.clone().unwrap();
    assert_eq!(confirm, format!("dir /a /od \"{CNG}\""));
    assert_eq!(report.verdict.confirm.as_ref().map(|it| &it.command), Some(&confirm));
}

#[test]
fn sysprep_is_told_apart() {
    let mut log = Log::new();
    log.by(("Sysprep.exe", 3000, "WEB01\\eva")).read_guid().set_value(OTHER);
    let report = log.report(EVERYONE, &[]);
    let found = only(&report, "MK-02");
    assert_eq!(found.severity, Info);
    assert!(found.explanation.contains("what sysprep does, by design"), "{}", found.explanation);
    assert_eq!(found.put_back, None);
    assert!(!found.remedy.contains(&format!("putting {GUID} back")), "{}", found.remedy);
    // A key that was lost by it is a finding all the same, with nothing to put back.
    let mut log = Log::new();
    log.use_key(&key(IIS)).by(("Sysprep.exe", 3000, "WEB01\\eva")).read_guid().set_value(OTHER);
    log.by(IISADMIN).read_value(OTHER).make_anew(IIS, OTHER, 78).exit();
    let report = log.report(EVERYONE, &[]);
    for found in report.findings.iter().filter(|it| it.severity >= Warning) {
        assert_eq!(found.put_back, None, "{}", found.signature);
        assert!(!found.remedy.contains(&format!("putting {GUID} back")), "{}", found.remedy);
    }
    let mut log = Log::new();
    log.by(TOOL).read_guid().set_value(OTHER);
    assert_eq!(only(&log.report(EVERYONE, &[]), "MK-02").severity, Error);
}

#[test]
fn the_configuration_of_iis_is_backed_up_where_iis_is_concerned() {
    let remedy = |process, stem: &str| {
        let mut log = Log::new();
        log.by(process).read_guid().refuse(&key(stem), DENIED);
        only(&log.report(EVERYONE, &[]), "MK-04").remedy.clone()
    };
    let sql = ("sqlservr.exe", 2688, "NT SERVICE\\MSSQLSERVER");
    assert!(!remedy(sql, &stem(1)).contains("IIS"));
    assert!(remedy(WORKER, &stem(1)).contains("IIS configuration"));
    assert!(remedy(sql, WAS).contains("IIS configuration"));
    assert!(remedy(sql, WAS).contains("Who needs this key: IIS 7 and later"));
}

#[test]
fn no_finding_of_mk04_asks_for_the_rights_of_a_file_that_is_not_there() {
    let mut log = Log::new();
    log.by(TOOL).read_guid().refuse(&key(&stem(1)), MISSING);
    log.row("CreateFile", &key(&stem(1)), DENIED, CREATE);
    let confirm = only(&log.report(EVERYONE, &[]), "MK-04").confirm.clone().unwrap();
    assert_eq!(confirm, format!("icacls \"{FOLDER}\""));
    // Of a user's profile on a device nobody knows the drive letter.
    let path = format!(
        r"\Device\HarddiskVolume3\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-7-8-9-1001\{}_{GUID}",
        stem(1)
    );
    let mut log = Log::new();
    log.by(TOOL).read_guid().refuse(&path, DENIED);
    let report = log.report(EVERYONE, &[]);
    let found = only(&report, "MK-04");
    assert_eq!(found.confirm.as_deref(), Some("fltmc volumes"));
    assert!(found.explanation.contains("names the volume by its device"), "{}", found.explanation);
}

#[test]
fn mk23_names_who_changed_the_rights_or_wrote_the_value_so() {
    const KEY: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography";
    let mut log = Log::new();
    log.by(POWERSHELL).row("RegSetKeySecurity", KEY, "SUCCESS", "");
    log.by(WORKER).row("RegOpenKey", KEY, DENIED, "Desired Access: Read").exit_with("1");
    let report = log.report(&["w3wp.exe"], &[]);
    let found = only(&report, "MK-23");
    let words = "powershell.exe (PID 6600) changed the rights of the key before that (event 1)";
    assert!(found.explanation.contains(words), "{}", found.explanation);
    assert!(found.evidence[0].events.contains(&1));
    let braces = format!("{{{OTHER}}}");
    let mut log = Log::new();
    log.by(POWERSHELL).set_value(&braces).by(WORKER).read_value(&braces);
    log.open(&under(&stem(1), &braces));
    let report = log.report(&["w3wp.exe"], &[]);
    let found = only(&report, "MK-23");
    assert!(
        found.explanation.contains("powershell.exe (PID 6600) wrote it so (event 1)"),
        "{}",
        found.explanation
    );
    assert!(
        !found.does_not_prove.join(" ").contains("who wrote"),
        "{}",
        found.does_not_prove.join(" ")
    );
}
