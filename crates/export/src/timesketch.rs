//! JSON lines that Timesketch takes as a timeline.
//!
//! It wants `message`, `datetime` and `timestamp_desc`. Both `datetime` and `timestamp` are
//! written, because it makes the one that is missing from the other and loses digits by that. The
//! steps of 100 ns, which neither has, are in `filetime`.

use std::borrow::Cow;

use procmonkey_parser::{Column, Event};

use crate::json::{push_key, push_number, push_text, push_texts};
use crate::moment::{absolute, unix_microseconds, utc_text, without_time};
use crate::number::{push_plain, push_seconds};
use crate::of_capture::OfCapture;
use crate::row::{Refusal, Row, RowWriter, Source};

/// The longest text that the index behind Timesketch takes, in bytes. A row with a longer one is
/// thrown away there.
pub const LONGEST_TEXT: usize = 32_766;

/// Writes JSON lines for Timesketch. An event whose time is not known at all is left out, and
/// counted; a capture without a date or a zone is refused.
///
/// A text that is longer than [`LONGEST_TEXT`] is cut, and `cut` names it.
#[derive(Debug, Default)]
pub struct Timesketch {
    capture: OfCapture,
    cut_rows: u64,
    without_time: u64,
}

/// The columns that are texts.
const TEXTS: [(Column, &str); 9] = [
    (Column::ProcessName, "process_name"),
    (Column::Operation, "operation"),
    (Column::Path, "path"),
    (Column::Result, "result"),
    (Column::Detail, "detail"),
    (Column::ImagePath, "image_path"),
    (Column::CommandLine, "command_line"),
    (Column::User, "user"),
    (Column::Integrity, "integrity"),
];

/// The columns that are whole numbers.
const NUMBERS: [(Column, &str); 4] = [
    (Column::Pid, "pid"),
    (Column::Tid, "tid"),
    (Column::ParentPid, "parent_pid"),
    (Column::Session, "session"),
];

impl Timesketch {
    /// A writer of rows.
    pub fn new() -> Timesketch {
        Timesketch::default()
    }
}

impl RowWriter for Timesketch {
    fn begin_capture(&mut self, source: &Source<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
        self.capture = OfCapture::new(source);
        Ok(())
    }

    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let event = row.event;
        let Some(ticks) = absolute(event, row.clock)? else {
            self.without_time += 1;
            return Ok(());
        };
        let mut cut: Vec<&str> = Vec::new();
        let mut put = |name: &'static str, text: &str, out: &mut Vec<u8>| {
            let whole = text.floor_char_boundary(LONGEST_TEXT);
            if whole < text.len() {
                cut.push(name);
            }
            push_text(name, &text[..whole], out);
        };
        out.push(b'{');
        put("message", &message(event), out);
        // Timesketch counts in microseconds: what it shows is what it sorts by.
        let text = utc_text(ticks);
        let seconds = text.trim_end_matches('Z');
        let datetime = format!("{}+00:00", &seconds[..seconds.len() - 1]);
        push_text("datetime", &datetime, out);
        push_key("timestamp", out);
        out.extend_from_slice(unix_microseconds(ticks).to_string().as_bytes());
        push_text("timestamp_desc", "Event Logged", out);
        push_text("data_type", "windows:procmon:event", out);
        push_texts("tag", row.tags, out);
        self.capture.push_event_id_member("event_id", event.number(), out);
        push_number("event_number", event.number(), out);
        push_key("filetime", out);
        out.extend_from_slice(ticks.to_string().as_bytes());
        if let Some(file) = self.capture.file() {
            put("source_file", file, out);
        }
        for (column, name) in TEXTS {
            if let Some(text) = event.get(column) {
                put(name, &text, out);
            }
        }
        for (column, name) in NUMBERS {
            push_if(name, event, column, push_plain, out);
        }
        push_if("duration", event, Column::Duration, push_seconds, out);
        if !cut.is_empty() {
            self.cut_rows += 1;
            push_text("cut", &cut.join(", "), out);
        }
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) {}

    fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = without_time(self.without_time).into_iter().collect();
        if self.cut_rows > 0 {
            remarks.push(format!(
                "rows with a text of more than {LONGEST_TEXT} bytes, which is cut: {}",
                self.cut_rows
            ));
        }
        remarks
    }
}

/// Adds a member where the column has such a value.
fn push_if(
    name: &str,
    event: &Event,
    column: Column,
    push: fn(&str, &mut Vec<u8>) -> bool,
    out: &mut Vec<u8>,
) {
    let Some(text) = event.get(column) else { return };
    let before = out.len();
    push_key(name, out);
    if !push(&text, out) {
        out.truncate(before);
    }
}

/// What happened, for a person.
fn message(event: &Event) -> String {
    let text = |column: Column| event.get(column).unwrap_or(Cow::Borrowed(""));
    let mut message = text(Column::ProcessName).into_owned();
    if let Some(pid) = event.pid() {
        message.push_str(&format!(" ({pid})"));
    }
    for part in [text(Column::Operation), text(Column::Path)] {
        if !part.is_empty() {
            if !message.is_empty() {
                message.push(' ');
            }
            message.push_str(&part);
        }
    }
    for (before, part) in [(": ", text(Column::Result)), ("; ", text(Column::Detail))] {
        if !part.is_empty() {
            message.push_str(before);
            message.push_str(&part);
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Input, ReadOptions};
    use serde_json::{Value, json};

    use super::*;

    fn rows(
        csv: &str,
        read: &ReadOptions,
        tags: &[String],
    ) -> Result<(Vec<Value>, Vec<String>), Refusal> {
        let mut input = Input::from_reader("x", csv.as_bytes(), read).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let mut writer = Timesketch::new();
        let (mut out, mut event) = (Vec::new(), Event::default());
        writer.begin_capture(&Source::of(&capture), &mut out)?;
        while capture.read_event(&mut event).expect("it is read") {
            writer.write_row(&Row::new(&event, capture.clock()).tags(tags), &mut out)?;
        }
        writer.finish(&mut out);
        let text = String::from_utf8(out).expect("UTF-8");
        let rows = text.lines().map(|line| serde_json::from_str(line).expect("an object"));
        Ok((rows.collect(), writer.remarks()))
    }

    fn zoned() -> ReadOptions {
        let read = ReadOptions::new().capture_id("x".parse().expect("an id"));
        read.date("2026-03-05".parse().expect("a date")).zone("+01:00".parse().expect("a zone"))
    }

    const CSV: &str = "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\
                       \"Detail\",\"Duration\"\r\n\
                       \"18:59:13.0390019\",\"a.exe\",\"4412\",\"ReadFile\",\"C:\\a\",\"SUCCESS\",\
                       \"Offset: 0\",\"0.0000154\"\r\n";

    #[test]
    fn a_row_has_what_timesketch_wants_and_all_digits() {
        let (rows, remarks) = rows(CSV, &zoned(), &["MK-01".to_string()]).expect("it has a time");
        let want = json!({
            "message": "a.exe (4412) ReadFile C:\\a: SUCCESS; Offset: 0",
            "datetime": "2026-03-05T17:59:13.039001+00:00",
            // 2026-03-05 17:59:13 is 1,772,733,553 seconds after 1970.
            "timestamp": 1_772_733_553_039_001_i64,
            "timestamp_desc": "Event Logged",
            "data_type": "windows:procmon:event",
            "tag": ["MK-01"],
            "event_id": "x:1",
            "event_number": 1,
            "filetime": 134_172_071_530_390_019_i64,
            "process_name": "a.exe", "operation": "ReadFile", "path": "C:\\a", "result": "SUCCESS",
            "detail": "Offset: 0", "pid": 4412, "duration": 0.000_015_4,
        });
        assert_eq!(rows, [want]);
        assert!(remarks.is_empty(), "{remarks:?}");
    }

    #[test]
    fn what_is_missing_is_named() {
        let without = ReadOptions::new();
        assert_eq!(rows(CSV, &without, &[]).unwrap_err(), Refusal::NoDateAndZone);
        let zone = without.clone().zone("UTC".parse().expect("a zone"));
        assert_eq!(rows(CSV, &zone, &[]).unwrap_err(), Refusal::NoDate);
        let date = without.clone().date("2026-03-05".parse().expect("a date"));
        assert_eq!(rows(CSV, &date, &[]).unwrap_err(), Refusal::NoZone);
        let open = "\"Date & Time\",\"Operation\"\r\n\"3/4/2026 6:59:13 PM\",\"a\"\r\n";
        assert_eq!(rows(open, &zone, &[]).unwrap_err(), Refusal::NoDateOrder);
    }

    #[test]
    fn long_texts_are_cut_and_events_without_a_time_are_counted() {
        let long = "\u{e4}".repeat(LONGEST_TEXT);
        let csv = format!(
            "\"Time of Day\",\"Operation\",\"Path\"\r\n\"18:59:13.0\",\"ReadFile\",\"{long}\"\r\n\
             \"47:57.9\",\"ReadFile\",\"b\"\r\n"
        );
        let (rows, remarks) = rows(&csv, &zoned(), &[]).expect("it has a time");
        assert_eq!(rows.len(), 1);
        let path = rows[0]["path"].as_str().expect("a text");
        assert!(path.len() == LONGEST_TEXT && long.starts_with(path), "{}", path.len());
        assert!(rows[0]["message"].as_str().expect("a text").len() <= LONGEST_TEXT);
        assert_eq!(rows[0]["cut"], "message, path");
        assert_eq!(remarks.len(), 2, "{remarks:?}");
    }
}
