//! Reads Process Monitor captures.

mod capture;
mod column;
mod csv;
mod detail;
mod error;
mod event;
mod filter;
mod input;
mod losses;
mod operation;
mod pasted;
mod process;
mod reader;
mod sniff;
mod stack;
mod status;
mod time;
mod xml;

pub use capture::{Capture, Events, Format, Layers, ReadOptions};
pub use column::{Column, Columns};
pub use csv::CsvWriter;
pub use detail::{Detail, Item};
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use filter::{Action, Filter, Relation, Rule, Verdict};
pub use input::Input;
pub use input::decode::{Compression, TextEncoding};
pub use losses::{Loss, LossKind, Losses, Position};
pub use operation::plain_operation;
pub use process::Process;
pub use stack::Frame;
pub use status::NtStatus;
pub use time::{
    Clock, Date, DateOrder, EventTime, TICKS_PER_DAY, TICKS_PER_SECOND, TimeBase, TimeQuality,
    Timestamp, Zone,
};
