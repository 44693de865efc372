//! Scripts branch on the exit status, so its numbers never change.

use crate::common::*;
use crate::{expect_status, run};

/// A healthy capture that ends inside a record.
fn truncated(folder: &std::path::Path) -> std::path::PathBuf {
    let bytes = read(sample("restart.csv"));
    write(folder, "cut.csv", &bytes[..bytes.len() / 2])
}

#[test]
fn zero_when_everything_was_read_and_nothing_flagged() {
    for command in ["analyze", "events", "info"] {
        expect_status(&run!(command, &sample("restart.csv")), 0, command);
    }
    // Only `analyze` flags anything.
    expect_status(&run!("events", &sample("guid-changed.csv")), 0, "events");
    expect_status(&run!("info", &sample("guid-changed.csv")), 0, "info");
    expect_status(&run!("key", "iisWasKey"), 0, "key");
    for word in ["--help", "--version"] {
        expect_status(&run!(word), 0, word);
    }
}

#[test]
fn one_when_something_was_flagged() {
    for format in ["table", "json", "jsonl", "csv", "markdown"] {
        expect_status(&run!("analyze", "-f", format, &sample("guid-changed.csv")), 1, format);
    }
}

#[test]
fn one_even_where_something_was_lost() {
    let folder = temp();
    let bytes = read(sample("guid-changed.csv"));
    let cut = write(folder.path(), "cut.csv", &bytes[..bytes.len() - 100]);
    let run = run!("analyze", "-f", "json", &cut);
    expect_status(&run, 1, "cut");
    assert_eq!(run.json()["captures"][0]["losses"]["count"], 1);
    let missing = folder.path().join("missing.csv");
    expect_status(&run!("analyze", &missing, &sample("guid-changed.csv")), 1, "missing");
}

#[test]
fn two_for_wrong_usage() {
    let path = sample("restart.csv");
    for arguments in [
        &["frobnicate"][..],
        &["analyze"],
        &["events"],
        &["key"],
        &["analyze", "--no-such-option"],
        &["analyze", "--format", "pdf"],
        &["analyze", "--filter", "Path resembles x"],
        &["analyze", "--filter", "Flavour is sweet"],
        &["events", "--exclude", "PID is many"],
        &["events", "--filter", "Path contains"],
        &["analyze", "--tz", "Nowhere/Land"],
        &["analyze", "--date", "yesterday"],
        &["analyze", "--date-order", "ydm"],
        &["analyze", "--machine-guid", "4f6c"],
        &["analyze", "--names", "no-such-file"],
        &["analyze", "--quiet", "--verbose"],
    ] {
        let mut all: Vec<_> = arguments.iter().map(std::ffi::OsStr::new).collect();
        if all.len() > 1 {
            all.push(path.as_os_str());
        }
        let run = run(&all);
        expect_status(&run, 2, arguments.join(" "));
        assert!(run.stdout.is_empty(), "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn three_when_no_input_could_be_read() {
    let folder = temp();
    let missing = folder.path().join("missing.csv");
    let prose = write(folder.path(), "prose.txt", "Nothing of interest.\n");
    for command in ["analyze", "events", "info"] {
        for inputs in [vec![&missing], vec![&prose], vec![&missing, &prose]] {
            let mut all = vec![std::ffi::OsStr::new(command)];
            all.extend(inputs.iter().map(|path| path.as_os_str()));
            let run = run(&all);
            expect_status(&run, 3, command);
            for input in inputs {
                assert!(run.stderr.contains(input.to_str().unwrap()), "{}", run.stderr);
            }
            assert!(run.stdout.is_empty(), "{command}: {}", run.text());
        }
    }
    // A folder is no capture.
    expect_status(&run!("analyze", folder.path()), 3, "folder");
}

#[test]
fn three_when_the_output_cannot_be_written() {
    let folder = temp();
    let output = folder.path().join("no-such-folder/report.json");
    for command in ["analyze", "events", "info"] {
        let run = run!(command, "-o", &output, &sample("restart.csv"));
        expect_status(&run, 3, command);
        assert!(run.stderr.contains("no-such-folder"), "{}", run.stderr);
    }
}

#[test]
fn four_when_something_was_lost_and_nothing_flagged() {
    let folder = temp();
    let cut = truncated(folder.path());
    let missing = folder.path().join("missing.csv");
    for command in ["analyze", "events", "info"] {
        let run = run!(command, "-f", "json", &cut);
        expect_status(&run, 4, command);
        assert!(run.stderr.contains("truncated"), "{}", run.stderr);
        // What could be read is there all the same.
        assert!(run.json().is_object() || run.json().is_array());
        for inputs in [[&missing, &sample("restart.csv")], [&sample("restart.csv"), &missing]] {
            let run = run!(command, "-f", "json", inputs[0], inputs[1]);
            expect_status(&run, 4, command);
            assert!(run.stderr.contains("missing.csv"), "{}", run.stderr);
        }
    }
}

#[test]
fn losses_are_in_the_report_with_their_place() {
    let folder = temp();
    let (status, report) = analyze(&[truncated(folder.path())]);
    assert_eq!(status, 4);
    let losses = &report["captures"][0]["losses"];
    assert_eq!(losses["count"], 1);
    let loss = &losses["first"][0];
    let read = report["captures"][0]["events_read"].as_u64().unwrap();
    assert_eq!(text(loss, "kind"), "truncated");
    assert_eq!(loss["record"].as_u64(), Some(read));
    assert!(loss["byte"].as_u64() > Some(0) && loss["line"].as_u64() >= Some(read));
}
