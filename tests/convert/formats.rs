//! What becomes of the events when the format changes, or does not.

use std::path::Path;

use crate::common::*;
use crate::{NOTHING, convert, converted};

const CSVS: [&str; 5] = [
    "first-start.csv",
    "guid-changed.csv",
    "guid-changed-default.csv",
    "restart.csv",
    "restart-de.csv",
];
const XMLS: [&str; 5] = [
    "first-start.xml",
    "guid-changed.xml",
    "guid-changed-default.xml",
    "restart.xml",
    "restart-de.xml",
];

const DEFAULT_CSV: [&str; 4] = ["-f", "csv", "--columns", "default"];

/// An XML without its modules, which are counted when it is read and not kept.
fn without_modules(xml: &[u8]) -> String {
    let text = std::str::from_utf8(xml).unwrap();
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<module>\r\n") {
        let end = start + rest[start..].find("</module>\r\n").unwrap() + "</module>\r\n".len();
        kept.push_str(&rest[..start]);
        rest = &rest[end..];
    }
    kept + rest
}

#[test]
fn a_csv_comes_out_as_it_was() {
    let folder = temp();
    for name in CSVS {
        let output = folder.path().join("out.csv");
        let (bytes, _) = converted(&sample(name), &output, &NOTHING);
        assert!(bytes == read(sample(name)), "{name}");
    }
}

#[test]
fn a_csv_is_the_same_after_having_been_an_xml() {
    let folder = temp();
    for name in CSVS {
        let (xml, csv) = (folder.path().join("out.xml"), folder.path().join("out.csv"));
        converted(&sample(name), &xml, &NOTHING);
        let (bytes, _) = converted(&xml, &csv, &NOTHING);
        assert!(bytes == read(sample(name)), "{name}");
    }
}

#[test]
fn an_xml_comes_out_as_it_was_but_for_its_modules() {
    let folder = temp();
    for name in XMLS {
        let output = folder.path().join("out.xml");
        let (bytes, said) = converted(&sample(name), &output, &NOTHING);
        let original = read(sample(name));
        assert!(std::str::from_utf8(&bytes).unwrap() == without_modules(&original), "{name}");
        assert!(said.contains("modules of the process list"), "{name}: {said}");
        // From there on nothing changes any more.
        let again = folder.path().join("again.xml");
        let (second, said) = converted(&output, &again, &NOTHING);
        assert!(second == bytes, "{name}");
        assert!(!said.contains("left out"), "{name}: {said}");
    }
}

#[test]
fn an_xml_becomes_the_csv_that_procmon_makes_of_it() {
    let folder = temp();
    let output = folder.path().join("out.csv");
    let (bytes, said) = converted(&sample("guid-changed-default.xml"), &output, &NOTHING);
    assert!(bytes == read(sample("guid-changed-default.csv")));
    assert!(said.contains("the process list (25 processes)"), "{said}");
    let (bytes, said) = converted(&sample("restart.xml"), &output, &NOTHING);
    let (expected, _) = converted(&sample("restart.csv"), Path::new("-"), &DEFAULT_CSV);
    assert!(bytes == expected);
    let stacks = read(sample("restart.xml")).windows(7).filter(|part| part == b"<stack>").count();
    assert!(said.contains(&format!("{stacks} call stack")), "{said}");
}

#[test]
fn a_damaged_capture_gives_a_whole_document_and_is_told() {
    let folder = temp();
    let original = read(sample("restart.xml"));
    let cut = write(folder.path(), "cut.xml", &original[..original.len() / 2]);
    let output = folder.path().join("out.xml");
    let run = convert(&cut, &output, &NOTHING);
    assert_eq!(run.status, 4, "{}", run.stderr);
    assert!(run.stderr.contains("truncated"), "{}", run.stderr);
    assert!(read(&output).ends_with(b"</event>\r\n</eventlist></procmon>"));
    let run = convert(&output, &folder.path().join("out.csv"), &NOTHING);
    assert_eq!(run.status, 0, "{}", run.stderr);
}

#[test]
fn what_xml_cannot_hold_is_kept_and_told() {
    let folder = temp();
    let rows = [vec!["PID", "Path", "Detail"], vec!["4", "a\u{1}\u{1f}b", "c\r\nd\ne\r;\tf & <g>"]];
    let original = csv(&rows);
    let input = write(folder.path(), "in.csv", &original);
    let output = folder.path().join("out.xml");
    let (_, said) = converted(&input, &output, &NOTHING);
    assert!(said.contains("out.xml: 2 characters without a place in XML"), "{said}");
    let read_back = run(&["events", "-f", "json", "--raw", output.to_str().unwrap()]).json();
    assert_eq!(read_back[0]["Path"], "a\u{1}\u{1f}b");
    assert_eq!(read_back[0]["Detail"], "c\r\nd\ne\r;\tf & <g>");
    assert_eq!(read_back.as_array().unwrap().len(), 1);
}

/// A reader that knows XML and nothing of Procmon reads what was written.
#[test]
fn the_xml_is_xml() {
    for name in ["restart-de.csv", "guid-changed.xml", "first-start.txt"] {
        let (xml, _) = converted(&sample(name), Path::new("-"), &["-f", "xml"]);
        let text = std::str::from_utf8(&xml).unwrap();
        let body = text.strip_prefix("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
        let mut open = Vec::new();
        for piece in body.unwrap().split('<').skip(1) {
            let (tag, after) = piece.split_once('>').unwrap();
            assert!(!after.contains('>'), "{name}: {after}");
            match tag.strip_prefix('/') {
                Some(end) => assert_eq!(open.pop(), Some(end), "{name}"),
                None => {
                    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
                    assert!(!tag.is_empty() && tag.chars().all(fits), "{name}: {tag}");
                    open.push(tag);
                }
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
    }
}

/// A capture in native form and as CSV, from `PROCMONKEY_CAPTURES`.
#[test]
fn a_native_capture_becomes_procmons_own_csv_also_by_way_of_xml() {
    let Some(captures) = captures() else { return };
    let folder = temp();
    let pml = write(folder.path(), "in.pml", gunzip(captures.join("LogFileUTC64Process.PML.gz")));
    let expected = gunzip(captures.join("LogFileUTC64Process.CSV.gz"));
    let header = String::from_utf8(expected.clone()).unwrap();
    let header = header.lines().next().unwrap().trim_start_matches('\u{feff}').replace('"', "");
    let csv = folder.path().join("out.csv");
    let (direct, _) = converted(&pml, &csv, &["--columns", &header]);
    assert!(direct == expected);
    let xml = folder.path().join("out.xml");
    let (document, said) = converted(&pml, &xml, &NOTHING);
    assert!(!said.contains("left out"), "{said}");
    assert!(document.windows(8).filter(|part| part == b"<module>").count() > 1000);
    let (by_way, _) = converted(&xml, &csv, &["--columns", &header]);
    assert!(by_way == expected);
}
