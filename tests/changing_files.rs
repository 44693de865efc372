//! Files that other programs change while they are read: never a signal, and the change is
//! told.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use procmonkey_parser::{Event, Input, Losses, ReadOptions, guard_mapped_files};

use common::*;

/// A capture of some MiB in each format.
fn captures(folder: &Path) -> Vec<PathBuf> {
    let rows = read(sample("guid-changed.csv"));
    let header = rows.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let csv = [&rows[..header], &rows[header..].repeat(12)].concat();
    let xml = String::from_utf8(read(sample("guid-changed.xml"))).unwrap();
    let (start, rest) = xml.split_at(xml.find("<event>").unwrap());
    let (events, end) = rest.split_at(rest.rfind("</eventlist>").unwrap());
    let xml = [start, &events.repeat(8), end].concat();
    vec![
        write(folder, "a.csv", csv),
        write(folder, "a.xml", xml),
        write(folder, "a.pml", read(sample("guid-changed.pml"))),
    ]
}

/// Reads one event, changes the file, and reads the rest. Returns how many events there were.
fn read_while(path: &Path, threads: usize, change: impl FnOnce(&File)) -> (u64, Losses) {
    let mut input = Input::open(path, &ReadOptions::new().threads(threads)).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let mut event = Event::default();
    assert!(capture.read_event(&mut event).unwrap());
    change(&File::options().write(true).open(path).unwrap());
    let mut count = 1;
    while capture.read_event(&mut event).unwrap_or(false) {
        count += 1;
    }
    (count, capture.losses().clone())
}

#[test]
fn a_file_that_becomes_shorter_is_read_as_far_as_it_goes() {
    guard_mapped_files().unwrap();
    guard_mapped_files().unwrap();
    let folder = temp();
    for path in captures(folder.path()) {
        let bytes = read(&path);
        let all = read_while(&path, 1, |_| {}).0;
        for kept in [0, 1, 4096, 70_001, bytes.len() / 2, bytes.len() - 1] {
            for threads in [1, 2] {
                fs::write(&path, &bytes).unwrap();
                let what = format!("{}, {kept} bytes, {threads} threads", path.display());
                let (count, losses) = read_while(&path, threads, |file| {
                    file.set_len(kept as u64).unwrap();
                });
                assert!(count <= all, "{what}");
                assert!(losses.count() > 0, "{what}");
                let is_told = losses.iter().any(|loss| loss.message.contains("became shorter"));
                assert!(is_told || losses.count() > Losses::KEPT as u64, "{what}: {losses:?}");
            }
        }
        // What is deleted is still there for whoever has it open.
        fs::write(&path, &bytes).unwrap();
        let (count, losses) = read_while(&path, 1, |_| fs::remove_file(&path).unwrap_or(()));
        assert_eq!((count, losses.count()), (all, 0), "{}", path.display());
    }
}

#[test]
fn a_file_that_becomes_longer_is_told() {
    let folder = temp();
    for path in captures(folder.path()) {
        let before = path.metadata().unwrap().len();
        let (_, losses) = read_while(&path, 1, |file| file.set_len(before + 5000).unwrap());
        let messages: Vec<&str> = losses.iter().map(|loss| loss.message.as_str()).collect();
        assert!(
            messages.iter().any(|message| message.contains("became longer")),
            "{}: {messages:?}",
            path.display()
        );
    }
}

#[test]
fn the_program_ends_with_4_and_leaves_no_file() {
    let folder = temp();
    for path in captures(folder.path()) {
        let bytes = read(&path);
        for turn in 0..6 {
            fs::write(&path, bytes.repeat(if path.ends_with("a.csv") { 6 } else { 1 })).unwrap();
            let output = folder.path().join("out.xml");
            let arguments =
                ["convert", "-q", path.to_str().unwrap(), "-o", output.to_str().unwrap()];
            let mut child = procmonkey(&arguments).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(5 * turn));
            let file = File::options().write(true).open(&path).unwrap();
            file.set_len(bytes.len() as u64 / 2).unwrap();
            // Depending on the moment all of it was read, a part of it, or nothing.
            let code = child.wait().unwrap().code();
            assert!(matches!(code, Some(0 | 3 | 4)), "{}: {code:?}", path.display());
            fs::remove_file(&output).unwrap_or(());
            let hidden = names_in(folder.path()).into_iter().find(|name| name.starts_with('.'));
            assert_eq!(hidden, None);
        }
    }
}
