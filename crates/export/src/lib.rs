//! Writes the events of Process Monitor captures, and what was found in them, as rows that other
//! tools take as they are.
//!
//! Data flows one way. Whoever reads a capture owns its [`Event`](procmonkey_parser::Event) and its
//! [`Clock`](procmonkey_parser::Clock), and lends both as a [`Row`]. A [`RowWriter`] adds the
//! bytes of that row to a buffer, and keeps nothing of it: memory does not grow with the capture.
//! What comes before the first row and after the last one is written by
//! [`RowWriter::begin_capture`] and [`RowWriter::finish`].
//!
//! A format that needs more than a capture shows, such as the day and the zone of its times,
//! refuses it with a [`Refusal`] that says what is missing, at the first row where it is missing.
//! Nothing is made up, and nothing is left out without being counted.
//!
//! Each format has a file, which describes its rows; those of [`JsonLines`] have a JSON Schema, too:
//! `schemas/events.schema.json`. What an analysis found is written by [`write_report_lines`], which
//! `schemas/findings.schema.json` describes, and its timeline by [`write_timeline_csv`].
//!
//! ```
//! use procmonkey_export::{JsonLines, JsonOptions, Row, RowWriter, Source};
//! use procmonkey_parser::{Event, Input, ReadOptions};
//!
//! let csv = "\"Operation\",\"Path\",\"Detail\"\r\n\
//!            \"ReadFile\",\"C:\\a\",\"Offset: 0, Length: 2,202\"\r\n";
//! let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
//! let mut capture = input.next_capture().expect("one capture")?;
//! let mut writer = JsonLines::new(JsonOptions::new());
//! let mut out = Vec::new();
//! writer.begin_capture(&Source::of(&capture), &mut out)?;
//! let mut event = Event::default();
//! while capture.read_event(&mut event)? {
//!     writer.write_row(&Row::new(&event, capture.clock()), &mut out)?;
//! }
//! writer.finish(&mut out);
//! let text = String::from_utf8(out)?;
//! assert!(text.contains(r#""path":"C:\\a""#), "{text}");
//! assert!(text.contains(r#""detail":{"Offset":0,"Length":2202}"#), "{text}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod csv_plain;
mod detail;
mod detail_memo;
mod ecs;
#[cfg(feature = "entry")]
mod entry;
mod event_json;
mod every_row;
mod fields;
mod formulas;
mod json;
mod jsonl;
mod moment;
mod number;
mod of_capture;
#[cfg(feature = "parquet")]
mod parquet_file;
mod places;
mod process_memo;
mod quick_hash;
#[cfg(test)]
mod repetitive;
mod report_lines;
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;
mod sysmon;
#[cfg(feature = "table")]
mod table;
mod threaded_rows;
mod timeline_csv;
mod timesketch;

pub use csv_plain::PlainCsv;
pub use ecs::Ecs;
#[cfg(feature = "entry")]
pub use entry::{EntryStatus, Partition, WITHOUT_ID, entry_name, short_digest};
pub use every_row::{EveryRowError, write_every_row};
pub use formulas::Formulas;
pub use jsonl::{JSONL_VERSION, JsonLines, JsonOptions};
#[cfg(feature = "parquet")]
pub use parquet_file::{ParquetWriter, ROWS_IN_GROUP};
pub use report_lines::{REPORT_LINES_VERSION, write_report_lines};
pub use row::{Refusal, Row, RowWriter, Source, Stacks};
#[cfg(feature = "sqlite")]
pub use sqlite::Database;
pub use sysmon::Sysmon;
#[cfg(feature = "table")]
pub use table::{Cell, CellSink, Holds, Presence, TABLE_VERSION, Table, TableColumn, TableOptions};
pub use threaded_rows::ThreadedRows;
pub use timeline_csv::{timeline_remarks, write_timeline_csv};
pub use timesketch::{LONGEST_TEXT, Timesketch};

/// The example of the README is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
