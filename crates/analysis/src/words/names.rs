//! What processes, containers, GUIDs and events are called.

use crate::container::short_stem;
use crate::guid::MachineGuid;
use crate::phase::Phase;
use crate::report::{ContainerSummary, GuidRole, GuidSign, NamedGuid, ProcessSummary, Report};

/// Name and PID of a process.
pub fn process_name(process: &ProcessSummary) -> String {
    let name = process.name.as_deref().unwrap_or("a process that is not named");
    match process.pid {
        Some(pid) => format!("{name} ({pid})"),
        None => name.to_string(),
    }
}

/// What a container is called.
pub fn container_name(container: &ContainerSummary) -> String {
    match &container.name {
        Some(name) => name.clone(),
        None => format!("{} (name not known)", short_stem(&container.stem)),
    }
}

/// What a GUID is called: by its letter, or by its first eight digits.
pub fn guid_name(report: &Report, guid: &MachineGuid) -> String {
    letter_of(&report.guid_signs, guid)
}

/// The same by these letters.
pub fn letter_of(signs: &[GuidSign], guid: &MachineGuid) -> String {
    let sign = signs.iter().find(|sign| sign.guid == *guid);
    sign.map_or_else(|| guid.short().to_string(), |sign| sign.letter.to_string())
}

/// What a GUID is to the verdict, in a word or two; `MachineGuid` where it has no role.
pub fn role_name(named: &[NamedGuid], guid: &MachineGuid) -> String {
    let role = |named: &NamedGuid| match named.role {
        GuidRole::Older => "older",
        GuidRole::Newer => "newer",
        GuidRole::Unordered => "one of two",
        GuidRole::Expected => "expected",
        GuidRole::Present => "present",
    };
    let mut roles: Vec<&str> = named.iter().filter(|it| it.guid == *guid).map(role).collect();
    roles.dedup();
    match roles.is_empty() {
        true => "MachineGuid".to_string(),
        false => roles.join(", "),
    }
}

/// Where an event is: behind the number of its capture where there are several.
pub fn event_place(report: &Report, capture: usize, event: u64) -> String {
    format!("event {}", event_number(report, capture, event))
}

/// The number of an event, behind that of its capture where there are several.
pub fn event_number(report: &Report, capture: usize, event: u64) -> String {
    match report.captures.len() {
        0 | 1 => event.to_string(),
        _ => format!("{}:{event}", capture + 1),
    }
}

/// What the timeline of a process is called.
pub fn start_heading(process: &ProcessSummary) -> String {
    let starts = process.phases.iter().any(|span| span.phase == Phase::Start);
    let what = if starts { "Start-up of" } else { "Steps of" };
    let account = process.account.as_ref().map(|it| format!(", as {it}")).unwrap_or_default();
    format!("{what} {}{account}", process_name(process))
}

/// The last part of a path.
///
/// ```
/// use procmonkey_analysis::words::file_name;
///
/// assert_eq!(file_name("samples/restart.csv"), "restart.csv");
/// assert_eq!(file_name("C:\\a\\b.dll"), "b.dll");
/// ```
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
