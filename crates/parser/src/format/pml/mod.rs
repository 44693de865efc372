//! Reads native logs event by event, skips what is not wanted, and writes native logs.

mod event_block;
mod event_selector;
mod event_skipper;
mod event_window;
mod needles;
mod positioned;
mod reader;
mod selection_plan;
mod write;

pub(crate) use positioned::{Opened, PositionedReader};
pub(crate) use reader::PmlReader;
pub use write::{ExportProfile, PmlWriter};
