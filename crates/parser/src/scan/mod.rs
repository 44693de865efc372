//! Searches bytes with vector instructions. The readers of text are built on it.
//!
//! Besides the map of a file, this is the only place of the crate with `unsafe` code, all
//! of it in [`block`]. It is detected once which instructions the CPU has; for WebAssembly that
//! is chosen when it is built. Every search also exists in a form that runs on any CPU and gives the same result.

mod block;
mod needle;
mod records;
mod simd;
mod tags;

pub(crate) use block::{BLOCK, MOST, Quotes, SPARE, fetch, push_escaped, put_escaped};
pub(crate) use needle::{Needle, Needles};
pub(crate) use records::{RecordScanner, Row, Rows, ScanEnd};
pub(crate) use simd::SimdLevel;
pub(crate) use tags::{TagPattern, Tags};
