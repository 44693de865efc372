//! Real captures, read from the folder that `PROCMONKEY_CAPTURES` names.
//!
//! The captures are not part of this repository; without the variable every
//! test here passes without doing anything.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod damage;
mod folder;
mod twins;
