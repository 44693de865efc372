//! Data goes to standard output or into a file that is complete or not there;
//! everything else that is said goes to standard error.

use std::io::Read;
use std::process::Stdio;

use crate::common::*;
use crate::{expect_status, run};

#[test]
fn a_file_holds_what_standard_output_would_have() {
    let folder = temp();
    let output = folder.path().join("report.json");
    let path = sample("guid-changed.csv");
    let direct = run!("analyze", "-f", "json", &path);
    let filed = run!("analyze", "-f", "json", "-o", &output, &path);
    expect_status(&filed, 1, "a file");
    assert!(filed.stdout.is_empty());
    assert!(read(&output) == direct.stdout);
    // An existing file is replaced, whether it was longer or not.
    write(folder.path(), "report.json", vec![b'x'; direct.stdout.len() * 2]);
    run!("analyze", "-f", "json", "-o", &output, &path);
    assert!(read(&output) == direct.stdout);
    assert_eq!(names_in(folder.path()), ["report.json"]);
}

#[test]
fn a_folder_that_is_not_there_is_told_before_anything_is_read() {
    let folder = temp();
    let output = folder.path().join("nowhere/report.json");
    let missing = folder.path().join("missing.csv");
    let run = run!("analyze", "-o", &output, &missing);
    expect_status(&run, 3, "nowhere");
    assert!(run.stderr.contains("nowhere"), "{}", run.stderr);
    assert!(!run.stderr.contains("missing.csv"), "the input was read: {}", run.stderr);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_failure_leaves_an_existing_file_as_it_was() {
    let folder = temp();
    let output = write(folder.path(), "report.json", "precious");
    let missing = folder.path().join("missing.csv");
    for command in ["analyze", "events", "info"] {
        expect_status(&run!(command, "-o", &output, &missing), 3, command);
        assert_eq!(read(&output), b"precious", "{command}");
        assert_eq!(names_in(folder.path()), ["report.json"], "{command}");
    }
    // The same for a folder where a file should be.
    expect_status(&run!("analyze", "-o", folder.path(), &sample("restart.csv")), 3, "a folder");
    assert_eq!(names_in(folder.path()), ["report.json"]);
}

#[cfg(unix)]
#[test]
fn a_file_behind_a_link_is_replaced_and_the_link_stays() {
    let folder = temp();
    let target = write(folder.path(), "target.json", "old");
    let link = folder.path().join("link.json");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    run!("info", "-f", "json", "-o", &link, &sample("restart.csv"));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(read(&target).starts_with(b"["));
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    expect_status(&run!("info", "-o", "/dev/null", &sample("restart.csv")), 0, "/dev/null");
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for format in ["jsonl", "json", "csv", "markdown", "table"] {
        let path = sample("guid-changed.csv");
        let arguments = ["events".as_ref(), "-f".as_ref(), format.as_ref(), path.as_os_str()];
        let mut child =
            procmonkey(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Far less than there is, and more than nothing; then the pipe breaks.
        child.stdout.take().unwrap().read_exact(&mut [0; 100]).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{format}: {} {said}", output.status);
        assert!(said.is_empty(), "{format}: {said}");
    }
}

#[test]
fn standard_output_has_the_data_only() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    let cut = write(folder.path(), "cut.csv", &bytes[..bytes.len() / 2]);
    let missing = folder.path().join("missing.csv");
    let run = run!("analyze", "-f", "json", &cut, &missing);
    assert_eq!(list(&run.json(), "captures").len(), 1);
    assert!(run.stderr.contains("cut.csv") && run.stderr.contains("missing.csv"));
    let run = run!("events", "-f", "jsonl", "--raw", "-p", "w3wp.exe", &cut);
    assert!(run.json_lines().iter().all(|event| event["Process Name"] == "w3wp.exe"));
    assert!(!run.stderr.is_empty(), "how many events there were is told");
}

#[test]
fn quiet_leaves_errors_only() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    let cut = write(folder.path(), "cut.csv", &bytes[..bytes.len() / 2]);
    for command in ["analyze", "events", "info"] {
        let run = run!(command, "-q", "-f", "json", "-p", "nobody.exe", &cut);
        assert_eq!(run.stderr, "", "{command}");
        let missing = folder.path().join("missing.csv");
        let run = run!(command, "-q", &missing);
        assert!(run.stderr.contains("missing.csv"), "{command}: {}", run.stderr);
    }
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let path = sample("guid-changed.csv");
    let has_colour = |arguments: &[&str], no_color: &str| {
        let mut command = procmonkey(&["analyze".as_ref(), path.as_os_str()]);
        command.args(arguments).env("NO_COLOR", no_color);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        output.stdout.contains(&0x1b)
    };
    // A pipe is no terminal.
    assert!(!has_colour(&[], ""));
    assert!(!has_colour(&["--color", "never"], ""));
    assert!(has_colour(&["--color", "always"], ""));
    assert!(!has_colour(&[], "1"));
    // What is asked for by name counts more than the environment.
    assert!(has_colour(&["--color", "always"], "1"));
    for format in ["json", "jsonl", "csv", "markdown"] {
        assert!(!has_colour(&["--color", "always", "-f", format], ""), "{format}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in ["table", "json", "jsonl", "csv", "markdown"] {
        let path = sample("guid-changed.xml");
        let runs = [0; 2].map(|_| run!("analyze", "-p", "*", "-f", format, &path).stdout);
        assert!(runs[0] == runs[1] && !runs[0].is_empty(), "{format}");
    }
}
