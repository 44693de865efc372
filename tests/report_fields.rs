//! What the JSON report says of its captures for those who draw or compare them, and of how it
//! was made.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use serde_json::Value;

use common::*;

fn counts(capture: &Value, which: &str) -> Vec<u64> {
    numbers(&capture["density"], which)
}

fn report_of(arguments: &[&std::ffi::OsStr]) -> Value {
    analyze(arguments).1
}

#[test]
fn a_capture_has_one_id_wherever_its_bytes_lie() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    let id = |path: &std::path::Path| {
        let report = report_of(&[path.as_os_str()]);
        report["captures"][0]["capture_id"].as_str().map(str::to_string)
    };
    let original = id(&sample("restart.csv")).unwrap();
    let copy = write(folder.path(), "another name.txt", &bytes);
    assert_eq!(id(&copy).unwrap(), original);
    // Packed it is another file; and a member has the name of its archive and its own.
    let archive = zip(&[("a.csv", &bytes), ("b.csv", &bytes)]);
    let archive = write(folder.path(), "x.zip", archive);
    let report = report_of(&[archive.as_os_str()]);
    let ids: Vec<_> = (0..2).map(|at| text(&report["captures"][at], "capture_id")).collect();
    let packed = id(&write(folder.path(), "x.gz", gzip(&bytes))).unwrap();
    assert!(ids[0] != ids[1] && !ids.contains(&original.as_str()) && packed != original);
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() = b' ';
    assert_ne!(id(&write(folder.path(), "changed.csv", changed)).unwrap(), original);
    // A native log that Procmon would continue in further files.
    assert_eq!(id(&sample("restart.pml")).unwrap().len(), 32);
}

/// Of a stream, only the beginning is known when the first event is read; of an archive on it, all.
#[test]
fn the_id_of_a_stream_is_marked() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    assert!(bytes.len() > 64 * 1024);
    let of_stream = |bytes: &[u8]| {
        let run = run_with_input(&["analyze", "-f", "json", "-"], bytes);
        text(&run.json()["captures"][0], "capture_id").to_string()
    };
    let id = of_stream(&bytes);
    assert!(id.len() == 39 && id.starts_with("stream-"), "{id}");
    let mut longer = bytes.clone();
    longer.extend_from_slice(b"\r\n");
    assert_eq!(of_stream(&longer), id);
    let archive = zip(&[("a.csv", &bytes)]);
    let of_file = report_of(&[write(folder.path(), "x.zip", &archive).as_os_str()]);
    assert_eq!(text(&of_file["captures"][0], "capture_id"), of_stream(&archive));
}

#[test]
fn the_id_of_a_capture_can_be_given() {
    let path = sample("restart.csv");
    let given = ["--capture-id".as_ref(), "case-17".as_ref(), path.as_os_str()];
    let report = report_of(&given);
    assert_eq!(text(&report["captures"][0], "capture_id"), "case-17");
    // It is not that of the capture that it is compared with.
    let with_baseline = [&given[..], &["--baseline".as_ref(), path.as_os_str()]].concat();
    let report = report_of(&with_baseline);
    let ids: Vec<_> = list(&report, "captures").iter().map(|it| text(it, "capture_id")).collect();
    assert_eq!(ids.iter().filter(|id| **id == "case-17").count(), 1, "{ids:?}");
    for refused in [&[path.as_os_str()][..], &[]] {
        let name = if refused.is_empty() { "a b" } else { "x" };
        let mut all = vec!["analyze".as_ref(), "--capture-id".as_ref(), name.as_ref()];
        all.push(path.as_os_str());
        all.extend(refused);
        let run = run(&all);
        assert_eq!(run.status, 2, "{}", run.stderr);
        assert!(run.stderr.contains("--capture-id"), "{}", run.stderr);
    }
}

#[test]
fn the_density_counts_every_event_once() {
    for (file, events) in [("restart.csv", 596), ("restart.pml", 596), ("guid-changed.xml", 4055)] {
        let path = sample(file);
        let report = report_of(&[path.as_os_str()]);
        let capture = &report["captures"][0];
        assert_eq!(capture["density"]["bins"], 300, "{file}");
        for which in ["all", "followed"] {
            assert_eq!(counts(capture, which).len(), 300, "{file}");
        }
        assert_eq!(counts(capture, "all").iter().sum::<u64>(), events, "{file}");
        assert_eq!(capture["density"]["basis"], "some_events", "{file}");
        let inetinfo = list(capture, "processes")
            .iter()
            .find(|process| process["name"] == "inetinfo.exe")
            .unwrap();
        let followed: u64 = counts(capture, "followed").iter().sum();
        assert_eq!(followed, inetinfo["events"].as_u64().unwrap(), "{file}");
        // All processes: now the time of every event is known.
        let report = report_of(&["-p".as_ref(), "*".as_ref(), path.as_os_str()]);
        let capture = &report["captures"][0];
        assert_eq!(capture["density"]["basis"], "every_event", "{file}");
        assert_eq!(counts(capture, "all"), counts(capture, "followed"), "{file}");
    }
}

#[test]
fn events_fall_into_the_stretch_of_their_time() {
    let folder = temp();
    let row = |time: &'static str, process: &'static str| {
        vec![time, process, "7", "ReadFile", "C:\\a", "SUCCESS", ""]
    };
    let mut rows = vec![COLUMNS.to_vec()];
    for (time, process) in [
        ("6:00:00.0000000 PM", "inetinfo.exe"),
        ("6:00:01.0000000 PM", "inetinfo.exe"),
        ("6:00:03.0000000 PM", "inetinfo.exe"),
        ("6:00:04.0000000 PM", "inetinfo.exe"),
    ] {
        rows.push(row(time, process));
    }
    let path = write(folder.path(), "four.csv", csv(&rows));
    let report = report_of(&[path.as_os_str()]);
    // Four stretches of a second each.
    assert_eq!(counts(&report["captures"][0], "all"), [1, 1, 0, 2]);
    assert_eq!(report["captures"][0]["density"]["basis"], "every_event");
    // Without times, nothing is known of it.
    let rows =
        [vec!["Process Name", "Operation", "Path"], vec!["inetinfo.exe", "ReadFile", "C:\\a"]];
    let path = write(folder.path(), "timeless.csv", csv(&rows));
    let report = report_of(&[path.as_os_str()]);
    assert_eq!(report["captures"][0]["density"], Value::Null);
}

#[test]
fn a_report_says_how_it_was_made_only_when_it_is_asked_to() {
    let path = sample("restart.csv");
    assert_eq!(report_of(&[path.as_os_str()])["made"], Value::Null);
    let made = |epoch: &str| {
        let mut command = procmonkey(&["analyze", "-f", "json", "--made"]);
        command.arg(&path).env("SOURCE_DATE_EPOCH", epoch).output().unwrap()
    };
    let first = made("1772737153");
    assert_eq!(first.stdout, made("1772737153").stdout);
    let report: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(text(&report["made"], "at"), "2026-03-05T18:59:13Z");
    let argv = list(&report["made"], "argv");
    assert_eq!(argv[1..4], ["analyze", "-f", "json"]);
    assert_eq!(argv[5], path.to_str().unwrap());
    // The time of now, where nothing sets it.
    let mut command = procmonkey(&["analyze", "-f", "json", "--made"]);
    let output = command.arg(&path).env_remove("SOURCE_DATE_EPOCH").output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(text(&report["made"], "at") > "2026-01-01");
    // A time that cannot be read is no reason to take another one.
    let wrong = made("yesterday");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("SOURCE_DATE_EPOCH"));
    assert!(wrong.stdout.is_empty());
}
