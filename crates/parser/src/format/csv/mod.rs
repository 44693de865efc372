//! CSV exports, in any column set and order.

mod native_rows;
mod quote;
mod reader;
mod row_run;
mod sniff;
mod spreadsheet;
mod strict;
#[cfg(test)]
mod tests;
mod writer;

pub use quote::{push_csv_field, push_csv_record};
pub(crate) use reader::CsvReader;
pub(crate) use sniff::{Dialect, Looks, Quotes, sniff};
pub(crate) use spreadsheet::SpreadsheetDamage;
pub(crate) use strict::StrictReader;
pub use writer::CsvWriter;
