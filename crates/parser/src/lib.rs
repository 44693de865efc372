//! Reads Sysinternals Process Monitor (Procmon) captures: its native logs (PML), its
//! CSV and XML exports, and event texts pasted from its Event Properties dialog.
//!
//! What follows is a tour in the order in which a program needs the parts. Nothing here
//! prints, asks for the time of day, or uses the network.
//!
//! # 1. Open a capture
//!
//! [`open`] gives the [`Capture`] of a file. Its format is recognised by its content, and
//! it may be compressed. An [`Input`] does the same for a stream, for an archive with any
//! number of captures, and with [`ReadOptions`]: what is known about the capture and does
//! not stand in it, such as its time zone.
//!
//! ```
//! use procmonkey_parser::{Column, Error, Format, open};
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let capture = open(CAPTURE)?;
//! assert_eq!(capture.format(), Format::Csv);
//! assert!(capture.columns().contains(Column::Path));
//! # Ok::<(), Error>(())
//! ```
//!
//! # 2. Read its events
//!
//! An [`Event`] is a row of Procmon, with Procmon's own [`Column`] names. A column that the
//! capture does not have is `None`; its text is never invented. What could not be read is
//! counted in [`Losses`], with its position, and reading goes on.
//!
//! ```
//! # use procmonkey_parser::{Error, Event, open};
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let mut capture = open(CAPTURE)?;
//! let mut event = Event::default();
//! let mut reads = 0;
//! // The memory of the event is reused. `Capture::events` is an iterator instead.
//! while capture.read_event(&mut event)? {
//!     reads += u64::from(event.path().is_some_and(|path| path.ends_with("\\MachineGuid")));
//! }
//! assert!(reads > 0);
//! assert_eq!(capture.events_read(), 4055);
//! for loss in capture.losses().iter() {
//!     eprintln!("{loss}");
//! }
//! # Ok::<(), Error>(())
//! ```
//!
//! # 3. Look into an event
//!
//! [`Event::detail`] splits the column Detail into its items. [`Clock::resolve`] turns the
//! time of an event into a [`Timestamp`], which says how well it is known; ask once the
//! capture has been read, because its later events can show what its dates mean.
//!
//! ```
//! use procmonkey_parser::{Error, Input, ReadOptions, TimeQuality};
//!
//! let csv = "\"Time of Day\",\"Operation\",\"Detail\"\r\n\
//!            \"6:59:13.0390001 PM\",\"ReadFile\",\"Offset: 0, Length: 2,202\"\r\n";
//! let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
//! let mut capture = input.next_capture().expect("one capture")?;
//! let event = capture.events().next().expect("one event")?;
//! let detail = event.detail().expect("a column Detail");
//! assert_eq!(detail.get("Length"), Some("2,202"));
//! let time = capture.clock().resolve(event.time()).expect("a time");
//! // Without the day, which this capture does not show.
//! assert_eq!(time.to_string(), "18:59:13.0390001");
//! assert_eq!(capture.clock().quality(event.time()), TimeQuality::TimeOnly);
//! # Ok::<(), Error>(())
//! ```
//!
//! # 4. Filter
//!
//! A [`Filter`] is made of Procmon's rules; a [`FilterFile`] is one that Procmon has saved.
//! [`Capture::read_matching`] skips what a filter cannot let through, without taking it
//! apart, and several threads can take part.
//!
//! ```
//! use procmonkey_parser::{Action, Error, Event, Filter, Input, ReadOptions, Rule};
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let filter = Filter::new([
//!     Rule::parse("Process Name is inetinfo.exe", Action::Include)?,
//!     Rule::parse("Path contains MachineKeys", Action::Include)?,
//! ]);
//! let prefilter = filter.prefilter();
//! let mut capture = Input::open(CAPTURE, &ReadOptions::new().threads(2))?.into_capture()?;
//! let (mut event, mut count) = (Event::default(), 0);
//! while capture.read_matching(&filter, &prefilter, &mut event)? {
//!     assert_eq!(event.process_name().as_deref(), Some("inetinfo.exe"));
//!     count += 1;
//! }
//! // Those that were skipped are counted, too.
//! assert!(count > 0 && capture.events_read() == 4055);
//! # Ok::<(), Error>(())
//! ```
//!
//! # 5. Write
//!
//! An [`EventWriter`] writes events as Procmon does: as CSV or as XML. [`pml::PmlWriter`]
//! writes a native log. A [`JsonObject`] is one event for other programs. An
//! [`EventBuilder`] makes events that come from no capture.
//!
//! ```
//! use procmonkey_parser::{Column, CsvWriter, Error, EventBuilder};
//!
//! let event = EventBuilder::new()
//!     .text(Column::ProcessName, "inetinfo.exe")
//!     .text(Column::Operation, "ReadFile")
//!     .build();
//! let columns = event.columns().expect("those that were set").clone();
//! let mut writer = CsvWriter::new(Vec::new(), &columns)?;
//! writer.write(&event)?;
//! assert!(writer.into_inner().ends_with(b"\r\n\"inetinfo.exe\",\"ReadFile\"\r\n"));
//! # Ok::<(), Error>(())
//! ```
//!
//! # 6. Leave out what is not needed
//!
//! All features are on by default. With none, the crate needs no C code, no random numbers
//! and nothing of an operating system. What then cannot be read is an [`Error`] that names
//! the feature.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `mmap` | files are mapped into memory; without it, native logs are read piece by piece ([`ReadAt`]), and the rest as streams |
//! | `threads` | several threads read one capture, and one unpacks while another reads |
//! | `zstd` | captures compressed with Zstandard; takes a C compiler |
//! | `zip` | captures in zip archives |
//! | `tz` | time zones by name, such as Europe/Berlin |
//! | `capture-id` | a short name of each capture by its bytes, see [`CaptureId`] |
//! | `serde` | the enums that reports show are written and read back by serde |

#![cfg_attr(docsrs, feature(doc_cfg))]

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
    Capture, EventWriter, Events, Excerpt, ExcerptCounts, ExcerptRow, Format, Input, Mark, Most,
    Omissions, Passed, ReadOptions, ReadStep, Why, WriteFormat, open,
};
pub use event::{Event, EventBuilder, Prefilter};
pub use filter::{Action, Filter, FilterFile, FilterFormat, Relation, Rule, StoredRule, Verdict};
pub use format::csv::{CsvWriter, push_csv_field, push_csv_record};
pub use format::json::{JsonMembers, JsonObject, JsonValue, push_json_string};
pub use format::xml::XmlWriter;
pub use input::CaptureId;
pub use input::CodePage;
pub use input::ReadAt;
pub use input::SourceEncoding;
pub use input::TextEncoding;
pub use input::decode::Compression;
pub use input::decode_text;
pub use input::guard_mapped_files;
pub use model::{
    Address, Column, Columns, Detail, DetailItem, Error, ErrorKind, EventNumbers, Frame, Limits,
    Loss, LossKind, Losses, NtStatus, OtherText, Position, Process, Progress, UnknownKind,
    plain_operation, similar_names,
};
pub use time::{
    Clock, Date, DateOrder, EventTime, TICKS_PER_DAY, TICKS_PER_SECOND, TimeBase, TimePoint,
    TimeQuality, TimeSpan, Timestamp, UNIX_EPOCH_TICKS, WrittenTime, Zone,
};

/// The example of the README is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
