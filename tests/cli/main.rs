//! What a user of the command line relies on: exit statuses, streams, files,
//! filters, formats, and messages that help.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;

mod code;
mod completions;
mod count;
mod cross_reference;
mod events;
mod evidence;
mod examples;
mod excerpts;
mod exit_status;
mod flags;
mod folders;
mod info_and_key;
mod inputs;
mod output;
mod refusals;
mod signatures;
mod time;
mod unmatched;

use std::ffi::OsStr;

use common::Run;

/// All commands of the program.
const COMMANDS: [&str; 21] = [
    "analyze",
    "batch",
    "compare",
    "explain",
    "render",
    "events",
    "convert",
    "redact",
    "count",
    "summary",
    "cross-reference",
    "info",
    "processes",
    "stacks",
    "key",
    "code",
    "filter",
    "signatures",
    "kit",
    "completions",
    "man",
];

/// Runs the program with arguments of any sort: texts and paths.
macro_rules! run {
    ($($argument:expr),+ $(,)?) => {
        $crate::common::run(&[$(std::ffi::OsStr::new($argument)),+])
    };
}
pub(crate) use run;

/// Fails when a run did not end as it should, and shows what it said.
fn expect_status(run: &Run, status: i32, what: impl AsRef<OsStr>) {
    let what = what.as_ref().display();
    assert_eq!(run.status, status, "{what}\n{}", run.stderr);
}
