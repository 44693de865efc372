//! Events by number, by time, with their neighbours: the same in every format.

use serde_json::{Value, json};

use crate::common::*;
use crate::expect_status;

const FORMATS: [&str; 3] = ["csv", "xml", "pml"];

fn rows(file: &str, arguments: &[&str]) -> Vec<Value> {
    let path = sample(file);
    let mut all = vec!["events", "-q", "-f", "jsonl", "--raw", path.to_str().unwrap()];
    all.extend(arguments);
    let run = run(&all);
    expect_status(&run, 0, arguments.join(" "));
    run.json_lines()
}

fn events(file: &str, arguments: &[&str]) -> Vec<u64> {
    rows(file, arguments).iter().map(|row| row["event"].as_u64().unwrap()).collect()
}

#[test]
fn events_are_found_by_number_in_every_format() {
    for format in FORMATS {
        let file = format!("guid-changed.{format}");
        let rows = rows(&file, &["--event", "1674,1636-1637", "--event", "1673"]);
        let told: Vec<_> = rows.iter().map(|row| (&row["event"], &row["Operation"])).collect();
        let want = [
            (json!(1636), json!("RegQueryValue")),
            (json!(1637), json!("RegQueryValue")),
            (json!(1673), json!("CreateFile")),
            (json!(1674), json!("CreateFile")),
        ];
        assert_eq!(told, want.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>(), "{format}");
        assert_eq!(events(&file, &["--event", "999999"]), [0; 0]);
    }
    // Pasted text, too.
    assert_eq!(events("restart.txt", &["--event", "2"]), [2]);
}

#[test]
fn neighbours_are_marked_in_each_form() {
    for format in FORMATS {
        let file = format!("guid-changed.{format}");
        let arguments = ["--event", "1673", "--context", "1", "--columns", "Operation"];
        let want = [
            json!({"neighbour": true, "event": 1672, "Operation": "RegCloseKey"}),
            json!({"event": 1673, "Operation": "CreateFile"}),
            json!({"neighbour": true, "event": 1674, "Operation": "CreateFile"}),
        ];
        let shown =
            rows(&file, &arguments).into_iter().map(|row| without(row, &["capture", "time"]));
        assert_eq!(shown.collect::<Vec<_>>(), want, "{format}");
        let path = sample(&file);
        let mut all = vec!["events", path.to_str().unwrap()];
        all.extend(arguments);
        let table = run(&all);
        let first: Vec<_> =
            table.text().lines().map(|line| line.split_whitespace().next().unwrap()).collect();
        assert_eq!((first[0], &first[2..]), ("Event", &["(1672)", "1673", "(1674)"][..]));
        all.extend(["-f", "csv"]);
        let csv = run(&all);
        assert_eq!(
            csv.text(),
            "\u{feff}\"Operation\"\r\n\"RegCloseKey\"\r\n\"CreateFile\"\r\n\"CreateFile\"\r\n"
        );
        assert!(csv.stderr.contains("2 of its rows stand beside"), "{}", csv.stderr);
    }
}

#[test]
fn around_an_event_and_between_times_every_format_has_the_same_rows() {
    let cases: [&[&str]; 6] = [
        &["--event", "1674", "--before", "2ms", "-p", "inetinfo"],
        &["--from", "+17s", "--to", "+17.3s"],
        &["--from", "18:59:13.0", "--to", "6:59:13.1 PM", "--filter", "Result is NAME NOT FOUND"],
        &["--at", "18:59:13.0432339", "--after", "1ms"],
        &["--from", "18:59:19", "--first=3"],
        &["--filter", "Path contains MachineKeys", "--last"],
    ];
    for case in cases {
        let of_csv = events("guid-changed.csv", case);
        assert!(!of_csv.is_empty(), "{case:?}");
        assert_eq!(of_csv, events("guid-changed.xml", case), "{case:?}");
        assert_eq!(of_csv, events("guid-changed.pml", case), "{case:?}");
    }
    // From the Time of Day of the rows: 1673 begins 1.84 ms before 1674, 1671 1.96 ms.
    assert_eq!(events("guid-changed.csv", cases[0]), [1671, 1672, 1673, 1674]);
    assert_eq!(events("guid-changed.csv", cases[5]), [2606]);
}

#[test]
fn a_limit_counts_over_all_files_and_the_first_is_of_each() {
    let (one, other) = (sample("guid-changed.csv"), sample("restart.csv"));
    let both = [one.to_str().unwrap(), other.to_str().unwrap()];
    let told = |arguments: &[&str]| -> Vec<(String, u64)> {
        let all: Vec<_> = ["events", "-f", "jsonl", "--raw"]
            .iter()
            .chain(&both)
            .chain(arguments)
            .copied()
            .collect();
        let rows = run(&all).json_lines();
        let pair = |row: &Value| {
            let name = std::path::Path::new(text(row, "file")).file_name().unwrap().to_owned();
            (name.into_string().unwrap(), row["event"].as_u64().unwrap())
        };
        rows.iter().map(pair).collect()
    };
    let of = |name: &str, number| (name.to_string(), number);
    assert_eq!(told(&["--limit", "2"]), [of("guid-changed.csv", 1), of("guid-changed.csv", 2)]);
    assert_eq!(told(&["--first"]), [of("guid-changed.csv", 1), of("restart.csv", 1)]);
    let table = run(&["events", "--first", both[0], both[1]]);
    assert!(table.text().starts_with("File"), "{}", table.text());
    let page = run(&["events", "--first", "-f", "markdown", both[0], both[1]]);
    let rows: Vec<_> = page.text().lines().collect();
    assert!(rows[0].starts_with("| File | Event |") && rows.len() == 4, "{rows:?}");
    assert!(rows[3].contains("restart.csv | 1 |"), "{}", rows[3]);
    let refused = run(&["info", "--limit", "2", both[0]]);
    expect_status(&refused, 2, "info --limit 2");
}

#[test]
fn a_bare_limit_is_in_the_help_of_the_commands_that_take_one() {
    for command in ["events", "stacks", "analyze", "compare", "convert", "count", "info"] {
        let help = run(&[command, "--help"]);
        let takes_one = ["events", "stacks"].contains(&command);
        assert_eq!(help.text().contains("--limit <N|NAME=N>"), takes_one, "{command}");
        assert_eq!(help.text().contains("So many events"), takes_one, "{command}");
        assert!(help.text().contains("record=64MiB"), "{command}");
    }
}

#[test]
fn processes_of_several_files_name_theirs() {
    let (one, other) = (sample("guid-changed.csv"), sample("restart.csv"));
    let (one, other) = (one.to_str().unwrap(), other.to_str().unwrap());
    let both = run(&["processes", "-f", "json", one, other]).json();
    let alone = |path: &str| run(&["processes", "-f", "json", path]).json();
    let want = |path: &str| alone(path).as_array().unwrap().len();
    for path in [one, other] {
        let own = both.as_array().unwrap().iter().filter(|node| node["file"] == path);
        assert_eq!(own.count(), want(path), "{path}");
        assert!(alone(path).as_array().unwrap().iter().all(|node| node["file"].is_null()));
    }
    for (format, begin) in
        [("table", "File"), ("markdown", "| File | Process "), ("csv", "\"file\"")]
    {
        for (paths, has_file) in [(&[one, other][..], true), (&[one], false)] {
            let mut all = vec!["processes", "-f", format];
            all.extend(paths);
            let shown = run(&all);
            assert_eq!(shown.text().starts_with(begin), has_file, "{format}");
        }
    }
}

#[test]
fn the_extension_of_the_output_decides_its_form() {
    let folder = temp();
    let path = sample("restart.csv");
    for (name, begin) in [
        ("a.json", "[\n{\"schema_version\":1,\"event_id\":\""),
        ("a.jsonl", "{\"schema_version\":1,\"event_id\":\""),
        ("a.NDJSON", "{\"schema_version\":1,\"event_id\":\""),
        ("a.CSV", "\u{feff}\"Time of Day\""),
        ("a.md", "| Event | Time of Day"),
        ("a.txt", "Event  Time of Day"),
    ] {
        let target = folder.path().join(name);
        let target = target.to_str().unwrap();
        let run = run(&["events", "--limit", "1", "-o", target, path.to_str().unwrap()]);
        expect_status(&run, 0, name);
        let written = String::from_utf8(read(target)).unwrap();
        assert!(written.starts_with(begin), "{name}: {written}");
    }
    let xml = folder.path().join("a.xml");
    let run = run(&["events", "-o", xml.to_str().unwrap(), path.to_str().unwrap()]);
    expect_status(&run, 2, "XML");
    assert!(run.stderr.contains("procmonkey convert"), "{}", run.stderr);
}

#[test]
fn one_stack_is_shown_for_one_event() {
    // Of the samples, only the XML exports have call stacks.
    let path = sample("restart.xml");
    let path = path.to_str().unwrap();
    let all = run(&["stacks", "-f", "json", path]).json();
    let number = all[0]["first_event"].as_u64().unwrap().to_string();
    let one = run(&["stacks", "-f", "json", "--event", &number, path]).json();
    assert_eq!(one.as_array().map(Vec::len), Some(1));
    assert_eq!((&one[0]["events"], &one[0]["frames"]), (&json!(1), &all[0]["frames"]));
    let without = run(&["stacks", "--event", "1", sample("restart.csv").to_str().unwrap()]);
    assert!(without.stderr.contains("1 event without a call stack"), "{}", without.stderr);
}

#[test]
fn who_made_a_process_is_a_line_from_the_oldest_down() {
    for format in FORMATS {
        let path = sample(&format!("guid-changed.{format}"));
        let path = path.to_str().unwrap();
        let line = run(&["processes", "--ancestors", "5236", "-f", "json", path]).json();
        let line = line.as_array().unwrap();
        assert_eq!(text(line.last().unwrap(), "name"), "inetinfo.exe", "{format}");
        for (above, below) in line.iter().zip(&line[1..]) {
            assert_eq!(above["pid"], below["parent_pid"], "{format}");
            assert_eq!(above["name"], below["parent_name"], "{format}");
        }
        let table = run(&["processes", "-p", "inetinfo", path]);
        assert!(table.text().lines().next().unwrap().contains("Parent PID"), "{}", table.text());
        let none = run(&["processes", "--ancestors", "7", path]);
        assert!(none.stderr.contains("no process has the PID 7"), "{}", none.stderr);
    }
}

#[test]
fn a_date_and_time_is_a_bound_where_the_capture_has_dates() {
    let days = |from: &str, to: &str| [format!("2026-03-05 {from}"), format!("2026-03-05 {to}")];
    let [from, to] = days("18:59:13", "18:59:14.5");
    let with_date = ["--from", &from, "--to", &to];
    let of_day = ["--from", "18:59:13", "--to", "18:59:14.5"];
    let want = events("guid-changed.csv", &of_day);
    assert!(want.len() > 100);
    for format in ["csv", "pml"] {
        let file = format!("guid-changed.{format}");
        assert_eq!(events(&file, &with_date), want, "{format}");
        // The day before has none of them, and the day after all.
        assert_eq!(events(&file, &["--to", "2026-03-04 23:59:59"]), [0; 0], "{format}");
        assert_eq!(events(&file, &["--from", "2026-03-06 00:00"]), [0; 0], "{format}");
        // The first rows leave it open which number is the month.
        let ordered = ["--from", "2026-03-05", "--date-order", "mdy"];
        assert_eq!(events(&file, &ordered).len(), 4055, "{format}");
    }
    // This export has times of day only.
    let path = sample("guid-changed.xml");
    let all =
        [&["events", "-f", "jsonl", "--raw", path.to_str().unwrap()][..], &with_date].concat();
    let without = run(&all);
    assert!(without.stdout.is_empty());
    assert!(without.stderr.contains("--date gives that of its first event"), "{}", without.stderr);
    let dated = [&with_date[..], &["--date", "2026-03-05"]].concat();
    assert_eq!(events("guid-changed.xml", &dated), want);
}

/// The export with call stacks as a native log.
fn native_with_stacks(folder: &std::path::Path) -> String {
    let path = folder.join("stacks.pml").to_str().unwrap().to_string();
    let xml = sample("restart.xml");
    let xml = xml.to_str().unwrap();
    let made = run(&["convert", xml, "-o", &path, "--tz", "UTC", "--date", "2026-03-05"]);
    assert!(made.stderr.contains("written as PML"), "{}", made.stderr);
    path
}

#[test]
fn the_stack_of_an_event_of_a_native_log_is_that_of_its_export() {
    let folder = temp();
    let native = native_with_stacks(folder.path());
    let xml = sample("restart.xml");
    let addresses = |path: &str, number: &str| -> Vec<String> {
        let stacks = run(&["stacks", "-f", "json", "--event", number, path]).json();
        assert_eq!(stacks.as_array().map(Vec::len), Some(1), "{path} {number}");
        assert_eq!(stacks[0]["first_event"].to_string(), number);
        let frames = stacks[0]["frames"].as_array().unwrap().iter();
        frames.map(|frame| text(frame, "address").to_string()).collect()
    };
    let xml = xml.to_str().unwrap();
    let all = run(&["stacks", "-f", "json", xml]).json();
    let numbers: Vec<_> =
        all.as_array().unwrap().iter().map(|stack| stack["first_event"].to_string()).collect();
    assert!(numbers.len() > 1, "{numbers:?}");
    for number in &numbers {
        let own = addresses(&native, number);
        assert!(own.len() > 3, "{number}: {own:?}");
        assert_eq!(own, addresses(xml, number), "{number}");
    }
    // Two events, two stacks; and what is around them is not asked for.
    let two = run(&["stacks", "-f", "json", "--event", &numbers[..2].join(","), &native]).json();
    let events: u64 = two.as_array().unwrap().iter().map(|it| it["events"].as_u64().unwrap()).sum();
    assert_eq!(events, 2);
}

#[test]
fn stacks_of_several_files_name_theirs() {
    let folder = temp();
    let native = native_with_stacks(folder.path());
    let xml = sample("restart.xml");
    let xml = xml.to_str().unwrap();
    let both = run(&["stacks", "-f", "json", xml, &native]).json();
    for path in [xml, &native] {
        let alone = run(&["stacks", "-f", "json", path]).json();
        let alone = alone.as_array().unwrap();
        assert!(alone.iter().all(|stack| stack.get("file").is_none_or(Value::is_null)));
        let own = both.as_array().unwrap().iter().filter(|stack| stack["file"] == path);
        assert_eq!(own.count(), alone.len(), "{path}");
    }
    let table = run(&["stacks", "--event", "332", xml, &native]);
    for path in [xml, &native] {
        assert!(table.text().contains(&format!("332 in {path}")), "{}", table.text());
    }
}

/// Windows allows neither sign in the name of a file.
#[cfg(unix)]
#[test]
fn a_file_name_with_signs_of_markdown_stays_one_cell() {
    let folder = temp();
    let xml = read(sample("restart.xml"));
    let [one, other] = ["a|b`c.xml", "x_*|y.xml"].map(|name| write(folder.path(), name, &xml));
    for command in [&["events", "--first=2"][..], &["processes"]] {
        let page = procmonkey(&[command, &["-f", "markdown", "a|b`c.xml", "x_*|y.xml"]].concat())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let page = String::from_utf8(page.stdout).unwrap();
        // A bar ends a cell unless a backslash stands before it.
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        let lines: Vec<_> = page.lines().collect();
        assert!(lines.len() > 4, "{page}");
        assert!(lines.iter().all(|line| bars(line) == bars(lines[0])), "{page}");
        assert!(page.contains("| a\\|b\\`c.xml |"), "{page}");
        assert!(page.contains("| x\\_\\*\\|y.xml |"), "{page}");
    }
    for command in ["info", "stacks", "analyze"] {
        let page =
            run(&[command, "-f", "markdown", one.to_str().unwrap(), other.to_str().unwrap()]);
        assert!(page.text().contains("a\\|b\\`c.xml"), "{command}: {}", page.text());
        assert!(!page.text().replace("\\|", "").contains("a|b"), "{command}: {}", page.text());
    }
}

#[test]
fn what_has_no_room_beside_events_is_said_and_ends_with_4() {
    for format in FORMATS {
        let path = sample(&format!("guid-changed.{format}"));
        let path = path.to_str().unwrap();
        for arguments in [
            &["--event", "4000", "--context", "3900"][..],
            &["--filter", "Path contains MachineKeys", "--context", "1000"],
            &["--event", "4000", "--before", "10min"],
            &["--last=3000"],
        ] {
            let all = [&["events", path, "-f", "jsonl", "--raw"][..], arguments].concat();
            let whole = run(&all);
            expect_status(&whole, 0, format);
            let little = run(&[&all[..], &["--limit", "gathered=50KiB"]].concat());
            expect_status(&little, 4, format);
            assert!(little.stderr.contains("too many events to hold: up to "), "{format}");
            // What is there is a part of the whole, and the latest of it.
            assert!(little.stdout.len() < whole.stdout.len(), "{format} {arguments:?}");
            let last = |run: &crate::common::Run| run.json_lines().last().cloned();
            assert_eq!(last(&little), last(&whole), "{format} {arguments:?}");
        }
    }
}
