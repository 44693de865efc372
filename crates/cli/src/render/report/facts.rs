//! What several parts of the page say in the same way.

use procmonkey_analysis::{MachineGuid, Report, words};

pub(super) use procmonkey_analysis::words::{
    container_name, event_number, event_place, process_name,
};

use super::super::Look;

/// What the page calls a GUID: its letter; with --verbose followed by the whole of it. One
/// without a letter is called by its first eight digits.
pub(super) fn guid_name(report: &Report, guid: &MachineGuid, look: Look) -> String {
    let sign = report.guid_signs.iter().find(|sign| sign.guid == *guid);
    match (sign, look.whole) {
        (Some(sign), false) => sign.letter.to_string(),
        (Some(sign), true) => format!("{} {guid}", sign.letter),
        (None, false) => guid.short().to_string(),
        (None, true) => guid.to_string(),
    }
}

/// The time without the date, and to the millisecond, unless all of it is asked for.
pub(super) fn clock_part(time: &str, look: Look) -> String {
    if look.whole {
        return time.to_string();
    }
    words::clock_part(time)
}
