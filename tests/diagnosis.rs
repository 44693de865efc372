//! Who did it, and what is innocent: small captures, whose findings are the same in every
//! format.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::Path;

use serde_json::Value;

use common::*;

const READ: &str = "Desired Access: Generic Read, Disposition: Open, Options: Synchronous IO Non-Alert, \
    Non-Directory File, Attributes: n/a, ShareMode: Read, AllocationSize: n/a";
const CREATED: &str = "Desired Access: Generic Write, Read Attributes, Disposition: Create, Options: Synchronous IO \
    Non-Alert, Non-Directory File, Attributes: S, ShareMode: None, AllocationSize: 0, OpenResult: Created";
const CREATED_NOT: &str = "Desired Access: Generic Write, Read Attributes, Disposition: Create, Options: Synchronous IO \
    Non-Alert, Non-Directory File, Attributes: S, ShareMode: None, AllocationSize: 0";
const STEM: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";
const OF_ASP_NET: &str = "d6d986f09a1ee04e24c949879fdb506c";
const VALUE: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";

/// A capture while it is written.
struct Rows {
    rows: Vec<[String; 10]>,
    process: (&'static str, u32, &'static str),
}

impl Rows {
    fn new() -> Rows {
        Rows { rows: Vec::new(), process: ("System", 4, "NT AUTHORITY\\SYSTEM") }
    }

    fn by(mut self, name: &'static str, pid: u32) -> Rows {
        let account = match name {
            "powershell.exe" | "explorer.exe" | "aspnet_regiis.exe" | "cleanmgr.exe" => {
                r"WEB01\eva"
            }
            "w3wp.exe" => r"IIS APPPOOL\Shop",
            _ => r"NT AUTHORITY\SYSTEM",
        };
        self.process = (name, pid, account);
        self
    }

    fn row(mut self, operation: &str, path: &str, result: &str, detail: &str) -> Rows {
        let (name, pid, user) = self.process;
        let time = format!("10:00:{:02}.0000000 AM", self.rows.len());
        let date = format!("11/24/2025 10:00:{:02} AM", self.rows.len());
        self.rows.push([
            time,
            name.into(),
            pid.to_string(),
            operation.into(),
            path.into(),
            result.into(),
            detail.into(),
            date,
            (pid + 4).to_string(),
            user.into(),
        ]);
        self
    }

    fn open(self, path: &str) -> Rows {
        self.row("CreateFile", path, "SUCCESS", &format!("{READ}, OpenResult: Opened"))
    }

    fn refuse(self, path: &str, result: &str) -> Rows {
        self.row("CreateFile", path, result, READ)
    }

    fn run_as(mut self, account: &'static str) -> Rows {
        self.process.2 = account;
        self
    }

    fn read_guid(self) -> Rows {
        self.read_value(OLD)
    }

    fn read_value(self, value: &str) -> Rows {
        let data = format!("Type: REG_SZ, Length: 74, Data: {value}");
        self.row("RegQueryValue", VALUE, "SUCCESS", &data)
    }

    fn make_anew(self, stem: &str, empty: u32) -> Rows {
        let path = key(stem);
        self.refuse(&path, "NAME NOT FOUND")
            .row("CreateFile", &path, "SUCCESS", CREATED)
            .row(
                "WriteFile",
                &path,
                "SUCCESS",
                &format!("Offset: 0, Length: {empty}, Priority: Normal"),
            )
            .row("CloseFile", &path, "SUCCESS", "")
    }

    fn rename(self, from: &str, to: &str) -> Rows {
        let detail = format!("ReplaceIfExists: False, FileName: {to}");
        self.row("SetRenameInformationFile", from, "SUCCESS", &detail)
    }

    fn delete(self, path: &str) -> Rows {
        self.row("SetDispositionInformationFile", path, "SUCCESS", "Delete: True")
    }

    fn exit(self, status: u32) -> Rows {
        let detail = format!(
            "Exit Status: {status}, User Time: 0.0156250 seconds, Kernel Time: 0.0156250 seconds, Private Bytes: 4,096, \
             Peak Private Bytes: 4,096, Working Set: 4,096, Peak Working Set: 4,096"
        );
        self.row("Process Exit", "", "SUCCESS", &detail)
    }

    fn csv(&self) -> Vec<u8> {
        let mut table = vec![COLUMNS.to_vec()];
        table[0].extend(["Date & Time", "TID", "User"]);
        table.extend(self.rows.iter().map(|row| row.iter().map(String::as_str).collect()));
        csv(&table)
    }

    /// What the program prints about it.
    fn page(&self) -> String {
        let folder = temp();
        let path = write(folder.path(), "hand.csv", self.csv());
        run(&["analyze".as_ref(), path.as_os_str()]).text().to_string()
    }

    /// The findings in every format, which are the same.
    fn findings(&self, arguments: &[&str]) -> Vec<Value> {
        let folder = temp();
        let path = write(folder.path(), "hand.csv", self.csv());
        let of = |path: &Path| {
            let mut all: Vec<_> = arguments.iter().map(std::ffi::OsString::from).collect();
            all.push(path.into());
            list(&analyze(&all).1, "findings").to_vec()
        };
        let found = of(&path);
        for end in ["pml", "xml"] {
            let other = folder.path().join(format!("other.{end}"));
            let convert = ["convert", "-q", "--tz", "UTC", "--date-order", "mdy", "-o"];
            let mut all: Vec<_> = convert.iter().map(std::ffi::OsString::from).collect();
            all.extend([other.clone().into_os_string(), path.clone().into_os_string()]);
            let run = run(&all);
            assert_eq!(run.status, 0, "{end}: {}", run.stderr);
            assert_eq!(of(&other), found, "{end}");
        }
        found
    }
}

fn key(stem: &str) -> String {
    format!(r"{FOLDER}\{stem}_{OLD}")
}

fn one<'v>(found: &'v [Value], id: &str) -> &'v Value {
    let ids: Vec<&str> = found.iter().map(|it| text(it, "signature")).collect();
    found.iter().find(|it| it["signature"] == id).unwrap_or_else(|| panic!("no {id}: {ids:?}"))
}

fn cites(finding: &Value, event: u64) -> bool {
    list(finding, "evidence").iter().any(|it| numbers(it, "events").contains(&event))
}

#[test]
fn who_renamed_or_deleted_a_lost_key_is_named() {
    let old = format!("{}.OLD", key(STEM));
    let removed = [
        (
            Rows::new().by("explorer.exe", 3000).rename(&key(STEM), &old),
            "explorer.exe (PID 3000) renamed",
        ),
        (
            Rows::new().by("powershell.exe", 6600).delete(&key(STEM)),
            "powershell.exe (PID 6600) deleted",
        ),
        (
            Rows::new().by("powershell.exe", 6600).rename(FOLDER, &format!("{FOLDER}_old")),
            "powershell.exe (PID 6600) renamed the folder",
        ),
    ];
    for (rows, words) in removed {
        let rows = rows.by("inetinfo.exe", 2180).read_guid().make_anew(STEM, 78).exit(1);
        let found = rows.findings(&[]);
        let lost = one(&found, "MK-03");
        assert!(text(lost, "explanation").contains(words), "{lost}");
        let last = list(lost, "does_not_prove").last().unwrap().as_str().unwrap();
        assert!(cites(lost, 1) && last.ends_with("taken away."), "{lost}");
    }
}

#[test]
fn who_deleted_an_absent_key_is_named_by_whoever_was_asked_for() {
    for arguments in [&[][..], &["-p", "w3wp.exe"], &["-p", "*"]] {
        let rows = Rows::new().by("Certify.exe", 4120).delete(&key(&"ab".repeat(16)));
        let rows = rows.by("w3wp.exe", 5232).read_guid();
        let rows = rows.refuse(&key(&"ab".repeat(16)), "NAME NOT FOUND");
        let found =
            rows.refuse(&key(&"ab".repeat(16)), "NAME NOT FOUND").exit(1).findings(arguments);
        let absent = one(&found, "MK-21");
        assert!(text(absent, "explanation").contains("Certify.exe (PID 4120) deleted"), "{absent}");
        assert!(cites(absent, 1) && cites(absent, 3) && cites(absent, 4), "{absent}");
    }
}

#[test]
fn who_changed_the_rights_is_named() {
    let rows = Rows::new().by("powershell.exe", 6600);
    let rows = rows.row("SetSecurityFile", FOLDER, "SUCCESS", "Information: DACL");
    let rows =
        rows.by("w3wp.exe", 5232).read_guid().refuse(&key(&"ab".repeat(16)), "ACCESS DENIED");
    let found = rows.findings(&[]);
    let denied = one(&found, "MK-04");
    let words = "powershell.exe (PID 6600) changed the rights of the folder";
    assert!(text(denied, "explanation").contains(words) && cites(denied, 1), "{denied}");
}

#[test]
fn a_holder_that_has_ended_is_not_named() {
    let held = |rows: Rows| {
        let rows =
            rows.by("inetinfo.exe", 1404).read_guid().refuse(&key(STEM), "SHARING VIOLATION");
        let found = rows.exit(1).findings(&[]);
        text(one(&found, "MK-05"), "explanation").to_string()
    };
    let holder = || Rows::new().by("Replicate.exe", 1588).open(&key(STEM));
    assert!(held(holder()).contains("it was open in Replicate.exe (PID 1588)"));
    assert!(!held(holder().exit(0)).contains("Replicate.exe"));
}

#[test]
fn what_is_innocent_is_no_warning() {
    let windows_old =
        format!(r"C:\Windows.old\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{STEM}_{NEW}");
    let innocent = [
        Rows::new().by("cleanmgr.exe", 3312).read_guid().open(&windows_old).delete(&windows_old),
        Rows::new().by("aspnet_regiis.exe", 7012).read_guid().make_anew(OF_ASP_NET, 69).exit(0),
    ];
    for rows in innocent {
        for arguments in [&[][..], &["-p", "*"]] {
            for found in rows.findings(arguments) {
                assert_eq!(found["severity"], "info", "{found}");
            }
        }
    }
}

#[test]
fn a_device_path_stands_in_no_command() {
    let path = key(STEM).replace("C:", r"\Device\HarddiskVolume3");
    let rows = Rows::new().by("sqlservr.exe", 2688).read_guid().refuse(&path, "ACCESS DENIED");
    let found = rows.findings(&[]);
    let confirm = text(one(&found, "MK-04"), "confirm");
    assert_eq!(
        confirm,
        format!("icacls \"{}\"", key(STEM).replace("C:\\ProgramData", "%ProgramData%"))
    );
}

#[test]
fn who_took_the_crypto_provider_away_is_named() {
    const LIBRARY: &str = r"C:\Windows\System32\rsaenh.dll";
    const PROVIDER: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider\Microsoft Strong Cryptographic Provider";
    let by = |act: fn(Rows) -> Rows| act(Rows::new().by("powershell.exe", 6600));
    let start = |rows: Rows| rows.by("inetinfo.exe", 1200);
    let cases = [
        (start(by(|it| it.delete(LIBRARY))).refuse(LIBRARY, "NAME NOT FOUND"), "deleted C:"),
        (
            start(by(|it| it.rename(LIBRARY, r"C:\Windows\System32\rsaenh.old")))
                .refuse(LIBRARY, "NAME NOT FOUND"),
            "renamed C:",
        ),
        (
            start(by(|it| it.row("SetSecurityFile", LIBRARY, "SUCCESS", "Information: DACL")))
                .refuse(LIBRARY, "ACCESS DENIED"),
            "changed the rights of C:",
        ),
        (
            start(by(|it| it.row("RegSetKeySecurity", PROVIDER, "SUCCESS", ""))).row(
                "RegOpenKey",
                PROVIDER,
                "ACCESS DENIED",
                "Desired Access: Read",
            ),
            "changed the rights of HKLM",
        ),
        (
            start(by(|it| it.row("RegDeleteKey", PROVIDER, "SUCCESS", ""))).row(
                "RegOpenKey",
                PROVIDER,
                "NAME NOT FOUND",
                "Desired Access: Read",
            ),
            "deleted HKLM",
        ),
    ];
    for (rows, says) in cases {
        let findings = rows.exit(0).findings(&[]);
        let found: Vec<_> =
            findings.iter().filter(|finding| finding["signature"] == "MK-13").collect();
        assert_eq!(found.len(), 1, "{says}: {findings:?}");
        let words = text(found[0], "explanation");
        assert!(words.contains(&format!("powershell.exe (PID 6600) {says}")), "{words}");
        assert!(words.contains("(event 1)"), "{words}");
        assert_eq!((text(found[0], "confidence"), text(found[0], "severity")), ("high", "error"));
        assert_eq!(found[0]["evidence"][0]["events"][0], 1, "{says}");
    }
}

#[test]
fn a_name_with_setup_in_it_is_no_all_clear() {
    let made_by = |name| Rows::new().by(name, 7020).read_guid().make_anew(STEM, 78).exit(0);
    let found = made_by("AcmeSetup.exe").findings(&[]);
    let lost = one(&found, "MK-03");
    assert_eq!((text(lost, "severity"), text(lost, "confidence")), ("info", "low"));
    assert!(text(lost, "explanation").contains("By its name, the program installs something"));
    assert!(made_by("msiexec.exe").findings(&[]).iter().all(|it| it["signature"] != "MK-03"));
}

#[test]
fn captures_of_two_computers_are_told_apart_by_the_accounts_that_windows_named() {
    let read = |account, value| {
        let rows = Rows::new().by("Agent.exe", 1200).run_as(account).read_value(value);
        rows.refuse(&key(&"ab".repeat(16)), "NAME NOT FOUND").csv()
    };
    let pairs = [
        (r"DESKTOP-7K2M9QX\eva", r"WIN-3FQ8Z0C1V9B\eva", None),
        // One may be a domain, whose accounts are on many computers.
        (r"CONTOSO\eva", r"WIN-3FQ8Z0C1V9B\eva", Some(("warning", "low"))),
        (r"CONTOSO\eva", r"CONTOSO\eva", Some(("warning", "low"))),
    ];
    let folder = temp();
    for (one, other, expected) in pairs {
        let first = write(folder.path(), "one.csv", read(one, OLD));
        let second = write(folder.path(), "two.csv", read(other, NEW));
        let (_, report) = analyze(&[first, second]);
        let edited = list(&report, "findings").iter().find(|it| it["signature"] == "MK-02");
        let edited = edited.map(|it| (text(it, "severity"), text(it, "confidence")));
        assert_eq!(edited, expected, "{one} and {other}");
        let remarks = report["captures"][1]["remarks"].to_string();
        assert_eq!(remarks.contains("of another computer"), expected.is_none(), "{remarks}");
    }
}

#[test]
fn keys_of_another_windows_are_shown_as_what_is_not_judged() {
    let old = format!(r"C:\Windows.old\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{STEM}_{NEW}");
    let rows = Rows::new().by("cleanmgr.exe", 3312).read_guid().open(&old).delete(&old);
    let page = rows.page();
    assert!(page.contains("elsewhere"), "{page}");
    // There was room for what it did; it does not count.
    assert!(!page.contains("beyond what is kept"), "{page}");
}

#[test]
fn a_folder_that_is_not_there_is_not_to_be_copied() {
    const PROFILE: &str = r"C:\Windows\System32\config\systemprofile\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-82-1-2-3-4-5";
    let file = format!(r"{PROFILE}\{}_{OLD}", "ab".repeat(16));
    let rows = Rows::new().by("Relay.exe", 2984).run_as(r"NT SERVICE\Relay").read_guid();
    let rows = rows.refuse(PROFILE, "PATH NOT FOUND").refuse(&file, "PATH NOT FOUND");
    let page = rows.row("CreateFile", &file, "PATH NOT FOUND", CREATED_NOT).page();
    assert!(page.contains("MK-11") && page.contains("robocopy %ProgramData%"), "{page}");
    assert!(!page.contains("robocopy C:"), "{page}");
    // The folder of all machine keys: what is left is in the one above.
    let rows = Rows::new().by("svchost.exe", 1260).read_guid();
    let page = rows.refuse(FOLDER, "NAME NOT FOUND").refuse(&key(STEM), "PATH NOT FOUND").page();
    let copies = r"robocopy %ProgramData%\Microsoft\Crypto D:\keep\Crypto";
    assert!(page.contains("MK-22") && page.contains(copies), "{page}");
}

#[test]
fn a_flood_of_several_workers_shows_the_keys_of_each() {
    let mut rows = Rows::new();
    for worker in 0..3u32 {
        rows = rows.by("w3wp.exe", 7000 + worker).read_guid();
        for number in 0..19 {
            rows = rows.make_anew(&format!("{worker:02}{number:030}"), 77);
        }
    }
    let (_, report) = analyze(&[write(temp().path(), "flood.csv", rows.csv())]);
    let flood = finding(&report, "MK-08");
    let pids = |index: &Value| report["processes"][index.as_u64().unwrap() as usize]["pid"].clone();
    let mut named: Vec<Value> = list(flood, "processes").iter().map(pids).collect();
    named.sort_by_key(|pid| pid.as_u64());
    assert_eq!(named, [7000, 7001, 7002], "{flood}");
}

#[test]
fn a_key_that_can_be_used_and_not_replaced_is_not_said_to_be_unusable() {
    const REMOTE_DESKTOP: &str = "f686aace6942fb7f7ceb231212eef4a4";
    const DELETE: &str = "Desired Access: Delete, Disposition: Open, Options: Non-Directory File, Attributes: n/a, \
        ShareMode: Read, Write, Delete, AllocationSize: n/a";
    let path = key(REMOTE_DESKTOP);
    let rows = Rows::new().by("svchost.exe", 1260).read_guid().open(&path);
    let found = rows.row("CreateFile", &path, "ACCESS DENIED", DELETE).findings(&[]);
    let denied = one(&found, "MK-15");
    assert!(
        text(denied, "explanation").contains("can open the key of their certificate"),
        "{denied}"
    );
    assert!(text(denied, "title").contains("cannot use or replace"), "{denied}");
    assert!(text(denied, "title_short").contains("access denied"), "{denied}");
}

#[test]
fn how_the_value_was_changed_is_said_once_with_who_did_it() {
    let set = |value: &str| format!("Type: REG_SZ, Length: 74, Data: {value}");
    let before = || Rows::new().by("inetinfo.exe", 1200).read_guid().open(&key(STEM)).exit(0);
    let edits: [(Rows, &[u64], &str); 3] = [
        (
            before().by("regedit.exe", 3000).row("RegDeleteValue", VALUE, "SUCCESS", "").row(
                "RegSetValue",
                VALUE,
                "SUCCESS",
                &set(NEW),
            ),
            &[4, 5],
            "regedit.exe (PID 3000) deleted MachineGuid (event 4), and regedit.exe (PID 3000) set MachineGuid to",
        ),
        // Without its data.
        (
            before().by("reg.exe", 3004).row(
                "RegSetValue",
                VALUE,
                "SUCCESS",
                "Type: REG_SZ, Length: 74",
            ),
            &[4],
            "reg.exe (PID 3004) set MachineGuid to a value that the capture does not show (event 4)",
        ),
        (
            before().by("reg.exe", 3004).row("RegSetValue", VALUE, "SUCCESS", &set(NEW)),
            &[4],
            "reg.exe (PID 3004) set MachineGuid to B81E",
        ),
    ];
    for (rows, events, words) in edits {
        let path = format!(r"{FOLDER}\{STEM}_{NEW}");
        let rows = rows.by("inetinfo.exe", 1300).read_value(NEW).refuse(&path, "NAME NOT FOUND");
        let rows = rows.row("CreateFile", &path, "SUCCESS", CREATED).row(
            "WriteFile",
            &path,
            "SUCCESS",
            "Offset: 0, Length: 78, Priority: Normal",
        );
        let found = rows.exit(1).findings(&[]);
        let changed = one(&found, "MK-01");
        assert!(text(changed, "explanation").contains(words), "{changed}");
        assert!(events.iter().all(|event| cites(changed, *event)), "{changed}");
        assert!(!changed["does_not_prove"].to_string().contains("who changed"), "{changed}");
        assert!(found.iter().all(|finding| finding["signature"] != "MK-02"), "{found:?}");
    }
}

#[test]
fn who_had_a_key_open_is_not_said_to_be_left_out() {
    let write = READ.replace("Generic Read", "Generic Write");
    let path = key(&"ab".repeat(16));
    let rows = || Rows::new().by("w3wp.exe", 5232).read_guid().open(&path);
    let found = rows().row("CreateFile", &path, "ACCESS DENIED", &write).findings(&[]);
    let said = text(one(&found, "MK-04"), "explanation");
    assert!(said.contains("It had opened the file before that"), "{said}");
    assert!(!said.contains("leave this account out"), "{said}");
    // Rights that were changed in between are another matter.
    let rows = rows().by("powershell.exe", 6600);
    let rows = rows.row("SetSecurityFile", &path, "SUCCESS", "Information: DACL");
    let found = rows.by("w3wp.exe", 5232).refuse(&path, "ACCESS DENIED").findings(&[]);
    let said = text(one(&found, "MK-04"), "explanation");
    assert!(
        said.contains("changed the rights") && said.contains("leave this account out"),
        "{said}"
    );
    // The service that needs it goes on with what it has.
    let rows = Rows::new().by("inetinfo.exe", 1200).read_guid().open(&key(STEM));
    let found = rows.row("CreateFile", &key(STEM), "ACCESS DENIED", &write).findings(&[]);
    assert_eq!(one(&found, "MK-04")["severity"], "warning");
    // Remote Desktop.
    let path = key("f686aace6942fb7f7ceb231212eef4a4");
    let rows = Rows::new().by("svchost.exe", 1260).read_guid().open(&path);
    let found = rows.row("CreateFile", &path, "ACCESS DENIED", &write).findings(&[]);
    let said = text(one(&found, "MK-15"), "explanation");
    assert!(said.contains("had opened the key") && !said.contains("cannot use"), "{said}");
}

#[test]
fn whom_lsass_acts_for_is_said_once() {
    let acting = format!(r"{READ}, Impersonating: NT AUTHORITY\NETWORK SERVICE");
    let path = key(&"ab".repeat(16)).replace(r"RSA\MachineKeys", "Keys");
    let rows = Rows::new().by("lsass.exe", 708).row("CreateFile", &path, "ACCESS DENIED", &acting);
    let found = rows.findings(&[]);
    let said = text(one(&found, "MK-04"), "explanation");
    assert_eq!(said.matches("NETWORK SERVICE").count(), 1, "{said}");
}

#[test]
fn who_is_denied_a_key_by_its_short_name_is_judged() {
    for folder in [FOLDER, r"C:\PROGRA~3\MICROS~1\Crypto\RSA\MACHIN~1"] {
        let rows = Rows::new().by("legacy.exe", 1260).read_guid();
        let found = rows.refuse(&format!(r"{folder}\7F3BDA~1"), "ACCESS DENIED").findings(&[]);
        assert!(text(one(&found, "MK-04"), "explanation").contains("short name"), "{found:?}");
    }
}
