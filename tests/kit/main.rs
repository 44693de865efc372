//! What `procmonkey kit` writes, and that `analyze` reads what comes back.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../crates/witness/tests/made/mod.rs"]
mod made;

mod batch_files;
mod contents;
mod filter;
mod returned;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use common::*;

/// The files of the kit.
const FILES: [&str; 5] = ["README.txt", "capture.cmd", "case.json", "procmon.pmc", "witnesses.cmd"];

/// The kit in a new folder below this one.
fn kit(folder: &Path) -> PathBuf {
    let kit = folder.join("the kit");
    let run = run(&["kit".as_ref(), kit.as_os_str()]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    kit
}

/// A text of the kit.
fn text_of(name: &str) -> String {
    let folder = temp();
    String::from_utf8(read(kit(folder.path()).join(name))).unwrap()
}

/// The lines of a batch file that are commands, without the labels.
fn commands(name: &str) -> Vec<String> {
    let lines = text_of(name).lines().map(|line| line.trim().to_string()).collect::<Vec<_>>();
    let is_command = |line: &String| {
        let lower = line.to_lowercase();
        !line.is_empty() && !line.starts_with(':') && lower != "rem" && !lower.starts_with("rem ")
    };
    lines.into_iter().filter(is_command).collect()
}

fn case_file() -> Value {
    serde_json::from_str(&text_of("case.json")).unwrap()
}

/// The captures and the witnesses that the case file names.
fn named() -> (BTreeSet<String>, BTreeSet<String>) {
    let case = case_file();
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_string()).collect()
    };
    let witnesses = case["witnesses"].as_object().unwrap().values().flat_map(names);
    (names(&case["captures"]).into_iter().collect(), witnesses.collect())
}
