//! `procmonkey compare`: the answer is the same through every format, and the
//! captures that cannot be compared are told.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use common::*;

fn compare<A: AsRef<OsStr>>(arguments: &[A]) -> (i32, Value) {
    let mut all: Vec<&OsStr> = ["compare", "-q", "-f", "json"].map(OsStr::new).to_vec();
    all.extend(arguments.iter().map(AsRef::as_ref));
    let run = run(&all);
    let comparison = run.json();
    check(&comparison);
    (run.status, comparison)
}

fn validator() -> jsonschema::Validator {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schema: Value = serde_json::from_slice(&read(folder.join("compare.schema.json"))).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    // It refers to the schema of a report that stands beside it.
    let report: Value = serde_json::from_slice(&read(folder.join("report.schema.json"))).unwrap();
    let report = jsonschema::Resource::from_contents(report);
    let registry = jsonschema::Registry::new().add("json-schema:///report.schema.json", report);
    let registry = registry.unwrap().prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(&schema).unwrap()
}

fn check(comparison: &Value) {
    let errors: Vec<_> = validator()
        .iter_errors(comparison)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// The values of MachineGuid of the good side, then those of the bad one.
fn values(comparison: &Value) -> Vec<&str> {
    let guids = &comparison["machine_guids"];
    let sides = list(guids, "good").iter().chain(list(guids, "bad"));
    sides.map(|read| text(read, "guid")).collect()
}

#[test]
fn the_changed_guid_shows_as_a_key_file_that_is_not_found_in_every_format() {
    let mut answers: Vec<Value> = Vec::new();
    for good in ["restart.csv", "restart.xml", "restart.pml"] {
        for bad in ["guid-changed.csv", "guid-changed.xml", "guid-changed.pml"] {
            let (status, comparison) = compare(&[sample(good), sample(bad)]);
            assert_eq!((status, text(&comparison, "outcome")), (1, "different"), "{good} {bad}");
            answers.push(without(comparison, &["good", "bad", "time"]));
            let (_, comparison) = compare(&[sample(good), sample(bad)]);
            let divergence = &comparison["start_ups"][0]["divergence"];
            assert_eq!(divergence["kind"], "other_result");
            assert_eq!(divergence["phase"], "key_files");
            for (side, event, guid, result) in
                [("good", 517, OLD, "SUCCESS (Opened)"), ("bad", 1673, NEW, "NAME NOT FOUND")]
            {
                let action = &divergence[side]["action"];
                assert_eq!((&action["event"], text(action, "result")), (&json!(event), result));
                assert!(
                    text(action, "path")
                        .ends_with(&format!("c2319c42033a5ca7f44e731bfd3fa2b5_{guid}"))
                );
                assert!(text(action, "time").contains(":53:05") || side == "bad");
            }
            assert_eq!(divergence["bad"]["after"][0]["result"], "SUCCESS (Created)");
            for (side, guid) in [("good", OLD), ("bad", NEW)] {
                let reads = list(&comparison["machine_guids"], side);
                assert_eq!((reads.len(), text(&reads[0], "guid")), (1, guid));
                assert_eq!(text(&reads[0], "process"), "inetinfo.exe");
            }
            let container = &comparison["containers"][0];
            assert_eq!((text(container, "name"), &container["matters"]), (METABASE, &json!(true)));
        }
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

/// What a page needs beside the first difference: both start-ups with their phases and steps,
/// the other differences, and the result in words.
#[test]
fn a_comparison_has_both_start_ups_and_says_in_words_where_they_part() {
    let (_, comparison) = compare(&[sample("restart.csv"), sample("guid-changed.csv")]);
    assert_eq!(text(&comparison, "headline"), "They part at a key file");
    let lead = text(&comparison, "lead");
    assert!(lead.contains("CreateFile of the key file of Microsoft Internet Information Server"));
    // The letters stand for the GUIDs, in the order of the captures.
    assert!(lead.contains("under A: SUCCESS (Opened) (event 517)"), "{lead}");
    assert!(lead.contains("NAME NOT FOUND under B (event 1673)"), "{lead}");
    let letters: Vec<&str> =
        list(&comparison, "guid_signs").iter().map(|sign| text(sign, "guid")).collect();
    assert_eq!(letters, [OLD, NEW]);
    let found = &comparison["bad_finding"];
    assert_eq!((text(found, "signature"), text(found, "severity")), ("MK-01", "error"));
    assert_eq!(found["also_in_good"], false);
    for (side, events, name) in [("good", 596, "restart.csv"), ("bad", 4055, "guid-changed.csv")] {
        let capture = &comparison[side];
        assert_eq!(capture["events_read"], events);
        assert!(text(capture, "path").ends_with(name));
    }
    let start_up = &comparison["start_ups"][0];
    let (good, bad) = (&start_up["good"], &start_up["bad"]);
    let phases = |side: &Value| -> Vec<String> {
        list(side, "phases").iter().map(|span| text(span, "phase").to_string()).collect()
    };
    assert!(phases(good).contains(&"services".to_string()), "{good}");
    assert!(!phases(bad).contains(&"services".to_string()) && phases(bad).contains(&"exit".into()));
    let steps = |side: &Value| -> Vec<String> {
        let own = list(side, "timeline").iter().filter(|entry| !entry["stem"].is_null());
        own.map(|entry| text(entry, "step").to_string()).collect()
    };
    assert!(steps(bad).starts_with(&["probed".into(), "created".into(), "written".into()]));
    assert!(!steps(good).contains(&"created".to_string()));
    let action = &start_up["divergence"]["bad"]["action"];
    assert_eq!(text(action, "stem"), "c2319c42033a5ca7f44e731bfd3fa2b5");
    assert_eq!((text(action, "container"), text(action, "guid")), (METABASE, NEW));
    // All differences are there, and so many as are counted.
    let differences = list(start_up, "differences");
    let of = |weight: &str| differences.iter().filter(|it| it["weight"] == weight).count() as u64;
    assert_eq!(start_up["further"].as_u64().unwrap(), of("further"));
    assert_eq!(start_up["minor"].as_u64().unwrap(), of("minor"));
    assert!(of("further") > 0 && start_up["differences_left_out"] == 0);
    let by_phase = list(start_up, "common_by_phase").iter();
    let common: u64 = by_phase.map(|it| it["actions"].as_u64().unwrap()).sum();
    assert_eq!(start_up["common"].as_u64().unwrap(), common);
}

#[test]
fn an_export_of_the_default_columns_gives_the_same_divergence() {
    for bad in ["guid-changed-default.csv", "guid-changed-default.xml"] {
        let (status, comparison) = compare(&[sample("restart.csv"), sample(bad)]);
        assert_eq!(status, 1);
        let divergence = &comparison["start_ups"][0]["divergence"];
        assert_eq!(divergence["bad"]["action"]["event"], 1673, "{bad}");
        assert_eq!(divergence["good"]["action"]["event"], 517, "{bad}");
    }
}

#[test]
fn one_capture_in_two_formats_or_locales_does_not_differ() {
    for (good, bad) in [
        ("restart.csv", "restart.csv"),
        ("restart.csv", "restart.pml"),
        ("restart.xml", "restart-de.csv"),
        ("guid-changed.csv", "guid-changed.pml"),
        ("guid-changed.xml", "guid-changed-default.csv"),
        ("restart.csv", "restart.txt"),
    ] {
        for process in ["inetinfo.exe", "*"] {
            if process == "*" && bad.ends_with(".txt") {
                continue;
            }
            let (good, bad) = (sample(good), sample(bad));
            let all = ["-p".as_ref(), process.as_ref(), good.as_os_str(), bad.as_os_str()];
            let (status, comparison) = compare(&all);
            assert_eq!((status, text(&comparison, "outcome")), (0, "same"), "{all:?}");
        }
    }
}

#[test]
fn a_page_fits_a_narrow_terminal_and_markdown_has_the_whole_names() {
    let (good, bad) = (sample("restart.csv"), sample("guid-changed.csv"));
    let output = procmonkey(&["compare".as_ref(), good.as_os_str(), bad.as_os_str()])
        .env("COLUMNS", "60")
        .output()
        .unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("NAME NOT"), "{page}");
    for line in page.lines().filter(|line| !line.contains("C:\\")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for format in ["markdown", "csv", "jsonl"] {
        let run = run(&[
            "compare".as_ref(),
            "-f".as_ref(),
            format.as_ref(),
            good.as_os_str(),
            bad.as_os_str(),
        ]);
        assert_eq!(run.status, 1, "{format}");
        assert!(
            run.text().contains("1673") && run.text().contains(NEW),
            "{format}: {}",
            run.text()
        );
    }
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = temp();
    let header = COLUMNS.to_vec();
    let row = vec!["1:00:00 PM", "w3wp.exe", "7", "CreateFile", r"C:\a", "SUCCESS", ""];
    let other = write(folder.path(), "other.csv", csv(&[header, row]));
    let (status, comparison) = compare(&[sample("restart.csv"), other]);
    assert_eq!((status, text(&comparison, "outcome")), (4, "not_comparable"));
    assert!(list(&comparison, "remarks")[0].as_str().unwrap().contains("only the good capture"));
    assert!(list(&comparison, "start_ups").is_empty());

    let run_of = |arguments: &[&Path]| {
        let mut all: Vec<&OsStr> = vec!["compare".as_ref()];
        all.extend(arguments.iter().map(|path| path.as_os_str()));
        run(&all)
    };
    let good = sample("restart.csv");
    let missing = folder.path().join("missing.csv");
    let unread = run_of(&[&good, &missing]);
    assert_eq!(unread.status, 3);
    assert!(unread.stderr.contains("missing.csv") && unread.stdout.is_empty());
    assert_eq!(run_of(&[&good]).status, 2);
    assert_eq!(run_of(&["-".as_ref(), "-".as_ref()]).status, 2);
    let bytes = read(&good);
    let packed = write(folder.path(), "two.zip", zip(&[("a.csv", &bytes), ("b.csv", &bytes)]));
    let two = run_of(&[&good, &packed]);
    assert_eq!(two.status, 2);
    assert!(two.stderr.contains("a.csv, b.csv"), "{}", two.stderr);
}

/// Events of a ticket, without the decisive ones: the GUID differs, and nothing is
/// made of the rows that are missing.
#[test]
fn pasted_events_differ_in_the_guid_and_not_in_what_they_leave_out() {
    let folder = temp();
    let key = format!(r"{FOLDER}\c2319c42033a5ca7f44e731bfd3fa2b5_{NEW}");
    let ticket = format!(
        "It does not come up any more. What we saw:\n\n\
         Event Class: Registry\nOperation: RegQueryValue\nResult: SUCCESS\n\
         Path: HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid\nType: REG_SZ\nLength: 74\n\n\
         Data: {NEW}\n\nand then\n\n\
         Event Class: File System\nOperation: CreateFile\nResult: SUCCESS\nPath: {key}\n\
         Desired Access: Generic Read\nDisposition: Open\nOpenResult: Opened\n\n"
    );
    let ticket = write(folder.path(), "ticket.txt", ticket);
    let (status, comparison) = compare(&[sample("restart.csv"), ticket]);
    assert_eq!((status, text(&comparison, "outcome")), (1, "different"));
    assert_eq!(comparison["start_ups"][0]["divergence"], Value::Null);
    assert_eq!(values(&comparison), [OLD, NEW]);
    assert_eq!(comparison["processes"], Value::Null);
    let metabase = &list(&comparison, "containers")[0];
    assert_eq!((text(metabase, "name"), &metabase["matters"]), (METABASE, &json!(true)));
    assert_eq!(comparison["containers"][1]["matters"], false);
    assert!(list(&comparison, "remarks")[0].as_str().unwrap().contains("not evidence"));
}

#[test]
fn the_schema_rejects_what_is_no_comparison() {
    let (_, comparison) = compare(&[sample("restart.csv"), sample("guid-changed.csv")]);
    for (pointer, value) in [
        ("/schema_version", json!(1)),
        ("/good/events_read", json!("596")),
        ("/bad_finding/severity", json!("info")),
        ("/start_ups/0/differences/0/weight", json!("more")),
        ("/start_ups/0/good/timeline/0/step", json!("seen")),
        ("/outcome", json!("equal")),
        ("/start_ups/0/good/first_event", json!(0)),
        ("/start_ups/0/divergence/kind", json!("result")),
        ("/start_ups/0/divergence/bad/action", json!("CreateFile")),
        ("/start_ups/0/phases/bad", json!(["crypto load"])),
        ("/containers/0/stem", json!("c2319")),
    ] {
        let mut changed = comparison.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        assert!(!validator().is_valid(&changed), "{pointer}");
    }
}

#[test]
fn real_captures_and_their_twins_do_not_differ() {
    let Some(folder) = captures() else { return };
    for (csv, pml) in [
        ("LogfileTests32bitUTC.CSV.gz", "LogfileTests32bitUTC.PML.gz"),
        ("LogFileUTC64Registry.CSV.gz", "LogFileUTC64Registry.PML.gz"),
        ("LogFileUTC64Process.CSV.gz", "LogFileUTC64Process.PML.gz"),
        ("LogFileUTC64Filesystem.CSV.gz", "LogFileUTC64Filesystem.PML.gz"),
    ] {
        let (csv, pml) = (folder.join(csv), folder.join(pml));
        let all = ["-p".as_ref(), "*".as_ref(), csv.as_os_str(), pml.as_os_str()];
        let (status, comparison) = compare(&all);
        assert_eq!((status, text(&comparison, "outcome")), (0, "same"), "{all:?}");
        assert!(!list(&comparison, "start_ups").is_empty());
    }
}

#[test]
fn a_good_capture_that_is_later_and_one_of_another_computer_are_told() {
    let remarks = |comparison: &Value| -> String {
        let all: Vec<_> =
            list(comparison, "remarks").iter().map(|it| it.as_str().unwrap()).collect();
        all.join("\n")
    };
    let (_, right) = compare(&[sample("restart.csv"), sample("guid-changed.csv")]);
    assert!(!remarks(&right).contains("later"), "{right}");
    let (status, turned) = compare(&[sample("guid-changed.csv"), sample("restart.csv")]);
    assert_eq!(status, 1);
    assert!(remarks(&turned).contains("the good capture is later than the bad one"), "{turned}");
    // Without dates, nothing is known of it.
    let (_, open) = compare(&[sample("guid-changed-default.csv"), sample("restart.csv")]);
    assert!(!remarks(&open).contains("later"), "{open}");
    // The same start on another computer: its GUIDs are others, and nothing differs.
    let folder = temp();
    let rows = String::from_utf8(read(sample("restart.csv"))).unwrap();
    let twin = |name: &str| rows.replace("COMPUTERNAME=WEB01", &format!("COMPUTERNAME={name}"));
    let other = twin("WEB02").replace(OLD, NEW);
    assert!(other.contains("COMPUTERNAME=WEB02") && other.contains(NEW));
    let other = write(folder.path(), "other.csv", other);
    let (status, two) = compare(&[sample("restart.csv"), other]);
    assert_eq!((status, text(&two, "outcome")), (0, "same"), "{two}");
    assert!(remarks(&two).contains("of two computers"), "{two}");
    assert_eq!(two["machine_guids"], Value::Null);
    // On one computer, the same is a difference.
    let same = write(folder.path(), "same.csv", twin("web01").replace(OLD, NEW));
    let (status, one) = compare(&[sample("restart.csv"), same]);
    assert_eq!((status, values(&one)), (1, vec![OLD, NEW]));
}

#[test]
fn paths_of_one_capture_only_are_those_that_the_rows_have() {
    let paths = |name: &str| {
        let bytes = read(sample(name));
        let mut reader = csv::Reader::from_reader(&bytes[3..]);
        let rows: Vec<BTreeMap<String, String>> =
            reader.deserialize().map(Result::unwrap).collect();
        let mut paths: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row["Path"].is_empty()) {
            *paths.entry(row["Path"].to_lowercase()).or_default() += 1;
        }
        paths
    };
    let (good, bad) = (paths("restart.csv"), paths("guid-changed.csv"));
    let mut want = Vec::new();
    for (own, other, side) in [(&good, &bad, "good"), (&bad, &good, "bad")] {
        for (path, events) in own.iter().filter(|(path, _)| !other.contains_key(*path)) {
            want.push((side.to_string(), path.clone(), *events));
        }
    }
    assert!(want.iter().any(|it| it.0 == "good") && want.iter().any(|it| it.0 == "bad"));
    for (one, other) in [("csv", "csv"), ("xml", "pml"), ("pml", "xml")] {
        let (one, other) = (format!("restart.{one}"), format!("guid-changed.{other}"));
        let run = run(&[
            "compare".as_ref(),
            "--paths".as_ref(),
            "-f".as_ref(),
            "json".as_ref(),
            sample(&one).as_os_str(),
            sample(&other).as_os_str(),
        ]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let listed = run.json();
        let listed = listed.as_array().unwrap().iter().map(|it| {
            let path = text(it, "path").to_lowercase();
            (text(it, "only_in").to_string(), path, it["events"].as_u64().unwrap())
        });
        assert_eq!(listed.collect::<Vec<_>>(), want, "{one} {other}");
    }
}

#[test]
fn paths_without_room_end_without_a_list() {
    let (one, other) = (sample("restart.csv"), sample("guid-changed.csv"));
    let (one, other) = (one.to_str().unwrap(), other.to_str().unwrap());
    let run = run(&["compare", "--paths", one, other, "--limit", "gathered=1000"]);
    assert_eq!((run.status, run.text()), (4, ""), "{}", run.stderr);
    assert!(run.stderr.contains("too many paths to hold"), "{}", run.stderr);
}
