//! Rows by number are those that are read one after the other.

use std::io::Write;

use procmonkey_parser::{Action, Column, Filter, Input, ReadOptions, Rule};
use serde_json::{Value, json};

use super::{Asked, sample};

/// Number, path and milliseconds since the first event, of every event that passes.
fn expected(bytes: &[u8], rules: &[&str]) -> Vec<(u64, Option<String>, Option<f64>)> {
    let filter = Filter::new(rules.iter().map(|rule| Rule::parse(rule, Action::Include).unwrap()));
    let input = Input::from_reader("x", std::io::Cursor::new(bytes.to_vec()), &ReadOptions::new());
    let mut capture = input.unwrap().into_capture().unwrap();
    let mut rows = Vec::new();
    let mut event = procmonkey_parser::Event::default();
    let mut times = Vec::new();
    while capture.read_event(&mut event).unwrap() {
        let is_wanted = filter.is_empty()
            || filter.matches(&event, capture.clock()) == procmonkey_parser::Verdict::Included;
        times.push(*event.time());
        if is_wanted {
            rows.push((
                event.number(),
                event.get(Column::Path).map(|it| it.into_owned()),
                times.len() - 1,
            ));
        }
    }
    let ticks = |at: usize| capture.clock().resolve(&times[at]).unwrap();
    rows.into_iter()
        .map(|(number, path, at)| {
            (number, path, ticks(at).ticks_since(ticks(0)).map(|ticks| ticks as f64 / 10_000.0))
        })
        .collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn view(asked: &mut Asked, question: Value) -> (u64, u64) {
    let answer = asked.ask(&question).unwrap();
    (answer["view"].as_u64().unwrap(), answer["rows"].as_u64().unwrap())
}

#[test]
fn any_rows_are_those_of_the_capture_in_whatever_order_they_are_asked_for() {
    let utf16 = |name: &str| -> Vec<u8> {
        let text = String::from_utf8(sample(name)).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        [0xFEFFu16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let files = [
        ("guid-changed.csv", sample("guid-changed.csv")),
        ("guid-changed.pml", sample("guid-changed.pml")),
        ("guid-changed.xml", sample("guid-changed.xml")),
        ("guid-changed.csv.gz", packed(&sample("guid-changed.csv"))),
        ("restart.csv", utf16("restart.csv")),
        ("first-start.txt", sample("first-start.txt")),
    ];
    for (name, bytes) in files {
        for rules in [&[][..], &["Process Name is inetinfo.exe"], &["Path contains MachineKeys"]] {
            let all = expected(&bytes, rules);
            let mut asked = Asked::default();
            asked.add(&[(name, None, bytes.clone())]);
            let texts: Vec<Value> =
                rules.iter().map(|rule| json!({ "action": "include", "text": rule })).collect();
            let (view, rows) =
                view(&mut asked, json!({ "ask": "view", "capture": 0, "rules": texts }));
            assert_eq!(rows, all.len() as u64, "{name} {rules:?}");
            let last = rows.saturating_sub(3);
            for from in [rows / 2, 0, last, rows / 3, rows / 3 + 7, rows / 3 + 2] {
                let got = asked
                    .ask(&json!({ "ask": "rows", "view": view, "from": from, "count": 5 }))
                    .unwrap();
                let wanted =
                    &all[(from as usize).min(all.len())..(from as usize + 5).min(all.len())];
                let at = format!("{name} {rules:?} {from}");
                assert_eq!(
                    got["event"],
                    json!(wanted.iter().map(|it| it.0).collect::<Vec<_>>()),
                    "{at}"
                );
                assert_eq!(
                    got["path"],
                    json!(wanted.iter().map(|it| &it.1).collect::<Vec<_>>()),
                    "{at}"
                );
                for (since, row) in got["since"].as_array().unwrap().iter().zip(wanted) {
                    let (since, own) = (since.as_f64().unwrap(), row.2.unwrap());
                    assert!((since - own).abs() < 0.001, "{at}: {since} {own}");
                }
            }
        }
    }
}

#[test]
fn the_row_of_an_event_is_found() {
    let bytes = sample("guid-changed.csv");
    let all = expected(&bytes, &["Process Name is inetinfo.exe"]);
    let mut asked = Asked::default();
    asked.add(&[("a.csv", None, bytes)]);
    let rule = json!({ "action": "include", "text": "Process Name is inetinfo.exe" });
    let (view, rows) = view(&mut asked, json!({ "ask": "view", "capture": 0, "rules": [rule] }));
    for event in [1, 2, 1000, 1673, 1674, 2000, 4055, 9999] {
        let row = all.iter().position(|row| row.0 >= event).unwrap_or(all.len());
        let answer = asked.ask(&json!({ "ask": "find", "view": view, "event": event })).unwrap();
        assert_eq!(answer["row"], json!(row), "{event}");
    }
    assert_eq!(rows, all.len() as u64);
}

#[test]
fn a_text_is_found_forward_and_back() {
    let bytes = sample("guid-changed.csv");
    let all = expected(&bytes, &[]);
    let has_it = |row: &(u64, Option<String>, Option<f64>)| {
        row.1.as_deref().is_some_and(|path| path.to_lowercase().contains("machineguid"))
    };
    let first = all.iter().position(has_it).unwrap();
    let last = all.iter().rposition(has_it).unwrap();
    assert!(first < last);
    let mut asked = Asked::default();
    asked.add(&[("a.csv", None, bytes)]);
    let (view, rows) = view(&mut asked, json!({ "ask": "view", "capture": 0 }));
    let mut search = |from: u64, back: bool| {
        let question = json!({ "ask": "search", "view": view, "text": "MACHINEGUID", "from": from, "back": back });
        asked.ask(&question).unwrap()["row"].clone()
    };
    assert_eq!(search(0, false), json!(first));
    assert_eq!(search(first as u64, false), json!(first));
    assert_eq!(search(rows - 1, true), json!(last));
    assert_eq!(search(last as u64 + 1, false), Value::Null);
    assert_eq!(search(first as u64, true), json!(first));
    assert_eq!(search(first as u64 - 1, true), Value::Null);
}

#[test]
fn kept_events_are_shown_against_the_rules_and_times_bound_the_rows() {
    let mut asked = Asked::default();
    asked.add(&[("a.pml", None, sample("guid-changed.pml"))]);
    let rule = json!({ "action": "include", "text": "Path contains MachineKeys" });
    let keep = json!([3, 1673, 4000]);
    let question = json!({ "ask": "view", "capture": 0, "rules": [rule.clone()], "keep": keep });
    let (number, rows) = view(&mut asked, question);
    let got =
        asked.ask(&json!({ "ask": "rows", "view": number, "from": 0, "count": 1000 })).unwrap();
    let events: Vec<u64> = serde_json::from_value(got["event"].clone()).unwrap();
    assert_eq!(events.len() as u64, rows);
    assert!([3, 1673, 4000].iter().all(|event| events.contains(event)));
    let without = view(&mut asked, json!({ "ask": "view", "capture": 0, "rules": [rule] })).1;
    // Event 1673 passes the rule anyway.
    assert_eq!(rows, without + 2);

    let all = expected(&sample("guid-changed.pml"), &[]);
    let inside = all.iter().filter(|row| (1000.0..=5000.0).contains(&row.2.unwrap())).count();
    let question = json!({ "ask": "view", "capture": 0, "from": 1000.0, "to": 5000.0 });
    assert_eq!(view(&mut asked, question).1, inside as u64);
}

#[test]
fn density_counts_every_row_once() {
    let bytes = sample("guid-changed.csv");
    let all = expected(&bytes, &[]);
    let mut asked = Asked::default();
    asked.add(&[("a.csv", None, bytes)]);
    let (view, rows) = view(&mut asked, json!({ "ask": "view", "capture": 0 }));
    let answer = asked.ask(&json!({ "ask": "density", "view": view, "bins": 50 })).unwrap();
    let bins: Vec<u64> = serde_json::from_value(answer["bins"].clone()).unwrap();
    assert_eq!((bins.len(), bins.iter().sum::<u64>()), (50, rows));
    let last = all.last().unwrap().2.unwrap();
    assert!((answer["to"].as_f64().unwrap() - last).abs() < 0.001);
}

#[test]
fn an_event_is_described_with_every_column_its_stack_and_its_process() {
    let mut asked = Asked::default();
    asked.add(&[("a.pml", None, sample("guid-changed.pml"))]);
    // Before any row was read, and after.
    let before = asked.ask(&json!({ "ask": "event", "capture": 0, "event": 1673 })).unwrap();
    view(&mut asked, json!({ "ask": "view", "capture": 0 }));
    let after = asked.ask(&json!({ "ask": "event", "capture": 0, "event": 1673 })).unwrap();
    assert_eq!(before["columns"], after["columns"]);
    assert_eq!(after["process"]["name"], "inetinfo.exe");
    let column = |name: &str| {
        let columns = after["columns"].as_array().unwrap();
        columns.iter().find(|it| it[0] == name).unwrap()[1].clone()
    };
    assert_eq!(column("Result"), "NAME NOT FOUND");
    assert!(column("Path").as_str().unwrap().contains("MachineKeys"));
    assert!(after["meaning"].as_str().is_some_and(|meaning| !meaning.is_empty()));
    let error = asked.ask(&json!({ "ask": "event", "capture": 0, "event": 5000 })).unwrap_err();
    assert!(error.contains("no event 5000"), "{error}");
}

#[test]
fn processes_have_their_events_once_the_capture_was_read() {
    let mut asked = Asked::default();
    asked.add(&[("a.csv", None, sample("restart.csv"))]);
    let before = asked.ask(&json!({ "ask": "processes", "capture": 0 })).unwrap();
    assert_eq!(before["name"], json!([]));
    view(&mut asked, json!({ "ask": "view", "capture": 0 }));
    let after = asked.ask(&json!({ "ask": "processes", "capture": 0 })).unwrap();
    let at = after["name"].as_array().unwrap().iter().position(|it| it == "inetinfo.exe").unwrap();
    // As README and the samples say.
    assert_eq!(after["events"][at], 306);
}

#[test]
fn reading_gives_way_where_nothing_passes_for_long() {
    let rows = 100_000;
    let mut csv = "\"Time of Day\",\"Process Name\",\"Operation\",\"Path\"\r\n".to_string();
    for row in 0..rows {
        let (seconds, ticks) = (row / 1000, row % 1000);
        csv += &format!(
            "\"1:{:02}:{:02}.{ticks:03}0000 PM\",\"a.exe\",\"ReadFile\",\"C:\\a\\{row}\"\r\n",
            seconds / 60,
            seconds % 60
        );
    }
    let mut asked = Asked::default();
    asked.add(&[("a.csv", None, csv.into_bytes())]);
    let rule = json!({ "action": "include", "text": "Process Name is b.exe" });
    asked.begin(&json!({ "ask": "view", "capture": 0, "rules": [rule] }), Vec::new());
    // Each step has no time at all.
    let mut steps = 1;
    while asked.step() {
        steps += 1;
    }
    assert_eq!(asked.end().unwrap()["events"], rows);
    assert!((2..2000).contains(&steps), "{steps}");
}

#[test]
fn processes_of_one_name_are_counted_apart() {
    let mut asked = Asked::default();
    asked.add(&[("a.pml", None, sample("guid-changed.pml"))]);
    view(&mut asked, json!({ "ask": "view", "capture": 0 }));
    let list = asked.ask(&json!({ "ask": "processes", "capture": 0 })).unwrap();
    let input = Input::from_reader(
        "x",
        std::io::Cursor::new(sample("guid-changed.pml")),
        &ReadOptions::new(),
    );
    let mut capture = input.unwrap().into_capture().unwrap();
    let mut by_pid = std::collections::HashMap::new();
    for event in capture.events() {
        *by_pid.entry(event.unwrap().pid().unwrap()).or_insert(0u64) += 1;
    }
    let pids: Vec<u32> = serde_json::from_value(list["pid"].clone()).unwrap();
    let events: Vec<u64> = serde_json::from_value(list["events"].clone()).unwrap();
    // No PID of the sample is used twice.
    let expected: Vec<u64> = pids.iter().map(|pid| by_pid.get(pid).copied().unwrap_or(0)).collect();
    assert_eq!(events, expected);
    assert!(events.iter().filter(|events| **events > 0).count() > 5);
}
