//! Rows for other tools: what every one of them must be, whatever capture it comes from.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;

mod findings;
mod sigma;
mod tables;
mod tools;
mod typed;
