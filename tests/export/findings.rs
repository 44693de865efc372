//! What an analysis found, as lines and as a table: `schemas/findings.schema.json` is the text of
//! the lines.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::common::*;

fn schema() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/findings.schema.json");
    serde_json::from_slice(&read(path)).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn check(validator: &Validator, lines: &[Value], what: &str) {
    for line in lines {
        let errors: Vec<_> = validator
            .iter_errors(line)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{what}: {line}\n{}", errors.join("\n"));
    }
}

/// The lines of an analysis with these arguments.
fn lines(arguments: &[&str]) -> Vec<Value> {
    let run = run(&[&["analyze", "-q", "-f", "jsonl"], arguments].concat());
    assert!(matches!(run.status, 0 | 1 | 3 | 4), "{arguments:?}: {}", run.stderr);
    run.json_lines()
}

fn of_type<'l>(lines: &'l [Value], kind: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["type"] == kind).collect()
}

/// A case that has lines of every type: witnesses, one of them missing, and an input that cannot be
/// read.
fn full_case() -> Vec<Value> {
    let folder = temp();
    let file = format!("c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let text = format!(
        "Log Name: System\nSource: Service Control Manager\nDate: 3/5/2026 6:59:14 PM\n\
         Event ID: 7024\nDescription:\nThe IIS Admin Service service terminated with \
         service-specific error 2148073478 (0x80090006).\n\n\
         HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n  MachineGuid    REG_SZ    {NEW}\n\n \
         Directory of {FOLDER}\n\n03/01/2026  09:12 AM    2,202 {file}\n"
    );
    let ticket = write(folder.path(), "ticket.txt", text);
    let missing = folder.path().join("SOFTWARE");
    let [ticket, missing, nothing] = [ticket, missing, folder.path().join("nothing.csv")]
        .map(|path| path.to_str().unwrap().to_string());
    let capture = sample("guid-changed.csv");
    let tz = ["--tz", "Europe/Berlin"];
    let witnesses = ["--event-log", &ticket, "--hive", &missing];
    let inputs = [capture.to_str().unwrap(), &nothing];
    lines(&[&tz[..], &witnesses, &inputs].concat())
}

#[test]
fn every_line_of_every_sample_keeps_to_the_schema() {
    assert!(jsonschema::meta::is_valid(&schema()));
    let validator = validator();
    for name in sample_captures() {
        let path = sample(&name);
        let lines = lines(&[path.to_str().unwrap()]);
        assert!(lines.len() >= 3, "{name}: a report, a capture and a verdict");
        check(&validator, &lines, &name);
    }
    let all = full_case();
    check(&validator, &all, "every type");
    let seen: BTreeSet<&str> = all.iter().map(|line| text(line, "type")).collect();
    let types = schema()["properties"]["type"]["enum"].clone();
    let types: BTreeSet<String> = serde_json::from_value(types).unwrap();
    assert_eq!(seen, types.iter().map(String::as_str).collect());
    let facts: Vec<_> =
        of_type(&all, "witness").iter().map(|it| it["fact"]["kind"].clone()).collect();
    for kind in ["service", "machine_guid", "folder"] {
        assert!(facts.contains(&json!(kind)), "{facts:?}");
    }
}

#[test]
fn the_members_of_a_line_stand_in_the_order_of_the_schema() {
    let schema = schema();
    for line in full_case() {
        let place = format!("{}_line", text(&line, "type"));
        let order = schema["$defs"][&place]["properties"].as_object().unwrap();
        let order: Vec<&String> = order.keys().collect();
        let places: Vec<_> = line
            .as_object()
            .unwrap()
            .keys()
            .map(|name| order.iter().position(|own| *own == name))
            .collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{line}");
    }
}

#[test]
fn the_schema_rejects_what_is_no_line() {
    let validator = validator();
    let lines = lines(&[sample("guid-changed.csv").to_str().unwrap()]);
    for (kind, name, value) in [
        ("step", "schema_version", json!(2)),
        ("step", "type", json!("row")),
        ("step", "event_id", json!(1636)),
        ("step", "datetime", json!("2026-03-05T18:59:13")),
        ("step", "step", json!("CreateFile")),
        ("step", "pid", json!("5236")),
        ("step", "read_before", json!(0)),
        ("step", "capture_index", json!(0)),
        ("finding", "confidence", json!("sure")),
        ("finding", "evidence", json!([])),
        ("key_file", "state", json!({"is": "lost"})),
        ("verdict", "state", json!("ok")),
        ("capture", "losses", json!(0)),
    ] {
        let mut wrong = of_type(&lines, kind)[0].clone();
        assert!(validator.is_valid(&wrong), "{kind}");
        wrong[name] = value.clone();
        assert!(!validator.is_valid(&wrong), "{kind}: {name}: {value}");
    }
    for (kind, name) in [("step", "read_before"), ("finding", "event_id"), ("verdict", "do_not")] {
        let line = of_type(&lines, kind)[0].clone();
        assert!(!validator.is_valid(&without(line, &[name])), "{kind}: {name}");
    }
}

#[test]
fn a_line_of_an_event_is_the_row_of_that_event() {
    let path = sample("guid-changed.pml");
    let path = path.to_str().unwrap();
    let rows = run(&["events", "-q", "-f", "jsonl", path]).json_lines();
    let rows: HashMap<&str, &Value> = rows.iter().map(|row| (text(row, "event_id"), row)).collect();
    let lines = lines(&[path]);
    let mut compared = 0;
    for line in lines.iter().filter(|line| line["type"] == "step" || line["type"] == "cited_event")
    {
        let row = rows[text(line, "event_id")];
        for name in ["event_number", "datetime", "local_time", "process_name", "pid", "tid", "path"]
        {
            // The path of a read of several events is that of the value.
            let is_read = line["step"] == "guid_read" && name == "path";
            assert!(is_read || line[name] == row[name], "{name}: {line}\n{row}");
        }
        assert!(line["datetime"].is_string() && line["capture"] == path, "{line}");
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
    // Whatever else a line cites is an event of the capture, too.
    for line in &lines {
        for list in ["events", "evidence", "listed_by"] {
            for event in line[list].as_array().into_iter().flatten() {
                assert!(rows.contains_key(text(event, "event_id")), "{line}");
            }
        }
    }
}

#[test]
fn a_step_says_which_read_it_follows() {
    let all = lines(&[sample("guid-changed.csv").to_str().unwrap()]);
    let steps = of_type(&all, "step");
    let step = |number: u64| *steps.iter().find(|step| step["event_number"] == number).unwrap();
    // The capture has the read at 18:59:13.0399269, and makes the file at .0432339, on one thread.
    let made = step(1674);
    let read = &made["read_before"];
    assert_eq!((text(made, "step"), text(made, "container")), ("created", METABASE));
    assert_eq!((text(made, "process_name"), &made["pid"]), ("inetinfo.exe", &json!(5236)));
    assert_eq!((&read["event_number"], text(read, "guid")), (&json!(1636), NEW));
    assert_eq!(read["event_id"], step(1636)["event_id"]);
    assert_eq!((text(read, "via"), &read["elapsed_seconds"]), ("thread", &json!(0.003307)));
    assert_eq!(made["findings"], json!(["MK-01"]));
    assert!(step(1636)["read_before"].is_null());
    let finding = of_type(&all, "finding")[0];
    assert_eq!((text(finding, "signature"), text(finding, "confidence")), ("MK-01", "high"));
    assert_eq!(text(finding, "process_name"), "inetinfo.exe");
    let cited: Vec<&Value> =
        list(finding, "evidence").iter().map(|it| &it["event_number"]).collect();
    assert!(cited.contains(&&json!(1636)) && cited.contains(&&json!(1674)), "{cited:?}");
    let containers = list(finding, "containers");
    assert!(containers.iter().any(|it| it["container"] == METABASE), "{containers:?}");
    // The lead calls GUIDs by their letters, which the same line has.
    let verdict = of_type(&all, "verdict")[0];
    assert_eq!(verdict["guid_signs"][0], json!({"letter": "A", "guid": OLD}));
}

fn fields(line: &str) -> Vec<&str> {
    let inner = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
    inner.unwrap().split("\",\"").collect()
}

/// The rows of a table without quotes in its fields.
fn table(text: &str) -> Vec<HashMap<&str, &str>> {
    let mut rows = text.lines();
    let header = fields(rows.next().unwrap());
    let cells = |line| {
        let cells = fields(line);
        assert_eq!(cells.len(), header.len(), "{line}");
        header.iter().copied().zip(cells).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn the_table_has_a_row_for_each_step() {
    let path = sample("guid-changed.csv");
    let path = path.to_str().unwrap();
    let run = run(&["analyze", "-f", "csv", "--tz", "+01:00", path]);
    let rows = table(run.text());
    let all = lines(&["--tz", "+01:00", path]);
    let steps = of_type(&all, "step");
    assert_eq!(rows.len(), steps.len());
    for (row, step) in rows.iter().zip(steps) {
        assert_eq!(row["Event"], step["event_number"].to_string());
        for (column, name) in [
            ("Event ID", "event_id"),
            ("Date & Time", "datetime"),
            ("Process Name", "process_name"),
            ("Step", "step"),
            ("Result", "result"),
            ("Path", "path"),
            ("GUID", "guid"),
        ] {
            assert_eq!(row[column], text(step, name), "{column}");
        }
    }
    let made = rows.iter().find(|row| row["Event"] == "1674").unwrap();
    assert_eq!(made["Date & Time"], "2026-03-05T18:59:13.0432339+01:00");
    assert_eq!((made["PID"], made["Key Container"]), ("5236", METABASE));
    let follows = ["Read Event", "Read Via", "Milliseconds After Read"].map(|name| made[name]);
    assert_eq!(follows, ["1636", "thread", "3.3070"]);
    assert_eq!(made["Findings"], "MK-01");
    assert!(!run.stderr.contains("absolute"), "{}", run.stderr);
}

#[test]
fn times_of_a_table_that_are_not_absolute_are_reported() {
    for (arguments, has_remark) in [
        (&[][..], true),
        (&["--date", "2026-03-05"], true),
        (&["--date", "2026-03-05", "--tz", "UTC"], false),
    ] {
        let path = sample("guid-changed-default.csv");
        let all = [&["analyze", "-f", "csv", path.to_str().unwrap()], arguments].concat();
        let run = run(&all);
        let rows = table(run.text()).len();
        let remark = format!("{rows} of {rows} times are not absolute");
        assert!(rows > 0);
        assert_eq!(run.stderr.contains(&remark), has_remark, "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stderr.contains("--tz supply"), has_remark, "{arguments:?}");
    }
}

#[test]
fn no_cell_of_a_table_is_a_formula_where_that_is_asked_for() {
    let folder = temp();
    let path = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let row =
        |time| vec![time, "=1+1.exe", "7", "ReadFile", &path, "SUCCESS", "Offset: 0, Length: 4"];
    let rows = [COLUMNS.to_vec(), row("11:59:59.9000000 PM"), row("12:00:00.1000000 AM")];
    let input = write(folder.path(), "a.csv", csv(&rows));
    let input = input.to_str().unwrap();
    let all = ["analyze", "-q", "-p", "*", "-f", "csv", input];
    let plain = run(&all);
    let plain = table(plain.text());
    assert_eq!(plain[1]["Process Name"], "=1+1.exe");
    assert_eq!(plain[1]["Date & Time"], "+1d 00:00:00.1000000");
    let safe = run(&[&all[..], &["--safe"]].concat());
    let safe = table(safe.text());
    assert_eq!(safe[1]["Process Name"], "'=1+1.exe");
    assert_eq!(safe[1]["Date & Time"], "'+1d 00:00:00.1000000");
    assert_eq!(safe[1]["PID"], "7");
    for format in ["table", "json", "jsonl", "markdown", "html"] {
        let run = run(&["analyze", "--safe", "-f", format, input]);
        assert_eq!(run.status, 2, "{format}");
        assert!(run.stderr.contains("--safe is for -f csv"), "{}", run.stderr);
        assert!(run.stdout.is_empty(), "{format}");
    }
}
