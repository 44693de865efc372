//! Native captures that are written here and read back.
//!
//! Real captures come from the folder that `PROCMONKEY_CAPTURES` names; they are
//! not part of this repository. Tests with them pass without doing anything when
//! the variable is not set.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod common;
#[path = "../pml_captures/folder.rs"]
mod folder;
mod native;
mod operations;
mod samples;
mod twins;
