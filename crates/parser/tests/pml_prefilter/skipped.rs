//! Skipped events: every wanted event is returned, and the others are counted correctly.

use std::collections::HashMap;
use std::io::Write;

use procmonkey_parser::pml::OperationNames;
use procmonkey_parser::{
    Capture, Event, EventTime, Input, Losses, Position, Prefilter, ReadOptions,
};

use crate::{all, samples};

/// A question: names, whether events without a name are wanted, and texts in paths.
struct Question {
    names: &'static [&'static str],
    unnamed: bool,
    texts: &'static [&'static str],
}

const QUESTIONS: [Question; 7] = [
    Question { names: &[], unnamed: false, texts: &[] },
    Question { names: &["inetinfo.exe"], unnamed: true, texts: &[] },
    Question { names: &["EXPLORER.exe", "lsass.exe"], unnamed: false, texts: &["\\crypto"] },
    Question {
        names: &["no such process"],
        unnamed: false,
        texts: &["\\Crypto", "\\Protect\\S-1-5-18\\"],
    },
    Question { names: &[], unnamed: false, texts: &["system32", "ntdll"] },
    Question { names: &[], unnamed: true, texts: &[":", "e*"] },
    Question { names: &["svchost.exe"], unnamed: false, texts: &[";", "->"] },
];

impl Question {
    fn prefilter(&self) -> Prefilter {
        let prefilter = match self.unnamed {
            true => Prefilter::nothing().or_unnamed(),
            false => Prefilter::nothing(),
        };
        let prefilter = self.names.iter().fold(prefilter, |it, name| it.or_process(*name));
        self.texts.iter().fold(prefilter, |it, text| it.or_path_with(text))
    }

    /// The answer to the question for an event that was read.
    fn wants(&self, row: &Row) -> bool {
        let path = row.path.to_ascii_lowercase();
        (self.unnamed && row.process.is_empty())
            || self.names.iter().any(|name| name.eq_ignore_ascii_case(&row.process))
            || self.texts.iter().any(|text| path.contains(&text.to_ascii_lowercase()))
    }
}

/// What is compared of an event.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    number: u64,
    position: Position,
    time: EventTime,
    process: String,
    path: String,
}

impl Row {
    fn of(event: &Event) -> Row {
        Row {
            number: event.number(),
            position: event.position(),
            time: *event.time(),
            process: event.process_name().unwrap_or_default().into_owned(),
            path: event.path().unwrap_or_default().into_owned(),
        }
    }
}

/// What a capture reports after it was read to its end.
#[derive(Debug, PartialEq)]
struct Reported {
    events: u64,
    losses: Losses,
    processes: HashMap<String, u64>,
    times: (Option<EventTime>, Option<EventTime>),
}

fn read(capture: &mut Capture<'_>, prefilter: Option<&Prefilter>) -> (Vec<Row>, Reported) {
    let (mut event, mut rows) = (Event::default(), Vec::new());
    loop {
        let is_there = match prefilter {
            Some(prefilter) => capture.read_prefiltered(prefilter, &mut event),
            None => capture.read_event(&mut event),
        };
        if !is_there.unwrap() {
            break;
        }
        rows.push(Row::of(&event));
    }
    let reported = Reported {
        events: capture.events_read(),
        losses: capture.losses().clone(),
        processes: capture.events_by_process().into_iter().collect(),
        times: (capture.clock().first_time(), capture.clock().last_time()),
    };
    (rows, reported)
}

/// Reads a capture event by event, and with a prefilter for each question. Returns how
/// many events were skipped.
fn compare(name: &str, bytes: &[u8], options: &ReadOptions) -> u64 {
    let open = |prefilter: Option<&Prefilter>| {
        let mut input = Input::from_reader(name, bytes, options).ok()?;
        Some(read(&mut input.next_capture()?.ok()?, prefilter))
    };
    let Some((rows, mut whole)) = open(None) else { return 0 };
    for row in &rows {
        *whole.processes.entry(row.process.clone()).or_insert(0) += 1;
    }
    let mut passed_over = 0;
    for (number, question) in QUESTIONS.iter().enumerate() {
        let (handed, reported) = open(Some(&question.prefilter())).unwrap();
        assert_eq!(reported, whole, "{name}, question {number}");
        let wanted: Vec<_> = rows.iter().filter(|row| question.wants(row)).collect();
        let got: Vec<_> = handed.iter().filter(|row| question.wants(row)).collect();
        assert_eq!(got.len(), wanted.len(), "{name}, question {number}");
        assert!(got == wanted, "{name}, question {number}");
        passed_over += whole.events - handed.len() as u64;
    }
    passed_over
}

#[test]
fn what_is_wanted_and_told_is_that_of_reading_everything() {
    for (name, bytes) in all() {
        let passed_over = compare(&name, &bytes, &ReadOptions::new());
        println!("{name}: {passed_over} skipped");
        assert!(passed_over > 0, "{name}");
        let advanced = ReadOptions::new().operation_names(OperationNames::Advanced);
        assert!(compare(&name, &bytes, &advanced) > 0, "{name}");
    }
}

/// A few bytes are changed anywhere, or the end is cut off.
#[test]
fn a_damaged_capture_loses_the_same_events_either_way() {
    let mut state = 1u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below.max(1)
    };
    for (name, whole) in samples() {
        let list = u64::from_le_bytes(whole[0x248..0x250].try_into().unwrap()) as usize;
        for round in 0..120 {
            let mut bytes = whole.clone();
            let (from, to) = match round % 3 {
                0 => (0x3A8, list),
                1 => (list, (list + 2000).min(whole.len())),
                _ => (0, whole.len()),
            };
            for _ in 0..=random(6) {
                bytes[from + random(to - from)] = random(256) as u8;
            }
            if random(4) == 0 {
                bytes.truncate(0x3A8 + random(whole.len() - 0x3A8));
            }
            compare(&format!("{name}, round {round}"), &bytes, &ReadOptions::new());
        }
    }
}

/// A file is mapped and evicted while it is read, or read piece by piece where nothing is
/// mapped; bytes in memory are not. Which events are returned beyond those that are wanted
/// may differ.
#[test]
fn a_mapped_file_reads_as_bytes_in_memory() {
    for (name, bytes) in all() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        for prefilter in [None, Some(QUESTIONS[2].prefilter())] {
            let options = ReadOptions::new();
            let mut input = Input::open(file.path(), &options).unwrap();
            let mut mapped = read(&mut input.next_capture().unwrap().unwrap(), prefilter.as_ref());
            let mut input = Input::from_reader("-", &bytes[..], &options).unwrap();
            let mut memory = read(&mut input.next_capture().unwrap().unwrap(), prefilter.as_ref());
            if prefilter.is_some() {
                for (rows, _) in [&mut mapped, &mut memory] {
                    rows.retain(|row| QUESTIONS[2].wants(row));
                }
            }
            assert!(mapped == memory, "{name}");
        }
    }
}
