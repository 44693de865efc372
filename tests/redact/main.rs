//! What `redact` promises: no name is left, findings are the same, the same key gives the same
//! bytes.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;

mod canaries;
mod command;
mod findings;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use common::*;

/// The key of these tests.
const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// Redacts a capture into a file of the folder, with the same extension.
fn redact(input: &Path, folder: &Path) -> (Run, PathBuf) {
    let key = write(folder, "test.key", KEY);
    let mut output = folder.join("redacted");
    output.set_extension(input.extension().unwrap());
    let arguments =
        ["redact".as_ref(), input.as_os_str(), "-o".as_ref(), output.as_os_str(), "--key".as_ref()];
    let run = run(&[&arguments[..], &[key.as_os_str()]].concat());
    (run, output)
}

/// The redactor that the command has with this key.
fn redactor() -> procmonkey_redact::Redactor {
    procmonkey_redact::Redactor::new(procmonkey_redact::Key::from_text(KEY).unwrap())
}

fn os(text: &str) -> &OsStr {
    OsStr::new(text)
}
