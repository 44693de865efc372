//! A folder in place of captures: those that lie in it are one case, and other files are named.

use std::fs;

use crate::common::*;
use crate::{expect_status, run};

/// The paths of the captures of a report.
fn paths(report: &serde_json::Value) -> Vec<String> {
    let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap().to_string();
    list(report, "captures").iter().map(|capture| name(text(capture, "path"))).collect()
}

#[test]
fn the_captures_of_a_folder_are_one_case() {
    let folder = temp();
    let own = |name: &str, bytes: &[u8]| write(folder.path(), name, bytes);
    // By content, whatever they are called.
    let restart = own("1.txt", &read(sample("restart.csv")));
    let changed = own("2.bin", &gzip(&read(sample("guid-changed.xml"))));
    own("notes.txt", b"We looked at it.\n");
    own("System.evtx", b"ElfFile\0\0\0");
    fs::create_dir(folder.path().join("below")).unwrap();
    write(&folder.path().join("below"), "3.csv", read(sample("first-start.csv")));

    let all = run!("analyze", "-f", "json", folder.path());
    expect_status(&all, 1, "a folder");
    assert_eq!(paths(&all.json()), ["1.txt", "2.bin"]);
    let named = run!("analyze", "-f", "json", &restart, &changed);
    assert_eq!(all.stdout, named.stdout);
    for word in ["passed over", "notes.txt", "System.evtx", "--event-log"] {
        assert!(all.stderr.contains(word), "`{word}` is not in: {}", all.stderr);
    }
    assert!(!all.stderr.contains("3.csv"), "{}", all.stderr);

    // The other commands that take several captures do the same.
    for command in ["events", "info", "processes", "stacks"] {
        let of_folder = run!(command, "-f", "json", folder.path());
        let of_files = run!(command, "-f", "json", &restart, &changed);
        assert_eq!(of_folder.status, of_files.status, "{command}");
        assert_eq!(of_folder.stdout, of_files.stdout, "{command}");
    }
    for arguments in [["convert", "-o", "x.csv"], ["compare", "-f", "json"]] {
        let mut all: Vec<&std::ffi::OsStr> = arguments.iter().map(|it| it.as_ref()).collect();
        all.push(folder.path().as_os_str());
        if arguments[0] == "compare" {
            all.push(restart.as_os_str());
        }
        let refused = crate::common::run(&all);
        expect_status(&refused, 2, arguments[0]);
        assert!(refused.stderr.contains("a folder, and only one capture"), "{}", refused.stderr);
    }
}

#[test]
fn a_folder_without_captures_or_with_a_damaged_one_is_not_clean() {
    let folder = temp();
    for command in ["analyze", "events", "info"] {
        let run = run!(command, folder.path());
        expect_status(&run, 3, "an empty folder");
        assert!(run.stderr.contains("a folder without files"), "{}", run.stderr);
    }
    write(folder.path(), "notes.txt", "We looked at it.\n");
    let run = run!("analyze", folder.path());
    expect_status(&run, 3, "no capture");
    assert!(run.stderr.contains("no file is a capture (of 1)"), "{}", run.stderr);
    assert!(
        run.stderr.contains("notes.txt") && run.stderr.contains("--keys-dir"),
        "{}",
        run.stderr
    );

    write(folder.path(), "restart.csv", read(sample("restart.csv")));
    expect_status(&run!("analyze", folder.path()), 0, "restart.csv");
    // A native log that is damaged is no other file: something is missing.
    write(folder.path(), "bad.pml", b"PML_\x09\0\0\0garbage");
    let run = run!("analyze", "-f", "json", folder.path());
    expect_status(&run, 4, "bad.pml");
    assert_eq!(paths(&run.json()), ["bad.pml", "restart.csv"]);
}

#[test]
fn a_folder_is_no_filter_file() {
    let folder = temp();
    let run = run!("filter", folder.path());
    expect_status(&run, 3, "a folder");
    assert!(run.stderr.contains("a folder; name the filter files"), "{}", run.stderr);
}

#[test]
fn an_output_does_not_go_into_the_folder_that_is_read() {
    let folder = temp();
    write(folder.path(), "restart.csv", read(sample("restart.csv")));
    let run = run!("analyze", folder.path(), "-o", &folder.path().join("report.txt"));
    expect_status(&run, 2, "an output in the folder");
    assert!(run.stderr.contains("in the folder that is read"), "{}", run.stderr);
}
