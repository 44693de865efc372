//! A native log or a CSV is read once more without opening it again.

#![cfg(feature = "mmap")]
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::path::{Path, PathBuf};

use procmonkey_parser::{
    Action, Capture, Column, Event, Filter, Input, Progress, ReadOptions, Rule, open,
};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

/// Damage of different places of a log.
const DAMAGE: [fn(&mut Vec<u8>); 6] = [
    |_| {},
    // It was never closed: no list of events, and no tables.
    |bytes| bytes.truncate(bytes.len() / 2),
    |bytes| bytes.truncate(bytes.len() - 1),
    // A block of zeros among the events.
    |bytes| bytes[4096..8192].fill(0),
    // Zeros in place of the list of events, and of what follows it.
    |bytes| {
        let at = u64::from_le_bytes(*bytes[0x248..].first_chunk().unwrap()) as usize;
        bytes[at..].fill(0);
    },
    // In place of a part of the tables.
    |bytes| {
        let end = bytes.len();
        bytes[end - end / 8..end - end / 16].fill(0);
    },
];

/// The next event, in words.
fn next(capture: &mut Capture<'_>, event: &mut Event) -> Option<String> {
    if !capture.read_event(event).unwrap() {
        return None;
    }
    let mut text = format!("{} {:?} {:?}", event.number(), event.position(), event.time());
    text += &format!(" {:?}", event.process());
    for column in Column::all() {
        text += &format!(" {:?}", event.get(column));
    }
    Some(text)
}

/// All of them, each read into an event of its own, where nothing of an earlier one can be left.
fn all(mut capture: Capture<'_>) -> (Vec<String>, String) {
    let events = std::iter::from_fn(|| next(&mut capture, &mut Event::default())).collect();
    (events, format!("{:?} {:?} {:?}", capture.losses(), capture.clock(), capture.processes()))
}

#[test]
fn it_is_what_a_capture_is_that_was_just_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (mut logs, mut exports) = (0, 0);
    for sample in samples().read_dir().unwrap() {
        let sample = sample.unwrap().path();
        if sample.is_dir() {
            continue;
        }
        let extension = sample.extension().unwrap_or_default().to_str().unwrap();
        let bytes = std::fs::read(&sample).unwrap();
        let damages = match extension {
            "pml" => &DAMAGE[..],
            // It has to be written as Procmon writes it.
            "csv" if bytes.starts_with(b"\"") || bytes.starts_with(b"\xef\xbb\xbf\"") => {
                &DAMAGE[..4]
            }
            _ => continue,
        };
        let file = folder.path().join("capture").with_extension(extension);
        for (number, damage) in damages.iter().enumerate() {
            *if extension == "pml" { &mut logs } else { &mut exports } += 1;
            let mut bytes = bytes.clone();
            damage(&mut bytes);
            // Another file, so that no capture is of one that has changed.
            std::fs::remove_file(&file).ok();
            std::fs::write(&file, bytes).unwrap();
            let expected = all(open(&file).unwrap());
            let mut first = open(&file).unwrap();
            let mut event = Event::default();
            for _ in 0..expected.0.len() / 2 {
                next(&mut first, &mut event).unwrap();
            }
            let again = first.another_reading().unwrap();
            assert_eq!((again.name(), again.id()), (first.name(), first.id()));
            assert_eq!(again.source_bytes(), first.source_bytes());
            // With one event for both, which belongs now to this one, now to that one.
            let (mut one, mut other) = (again, first.another_reading().unwrap());
            for (place, text) in expected.0.iter().enumerate() {
                assert_eq!(next(&mut one, &mut event).as_ref(), Some(text), "{number}");
                if place % 3 == 0 {
                    assert_eq!(next(&mut other, &mut event).as_ref(), expected.0.get(place / 3));
                }
            }
            // From one that was read to its end, and is gone.
            assert_eq!(next(&mut one, &mut event), None);
            let last = one.another_reading().unwrap();
            drop((one, first, other));
            assert!(all(last) == expected, "{} {number}", sample.display());
        }
    }
    assert!(logs >= 6 && exports >= 8, "{logs} {exports}");
}

#[test]
fn threads_that_read_ahead_do_not_matter() {
    let log = samples().join("restart.pml");
    let filter = Filter::new([Rule::parse("Operation is RegQueryValue", Action::Include).unwrap()]);
    let wanted = |capture: &mut Capture<'_>| {
        let (prefilter, mut event, mut found) = (filter.prefilter(), Event::default(), Vec::new());
        while capture.read_matching(&filter, &prefilter, &mut event).unwrap() {
            found.push(event.number());
        }
        found
    };
    let mut first = open(&log).unwrap();
    let expected = wanted(&mut first);
    assert!(!expected.is_empty());
    assert_eq!(wanted(&mut first.another_reading().unwrap()), expected);
}

#[test]
fn a_log_in_two_files_is_read_from_its_first_part() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["log.pml", "log-1.pml"] {
        std::fs::copy(samples().join("restart.pml"), folder.path().join(name)).unwrap();
    }
    let first = open(folder.path().join("log.pml")).unwrap();
    let expected = all(open(folder.path().join("log.pml")).unwrap());
    let alone = all(open(samples().join("restart.pml")).unwrap());
    assert_eq!(expected.0.len(), 2 * alone.0.len());
    assert!(all(first.another_reading().unwrap()) == expected);
}

#[test]
fn of_a_csv_only_the_first_reading_is_progress() {
    let path = samples().join("guid-changed.csv");
    let progress = Progress::default();
    let mut input = Input::open(&path, &ReadOptions::new().progress(progress.clone())).unwrap();
    let first = input.next_capture().unwrap().unwrap();
    let opened = progress.bytes();
    assert!(!all(first.another_reading().unwrap()).0.is_empty());
    assert_eq!(progress.bytes(), opened);
    assert!(!all(first).0.is_empty());
    assert!(progress.bytes() > opened.max(path.metadata().unwrap().len() / 2));
}

#[test]
fn other_captures_have_to_be_opened_again() {
    assert!(open(samples().join("guid-changed.xml")).unwrap().another_reading().is_none());
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    let text = std::fs::read_to_string(samples().join("guid-changed.csv")).unwrap();
    // As a spreadsheet writes it.
    std::fs::write(file.path(), text.replacen("\"PID\"", "PID", 1)).unwrap();
    assert!(open(file.path()).unwrap().another_reading().is_none());
    let file = tempfile::Builder::new().suffix(".pml").tempfile().unwrap();
    let mut bytes = std::fs::read(samples().join("restart.pml")).unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let first = open(file.path()).unwrap();
    assert!(first.another_reading().is_some());
    // Its length has changed.
    bytes.push(0);
    std::fs::write(file.path(), &bytes).unwrap();
    assert!(first.another_reading().is_none());
}
