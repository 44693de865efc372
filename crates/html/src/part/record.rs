//! From what the report was made, and what it does not cover.

use procmonkey_analysis::report::{CaptureRole, CaptureSummary, Report};
use procmonkey_analysis::words;

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) captures: Vec<Capture>,
    pub(crate) not_read: Vec<String>,
    pub(crate) not_looked_at: String,
    pub(crate) made_by: String,
    pub(crate) command: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) facts: String,
    pub(crate) id: Option<String>,
    /// The SHA-256 of files, and of which.
    pub(crate) stored: Vec<(String, String)>,
    pub(crate) read: String,
    pub(crate) time: String,
    pub(crate) remarks: Vec<String>,
}

impl Record {
    pub(crate) fn of(report: &Report) -> Record {
        let captures = report.captures.iter().enumerate().map(|(place, summary)| {
            let mut capture = Capture::of(summary);
            if report.captures.len() > 1 {
                capture.name = format!("{}: {}", place + 1, capture.name);
            }
            capture
        });
        Record {
            captures: captures.collect(),
            not_read: words::not_read(report),
            not_looked_at: words::not_looked_at(report),
            made_by: words::made_line(report),
            command: report.made.as_ref().map(|made| command(&made.argv)),
        }
    }
}

impl Capture {
    pub(crate) fn of(capture: &CaptureSummary) -> Capture {
        let mut facts = vec![capture.format.name().to_string()];
        facts.extend(capture.packing.iter().map(|packing| format!("packed with {packing}")));
        facts.extend(capture.bytes.map(|bytes| words::count(bytes, "byte")));
        if capture.role == CaptureRole::Baseline {
            facts.push("baseline".to_string());
        }
        let mut remarks = capture.remarks.clone();
        let kinds = capture.losses.unknown_kinds.iter();
        remarks.extend(kinds.map(|kind| {
            let times = words::count(kind.count, "time");
            format!("Not known, shown as written: {}, {times}", kind.what)
        }));
        remarks.extend(capture.broke_off.clone());
        Capture {
            name: capture.path.clone(),
            facts: facts.join(", "),
            id: capture.capture_id.clone(),
            stored: capture
                .stored_files
                .iter()
                .map(|file| (file.sha256.clone(), words::stored_line(capture, file)))
                .collect(),
            read: words::read_line(capture),
            time: words::time_line(capture),
            remarks,
        }
    }
}

/// A command line as it would be typed. In which folder the program is says more of the computer
/// that ran it than a report should.
fn command(argv: &[String]) -> String {
    let program = argv.first().map(|path| super::file_name(path));
    let words: Vec<String> = program.into_iter().chain(argv.iter().skip(1).cloned()).collect();
    let quoted = words.iter().map(|word| {
        let plain = |c: char| c.is_alphanumeric() || "-_./\\:=,*".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("\"{word}\"")
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
