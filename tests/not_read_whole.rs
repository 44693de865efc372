//! No all-clear for what was not read: where nothing is wrong in a part of a capture, what is
//! wrong may be in the rest.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::{Path, PathBuf};

use serde_json::Value;

use common::*;

/// Captures in which nothing is wrong, in every format.
const HEALTHY: [&str; 6] = [
    "restart.csv",
    "restart.pml",
    "restart.xml",
    "restart-de.csv",
    "restart.txt",
    "first-start.pml",
];

/// In thousandths of a capture: where it is cut.
const CUTS: [usize; 6] = [400, 550, 700, 850, 950, 999];

fn state(report: &Value) -> &str {
    text(&report["verdict"], "state")
}

/// Whether the report says that nothing is wrong.
fn is_all_clear(report: &Value) -> bool {
    matches!(state(report), "note" | "nothing_known")
}

fn kinds(report: &Value) -> Vec<&str> {
    list(&report["verdict"], "missing").iter().map(|it| text(it, "kind")).collect()
}

/// The bytes up to a place that is inside of a record.
fn cut(bytes: &[u8], thousandths: usize) -> &[u8] {
    let mut end = bytes.len() * thousandths / 1000;
    while matches!(bytes[end - 1], b'\n' | b'\r' | b'"' | b',' | b'>') {
        end -= 1;
    }
    &bytes[..end]
}

/// The cut captures of a format, as they are and packed; and such that are packed and cut then.
fn cut_captures(folder: &Path, name: &str) -> Vec<PathBuf> {
    let whole = read(sample(name));
    let mut paths = Vec::new();
    for at in CUTS {
        let part = cut(&whole, at);
        paths.push(write(folder, &format!("{at}-{name}"), part));
        paths.push(write(folder, &format!("{at}-{name}.gz"), gzip(part)));
        paths.push(write(folder, &format!("{at}-{name}.zip"), zip(&[(name, part)])));
        let packed = gzip(&whole);
        let half = &packed[..packed.len() * at / 1000];
        paths.push(write(folder, &format!("{at}-packed-{name}.gz"), half));
    }
    paths
}

#[test]
fn a_capture_that_is_cut_is_never_an_all_clear() {
    let folder = temp();
    let mut of_a_part = 0;
    for name in HEALTHY {
        let (status, whole) = analyze(&[sample(name)]);
        assert!(is_all_clear(&whole), "{name}: {}", state(&whole));
        assert_eq!(status, 0, "{name}");
        for path in cut_captures(folder.path(), name) {
            let shown = path.display();
            let output = run(&["analyze", "-f", "json", path.to_str().unwrap()]);
            if output.status == 3 {
                // Not even a beginning could be read.
                continue;
            }
            let report = output.json();
            // Pasted rows have no end that could be seen to be missing.
            if name.ends_with(".txt") && report["captures"][0]["losses"]["count"] == 0 {
                continue;
            }
            assert!(!is_all_clear(&report), "{shown}: {}", state(&report));
            assert!(output.status != 0, "{shown}");
            if state(&report) == "not_judged" {
                assert!(
                    kinds(&report).contains(&"not_read_whole"),
                    "{shown}: {:?}",
                    kinds(&report)
                );
                of_a_part += 1;
            }
        }
    }
    assert!(of_a_part > 60, "{of_a_part}");
}

/// As where a block of the file was never written: events, and the list of them.
#[test]
fn a_native_log_with_a_block_of_zeros_is_never_an_all_clear() {
    const BLOCK: usize = 4096;
    let folder = temp();
    for name in ["restart.pml", "first-start.pml"] {
        let whole = read(sample(name));
        for twentieth in 1..=18 {
            let at = whole.len() * twentieth / 20 / BLOCK * BLOCK;
            let mut zeroed = whole.clone();
            zeroed[at..(at + BLOCK).min(whole.len())].fill(0);
            let path = write(folder.path(), &format!("{at}-{name}"), zeroed);
            let shown = path.display();
            let output = run(&["analyze", "-f", "json", path.to_str().unwrap()]);
            if output.status == 3 {
                continue;
            }
            let report = output.json();
            let is_of_a_part =
                state(&report) != "not_judged" || kinds(&report).contains(&"not_read_whole");
            assert!(is_of_a_part && output.status != 0, "{shown}");
            assert!(!is_all_clear(&report), "{shown}: {}", state(&report));
        }
    }
}

#[test]
fn a_file_of_the_case_that_cannot_be_read_leaves_the_case_open() {
    let folder = temp();
    let broken = write(folder.path(), "broken.pml", b"PML_ and nothing else");
    let missing = folder.path().join("missing.csv");
    for unread in [&broken, &missing] {
        let healthy = sample("restart.csv");
        let output = run(&[
            "analyze".as_ref(),
            "-f".as_ref(),
            "json".as_ref(),
            healthy.as_os_str(),
            unread.as_os_str(),
        ]);
        let report = output.json();
        assert_eq!(state(&report), "not_judged", "{}", unread.display());
        assert_eq!(kinds(&report), ["not_read_whole"]);
        assert_eq!(output.status, 4);
    }
}

#[test]
fn a_failure_in_the_part_that_was_read_is_still_one() {
    let folder = temp();
    for name in ["guid-changed.csv", "guid-changed.pml", "guid-changed.xml"] {
        let whole = read(sample(name));
        let path = write(folder.path(), name, cut(&whole, 990));
        let (status, report) = analyze(&[path]);
        assert_eq!((status, state(&report)), (1, "broken"), "{name}");
    }
}

#[test]
fn the_page_says_that_only_a_part_was_read() {
    let folder = temp();
    let whole = read(sample("restart.csv"));
    let path = write(folder.path(), "cut.csv", cut(&whole, 900));
    let output = run(&["analyze".as_ref(), path.as_os_str()]);
    let page = output.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains("no failure that is known in the part that was read"), "{page}");
    assert!(page.contains("this is not an all-clear"), "{page}");
    assert!(!page.contains("Nothing known is wrong: "), "{page}");
}
