//! One target under libFuzzer, the one that the variable `FUZZ_TARGET` names:
//! `FUZZ_TARGET=evtx cargo fuzz run libfuzzer`; see CONTRIBUTING.md.

#![no_main]
#![allow(clippy::unwrap_used, reason = "a panic is how a target reports a fault")]
#![allow(missing_docs, reason = "the macro makes functions without any")]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use procmonkey_fuzz::{TARGETS, Target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    *TARGETS.iter().find(|target| target.name == name).expect("FUZZ_TARGET is a target")
});

fuzz_target!(|bytes: &[u8]| (TARGET.run)(bytes));
