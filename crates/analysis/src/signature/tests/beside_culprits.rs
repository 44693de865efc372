//! Who emptied a key file, changed the rights of master keys, or took the registration of a
//! provider away.

use super::log::*;
use super::{EVERYONE, IIS_ONLY};
use crate::Confidence::High;
use crate::Severity::{self, Error, Warning};
use crate::{Finding, Report};

const POWERSHELL: (&str, u32, &str) = ("powershell.exe", 6600, "WEB01\\eva");
const PROTECT: &str = r"C:\Windows\System32\Microsoft\Protect";
const MASTER: &str = "6e0d41b7-93ac-4c2f-8b15-d2f07a64c9e8";
const OVERWRITTEN: &str = "Desired Access: Generic Write, Disposition: OverwriteIf, Options: , \
    Attributes: n/a, ShareMode: Read, AllocationSize: 0, OpenResult: Overwritten";

fn only<'r>(report: &'r Report, id: &str) -> &'r Finding {
    let found: Vec<&Finding> = report.findings.iter().filter(|it| it.signature == id).collect();
    assert_eq!(found.len(), 1, "{id}: {:?}", signs(report));
    found[0]
}

/// The finding names powershell.exe and cites its event, the first of the capture.
fn names_powershell(report: &Report, id: &str, severity: Severity, says: &str) {
    let found = only(report, id);
    assert_eq!((found.severity, found.confidence), (severity, High), "{found:?}");
    let words = format!("powershell.exe (PID 6600) {says}");
    assert!(found.explanation.contains(&words), "{}", found.explanation);
    assert!(found.explanation.contains("(event 1)"), "{}", found.explanation);
    assert_eq!(found.evidence[0].events[0], 1, "{found:?}");
    assert!(!found.raised_by.is_empty());
}

#[test]
fn mk06_names_who_emptied_the_file() {
    let empties: [fn(&mut Log); 3] = [
        |log| _ = log.row("CreateFile", &key(IIS), "SUCCESS", OVERWRITTEN),
        |log| _ = log.row("SetEndOfFileInformationFile", &key(IIS), "SUCCESS", "EndOfFile: 0"),
        |log| {
            log.row("SetAllocationInformationFile", &key(IIS), "SUCCESS", "AllocationSize: 0");
        },
    ];
    for empty in empties {
        let mut log = Log::new();
        empty(log.by(POWERSHELL));
        log.close(&key(IIS)).by(IISADMIN).read_guid().open(&key(IIS)).size(&key(IIS), 0).exit();
        names_powershell(&log.report(IIS_ONLY, &[]), "MK-06", Error, "emptied it before that");
    }
    // A key that is replaced is empty for a moment, and one that is cut to a length is not.
    let replaced: [fn(&mut Log); 2] = [
        |log| _ = log.row("CreateFile", &key(IIS), "SUCCESS", OVERWRITTEN),
        |log| _ = log.row("SetEndOfFileInformationFile", &key(IIS), "SUCCESS", "EndOfFile: 2,202"),
    ];
    for replace in replaced {
        let mut log = Log::new();
        replace(log.by(POWERSHELL));
        log.by(IISADMIN).read_guid().open(&key(IIS)).size(&key(IIS), 0);
        log.by(POWERSHELL).write(&key(IIS), 2202);
        assert!(
            signs(&log.report(IIS_ONLY, &[])).is_empty(),
            "{:?}",
            signs(&log.report(IIS_ONLY, &[]))
        );
    }
}

#[test]
fn mk07_names_who_changed_the_rights_or_took_the_master_key_away() {
    let master = format!(r"{PROTECT}\S-1-5-18\User\{MASTER}");
    // The folder of all of them, of one account, the master key itself.
    let places = [PROTECT.to_string(), format!(r"{PROTECT}\S-1-5-18"), master.clone()];
    for place in &places {
        let mut log = Log::new();
        log.by(POWERSHELL).row("SetSecurityFile", place, "SUCCESS", "Information: DACL");
        log.by(IISADMIN).use_key(&key(IIS)).by(LSASS).refuse(&master, "ACCESS DENIED");
        let says = format!("changed the rights of {place}");
        names_powershell(&log.report(IIS_ONLY, &[]), "MK-07", Warning, &says);
    }
    let mut log = Log::new();
    log.by(POWERSHELL).delete(&master);
    log.by(IISADMIN).use_key(&key(IIS)).by(LSASS).refuse(&master, "NAME NOT FOUND");
    let report = log.report(IIS_ONLY, &[]);
    names_powershell(&report, "MK-07", Warning, &format!("deleted {master}"));
    let remedy = &only(&report, "MK-07").remedy;
    assert!(remedy.starts_with("Restore what was deleted from a backup"), "{remedy}");
    // Rights of another account's folder, a change that failed, and one that came later.
    let innocent: [(&str, &str); 2] = [
        (r"C:\Windows\System32\Microsoft\Protect\S-1-5-20", "SUCCESS"),
        (PROTECT, "ACCESS DENIED"),
    ];
    for (place, result) in innocent {
        let mut log = Log::new();
        log.by(POWERSHELL).row("SetSecurityFile", place, result, "Information: DACL");
        log.by(IISADMIN).use_key(&key(IIS)).by(LSASS).refuse(&master, "ACCESS DENIED");
        log.by(POWERSHELL).row("SetSecurityFile", PROTECT, "SUCCESS", "Information: DACL");
        let report = log.report(IIS_ONLY, &[]);
        let found = only(&report, "MK-07");
        assert!(!found.explanation.contains("powershell"), "{}", found.explanation);
    }
}

#[test]
fn mk07_the_folder_of_all_master_keys_is_denied() {
    let mut log = Log::new();
    log.by(IISADMIN).use_key(&key(IIS)).by(LSASS).refuse(PROTECT, "ACCESS DENIED");
    let report = log.report(IIS_ONLY, &[]);
    let found = only(&report, "MK-07");
    assert!(found.explanation.contains(r"Microsoft\Protect, the folder of all master keys"));
    assert!(found.confirm.as_ref().is_some_and(|it| it.ends_with("Protect\"")), "{found:?}");
}

#[test]
fn mk13_and_mk26_name_who_took_the_registration_away() {
    const KEYS: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider";
    let strong = format!(r"{KEYS}\Microsoft Strong Cryptographic Provider");
    let image = format!(r"{strong}\Image Path");
    for (operation, path) in [("RegDeleteKey", &strong), ("RegDeleteValue", &image)] {
        let mut log = Log::new();
        log.by(POWERSHELL).row(operation, path, "SUCCESS", "");
        log.by(IISADMIN).row("RegQueryValue", &image, "NAME NOT FOUND", "Length: 12").exit();
        let says = format!("deleted {path}");
        names_powershell(&log.report(IIS_ONLY, &[]), "MK-13", Error, &says);
    }
    // The control set that is in use has two names.
    for set in ["CurrentControlSet", "ControlSet001"] {
        let of = |set: &str| format!(r"HKLM\System\{set}\Control\Cryptography\Providers\Acme KSP");
        let mut log = Log::new();
        log.by(POWERSHELL).row("RegDeleteKey", &of(set), "SUCCESS", "");
        log.by(TOOL).row("RegOpenKey", &of("CurrentControlSet"), "NAME NOT FOUND", "");
        log.exit_with("-2146893799");
        names_powershell(&log.report(EVERYONE, &[]), "MK-26", Error, "deleted HKLM");
    }
    // Another provider's key says nothing.
    let mut log = Log::new();
    log.by(POWERSHELL).row("RegDeleteKey", &format!(r"{KEYS}\Microsoft Strong"), "SUCCESS", "");
    log.by(IISADMIN).row("RegQueryValue", &image, "NAME NOT FOUND", "Length: 12").exit();
    let report = log.report(IIS_ONLY, &[]);
    assert!(!only(&report, "MK-13").explanation.contains("powershell"));
}

const STRONG: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider\Microsoft Strong Cryptographic Provider";
const LIBRARY: &str = r"C:\Windows\System32\rsaenh.dll";
const TO_READ: &str = "Desired Access: Read";

#[test]
fn mk13_names_who_took_the_library_away() {
    type Act = (fn(&mut Log), &'static str);
    let acts: [Act; 3] = [
        (|log| _ = log.delete(LIBRARY), "deleted"),
        (
            |log| {
                log.row(
                    "CreateFile",
                    LIBRARY,
                    "SUCCESS",
                    "Desired Access: Delete, Disposition: Open, Options: Delete On Close, OpenResult: Opened",
                );
            },
            "deleted",
        ),
        (
            |log| {
                let detail = r"ReplaceIfExists: False, FileName: C:\Windows\System32\rsaenh.old";
                log.row("SetRenameInformationFile", LIBRARY, "SUCCESS", detail);
            },
            "renamed",
        ),
    ];
    for (act, what) in acts {
        let mut log = Log::new();
        act(log.by(POWERSHELL));
        log.by(IISADMIN).refuse(LIBRARY, "NAME NOT FOUND").exit();
        names_powershell(
            &log.report(IIS_ONLY, &[]),
            "MK-13",
            Error,
            &format!("{what} {LIBRARY} before that"),
        );
    }
    // What failed, what came later, and another folder's library say nothing of it.
    let innocent: [fn(&mut Log); 3] = [
        |log| {
            log.by(POWERSHELL).row("SetDispositionInformationFile", LIBRARY, "ACCESS DENIED", "");
            log.by(IISADMIN).refuse(LIBRARY, "NAME NOT FOUND");
        },
        |log| {
            log.by(IISADMIN).refuse(LIBRARY, "NAME NOT FOUND");
            log.by(POWERSHELL).delete(LIBRARY);
        },
        |log| {
            log.by(POWERSHELL).delete(r"C:\Windows\System32\inetsrv\rsaenh.dll");
            log.by(IISADMIN).refuse(LIBRARY, "NAME NOT FOUND");
        },
    ];
    for write in innocent {
        let mut log = Log::new();
        write(&mut log);
        let report = log.report(IIS_ONLY, &[]);
        let found = only(&report, "MK-13");
        assert!(!found.explanation.contains("powershell"), "{}", found.explanation);
    }
}

#[test]
fn mk13_and_mk26_name_who_changed_the_rights() {
    let keys = STRONG.rsplit_once('\\').unwrap().0;
    let image = format!(r"{STRONG}\Image Path");
    for (changed, denied, operation) in [
        (STRONG, STRONG, "RegOpenKey"),
        (keys, STRONG, "RegOpenKey"),
        (keys, keys, "RegOpenKey"),
        (STRONG, image.as_str(), "RegQueryValue"),
    ] {
        let mut log = Log::new();
        log.by(POWERSHELL).row("RegSetKeySecurity", changed, "SUCCESS", "");
        log.by(IISADMIN).row(operation, denied, "ACCESS DENIED", TO_READ).exit();
        let says = format!("changed the rights of {changed}");
        names_powershell(&log.report(IIS_ONLY, &[]), "MK-13", Error, &says);
    }
    let mut log = Log::new();
    log.by(POWERSHELL).row("SetSecurityFile", LIBRARY, "SUCCESS", "Information: DACL");
    log.by(IISADMIN).refuse(LIBRARY, "ACCESS DENIED").exit();
    let report = log.report(IIS_ONLY, &[]);
    names_powershell(&report, "MK-13", Error, &format!("changed the rights of {LIBRARY}"));
    let found = only(&report, "MK-13");
    assert_eq!(found.confirm.as_deref(), Some(r"icacls %SystemRoot%\System32\rsaenh.dll"));
    assert!(found.remedy.contains("rights") && !found.remedy.contains("register it again"));
    let software = r"HKLM\System\CurrentControlSet\Control\Cryptography\Providers\Acme KSP";
    let mut log = Log::new();
    log.by(POWERSHELL).row("RegSetKeySecurity", software, "SUCCESS", "");
    log.by(TOOL).row("RegOpenKey", software, "ACCESS DENIED", TO_READ);
    log.exit_with("-2146893799");
    let says = format!("changed the rights of {software}");
    names_powershell(&log.report(EVERYONE, &[]), "MK-26", Error, &says);
}

#[test]
fn denied_is_not_said_where_the_program_could_read_all_the_same() {
    let image = format!(r"{STRONG}\Image Path");
    let innocent: [&dyn Fn(&mut Log); 4] = [
        // More than reading was asked for.
        &|log| _ = log.row("RegOpenKey", STRONG, "ACCESS DENIED", "Desired Access: All Access"),
        &|log| {
            let detail = "Desired Access: Generic Write, Disposition: OverwriteIf, Options: ";
            log.row("CreateFile", LIBRARY, "ACCESS DENIED", detail);
        },
        // Granted later.
        &|log| {
            log.row("RegOpenKey", STRONG, "ACCESS DENIED", TO_READ);
            log.row("RegOpenKey", STRONG, "SUCCESS", TO_READ);
        },
        // The provider was loaded in the end.
        &|log| {
            log.row("RegQueryValue", &image, "ACCESS DENIED", TO_READ);
            log.read_guid().use_key(&key(IIS));
        },
    ];
    for write in innocent {
        let mut log = Log::new();
        write(log.by(IISADMIN));
        let report = log.report(IIS_ONLY, &[]);
        assert!(signs(&report).iter().all(|it| it.0 != "MK-13"), "{:?}", signs(&report));
    }
}
