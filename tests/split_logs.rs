//! Native logs that Procmon has split into several files.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use procmonkey_parser::pml::PmlWriter;
use procmonkey_parser::{Event, Input, ReadOptions};

use common::*;

/// A folder with `Log.PML`, `Log-1.PML` and so on, each with some of the events of a sample.
/// Returns how many events each has.
fn split(folder: &Path, parts: usize) -> Vec<usize> {
    let mut input = Input::open(sample("restart.pml"), &ReadOptions::new()).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let (info, clock) = (capture.recording().unwrap().info.clone(), capture.clock().clone());
    let all: Vec<Event> = capture.events().map(|event| event.unwrap()).collect();
    let slices = (0..parts).map(|part| all.len() * part / parts..all.len() * (part + 1) / parts);
    let mut counts = Vec::new();
    for (part, slice) in slices.enumerate() {
        let mut options = File::options();
        let file =
            options.read(true).write(true).create_new(true).open(name(folder, part)).unwrap();
        let mut writer = PmlWriter::create(file, &info).unwrap();
        for event in &all[slice.clone()] {
            writer.write(event, &clock).unwrap();
        }
        assert_eq!(writer.events(), slice.len() as u64);
        writer.finish().unwrap();
        counts.push(slice.len());
    }
    counts
}

fn name(folder: &Path, part: usize) -> PathBuf {
    match part {
        0 => folder.join("Log.PML"),
        part => folder.join(format!("Log-{part}.PML")),
    }
}

/// Exit status, number of events, and messages.
fn events(path: &Path) -> (i32, usize, String) {
    let run = run(&["events", "-f", "jsonl", "--raw", path.to_str().unwrap()]);
    (run.status, run.json_lines().len(), run.stderr)
}

#[test]
fn all_parts_are_one_capture() {
    let folder = temp();
    split(folder.path(), 4);
    let (status, count, said) = events(&name(folder.path(), 0));
    assert_eq!((status, count), (0, events(&sample("restart.pml")).1), "{said}");
    // Of the folder, no part is read twice.
    assert_eq!(events(folder.path()), (0, count, String::new()));
}

/// As a pattern that stands for all of them names them.
#[test]
fn parts_that_are_named_beside_the_first_are_not_read_twice() {
    let folder = temp();
    split(folder.path(), 3);
    let count = events(&name(folder.path(), 0)).1;
    let names: Vec<_> = (0..3).map(|part| name(folder.path(), part)).collect();
    let fixed = ["events", "-f", "jsonl", "--raw"].map(std::ffi::OsStr::new);
    let given = names.iter().map(|path| path.as_os_str());
    let all = run(&fixed.into_iter().chain(given).collect::<Vec<_>>());
    assert_eq!((all.status, all.json_lines().len()), (0, count), "{}", all.stderr);
    for part in ["Log-1.PML", "Log-2.PML"] {
        assert!(all.stderr.contains(&format!("{part}: already read")), "{}", all.stderr);
    }
    // From another folder, it is not a part.
    let elsewhere = temp();
    let other = write(elsewhere.path(), "Log-1.PML", read(&names[1]));
    let both = [names[0].as_os_str(), other.as_os_str()];
    let both = run(&fixed.into_iter().chain(both).collect::<Vec<_>>());
    assert!(both.json_lines().len() > count, "{}", both.stderr);
}

#[test]
fn a_part_that_is_damaged_empty_or_missing_is_told_and_the_later_ones_are_read() {
    for broken in 1..3 {
        for how in ["damaged", "empty", "missing"] {
            let folder = temp();
            let counts = split(folder.path(), 4);
            let part = name(folder.path(), broken);
            let bytes = read(&part);
            match how {
                "damaged" => fs::write(&part, &bytes[..500]).unwrap(),
                "empty" => fs::write(&part, "").unwrap(),
                _ => fs::remove_file(&part).unwrap(),
            }
            let (status, count, said) = events(&name(folder.path(), 0));
            let expected = counts.iter().sum::<usize>() - counts[broken];
            // A log of which the first numbers are missing is as a ring buffer leaves it.
            let is_told = how != "missing" || broken > 1;
            assert_eq!(count, expected, "{how} {broken}: {said}");
            assert_eq!(status, if is_told { 4 } else { 0 }, "{how} {broken}: {said}");
            let word = if how == "missing" { "is missing" } else { "cannot be read" };
            assert_eq!(said.contains(word), is_told, "{how} {broken}: {said}");
        }
    }
}

#[test]
fn the_last_part_may_be_damaged_too() {
    let folder = temp();
    let counts = split(folder.path(), 2);
    fs::write(name(folder.path(), 1), &read(name(folder.path(), 1))[..500]).unwrap();
    let (status, count, said) = events(&name(folder.path(), 0));
    assert_eq!((status, count), (4, counts[0]), "{said}");
    assert!(said.contains("Log-1.PML"), "{said}");
}

#[cfg(unix)]
#[test]
fn only_files_are_opened_that_nobody_has_named() {
    let folder = temp();
    let counts = split(folder.path(), 1);
    let pipe = name(folder.path(), 1);
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let log = name(folder.path(), 0);
    // Opening a pipe to which nobody writes would wait for ever.
    let mut child = procmonkey(&["info", log.to_str().unwrap()])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut waited = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        waited += 1;
        if waited > 600 {
            child.kill().unwrap();
            panic!("it waits for the pipe");
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(status.code(), Some(0));
    assert_eq!(events(&log).1, counts[0]);
}
