//! Native logs: their events one after the other, what is passed over, and writing.

mod event_block;
mod event_selector;
mod event_skipper;
mod event_window;
mod needles;
mod reader;
mod selection_plan;
mod write;

pub(crate) use reader::PmlReader;
pub use write::{ExportProfile, PmlWriter};
