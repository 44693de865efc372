//! The samples teach the case, so the program has to see in each of them what
//! their README says, in every format and however they are packed.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use common::*;

/// What one sample has to give.
struct Expected {
    files: &'static [&'static str],
    status: i32,
    findings: &'static [(&'static str, &'static str)],
    /// Event numbers of each logical read of MachineGuid.
    reads: &'static [&'static [u64]],
    containers: &'static [(&'static str, &'static [&'static str])],
}

const EXPECTED: [Expected; 5] = [
    Expected {
        files: &["first-start.csv", "first-start.xml", "first-start.pml"],
        status: 0,
        findings: &[],
        reads: &[&[479, 480, 481, 482], &[521, 522, 523, 524]],
        containers: &[(DCOM, &[OLD]), (METABASE, &[OLD])],
    },
    Expected {
        files: &["first-start.txt"],
        status: 0,
        findings: &[],
        reads: &[&[2]],
        containers: &[(DCOM, &[OLD]), (METABASE, &[OLD])],
    },
    Expected {
        files: &["restart.csv", "restart.xml", "restart.pml", "restart-de.csv", "restart-de.xml"],
        status: 0,
        findings: &[],
        reads: &[&[493, 494, 495, 496]],
        containers: &[(METABASE, &[OLD]), (DCOM, &[OLD])],
    },
    Expected {
        files: &["restart.txt"],
        status: 0,
        findings: &[],
        reads: &[&[1]],
        containers: &[(METABASE, &[OLD]), (DCOM, &[OLD])],
    },
    Expected {
        files: &[
            "guid-changed.csv",
            "guid-changed.xml",
            "guid-changed.pml",
            "guid-changed-default.csv",
            "guid-changed-default.xml",
        ],
        status: 1,
        findings: &[("MK-01", "error"), ("MK-17", "info")],
        reads: &[&[1636, 1637, 1638, 1639]],
        containers: &[(METABASE, &[NEW, OLD]), (DCOM, &[OLD]), ("TSSecKeySet1", &[OLD])],
    },
];

fn check(expected: &Expected, status: i32, report: &Value, what: &str) {
    let found = findings(report);
    // Further remarks of severity info may come with further signatures.
    let flagged = |list: &[(&str, &str)]| list.iter().filter(|row| row.1 != "info").count();
    assert_eq!(flagged(&found), flagged(expected.findings), "{what}: {found:?}");
    for row in expected.findings {
        assert!(found.contains(row), "{what}: {row:?} is not in {found:?}");
    }
    assert_eq!(status, expected.status, "{what}");
    let reads = list(report, "machine_guid_reads");
    let events: Vec<Vec<u64>> = reads.iter().map(|read| numbers(read, "events")).collect();
    assert_eq!(events, expected.reads, "{what}");
    let wanted: Vec<_> =
        expected.containers.iter().map(|(name, guids)| (*name, guids.to_vec())).collect();
    assert_eq!(containers(report), wanted, "{what}");
    assert_eq!(report["captures"][0]["losses"]["count"], 0, "{what}");
}

#[test]
fn every_sample_gives_what_its_readme_says() {
    for expected in &EXPECTED {
        for file in expected.files {
            let (status, report) = analyze(&[sample(file)]);
            check(expected, status, &report, file);
        }
    }
}

#[test]
fn no_sample_is_forgotten_here() {
    let known: Vec<&str> = EXPECTED.iter().flat_map(|expected| expected.files).copied().collect();
    for name in sample_captures() {
        assert!(known.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn packing_changes_nothing() {
    let folder = temp();
    for file in EXPECTED.iter().flat_map(|expected| expected.files) {
        let bytes = read(sample(file));
        let (status, plain) = analyze(&[sample(file)]);
        let packed = [
            // Names say nothing: a capture is told by its content.
            write(folder.path(), "one.bin", gzip(&bytes)),
            write(folder.path(), "two.bin", zip(&[(file, &bytes)])),
        ];
        for path in packed {
            let (packed_status, report) = analyze(&[&path]);
            assert_eq!(packed_status, status, "{file} as {}", path.display());
            assert_eq!(
                without(report, &["path", "bytes", "packing", "capture_id"]),
                without(plain.clone(), &["path", "bytes", "packing", "capture_id"]),
                "{file} as {}",
                path.display()
            );
        }
    }
}

/// Rows of the README's tables: event, step, container, GUID, length.
type Row = (u64, &'static str, &'static str, &'static str, Option<u64>);

#[test]
fn rows_that_the_readme_explains_are_in_the_timeline() {
    let samples: [(&str, &[Row]); 3] = [
        (
            "first-start",
            &[
                (503, "probed", DCOM, OLD, None),
                (504, "created", DCOM, OLD, None),
                (505, "written", DCOM, OLD, Some(59)),
                (516, "written", DCOM, OLD, Some(1131)),
                (526, "probed", METABASE, OLD, None),
                (527, "created", METABASE, OLD, None),
                (528, "written", METABASE, OLD, Some(78)),
                (539, "written", METABASE, OLD, Some(1150)),
                (542, "written", METABASE, OLD, Some(2202)),
            ],
        ),
        (
            "restart",
            &[
                (517, "opened", METABASE, OLD, None),
                (519, "read", METABASE, OLD, Some(2202)),
                (529, "opened", DCOM, OLD, None),
                (531, "read", DCOM, OLD, Some(1131)),
            ],
        ),
        (
            "guid-changed",
            &[
                (1673, "probed", METABASE, NEW, None),
                (1674, "created", METABASE, NEW, None),
                (1675, "written", METABASE, NEW, Some(78)),
                (1702, "written", METABASE, NEW, Some(1150)),
                (1714, "written", METABASE, NEW, Some(2202)),
                (1716, "opened", METABASE, NEW, None),
                (1718, "read", METABASE, NEW, Some(2202)),
            ],
        ),
    ];
    for (name, rows) in samples {
        for end in ["csv", "xml", "pml"] {
            let (_, report) = analyze(&[sample(&format!("{name}.{end}"))]);
            for &(event, step, container, guid, length) in rows {
                let entry = entry(&report, event);
                let what = format!("{name}.{end}, event {event}");
                assert_eq!(entry["step"], step, "{what}");
                assert_eq!(entry["container"], container, "{what}");
                assert_eq!(entry["guid"], guid, "{what}");
                assert_eq!(entry["relation"], "current", "{what}");
                assert_eq!(entry["length"].as_u64(), length, "{what}");
            }
        }
    }
}

#[test]
fn the_changed_guid_is_proved_by_the_listing() {
    for file in
        ["guid-changed.csv", "guid-changed.xml", "guid-changed.pml", "guid-changed-default.csv"]
    {
        let (_, report) = analyze(&[sample(file)]);
        let changed = finding(&report, "MK-01");
        assert_eq!(changed["confidence"], "high", "{file}");
        let events = numbers(&changed["evidence"][0], "events");
        // Not found and made anew under the new GUID, and the old file listed.
        for event in [1673, 1674, 2604] {
            assert!(events.contains(&event), "{file}: {event} is not in {events:?}");
        }
        assert_eq!(numbers(&finding(&report, "MK-17")["evidence"][0], "events"), [2604], "{file}");
        let old: Vec<&Value> =
            list(&report, "key_files").iter().filter(|key| key["guid"] == OLD).collect();
        assert_eq!(old.len(), 3, "{file}");
        for key in old {
            assert_eq!(numbers(key, "listed_by"), [2604], "{file}");
            assert_eq!((&key["relation"], &key["exists"]), (&json!("other"), &json!(true)));
        }
    }
}

#[test]
fn creation_is_claimed_only_where_it_is_proved() {
    for (file, created) in [
        ("first-start.csv", vec![(DCOM, 504, 59), (METABASE, 527, 78)]),
        ("guid-changed.csv", vec![(METABASE, 1674, 78)]),
        ("restart.csv", vec![]),
    ] {
        let (_, report) = analyze(&[sample(file)]);
        let made: Vec<(&str, u64, u64)> = list(&report, "key_files")
            .iter()
            .filter(|key| key["created"] == true)
            .map(|key| {
                assert_eq!(key["created_by"], "open_result", "{file}");
                assert_eq!(key["first_write_is_empty_container"], true, "{file}");
                let number = |name: &str| key[name].as_u64().expect("a number");
                (text(key, "container"), number("created_event"), number("first_write_length"))
            })
            .collect();
        assert_eq!(made, created, "{file}");
    }
}

#[test]
fn two_captures_are_one_case() {
    let (status, report) = analyze(&[sample("restart.csv"), sample("guid-changed.csv")]);
    assert_eq!(status, 1);
    assert_eq!(list(&report, "captures").len(), 2);
    let sightings: Vec<_> = list(container(&report, METABASE), "guids")
        .iter()
        .map(|guid| (text(guid, "guid"), guid["capture"].as_u64(), guid["created"] == true))
        .collect();
    assert_eq!(sightings, [(OLD, Some(0), false), (NEW, Some(1), true)]);
    let changed = finding(&report, "MK-01");
    assert_eq!((&changed["severity"], &changed["confidence"]), (&json!("error"), &json!("high")));
    let captures: Vec<_> =
        list(changed, "evidence").iter().map(|evidence| evidence["capture"].as_u64()).collect();
    assert_eq!(captures, [Some(0), Some(1)], "evidence of both captures");
    assert_eq!(containers(&report)[1], (DCOM, vec![OLD]), "seen only under the older GUID");
}

#[test]
fn two_healthy_captures_are_a_healthy_case() {
    let (status, report) = analyze(&[sample("first-start.csv"), sample("restart.csv")]);
    assert_eq!(status, 0, "{:?}", findings(&report));
    assert_eq!(containers(&report), [(DCOM, vec![OLD]), (METABASE, vec![OLD])]);
}

/// The rows of `events --raw -f jsonl`, cut to some columns.
fn rows(file: &str, columns: &[String]) -> Vec<Vec<String>> {
    let run = run(&[
        "events".as_ref(),
        "-f".as_ref(),
        "jsonl".as_ref(),
        "--raw".as_ref(),
        sample(file).as_os_str(),
    ]);
    assert_eq!(run.status, 0, "{file}: {}", run.stderr);
    let field = |value: &Value| value.as_str().map_or(value.to_string(), str::to_string);
    let row = |event: &Value| columns.iter().map(|name| field(&event[name])).collect();
    run.json_lines().iter().map(row).collect()
}

#[test]
fn csv_and_native_log_of_a_sample_hold_the_same_events() {
    for name in ["first-start", "restart", "guid-changed"] {
        let (csv, pml) = (format!("{name}.csv"), format!("{name}.pml"));
        let (_, report) = analyze(&[sample(&csv)]);
        let columns: Vec<String> = list(&report["captures"][0], "columns")
            .iter()
            .map(|column| column.as_str().expect("a name").to_string())
            .collect();
        assert_eq!(columns.len(), 27, "{csv}: {columns:?}");
        let (left, right) = (rows(&csv, &columns), rows(&pml, &columns));
        assert_eq!(left.len(), right.len(), "{name}");
        for (number, (left, right)) in (1..).zip(left.iter().zip(&right)) {
            assert_eq!(left, right, "{name}, event {number}");
        }
    }
}

#[test]
fn csv_and_xml_of_a_sample_hold_the_same_events() {
    for name in ["first-start", "restart", "restart-de", "guid-changed"] {
        let (csv, xml) = (format!("{name}.csv"), format!("{name}.xml"));
        let (_, report) = analyze(&[sample(&xml)]);
        let columns: Vec<String> = list(&report["captures"][0], "columns")
            .iter()
            .map(|column| column.as_str().expect("a name").to_string())
            .collect();
        assert!(columns.len() >= 7, "{xml}: {columns:?}");
        let (left, right) = (rows(&csv, &columns), rows(&xml, &columns));
        assert_eq!(left.len(), right.len(), "{name}");
        let operation = columns.iter().position(|column| column == "Operation").unwrap();
        for (number, (left, mut right)) in (1..).zip(left.into_iter().zip(right)) {
            if right[operation] == "Process Start" {
                // CSV writes `;` for each line feed of the environment.
                right.iter_mut().for_each(|field| *field = field.replace("\r\n", "\r;"));
            }
            assert_eq!(left, right, "{name}, event {number}");
        }
    }
}

/// What a capture without dates and threads cannot show.
const OF_COLUMNS: [&str; 12] = [
    "path",
    "format",
    "columns",
    "tid",
    "time",
    "first_time",
    "last_time",
    "time_quality",
    "via",
    "bytes",
    "capture_id",
    "events_expected",
];

/// What an export with all columns shows otherwise than a native log, whose clock is known, and
/// whose header has the name of the computer.
const OF_FORMAT: [&str; 12] = [
    "path",
    "format",
    "columns",
    "time",
    "first_time",
    "last_time",
    "time_quality",
    "source",
    "bytes",
    "capture_id",
    "zone",
    "events_expected",
];

#[test]
fn the_formats_of_a_sample_give_the_same_report() {
    for (csv, xml, left_out) in [
        ("first-start.csv", "first-start.xml", &OF_COLUMNS[..]),
        ("restart.csv", "restart.xml", &OF_COLUMNS),
        ("guid-changed.csv", "guid-changed.xml", &OF_COLUMNS),
        (
            "restart-de.csv",
            "restart-de.xml",
            &[
                "path",
                "format",
                "columns",
                "time",
                "first_time",
                "last_time",
                "time_quality",
                "account",
                "image",
                "bytes",
                "capture_id",
            ],
        ),
        ("first-start.csv", "first-start.pml", &OF_FORMAT),
        ("restart.csv", "restart.pml", &OF_FORMAT),
        ("guid-changed.csv", "guid-changed.pml", &OF_FORMAT),
        // The same seven columns: nothing may differ but the format, and the accounts
        // that stand in the process list.
        (
            "guid-changed-default.csv",
            "guid-changed-default.xml",
            &["path", "format", "account", "image", "bytes", "capture_id"],
        ),
    ] {
        let (csv_status, left) = analyze(&[sample(csv)]);
        let (xml_status, right) = analyze(&[sample(xml)]);
        assert_eq!(csv_status, xml_status, "{csv}");
        for section in
            ["machine_guid_reads", "timeline", "key_files", "containers", "findings", "processes"]
        {
            // The path of a capture is left out, the path of a step is not.
            let keys: Vec<&str> = left_out.iter().copied().filter(|key| *key != "path").collect();
            let (left, right) = (left[section].clone(), right[section].clone());
            assert_eq!(without(left, &keys), without(right, &keys), "{csv}: {section}");
        }
        let (left, right) = (left["captures"].clone(), right["captures"].clone());
        let mut keys = left_out.to_vec();
        keys.extend(["first_time", "last_time"]);
        assert_eq!(without(left, &keys), without(right, &keys), "{csv}: captures");
    }
}

#[test]
fn german_settings_change_nothing_but_the_clock() {
    let (_, english) = analyze(&[sample("restart.csv")]);
    let (_, german) = analyze(&[sample("restart-de.csv")]);
    for section in ["machine_guid_reads", "timeline", "key_files", "containers", "findings"] {
        let keys = ["time", "time_text"];
        let (left, right) = (english[section].clone(), german[section].clone());
        assert_eq!(without(left, &keys), without(right, &keys), "{section}");
    }
    assert_eq!(entry(&english, 517)["time"], "2026-03-05T15:53:05.3529627");
    assert_eq!(entry(&german, 517)["time"], "2026-03-05T16:53:05.3529627");
}

#[test]
fn samples_are_what_their_generator_makes() {
    let mut built = std::env::current_exe().unwrap();
    built.pop();
    built.pop();
    built.push("examples");
    built.push(format!("make_samples{}", std::env::consts::EXE_SUFFIX));
    // `cargo test` builds the examples, `cargo test --test samples` does not.
    let mut command = match built.is_file() {
        true => Command::new(&built),
        false => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["run", "--quiet", "--example", "make_samples", "--"]);
            cargo
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = command.args(["--check", "samples"]).current_dir(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
