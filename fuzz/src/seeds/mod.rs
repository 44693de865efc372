//! What the targets begin with. Captures come from the samples, and are short.

mod captures;
mod filters;
mod witnesses;

pub use captures::{captures, csv_rows, packed, pasted, pml, xml};
pub use filters::{filter_files, filters};
pub use witnesses::{event_logs, event_texts, hives, listings};
