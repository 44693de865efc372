//! What the program writes as JSON reads back into the types of the libraries, and is the same,
//! byte for byte, when it is written again.

mod common;

use std::ffi::OsStr;

use procmonkey_analysis::capture_stats::CaptureInfo;
use procmonkey_analysis::compare::Comparison;
use procmonkey_analysis::{KeyAnswer, ProcessNode, Report, Severity, StackCount, Witness};
use procmonkey_parser::{Format, TimeQuality};

use common::*;

/// The JSON of a command for a file.
fn json_of(command: &str, arguments: &[&OsStr]) -> Run {
    let mut all: Vec<&OsStr> = [command, "-f", "json"].map(OsStr::new).to_vec();
    all.extend(arguments);
    run(&all)
}

#[test]
fn the_report_of_every_sample_reads_back() {
    for path in all_captures() {
        for process in ["inetinfo.exe", "*"] {
            // `analyze` of the common part reads it back.
            analyze(&["-p".as_ref(), process.as_ref(), path.as_os_str()]);
        }
    }
}

#[test]
fn a_report_with_witnesses_reads_back_by_the_kinds_of_its_parts() {
    let listing = sample("signatures/mk-03-key-lost.listing.txt");
    let event = sample("signatures/mk-16-foreign-config.event.txt");
    let baseline = sample("first-start.pml");
    let capture = sample("guid-changed.xml");
    let run = json_of(
        "analyze",
        &[
            "--keys-dir".as_ref(),
            listing.as_os_str(),
            "--event-log".as_ref(),
            event.as_os_str(),
            "--baseline".as_ref(),
            baseline.as_os_str(),
            capture.as_os_str(),
        ],
    );
    reads_back::<Report>(run.text());
    let report: Report = serde_json::from_str(run.text()).expect("a report");
    assert_eq!(report.captures[0].format, Format::Pml);
    assert_eq!(report.captures[1].format, Format::Xml);
    // A native log has dates, the XML export of the sample has times of day.
    assert_eq!(report.captures[0].time_quality, TimeQuality::Full);
    assert_eq!(report.captures[1].time_quality, TimeQuality::TimeOnly);
    assert!(report.witnesses.iter().any(|it| matches!(it.witness, Witness::Folder(_))));
    assert!(report.witnesses.iter().any(|it| matches!(it.witness, Witness::Service(_))));
    assert_eq!(report.findings[0].signature, "MK-01");
    assert_eq!(report.findings[0].severity, Severity::Error);
}

#[test]
fn every_comparison_of_two_samples_reads_back() {
    let good = sample("restart.csv");
    let bad = sample("guid-changed.xml");
    for path in all_captures() {
        for pair in [[good.as_os_str(), path.as_os_str()], [path.as_os_str(), bad.as_os_str()]] {
            reads_back::<Comparison>(json_of("compare", &pair).text());
        }
    }
}

#[test]
fn what_other_commands_write_reads_back() {
    for path in all_captures() {
        let path = &[path.as_os_str()][..];
        reads_back::<Vec<CaptureInfo>>(json_of("info", path).text());
        reads_back::<Vec<ProcessNode>>(json_of("processes", path).text());
        reads_back::<Vec<StackCount>>(json_of("stacks", path).text());
    }
    let arguments = ["iisWasKey", "c2319c42033a5ca7f44e731bfd3fa2b5"].map(OsStr::new);
    // `known` is a fixed text of this version, which `KeyAnswer::known` gives.
    let mut answers: Vec<serde_json::Value> =
        serde_json::from_str(json_of("key", &arguments).text()).expect("a list of answers");
    let mut owners = 0;
    for answer in &mut answers {
        let known = answer.as_object_mut().expect("an object").shift_remove("known");
        owners += usize::from(known.is_some_and(|known| known["owner"].is_string()));
    }
    assert_eq!(owners, arguments.len());
    reads_back::<Vec<KeyAnswer>>(&serde_json::to_string_pretty(&answers).expect("JSON"));
}
