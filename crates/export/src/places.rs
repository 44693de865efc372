//! From the indexes of a report to what they stand for: names, ids and times.

use std::collections::HashMap;

use procmonkey_analysis::Report;
use procmonkey_analysis::parser::TimeQuality;
use procmonkey_analysis::report::CitedEvent;
use serde::Serialize;

/// The captures and events of a report. Of a report that was read back, an index may lead nowhere:
/// what it stands for is left open then.
#[derive(Debug)]
pub(crate) struct Places<'r> {
    pub(crate) report: &'r Report,
    cited: HashMap<(usize, u64), &'r CitedEvent>,
}

/// An event, or a capture without one. Everything is `None` where there is neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct EventPlace<'r> {
    capture: Option<&'r str>,
    capture_id: Option<&'r str>,
    pub(crate) event_id: Option<String>,
    event_number: Option<u64>,
}

/// A time, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Time<'r> {
    /// RFC 3339, with an offset from UTC.
    pub(crate) datetime: Option<&'r str>,
    /// What a clock showed, where date or zone is not known.
    pub(crate) local_time: Option<&'r str>,
}

/// A process as an event names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Process<'r> {
    pub(crate) process_name: Option<&'r str>,
    pub(crate) pid: Option<u32>,
}

/// A process and the capture that it is of.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProcessPlace<'r> {
    capture: Option<&'r str>,
    capture_id: Option<&'r str>,
    #[serde(flatten)]
    process: Process<'r>,
}

impl<'r> Places<'r> {
    pub(crate) fn of(report: &'r Report) -> Places<'r> {
        let cited = report.cited_events.iter();
        Places { report, cited: cited.map(|row| ((row.capture, row.event), row)).collect() }
    }

    /// An event of the capture with this index.
    pub(crate) fn event(&self, capture: usize, number: u64) -> EventPlace<'r> {
        self.maybe_event(Some(capture), Some(number))
    }

    /// Events of the capture with this index.
    pub(crate) fn events(&self, capture: usize, numbers: &[u64]) -> Vec<EventPlace<'r>> {
        numbers.iter().map(|number| self.event(capture, *number)).collect()
    }

    /// An event, as far as it is known which one.
    pub(crate) fn maybe_event(&self, capture: Option<usize>, event: Option<u64>) -> EventPlace<'r> {
        let capture = capture.and_then(|capture| self.report.captures.get(capture));
        let capture_id = capture.and_then(|capture| capture.capture_id.as_deref());
        let event_id = capture_id.zip(event).map(|(id, event)| format!("{id}:{event}"));
        let capture = capture.map(|capture| capture.path.as_str());
        EventPlace { capture, capture_id, event_id, event_number: event }
    }

    /// The row of an event, where the report has it.
    pub(crate) fn row(&self, capture: usize, event: u64) -> Option<&'r CitedEvent> {
        self.cited.get(&(capture, event)).copied()
    }

    /// The judged process with this index.
    pub(crate) fn process(&self, index: usize) -> Option<ProcessPlace<'r>> {
        let process = self.report.processes.get(index)?;
        let EventPlace { capture, capture_id, .. } = self.maybe_event(Some(process.capture), None);
        let process = Process { process_name: process.name.as_deref(), pid: process.pid };
        Some(ProcessPlace { capture, capture_id, process })
    }

    /// The name of a key container, where it is known.
    pub(crate) fn container(&self, stem: &str) -> Option<&'r str> {
        let container = self.report.containers.iter().find(|container| container.stem == stem)?;
        container.name.as_deref()
    }
}

impl<'r> Time<'r> {
    /// A time as a report has it.
    pub(crate) fn of(text: Option<&'r str>) -> Time<'r> {
        match text {
            Some(text) if is_absolute(text) => Time { datetime: Some(text), local_time: None },
            text => Time { datetime: None, local_time: text },
        }
    }
}

/// A time with its date and its offset from UTC, in a year that RFC 3339 has a place for.
fn is_absolute(text: &str) -> bool {
    let Some((date, clock)) = text.split_once('T') else { return false };
    let is_date = date.len() == 10 && date.bytes().take(4).all(|digit| digit.is_ascii_digit());
    is_date && (clock.ends_with('Z') || clock.contains(['+', '-']))
}

/// Whether the words of a time say more than what was read from them.
pub(crate) fn unread_time(quality: TimeQuality, text: Option<&str>) -> Option<&str> {
    match quality {
        TimeQuality::DateAmbiguous | TimeQuality::OrderOnly => text,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_absolute_with_date_and_zone_only() {
        for text in ["2026-03-05T18:59:13.0390001Z", "2026-03-05T18:59:13-08:00"] {
            assert_eq!(Time::of(Some(text)), Time { datetime: Some(text), local_time: None });
        }
        for text in [
            "2026-03-05T18:59:13.0390001",
            "18:59:13.0390001",
            "+1d 00:00:00.1000000",
            "-0001-03-05T18:59:13Z",
            "12026-03-05T18:59:13Z",
        ] {
            assert_eq!(Time::of(Some(text)), Time { datetime: None, local_time: Some(text) });
        }
        assert_eq!(Time::of(None), Time::default());
    }
}
