//! Saved rows read back as they were.

use procmonkey_parser::{Column, Input, ReadOptions};
use serde_json::json;

use super::{Asked, sample};

fn paths(bytes: &[u8]) -> Vec<String> {
    let input = Input::from_reader("x", std::io::Cursor::new(bytes.to_vec()), &ReadOptions::new());
    let mut capture = input.unwrap().into_capture().unwrap();
    let events = capture.events().map(|event| event.unwrap());
    events.map(|event| event.get(Column::Path).unwrap_or_default().into_owned()).collect()
}

#[test]
fn rows_are_saved_in_each_form() {
    let all = paths(&sample("guid-changed.pml"));
    let wanted: Vec<&String> = all.iter().filter(|path| path.contains("MachineKeys")).collect();
    for what in ["csv", "xml", "pml"] {
        let mut asked = Asked::default();
        asked.add(&[("guid-changed.pml", None, sample("guid-changed.pml"))]);
        let rule = json!({ "action": "include", "text": "Path contains MachineKeys" });
        asked.ask(&json!({ "ask": "view", "capture": 0, "rules": [rule] })).unwrap();
        let answer = asked.ask(&json!({ "ask": "save", "what": what, "view": 0 })).unwrap();
        assert_eq!(answer["rows"], json!(wanted.len()), "{what}");
        assert_eq!(answer["name"], format!("guid-changed-rows.{what}"));
        let (front, rest) = &asked.saved;
        let saved = [&front[..], rest].concat();
        assert!(paths(&saved).iter().eq(wanted.iter().copied()), "{what}");
    }
}

#[test]
fn json_lines_have_one_object_for_each_row() {
    let mut asked = Asked::default();
    asked.add(&[("restart.csv", None, sample("restart.csv"))]);
    asked.ask(&json!({ "ask": "view", "capture": 0 })).unwrap();
    let answer = asked.ask(&json!({ "ask": "save", "what": "jsonl", "view": 0 })).unwrap();
    let text = [&asked.saved.0[..], &asked.saved.1].concat();
    let lines: Vec<serde_json::Value> = std::str::from_utf8(&text)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(json!(lines.len()), answer["rows"]);
    assert!(lines.iter().all(|line| line.is_object()));
}

#[test]
fn an_export_is_not_saved_as_a_native_log() {
    let mut asked = Asked::default();
    asked.add(&[("restart.csv", None, sample("restart.csv"))]);
    asked.ask(&json!({ "ask": "view", "capture": 0 })).unwrap();
    let error = asked.ask(&json!({ "ask": "save", "what": "pml", "view": 0 })).unwrap_err();
    assert!(error.contains("native log"), "{error}");
}
