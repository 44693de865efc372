//! CSV exports, in any column set and order.

mod native_rows;
mod pass;
mod reader;
mod sniff;
mod strict;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use reader::CsvReader;
pub(crate) use sniff::{Dialect, Looks, sniff};
pub(crate) use strict::StrictReader;
pub use writer::CsvWriter;
