//! Native logs: their events one after the other, what is passed over, and writing.

mod block;
mod dispatch;
mod needles;
pub(crate) mod reader;
mod sections;
mod selection;
mod skip;
mod window;
mod write;

pub(crate) use reader::{PmlReader, PmlRecord};
pub use write::{PmlWriter, Survey};
