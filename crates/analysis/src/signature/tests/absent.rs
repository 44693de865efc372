//! MK-21 and MK-22: keys and folders that are looked for and are not there.

use super::log::*;
use super::{EVERYONE, IIS_ONLY, check};
use crate::Confidence::{self, High, Low, Medium};
use crate::Severity::{Error, Info, Warning};
use crate::{Finding, Report};

const MISSING: &str = "NAME NOT FOUND";
const NO_PATH: &str = "PATH NOT FOUND";
const CNG: &str = r"C:\ProgramData\Microsoft\Crypto\Keys";
const USER: &str = r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-7-8-9-1001";
/// The stem of IIS's container as one of CNG.
const IIS_OF_CNG: &str = "ddd8ed1e68c432b861ddea38c753526f";

fn below(folder: &str, stem: &str) -> String {
    format!("{folder}\\{stem}_{GUID}")
}

fn twice<'l>(log: &'l mut Log, path: &str) -> &'l mut Log {
    log.refuse(path, MISSING).refuse(path, MISSING)
}

fn only<'r>(report: &'r Report, id: &str) -> &'r Finding {
    let found: Vec<&Finding> = report.findings.iter().filter(|it| it.signature == id).collect();
    assert_eq!(found.len(), 1, "{:?}", signs(report));
    found[0]
}

#[test]
fn mk21_a_key_that_is_absent() {
    check(&[
        (
            "a service looks twice, and ends",
            |log| _ = twice(log.read_guid(), &key(IIS)).exit(),
            IIS_ONLY,
            &[("MK-21", Error)],
        ),
        (
            "a key of CNG, by the process that keeps them",
            |log| _ = twice(log.by(LSASS), &below(CNG, &stem(1))),
            EVERYONE,
            &[("MK-21", Warning)],
        ),
        (
            "a key of a user",
            |log| _ = twice(log.by(TOOL), &below(USER, &stem(1))),
            EVERYONE,
            &[("MK-21", Warning)],
        ),
        (
            "asked without opening, and by a search for the name",
            |log| {
                log.by(TOOL).row("QueryOpen", &key(&stem(1)), MISSING, "");
                log.row("QueryDirectory", &key(&stem(1)), "NO SUCH FILE", "Filter: x");
            },
            EVERYONE,
            &[("MK-21", Warning)],
        ),
        (
            "not found by number, and nothing of it in the Detail column",
            |log| {
                log.by(TOOL).row("CreateFile", &key(&stem(1)), "0xC0000034", "");
                log.row("CreateFile", &key(&stem(1)), "0xC0000034", "");
            },
            EVERYONE,
            &[("MK-21", Warning)],
        ),
        (
            "a key of CNG and that of CryptoAPI, neither of which is there",
            |log| {
                log.by(LSASS).refuse(&below(CNG, IIS_OF_CNG), MISSING).refuse(&key(IIS), MISSING);
            },
            EVERYONE,
            &[("MK-21", Warning)],
        ),
    ]);
}

#[test]
fn mk21_innocent_searches() {
    check(&[
        (
            "the key is made",
            |log| _ = twice(log.by(TOOL), &key(&stem(1))).create(&key(&stem(1))),
            EVERYONE,
            &[],
        ),
        (
            "lsass.exe makes it",
            |log| {
                twice(log.by(TOOL), &below(CNG, &stem(1)));
                log.by(LSASS).create(&below(CNG, &stem(1)));
            },
            EVERYONE,
            &[],
        ),
        (
            "it is found among those of CryptoAPI",
            |log| _ = log.by(LSASS).refuse(&below(CNG, IIS_OF_CNG), MISSING).use_key(&key(IIS)),
            EVERYONE,
            &[("MK-10", Info)],
        ),
        (
            "the same, without names that are known",
            |log| {
                log.by(LSASS).refuse(&below(CNG, &stem(1)), MISSING).use_key(&key(&stem(2)));
            },
            EVERYONE,
            &[],
        ),
        (
            "a user's key is found among those of the computer",
            |log| _ = twice(log.by(TOOL), &below(USER, &stem(1))).use_key(&key(&stem(1))),
            EVERYONE,
            &[],
        ),
        (
            "a temporary key is gone, as it should be",
            |log| {
                let path = key(&stem(1));
                log.by(TOOL).create(&path).write(&path, 41).delete(&path).close(&path);
                log.refuse(&path, MISSING);
            },
            EVERYONE,
            &[("MK-09", Info)],
        ),
        (
            "a file goes away under a backup's hands",
            |log| {
                log.by(TOOL);
                for n in 0..6 {
                    log.open(&key(&stem(n))).close(&key(&stem(n)));
                }
                twice(log, &key(&stem(7)));
            },
            EVERYONE,
            &[],
        ),
        (
            "a copy of another Windows",
            |log| {
                let folder = r"D:\Windows.old\ProgramData\Microsoft\Crypto\RSA\MachineKeys";
                twice(log.by(TOOL), &below(folder, IIS));
            },
            EVERYONE,
            &[],
        ),
        (
            "a program asks once, and ends well",
            |log| _ = log.by(TOOL).refuse(&key(&stem(1)), MISSING).exit(),
            EVERYONE,
            &[],
        ),
        (
            "a service asks, and serves",
            |log| {
                log.read_guid().refuse(&below(CNG, IIS_OF_CNG), MISSING);
                log.row("TCP Accept", "WEB01:80 -> x:1", "SUCCESS", "Length: 0");
            },
            IIS_ONLY,
            &[],
        ),
        (
            "whose owner makes a new one anyway",
            |log| _ = twice(log.by(SERVICE_HOST), &key(RDP)),
            EVERYONE,
            &[("MK-21", Info)],
        ),
        (
            "denied when it is to be made: that is the folder",
            |log| {
                log.by(TOOL)
                    .refuse(&key(&stem(1)), MISSING)
                    .refuse(&key(&stem(1)), "ACCESS DENIED");
            },
            EVERYONE,
            &[("MK-04", Warning)],
        ),
    ]);
}

#[test]
fn mk21_says_how_sure_it_is() {
    type Row = (fn(&mut Log), Confidence);
    let rows: [Row; 3] = [
        (|log| _ = twice(log, &key(&stem(1))), Medium),
        (|log| _ = log.refuse(&key(&stem(1)), MISSING), Low),
        (|log| _ = log.refuse(&key(&stem(1)), MISSING).exit_with("-2146893802"), Medium),
    ];
    for (write, want) in rows {
        let mut log = Log::new();
        write(log.by(TOOL));
        let report = log.report(EVERYONE, &[]);
        let found = only(&report, "MK-21");
        assert_eq!(found.severity, Warning);
        assert_eq!(found.confidence, want);
    }
}

#[test]
fn mk21_tells_the_status_that_the_process_ended_with() {
    let mut log = Log::new();
    log.by(TOOL).refuse(&key(&stem(1)), MISSING).exit_with("-2146893802");
    let report = log.report(EVERYONE, &[]);
    let explanation = &only(&report, "MK-21").explanation;
    assert!(explanation.contains("status 0x80090016 (NTE_BAD_KEYSET)"), "{explanation}");
}

#[test]
fn mk21_names_who_took_the_file_away() {
    let away: [(&str, &str, &str); 4] = [
        (
            "SetDispositionInformationFile",
            "Delete: True",
            "tool.exe (PID 5000) deleted the key file",
        ),
        (
            "SetDispositionInformationEx",
            "Flags: FILE_DISPOSITION_DELETE, FILE_DISPOSITION_POSIX_SEMANTICS",
            "tool.exe (PID 5000) deleted the key file",
        ),
        (
            "SetRenameInformationFile",
            r"ReplaceIfExists: False, FileName: C:\Old\key",
            r"tool.exe (PID 5000) renamed the key file of 00000000… to C:\Old\key",
        ),
        (
            "CreateFile",
            "Desired Access: Delete, Disposition: Open, Options: Non-Directory File, Delete On Close",
            "tool.exe (PID 5000) deleted the key file",
        ),
    ];
    for (operation, detail, says) in away {
        let mut log = Log::new();
        log.by(TOOL).row(operation, &key(&stem(1)), "SUCCESS", detail);
        log.by(WORKER).refuse(&key(&stem(1)), MISSING);
        let report = log.report(&["w3wp.exe"], &[]);
        let found = only(&report, "MK-21");
        assert_eq!((found.severity, found.confidence), (Warning, Medium), "{operation}");
        assert!(found.explanation.contains(says), "{}", found.explanation);
        assert!(found.explanation.contains("(event 1)"), "{}", found.explanation);
        assert_eq!(found.evidence[0].events, [1, 2]);
        assert_eq!(report.findings.len(), 1, "{:?}", signs(&report));
    }
}

#[test]
fn mk21_does_not_blame_what_failed_or_came_later() {
    let mut log = Log::new();
    let path = key(&stem(1));
    log.by(TOOL).row("SetDispositionInformationFile", &path, "CANNOT DELETE", "Delete: True");
    twice(log.by(WORKER), &path).by(TOOL).delete(&path);
    let report = log.report(&["w3wp.exe"], &[]);
    let found = only(&report, "MK-21");
    assert!(!found.explanation.contains("tool.exe"), "{}", found.explanation);
}

#[test]
fn mk21_names_both_guids_and_none_to_put_back() {
    let mut log = Log::new();
    twice(log.by(WORKER).read_guid(), &key(&stem(1)));
    log.by(TOOL).list(&[format!("{}_{OTHER}", stem(1))]);
    let report = log.report(&["w3wp.exe"], &[]);
    let found = only(&report, "MK-21");
    let says = format!("exists under another GUID, {OTHER} (event 4)");
    assert!(found.explanation.contains(&says), "{}", found.explanation);
    assert!(!found.remedy.contains(GUID) && !found.remedy.contains(OTHER), "{}", found.remedy);
    assert_eq!(found.evidence[0].events, [2, 3, 4]);
}

#[test]
fn mk21_counts_the_instances_of_one_program_together() {
    let mut log = Log::new();
    for pid in [31, 32, 33] {
        log.by(("w3wp.exe", pid, "IIS APPPOOL\\Shop")).refuse(&key(&stem(1)), MISSING);
    }
    let report = log.report(EVERYONE, &[]);
    let found = only(&report, "MK-21");
    assert!(found.explanation.contains("and 2 more of this program"), "{}", found.explanation);
    assert!(found.explanation.contains("looked 3 times"), "{}", found.explanation);
}

#[test]
fn mk21_lists_the_folder_that_is_meant() {
    for (folder, want) in [
        (CNG, r#"dir /a "C:\ProgramData\Microsoft\Crypto\Keys""#),
        (USER, r#"dir /a "C:\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-7-8-9-1001""#),
        (
            r"\Device\HarddiskVolume3\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
            r#"dir /a "%ProgramData%\Microsoft\Crypto\RSA\MachineKeys""#,
        ),
    ] {
        let mut log = Log::new();
        twice(log.by(TOOL), &below(folder, &stem(1)));
        let report = log.report(EVERYONE, &[]);
        assert_eq!(only(&report, "MK-21").confirm.as_deref(), Some(want));
        let confirm = report.verdict.confirm.as_ref();
        assert_eq!(confirm.map(|it| it.command.as_str()), Some(want));
    }
}

#[test]
fn mk22_the_folder_is_missing() {
    fn rename<'l>(log: &'l mut Log, folder: &str) -> &'l mut Log {
        let detail = format!("ReplaceIfExists: False, FileName: {folder}_old");
        log.by(TOOL).row("SetRenameInformationFile", folder, "SUCCESS", &detail)
    }
    check(&[
        (
            "renamed, and a key is looked for and cannot be made",
            |log| {
                rename(log, FOLDER).by(SERVICE_HOST).refuse(&key(RDP), NO_PATH);
                log.row("CreateFile", &key(RDP), NO_PATH, CREATE);
            },
            &["svchost.exe"],
            &[("MK-22", Error)],
        ),
        (
            "the folder above was deleted",
            |log| {
                let above = r"C:\ProgramData\Microsoft\Crypto\RSA";
                log.by(TOOL).delete(above).by(WORKER).refuse(&key(&stem(1)), NO_PATH);
            },
            &["w3wp.exe"],
            &[("MK-22", Error)],
        ),
        (
            "nobody is seen to have taken it away",
            |log| _ = log.by(WORKER).refuse(&key(&stem(1)), NO_PATH),
            &["w3wp.exe"],
            &[("MK-22", Warning)],
        ),
        (
            "the folder itself is looked for",
            |log| _ = log.by(WORKER).refuse(FOLDER, MISSING),
            &["w3wp.exe"],
            &[("MK-22", Warning)],
        ),
        (
            "a file stands in its place",
            |log| _ = log.by(WORKER).refuse(&key(&stem(1)), "NOT A DIRECTORY"),
            &["w3wp.exe"],
            &[("MK-22", Warning)],
        ),
        (
            "the folder of CNG",
            |log| _ = rename(log, CNG).by(LSASS).refuse(&below(CNG, &stem(1)), NO_PATH),
            EVERYONE,
            &[("MK-22", Warning)],
        ),
        (
            "a tool asks for a folder that need not be there",
            |log| {
                _ = log.by(TOOL).refuse(r"C:\ProgramData\Microsoft\Crypto\DSS\MachineKeys", MISSING)
            },
            EVERYONE,
            &[],
        ),
        (
            "renamed, and nobody is seen to need it",
            |log| _ = rename(log, FOLDER),
            IIS_ONLY,
            &[("MK-22", Warning)],
        ),
        (
            "renamed, and a new one is made",
            |log| {
                rename(log, FOLDER).by(WORKER).refuse(&key(&stem(1)), NO_PATH);
                log.create(FOLDER).create(&key(&stem(1)));
            },
            EVERYONE,
            &[("MK-22", Warning)],
        ),
        (
            "renamed, and used under its old name again",
            |log| {
                rename(log, FOLDER).by(WORKER).refuse(&key(&stem(1)), NO_PATH);
                let back = format!("ReplaceIfExists: False, FileName: {FOLDER}");
                let old = format!("{FOLDER}_old");
                log.by(TOOL).row("SetRenameInformationFile", &old, "SUCCESS", &back);
                log.by(WORKER).use_key(&key(&stem(1)));
            },
            EVERYONE,
            &[],
        ),
        (
            "it is made, and used",
            |log| {
                log.by(WORKER)
                    .refuse(&key(&stem(1)), NO_PATH)
                    .create(FOLDER)
                    .create(&key(&stem(1)));
            },
            EVERYONE,
            &[],
        ),
        (
            "a user's folder, which comes with the first key",
            |log| _ = log.by(TOOL).refuse(&below(USER, &stem(1)), NO_PATH).exit(),
            EVERYONE,
            &[],
        ),
    ]);
}

#[test]
fn mk22_names_who_renamed_it_and_how_sure_that_is() {
    let mut log = Log::new();
    let detail = format!("ReplaceIfExists: False, FileName: {FOLDER}_old");
    log.by(TOOL).row("SetRenameInformationEx", FOLDER, "SUCCESS", &detail);
    log.by(SERVICE_HOST).refuse(&key(RDP), NO_PATH);
    let report = log.report(&["svchost.exe"], &[]);
    let found = only(&report, "MK-22");
    let says = format!("tool.exe (PID 5000) renamed the folder {FOLDER} to {FOLDER}_old (event 1)");
    assert!(found.explanation.contains(&says), "{}", found.explanation);
    assert_eq!(found.confidence, High);
    assert_eq!(found.evidence[0].events, [1, 2]);
}

#[test]
fn a_container_without_a_documented_way_back_says_so() {
    const WMSVC: &str = "bedbf0b4da5f8061b6444baedf4c00b1";
    const SMS: &str = "19c5cf9c7b5dc9de3e548adb70398402";
    const IIS_CNG: &str = "597367cc37b886d7ee6c493e3befb421";
    let remedy = |log: &mut Log| only(&log.report(EVERYONE, &[]), "MK-21").remedy.clone();
    let lost = |program: &'static str, path: &str| {
        let mut log = Log::new();
        twice(log.by((program, 800, "NT AUTHORITY\\SYSTEM")).read_guid(), path).exit_with("1");
        remedy(&mut log)
    };
    for (said, owner) in [
        (lost("wmsvc.exe", &key(WMSVC)), "IIS Web Management Service"),
        (lost("CcmExec.exe", &key(SMS)), "Configuration Manager client"),
        (lost("lsass.exe", &below(CNG, IIS_CNG)), "IISWASOnlyCngProvider"),
    ] {
        assert!(said.contains("another way to bring it back is not documented"), "{said}");
        assert!(said.contains(owner), "{said}");
        // What is not known to help is not said, and nothing of another container's way.
        for foreign in ["PFX", "certutil", "iissetup", "Metabase", "aspnet_regiis"] {
            assert!(!said.contains(foreign), "{foreign}: {said}");
        }
    }
    let of_remote_desktop = lost("svchost.exe", &key(RDP));
    assert!(of_remote_desktop.contains("net stop SessionEnv"), "{of_remote_desktop}");
    // The folder that is to be copied is the one that the key belongs to.
    let said = lost("lsass.exe", &below(CNG, IIS_CNG));
    assert!(said.starts_with(&format!("First copy the folder {CNG}, ")), "{said}");
    let said = lost("wmsvc.exe", &key(WMSVC));
    assert!(said.starts_with("First copy the MachineKeys folder"), "{said}");
}
