//! Reads Sysinternals Process Monitor (Procmon) captures: its native logs (PML), its
//! CSV and XML exports, and event texts pasted from its Event Properties dialog.
//!
//! An [`Input`] is what the user gave: a file, a stream, an archive. It yields one
//! [`Capture`] or several, whose format is told by their content. A capture yields
//! [`Event`]s with Procmon's own [`Column`] names and counts in [`Losses`] what it
//! could not read. A [`Filter`] picks events by Procmon's rules, and an
//! [`EventWriter`] writes them as Procmon does: as CSV with [`CsvWriter`], as XML
//! with [`XmlWriter`]; a [`JsonObject`] is one event for other programs. A [`FilterFile`] is a filter that Procmon has saved.
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

mod ahead;
mod capture;
mod column;
mod csv;
mod detail;
mod error;
mod event;
mod fields;
mod filter;
mod filter_file;
mod input;
mod interest;
mod json;
mod losses;
mod names;
mod operation;
mod options;
mod pasted;
pub mod pml;
mod process;
mod progress;
mod reader;
mod scan;
mod seen;
mod sniff;
mod stack;
mod status;
mod tally;
mod text_record;
mod time;
mod writer;
mod xml;

pub use capture::{Capture, Events, Format};
pub use column::{Column, Columns};
pub use csv::{CsvWriter, push_csv_record};
pub use detail::{Detail, Item};
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use filter::{Action, Filter, Relation, Rule, Verdict};
pub use filter_file::{FilterFile, FilterFormat, StoredRule};
pub use input::decode::{Compression, TextEncoding};
pub use input::{Input, Layers, decode_text};
pub use interest::Interest;
pub use json::JsonObject;
pub use losses::{Loss, LossKind, Losses, Position};
pub use operation::plain_operation;
pub use options::ReadOptions;
pub use process::Process;
pub use progress::Progress;
pub use stack::Frame;
pub use status::NtStatus;
pub use time::{
    Clock, Date, DateOrder, EventTime, TICKS_PER_DAY, TICKS_PER_SECOND, TimeBase, TimeQuality,
    Timestamp, WrittenTime, Zone,
};
pub use writer::{EventWriter, LeftOut, WriteFormat};
pub use xml::XmlWriter;
