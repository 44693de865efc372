//! CSV exports, in any column set and order.

mod reader;
mod sniff;
mod writer;

pub(crate) use reader::CsvReader;
pub(crate) use sniff::{Dialect, Looks, sniff};
pub use writer::CsvWriter;
