//! `cross-reference`: the same paths in every format, and those that the rows have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::common::*;
use crate::expect_status;

const FORMATS: [&str; 3] = ["csv", "xml", "pml"];

fn shared(format: &str, arguments: &[&str]) -> Value {
    let path = sample(&format!("first-start.{format}"));
    let mut all = vec!["cross-reference", "-f", "json", path.to_str().unwrap()];
    all.extend(arguments);
    let run = run(&all);
    expect_status(&run, 0, arguments.join(" "));
    run.json()
}

/// The paths of the rows, in small letters, that one process writes and another one reads, by the column Category,
/// with the PIDs of both.
fn in_rows() -> BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> {
    let bytes = read(sample("first-start.csv"));
    let mut reader = csv::Reader::from_reader(&bytes[3..]);
    let mut paths: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for row in reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap) {
        let (writers, readers) = paths.entry(row["Path"].to_lowercase()).or_default();
        match (&row["Category"][..], &row["Result"][..]) {
            ("Write", "SUCCESS") => writers.insert(row["PID"].clone()),
            ("Read", "SUCCESS" | "BUFFER OVERFLOW") => readers.insert(row["PID"].clone()),
            _ => false,
        };
    }
    paths.retain(|_, (writers, readers)| {
        writers.iter().any(|writer| readers.iter().any(|reader| reader != writer))
    });
    paths
}

#[test]
fn what_setup_writes_and_the_service_reads_is_found_in_every_format() {
    let want = in_rows();
    assert!(want.len() > 4);
    for format in FORMATS {
        let found = shared(format, &[]);
        let pids = |users: &Value| -> BTreeSet<String> {
            users.as_array().unwrap().iter().map(|user| user["pid"].to_string()).collect()
        };
        let paths: BTreeMap<_, _> = (found.as_array().unwrap().iter())
            .map(|it| {
                (text(it, "path").to_lowercase(), (pids(&it["writers"]), pids(&it["readers"])))
            })
            .collect();
        assert_eq!(paths, want, "{format}");
        let path = r"HKLM\SYSTEM\CurrentControlSet\Services\IISADMIN\ImagePath";
        let one = found.as_array().unwrap().iter();
        let one = one.into_iter().find(|it| text(it, "path").eq_ignore_ascii_case(path)).unwrap();
        assert_eq!(one["writers"], json!([{"process": "iissetup.exe", "pid": 3268, "events": 1}]));
        assert_eq!(one["readers"], json!([{"process": "services.exe", "pid": 620, "events": 2}]));
        assert_eq!(one["events"], 3, "{format}");
    }
}

#[test]
fn paths_are_filtered_sorted_cut_and_written_in_each_form() {
    let path = sample("first-start.csv");
    let path = path.to_str().unwrap();
    let run = |arguments: &[&str]| run(&[&["cross-reference", path][..], arguments].concat());
    let csv = run(&["--filter", "Path ends with ImagePath", "-f", "csv"]);
    let row = "\"Path\",\"Events\",\"Writers\",\"Readers\"\r\n\
        \"HKLM\\System\\CurrentControlSet\\Services\\IISADMIN\\ImagePath\",\"3\",\
        \"iissetup.exe (3268)\",\"services.exe (620)\"\r\n";
    assert_eq!(csv.text().to_lowercase(), row.to_lowercase());
    // With one process only, nothing is written by one and read by another.
    let one = run(&["-p", "iissetup"]);
    expect_status(&one, 0, "one process");
    assert!(one.text().contains("No path is written by one process and read by another."));
    let top = run(&["--top", "2", "--sort", "-Path", "-f", "jsonl"]);
    let paths: Vec<_> = top.json_lines().iter().map(|it| text(it, "path").to_lowercase()).collect();
    let mut all: Vec<_> = in_rows().into_keys().collect();
    all.reverse();
    assert_eq!(paths, all[..2]);
    assert!(top.stderr.contains(&format!("2 of {} paths", all.len())), "{}", top.stderr);
    assert!(run(&["-f", "markdown"]).text().starts_with("| Path | Events | Writers | Readers |"));
    let refused = run(&["--sort", "Writer"]);
    expect_status(&refused, 2, "--sort");
    assert!(refused.stderr.contains("did you mean Writers?"), "{}", refused.stderr);
}

#[test]
fn what_has_no_room_is_said_and_ends_with_4() {
    for format in FORMATS {
        let path = sample(&format!("first-start.{format}"));
        let path = path.to_str().unwrap();
        let little = run(&["cross-reference", path, "--limit", "gathered=500"]);
        expect_status(&little, 4, format);
        assert!(little.stderr.contains("of further paths or processes left out"), "{format}");
        expect_status(&run(&["cross-reference", path, "--limit", "gathered=1MiB"]), 0, format);
    }
}

#[test]
fn a_rule_that_removes_everything_is_named() {
    let path = sample("first-start.csv");
    let run = run(&["cross-reference", path.to_str().unwrap(), "-p", "iissetp"]);
    expect_status(&run, 0, "a slip");
    assert!(run.stderr.contains("did you mean iissetup.exe?"), "{}", run.stderr);
}
