//! The parts of the page: from a report to what its templates show.

mod events;
mod findings;
mod hero;
mod others;
mod record;
mod steps;
mod witnesses;

pub(crate) use events::{Events, all_rows};
pub(crate) use findings::Findings;
pub(crate) use hero::{Hero, file_name};
pub(crate) use others::Others;
pub(crate) use record::Record;
pub(crate) use steps::{Row, Start, steps_with_rows};
pub(crate) use witnesses::Witnesses;
