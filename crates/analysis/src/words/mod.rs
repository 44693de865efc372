//! What a report says, in words: the same on the terminal and on a page.
//!
//! Nothing is concluded here. Each function takes a part of a [`Report`] and gives it the words,
//! or the rows, that every renderer shows in its own form.

mod amounts;
mod drawing;
mod explanation;
mod figure;
mod hidden;
mod matrix;
mod names;
mod origin;
mod others;
mod record;
mod steps;

pub use amounts::{clock_part, count, event_numbers, grouped, seconds, ticks_of};
pub(crate) use drawing::mark_said_at;
pub use drawing::{
    FOLDER_LISTED, HOW_TO_READ, LISTED, NOT_LOOKED_FOR, NOT_SEEN, REGISTRY_VALUE, SAME_CAPTURE,
    SAME_PROCESS, SAME_THREAD, figure_labels, figure_said, figures_left_out, lanes_left_out,
    link_label, listed_said, listing_labels, listings_left_out, mark_said, phase_labels,
    phase_said, steps_left_out, strip_labels, witness_label,
};
pub use explanation::{EXPLANATION_HEADINGS, ExplanationHeadings};
pub use figure::{MarkKind, MarkWords, mark_words};
pub use hidden::is_hidden;
pub use matrix::{ConditionWords, KeyMatrix, MatrixRow, condition, key_matrix};
pub use names::{
    container_name, event_number, event_place, file_name, guid_name, letter_of, process_name,
    role_name, start_heading,
};
pub use origin::{LossStyle, capture_line, loss_place, not_read, origin, read_of, span};
pub use others::{OtherAccess, OtherTarget, others};
pub use record::{
    ADVICE_ONLY, FILE_HOLDS, FORMATS, NOT_READ, RECORD_SAYS, UNREADABLE, UNREADABLE_LEAD, cut,
    cut_findings, cut_losses, cut_rows, cut_steps, first_bytes, made_line, not_looked_at,
    read_line, rows_caption, stored_line, time_line,
};
pub use steps::{do_first_heading, step_line};

#[allow(unused_imports, reason = "for links in the documentation")]
use crate::Report;

/// A text with a capital letter in front.
///
/// ```
/// assert_eq!(procmonkey_analysis::words::sentence("who did it"), "Who did it");
/// ```
pub fn sentence(text: &str) -> String {
    crate::sentences::capitalised(text)
}
