//! Whom an analysis judges: the process that is followed, whoever is met at the keys, or those
//! that were asked for; and what it says when it judges nobody.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::{Path, PathBuf};

use serde_json::Value;

use common::*;

const IIS: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";
const UNKNOWN: &str = "2fbb39f9fc5c9247846dad5f312ed3f1";
const CNG: &str = r"C:\ProgramData\Microsoft\Crypto\Keys";
const VALUE: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
const OPENED: &str =
    "Desired Access: Generic Read, Disposition: Open, Options: , OpenResult: Opened";
const REFUSED: &str = "Desired Access: Generic Read, Disposition: Open, Options: ";

/// Process, PID, account, operation, path, result and detail of a row.
type Row<'r> = (&'r str, &'r str, &'r str, &'r str, &'r str, &'r str, &'r str);

fn capture(folder: &Path, name: &str, rows: &[Row<'_>]) -> PathBuf {
    let header =
        ["Time of Day", "Process Name", "PID", "User", "Operation", "Path", "Result", "Detail"];
    let times: Vec<String> = (0..rows.len()).map(|at| format!("6:59:{at:02}.0000000 PM")).collect();
    let mut all = vec![header.to_vec()];
    for (time, row) in times.iter().zip(rows) {
        all.push(vec![time, row.0, row.1, row.2, row.3, row.4, row.5, row.6]);
    }
    write(folder, name, csv(&all))
}

fn key(stem: &str) -> String {
    format!("{FOLDER}\\{stem}_{OLD}")
}

/// The service opens its key and goes on.
fn healthy<'r>(path: &'r str) -> [Row<'r>; 4] {
    let row = |operation, path, detail| {
        ("inetinfo.exe", "1200", "NT AUTHORITY\\SYSTEM", operation, path, "SUCCESS", detail)
    };
    [
        row("CreateFile", path, OPENED),
        row("QueryStandardInformationFile", path, "EndOfFile: 2,202"),
        row("ReadFile", path, "Offset: 0, Length: 2,202"),
        row("TCP Accept", "WEB01:smtp -> 10.20.0.31:50122", ""),
    ]
}

fn denied<'r>(path: &'r str) -> Row<'r> {
    ("w3wp.exe", "6120", "IIS APPPOOL\\Shop", "CreateFile", path, "ACCESS DENIED", REFUSED)
}

fn verdict<'v>(report: &'v Value, key: &str) -> &'v str {
    text(&report["verdict"], key)
}

fn with(arguments: &[&str], path: &Path) -> (i32, Value) {
    let mut all: Vec<&std::ffi::OsStr> = arguments.iter().map(AsRef::as_ref).collect();
    all.push(path.as_os_str());
    analyze(&all)
}

#[test]
fn whoever_is_met_at_the_keys_is_judged_where_nobody_is_asked_for() {
    let folder = temp();
    let path = key(UNKNOWN);
    let capture = capture(folder.path(), "w3wp.csv", &[denied(&path)]);
    let (status, report) = analyze(&[&capture]);
    assert_eq!((status, findings(&report)), (1, vec![("MK-04", "warning")]));
    assert_eq!(
        (verdict(&report, "state"), verdict(&report, "main_process")),
        ("suspect", "absent")
    );
    let process = &list(&report, "processes")[0];
    assert_eq!((text(process, "name"), text(process, "judged_as")), ("w3wp.exe", "at_the_keys"));
    // Its steps stand in the timeline, because something was found.
    assert_eq!(list(&report, "timeline").len(), 1);
    // The exit status is the same, however it is asked for.
    for arguments in [&["-p", "w3wp.exe"][..], &["-p", "W3WP"], &["-p", "w3*"], &["-p", "6120"]] {
        let (status, narrowed) = with(arguments, &capture);
        assert_eq!((status, findings(&narrowed)), (1, vec![("MK-04", "warning")]), "{arguments:?}");
    }
}

#[test]
fn while_the_service_is_well_what_happens_to_others_is_a_warning_below_it() {
    let folder = temp();
    let (iis, other) = (key(IIS), key(IIS));
    let mut rows = healthy(&iis).to_vec();
    rows.push(denied(&other));
    let path = capture(folder.path(), "both.csv", &rows);
    let (status, report) = analyze(&[&path]);
    // The key of IIS itself: an error, were it denied to the service.
    assert_eq!((status, findings(&report)), (1, vec![("MK-04", "warning")]));
    assert_eq!(
        (verdict(&report, "state"), verdict(&report, "main_process")),
        ("suspect", "healthy")
    );
    let cause = verdict(&report, "cause");
    assert!(cause.starts_with("Nothing known is wrong with inetinfo.exe. w3wp.exe"), "{cause}");
    let page = run(&["analyze".as_ref(), path.as_os_str()]);
    let (main, others) = (page.text().find("▸ services"), page.text().find("w3wp.exe (6120)"));
    assert!(main.is_some() && main < others, "{}", page.text());
    // Narrowed, it is not seen; asked for, it is what it is: w3wp.exe does not need this key.
    assert_eq!(with(&["-p", "inetinfo.exe"], &path).0, 0);
    let (_, asked) = with(&["-p", "w3wp.exe"], &path);
    assert_eq!(findings(&asked), [("MK-04", "warning")]);
    let mut own = denied(&iis);
    own.0 = "inetinfo.exe";
    let path = capture(folder.path(), "own.csv", &[own]);
    assert_eq!(findings(&analyze(&[&path]).1), [("MK-04", "error")]);
    // Where the service is not well, nothing is taken from the other.
    let mut rows = vec![(
        "inetinfo.exe",
        "1200",
        "NT AUTHORITY\\SYSTEM",
        "CreateFile",
        iis.as_str(),
        "SHARING VIOLATION",
        REFUSED,
    )];
    rows.push(denied(&other));
    let path = capture(folder.path(), "neither.csv", &rows);
    let (_, report) = analyze(&[&path]);
    assert_eq!(findings(&report), [("MK-05", "error"), ("MK-04", "warning")]);
    assert_eq!(verdict(&report, "main_process"), "affected");
}

#[test]
fn lsass_counts_for_whom_it_acts() {
    let folder = temp();
    let path = format!("{CNG}\\{UNKNOWN}_{OLD}");
    let acting = format!("{REFUSED}, Impersonating: IIS APPPOOL\\Shop");
    let system = "NT AUTHORITY\\SYSTEM";
    let rows = [
        ("w3wp.exe", "6120", "IIS APPPOOL\\Shop", "ReadFile", "C:\\x", "SUCCESS", ""),
        ("lsass.exe", "700", system, "CreateFile", &path, "ACCESS DENIED", &acting),
        // That it opens the file for itself later does not help the other.
        ("lsass.exe", "700", system, "CreateFile", &path, "SUCCESS", OPENED),
    ];
    let path = capture(folder.path(), "cng.csv", &rows);
    for arguments in [&[][..], &["-p", "w3wp"], &["-p", "*"], &["-p", "lsass"]] {
        let (status, report) = with(arguments, &path);
        assert_eq!((status, findings(&report)), (1, vec![("MK-04", "warning")]), "{arguments:?}");
        let explanation = text(finding(&report, "MK-04"), "explanation");
        assert!(explanation.contains("acting for IIS APPPOOL\\Shop"), "{explanation}");
    }
    // For another pool it did nothing.
    let mut other = rows;
    other[0].2 = "IIS APPPOOL\\Other";
    let path = capture(folder.path(), "other.csv", &other);
    let (status, report) = with(&["-p", "w3wp"], &path);
    assert_eq!((status, verdict(&report, "state")), (4, "not_judged"));
}

#[test]
fn one_that_only_reads_the_value_is_not_judged_and_one_that_fails_at_it_is() {
    let folder = temp();
    let value = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    let data = format!("Type: REG_SZ, Length: 74, Data: {OLD}");
    fn row<'r>(value: &'r str, result: &'r str, detail: &'r str) -> Row<'r> {
        ("agent.exe", "8", "WEB01\\eva", "RegQueryValue", value, result, detail)
    }
    let path = capture(folder.path(), "reads.csv", &[row(value, "SUCCESS", &data)]);
    let (status, report) = analyze(&[&path]);
    assert_eq!((status, verdict(&report, "state")), (4, "not_judged"));
    assert_eq!(list(&report, "processes").len(), 0);
    assert_eq!(report["verdict"]["missing"][0]["kind"], "no_key_event");
    let path = capture(folder.path(), "fails.csv", &[row(value, "ACCESS DENIED", "Length: 12")]);
    let (_, report) = analyze(&[&path]);
    assert_eq!(list(&report, "processes").len(), 1);
}

#[test]
fn a_read_before_the_first_key_file_is_linked_to_it() {
    let folder = temp();
    let value = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    let data = format!("Type: REG_SZ, Length: 74, Data: {OLD}");
    let path = key(UNKNOWN);
    let mut rows: Vec<Row<'_>> = Vec::new();
    // More reads than are kept of one that is only passing by.
    for _ in 0..20 {
        rows.push(("w3wp.exe", "6120", "x", "RegQueryValue", value, "SUCCESS", &data));
        rows.push((
            "w3wp.exe",
            "6120",
            "x",
            "RegOpenKey",
            r"HKLM\Software\Microsoft\Cryptography",
            "SUCCESS",
            "",
        ));
    }
    rows.push(denied(&path));
    let path = capture(folder.path(), "linked.csv", &rows);
    let (_, report) = analyze(&[&path]);
    let denied = entry(&report, 41);
    let read =
        &list(&report, "machine_guid_reads")[denied["link"]["read"].as_u64().unwrap() as usize];
    assert_eq!(numbers(read, "events"), [39]);
    assert_eq!(denied["relation"], "current");
}

#[test]
fn a_name_that_no_event_has_is_said_with_what_may_be_meant() {
    for (asked, meant) in
        [("inetinf.exe", "inetinfo.exe"), ("w3pw", "w3wp.exe"), ("lsas", "lsass.exe")]
    {
        let (status, report) = with(&["-p", asked], &sample("guid-changed.csv"));
        assert_eq!((status, verdict(&report, "state")), (4, "not_judged"), "{asked}");
        let missing = &report["verdict"]["missing"][0];
        assert_eq!(text(missing, "kind"), "no_such_process");
        let words = format!("did you mean {meant}");
        assert!(text(missing, "text").contains(&words), "{asked}: {missing}");
        assert!(text(missing, "remedy").contains(&format!("-p {meant}")), "{missing}");
        let page = run(&[
            "analyze".as_ref(),
            "-p".as_ref(),
            asked.as_ref(),
            sample("guid-changed.csv").as_os_str(),
        ]);
        assert!(page.text().starts_with("? NOT JUDGED"), "{}", page.text());
        assert!(page.text().contains("not an all-clear"), "{}", page.text());
    }
    let (status, report) = with(&["-p", "99999"], &sample("restart.csv"));
    assert_eq!((status, verdict(&report, "state")), (4, "not_judged"));
    // One of two that is there is judged.
    let (status, _) = with(&["-p", "nobody.exe", "-p", "inetinfo"], &sample("restart.csv"));
    assert_eq!(status, 0);
}

#[test]
fn what_a_filter_removed_is_not_said_to_be_missing_from_the_capture() {
    let arguments = ["--exclude", "Process Name is inetinfo.exe", "--filter", "Result is NO SUCH"];
    let (status, report) = with(&arguments, &sample("guid-changed.csv"));
    assert_eq!((status, verdict(&report, "state")), (4, "not_judged"));
    assert_eq!(report["verdict"]["missing"][0]["kind"], "filtered_out");
    let all = report.to_string();
    assert!(!all.contains("no inetinfo.exe event"), "{all}");
    assert!(all.contains("the filter removes every event of inetinfo.exe"), "{all}");
}

#[test]
fn that_no_key_was_touched_is_only_said_where_it_could_be_seen() {
    let folder = temp();
    let value = format!("Type: REG_SZ, Length: 74, Data: {OLD}");
    let read = ("inetinfo.exe", "1200", "", "RegQueryValue", VALUE, "SUCCESS", &*value);
    let other = ("inetinfo.exe", "1200", "", "CreateFile", r"C:\Windows\a.dll", "SUCCESS", OPENED);
    let whole = capture(folder.path(), "whole.csv", &[read, other]);
    let (status, report) = analyze(&[&whole]);
    assert_eq!((status, findings(&report)), (0, vec![("MK-14", "info")]));
    // A capture of the registry alone, and a filter that leaves no file event, show nothing of
    // key files; a filter that chooses a process does not matter.
    let registry = capture(folder.path(), "registry.csv", &[read]);
    for (arguments, path) in [
        (&[][..], &registry),
        (&["--filter", "Operation begins with Reg"][..], &whole),
        (&["--filter", "Path contains Windows"][..], &whole),
    ] {
        let (status, report) = with(arguments, path);
        let got = (status, verdict(&report, "state"), findings(&report).len());
        assert_eq!(got, (4, "not_judged", 0), "{arguments:?}");
    }
    let (status, _) = with(&["--filter", "Process Name is inetinfo.exe"], &whole);
    assert_eq!(status, 0);
}

#[test]
fn columns_without_which_nothing_can_be_told_are_named() {
    let folder = temp();
    let rows = [
        vec!["Time of Day", "Process Name", "Operation"],
        vec!["6:59:00 PM", "inetinfo.exe", "CreateFile"],
    ];
    let (status, report) = analyze(&[write(folder.path(), "thin.csv", csv(&rows))]);
    assert_eq!((status, verdict(&report, "state")), (4, "not_judged"));
    let missing = &report["verdict"]["missing"][0];
    assert_eq!(text(missing, "kind"), "no_column");
    assert!(text(missing, "text").contains("Path"), "{missing}");
}

#[test]
fn the_state_is_the_same_in_every_format_and_with_any_number_of_threads() {
    let folder = temp();
    for name in ["mk-04-another-process", "mk-08-flood", "mk-18-sweep", "mk-05-in-use"] {
        let path = sample(&format!("signatures/{name}.csv"));
        let essence = |path: &Path, arguments: &[&str]| {
            let (status, report) = with(arguments, path);
            let judged: Vec<(String, u64)> = list(&report, "processes")
                .iter()
                .map(|it| (text(it, "name").to_string(), it["events"].as_u64().unwrap()))
                .collect();
            (status, verdict(&report, "state").to_string(), judged)
        };
        let want = essence(&path, &[]);
        assert_eq!(essence(&path, &["--threads", "1"]), want, "{name}");
        let packed = write(folder.path(), "packed.gz", gzip(&read(&path)));
        assert_eq!(essence(&packed, &[]), want, "{name}");
        for end in ["xml", "pml"] {
            let other = folder.path().join(format!("{name}.{end}"));
            let arguments = ["convert", "-q", "--tz", "UTC", "--date-order", "mdy", "-o"];
            let mut arguments: Vec<_> = arguments.iter().map(std::ffi::OsString::from).collect();
            arguments.extend([other.clone().into_os_string(), path.clone().into_os_string()]);
            assert_eq!(run(&arguments).status, 0);
            assert_eq!(essence(&other, &[]), want, "{name} as {end}");
        }
    }
}

#[test]
fn every_command_takes_names_patterns_and_pids() {
    let folder = temp();
    let path = key(IIS);
    let mut rows = healthy(&path).to_vec();
    rows.push(denied(&path));
    rows.push(("6120", "7", "", "ReadFile", r"C:\x", "SUCCESS", ""));
    let file = capture(folder.path(), "both.csv", &rows);
    for (patterns, want) in [
        (&["inetinfo.exe"][..], 4),
        (&["INETINFO"], 4),
        (&["inet*"], 4),
        (&["w3w?"], 1),
        // A PID, and a name of digits.
        (&["6120"], 2),
        (&["1200", "w3wp"], 5),
        (&["*"], 6),
        (&["*", "w3wp"], 6),
        (&["w3"], 0),
        (&["inet?"], 0),
    ] {
        let mut flags = Vec::new();
        patterns.iter().for_each(|pattern| flags.extend(["-p", pattern]));
        let command = |command: &[&str]| {
            let mut all: Vec<&std::ffi::OsStr> = command.iter().map(AsRef::as_ref).collect();
            all.extend(flags.iter().map(std::ffi::OsStr::new));
            all.push(file.as_os_str());
            run(&all)
        };
        let events = command(&["events", "-q", "-f", "jsonl", "--raw"]);
        assert_eq!((events.status, events.json_lines().len()), (0, want), "{patterns:?}");
        let info = command(&["info", "-q", "-f", "json"]).json();
        let counted: u64 =
            info.as_array().unwrap().iter().map(|it| it["events_counted"].as_u64().unwrap()).sum();
        assert_eq!(counted, want as u64, "{patterns:?}: {info}");
        let stacks = command(&["stacks", "-f", "json"]);
        let noted = stacks.stderr.contains(&format!("{want} event"));
        assert_eq!(noted, want > 0, "{patterns:?}: {}", stacks.stderr);
        let converted = command(&["convert", "-q", "-o", "-", "-f", "csv"]);
        assert_eq!(converted.text().lines().count(), want + 1, "{patterns:?}");
    }
    // With other rules, both must agree.
    for pattern in ["inetinfo", "inet*", "1200"] {
        let arguments = ["-q", "-f", "jsonl", "-p", pattern, "--filter", "Operation is ReadFile"];
        let mut all: Vec<&std::ffi::OsStr> = vec!["events".as_ref()];
        all.extend(arguments.iter().map(|it| std::ffi::OsStr::new(*it)));
        all.push(file.as_os_str());
        assert_eq!(run(&all).json_lines().len(), 1, "{pattern}");
    }
    let tree = |pattern: &str| {
        let arguments = ["processes", "-q", "-f", "json", "-p", pattern];
        let mut all: Vec<&std::ffi::OsStr> = arguments.iter().map(AsRef::as_ref).collect();
        all.push(file.as_os_str());
        run(&all).json().as_array().unwrap().len()
    };
    assert_eq!(
        [tree("w3*"), tree("6120"), tree("inetinfo"), tree("?3"), tree("*")],
        [1, 2, 1, 0, 3]
    );
}
