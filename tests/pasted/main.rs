//! Whatever of Procmon's people paste into a ticket.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;
mod dialog;
mod machine;
mod mixed;
mod product;
mod shapes;
mod tables;

use procmonkey_parser::{Column, Event, Input, ReadOptions};

/// What a text is read as: the events with their columns, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) events: Vec<Event>,
    pub(crate) losses: Vec<String>,
    pub(crate) remarks: Vec<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) format: &'static str,
}

impl Reading {
    /// The text of a column of each event; `-` where it has none.
    pub(crate) fn column(&self, column: Column) -> Vec<String> {
        let text = |event: &Event| event.get(column).map(|text| text.into_owned());
        self.events.iter().map(|event| text(event).unwrap_or_else(|| "-".into())).collect()
    }
}

/// Reads a text; the message if it is refused.
pub(crate) fn try_read(text: impl AsRef<[u8]>) -> Result<Reading, String> {
    let options = ReadOptions::new();
    let mut input = Input::from_reader("ticket", text.as_ref(), &options).unwrap();
    let mut capture = input.next_capture().unwrap().map_err(|error| error.to_string())?;
    let mut reading = Reading { format: capture.format().name(), ..Reading::default() };
    reading.columns = capture.columns().names().map(str::to_string).collect();
    let mut event = Event::default();
    while capture.read_event(&mut event).unwrap() {
        reading.events.push(event.clone());
    }
    reading.losses = capture.losses().iter().map(ToString::to_string).collect();
    reading.remarks = capture.remarks();
    Ok(reading)
}

/// Reads a text that has events.
pub(crate) fn read(text: impl AsRef<[u8]>) -> Reading {
    let shown = String::from_utf8_lossy(text.as_ref()).into_owned();
    try_read(text).unwrap_or_else(|error| panic!("{error}\n{shown}"))
}

/// Reads a text of which everything can be read.
pub(crate) fn read_all(text: impl AsRef<[u8]>) -> Reading {
    let shown = String::from_utf8_lossy(text.as_ref()).into_owned();
    let reading = read(text);
    assert!(reading.losses.is_empty(), "{:?}\n{shown}", reading.losses);
    reading
}

/// The message with which a text is refused.
pub(crate) fn refusal(text: impl AsRef<[u8]>) -> String {
    match try_read(text) {
        Err(message) => message,
        Ok(reading) => panic!("read as {:?}", reading.column(Column::Operation)),
    }
}
