//! MK-24, and the folder's part of MK-04: what keeps a key from being read or made
//! beside its own rights.

use procmonkey_parser::NtStatus;

use super::log::*;
use super::{EVERYONE, IIS_ONLY, check};
use crate::Confidence::{self, High, Low, Medium};
use crate::Severity::{self, Error, Info, Warning};

const CNG: &str = r"C:\ProgramData\Microsoft\Crypto\Keys";

/// The only finding of a capture: severity, confidence, explanation, command.
fn only(log: &Log, follow: &[&str]) -> (String, Severity, Confidence, String, String) {
    let report = log.report(follow, &[]);
    assert_eq!(report.findings.len(), 1, "{:?}", signs(&report));
    let found = &report.findings[0];
    (
        found.signature.to_string(),
        found.severity,
        found.confidence,
        found.explanation.clone(),
        found.confirm.clone().unwrap_or_default(),
    )
}

#[test]
fn mk24_every_result_on_every_operation_and_store() {
    let results = [
        ("DISK FULL", High),
        ("QUOTA EXCEEDED", High),
        ("0xC0000802", High),
        ("FILE CORRUPT", High),
        ("0xC0000102", High),
        ("CRC ERROR", High),
        ("DISK CORRUPT", High),
        ("DEVICE DATA ERROR", High),
        ("IO DEVICE ERROR", High),
        ("DEVICE NOT CONNECTED", High),
        ("MEDIA WRITE PROTECTED", High),
        ("WRITE PROTECTED", High),
        ("DELETE PENDING", High),
        ("VIRUS INFECTED", High),
        ("0xC0000906", High),
        ("INSUFFICIENT RESOURCES", Low),
        ("SOMETHING NEW", Medium),
        ("0xC0ABCDEF", Medium),
    ];
    let user = r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-7-8-9-1001";
    let paths = [
        key(&stem(1)),
        format!("{CNG}\\{}_{GUID}", stem(1)),
        format!("{user}\\{}_{GUID}", stem(1)),
    ];
    for (result, confidence) in results {
        for operation in ["CreateFile", "ReadFile", "WriteFile"] {
            for path in &paths {
                for detail in ["", REFUSED] {
                    let mut log = Log::new();
                    log.by(TOOL).read_guid().row(operation, path, result, detail);
                    let found = only(&log, EVERYONE);
                    assert_eq!(
                        (found.0, found.1, found.2),
                        ("MK-24".to_string(), Warning, confidence),
                        "{result} {operation}"
                    );
                    let shown = NtStatus::from_result(result);
                    let shown = shown.map_or(result.to_string(), |status| status.to_string());
                    assert!(found.3.contains(&shown), "{}", found.3);
                }
            }
        }
    }
}

#[test]
fn mk24_what_raises_and_lowers_it() {
    check(&[
        (
            "the key of the service, and it ends",
            |log| {
                log.read_guid().refuse(&key(IIS), "FILE CORRUPT").refuse(&key(IIS), "FILE CORRUPT");
                log.exit();
            },
            IIS_ONLY,
            &[("MK-24", Error)],
        ),
        (
            "a later attempt succeeds",
            |log| _ = log.read_guid().refuse(&key(IIS), "IO TIMEOUT").use_key(&key(IIS)),
            IIS_ONLY,
            &[("MK-24", Info)],
        ),
        (
            "a new key finds no room",
            |log| {
                log.by(TOOL).read_guid().create(&key(&stem(1)));
                log.row("WriteFile", &key(&stem(1)), "DISK FULL", "Offset: 0, Length: 2,202");
            },
            EVERYONE,
            &[("MK-24", Warning)],
        ),
        (
            "the folder itself",
            |log| _ = log.by(TOOL).read_guid().refuse(FOLDER, "FILE CORRUPT"),
            EVERYONE,
            &[("MK-24", Warning)],
        ),
        (
            "two causes are two findings",
            |log| {
                log.by(TOOL)
                    .refuse(&key(&stem(1)), "CRC ERROR")
                    .refuse(&key(&stem(2)), "0xC0000906");
            },
            EVERYONE,
            &[("MK-24", Warning), ("MK-24", Warning)],
        ),
        (
            "another process than those that are followed",
            |log| {
                log.by(TOOL)
                    .refuse(&key(IIS), "CRC ERROR")
                    .by(IISADMIN)
                    .read_guid()
                    .use_key(&key(IIS));
            },
            IIS_ONLY,
            &[],
        ),
        (
            "answers of a healthy computer",
            |log| {
                let path = key(IIS);
                log.read_guid().row("QueryOpen", &path, "FAST IO DISALLOWED", "").open(&path);
                log.row("QuerySecurityFile", &path, "BUFFER OVERFLOW", "Information: Owner");
                log.row("FileSystemControl", &path, "INVALID DEVICE REQUEST", "Control: x");
                log.row("CreateFileMapping", &path, "FILE LOCKED WITH ONLY READERS", "");
                log.row("QueryEAFile", &path, "NO EAS ON FILE", "").close(&path);
            },
            IIS_ONLY,
            &[],
        ),
        (
            "a copy of another Windows",
            |log| {
                let path =
                    format!(r"D:\Windows.old\ProgramData\Microsoft\Crypto\Keys\{}_{GUID}", stem(1));
                log.by(TOOL).refuse(&path, "CRC ERROR");
            },
            EVERYONE,
            &[],
        ),
    ]);
}

#[test]
fn mk24_names_who_deletes_the_file_and_who_scanned_it() {
    let mut log = Log::new();
    log.by(TOOL).open(&key(&stem(1))).delete(&key(&stem(1)));
    log.by(WORKER).refuse(&key(&stem(1)), "DELETE PENDING");
    let found = only(&log, &["w3wp.exe"]);
    assert!(found.3.contains("tool.exe (PID 5000) deleted it (event 2)"), "{}", found.3);

    let mut log = Log::new();
    log.by(("MsMpEng.exe", 77, "NT AUTHORITY\\SYSTEM")).open(&key(&stem(1)));
    log.by(WORKER).refuse(&key(&stem(1)), "0xC0000906");
    let found = only(&log, &["w3wp.exe"]);
    assert!(found.3.contains("MsMpEng.exe (PID 77) had the same file in hand"), "{}", found.3);
}

#[test]
fn no_row_vanishes_and_nothing_is_said_to_be_untouched() {
    for operation in
        ["CreateFile", "ReadFile", "QueryStandardInformationFile", "SetBasicInformationFile"]
    {
        let mut log = Log::new();
        log.read_guid().row(operation, &key(IIS), "SOMETHING NEW", "");
        let report = log.report(IIS_ONLY, &[]);
        let entry = report.timeline.iter().find(|entry| entry.event == 2);
        assert_eq!(entry.map(|entry| entry.step), Some(crate::Step::Failed), "{operation}");
        assert_eq!(entry.map(|entry| &entry.result[..]), Some("SOMETHING NEW"));
        assert!(!report.findings.iter().any(|found| found.signature == "MK-14"), "{operation}");
    }
}

#[test]
fn a_key_file_by_its_short_name_does_not_vanish() {
    let mut log = Log::new();
    let path = r"C:\PROGRA~3\MICROS~1\Crypto\RSA\MACHIN~1\C2319C~1";
    log.read_guid().refuse(path, "ACCESS DENIED");
    let report = log.report(IIS_ONLY, &[]);
    let entry = report.timeline.iter().find(|entry| entry.event == 2);
    assert_eq!(entry.map(|entry| entry.step), Some(crate::Step::Denied));
    // It is not said that no key file was touched.
    assert_eq!(signs(&report), [("MK-04", Warning)]);
    let report = {
        let mut log = Log::new();
        log.read_guid().open(path).report(IIS_ONLY, &[])
    };
    assert_eq!(signs(&report), []);
}

#[test]
fn mk04_a_refused_creation_is_the_folders_fault() {
    let refused =
        |log: &mut Log| _ = log.row("CreateFile", &key(&stem(1)), "ACCESS DENIED", CREATE);
    let after_a_miss = |log: &mut Log| {
        log.row("CreateFile", &key(&stem(1)), "NAME NOT FOUND", "");
        log.row("CreateFile", &key(&stem(1)), "ACCESS DENIED", "");
    };
    let both = |log: &mut Log| {
        log.refuse(&key(&stem(1)), "NAME NOT FOUND");
        log.row("CreateFile", &key(&stem(1)), "ACCESS DENIED", CREATE);
    };
    let rows: [fn(&mut Log); 3] = [refused, after_a_miss, both];
    for write in rows {
        let mut log = Log::new();
        write(log.by(TOOL).read_guid());
        let (id, severity, _, explanation, confirm) = only(&log, EVERYONE);
        assert_eq!((id.as_str(), severity), ("MK-04", Warning));
        assert!(explanation.contains("does not let this account make a file"), "{explanation}");
        assert_eq!(confirm, format!(r#"icacls "{FOLDER}""#));
        let report = log.report(EVERYONE, &[]);
        let remedy = &report.findings[0].remedy;
        assert!(!remedy.contains("FILE") && remedy.contains("rights of the folder"), "{remedy}");
        assert_eq!(report.verdict.confirm.as_ref().map(|it| &it.command), Some(&confirm));
    }
}

#[test]
fn mk04_a_file_that_is_there_is_the_files_fault() {
    let opened = |log: &mut Log| {
        log.refuse(&key(&stem(1)), "ACCESS DENIED");
        log.row("CreateFile", &key(&stem(1)), "ACCESS DENIED", CREATE);
    };
    let taken = |log: &mut Log| {
        log.row("CreateFile", &key(&stem(1)), "ACCESS DENIED", CREATE);
        log.row("CreateFile", &key(&stem(1)), "NAME COLLISION", CREATE);
    };
    let listed = |log: &mut Log| {
        log.row("CreateFile", &key(&stem(1)), "ACCESS DENIED", CREATE);
        log.list(&[format!("{}_{GUID}", stem(1))]);
    };
    let rows: [fn(&mut Log); 3] = [opened, taken, listed];
    for write in rows {
        let mut log = Log::new();
        write(log.by(TOOL));
        let found = only(&log, EVERYONE);
        assert!(found.3.contains("was denied access to the key file"), "{}", found.3);
        assert_eq!(found.4, format!(r#"icacls "{}""#, key(&stem(1))));
    }
}

#[test]
fn no_command_has_a_path_that_no_shell_accepts() {
    let device = r"\Device\HarddiskVolume3\ProgramData\Microsoft\Crypto\RSA\MachineKeys";
    for result in ["ACCESS DENIED", "NAME NOT FOUND", "CRC ERROR", "0xC000028B", "PATH NOT FOUND"] {
        let mut log = Log::new();
        let path = format!("{device}\\{}_{GUID}", stem(1));
        log.by(TOOL).refuse(&path, result).refuse(&path, result);
        let found = only(&log, EVERYONE);
        assert!(!found.4.contains("Device") && !found.4.is_empty(), "{result}: {}", found.4);
    }
}
