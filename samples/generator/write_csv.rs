//! The CSV export: byte order mark, CRLF, every field quoted.

use procmonkey_parser::push_csv_record;

use crate::locale::Locale;
use crate::model::{Event, Ticks, Trace};

/// The columns that Procmon shows when nobody changed anything.
pub const DEFAULT: [&str; 7] =
    ["Time of Day", "Process Name", "PID", "Operation", "Path", "Result", "Detail"];

/// The other columns of the classic versions, in the order in which they are usually added.
const MORE: [&str; 20] = [
    "Date & Time",
    "Relative Time",
    "Duration",
    "Completion Time",
    "Event Class",
    "Sequence",
    "Image Path",
    "Company",
    "Description",
    "Version",
    "User",
    "Authentication ID",
    "Session",
    "Command Line",
    "TID",
    "Virtualized",
    "Integrity",
    "Category",
    "Parent PID",
    "Architecture",
];

/// All 27 columns.
pub fn all_columns() -> Vec<&'static str> {
    DEFAULT.into_iter().chain(MORE).collect()
}

/// Writes the events with the given columns.
pub fn write(trace: &Trace, locale: Locale, columns: &[&str]) -> Vec<u8> {
    let mut csv = "\u{feff}".as_bytes().to_vec();
    push_csv_record(&mut csv, columns);
    let first = trace.events.first().map_or(0, |event| event.time);
    for event in &trace.events {
        let fields = columns.iter().map(|column| field(trace, event, locale, column, first));
        push_csv_record(&mut csv, fields);
    }
    csv
}

/// The text of one column. `first` is the time of the first event.
pub fn field(trace: &Trace, event: &Event, locale: Locale, column: &str, first: Ticks) -> String {
    let process = &trace.processes[event.process];
    let pid = |index: usize| trace.processes[index].pid.to_string();
    match column {
        "Time of Day" => locale.time(event.time),
        "Process Name" => process.name.to_owned(),
        "PID" => process.pid.to_string(),
        "Operation" => event.operation.to_owned(),
        "Path" => event.path.clone(),
        "Result" => event.result.to_owned(),
        // A line of the environment starts with a bare carriage return and a semicolon.
        "Detail" => locale.detail(&event.detail, "\r;"),
        "Date & Time" => locale.date_time(event.time),
        "Relative Time" => relative(event.time - first),
        "Duration" => event.duration.map_or_else(String::new, seconds),
        "Completion Time" => {
            event.duration.map_or_else(String::new, |spent| locale.time(event.time + spent))
        }
        "Event Class" => event.class.text().to_owned(),
        "Sequence" => "n/a".to_owned(),
        "Image Path" => process.image.to_owned(),
        "Company" => process.company.to_owned(),
        "Description" => process.description.to_owned(),
        "Version" => process.version.to_owned(),
        "User" => locale.account(process.account.user).to_owned(),
        "Authentication ID" => process.account.logon.to_owned(),
        "Session" => process.session.to_string(),
        "Command Line" => process.command.to_owned(),
        "TID" => event.tid.to_string(),
        "Virtualized" => "False".to_owned(),
        "Integrity" => locale.integrity(process.account.integrity).to_owned(),
        "Category" => event.category().to_owned(),
        "Parent PID" => pid(process.parent),
        "Architecture" => if process.is_64bit { "64-bit" } else { "32-bit" }.to_owned(),
        _ => String::new(),
    }
}

/// Seconds with seven digits. Procmon writes a dot here in every language.
pub fn seconds(ticks: Ticks) -> String {
    format!("{}.{:07}", ticks / crate::model::SECOND, ticks % crate::model::SECOND)
}

fn relative(ticks: Ticks) -> String {
    let all = ticks / crate::model::SECOND;
    let fraction = ticks % crate::model::SECOND;
    format!("{:02}:{:02}:{:02}.{fraction:07}", all / 3600, all / 60 % 60, all % 60)
}
