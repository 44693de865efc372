//! Witnesses into a case, as the command line adds them.

use procmonkey_analysis::Case;
use procmonkey_analysis::report::WitnessSource;
use procmonkey_parser::{Capture, ReadOptions};
use procmonkey_witness::{Error, Reading};

use crate::file::{File, Role};

/// How much of what stands beside the events of a text is looked at, in bytes.
const MOST_BESIDE: usize = 16 << 20;

/// The options by which a capture keeps what stands beside its events.
pub(crate) fn keep_beside(options: ReadOptions) -> ReadOptions {
    options.other_text(MOST_BESIDE)
}

/// Reads a file as a witness.
pub(crate) fn add_witness(file: &File, role: Role, case: &mut Case) {
    add(&file.name, role.given_as(), file.witness(role), case);
}

/// Adds the witnesses that stand beside the events of a text.
pub(crate) fn add_beside(capture: &Capture<'_>, case: &mut Case) {
    let Some(other) = capture.other_text() else { return };
    let reading = procmonkey_witness::read_beside(capture.name(), other);
    let is_empty = reading.witnesses.is_empty() && reading.losses.is_empty();
    if !(is_empty && reading.remarks.is_empty()) {
        add(capture.name(), "pasted", Ok(reading), case);
    }
}

fn add(name: &str, given_as: &'static str, reading: Result<Reading, Error>, case: &mut Case) {
    let mut source = WitnessSource::new(name, given_as);
    match reading {
        Ok(reading) => {
            source.set_losses(&reading.losses);
            source.facts = reading.witnesses.len() as u64;
            source.events = reading.events_read();
            source.remarks = reading.remarks;
            reading.witnesses.into_iter().for_each(|witness| case.witness(witness));
        }
        Err(error) => source.error = Some(error.to_string()),
    }
    case.witness_source(source);
}
