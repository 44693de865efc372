//! A report that was saved as JSON gives the same page.

use crate::common::*;
use crate::{page_of, run};

/// The page without the rows of the capture, and with all links to them.
fn parts(page: &str) -> (String, String) {
    let (front, rest) = page.split_once("<section id=\"events\"").unwrap();
    let (_, end) = rest.split_once("<section id=\"record\"").unwrap();
    (front.to_string(), end.to_string())
}

#[test]
fn the_page_is_the_same_but_for_its_rows() {
    let folder = temp();
    let json = folder.path().join("report.json");
    let capture = sample("guid-changed.csv");
    let run_json = run!(
        "analyze",
        capture.as_os_str(),
        "-o",
        json.as_os_str(),
        "--made-at",
        "2026-11-27T12:00:00Z"
    );
    assert_eq!(run_json.status, 1);
    let rendered = run!("render", json.as_os_str(), "-f", "html");
    assert_eq!(rendered.status, 0, "{}", rendered.stderr);
    let direct = page_of(&[capture.as_os_str()]);
    let (one, other) = (parts(&direct), parts(rendered.text()));
    // A number whose row is not there leads to the step of the same event.
    let without_links = |text: &str| {
        let mut out = String::new();
        for piece in text.split("<a class=\"ev\" href=\"#") {
            let rest = piece.split_once("\">").map_or(piece, |(_, rest)| rest);
            out.push_str(if out.is_empty() { piece } else { rest });
        }
        out
    };
    assert_eq!(without_links(&one.0), without_links(&other.0));
    // The command line in the record is another.
    assert!(other.1.contains("2026-11-27 12:00:00Z"));
    assert!(rendered.text().matches("<tr id=e").count() < direct.matches("<tr id=e").count());
}

#[test]
fn every_form_is_that_of_analyze() {
    let folder = temp();
    let json = folder.path().join("report.json");
    let capture = sample("guid-changed.csv");
    run!("analyze", capture.as_os_str(), "-o", json.as_os_str());
    for format in ["table", "markdown", "json", "csv", "svg"] {
        let direct = run!("analyze", capture.as_os_str(), "-f", format);
        let rendered = run!("render", json.as_os_str(), "-f", format);
        assert!(!rendered.stdout.is_empty() && rendered.stdout == direct.stdout, "{format}");
    }
    let bytes = read(&json);
    let piped = run_with_input(&["render", "-", "-f", "json"], &bytes);
    assert_eq!(piped.stdout, bytes);
}

#[test]
fn what_is_no_report_is_refused() {
    let folder = temp();
    let newer = br#"{"schema_version": 99}"#.as_slice();
    for (bytes, says) in [
        (b"not JSON".as_slice(), "is not a report"),
        (b"{}", "is not a report"),
        (newer, "form 99"),
    ] {
        let path = write(folder.path(), "a.json", bytes);
        let run = run!("render", path.as_os_str());
        assert_eq!(run.status, 3, "{}", run.stderr);
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    assert_eq!(run!("render", "nowhere.json").status, 3);
}

#[test]
fn a_report_that_refers_to_what_is_not_there_is_refused() {
    let folder = temp();
    let (_, mut report) = analyze(&[sample("restart.csv").as_os_str()]);
    report["timeline"][0]["capture"] = 7.into();
    let path = write(folder.path(), "a.json", report.to_string());
    let run = run!("render", path.as_os_str());
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(run.stderr.contains("refers to capture 7"), "{}", run.stderr);
}
