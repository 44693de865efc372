//! The report as a page, and its drawing.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;

mod compare;
mod digests;
mod drawing;
mod hostile;
mod lesson;
mod page;
mod render;
mod sizes;
mod states;

use std::ffi::OsStr;

use common::*;

/// The page of `analyze` with these arguments, made at a fixed time.
fn page_of<A: AsRef<OsStr>>(arguments: &[A]) -> String {
    let mut all: Vec<&OsStr> =
        ["analyze", "-q", "-f", "html", "--made-at", "2026-11-27T12:00:00Z"].map(OsStr::new).into();
    all.extend(arguments.iter().map(AsRef::as_ref));
    let run = run(&all);
    assert!(matches!(run.status, 0 | 1 | 4), "{}: {}", run.status, run.stderr);
    run.text().to_string()
}

/// The values of an attribute, in their order.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    let mut values: Vec<&str> =
        page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    if name == "id" {
        // Rows of events are written without quotes.
        let rows = page.split("<tr id=e").skip(1);
        let ends = rows.map(|rest| rest.find([' ', '>']).unwrap());
        let starts = page.match_indices("<tr id=e").map(|(at, _)| at + 7);
        values.extend(starts.zip(ends).map(|(at, length)| &page[at..at + 1 + length]));
    }
    values
}

/// The page without its styles and its script.
fn body(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    for end in ["</style>", "</script>"] {
        let start = end.replace("</", "<");
        let (before, inner) = rest.split_once(start.trim_end_matches('>')).unwrap();
        text.push_str(before);
        rest = inner.split_once(end).unwrap().1;
    }
    text + rest
}

/// Runs the program with arguments of any sort: texts and paths.
macro_rules! run {
    ($($argument:expr),+ $(,)?) => {
        $crate::common::run(&[$(std::ffi::OsStr::new($argument)),+])
    };
}
pub(crate) use run;
