//! Every number of an event leads to a row, and steps that say the same are one row.

use std::collections::HashMap;

use serde_json::Value;

use crate::common::*;
use crate::page_of;

fn place(value: &Value) -> (u64, u64) {
    (value["capture"].as_u64().unwrap(), value["event"].as_u64().unwrap())
}

#[test]
fn every_event_of_the_verdict_and_of_a_finding_has_its_row_in_the_report() {
    for path in all_captures() {
        for process in ["inetinfo.exe", "*"] {
            let (_, report) = analyze(&["-p".as_ref(), process.as_ref(), path.as_os_str()]);
            let rows: HashMap<(u64, u64), &Value> =
                list(&report, "cited_events").iter().map(|row| (place(row), row)).collect();
            for row in list(&report["verdict"], "evidence") {
                if row["event"].is_null() {
                    assert!(row["witness"].is_u64(), "{row}");
                    continue;
                }
                let cited = rows.get(&place(row));
                assert!(cited.is_some(), "{}: {row}", path.display());
            }
            for finding in list(&report, "findings") {
                for evidence in list(finding, "evidence") {
                    for event in numbers(evidence, "events") {
                        let key = (evidence["capture"].as_u64().unwrap(), event);
                        let what = format!("{}: {} {key:?}", path.display(), finding["signature"]);
                        assert!(rows.contains_key(&key), "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_cited_row_is_the_row_of_the_capture() {
    let path = sample("guid-changed.csv");
    let (_, report) = analyze(&[&path]);
    let run = run(&[
        "events".as_ref(),
        "-f".as_ref(),
        "jsonl".as_ref(),
        "--raw".as_ref(),
        path.as_os_str(),
    ]);
    let events = run.json_lines();
    let cited = list(&report, "cited_events");
    // The listing that shows the older file is no step of the timeline, and has a time here.
    let listing = cited.iter().find(|row| row["event"] == 2604).unwrap();
    assert!(text(listing, "time").starts_with("2026-03-05T18:59:19.688"), "{listing}");
    assert_eq!(text(listing, "process"), "Explorer.EXE");
    for row in cited {
        let event = events.iter().find(|event| event["event"] == row["event"]).unwrap();
        for (own, column) in [
            ("operation", "Operation"),
            ("path", "Path"),
            ("result", "Result"),
            ("detail", "Detail"),
            ("process", "Process Name"),
        ] {
            assert_eq!(row[own], event[column], "{row}");
        }
        assert_eq!(row["pid"], event["PID"], "{row}");
        assert_eq!(row["detail_left_out"], 0);
    }
}

/// One process that reads MachineGuid and asks for its key again and again.
fn asks_again(times: usize) -> Vec<u8> {
    let path = format!("{FOLDER}\\76944fb33636aeddb9590521c2e8815a_{OLD}");
    let value = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    let data = format!("Type: REG_SZ, Length: 74, Data: {OLD}");
    let mut rows = vec![COLUMNS.to_vec()];
    rows.push(vec!["6:59:00 PM", "inetinfo.exe", "7", "RegQueryValue", value, "SUCCESS", &data]);
    for _ in 0..times {
        rows.push(vec![
            "6:59:01 PM",
            "inetinfo.exe",
            "7",
            "CreateFile",
            &path,
            "ACCESS DENIED",
            "",
        ]);
    }
    csv(&rows)
}

#[test]
fn steps_that_say_the_same_are_one_row_unless_all_are_asked_for() {
    let folder = temp();
    let path = write(folder.path(), "again.csv", asks_again(5));
    let page = page_of(100, &path);
    assert_eq!(page.matches("access denied, 5 times, to event 6").count(), 1, "{page}");
    let run = run(&["analyze".as_ref(), "-v".as_ref(), path.as_os_str()]);
    let rows = run.text().lines().filter(|line| line.contains("access denied  "));
    assert_eq!(rows.count(), 5, "{}", run.text());
}

#[test]
fn of_very_many_rows_those_that_are_cited_are_kept() {
    // More than are kept before the first ones are let go.
    let folder = temp();
    let path = write(folder.path(), "many.csv", asks_again(40_000));
    let (_, report) = analyze(&[&path]);
    let finding = finding(&report, "MK-04");
    let cited = list(&report, "cited_events");
    for evidence in list(finding, "evidence") {
        for event in numbers(evidence, "events") {
            assert!(cited.iter().any(|row| row["event"] == event), "{event}");
        }
    }
    assert!(cited.len() <= 5_000, "{}", cited.len());
}

#[test]
fn a_long_detail_is_cut_and_the_report_says_by_how_much() {
    let folder = temp();
    let names: Vec<String> =
        (0..300).map(|number| format!("{number}: {number:032x}_{OLD}")).collect();
    let detail = format!("Filter: *, {}", names.join(", "));
    let value = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    let data = format!("Type: REG_SZ, Length: 74, Data: {NEW}");
    let rows = [
        COLUMNS.to_vec(),
        vec!["6:59:00 PM", "inetinfo.exe", "7", "RegQueryValue", value, "SUCCESS", &data],
        vec!["6:59:01 PM", "Explorer.EXE", "8", "QueryDirectory", FOLDER, "SUCCESS", &detail],
    ];
    let (_, report) = analyze(&[write(folder.path(), "long.csv", csv(&rows))]);
    let row = list(&report, "cited_events").iter().find(|row| row["event"] == 2).unwrap();
    let left_out = row["detail_left_out"].as_u64().unwrap() as usize;
    assert!(left_out > 0);
    assert_eq!(text(row, "detail").chars().count() + left_out, detail.chars().count());
}

#[test]
fn times_of_processes_and_phases_are_those_of_their_events() {
    let (_, report) = analyze(&[sample("guid-changed.csv")]);
    let process = list(&report, "processes").iter().find(|it| it["pid"] == 5236).unwrap();
    // Procmon's rows 1261 and 1759 of the sample.
    assert_eq!((&process["starts"], &process["exits"]), (&1261.into(), &1759.into()));
    assert!(text(process, "first_time") < text(process, "last_time"));
    for phase in list(process, "phases") {
        assert!(text(phase, "time") <= text(phase, "last_time"), "{phase}");
    }
    let names: Vec<&str> = list(&report, "phase_words").iter().map(|it| text(it, "id")).collect();
    assert_eq!(names.len(), 8);
    assert!(list(process, "phases").iter().all(|it| names.contains(&text(it, "phase"))));
}

#[test]
fn a_step_names_its_findings_its_events_and_its_mark() {
    let (_, report) = analyze(&[sample("guid-changed.csv")]);
    let read = entry(&report, 1636);
    assert_eq!(numbers(read, "events"), [1636, 1637, 1638, 1639]);
    let (probed, made, written) =
        (entry(&report, 1673), entry(&report, 1674), entry(&report, 1675));
    assert_eq!(numbers(probed, "findings"), [0]);
    assert_eq!((&probed["failed"], &made["failed"]), (&true.into(), &false.into()));
    // Made and first written within two milliseconds: one mark.
    assert_eq!(made["group"], written["group"]);
    assert_ne!(entry(&report, 1701)["group"], written["group"]);
}
