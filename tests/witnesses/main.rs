//! What else was seen of the computer: each kind of witness, how it changes what is
//! found, where it stands on the timeline, and what counts for the exit status.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../crates/witness/tests/made/mod.rs"]
mod made;

mod beside;
mod flags;
mod host;
mod kinds;
mod losses;
mod placing;
mod rising;

use std::path::{Path, PathBuf};

use serde_json::Value;

use common::*;

/// Event 7024 as Event Viewer copies it.
fn event_7024(date: &str) -> String {
    format!(
        "Log Name:      System\nSource:        Service Control Manager\nDate:          {date}\n\
         Event ID:      7024\nLevel:         Error\nComputer:      WEB01\nDescription:\n\
         The IIS Admin Service service terminated with service-specific error 2148073478 \
         (0x80090006).\n"
    )
}

/// A listing of the folder after the accident.
fn listing() -> String {
    let line = |date: &str, size: &str, stem: &str, guid: &str| {
        format!("{date}             {size} {stem}_{guid}\n")
    };
    [
        format!(" Directory of {FOLDER}\n\n"),
        line("03/05/2026  06:59 PM", "2,202", IIS_STEM, NEW),
        line("03/01/2026  09:12 AM", "2,202", IIS_STEM, OLD),
        line("03/01/2026  09:12 AM", "1,131", DCOM_STEM, OLD),
    ]
    .concat()
}

const IIS_STEM: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";
const DCOM_STEM: &str = "7a436fe806e483969f48a894af2fe9a1";

/// The failing start without the listing that the sample ends with.
fn bad(folder: &Path) -> PathBuf {
    let path = folder.join("bad.csv");
    let run = run(&[
        "events".as_ref(),
        "-f".as_ref(),
        "csv".as_ref(),
        "--exclude".as_ref(),
        "Process Name is Explorer.EXE".as_ref(),
        "-o".as_ref(),
        path.as_os_str(),
        sample("guid-changed.csv").as_os_str(),
    ]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    path
}

/// The report on a capture with further arguments, flags and paths in turn.
fn with(capture: &Path, arguments: &[(&str, &Path)]) -> (i32, Value) {
    let mut all: Vec<&std::ffi::OsStr> = vec![capture.as_os_str()];
    for (flag, value) in arguments {
        all.push(flag.as_ref());
        all.push(value.as_os_str());
    }
    analyze(&all)
}

fn confidence<'v>(report: &'v Value, signature: &str) -> &'v str {
    text(finding(report, signature), "confidence")
}
