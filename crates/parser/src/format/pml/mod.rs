//! Native logs: their events one after the other, what is passed over, and writing.

mod block;
mod dispatch;
mod needles;
mod reader;
mod selection;
mod skip;
mod window;
mod write;

pub(crate) use reader::PmlReader;
pub use write::{PmlWriter, Survey};
