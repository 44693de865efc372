//! However many threads read a capture, everything that is said of it stays the same.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::{Path, PathBuf};

use common::*;

/// What a terminal obeys or does not show, in a path.
const HIDDEN: &str = "C:\\\u{202e}\u{7f}\u{9b}";

/// A sample's CSV with its events so often that several threads have something to do,
/// and among them a row that is no good, and one with what a terminal would obey.
fn long_csv(folder: &Path) -> PathBuf {
    let sample = read(sample("guid-changed.csv"));
    let begin = sample.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let (header, rows) = sample.split_at(begin);
    let damaged = b"\"three\",\"fields\",\"only\"\r\n";
    let row = rows.split_inclusive(|byte| *byte == b'\n').find(|row| row.starts_with(b"\""));
    let row = String::from_utf8(row.unwrap().to_vec()).unwrap();
    let fields: Vec<&str> = row.split("\",\"").collect();
    let hidden = row.replacen(fields[4], HIDDEN, 1);
    assert!(hidden.contains(HIDDEN));
    let hidden = hidden.as_bytes();
    let bytes = [header, rows, rows, rows, damaged, rows, hidden, rows, rows, rows].concat();
    assert!(bytes.len() > 3 * 4 * 1024 * 1024);
    write(folder, "long.csv", bytes)
}

fn long_xml(folder: &Path) -> PathBuf {
    let sample = String::from_utf8(read(sample("guid-changed.xml"))).unwrap();
    let (head, rest) = sample.split_at(sample.find("<event>").unwrap());
    let (events, end) = rest.split_at(rest.find("</eventlist>").unwrap());
    let text = [head, &events.repeat(4), "<event>damaged<", &events.repeat(5), end].concat();
    assert!(text.len() > 3 * 4 * 1024 * 1024);
    write(folder, "long.xml", text)
}

/// The events of a sample as a native capture, several times over.
fn long_pml(folder: &Path) -> PathBuf {
    let sample = read(sample("guid-changed.csv"));
    let begin = sample.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let (header, rows) = sample.split_at(begin);
    let mut bytes = header.to_vec();
    (0..14).for_each(|_| bytes.extend_from_slice(rows));
    let csv = write(folder, "for-pml.csv", bytes);
    let path = folder.join("long.pml");
    let (csv, target) = (csv.to_str().unwrap(), path.to_str().unwrap());
    let run = run(&["convert", csv, "--tz", "UTC", "-o", target]);
    assert!([0, 4].contains(&run.status), "{}", run.stderr);
    path
}

/// What a command says, on both outputs.
fn said(words: &[&str], path: &Path, threads: &str) -> (i32, Vec<u8>, String) {
    let mut arguments = words.to_vec();
    let path = path.to_str().unwrap();
    arguments.extend([path, "--threads", threads]);
    let run = run(&arguments);
    (run.status, run.stdout, run.stderr)
}

fn check(path: &Path) {
    for words in [
        &["analyze", "-f", "json"][..],
        &["analyze", "-p", "svchost.exe", "-f", "json"],
        &["events", "-p", "inetinfo.exe", "-f", "jsonl", "--raw"],
        &["events", "--filter", "Path contains MachineKeys", "-f", "csv"],
        &["events", "--exclude", "Process Name is inetinfo.exe", "-f", "jsonl", "--raw"],
        &["events", "-f", "csv"],
        &["events", "-f", "jsonl"],
        &["convert", "-f", "jsonl", "-o", "-", "--columns", "Path,PID,Detail"],
        &["convert", "-f", "xml", "-o", "-"],
        &["info", "-f", "json"],
        &["info", "-p", "inetinfo.exe", "-f", "json"],
    ] {
        let alone = said(words, path, "1");
        assert!(alone.1.len() > 100, "{words:?} {}", alone.2);
        if words.contains(&"jsonl") {
            let text = String::from_utf8(alone.1.clone()).unwrap();
            assert!(!text.contains(['\u{202e}', '\u{7f}', '\u{9b}']), "{words:?}");
        }
        for threads in ["2", "3", "7"] {
            let together = said(words, path, threads);
            assert!(together == alone, "{words:?} of {}: {threads} threads", path.display());
        }
    }
}

#[test]
fn an_export_is_read_alike_by_any_number_of_threads() {
    let folder = temp();
    check(&long_csv(folder.path()));
    check(&long_xml(folder.path()));
}

#[test]
fn a_native_capture_is_read_alike_by_any_number_of_threads() {
    let folder = temp();
    check(&long_pml(folder.path()));
}

#[test]
fn what_a_thread_of_its_own_unpacks_is_the_same() {
    let folder = temp();
    let csv = read(sample("guid-changed.csv"));
    let xml = read(sample("guid-changed.xml"));
    let zstd = zstd::encode_all(&csv[..], 1).unwrap();
    let archive = zip(&[("a.csv", &csv), ("notes.txt", b"no capture"), ("b/c.xml", &xml)]);
    let cut = |bytes: &[u8]| bytes[..bytes.len() * 2 / 3].to_vec();
    let inputs = [
        ("whole.xml.gz", gzip(&xml)),
        ("cut.csv.gz", cut(&gzip(&csv))),
        ("twice.csv.zst.gz", gzip(&zstd)),
        ("cut.csv.zst", cut(&zstd)),
        ("whole.csv.zst", zstd),
        ("mixed.zip", archive),
    ];
    for (name, bytes) in inputs {
        let path = write(folder.path(), name, bytes);
        for words in [&["analyze", "-f", "json"][..], &["events", "-f", "csv"], &["info"]] {
            let alone = said(words, &path, "1");
            assert!(alone.1.len() > 100, "{words:?} of {name}: {}", alone.2);
            assert!(said(words, &path, "2") == alone, "{words:?} of {name}");
            let is_told = alone.2.contains("could not be read further")
                || String::from_utf8_lossy(&alone.1).contains("could not be read further");
            assert_eq!(is_told, name.starts_with("cut"), "{words:?} of {name}: {}", alone.2);
        }
    }
}

#[test]
fn real_captures_are_read_alike_by_any_number_of_threads() {
    let Some(captures) = captures() else { return };
    let folder = temp();
    for name in ["LogfileTests32bitUTC.PML.gz", "LogfileTests32bitUTC.CSV.gz"] {
        let bytes = gunzip(captures.join(name));
        let path = write(folder.path(), name.trim_end_matches(".gz"), bytes);
        for words in [
            &["analyze", "-p", "DllHost.exe", "-f", "json"][..],
            &["events", "-p", "DllHost.exe", "-f", "jsonl", "--raw"],
        ] {
            let alone = said(words, &path, "1");
            assert!(said(words, &path, "3") == alone, "{words:?} of {name}");
        }
    }
}

#[test]
fn a_number_of_threads_that_makes_no_sense_is_wrong_usage() {
    let (status, _, message) = said(&["analyze"], &sample("restart.csv"), "0");
    assert_eq!(status, 2);
    assert!(message.contains("--threads"), "{message}");
}
