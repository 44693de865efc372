//! Whatever a text is: each event of it has an operation or is a row of an export, stands
//! behind the one before, and is the same however the input comes in.

use std::io::Read;

use procmonkey_parser::{Column, Event, Format, Input, ReadOptions};

use crate::captures::Slow;

/// Line, operation and path of each event, and what could not be read.
fn told(input: impl Read + Send, bytes: usize) -> Option<(Vec<String>, Vec<String>)> {
    let mut input = Input::from_reader("fuzz", input, &ReadOptions::new()).ok()?;
    let mut capture = input.next_capture()?.ok()?;
    if capture.format() != Format::Pasted {
        return None;
    }
    let (mut events, mut event, mut line) = (Vec::new(), Event::default(), 0);
    while capture.read_event(&mut event).ok()? {
        let position = event.position();
        let own = position.line.expect("a text has lines");
        assert!(own >= line, "line {own} behind line {line}");
        assert!(position.byte <= bytes as u64);
        line = own;
        let operation = event.operation().unwrap_or_default().into_owned();
        let path = event.get(Column::Path).unwrap_or_default().into_owned();
        assert!(!operation.is_empty() || event.get(Column::TimeOfDay).is_some());
        events.push(format!("{own} {operation} {path}"));
    }
    let losses = capture.losses().iter().map(ToString::to_string).collect();
    capture.remarks();
    Some((events, losses))
}

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    assert_eq!(told(bytes, bytes.len()), told(Slow(bytes), bytes.len()));
}
