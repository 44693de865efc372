//! `procmonkey convert`: captures from one of Procmon's formats into another, by
//! the built program, on samples that exist in several formats.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;

mod formats;
mod options;
mod unsaid;

use std::ffi::OsStr;
use std::path::Path;

use common::{Run, read, run};

fn convert<A: AsRef<OsStr>>(input: &Path, output: &Path, more: &[A]) -> Run {
    let mut all = vec![OsStr::new("convert"), input.as_os_str()];
    all.extend([OsStr::new("-o"), output.as_os_str()]);
    all.extend(more.iter().map(AsRef::as_ref));
    run(&all)
}

/// Converts, and gives back what was written and what was said.
fn converted<A: AsRef<OsStr>>(input: &Path, output: &Path, more: &[A]) -> (Vec<u8>, String) {
    // A capture that is there already is not replaced.
    let _ = std::fs::remove_file(output);
    let run = convert(input, output, more);
    assert_eq!(run.status, 0, "{}: {}", input.display(), run.stderr);
    assert!(output == Path::new("-") || run.stdout.is_empty());
    let bytes = if output == Path::new("-") { run.stdout } else { read(output) };
    (bytes, run.stderr)
}

const NOTHING: [&str; 0] = [];

/// The rows of a CSV without quotes in its fields, each as the texts of its fields.
fn rows(csv: &[u8]) -> Vec<Vec<&str>> {
    let text = std::str::from_utf8(csv).unwrap().trim_start_matches('\u{feff}');
    let text = text.strip_prefix('"').unwrap().strip_suffix("\"\r\n").unwrap();
    text.split("\"\r\n\"").map(|row| row.split("\",\"").collect()).collect()
}
