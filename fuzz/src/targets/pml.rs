//! Whatever the bytes of a native log are, it is the same read as a whole and piece by
//! piece, and what is left of it can be written as a native log again.

use std::io::Cursor;

use procmonkey_parser::pml::PmlWriter;
use procmonkey_parser::{Event, Input};

use crate::captures::{Told, all, options};

/// Checks it for a log of format version 7.
pub fn version_7(bytes: &[u8]) {
    run(bytes, 7);
}

/// Checks it for a log of format version 9.
pub fn version_9(bytes: &[u8]) {
    run(bytes, 9);
}

fn run(bytes: &[u8], version: u8) {
    let mut bytes = bytes.to_vec();
    if bytes.len() < 8 {
        return;
    }
    bytes[..8].copy_from_slice(&[b'P', b'M', b'L', b'_', version, 0, 0, 0]);
    let options = options();
    let whole = all(Input::from_reader("fuzz", &bytes[..], &options), bytes.len());
    let pieces = all(Input::from_read_at("fuzz", bytes.clone(), &options), bytes.len());
    // What is left of a damaged table or list of events depends on what follows it, but not
    // whether there is damage.
    let facts = |all: &[Told]| -> Vec<_> {
        let events = |told: &Told| told.losses.is_empty().then_some(told.events.len());
        all.iter().map(events).collect()
    };
    assert_eq!(facts(&whole), facts(&pieces));
    // A damaged event is written as it is, and may be read in another way among others.
    if whole.iter().all(|told| told.losses.is_empty()) {
        write_again(&bytes, &options);
    }
}

fn write_again(bytes: &[u8], options: &procmonkey_parser::ReadOptions) {
    let Ok(mut input) = Input::from_reader("fuzz", bytes, options) else { return };
    let Some(Ok(mut capture)) = input.next_capture() else { return };
    let info = capture.recording().expect("a native log").info.clone();
    let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info).unwrap();
    let mut event = Event::default();
    while let Ok(true) = capture.read_event(&mut event) {
        writer.write(&event, capture.clock()).unwrap();
    }
    let events = writer.events();
    let written = writer.finish().unwrap().into_inner();
    let again = all(Input::from_reader("again", &written[..], options), written.len());
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].events.len() as u64, events, "{:?}", again[0].losses);
}
