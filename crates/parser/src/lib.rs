//! Reads Sysinternals Process Monitor (Procmon) captures: its native logs (PML), its
//! CSV and XML exports, and event texts pasted from its Event Properties dialog.
//!
//! An [`Input`] is what the user gave: a file, a stream or an archive. It yields one or
//! more [`Capture`]s, whose format is recognised by their content. A capture yields
//! [`Event`]s with Procmon's own [`Column`] names, and counts in [`Losses`] what it could
//! not read. A [`Filter`] selects events by Procmon's rules, and an [`EventWriter`]
//! writes them as Procmon does: as CSV with [`CsvWriter`], as XML with [`XmlWriter`]. A
//! [`JsonObject`] is one event for other programs. A [`FilterFile`] is a filter that
//! Procmon has saved.
//!
//! ```
//! use procmonkey_parser::{Action, Event, Filter, Input, ReadOptions, Rule, Verdict};
//!
//! let csv = "\"Process Name\",\"Operation\",\"Path\"\r\n\
//!            \"inetinfo.exe\",\"CreateFile\",\"C:\\a\"\r\n\
//!            \"svchost.exe\",\"CreateFile\",\"C:\\b\"\r\n";
//! let filter = Filter::new([Rule::parse("Process Name is inetinfo.exe", Action::Include)?]);
//! let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
//! let mut paths = Vec::new();
//! while let Some(capture) = input.next_capture() {
//!     let mut capture = capture?;
//!     let mut event = Event::default();
//!     while capture.read_event(&mut event)? {
//!         if filter.matches(&event, capture.clock()) == Verdict::Included {
//!             paths.extend(event.path().map(|path| path.into_owned()));
//!         }
//!     }
//!     assert!(capture.losses().is_empty());
//! }
//! assert_eq!(paths, ["C:\\a"]);
//! # Ok::<(), procmonkey_parser::Error>(())
//! ```
//!
//! Nothing here prints, asks for the time of day, or uses the network.

mod capture;
mod event;
mod filter;
mod format;
mod input;
mod model;
mod parallel;
pub mod pml;
mod scan;
mod time;

pub use capture::{
    Capture, EventWriter, Events, Format, Input, Omissions, ReadOptions, WriteFormat,
};
pub use event::{Event, Prefilter};
pub use filter::{Action, Filter, FilterFile, FilterFormat, Relation, Rule, StoredRule, Verdict};
pub use format::csv::{CsvWriter, push_csv_record};
pub use format::json::JsonObject;
pub use format::xml::XmlWriter;
pub use input::ReadAt;
pub use input::SourceEncoding;
pub use input::decode::{Compression, TextEncoding};
pub use input::decode_text;
pub use model::{
    Address, Column, Columns, Detail, DetailItem, Error, ErrorKind, Frame, Limits, Loss, LossKind,
    Losses, NtStatus, Position, Process, Progress, plain_operation,
};
pub use time::{
    Clock, Date, DateOrder, EventTime, TICKS_PER_DAY, TICKS_PER_SECOND, TimeBase, TimeQuality,
    Timestamp, WrittenTime, Zone,
};
