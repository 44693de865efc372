//! What a page says of itself: from what it was made, and what it leaves out.

use super::amounts::{clock_part, count, grouped};
use crate::report::{CaptureRole, CaptureSummary, Report, StoredFile, ZoneKnowledge};

/// What the record is for.
pub const RECORD_SAYS: &str = "From what this report was made, and what it does not cover. The \
                               same command on the same file gives the same report.";
/// What to know of the file that a page is.
pub const FILE_HOLDS: &str = "It holds paths, account names and GUIDs of that computer: treat it \
                              like the capture. It loads nothing and sends nothing.";
/// That nothing was done.
pub const ADVICE_ONLY: &str = "Advice only: nothing was executed.";

/// How much was read of a capture.
pub fn read_line(capture: &CaptureSummary) -> String {
    let undecided = match capture.events_undecided {
        0 => String::new(),
        number => format!("; the filter could not decide on {}", grouped(number)),
    };
    let expected = match capture.events_expected {
        Some(expected) => format!("; its header says {}", grouped(expected)),
        None => String::new(),
    };
    format!(
        "{} with {}; {} of processes that are judged{undecided}{expected}",
        count(capture.events_read, "event"),
        count(capture.columns.len() as u64, "column"),
        grouped(capture.events_kept)
    )
}

/// From when to when a capture is, and by which clock.
pub fn time_line(capture: &CaptureSummary) -> String {
    let Some((first, last)) = capture.first_time.as_deref().zip(capture.last_time.as_deref())
    else {
        return "It has no times that could be read.".to_string();
    };
    let day = first.split_once('T').map(|(day, _)| day);
    let last_day = last.split_once('T').map(|(day, _)| day);
    let clock = match capture.zone {
        ZoneKnowledge::Utc => "in UTC",
        ZoneKnowledge::Known => "in a zone that is known",
        ZoneKnowledge::Unknown => {
            "as the clock of that computer showed; its zone is not in the file"
        }
    };
    let day_of = |day: Option<&str>| day.map(|day| format!("{day} ")).unwrap_or_default();
    let end = if day == last_day { None } else { last_day };
    format!("{}{} to {}{}, {clock}", day_of(day), clock_part(first), day_of(end), clock_part(last))
}

/// What was not given, and could have shown more.
pub fn not_looked_at(report: &Report) -> String {
    let has_baseline = report.captures.iter().any(|capture| capture.role == CaptureRole::Baseline);
    let given = |kind: &str| match kind {
        "baseline" => has_baseline,
        kind => report.witness_sources.iter().any(|it| it.given_as == kind),
    };
    let kinds = [
        ("event_log", "event logs"),
        ("hive", "registry hives"),
        ("keys_dir", "key folders"),
        ("baseline", "a capture from before"),
    ];
    let missing: Vec<&str> =
        kinds.iter().filter(|(kind, _)| !given(kind)).map(|(_, name)| *name).collect();
    let contents = "Contents of key files: never read.";
    match missing.split_last() {
        None => contents.to_string(),
        Some((only, [])) => {
            format!("{}: none was given. {contents}", super::sentence(only))
        }
        Some((last, rest)) => {
            let list = format!("{} and {last}", rest.join(", "));
            format!("{}: none was given. {contents}", super::sentence(&list))
        }
    }
}

/// By what a report was made.
pub fn made_line(report: &Report) -> String {
    match &report.made {
        Some(made) => format!("{}, {}", report.tool, made.at.replace('T', " ")),
        None => report.tool.clone(),
    }
}

/// Which rows a page has.
pub fn rows_caption(shown: usize, of_events: u64, left_out: u64) -> String {
    let text = format!(
        "{} of {}: those of the processes that are followed, and those that findings cite.",
        count(shown as u64, "row"),
        count(of_events, "event"),
    );
    match left_out {
        0 => text,
        more => format!("{text} {}", cut_rows(more)),
    }
}

/// That there are more rows.
pub fn cut_rows(more: u64) -> String {
    format!("Not shown: {}. All: `procmonkey events`.", count(more, "further row"))
}

/// That there are more steps.
pub fn cut_steps(shown: usize, all: usize) -> String {
    format!(
        "Shown: the first {} of {} steps. All: `procmonkey analyze … -f json`.",
        grouped(shown as u64),
        grouped(all as u64)
    )
}

/// That there are more findings.
pub fn cut_findings(shown: usize, all: u64) -> String {
    format!(
        "Shown in full: {} of {}. All: `procmonkey analyze … -f json`.",
        grouped(shown as u64),
        count(all, "finding")
    )
}

/// That there are more of something than a page shows, and where the rest is.
///
/// ```
/// use procmonkey_analysis::words::cut;
///
/// assert_eq!(
///     cut(8, 1200, "container", "procmonkey analyze … -v"),
///     "Shown: the first 8 of 1,200 containers. All: `procmonkey analyze … -v`."
/// );
/// ```
pub fn cut(shown: usize, all: u64, noun: &str, rest: &str) -> String {
    format!("Shown: the first {} of {}. All: `{rest}`.", grouped(shown as u64), count(all, noun))
}

/// That not every place that could not be read is listed.
pub fn cut_losses(shown: usize, all: u64) -> String {
    format!(
        "Listed: the first {} of {}. The rest is counted only.",
        grouped(shown as u64),
        count(all, "place")
    )
}

/// What is kept of a file as it is stored.
pub fn stored_line(capture: &CaptureSummary, file: &StoredFile) -> String {
    let size = count(file.bytes, "byte");
    let packed = match capture.packing.is_empty() && !is_member(capture, file) {
        true => "",
        false => ", as it is stored: not of what is packed in it",
    };
    format!("{}, {size}{packed}", file.path)
}

/// Whether a capture lies in the archive that a file is.
fn is_member(capture: &CaptureSummary, file: &StoredFile) -> bool {
    capture.path.strip_prefix(&file.path).is_some_and(|rest| rest.starts_with('/'))
}

/// The headline of a page about a file that is no capture.
pub const UNREADABLE: &str = "This is not a capture that can be read";
/// Its state.
pub const NOT_READ: &str = "Not read";
/// What follows from it.
pub const UNREADABLE_LEAD: &str =
    "Nothing of it was judged, so this says nothing about a computer.";

/// What the bytes are that such a page shows.
pub fn first_bytes(shown: usize) -> String {
    match shown {
        0 => "It is empty: it has no bytes".to_string(),
        shown => format!("It begins with {}", count(shown as u64, "byte")),
    }
}

/// The formats that are read.
pub const FORMATS: &[&str] = &[
    "Process Monitor's native log (PML)",
    "its CSV export",
    "its XML export",
    "rows of it, or its Event Properties, as pasted into a text",
    "any of these packed with gzip, zstd or zip",
];
