//! `count` and `summary`: the same numbers in every format, and those that the rows have.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::common::*;
use crate::expect_status;

const FORMATS: [&str; 3] = ["csv", "xml", "pml"];

fn counted(file: &str, arguments: &[&str]) -> Value {
    let path = sample(file);
    let mut all = vec!["count", "-q", "-f", "json", path.to_str().unwrap()];
    all.extend(arguments);
    let run = run(&all);
    expect_status(&run, 0, arguments.join(" "));
    run.json()
}

/// The rows of the CSV, by the names of its columns.
fn rows() -> Vec<BTreeMap<String, String>> {
    let bytes = read(sample("guid-changed.csv"));
    let mut reader = csv::Reader::from_reader(&bytes[3..]);
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn groups_are_those_that_the_rows_have() {
    /// How many events, and the sum and the longest of their durations.
    type Group = (u64, Option<u64>, Option<u64>);
    let mut want: BTreeMap<(String, String), Group> = BTreeMap::new();
    for row in rows() {
        // Ticks, so that the sum is exact.
        let ticks: Option<u64> = match &row["Duration"][..] {
            // It had not ended when the capture did.
            "" => None,
            duration => Some(duration.replace('.', "").parse().unwrap()),
        };
        let key = (row["Process Name"].clone(), row["Result"].clone());
        let (events, sum, most) = want.entry(key).or_default();
        *events += 1;
        *sum = match ticks {
            Some(ticks) => Some(sum.unwrap_or(0) + ticks),
            None => *sum,
        };
        *most = (*most).max(ticks);
    }
    assert!(want.len() > 20);
    // The XML of the sample does not show durations.
    let folder = temp();
    let made = folder.path().join("all.xml");
    let [csv, native] = ["csv", "pml"].map(|it| sample(&format!("guid-changed.{it}")));
    let (from, to) = (native.to_str().unwrap(), made.to_str().unwrap());
    expect_status(&run(&["convert", from, "--columns", "all", "-o", to]), 0, "convert");
    for path in [csv, native, made] {
        let format = path.display();
        let by = ["--by", "Process Name,Result", "--sum", "duration", "--max", "duration"];
        let mut arguments = vec!["count", "-f", "json", path.to_str().unwrap()];
        arguments.extend(by);
        let groups = run(&arguments).json();
        let groups = groups.as_array().unwrap();
        assert_eq!(groups.len(), want.len(), "{format}");
        let mut before = u64::MAX;
        for group in groups {
            let key = (text(group, "Process Name").into(), text(group, "Result").into());
            let (events, sum, most) = want[&key];
            assert_eq!(group["Events"], events, "{format} {key:?}");
            let ticks = |name: &str| group[name].as_f64().map(|it| (it * 1e7).round() as u64);
            assert_eq!((ticks("Sum Duration"), ticks("Max Duration")), (sum, most), "{format}");
            assert!(events <= before, "those with most events come first");
            before = events;
        }
    }
}

#[test]
fn seconds_folders_and_bytes_are_the_same_in_every_format() {
    for arguments in [
        &["--by", "second"][..],
        &["--by", "minute,hive"],
        &["--by", "folder:2", "--sum", "read,written"],
        &["--by", "extension", "--filter", "Operation is CreateFile"],
        &["--by", "PID", "-p", "inetinfo", "-p", "lsass"],
        &["--by", "host,port", "--filter", "Operation begins with TCP"],
    ] {
        let of_csv = counted("guid-changed.csv", arguments);
        assert_eq!(of_csv, counted("guid-changed.xml", arguments), "{arguments:?}");
        assert_eq!(of_csv, counted("guid-changed.pml", arguments), "{arguments:?}");
    }
    // The names of Advanced Output are others, the bytes are the same.
    let bytes = ["--by", "PID", "--sum", "read,written"];
    let advanced = [&bytes[..], &["--advanced-output"]].concat();
    assert_eq!(counted("guid-changed.pml", &bytes), counted("guid-changed.pml", &advanced));
    let seconds = counted("guid-changed.csv", &["--by", "second", "--sort", "Second"]);
    let mut want: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows() {
        // All of the sample is in the afternoon.
        let hour_and_rest = row["Time of Day"].split('.').next().unwrap().to_string();
        let (hour, rest) = hour_and_rest.split_once(':').unwrap();
        let hour: u64 = hour.parse().unwrap();
        *want.entry(format!("{}:{rest}", hour + 12)).or_default() += 1;
    }
    let want: Vec<_> = want
        .into_iter()
        .map(|(second, events)| json!({"Second": second, "Events": events}))
        .collect();
    assert_eq!(seconds, json!(want));
}

#[test]
fn groups_are_sorted_cut_and_written_in_each_form() {
    let path = sample("guid-changed.csv");
    let path = path.to_str().unwrap();
    let count = |arguments: &[&str]| {
        let mut all = vec!["count", path, "--by", "Result"];
        all.extend(arguments);
        run(&all)
    };
    let top = count(&["--top", "1", "-f", "csv"]);
    let successes = rows().iter().filter(|row| row["Result"] == "SUCCESS").count();
    assert_eq!(top.text(), format!("\"Result\",\"Events\"\r\n\"SUCCESS\",\"{successes}\"\r\n"));
    assert!(top.stderr.contains("1 of ") && top.stderr.contains(" groups"), "{}", top.stderr);
    let least = count(&["--sort", "-events", "-f", "jsonl"]).json_lines();
    let numbers: Vec<_> = least.iter().map(|group| group["Events"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted() && numbers.len() > 3, "{numbers:?}");
    assert!(count(&["-f", "markdown"]).text().starts_with("| Result | Events |\n| --- | --: |"));
    let refused = count(&["--sort", "PID"]);
    expect_status(&refused, 2, "--sort PID");
    assert!(refused.stderr.contains("there are Result, Events"), "{}", refused.stderr);
    let refused = run(&["count", path, "--by", "colour"]);
    expect_status(&refused, 2, "--by colour");
    let without = run(&[
        "count",
        sample("guid-changed-default.csv").to_str().unwrap(),
        "--by",
        "PID",
        "--sum",
        "duration",
    ]);
    assert!(without.stderr.contains("no event has a Duration"), "{}", without.stderr);
}

#[test]
fn summaries_are_of_the_events_of_their_class() {
    let of_class = |class: &str| {
        let mut paths: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows().into_iter().filter(|row| row["Event Class"] == class) {
            *paths.entry(row["Path"].clone()).or_default() += 1;
        }
        paths
    };
    for format in FORMATS {
        let path = sample(&format!("guid-changed.{format}"));
        let path = path.to_str().unwrap();
        for (kind, class) in
            [("file", "File System"), ("registry", "Registry"), ("network", "Network")]
        {
            let groups = run(&["summary", kind, "-f", "json", path]).json();
            let pairs =
                groups.as_array().unwrap().iter().map(|group| {
                    (text(group, "Path").to_string(), group["Events"].as_u64().unwrap())
                });
            assert_eq!(pairs.collect::<BTreeMap<_, _>>(), of_class(class), "{format} {kind}");
        }
        for (kind, column) in [("process", "PID"), ("operation", "Operation"), ("result", "Result")]
        {
            let groups = run(&["summary", kind, "-f", "json", path]).json();
            let groups = groups.as_array().unwrap();
            let events: u64 = groups.iter().map(|group| group["Events"].as_u64().unwrap()).sum();
            assert_eq!(events, 4055, "{format} {kind}");
            assert!(groups.iter().all(|group| group[column].is_string()), "{format} {kind}");
        }
    }
    let stacks = run(&["summary", "stack", sample("restart.xml").to_str().unwrap()]);
    let same = run(&["stacks", sample("restart.xml").to_str().unwrap()]);
    assert_eq!(stacks.text(), same.text());
    let most = run(&["summary", "stack", "--top", "1", sample("restart.xml").to_str().unwrap()]);
    assert_eq!(most.text().lines().next(), same.text().lines().next());
    assert_eq!(most.text().matches(" by ").count(), 1, "{}", most.text());
    assert!(most.stderr.contains("1 of ") && most.stderr.contains(" call stacks"));
    let sorted =
        run(&["summary", "stack", "--sort", "Events", sample("restart.xml").to_str().unwrap()]);
    expect_status(&sorted, 2, "--sort");
    let dated =
        run(&["summary", "file", "--date", "2026-03-05", sample("restart.csv").to_str().unwrap()]);
    expect_status(&dated, 2, "--date");
}

#[test]
fn what_has_no_room_is_said_and_ends_with_4() {
    for format in FORMATS {
        let path = sample(&format!("guid-changed.{format}"));
        let path = path.to_str().unwrap();
        let count = |arguments: &[&str]| {
            let mut all = vec![
                "count",
                path,
                "-f",
                "json",
                "--by",
                "Event Class",
                "--filter",
                "Event Class is Registry",
            ];
            all.extend(arguments);
            run(&all)
        };
        // A group and its first number have room, the numbers of 4055 events have not.
        let little = count(&["--p95", "duration", "--max", "duration", "--limit", "gathered=200"]);
        if format == "xml" {
            // It does not show durations.
            expect_status(&little, 0, format);
            continue;
        }
        expect_status(&little, 4, format);
        assert!(little.stderr.contains("P95 Duration of 1 group, with "), "{}", little.stderr);
        assert_eq!(little.json()[0]["P95 Duration"], Value::Null, "{format}");
        assert!(little.json()[0]["Max Duration"].is_number(), "{format}");
        let enough = count(&["--p95", "duration"]);
        expect_status(&enough, 0, format);
        assert!(enough.json()[0]["P95 Duration"].is_number(), "{format}");
    }
    let path = sample("guid-changed.csv");
    let groups = run(&["count", path.to_str().unwrap(), "--by", "Path", "--limit", "gathered=1"]);
    expect_status(&groups, 4, "groups");
    assert!(groups.stderr.contains("further groups not counted"), "{}", groups.stderr);
}
