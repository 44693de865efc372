//! Reads captures for the targets.

use std::io::Read;

use procmonkey_parser::{Capture, Event, Input, JsonObject, Limits, ReadOptions};

/// Gives a few bytes at a time, as a slow pipe does.
pub(crate) struct Slow<'b>(pub(crate) &'b [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(buffer.len()).min(7);
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// Small, so that a bomb takes little time.
pub(crate) fn options() -> ReadOptions {
    ReadOptions::new().threads(1).limits(Limits::default().record(1 << 20).held(1 << 24))
}

/// What a capture reports.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Every event as JSON.
    pub(crate) events: Vec<String>,
    /// Every loss, and the error that ended the reading.
    pub(crate) losses: Vec<String>,
    processes: usize,
    clock: String,
}

impl Told {
    /// All that a capture has.
    pub(crate) fn of(capture: &mut Capture<'_>, bytes: usize) -> Told {
        let mut told = Told::default();
        let (mut event, mut object, mut number) = (Event::default(), JsonObject::default(), 0);
        loop {
            match capture.read_event(&mut event) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    told.losses.push(error.to_string());
                    break;
                }
            }
            assert!(event.number() > number, "event {} behind {number}", event.number());
            number = event.number();
            assert!(event.position().byte <= bytes as u64, "{}", event.position());
            let json = object.of(&event, None);
            told.events.push(String::from_utf8(json.to_vec()).expect("JSON is UTF-8"));
            if let Some(detail) = event.detail() {
                detail.items().for_each(|item| drop(format!("{item:?}")));
            }
            if event.has_stack() {
                event.stack().iter().for_each(|frame| drop(format!("{frame:?}")));
            }
            drop(capture.clock().resolve(event.time()).map(|time| time.to_string()));
        }
        assert_eq!(capture.events_read(), number);
        capture.remarks();
        told.losses.extend(capture.losses().iter().map(ToString::to_string));
        for process in capture.processes() {
            drop(capture.modules_of(process));
        }
        told.processes = capture.processes().len();
        told.clock = format!("{:?}", capture.clock());
        told
    }
}

/// All captures of an input, or why there are none. `bytes` is the length of the input,
/// unpacked.
pub(crate) fn all(input: Result<Input<'_>, procmonkey_parser::Error>, bytes: usize) -> Vec<Told> {
    let refused = |error: procmonkey_parser::Error| Told {
        losses: vec![error.to_string()],
        ..Told::default()
    };
    let mut input = match input {
        Ok(input) => input,
        Err(error) => return vec![refused(error)],
    };
    let mut all = Vec::new();
    while let Some(capture) = input.next_capture() {
        all.push(match capture {
            Ok(mut capture) => Told::of(&mut capture, bytes),
            Err(error) => refused(error),
        });
    }
    all
}
