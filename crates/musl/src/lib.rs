//! An allocator and a copying of bytes that are quick in a program built for musl.
//!
//! A program takes both by naming this crate. For other targets nothing is taken.
//!
//! ```
//! use procmonkey_musl as _;
//!
//! let copy = b"rows and rows".to_vec();
//! assert_eq!(copy, b"rows and rows");
//! ```

#![forbid(unsafe_code)]

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests;
