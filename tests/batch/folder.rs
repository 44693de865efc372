//! The folder of the results, and what is walked.

use std::fs;

use crate::common::*;
use crate::{batch, command, make_some, manifest, ran, statuses};

#[test]
fn two_runs_do_not_write_into_one_folder() {
    let folder = temp();
    make_some(folder.path());
    fs::create_dir(folder.path().join("out")).unwrap();
    let lock = fs::File::create(folder.path().join("out/batch.lock")).unwrap();
    lock.lock().unwrap();
    let run = batch(folder.path(), &[]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(run.stderr.contains("another run"), "{}", run.stderr);
    drop(lock);
    assert_eq!(batch(folder.path(), &[]).status, 1);
}

#[test]
fn results_do_not_go_among_other_files_or_over_what_is_read() {
    let folder = temp();
    make_some(folder.path());
    let into = |out: &str| {
        let mut command = procmonkey(&["batch", "in", "-o", out]);
        ran(command.current_dir(folder.path()))
    };
    let before = crate::files(folder.path());
    for (out, says) in [
        ("in", "lies in it"),
        (".", "lies in it"),
        ("in/notes.txt", "a file"),
        ("in/web", "other files in it"),
    ] {
        let run = into(out);
        assert_eq!(run.status, 2, "{out}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{out}: {}", run.stderr);
    }
    let mut piped = procmonkey(&["batch", "-", "-o", "out"]);
    assert_eq!(ran(piped.current_dir(folder.path())).status, 2);
    assert_eq!(crate::files(folder.path()), before);
}

#[test]
fn results_below_what_is_read_are_not_walked() {
    let folder = temp();
    make_some(folder.path());
    let run = || {
        let mut command = procmonkey(&["batch", "in", "-o", "in/web/out"]);
        ran(command.current_dir(folder.path()))
    };
    assert_eq!(run().status, 1);
    let first = read(folder.path().join("in/web/out/manifest.jsonl"));
    assert_eq!(run().status, 1);
    assert!(first == read(folder.path().join("in/web/out/manifest.jsonl")));
    assert_eq!(String::from_utf8(first).unwrap().lines().count(), 12);
}

#[test]
fn results_of_another_run_are_no_captures() {
    let folder = temp();
    make_some(folder.path());
    let all = {
        batch(folder.path(), &[]);
        statuses(folder.path())
    };
    fs::rename(folder.path().join("out"), folder.path().join("in/web/older")).unwrap();
    let run = batch(folder.path(), &[]);
    assert_eq!(statuses(folder.path()), all);
    assert!(run.stderr.contains("older: results of another run"), "{}", run.stderr);
}

/// Files of others stay, even in the folders of the results.
#[test]
fn only_what_a_run_has_written_is_removed() {
    let folder = temp();
    make_some(folder.path());
    batch(folder.path(), &["--events", "parquet"]);
    let stays = ["out/mine.txt", "out/findings/notes.json", "out/events/mine.parquet"];
    for name in stays {
        fs::write(folder.path().join(name), "mine").unwrap();
    }
    batch(folder.path(), &[]);
    for name in stays {
        assert_eq!(read(folder.path().join(name)), b"mine", "{name}");
    }
    assert_eq!(crate::files(&folder.path().join("out/events")).len(), 1, "those of the first run");
    // Where nothing is found, such as on a disk that is not mounted, everything stays.
    let findings = names_in(&folder.path().join("out/findings"));
    fs::rename(folder.path().join("in"), folder.path().join("away")).unwrap();
    assert_eq!(batch(folder.path(), &[]).status, 3);
    fs::create_dir(folder.path().join("in")).unwrap();
    assert_eq!(batch(folder.path(), &[]).status, 3);
    assert_eq!(names_in(&folder.path().join("out/findings")), findings);
}

#[test]
fn several_folders_and_one_in_another_are_read_once() {
    let folder = temp();
    make_some(folder.path());
    let run = |inputs: &[&str]| {
        let mut command = procmonkey(&["batch", "-o", "out"]);
        let run = ran(command.args(inputs).current_dir(folder.path()));
        assert_eq!(run.status, 1, "{}", run.stderr);
        statuses(folder.path())
    };
    let all = run(&["in"]);
    assert_eq!(run(&["in", "in/web", "./in"]), all);
    fs::create_dir(folder.path().join("more")).unwrap();
    fs::create_dir(folder.path().join("more/web")).unwrap();
    // The same path below another folder, and the same bytes.
    fs::copy(folder.path().join("in/web/a.csv"), folder.path().join("more/web/a.csv")).unwrap();
    assert_eq!(run(&["in", "more"]).len(), all.len() + 1);
    let manifest = manifest(folder.path());
    let path = |name: &str| text(&manifest[name], "findings_path").to_string();
    assert_ne!(path("in/web/a.csv"), path("more/web/a.csv"));
}

#[cfg(unix)]
#[test]
fn links_pipes_and_names_that_are_no_text_are_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = temp();
    make_some(folder.path());
    let own = folder.path().join("in");
    symlink(&own, own.join("web/circle")).unwrap();
    symlink(own.join("nowhere"), own.join("web/broken")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(own.join("pipe")).status();
    let bytes = read(sample("signatures/mk-06-empty.csv"));
    for name in [b"\xff.csv", b"\xfe.csv"] {
        if fs::write(own.join(OsStr::from_bytes(name)), &bytes).is_err() {
            println!("skipped: this system takes no such name");
            return;
        }
    }
    let run = ran(&mut command(folder.path(), &[]));
    assert_eq!(run.status, 1, "{}", run.stderr);
    let text = String::from_utf8(read(folder.path().join("out/manifest.jsonl"))).unwrap();
    let of = |name: &str| -> Vec<serde_json::Value> {
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.filter(|line: &serde_json::Value| line["path"] == name).collect()
    };
    assert_eq!(of("in/web/circle")[0]["status"], "not_a_file");
    assert_eq!(of("in/web/broken")[0]["status"], "gone");
    if pipe.is_ok_and(|status| status.success()) {
        assert_eq!(of("in/pipe")[0]["status"], "not_a_file");
    }
    let same = of("in/\u{fffd}.csv");
    assert_eq!(same.len(), 2);
    assert_ne!(same[0]["findings_path"], same[1]["findings_path"]);
}
