//! Whatever is read, memory and output stay within limits, and what lies beyond them is told.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use common::*;

const MIB: usize = 1 << 20;

fn header() -> String {
    COLUMNS.map(|column| format!("\"{column}\"")).join(",") + "\r\n"
}

fn row(path: &str) -> String {
    format!(
        "\"9:12:04.2261305 AM\",\"inetinfo.exe\",\"1\",\"ReadFile\",\"{path}\",\"SUCCESS\",\"\"\r\n"
    )
}

/// Status, number of events, and messages of `events` with more arguments.
fn events(path: &Path, more: &[&str]) -> (i32, usize, String) {
    let arguments = ["events", "-f", "jsonl", "--raw", path.to_str().unwrap()];
    let run = run(&[&arguments[..], more].concat());
    (run.status, run.text().lines().count(), run.stderr)
}

/// Bytes that repeat `unit` after `head`, packed twice with gzip.
fn packed_twice(head: &[u8], unit: &[u8], bytes: usize) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(head).unwrap();
    let block = unit.repeat(MIB.div_ceil(unit.len()));
    for _ in 0..bytes.div_ceil(block.len()) {
        gzip.write_all(&block).unwrap();
    }
    common::gzip(&gzip.finish().unwrap())
}

#[test]
fn what_unpacks_to_far_more_than_it_is_ends_with_a_loss() {
    let folder = temp();
    let csv = header();
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><procmon><processlist>";
    let mut native = b"PML_\x09\0\0\0\x01\0\0\0".to_vec();
    native.resize(936, 0);
    for (name, head, unit) in [
        ("rows", csv.as_bytes(), row("C:\\\\a").as_bytes()),
        ("field", format!("{csv}\"9:12:04.2261305 AM\",\"").as_bytes(), b"A"),
        ("columns", csv.as_bytes(), b"\"a\","),
        ("blank", csv.as_bytes(), b"\r\n"),
        ("processes", xml.as_bytes(), b"<process><ProcessIndex>1</ProcessIndex></process>"),
        ("text", format!("{xml}</processlist><eventlist><event><Path>").as_bytes(), b"A"),
        ("zeros", &native, b"\0"),
    ] {
        let path = write(folder.path(), name, packed_twice(head, unit, 300 * MIB));
        let (status, _, said) = events(&path, &["-v", "--limit", "processes=1000"]);
        assert!(matches!(status, 3 | 4), "{name}: {status} {said}");
        assert!(said.contains("--limit"), "{name}: {said}");
    }
}

#[test]
fn a_record_beyond_the_limit_is_told_and_those_before_it_are_read() {
    let folder = temp();
    let long = row(&"A".repeat(20 * MIB));
    let [a, b] = ["C:\\\\a", "C:\\\\b"].map(row);
    for (name, text) in [
        ("quoted.csv", format!("{}{a}{long}{b}", header())),
        // An empty line is not as Procmon writes it.
        ("otherwise.csv", format!("{}{a}\r\n{long}{b}", header())),
    ] {
        let path = write(folder.path(), name, &text);
        let (status, count, said) = events(&path, &[]);
        assert_eq!((status, count), (0, 3), "{name}: {said}");
        let (status, count, said) = events(&path, &["--limit", "record=8MiB"]);
        assert_eq!((status, count), (4, 1), "{name}: {said}");
        assert!(said.contains("more than 8388608 bytes"), "{name}: {said}");
        let packed = write(folder.path(), "packed.csv.gz", gzip(text.as_bytes()));
        assert_eq!(events(&packed, &["--limit", "record=8MiB"]).0, 4, "{name}");
    }
    let element =
        |path: &str| format!("<event><Operation>ReadFile</Operation><Path>{path}</Path></event>");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><procmon><processlist></processlist><eventlist>\
         {}{}{}</eventlist></procmon>",
        element("C:\\a"),
        element(&"A".repeat(20 * MIB)),
        element("C:\\b")
    );
    let path = write(folder.path(), "long.xml", &text);
    assert_eq!(events(&path, &[]).1, 3);
    let (status, _, said) = events(&path, &["--limit", "record=8MiB"]);
    assert_eq!(status, 4, "{said}");
}

#[test]
fn honest_captures_do_not_meet_the_limits() {
    let folder = temp();
    // A field of 16 MiB, and a record of nearly 64 MiB.
    let text = format!("{}{}", header(), row(&"A".repeat(16 * MIB)));
    assert_eq!(events(&write(folder.path(), "field.csv", text), &[]).0, 0);
    let text = format!("{}{}{}", header(), row(&"A".repeat(63 * MIB)), row("C:\\\\a"));
    let (status, count, said) = events(&write(folder.path(), "record.csv", text), &[]);
    assert_eq!((status, count), (0, 2), "{said}");
}

#[test]
fn too_many_columns_and_processes_are_told() {
    let folder = temp();
    let mut wide = String::from("\"Operation\",\"Path\"");
    for column in 0..5000 {
        write!(wide, ",\"C{column}\"").unwrap();
    }
    let wide = format!("{wide}\r\n{}\"b\"\r\n", "\"a\",".repeat(5001));
    let path = write(folder.path(), "wide.csv", &wide);
    assert_eq!(events(&path, &[]).0, 0);
    let (status, count, said) = events(&path, &["--limit", "columns=5000"]);
    assert_eq!((status, count), (3, 0), "{said}");
    assert!(said.contains("5002 columns"), "{said}");
    let tabs = write(folder.path(), "wide.tsv", wide.replace("\",\"", "\"\t\""));
    assert_eq!(events(&tabs, &["--limit", "columns=5000"]).0, 3);

    let process = |index: usize| format!("<process><ProcessIndex>{index}</ProcessIndex></process>");
    let list: String = (0..50).map(process).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><procmon><processlist>{list}</processlist>\
         <eventlist><event><Operation>ReadFile</Operation></event></eventlist></procmon>"
    );
    let path = write(folder.path(), "processes.xml", text);
    assert_eq!(events(&path, &[]).0, 0);
    let (status, count, said) = events(&path, &["--limit", "processes=40"]);
    assert_eq!((status, count), (4, 1), "{said}");
    assert!(said.contains("10 places"), "{said}");
}

#[test]
fn what_can_only_be_read_as_a_whole_is_limited_too() {
    let native = gzip(&read(sample("restart.pml")));
    let archive = zip(&[("a.csv", &read(sample("restart.csv"))[..])]);
    for bytes in [native, archive] {
        let arguments = ["events", "-q", "-f", "jsonl", "--raw", "-"];
        assert_eq!(run_with_input(&arguments, &bytes).status, 0);
        let run = run_with_input(&[&arguments[..], &["--limit", "held=10k"]].concat(), &bytes);
        assert_eq!(run.status, 3);
        assert!(run.stderr.contains("--limit held"), "{}", run.stderr);
    }
    let many = zip(&[("a.csv", b"x"), ("b.csv", b"x"), ("c.csv", b"x")]);
    let run = run_with_input(&["info", "-", "--limit", "members=2"], &many);
    assert!(run.status == 3 && run.stderr.contains("3 files"), "{}", run.stderr);
}

#[test]
fn a_limit_that_is_no_limit_is_wrong_usage() {
    for limit in ["rows=5", "record", "record=many", "record=-1"] {
        let run = run(&["info", "--limit", limit, sample("restart.csv").to_str().unwrap()]);
        assert_eq!(run.status, 2, "{limit}");
    }
}
