//! Reads Process Monitor captures.

mod column;
mod detail;
mod error;
mod event;
mod losses;
mod operation;
mod process;
mod reader;
mod stack;
mod status;
pub mod time;

pub use column::{Column, Columns};
pub use detail::{Detail, Item};
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use losses::{Loss, LossKind, Losses, Position};
pub use operation::plain_operation;
pub use process::Process;
pub use stack::Frame;
pub use status::NtStatus;
pub use time::{Clock, Date, DateOrder, EventTime, TimeBase, TimeQuality, Timestamp, Zone};
