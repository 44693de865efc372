//! An export hides its date and its zone, and writes times as the user's locale
//! has them. What is known is used, what is not is never made up.

use serde_json::Value;

use crate::common::*;
use crate::{expect_status, run};

#[test]
fn a_date_and_a_zone_from_the_user_complete_the_times() {
    let path = sample("guid-changed-default.csv");
    for (arguments, quality, time) in [
        (&[][..], "time_only", "18:59:13.0413955"),
        (&["--date", "2026-03-05"], "date_inferred", "2026-03-05T18:59:13.0413955"),
        (
            &["--date", "2026-07-05", "--tz", "Europe/Berlin"],
            "date_inferred",
            "2026-07-05T18:59:13.0413955+02:00",
        ),
        (
            &["--date", "2026-03-05", "--tz", "-05:30"],
            "date_inferred",
            "2026-03-05T18:59:13.0413955-05:30",
        ),
    ] {
        let mut all: Vec<_> = arguments.iter().map(std::ffi::OsStr::new).collect();
        all.push(path.as_os_str());
        let (status, report) = analyze(&all);
        assert_eq!(status, 1);
        let entry = entry(&report, 1673);
        assert_eq!((text(entry, "time"), text(entry, "time_quality")), (time, quality));
        // As the capture has it, whatever was added.
        assert_eq!(entry["time_text"], "6:59:13.0413955 PM");
    }
}

/// Three steps on a key file at these times, from Time of Day or Date & Time.
fn steps(column: &'static str, times: [&str; 3]) -> Vec<u8> {
    let path = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let mut rows =
        vec![vec![column, "Process Name", "PID", "Operation", "Path", "Result", "Detail"]];
    for time in times {
        rows.push(vec![
            time,
            "inetinfo.exe",
            "4",
            "ReadFile",
            &path,
            "SUCCESS",
            "Offset: 0, Length: 1,131",
        ]);
    }
    csv(&rows)
}

/// Time and quality of each step, and the capture's remarks.
fn times(bytes: &[u8], arguments: &[&str]) -> (Vec<(Option<String>, String)>, String) {
    let folder = temp();
    let path = write(folder.path(), "times.csv", bytes);
    let mut all: Vec<_> = arguments.iter().map(std::ffi::OsStr::new).collect();
    all.push(path.as_os_str());
    let (status, report) = analyze(&all);
    assert_eq!(status, 0);
    let entry = |entry: &Value| {
        assert_eq!(entry["length"], 1131);
        (entry["time"].as_str().map(str::to_string), text(entry, "time_quality").to_string())
    };
    let remarks: Vec<_> =
        list(&report["captures"][0], "remarks").iter().map(Value::to_string).collect();
    (list(&report, "timeline").iter().map(entry).collect(), remarks.join("\n"))
}

#[test]
fn an_order_of_day_and_month_is_asked_for_where_it_is_open() {
    let open =
        steps("Date & Time", ["3/5/2026 7:00:00 AM", "3/5/2026 7:00:01 AM", "3/5/2026 7:00:02 AM"]);
    let (found, remarks) = times(&open, &[]);
    assert!(found.iter().all(|(_, quality)| quality == "date_ambiguous"), "{found:?}");
    assert!(remarks.contains("--date-order"), "{remarks}");
    for (order, date) in [("dmy", "2026-05-03"), ("mdy", "2026-03-05")] {
        let (found, remarks) = times(&open, &["--date-order", order]);
        let want = (Some(format!("{date}T07:00:00")), "full".to_string());
        assert_eq!(found[0], want, "{order}");
        assert_eq!(remarks, "", "{order}");
    }
    // A single date that has only one reading settles it for all.
    let settled = steps(
        "Date & Time",
        ["3/5/2026 7:00:00 AM", "3/5/2026 7:00:01 AM", "3/13/2026 7:00:02 AM"],
    );
    assert_eq!(times(&settled, &[]).0[0].0.as_deref(), Some("2026-03-05T07:00:00"));
}

#[test]
fn times_of_many_locales_are_read() {
    for (text, time) in [
        ("3:58:46.6882889 PM", "15:58:46.6882889"),
        ("08:46:56.2924681 AM", "08:46:56.2924681"),
        ("12:00:00.0000001 AM", "00:00:00.0000001"),
        ("20:38:31.9788133", "20:38:31.9788133"),
        ("\u{4e0a}\u{5348} 01:09:44.8222664", "01:09:44.8222664"),
        ("\u{4e0b}\u{5348} 01:09:44.8222664", "13:09:44.8222664"),
        ("16:53:03,6001516", "16:53:03.6001516"),
    ] {
        let (found, _) = times(&steps("Time of Day", [text; 3]), &[]);
        assert_eq!(found[0], (Some(time.into()), "time_only".into()), "{text}");
    }
}

#[test]
fn lengths_of_many_locales_are_read() {
    for grouped in ["1,131", "1.131", "1 131", "1\u{a0}131", "1\u{202f}131", "1\u{2019}131", "1131"]
    {
        let bytes = String::from_utf8(steps("Time of Day", ["20:38:31.9788133"; 3])).unwrap();
        times(bytes.replace("1,131", grouped).as_bytes(), &[]);
    }
}

#[test]
fn a_spreadsheet_that_ate_the_hours_leaves_the_order() {
    // Excel shows `6:59:13.0413955 PM` as minutes and seconds, and saves that.
    let damaged = steps("Time of Day", ["59:13.0", "59:14.1", "00:02.7"]);
    let (found, remarks) = times(&damaged, &[]);
    assert!(found.iter().all(|row| *row == (None, "order_only".into())), "{found:?}");
    assert!(remarks.contains("hour"), "{remarks}");
}

#[test]
fn german_settings_are_read_as_they_are_meant() {
    let run = run!("info", "-f", "json", &sample("restart-de.csv"));
    expect_status(&run, 0, "restart-de.csv");
    let time = &run.json()[0]["time"];
    assert_eq!(text(time, "first"), "2026-03-05T16:53:03.6002204");
    assert_eq!((text(time, "quality"), text(time, "date_order")), ("full", "dmy"));
    let (_, report) = analyze(&[sample("restart-de.csv")]);
    // `2.202` is a length, not two bytes and a bit.
    assert_eq!(entry(&report, 519)["length"], 2202);
}

#[test]
fn a_filter_on_time_waits_for_the_order_of_the_dates() {
    let folder = temp();
    let open =
        steps("Date & Time", ["3/5/2026 7:00:00 AM", "3/5/2026 7:00:01 AM", "3/5/2026 7:00:02 AM"]);
    let path = write(folder.path(), "open.csv", open);
    let rule = ["--filter", "Date & Time more than 2026-04-01"];
    let count = |order: &[&str]| {
        let mut all: Vec<_> = ["events", "-f", "jsonl", "--raw"].map(std::ffi::OsStr::new).to_vec();
        all.extend(rule.iter().chain(order).map(std::ffi::OsStr::new));
        all.push(path.as_os_str());
        let run = run(&all);
        (run.json_lines().len(), run.stderr.contains("--date-order"))
    };
    assert_eq!(count(&[]), (0, true), "left out, and said so");
    assert_eq!(count(&["--date-order", "dmy"]), (3, false));
    assert_eq!(count(&["--date-order", "mdy"]), (0, false));
}

#[test]
fn every_command_says_on_how_many_events_its_filter_could_not_decide() {
    let folder = temp();
    let open =
        steps("Date & Time", ["3/5/2026 7:00:00 AM", "3/5/2026 7:00:01 AM", "3/5/2026 7:00:02 AM"]);
    let path = write(folder.path(), "open.csv", open);
    let output = folder.path().join("out.xml");
    let run = |words: &[&str], more: &[&str]| {
        let mut all: Vec<_> = words.iter().chain(more).map(std::ffi::OsStr::new).collect();
        all.extend(["--filter", "Date & Time more than 2026-04-01"].map(std::ffi::OsStr::new));
        all.push(path.as_os_str());
        if words[0] == "convert" {
            all.extend([std::ffi::OsStr::new("-o"), output.as_os_str()]);
        }
        run(&all)
    };
    let sentence = "open.csv: the filter could not decide on 3 events, because their date or time can \
                    be read in more than one way; see --date-order\n";
    for words in [
        &["events", "-f", "jsonl", "--raw"][..],
        &["convert"],
        &["info"],
        &["info", "-f", "json"],
        &["stacks"],
        &["stacks", "-f", "json"],
    ] {
        let open = run(words, &[]);
        expect_status(&open, 0, words.join(" "));
        assert!(open.stderr.contains(sentence), "{words:?}: {}", open.stderr);
        let settled = run(words, &["--date-order", "dmy"]);
        assert!(!settled.stderr.contains("could not decide"), "{words:?}: {}", settled.stderr);
    }
    let info = run(&["info", "-f", "json"], &[]).json();
    let counts = ["events_read", "events_counted", "events_undecided"].map(|key| &info[0][key]);
    assert_eq!(counts, [3, 0, 3]);
    let settled = run(&["info", "-f", "json"], &["--date-order", "dmy"]).json();
    let counts = ["events_read", "events_counted", "events_undecided"].map(|key| &settled[0][key]);
    assert_eq!(counts, [3, 3, 0]);
    let table = run(&["info"], &[]);
    let row = "0 of 3 by the filter, which could not decide on 3";
    assert!(table.text().contains(row), "{}", table.text());
    let report = run(&["analyze", "-f", "json"], &[]).json();
    assert_eq!(report["captures"][0]["events_undecided"], 3);
}

#[test]
fn every_command_says_which_column_its_filter_misses() {
    let path = sample("guid-changed-default.csv");
    for command in ["events", "info", "stacks"] {
        let run = run!(command, "--filter", "TID is 4", &path);
        let sentence = "the filter asks for the column TID, which this capture does not have\n";
        assert!(run.stderr.contains(sentence), "{command}: {}", run.stderr);
    }
}
