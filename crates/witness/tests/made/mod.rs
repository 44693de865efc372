//! Event logs and hives that tests make, byte by byte: sound ones, and such as nobody
//! made in good faith. Nothing of them comes from a real computer.

#![allow(dead_code, reason = "each test uses its own part of this")]
#![allow(missing_docs, reason = "nothing but tests sees it")]

pub mod evtx;
pub mod hive;
