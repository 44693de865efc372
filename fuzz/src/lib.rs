//! Targets for fuzzing: each is a function that gets bytes from anywhere and panics when
//! a reader does what no input may bring about. Nothing here catches a panic.
//!
//! Two programs drive them: `fuzz`, which needs nothing but Rust and is part of `.ci/run`,
//! and `libfuzzer`, for `cargo fuzz`, which sees what an input reaches.

#![allow(clippy::unwrap_used, reason = "a panic is how a target reports a fault")]

mod captures;
pub mod dictionary;
pub mod mutator;
pub mod seeds;
mod targets;

pub use targets::{TARGETS, Target};
