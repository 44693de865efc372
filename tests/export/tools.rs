//! Rows for Timesketch, Elastic, Sigma rules and spreadsheets.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::common::*;

/// What a sample shows too little of, without a guess: the zone of its clock.
const ZONE: [&str; 2] = ["--tz", "UTC"];

/// A run of `convert` to standard output.
fn converted(file: &str, format: &str, flags: &[&str]) -> Run {
    let path = sample(file);
    let mut all = vec!["convert", path.to_str().unwrap(), "-o", "-", "-f", format];
    all.extend(flags);
    run(&all)
}

fn rows(file: &str, format: &str, flags: &[&str]) -> Vec<Value> {
    let run = converted(file, format, flags);
    assert_eq!(run.status, 0, "{file}: {}", run.stderr);
    run.json_lines()
}

#[test]
fn a_native_log_and_its_export_give_the_same_rows() {
    for format in ["timesketch", "ecs", "sysmon", "csv-plain"] {
        let of = |file: &str| {
            // The columns of an export stand in its own order, and those of a log in another.
            let flags = [&ZONE[..], &["--capture-id", "x", "--date-order", "mdy"]].concat();
            let columns = ["--columns", "Process Name,PID,TID,Operation,Path,Result,Duration,User"];
            let all = if format == "csv-plain" { [&flags[..], &columns].concat() } else { flags };
            let run = converted(file, format, &all);
            assert_eq!(run.status, 0, "{}", run.stderr);
            run.text().to_string()
        };
        for name in ["restart", "guid-changed"] {
            let (csv, pml) = (of(&format!("{name}.csv")), of(&format!("{name}.pml")));
            assert!(csv.lines().count() > 30, "{format}");
            for (one, other) in csv.lines().zip(pml.lines()) {
                assert_eq!(one, other, "{format}: {name}");
            }
            assert_eq!(csv.lines().count(), pml.lines().count(), "{format}: {name}");
        }
    }
}

#[test]
fn events_writes_what_convert_writes() {
    for format in ["timesketch", "ecs", "sysmon", "csv-plain"] {
        let path = sample("restart.csv");
        let path = path.to_str().unwrap();
        let shown = run(&[&["events", path, "-f", format, "-q"], &ZONE[..]].concat());
        assert_eq!(shown.status, 0, "{}", shown.stderr);
        assert!(!shown.stdout.is_empty());
        assert_eq!(shown.text(), converted("restart.csv", format, &ZONE).text(), "{format}");
    }
}

/// As Timesketch reads a line: three members that must be there, a time that can be read in two
/// ways that agree, a list of tags, and no text that its index throws away.
#[test]
fn timesketch_takes_every_line() {
    for row in rows("guid-changed.csv", "timesketch", &ZONE) {
        for name in ["message", "datetime", "timestamp_desc", "data_type"] {
            assert!(!text(&row, name).is_empty(), "{row}");
        }
        let microseconds = row["timestamp"].as_i64().unwrap();
        let filetime = row["filetime"].as_i64().unwrap();
        assert_eq!(microseconds, filetime / 10 - 11_644_473_600_000_000, "{row}");
        // The samples are of the 5th of March 2026.
        let in_day = microseconds - 1_772_668_800_000_000;
        let (seconds, rest) = (in_day / 1_000_000, in_day % 1_000_000);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        let want =
            format!("2026-03-05T{hours:02}:{minutes:02}:{:02}.{rest:06}+00:00", seconds % 60);
        assert_eq!(text(&row, "datetime"), want);
        let texts = row.as_object().unwrap().values().filter_map(Value::as_str);
        assert!(texts.map(str::len).all(|length| length <= 32_766));
    }
}

#[test]
fn tags_are_the_findings_of_the_report() {
    let path = sample("guid-changed.csv");
    let (_, report) = analyze(&[&path]);
    let mut wanted: BTreeSet<(u64, String)> = BTreeSet::new();
    for finding in list(&report, "findings") {
        for evidence in list(finding, "evidence") {
            for event in numbers(evidence, "events") {
                wanted.insert((event, text(finding, "signature").to_string()));
            }
        }
    }
    assert!(wanted.contains(&(1673, "MK-01".to_string())), "{wanted:?}");
    let mut found = BTreeSet::new();
    for row in rows("guid-changed.csv", "timesketch", &ZONE) {
        for tag in row.get("tag").and_then(Value::as_array).into_iter().flatten() {
            let event = row["event_number"].as_u64().unwrap();
            found.insert((event, tag.as_str().unwrap().to_string()));
        }
    }
    assert_eq!(found, wanted);
    // What comes from a pipe is gone once it was read.
    let bytes = read(&path);
    let all = ["events", "-f", "timesketch", "--tz", "UTC", "--date-order", "mdy", "-"];
    let run = run_with_input(&all, &bytes);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("no tags"), "{}", run.stderr);
    let rows = run.json_lines();
    assert!(rows.len() == 4055 && rows.iter().all(|row| row.get("tag").is_none()));
}

#[test]
fn what_a_capture_does_not_show_is_asked_for_by_its_flag() {
    for format in ["timesketch", "ecs"] {
        for (file, flags, wanted, unwanted) in [
            ("restart.csv", &[][..], &["--tz"][..], &["--date "][..]),
            ("guid-changed-default.csv", &[], &["--date ", "--tz"], &["--date-order"]),
            ("guid-changed-default.csv", &ZONE, &["--date "], &["--tz"]),
        ] {
            let run = converted(file, format, flags);
            assert_eq!(run.status, 2, "{file}: {}", run.stderr);
            assert!(run.stdout.is_empty(), "{file}");
            for flag in wanted {
                assert!(run.stderr.contains(flag), "{flag}: {}", run.stderr);
            }
            for flag in unwanted {
                assert!(!run.stderr.contains(flag), "{flag}: {}", run.stderr);
            }
        }
        let flags = [&ZONE[..], &["--date", "2026-03-05"]].concat();
        assert_eq!(rows("guid-changed-default.csv", format, &flags).len(), 4055);
        // A native log has both.
        assert_eq!(rows("restart.pml", format, &[]).len(), 596);
    }
}

/// The first rows of a capture alone do not show which number of a date is the day.
#[test]
fn the_order_of_dates_is_found_out_before_rows_are_written() {
    let folder = temp();
    let row = |date: &str| vec![date.to_string(), "ReadFile".to_string(), "C:\\a".to_string()];
    let header = vec!["Date & Time".to_string(), "Operation".to_string(), "Path".to_string()];
    let all = [header, row("3/4/2026 6:59:13 PM"), row("3/25/2026 6:59:13 PM")];
    let all: Vec<Vec<&str>> =
        all.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let path = write(folder.path(), "a.csv", csv(&all));
    let arguments = ["events", "-q", "-f", "ecs", "--tz", "UTC", path.to_str().unwrap()];
    let rows = run(&arguments).json_lines();
    assert_eq!(text(&rows[0], "@timestamp"), "2026-03-04T18:59:13.0000000Z");
    let open = write(folder.path(), "b.csv", csv(&all[..2]));
    let run = run(&["events", "-f", "ecs", "--tz", "UTC", open.to_str().unwrap()]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("--date-order"), "{}", run.stderr);
}

#[test]
fn sysmon_rows_are_those_of_the_sample() {
    let found = rows("first-start.csv", "sysmon", &ZONE);
    let of = |id: u64| found.iter().filter(move |row| row["EventID"] == id);
    let made: Vec<_> = of(1).map(|row| text(row, "Image")).collect();
    assert!(made.contains(&r"C:\Windows\System32\inetsrv\iissetup.exe"), "{made:?}");
    assert!(of(1).all(|row| text(row, "ParentImage").contains('\\')));
    let start = of(13).find(|row| text(row, "TargetObject").ends_with(r"\IISADMIN\Start")).unwrap();
    assert_eq!(text(start, "Details"), "DWORD (0x00000002)");
    assert!(of(11).any(|row| text(row, "TargetFilename").contains("MachineKeys")));
    assert!(of(7).count() > 10 && of(7).all(|row| text(row, "ImageLoaded").contains('\\')));
    assert!(found.iter().all(|row| text(row, "UtcTime").starts_with("2026-03-05 09:12:0")));
    // Procmon's usual columns have no image, so a rule that asks for one cannot fire.
    let run = converted("guid-changed-default.csv", "sysmon", &[]);
    assert_eq!(run.status, 0);
    for word in ["Image", "User", "UtcTime", "--tz"] {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
}

#[test]
fn a_spreadsheet_gets_no_formula_where_that_is_asked_for() {
    let folder = temp();
    let rows = [vec!["Operation", "Path"], vec!["ReadFile", "=cmd|' /C calc'!A0"]];
    let path = write(folder.path(), "a.csv", csv(&rows));
    let path = path.to_str().unwrap();
    let kept = run(&["events", "-q", "-f", "csv-plain", path]);
    assert!(kept.text().contains(",\"=cmd|' /C calc'!A0\""), "{}", kept.text());
    let safe = run(&["events", "-q", "-f", "csv-plain", "--safe", path]);
    assert!(safe.text().contains(",\"'=cmd|' /C calc'!A0\""), "{}", safe.text());
    for arguments in [&["events", "-f", "csv", "--safe"][..], &["events", "-f", "ecs", "--safe"]] {
        let run = run(&[arguments, &[path]].concat());
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains("--safe"), "{}", run.stderr);
    }
}

#[test]
fn plain_csv_is_a_table() {
    let run = converted("restart.csv", "csv-plain", &ZONE);
    let text = run.text().strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|own| own == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 596);
    for row in &rows {
        assert!(row[place("pid")].bytes().all(|byte| byte.is_ascii_digit()));
        let duration = &row[place("duration")];
        assert!(duration.is_empty() || duration.parse::<f64>().is_ok(), "{duration}");
    }
    // The capture itself shows which number of its dates is the day, but only later on.
    let last = &rows[595][place("datetime")];
    assert!(last.starts_with("2026-03-05T15:53:0") && last.ends_with('Z'), "{last}");
}

#[test]
fn convert_writes_call_stacks_as_events_does() {
    let folder = temp();
    let path = sample("restart.xml");
    let written = |command: &str, format: &str, flags: &[&str]| {
        let output = folder.path().join(format!("{command}{}.{format}", flags.len()));
        let mut all = vec![command, "-q", path.to_str().unwrap(), "-f", format, "-o"];
        all.push(output.to_str().unwrap());
        all.extend(flags);
        let run = run(&all);
        assert_eq!(run.status, 0, "{}", run.stderr);
        std::fs::read(output).unwrap()
    };
    for format in ["jsonl", "parquet", "sqlite"] {
        let with = written("convert", format, &["--stack"]);
        assert!(with == written("events", format, &["--stack"]), "{format}");
        assert!(with != written("convert", format, &[]), "{format}");
    }
}

#[test]
fn a_flag_that_a_format_has_no_place_for_is_refused() {
    let folder = temp();
    let output = folder.path().join("out");
    let (path, output) = (sample("restart.xml"), output.to_str().unwrap());
    let path = path.to_str().unwrap();
    for (command, formats) in [
        ("events", ["table", "csv", "markdown", "csv-plain", "timesketch", "ecs", "sysmon"]),
        ("convert", ["csv", "xml", "pml", "csv-plain", "timesketch", "ecs", "sysmon"]),
    ] {
        for format in formats {
            let run = run(&[command, "--stack", "-f", format, path, "-o", output]);
            assert_eq!(run.status, 2, "{command} {format}");
            let words = "--stack is for JSON, Parquet and SQLite";
            assert!(run.stderr.contains(words), "{}", run.stderr);
        }
    }
    for format in ["timesketch", "ecs", "sysmon"] {
        for command in ["events", "convert"] {
            let run = run(&[command, "--columns", "PID", "-f", format, path, "-o", output]);
            assert_eq!(run.status, 2, "{command} {format}");
            let words = format!("--columns is not for -f {format}");
            assert!(run.stderr.contains(&words), "{}", run.stderr);
        }
    }
    assert_eq!(names_in(folder.path()), Vec::<String>::new(), "nothing was written");
    for format in ["jsonl", "csv-plain"] {
        let run = run(&["events", "-q", "--columns", "PID", "--first", "-f", format, path]);
        assert_eq!((run.status, run.text().contains("operation")), (0, false), "{format}");
    }
}
