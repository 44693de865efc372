//! Whatever a capture is: its events stay the same from format to format.

use std::collections::HashSet;
use std::io::Cursor;

use procmonkey_parser::pml::{ExportProfile, PmlWriter};
use procmonkey_parser::{Column, Event, EventWriter, Format, Input, WriteFormat};

use crate::captures::{Told, all, options};

/// Checks it for these bytes: a CSV of them is the same after it was an XML, and every
/// event that a native log has of it can be read from there and exported again.
pub fn run(bytes: &[u8]) {
    let Some(csv) = written(bytes, WriteFormat::Csv) else { return };
    // Other columns than Procmon's may have to be renamed.
    if csv.is_plain {
        let again = read(&csv.bytes);
        assert_eq!(again.events.len(), csv.events, "{:?}", again.losses);
        let xml = written(&csv.bytes, WriteFormat::Xml).expect("a CSV that can be read");
        assert_eq!(xml.events, csv.events);
        let back = written(&xml.bytes, WriteFormat::Csv).expect("an XML that can be read");
        // Without an event, an XML names no columns.
        if csv.events > 0 {
            assert!(back.bytes == csv.bytes, "{}", String::from_utf8_lossy(&back.bytes));
        }
    }
    let Some((native, events)) = native(bytes) else { return };
    let told = read(&native);
    assert_eq!(told.events.len() as u64, events, "{:?}", told.losses);
    let export = written(&native, WriteFormat::Csv).expect("a native log that can be read");
    assert_eq!(export.events as u64, events);
    if events > 0 {
        assert_eq!(read(&export.bytes).events.len() as u64, events);
    }
    // From there on nothing changes any more.
    let (second, _) = self::native(&native).expect("a native log that can be read");
    assert!(read(&second).events == told.events);
}

struct Written {
    bytes: Vec<u8>,
    events: usize,
    /// Whether it has the columns by which an export is known, none that are not
    /// Procmon's, each of them once, and no line ends in its fields.
    is_plain: bool,
}

fn read(bytes: &[u8]) -> Told {
    let mut all = all(Input::from_reader("written", bytes, &options()), bytes.len());
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The first capture in an export, as `convert` writes it.
fn written(bytes: &[u8], format: WriteFormat) -> Option<Written> {
    let mut input = Input::from_reader("fuzz", bytes, &options()).ok()?;
    let mut capture = input.next_capture()?.ok()?;
    let columns = capture.columns().clone();
    let names: HashSet<&str> = columns.names().collect();
    let mut is_plain = names.len() == columns.len()
        && columns.contains(Column::Operation)
        && columns.contains(Column::Path)
        && columns.names().all(|name| Column::all().any(|column| column.name() == name));
    let mut writer = EventWriter::begin(format, Vec::new(), &columns, &capture).unwrap();
    let (mut event, mut events) = (Event::default(), 0);
    while let Ok(true) = capture.read_event(&mut event) {
        writer.write(&event).unwrap();
        events += 1;
        // A CSV has a semicolon where an XML has a line end.
        let mut fields = (0..columns.len()).filter_map(|index| event.field(index));
        is_plain &= !fields.any(|field| field.contains(&b'\n'));
    }
    Some(Written { bytes: writer.finish().unwrap(), events, is_plain })
}

/// The first capture as a native log, and how many events that has; `None` where its times
/// do not suffice for one.
fn native(bytes: &[u8]) -> Option<(Vec<u8>, u64)> {
    let options = options().date("2026-03-05".parse().unwrap()).zone("UTC".parse().unwrap());
    let mut input = Input::from_reader("fuzz", bytes, &options).ok()?;
    let mut capture = input.next_capture()?.ok()?;
    let info = match capture.recording() {
        Some(recording) => recording.info.clone(),
        None => ExportProfile::default().info(),
    };
    let is_native = capture.format() == Format::Pml;
    let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
    let mut event = Event::default();
    while let Ok(true) = capture.read_event(&mut event) {
        // A damaged event is written as it is, and may be read in another way among others.
        if is_native && !capture.losses().is_empty() {
            return None;
        }
        if let Err(error) = writer.write(&event, capture.clock()) {
            assert!(!is_native, "{error}");
            return None;
        }
    }
    if is_native && !capture.losses().is_empty() {
        return None;
    }
    let events = writer.events();
    Some((writer.finish().unwrap().into_inner(), events))
}
