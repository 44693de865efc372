//! The parts of the page: from a report to what its templates show.

mod compared;
mod differences;
mod events;
mod findings;
mod hero;
mod others;
mod record;
mod steps;
mod witnesses;

pub(crate) use compared::{Compared, Input, Keys, Number, Pair, SeenGuid};
pub(crate) use differences::Differences;
pub(crate) use events::{Events, all_rows};
pub(crate) use findings::Findings;
pub(crate) use hero::{Hero, Loss, Origin, file_name, losses_of, state_class};
pub(crate) use others::Others;
pub(crate) use record::Record;
pub(crate) use steps::{Row, Start, steps_with_rows};
pub(crate) use witnesses::Witnesses;
