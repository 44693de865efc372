//! Native captures that are read in part, or written as CSV, give the same as reading
//! them event by event and column by column.
//!
//! The samples are always read; real captures are read if `PROCMONKEY_CAPTURES` is set.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod rows;
mod skipped;

#[path = "../pml_captures/folder.rs"]
#[allow(dead_code, reason = "the twins are for other tests")]
mod folder;

use std::fs;
use std::path::Path;

/// Every sample and real capture, with its name.
fn all() -> Vec<(String, Vec<u8>)> {
    let real = folder::captures().into_iter().map(|(name, path)| (name, folder::read(&path)));
    samples().into_iter().chain(real).collect()
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let names = ["first-start.pml", "restart.pml", "guid-changed.pml"];
    names.map(|name| (name.to_string(), fs::read(folder.join(name)).unwrap())).into()
}
