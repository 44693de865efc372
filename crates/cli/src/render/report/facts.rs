//! What several parts of the page say in the same way.

use procmonkey_analysis::report::{ContainerSummary, ProcessSummary};
use procmonkey_analysis::{MachineGuid, Report, short_stem};

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
    let clock = time.split_once('T').map_or(time, |(_, clock)| clock);
    match clock.find('.') {
        Some(point) => {
            let digits = clock[point + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let kept: String = clock.chars().take(point + 1 + digits.min(3)).collect();
            // A mark behind the digits, such as PM, stays.
            format!("{kept}{}", &clock[point + 1 + digits..])
        }
        None => clock.to_string(),
    }
}

/// Name and PID of a process.
pub(super) fn process_name(process: &ProcessSummary) -> String {
    let name = process.name.as_deref().unwrap_or("a process that is not named");
    match process.pid {
        Some(pid) => format!("{name} ({pid})"),
        None => name.to_string(),
    }
}

/// What the page calls a container.
pub(super) fn container_name(container: &ContainerSummary) -> String {
    match &container.name {
        Some(name) => name.clone(),
        None => format!("{} (name not known)", short_stem(&container.stem)),
    }
}

/// Where an event is: behind the number of its capture where there are several.
pub(super) fn event_place(report: &Report, capture: usize, event: u64) -> String {
    format!("event {}", event_number(report, capture, event))
}

/// The number of an event, behind that of its capture where there are several.
pub(super) fn event_number(report: &Report, capture: usize, event: u64) -> String {
    match report.captures.len() {
        1 => event.to_string(),
        _ => format!("{}:{event}", capture + 1),
    }
}
