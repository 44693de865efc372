//! Real captures, which are no part of the repository. The environment variable
//! `PROCMONKEY_CAPTURES` names their folder; without it these tests pass over.
//!
//! Nothing of their content stands here: what is expected is read from the rows
//! themselves, by a second and stricter parser.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::{Path, PathBuf};

use procmonkey_parser::{Event, Input, ReadOptions};
use serde_json::Value;

use common::*;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Every CSV capture, with its unpacked bytes.
fn all() -> Vec<(PathBuf, Vec<u8>)> {
    let Some(folder) = captures() else { return Vec::new() };
    let names = names_in(&folder).into_iter().filter(|name| name.ends_with(".CSV.gz"));
    let paths: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
    assert!(!paths.is_empty(), "no .CSV.gz in {}", folder.display());
    let unpacked = |path: PathBuf| {
        let bytes = gunzip(&path);
        (path, bytes)
    };
    paths.into_iter().map(unpacked).collect()
}

/// Takes a CSV apart as Procmon writes it, and panics at anything else: every
/// field quoted, inner quotes doubled, CRLF or LF behind each record.
fn strict(csv: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut rest = csv.strip_prefix(MARK).expect("a byte order mark");
    let (mut records, mut record) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        rest = rest.strip_prefix(b"\"").expect("a quote before the field");
        let mut field = Vec::new();
        loop {
            let quote = rest.iter().position(|byte| *byte == b'"').expect("a quote behind it");
            field.extend_from_slice(&rest[..quote]);
            rest = &rest[quote + 1..];
            match rest.strip_prefix(b"\"") {
                Some(behind) => rest = behind,
                None => break,
            }
            field.push(b'"');
        }
        record.push(field);
        if let Some(behind) = rest.strip_prefix(b",") {
            rest = behind;
            continue;
        }
        let behind = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"));
        rest = behind.expect("a line end behind the record");
        records.push(std::mem::take(&mut record));
    }
    assert!(record.is_empty(), "the last record is open");
    records
}

/// The records as Procmon writes them.
fn to_csv(records: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut csv = MARK.to_vec();
    for record in records {
        for (index, field) in record.iter().enumerate() {
            csv.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
            field.iter().for_each(|byte| match byte {
                b'"' => csv.extend_from_slice(b"\"\""),
                _ => csv.push(*byte),
            });
            csv.push(b'"');
        }
        csv.extend_from_slice(b"\r\n");
    }
    csv
}

#[test]
fn every_field_of_every_record_is_what_a_strict_parser_reads() {
    for (path, bytes) in all() {
        let records = strict(&bytes);
        let mut input = Input::open(&path, &ReadOptions::new()).unwrap();
        let mut capture = input.next_capture().unwrap().unwrap();
        let headers: Vec<&[u8]> = capture.columns().names().map(str::as_bytes).collect();
        assert_eq!(headers, records[0], "{}", path.display());
        let mut event = Event::default();
        for (number, record) in (1u64..).zip(&records[1..]) {
            assert!(capture.read_event(&mut event).unwrap(), "{} ends early", path.display());
            assert_eq!(event.number(), number);
            for (index, field) in record.iter().enumerate() {
                let same = event.field(index).as_deref() == Some(&field[..]);
                assert!(same, "{}, record {number}, field {index}", path.display());
            }
            assert_eq!(event.field(record.len()), None, "{}, record {number}", path.display());
        }
        assert!(!capture.read_event(&mut event).unwrap(), "{} has more", path.display());
        assert_eq!(capture.losses().count(), 0, "{}", path.display());
    }
}

#[test]
fn an_export_comes_out_byte_for_byte() {
    for (path, bytes) in all() {
        let run = run(&["events".as_ref(), "-f".as_ref(), "csv".as_ref(), path.as_os_str()]);
        assert_eq!(run.status, 0, "{}: {}", path.display(), run.stderr);
        // One of them was saved with LF, as git does it; Procmon writes CRLF. Only
        // the ends of records may differ, never a line feed inside a field.
        let want = to_csv(&strict(&bytes));
        assert!(run.stdout == want, "{} differs", path.display());
        if want.len() == bytes.len() {
            assert!(run.stdout == bytes, "{} differs", path.display());
        }
    }
}

/// The rows in which a process asks for MachineGuid: event numbers and the values.
fn rows_of_guid(path: &Path, process: &str) -> (Vec<u64>, Vec<String>) {
    let records = strict(&gunzip(path));
    let column = |name: &str| records[0].iter().position(|field| field == name.as_bytes()).unwrap();
    let (name, path, detail) = (column("Process Name"), column("Path"), column("Detail"));
    let (mut events, mut values) = (Vec::new(), Vec::new());
    for (number, record) in (1..).zip(&records[1..]) {
        if record[name] != process.as_bytes() || !record[path].ends_with(b"\\MachineGuid") {
            continue;
        }
        events.push(number);
        let detail = String::from_utf8_lossy(&record[detail]);
        if let Some((_, value)) = detail.split_once("Data: ") {
            values.push(value.to_string());
        }
    }
    values.dedup();
    (events, values)
}

/// What a capture has beside the registry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    /// Events on files: it shows that no key file was touched.
    Files,
    /// Nothing: it does not show that.
    RegistryAlone,
}

/// One read of the value, no key file, nothing wrong.
fn check_lonely_read(file: &str, process: &str, events: Option<[u64; 4]>, has: Has) {
    let Some(path) = captures().map(|folder| folder.join(file)) else { return };
    let (rows, values) = rows_of_guid(&path, process);
    assert_eq!((rows.len(), values.len()), (4, 1), "{file}: {rows:?}");
    if let Some(events) = events {
        assert_eq!(rows, events, "{file}");
    }
    let (status, report) = analyze(&["--process".as_ref(), process.as_ref(), path.as_os_str()]);
    assert_eq!(status, if has == Has::Files { 0 } else { 4 }, "{file}");
    let reads = list(&report, "machine_guid_reads");
    assert_eq!(reads.len(), 1, "{file}: {reads:?}");
    assert_eq!(numbers(&reads[0], "events"), rows, "{file}");
    assert_eq!(text(&reads[0], "value"), values[0], "{file}");
    assert_eq!(values[0].len(), 36, "{file}");
    assert_eq!(reads[0]["full_chain"], true, "{file}");
    assert!(list(&report, "key_files").is_empty(), "{file}");
    match has {
        Has::Files => assert_eq!(findings(&report), [("MK-14", "info")], "{file}"),
        Has::RegistryAlone => assert!(findings(&report).is_empty(), "{file}"),
    }
}

#[test]
fn four_rows_of_the_provider_are_one_read_on_windows_10() {
    let events = [20811, 20812, 20813, 20814];
    check_lonely_read(
        "LogFileUTC64Registry.CSV.gz",
        "LocalBridge.exe",
        Some(events),
        Has::RegistryAlone,
    );
}

#[test]
fn four_rows_of_the_provider_are_one_read_on_windows_7() {
    check_lonely_read("LogfileTests32bitUTC.CSV.gz", "DllHost.exe", None, Has::Files);
}

/// The native log that an export was made from.
fn native(export: &Path) -> Option<PathBuf> {
    let stem = export.file_name()?.to_str()?.strip_suffix(".CSV.gz")?;
    let ends = [".PML.gz", ".v7.PML.gz"];
    let paths = ends.map(|end| export.with_file_name(format!("{stem}{end}")));
    paths.into_iter().find(|path| path.exists())
}

/// What has to be the same in a native log and its export. A log knows its zone,
/// and threads that an export may hide.
fn essence(report: &Value) -> Vec<Value> {
    let keys = ["time", "time_quality", "tid", "process_index"];
    ["findings", "machine_guid_reads", "key_files", "containers"]
        .map(|section| without(report[section].clone(), &keys))
        .into()
}

/// Nothing is wrong; and it is not said to be well where nobody was at a key file.
fn check_status(status: i32, report: &Value, path: &Path) {
    let state = text(&report["verdict"], "state");
    let judged = !list(&report["verdict"], "judged").is_empty();
    let noted = !list(report, "findings").is_empty();
    let want = match (noted, judged) {
        (true, _) => (0, "note"),
        (false, true) => (0, "nothing_known"),
        (false, false) => (4, "not_judged"),
    };
    assert_eq!((status, state), want, "{}", path.display());
}

#[test]
fn nothing_is_wrong_with_any_of_them_whatever_their_format() {
    let mut logs = 0;
    for (path, _) in all() {
        let (status, report) = analyze(&["-p".as_ref(), "*".as_ref(), path.as_os_str()]);
        let flagged: Vec<_> =
            findings(&report).into_iter().filter(|(_, severity)| *severity != "info").collect();
        assert!(flagged.is_empty(), "{}: {flagged:?}", path.display());
        check_status(status, &report, &path);
        // Nor with whoever is met at the keys.
        let (status, usual) = analyze(&[&path]);
        let flagged: Vec<_> =
            findings(&usual).into_iter().filter(|(_, severity)| *severity != "info").collect();
        assert!(flagged.is_empty(), "{}: {flagged:?}", path.display());
        check_status(status, &usual, &path);
        let capture = &report["captures"][0];
        assert_eq!(capture["events_kept"], capture["events_read"], "{}", path.display());
        let Some(log) = native(&path) else { continue };
        logs += 1;
        let (_, native) = analyze(&["-p".as_ref(), "*".as_ref(), log.as_os_str()]);
        assert_eq!(capture["events_read"], native["captures"][0]["events_read"]);
        assert_eq!(essence(&report), essence(&native), "{}", log.display());
    }
    assert!(captures().is_none() || logs > 0, "no log beside any export");
}

#[test]
fn a_capture_without_the_process_says_whose_events_it_has() {
    for (path, _) in all() {
        let (_, report) = analyze(&[&path]);
        let capture = &report["captures"][0];
        assert_ne!(capture["events_read"], 0, "{}", path.display());
        assert!(list(&report, "processes").iter().all(|it| it["judged_as"] == "at_the_keys"));
        let remarks: Vec<_> =
            list(capture, "remarks").iter().filter_map(|remark| remark.as_str()).collect();
        let most = text(&capture["processes"][0], "name");
        let told = remarks.iter().find(|remark| remark.contains("no inetinfo.exe event"));
        assert!(told.is_some_and(|told| told.contains(most)), "{}: {remarks:?}", path.display());
    }
}

#[test]
fn captures_of_several_computers_together_are_no_change_of_machine_guid() {
    let exports: Vec<PathBuf> = all().into_iter().map(|(path, _)| path).collect();
    let logs: Vec<PathBuf> = exports.iter().filter_map(|path| native(path)).collect();
    let both = [exports.clone(), logs.clone()].concat();
    for paths in [exports, logs, both] {
        if paths.is_empty() {
            assert!(captures().is_none());
            continue;
        }
        for scope in [&[][..], &["-p", "*"]] {
            let mut arguments: Vec<std::ffi::OsString> = scope.iter().map(Into::into).collect();
            arguments.extend(paths.iter().map(|path| path.clone().into_os_string()));
            let (_, report) = analyze(&arguments);
            let flagged: Vec<_> =
                findings(&report).into_iter().filter(|it| it.1 != "info").collect();
            assert!(flagged.is_empty(), "{arguments:?}: {flagged:?}");
            // They are of three: it is said which are not compared with each other.
            let remarks = report["captures"].to_string();
            assert!(remarks.contains("it is of another computer"), "{arguments:?}");
        }
    }
}
