//! `events`: the filter, and the same events in every form.

use serde_json::Value;

use crate::common::*;
use crate::{expect_status, run};

/// The events of a sample that pass some arguments.
fn events(file: &str, arguments: &[&str]) -> Vec<Value> {
    let path = sample(file);
    let mut all: Vec<_> = ["events", "-f", "jsonl", "--raw"].map(std::ffi::OsStr::new).to_vec();
    all.extend(arguments.iter().map(std::ffi::OsStr::new));
    all.push(path.as_os_str());
    let run = run(&all);
    expect_status(&run, 0, arguments.join(" "));
    run.json_lines()
}

fn column<'v>(event: &'v Value, name: &str) -> &'v str {
    text(event, name)
}

#[test]
fn rules_mean_what_they_mean_in_procmon() {
    type Test = fn(&Value) -> bool;
    let cases: [(&[&str], Test); 15] = [
        (&["--filter", "Path contains MACHINEKEYS"], |event| {
            column(event, "Path").contains("MachineKeys")
        }),
        (&["--filter", "Operation is ReadFile"], |event| column(event, "Operation") == "ReadFile"),
        (&["--filter", "Result is not SUCCESS"], |event| column(event, "Result") != "SUCCESS"),
        (&["--filter", "Operation begins with Reg"], |event| {
            column(event, "Operation").starts_with("Reg")
        }),
        (&["--filter", "Path ends with .DLL"], |event| {
            column(event, "Path").to_lowercase().ends_with(".dll")
        }),
        (&["--filter", "Path excludes Windows"], |event| {
            !column(event, "Path").to_lowercase().contains("windows")
        }),
        // Numbers are compared as numbers: 620 is less than 3868.
        (&["--filter", "PID less than 3868"], |event| {
            event["PID"].as_u64().expect("a number") < 3868
        }),
        (&["--filter", "PID more than 3868"], |event| {
            event["PID"].as_u64().expect("a number") > 3868
        }),
        // Rules on one column are alternatives,
        (&["--filter", "Operation is ReadFile", "--filter", "Operation is WriteFile"], |event| {
            ["ReadFile", "WriteFile"].contains(&column(event, "Operation"))
        }),
        // different columns must all agree,
        (&["--filter", "Operation is ReadFile", "--filter", "Path ends with .xml"], |event| {
            column(event, "Operation") == "ReadFile" && column(event, "Path").ends_with(".xml")
        }),
        // and what is excluded stays out.
        (
            &["--filter", "Path contains MachineKeys", "--exclude", "Operation is CloseFile"],
            |event| {
                column(event, "Path").contains("MachineKeys")
                    && column(event, "Operation") != "CloseFile"
            },
        ),
        (
            &["--exclude", "Process Name is svchost.exe", "--exclude", "Result is SUCCESS"],
            |event| {
                column(event, "Process Name") != "svchost.exe"
                    && column(event, "Result") != "SUCCESS"
            },
        ),
        (&["-p", "INETINFO.exe"], |event| column(event, "Process Name") == "inetinfo.exe"),
        (&["-p", "lsass.exe", "-p", "w3wp.exe", "--filter", "Result is SUCCESS"], |event| {
            ["lsass.exe", "w3wp.exe"].contains(&column(event, "Process Name"))
                && column(event, "Result") == "SUCCESS"
        }),
        (&["-p", "*"], |_| true),
    ];
    for file in ["restart.csv", "restart.xml"] {
        let all = events(file, &[]);
        assert_eq!(all.len(), 596);
        for (arguments, test) in &cases {
            let wanted: Vec<&Value> = all.iter().filter(|event| test(event)).collect();
            let found = events(file, arguments);
            let all_or_none =
                wanted.is_empty() || (wanted.len() == all.len() && arguments != &["-p", "*"]);
            assert!(!all_or_none, "{arguments:?} proves nothing");
            assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{file}: {arguments:?}");
        }
    }
}

#[test]
fn a_rule_on_a_column_that_is_not_there_is_told() {
    let run = run!(
        "events",
        "-f",
        "jsonl",
        "--raw",
        "--filter",
        "TID is 508",
        &sample("guid-changed-default.csv")
    );
    expect_status(&run, 0, "TID");
    assert!(run.stdout.is_empty());
    assert!(run.stderr.contains("TID"), "{}", run.stderr);
}

#[test]
fn a_filter_of_analyze_shapes_its_report() {
    let path = sample("guid-changed.csv");
    let run = run!("analyze", "-f", "json", "--exclude", "Operation is QueryDirectory", &path);
    let report = run.json();
    // Without the listing nothing shows the older GUID, so it is not claimed.
    assert_eq!(containers(&report), [(METABASE, vec![NEW])]);
    assert!(findings(&report).iter().all(|(signature, _)| *signature != "MK-01"));
}

#[test]
fn json_is_one_array_of_what_jsonl_has_line_by_line() {
    for file in ["restart.csv", "restart-de.xml", "restart.txt"] {
        let run = run!("events", "-f", "json", "--raw", &sample(file));
        expect_status(&run, 0, file);
        assert_eq!(run.json(), Value::Array(events(file, &[])), "{file}");
    }
    // No event is an empty array, not an empty text.
    let none = run!("events", "-f", "json", "--raw", "-p", "nobody.exe", &sample("restart.csv"));
    assert_eq!(none.json(), Value::Array(Vec::new()));
}

#[test]
fn an_event_has_its_capture_its_time_and_numbers_as_numbers() {
    let folder = temp();
    let header = ["Date & Time", "Process Name", "PID", "TID", "Operation", "Path", "Duration"];
    let rows = [
        header.to_vec(),
        vec!["3/25/2026 9:41:07 AM", "a.exe", "4412", "508", "ReadFile", "4", "0.0000154"],
        vec!["3/26/2026 9:41:07 AM", "a.exe", "n/a", "", "ReadFile", "", "0,5"],
    ];
    let path = write(folder.path(), "a.csv", csv(&rows));
    let times = sample("restart-default.csv");
    let times = if times.exists() { times } else { sample("guid-changed-default.csv") };
    let run = run!("events", "-f", "jsonl", "--raw", &path, &times, &sample("restart.pml"));
    expect_status(&run, 0, "three captures");
    let all = run.json_lines();
    assert_eq!(all[0]["PID"], 4412);
    assert_eq!((&all[0]["TID"], &all[0]["Duration"]), (&508.into(), &0.000_015_4.into()));
    assert_eq!((&all[0]["Path"], &all[1]["Path"]), (&"4".into(), &"".into()));
    assert_eq!((&all[1]["PID"], &all[1]["TID"]), (&"n/a".into(), &"".into()));
    assert_eq!(all[1]["Duration"], "0,5");
    let of = |capture: u64| all.iter().filter(move |event| event["capture"] == capture);
    let times: Vec<_> = of(0).map(|event| text(event, "time")).collect();
    assert_eq!(times, ["2026-03-25T09:41:07", "2026-03-26T09:41:07"]);
    // A capture without dates has no absolute time.
    assert!(of(1).count() > 500 && of(1).all(|event| event["time"].is_null()));
    // A native log counts in UTC.
    assert_eq!(of(2).count(), 596);
    assert!(of(2).all(|event| text(event, "time").ends_with('Z') && event.get("stack").is_none()));
    let path = sample("restart.pml");
    let run = run!("events", "-f", "jsonl", "--raw", "--tz", "+05:30", &path);
    assert!(run.json_lines().iter().all(|event| text(event, "time").ends_with("+05:30")));
}

#[test]
fn stacks_are_written_where_they_are_asked_for() {
    let folder = temp();
    let stack = "<stack><frame><depth>0</depth><address>0x7ffa1</address>\
                 <path>C:\\Windows\\System32\\rsaenh.dll</path><location>rsaenh.dll + 0x1</location>\
                 </frame><frame><depth>1</depth><address>0x10</address><path></path>\
                 <location></location></frame></stack>";
    let event = |stack: &str| {
        format!(
            "<event><ProcessIndex>1</ProcessIndex><Process_Name>a.exe</Process_Name><PID>8</PID>\
             <Operation>ReadFile</Operation><Path>C:\\a</Path><Result>SUCCESS</Result>{stack}</event>"
        )
    };
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<procmon><processlist></processlist>\
         <eventlist>\r\n{}\r\n{}\r\n</eventlist></procmon>",
        event(stack),
        event("")
    );
    let path = write(folder.path(), "stacks.xml", xml);
    let run = run!("events", "-f", "jsonl", "--raw", "--stack", &path);
    expect_status(&run, 0, "stacks");
    let all = run.json_lines();
    let frames = list(&all[0], "stack");
    assert_eq!(frames.len(), 2);
    assert_eq!((&frames[0]["depth"], &frames[0]["address"]), (&0.into(), &"0x7ffa1".into()));
    assert_eq!(text(&frames[0], "module"), r"C:\Windows\System32\rsaenh.dll");
    assert_eq!(text(&frames[0], "location"), "rsaenh.dll + 0x1");
    assert_eq!(text(&frames[1], "module"), "");
    assert!(list(&all[1], "stack").is_empty());
}

#[test]
fn columns_keep_the_order_of_the_export() {
    let folder = temp();
    let header = vec!["Path", "Result", "PID", "Operation", "My Own"];
    let row = vec!["C:\\a", "SUCCESS", "4", "ReadFile", "x"];
    let path = write(folder.path(), "odd.csv", csv(&[header.clone(), row]));
    let run = run!("events", "-f", "json", "--raw", &path);
    let keys: Vec<_> = run.json()[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys[..2], ["capture", "event"]);
    assert_eq!(keys[2..7], header[..]);
    assert_eq!(keys[7..], ["time"]);
    let csv = run!("events", "-f", "csv", &path);
    assert_eq!(csv.stdout, read(&path), "an unknown column is kept too");
}

#[test]
fn csv_is_written_as_procmon_writes_it() {
    for file in ["first-start.csv", "restart.csv", "restart-de.csv", "guid-changed-default.csv"] {
        let run = run!("events", "-f", "csv", &sample(file));
        assert!(run.stdout == read(sample(file)), "{file} differs");
    }
    let part = run!("events", "-f", "csv", "-p", "inetinfo.exe", &sample("restart.csv"));
    let header = part.stdout.split(|byte| *byte == b'\n').next().unwrap();
    assert!(read(sample("restart.csv")).starts_with(header));
    let again = temp();
    let part = write(again.path(), "part.csv", &part.stdout);
    let (status, report) = analyze(&[part]);
    assert_eq!((status, &report["captures"][0]["events_read"]), (0, &306.into()));
}

#[test]
fn a_markdown_row_has_as_many_cells_as_its_header() {
    let folder = temp();
    let row =
        vec!["7:00:00.0000000 AM", "a|b.exe", "4", "ReadFile", "C:\\a|b", "SUCCESS", "x\r\n| y |"];
    let odd = write(folder.path(), "odd.csv", csv(&[COLUMNS.to_vec(), row]));
    for (path, rows) in [(odd, 1), (sample("restart.csv"), 596)] {
        let run = run!("events", "-f", "markdown", &path);
        expect_status(&run, 0, &path);
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let lines: Vec<&str> = run.text().lines().collect();
        assert_eq!(lines.len(), rows + 2, "header, dashes, rows");
        assert!(lines.iter().all(|line| cells(line) == cells(lines[0])), "{}", path.display());
        assert!(COLUMNS.iter().all(|column| lines[0].contains(column)));
    }
}

#[test]
fn a_table_names_the_events() {
    let run = run!(
        "events",
        "-p",
        "inetinfo.exe",
        "--filter",
        "Path contains MachineKeys",
        &sample("restart.csv")
    );
    expect_status(&run, 0, "table");
    for word in ["517", "529", "inetinfo.exe", "ReadFile", "SUCCESS"] {
        assert!(run.text().contains(word), "{word}");
    }
}

#[test]
fn a_table_has_one_line_for_each_event_and_cuts_long_paths_in_their_middle() {
    let path = sample("restart.csv");
    let rules = ["events", "-p", "inetinfo.exe", "--filter", "Path contains MachineKeys"];
    let whole_path = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let count = events("restart.csv", &rules[1..]).len();
    for width in ["60", "80", "100", "160", "200"] {
        let mut command = procmonkey(&rules);
        let output = command.arg(&path).env("COLUMNS", width).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let number: usize = width.parse().unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= number), "{width}:\n{text}");
        if number >= 80 {
            assert_eq!(text.lines().count(), count + 2, "{width}:\n{text}");
            assert!(text.contains(r"C:\Program") && text.contains('…'), "{width}:\n{text}");
            assert!(!text.contains(&whole_path), "{width}:\n{text}");
        }
        let output = command.arg("-v").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(&whole_path) && !text.contains('…'), "{width}:\n{text}");
    }
}

#[test]
fn a_width_that_nothing_tells_is_a_hundred_columns() {
    let run = run!("events", &sample("restart.csv"));
    let widest = run.text().lines().map(|line| line.chars().count()).max();
    assert_eq!(widest, Some(100));
}

#[test]
fn several_captures_are_told_apart() {
    let run = run!(
        "events",
        "-f",
        "jsonl",
        "--raw",
        "-p",
        "inetinfo.exe",
        &sample("restart.csv"),
        &sample("guid-changed-default.csv")
    );
    let events = run.json_lines();
    assert_eq!(events.len(), 306 + 265);
    assert_eq!(events.last().unwrap()["capture"], 1);
    // One table has one header; what does not fit into it is told.
    let run =
        run!("events", "-f", "csv", &sample("guid-changed-default.csv"), &sample("restart.csv"));
    assert!(run.stderr.contains("TID"), "{}", run.stderr);
    assert_eq!(run.text().matches("\"Time of Day\"").count(), 1);
}
