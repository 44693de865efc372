//! Nothing that the page tells people to do can do harm.

use serde_json::Value;

use crate::common::*;
use crate::{commands, page_of};

/// Programs of Windows that look or copy, and our own.
const ALLOWED: [&str; 16] = [
    "robocopy ",
    "reg query ",
    "reg export ",
    "dir ",
    "icacls ",
    "certutil -key",
    "certutil -csp",
    "certutil -silent -key",
    "wevtutil qe ",
    "fltmc instances",
    "fltmc volumes",
    "fsutil ",
    "tasklist /svc",
    "tpmtool getdeviceinformation",
    "sc q",
    "procmonkey ",
];

/// What makes one of them change something.
const CHANGES: [&str; 14] = [
    "/mir",
    "/purge",
    "/mov",
    "/grant",
    "/deny",
    "/remove",
    "/reset",
    "/setowner",
    "/setintegritylevel",
    "/inheritance",
    "-delkey",
    ">",
    "|",
    "&",
];

fn check(report: &Value, what: &str) {
    for step in list(&report["verdict"], "do_first") {
        let commands = list(step, "commands");
        if step["effect"] == "changes" {
            assert!(commands.is_empty(), "{what}: {step}");
        }
    }
    let confirm = &report["verdict"]["confirm"]["command"];
    let confirm = confirm.as_str().map(str::to_string);
    for command in commands(report).into_iter().chain(confirm) {
        let lower = command.to_lowercase();
        let own = lower.trim_start_matches("%windir%\\system32\\inetsrv\\");
        let allowed =
            ALLOWED.iter().any(|begin| own.starts_with(begin)) || own.starts_with("appcmd list ");
        assert!(allowed, "{what}: {command}");
        assert!(!CHANGES.iter().any(|word| lower.contains(word)), "{what}: {command}");
        for open in ["\\device\\", "<", "\n", "…"] {
            assert!(!command.to_lowercase().contains(open), "{what}: {command}");
        }
    }
}

#[test]
fn no_command_of_any_sample_changes_anything_or_cannot_be_pasted() {
    for path in all_captures() {
        for process in ["inetinfo.exe", "*"] {
            let (_, report) = analyze(&["-p".as_ref(), process.as_ref(), path.as_os_str()]);
            check(&report, &path.display().to_string());
        }
    }
}

#[test]
fn copying_comes_before_looking_and_looking_before_deciding() {
    for name in
        ["guid-changed.csv", "signatures/mk-04-access-denied.csv", "signatures/mk-06-empty.csv"]
    {
        let (_, report) = analyze(&[sample(name)]);
        let steps = list(&report["verdict"], "do_first");
        let effects: Vec<&str> = steps.iter().map(|step| text(step, "effect")).collect();
        assert_eq!(effects, ["copies", "reads", "changes"], "{name}");
    }
}

/// A denied key file with this path.
fn denied(path: &str) -> Value {
    let folder = temp();
    let rows = [
        COLUMNS.to_vec(),
        vec!["6:59:01 PM", "inetinfo.exe", "7", "CreateFile", path, "ACCESS DENIED", ""],
    ];
    analyze(&[write(folder.path(), "denied.csv", csv(&rows))]).1
}

const FILE: &str = "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";

#[test]
fn a_folder_is_copied_from_where_the_capture_shows_it() {
    let old = format!(
        r"E:\Documents and Settings\All Users\Application Data\Microsoft\Crypto\RSA\MachineKeys\{FILE}"
    );
    let report = denied(&old);
    let commands = commands(&report);
    let folder = r#""E:\Documents and Settings\All Users\Application Data\Microsoft\Crypto\RSA\MachineKeys""#;
    // A Windows with such a folder has no robocopy.
    let copies = format!(r"xcopy {folder} D:\keep\MachineKeys /E /C /I /H /K /O /X");
    assert_eq!(commands[0], copies);
    assert!(!commands.iter().any(|command| command.starts_with("robocopy")), "{commands:?}");
    let later = denied(&format!(r"E:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{FILE}"));
    let copies = r"robocopy E:\ProgramData\Microsoft\Crypto\RSA\MachineKeys D:\keep\MachineKeys";
    let first = self::commands(&later)[0].to_string();
    assert_eq!(first, format!("{copies} /E /B /COPYALL"));
    let icacls = format!("icacls \"{old}\"");
    assert!(commands.contains(&icacls), "{commands:?}");
}

#[test]
fn a_path_without_a_drive_letter_is_told_and_never_pasted() {
    let device =
        format!(r"\Device\HarddiskVolume2\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{FILE}");
    let report = denied(&device);
    check(&report, "a device path");
    // The folder of the machine's keys is known without a drive letter, too.
    let usual = r"robocopy %ProgramData%\Microsoft\Crypto\RSA\MachineKeys D:\keep\MachineKeys /E";
    assert!(commands(&report)[0].starts_with(usual), "{:?}", commands(&report));
    let users = r"\Device\HarddiskVolume2\Users\dana\AppData\Roaming\Microsoft\Crypto\RSA";
    let report = denied(&format!("{users}\\S-1-5-21-1-2-3-1001\\{FILE}"));
    check(&report, "a device path of a user");
    let first = text(&list(&report["verdict"], "do_first")[0], "text");
    assert!(first.contains(users) && first.contains("drive letter"), "{first}");
}

#[test]
fn a_path_that_a_shell_would_carry_out_gives_no_command() {
    for hostile in ["$(calc)", "%TEMP%", "a`b", "a&b"] {
        let path =
            format!(r"C:\Users\{hostile}\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{FILE}");
        let report = denied(&path);
        check(&report, hostile);
        let all = commands(&report).join("\n");
        assert!(!all.contains(hostile), "{all}");
    }
}

#[test]
fn every_page_with_something_wrong_says_what_not_to_do() {
    for path in all_captures() {
        let (_, report) = analyze(&[&path]);
        let verdict = &report["verdict"];
        if !["broken", "suspect"].contains(&text(verdict, "state")) {
            continue;
        }
        assert!(!list(verdict, "do_not").is_empty(), "{}", path.display());
        let page = page_of(100, &path).split_whitespace().collect::<Vec<_>>().join(" ");
        for sentence in list(verdict, "do_not") {
            let sentence = sentence.as_str().unwrap();
            assert!(page.contains(sentence), "{}: {sentence}", path.display());
        }
    }
}
