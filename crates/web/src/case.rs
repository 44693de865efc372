//! Witnesses into a case, as the command line adds them.

use procmonkey_analysis::Case;
use procmonkey_parser::{Capture, ReadOptions};
use procmonkey_witness::add_to_case;

use crate::file::{File, Role};

/// How much of what stands beside the events of a text is looked at, in bytes.
const MOST_BESIDE: usize = 16 << 20;

/// The options by which a capture keeps what stands beside its events.
pub(crate) fn keep_beside(options: ReadOptions) -> ReadOptions {
    options.other_text(MOST_BESIDE)
}

/// Reads a file as a witness.
pub(crate) fn add_witness(file: &File, role: Role, case: &mut Case) {
    add_to_case(case, &file.name, role.given_as(), file.witness(role));
}

/// Adds the witnesses that stand beside the events of a text.
pub(crate) fn add_beside(capture: &Capture<'_>, case: &mut Case) {
    let Some(other) = capture.other_text() else { return };
    let reading = procmonkey_witness::read_beside(capture.name(), other);
    if !reading.is_empty() {
        add_to_case(case, capture.name(), "pasted", Ok(reading));
    }
}
