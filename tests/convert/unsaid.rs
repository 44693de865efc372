//! What an export does not say: it is asked for, all at once, or settled by the whole file, and
//! never made up. And what Procmon says in its own way comes back in it.

use std::path::Path;

use crate::common::*;
use crate::{NOTHING, convert, converted, rows};

const COLUMNS: [&str; 7] =
    ["Time of Day", "Process Name", "PID", "Operation", "Path", "Result", "Detail"];

/// An export of these operations, each with a path, a result and a Detail.
fn export(events: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let times: Vec<String> =
        (0..events.len()).map(|number| format!("7:00:00.{number:07} AM")).collect();
    let mut all = vec![COLUMNS.to_vec()];
    for ((operation, path, result, detail), time) in events.iter().zip(&times) {
        all.push(vec![&time[..], "demo.exe", "4", operation, path, result, detail]);
    }
    csv(&all)
}

/// The export as a native log, read back with these flags: the rows, and what was said.
fn there_and_back(bytes: &[u8], there: &[&str], back: &[&str]) -> (Vec<Vec<String>>, String) {
    let folder = temp();
    let input = write(folder.path(), "in.csv", bytes);
    let native = folder.path().join("out.pml");
    let (_, said) = converted(&input, &native, there);
    let flags = [&["--columns", "default", "-f", "csv"][..], back].concat();
    let (bytes, _) = converted(&native, Path::new("-"), &flags);
    let all = rows(&bytes);
    let rows = all[1..].iter().map(|row| row.iter().map(|it| it.to_string()).collect());
    (rows.collect(), said)
}

const KNOWN: [&str; 4] = ["--tz", "UTC", "--date", "2026-01-02"];

/// The Detail of each row that came back, and how many losses were told.
fn details(events: &[(&str, &str, &str, &str)], there: &[&str], back: &[&str]) -> Vec<String> {
    let (rows, said) = there_and_back(&export(events), there, back);
    assert!(!said.contains("could not be read"), "{said}");
    rows.into_iter().map(|row| row[6].clone()).collect()
}

fn times(date: &str) -> String {
    format!(
        "CreationTime: {date}, LastAccessTime: {date}, LastWriteTime: {date}, ChangeTime: {date}, \
         FileAttributes: A"
    )
}

#[test]
fn what_is_missing_is_asked_for_all_at_once() {
    let folder = temp();
    let open = times("3/4/2026 7:00:00 AM");
    let event = ("SetBasicInformationFile", "C:\\a", "SUCCESS", &open[..]);
    let input = write(folder.path(), "in.csv", export(&[event]));
    let output = folder.path().join("out.pml");
    let (zone, date, order) = (["--tz", "UTC"], ["--date", "2026-03-04"], ["--date-order", "mdy"]);
    for given in 0..8 {
        let parts = [&zone[..], &date, &order];
        let chosen = (0..3).filter(|part| given >> part & 1 == 1).map(|part| parts[part]);
        let flags: Vec<&str> = chosen.flatten().copied().collect();
        let piped = ["convert", "-", "-o", output.to_str().unwrap()];
        for is_piped in [false, true] {
            let run = match is_piped {
                false => convert(&input, &output, &flags),
                true => run_with_input(&[&piped[..], &flags].concat(), &read(&input)),
            };
            assert_eq!(run.status, if given == 7 { 0 } else { 2 }, "{flags:?}: {}", run.stderr);
            assert_eq!(output.exists(), given == 7, "{flags:?}");
            let _ = std::fs::remove_file(&output);
            for (part, flag) in ["--tz ", "--date ", "--date-order "].into_iter().enumerate() {
                let is_asked = run.stderr.contains(flag);
                assert_eq!(is_asked, given >> part & 1 == 0, "{flag}: {}", run.stderr);
            }
            assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        }
    }
}

/// A file whose times are set.
fn event(detail: &str) -> (&str, &str, &str, &str) {
    ("SetBasicInformationFile", "C:\\a", "SUCCESS", detail)
}

#[test]
fn the_dates_of_the_whole_file_settle_those_of_each_detail() {
    let [open, month_first] = ["3/4/2026 7:00:00 AM", "3/31/2026 7:00:00 AM"].map(times);
    let found = details(&[event(&open), event(&month_first)], &KNOWN, &NOTHING);
    assert_eq!(found, [open.clone(), month_first.clone()]);
    // Also where only a later one is written.
    let (rows, _) = there_and_back(
        &export(&[event(&open), event(&month_first)]),
        &[&KNOWN[..], &["--filter", "Detail contains 3/4/2026"]].concat(),
        &NOTHING,
    );
    assert_eq!(rows.iter().map(|row| &row[6]).collect::<Vec<_>>(), [&open]);
    let day_first = times("31/3/2026 7:00:00");
    let found = details(&[event(&times("3/4/2026 7:00:00")), event(&day_first)], &KNOWN, &NOTHING);
    assert_eq!(found, [times("4/3/2026 7:00:00 AM"), times("3/31/2026 7:00:00 AM")]);
    // Dots are never month-first.
    let found = details(&[event(&times("11.07.2023 18:45:31"))], &KNOWN, &NOTHING);
    assert_eq!(found, [times("7/11/2023 6:45:31 PM")]);
}

#[test]
fn file_times_have_the_offset_of_the_capture_whatever_their_date() {
    let of = |date: &str| export(&[event(&times(date))]);
    let shown = |bytes: &[u8], there: [&str; 2], back: [&str; 2]| {
        let there = ["--tz", there[0], "--date", there[1], "--date-order", "mdy"];
        let (rows, said) = there_and_back(bytes, &there, &["--tz", back[0]]);
        assert!(!said.contains("could not be read"), "{said}");
        assert_eq!(rows[0][6], times(back[1]), "{there:?}");
    };
    let (june, january) = ("2025-06-25", "2025-01-25");
    let (winter, zero) = (of("1/15/2024 9:00:00 AM"), of("1/1/1601 12:00:00 AM"));
    shown(&winter, ["UTC", june], ["Europe/Berlin", "1/15/2024 11:00:00 AM"]);
    shown(&winter, ["UTC", january], ["Europe/Berlin", "1/15/2024 10:00:00 AM"]);
    shown(&zero, ["UTC", june], ["Europe/Berlin", "1/1/1601 2:00:00 AM"]);
    // And the other way round.
    shown(&winter, ["Europe/Berlin", june], ["UTC", "1/15/2024 7:00:00 AM"]);
    shown(&winter, ["Europe/Berlin", june], ["Europe/Berlin", "1/15/2024 9:00:00 AM"]);
    shown(&of("1/1/1601 2:00:00 AM"), ["Europe/Berlin", june], ["UTC", "1/1/1601 12:00:00 AM"]);
}

#[test]
fn names_of_newer_versions_come_back() {
    let events = [
        ("RegOpenKey", "HKLM\\a", "REPARSE GLOBAL", "Desired Access: Query Value"),
        ("CreatePipe", "C:\\a", "PIPE BUSY", ""),
        ("FlushBuffersFile", "C:\\a", "STORAGE RESERVE NOT EMPTY", ""),
        ("FileSystemControl", "C:\\a", "SUCCESS", "Control: CSC_FSCTL_OPERATION_QUERY_HANDLE"),
        ("DeviceIoControl", "C:\\a", "SUCCESS", "Control: IOCTL_VOLSNAP_QUERY_EPIC"),
    ];
    let (rows, said) = there_and_back(&export(&events), &KNOWN, &NOTHING);
    for (row, (operation, path, result, detail)) in rows.iter().zip(events) {
        assert_eq!(row[3..], [operation, path, result, detail]);
    }
    assert_eq!(said.lines().count(), 1, "{said}");
    // An older version prints numbers.
    let (rows, _) = there_and_back(&export(&events), &KNOWN, &["--as-procmon", "3.60"]);
    let results: Vec<_> = rows.iter().map(|row| &row[5][..]).collect();
    assert_eq!(results, ["0x368", "PIPE BUSY", "0xC00004B0", "SUCCESS", "SUCCESS"]);
    assert_eq!(rows[3][6], "Control: 0x901af (Device:0x9 Function:107 Method: 3)");
}

#[test]
fn advanced_output_comes_back_with_its_types() {
    let standard = "AllocationSize: 24,576, EndOfFile: 24,141, NumberOfLinks: 1, \
                    DeletePending: False, Directory: False";
    let (query, delete) = (
        format!("Type: QueryStandardInformationFile, {standard}"),
        "Type: SetDispositionInformationFile, Delete: True",
    );
    let listing = "Type: QueryDirectory, FileInformationClass: FileBothDirectoryInformation, \
                   Filter: *, 3: a, 4: b";
    let events = [
        ("FASTIO_QUERY_INFORMATION", "C:\\a", "SUCCESS", &query[..]),
        ("IRP_MJ_QUERY_INFORMATION", "C:\\a", "SUCCESS", &query[..]),
        ("IRP_MJ_QUERY_INFORMATION", "C:\\a", "BUFFER OVERFLOW", "Type: QueryAllInformationFile"),
        ("IRP_MJ_SET_INFORMATION", "C:\\a", "SUCCESS", delete),
        (
            "IRP_MJ_QUERY_VOLUME_INFORMATION",
            "C:\\a",
            "SUCCESS",
            "Type: QueryLabelInformationVolume",
        ),
        ("IRP_MJ_DIRECTORY_CONTROL", "C:\\a\\*", "SUCCESS", listing),
        ("FASTIO_NETWORK_QUERY_OPEN", "C:\\a", "FAST IO DISALLOWED", ""),
        ("FASTIO_READ", "C:\\a", "SUCCESS", "Offset: 0, Length: 8"),
        (
            "IRP_MJ_LOCK_CONTROL",
            "C:\\a",
            "SUCCESS",
            "Exclusive: True, Offset: 0, Length: 1, Fail Immediately: True",
        ),
        ("FASTIO_UNLOCK_SINGLE", "C:\\a", "SUCCESS", "Offset: 0, Length: 1"),
        ("IRP_MJ_CLEANUP", "C:\\a", "SUCCESS", ""),
        ("IRP_MJ_CLOSE", "C:\\a", "SUCCESS", ""),
    ];
    let (rows, said) = there_and_back(&export(&events), &KNOWN, &["--advanced-output"]);
    for (row, (operation, path, result, detail)) in rows.iter().zip(events) {
        assert_eq!(row[3..], [operation, path, result, detail]);
    }
    assert_eq!(said.lines().count(), 1, "{said}");
    // Without Advanced Output, the same operations have their usual names, and no Type.
    let (rows, _) = there_and_back(&export(&events), &KNOWN, &NOTHING);
    assert_eq!(rows[0][3..7], ["QueryStandardInformationFile", "C:\\a", "SUCCESS", standard]);
    assert_eq!(
        rows[3][3..7],
        ["SetDispositionInformationFile", "C:\\a", "SUCCESS", "Delete: True"]
    );
    assert_eq!(rows[6][3], "QueryOpen");
    assert_eq!(rows[9][3], "UnlockFileSingle");
}

#[test]
fn queries_without_fields_stay_without() {
    let mut events = Vec::new();
    for operation in [
        "QueryAllInformationFile",
        "QueryBasicInformationFile",
        "QueryNameInformationFile",
        "QueryNetworkOpenInformationFile",
        "QueryOpen",
        "QueryEAFile",
        "QueryInformationVolume",
        "QueryAttributeInformationVolume",
        "QueryStreamInformationFile",
    ] {
        for result in ["BUFFER OVERFLOW", "BUFFER TOO SMALL", "SUCCESS", "NAME NOT FOUND"] {
            events.push((operation, "C:\\a", result, ""));
        }
    }
    for detail in [
        "Length: 12",
        "Type: REG_SZ, Length: 144",
        "Type: REG_DWORD, Length: 4",
        "Type: REG_MULTI_SZ, Length: 20",
        "Type: REG_SZ, Length: 2, Data: ",
        "Type: REG_DWORD, Length: 4, Data: 7",
    ] {
        events.push(("RegQueryValue", "HKLM\\a", "BUFFER OVERFLOW", detail));
    }
    events.push(("RegQueryKey", "HKLM\\a", "BUFFER OVERFLOW", "Query: Name, Length: 12"));
    events.push(("RegEnumValue", "HKLM\\a", "BUFFER OVERFLOW", "Index: 0, Length: 12"));
    let found = details(&events, &KNOWN, &NOTHING);
    let want: Vec<_> = events.iter().map(|event| event.3).collect();
    assert_eq!(found, want);
}

#[test]
fn what_is_not_known_is_listed_by_name_and_number_with_an_event() {
    let folder = temp();
    let unknown = ("NoSuchOperation", "C:\\a", "SUCCESS", "");
    let known = ("CloseFile", "C:\\a", "SUCCESS", "");
    let input = write(folder.path(), "in.csv", export(&[known, unknown, known, unknown]));
    let native = folder.path().join("out.pml");
    let flags = [&KNOWN[..], &["-q"]].concat();
    assert_eq!(convert(&input, &native, &flags).status, 4, "the name is lost");
    let path = native.to_str().unwrap();
    let info = run(&["info", "-f", "json", path]).json();
    let losses = &info[0]["losses"];
    assert_eq!((&losses["count"], &losses["unknown"]), (&0.into(), &2.into()));
    let kinds = list(losses, "unknown_kinds");
    assert_eq!(kinds.len(), 1, "{losses}");
    assert_eq!((&kinds[0]["count"], &kinds[0]["record"]), (&2.into(), &2.into()));
    let what = text(&kinds[0], "what");
    assert!(what.starts_with("operation ") && what.contains("of class 3 (File System)"), "{what}");
    let page = run(&["info", path]);
    assert!(page.text().contains("2 times, for example event 2"), "{}", page.text());
    let (quiet, all) = (run(&["events", path]), run(&["events", "-v", path]));
    assert!(quiet.stderr.contains("2 things of a kind not known"), "{}", quiet.stderr);
    assert!(!quiet.stderr.contains(what), "{}", quiet.stderr);
    assert!(all.stderr.contains(&format!("2 times {what}")), "{}", all.stderr);
}

#[test]
fn bounds_that_let_everything_through_are_told() {
    let folder = temp();
    let input = write(folder.path(), "in.csv", export(&[event(&times("1/31/2026 7:00:00 AM"))]));
    let path = input.to_str().unwrap();
    let told = |rules: &[&str]| {
        let run = run(&[&["events", path], rules].concat());
        run.stderr.contains("alternatives, as in Procmon")
    };
    assert!(told(&["--filter", "PID more than 1", "--filter", "PID less than 9"]));
    assert!(told(&["--exclude", "Path is not a", "--exclude", "Path is not b"]));
    assert!(!told(&["--exclude", "PID less than 1", "--exclude", "PID more than 9"]));
}
