//! Writes and reads in memory, and compares.

use std::io::Cursor;

use procmonkey_parser::pml::{ExportProfile, PmlWriter};
use procmonkey_parser::{Capture, Column, Event, Input, Losses, ReadOptions};

/// The events of the only capture in these bytes.
pub fn with_capture<T>(bytes: &[u8], read: impl FnOnce(&mut Capture<'_>) -> T) -> T {
    with_options(bytes, &utc(), read)
}

/// The zone of all captures here is UTC.
pub fn utc() -> ReadOptions {
    ReadOptions::new().zone("UTC".parse().unwrap())
}

/// The events of the only capture in these bytes, read with these options.
pub fn with_options<T>(
    bytes: &[u8],
    options: &ReadOptions,
    read: impl FnOnce(&mut Capture<'_>) -> T,
) -> T {
    let mut input = Input::from_reader("test", bytes, options).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    read(&mut capture)
}

/// Writes the chosen events of a native capture.
pub fn copy(bytes: &[u8], chosen: impl Fn(&Event) -> bool) -> (Vec<u8>, Losses) {
    with_capture(bytes, |capture| {
        let info = capture.recording().unwrap().info.clone();
        let clock = capture.clock().clone();
        let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
        let mut event = Event::default();
        while capture.read_event(&mut event).unwrap() {
            if chosen(&event) {
                writer.write(&event, &clock).unwrap();
            }
        }
        let losses = writer.losses().clone();
        (writer.finish().unwrap().into_inner(), losses)
    })
}

/// Writes all events of an export.
pub fn convert(bytes: &[u8], options: &ReadOptions) -> (Vec<u8>, Losses) {
    let (info, clock) = with_options(bytes, options, |capture| {
        let mut survey = ExportProfile::default();
        for event in capture.events() {
            survey.observe(&event.unwrap());
        }
        (survey.info(), capture.clock().clone())
    });
    with_options(bytes, options, |capture| {
        let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
        let mut event = Event::default();
        while capture.read_event(&mut event).unwrap() {
            writer.write(&event, &clock).unwrap();
        }
        let losses = writer.losses().clone();
        (writer.finish().unwrap().into_inner(), losses)
    })
}

/// One difference between two events.
#[derive(Debug)]
#[allow(dead_code, reason = "it is printed where a test fails")]
pub struct Difference {
    pub number: u64,
    pub operation: String,
    pub column: Option<Column>,
    pub before: String,
    pub after: String,
}

/// Compares the chosen events of the first capture with all events of the second: the
/// columns, and the call stacks if `columns` are all. Nothing may be lost in either.
pub fn differences(
    before: &[u8],
    chosen: impl Fn(&Event) -> bool,
    after: &[u8],
    columns: &[Column],
) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut unknown = 0;
    with_capture(before, |before| {
        with_capture(after, |after| {
            let (mut old, mut new) = (Event::default(), Event::default());
            while before.read_event(&mut old).unwrap() {
                if !chosen(&old) {
                    continue;
                }
                assert!(after.read_event(&mut new).unwrap(), "an event is missing");
                unknown += u64::from(new.operation().as_deref() == Some("<Unknown>"));
                compare(&old, &new, columns, &mut found);
            }
            assert!(!after.read_event(&mut new).unwrap(), "there is an event too many");
            let (before, after) = (before.losses().count(), after.losses().count());
            // An operation that Procmon does not know is a loss in a native capture.
            assert!(after <= before.max(unknown), "{after} losses where {before} were before");
        });
    });
    found
}

fn compare(old: &Event, new: &Event, columns: &[Column], found: &mut Vec<Difference>) {
    let difference = |column: Option<Column>, before: String, after: String| Difference {
        number: old.number(),
        operation: old.operation().unwrap_or_default().into_owned(),
        column,
        before,
        after,
    };
    for &column in columns {
        let (before, after) = (old.get(column), new.get(column));
        if before != after {
            let text = |text: Option<std::borrow::Cow<'_, str>>| format!("{text:?}");
            found.push(difference(Some(column), text(before), text(after)));
        }
    }
    let (before, after) = (old.stack(), new.stack());
    if before != after {
        found.push(difference(None, format!("{before:?}"), format!("{after:?}")));
    }
}
