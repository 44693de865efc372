//! Typed JSON lines: `schemas/events.schema.json` is their text.

use std::path::PathBuf;

use jsonschema::Validator;
use procmonkey_parser::{Column, Detail, Event, open};
use serde_json::{Value, json};

use crate::common::*;

fn schema() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/events.schema.json");
    serde_json::from_slice(&read(path)).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn check(validator: &Validator, rows: &[Value], what: &str) {
    for row in rows {
        let errors: Vec<_> = validator
            .iter_errors(row)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{what}: {row}\n{}", errors.join("\n"));
    }
}

/// The typed rows of a sample, with these flags.
fn rows(file: &str, flags: &[&str]) -> Vec<Value> {
    let path = sample(file);
    let mut all = vec!["events", "-q", "-f", "jsonl", path.to_str().unwrap()];
    all.extend(flags);
    let run = run(&all);
    assert_eq!(run.status, 0, "{file}: {}", run.stderr);
    run.json_lines()
}

#[test]
fn every_row_of_every_sample_keeps_to_the_schema() {
    assert!(jsonschema::meta::is_valid(&schema()));
    let validator = validator();
    let mut files: Vec<String> = sample_captures();
    files.retain(|name| !name.starts_with("signatures/"));
    assert!(files.len() > 8, "{files:?}");
    for file in files {
        let rows = rows(&file, &["--stack"]);
        assert!(!rows.is_empty(), "{file}");
        check(&validator, &rows, &file);
    }
}

#[test]
fn the_schema_rejects_what_is_no_row() {
    let validator = validator();
    let row = rows("restart.csv", &["--first"]).remove(0);
    assert!(validator.is_valid(&row));
    for (name, value) in [
        ("schema_version", json!(2)),
        ("event_id", json!("restart.csv")),
        ("event_number", json!("1")),
        ("datetime", json!("2026-03-05T18:59:13")),
        ("datetime", json!("yesterday")),
        ("time_quality", json!("good")),
        ("pid", json!("4412")),
        ("pid", json!(1.5)),
        ("duration", json!("0.5")),
        ("detail", json!("Offset: 0")),
        ("detail", json!({"Offset": [0]})),
        ("Process Name", json!("a.exe")),
        ("stack", json!([{"depth": 0}])),
    ] {
        let mut wrong = row.clone();
        wrong[name] = value.clone();
        assert!(!validator.is_valid(&wrong), "{name}: {value}");
    }
    for name in ["schema_version", "event_id", "event_number", "datetime", "time_quality"] {
        assert!(!validator.is_valid(&without(row.clone(), &[name])), "{name}");
    }
}

#[test]
fn the_members_stand_in_the_order_of_the_schema() {
    let schema = schema();
    let order: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let place = |name: &String| order.iter().position(|own| *own == name).unwrap();
    for file in ["restart.csv", "restart.pml", "restart.xml", "restart.txt"] {
        for row in rows(file, &["--stack"]) {
            let places: Vec<usize> = row.as_object().unwrap().keys().map(place).collect();
            assert!(places.is_sorted(), "{file}: {row}");
        }
    }
}

/// The names of the columns of a sample.
fn columns(file: &str) -> Vec<String> {
    open(sample(file)).unwrap().columns().names().map(str::to_string).collect()
}

#[test]
fn one_capture_gives_the_same_rows_in_each_format() {
    let mut with_dates = 0;
    for (name, extension) in [
        ("first-start", "pml"),
        ("restart", "pml"),
        ("guid-changed", "pml"),
        ("first-start", "xml"),
        ("restart", "xml"),
        ("guid-changed", "xml"),
        ("guid-changed-default", "xml"),
        ("restart-de", "xml"),
    ] {
        let (csv, other) = (format!("{name}.csv"), format!("{name}.{extension}"));
        let mut shared = columns(&other);
        let of_csv = columns(&csv);
        shared.retain(|column| of_csv.contains(column));
        assert!(shared.len() >= 7, "{other}: {shared:?}");
        let has_dates = shared.iter().any(|column| column == "Date & Time");
        with_dates += usize::from(has_dates);
        // The clock of the samples is UTC. Their first rows do not show yet which number of a date
        // is the day.
        let order = if name.ends_with("-de") { "dmy" } else { "mdy" };
        let flags = ["--columns", &shared.join(","), "--tz", "UTC", "--date-order", order];
        let of = |file: &str| {
            let rows = rows(file, &flags).into_iter();
            // A CSV writes `;` for each line feed of the environment.
            rows.map(|row| match row["operation"] == "Process Start" {
                true => without(row, &["event_id", "detail", "detail_text"]),
                false => without(row, &["event_id"]),
            })
            .map(|row| match has_dates {
                true => row,
                false => without(row, &["datetime", "local_time", "time_quality"]),
            })
            .collect::<Vec<_>>()
        };
        let (rows, others) = (of(&csv), of(&other));
        assert!(rows.len() > 500 && rows.len() == others.len(), "{other}");
        assert!(!has_dates || rows.iter().all(|row| row["datetime"].is_string()), "{other}");
        for (row, same) in rows.iter().zip(&others) {
            assert_eq!(row, same, "{other}");
        }
    }
    assert!(with_dates > 2);
}

#[test]
fn numbers_are_those_of_the_columns() {
    let mut files_with_durations = 0;
    for file in ["restart.csv", "restart-de.csv", "restart.pml"] {
        let rows = rows(file, &[]);
        let mut capture = open(sample(file)).unwrap();
        let (mut event, mut numbers, mut fractions) = (Event::default(), 0, 0);
        for row in &rows {
            assert!(capture.read_event(&mut event).unwrap());
            assert_eq!(row["event_number"], event.number());
            for (name, column) in [
                ("pid", Column::Pid),
                ("tid", Column::Tid),
                ("parent_pid", Column::ParentPid),
                ("session", Column::Session),
            ] {
                let want = event.get(column).and_then(|text| text.parse::<u64>().ok());
                let found = row.get(name).and_then(Value::as_u64);
                assert_eq!(found, want, "{file}, event {}: {name}", event.number());
                numbers += usize::from(want.is_some());
            }
            let want = event.get(Column::Duration).unwrap_or_default().replace(',', ".");
            let found = row["duration"].as_f64();
            assert_eq!(found, want.parse().ok(), "{file}, event {}", event.number());
            fractions += usize::from(found.is_some());
            let detail = event.get(Column::Detail).unwrap_or_default();
            let detail = Detail::parse(&event.operation().unwrap_or_default(), detail);
            let length = detail.integer("Length");
            assert_eq!(row["detail"]["Length"].as_u64(), length, "{file}: {row}");
        }
        assert!(!capture.read_event(&mut event).unwrap());
        let has_durations = capture.columns().contains(Column::Duration);
        assert!(numbers > rows.len() && (fractions > rows.len() / 2) == has_durations, "{file}");
        files_with_durations += usize::from(has_durations);
    }
    assert!(files_with_durations > 0);
}

#[test]
fn rows_and_report_have_the_same_id() {
    let bytes = read(sample("restart.csv"));
    let archive = zip(&[("a.csv", &bytes), ("b.csv", &bytes)]);
    let folder = temp();
    let path = write(folder.path(), "two.zip", archive);
    for (flags, path) in [
        (&[][..], sample("restart.csv")),
        (&[], sample("restart.pml")),
        (&["--capture-id", "case-17"], sample("restart.csv")),
        (&[], path),
    ] {
        let with = |command: &'static str| {
            let mut all = vec![command, "-q", "-f"];
            all.push(if command == "analyze" { "json" } else { "jsonl" });
            all.extend(flags);
            all.push(path.to_str().unwrap());
            run(&all)
        };
        let report = with("analyze").json();
        let captures = list(&report, "captures");
        let mut wanted = Vec::new();
        for capture in captures {
            for number in 1..=capture["events_read"].as_u64().unwrap() {
                wanted.push(format!("{}:{number}", text(capture, "capture_id")));
            }
        }
        let found = with("events").json_lines();
        let mut found: Vec<_> = found.iter().map(|row| text(row, "event_id")).collect();
        wanted.sort();
        found.sort_unstable();
        assert!(found.len() > 500 && found == wanted, "{flags:?} {}", path.display());
    }
}

#[test]
fn convert_writes_the_rows_of_events() {
    let folder = temp();
    let input = sample("guid-changed.pml");
    let input = input.to_str().unwrap();
    let shown = run(&["events", "-q", "-f", "jsonl", "-p", "inetinfo", input]);
    assert!(shown.json_lines().len() > 200);
    for name in ["a.jsonl", "a.NDJSON"] {
        let output = folder.path().join(name);
        let run = run(&["convert", "-p", "inetinfo", input, "-o", output.to_str().unwrap()]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(run.stderr.contains("written as JSON lines"), "{}", run.stderr);
        assert!(read(&output) == shown.stdout, "{name}");
    }
}

#[test]
fn raw_rows_are_for_json() {
    let path = sample("restart.csv");
    for format in ["table", "csv", "markdown"] {
        let run = run(&["events", "--raw", "-f", format, path.to_str().unwrap()]);
        assert_eq!(run.status, 2, "{format}");
        assert!(run.stderr.contains("--raw"), "{}", run.stderr);
    }
}

#[test]
fn rows_of_real_captures_keep_to_the_schema() {
    let validator = validator();
    for path in all_captures() {
        let run = run(&["events", "-q", "-f", "jsonl", "--limit", "3000", path.to_str().unwrap()]);
        let rows = run.json_lines();
        check(&validator, &rows, &path.display().to_string());
    }
}
