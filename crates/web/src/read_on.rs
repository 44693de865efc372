//! Reads the captures of a file one after the other into a case, in steps.

use procmonkey_analysis::report::{CaptureRole, WitnessSource};
use procmonkey_analysis::{CaptureReading, Case, ReadingStep};
use procmonkey_parser::{Capture, Input, OtherText, ReadOptions};

use crate::case::add_beside;
use crate::file::{File, whole};
use crate::job::InTime;

/// A file that is being read into a case.
pub(crate) struct ReadOn {
    file: File,
    role: CaptureRole,
    input: Input<'static>,
    open: Option<Open>,
    /// How many captures were opened.
    captures: u64,
    /// How many captures or members there were, readable or not.
    met: u64,
    /// The names of texts that are given as witnesses, too.
    witnesses: Vec<String>,
    /// What was found in the captures that are at their end.
    found: Found,
}

/// The capture that is being read.
struct Open {
    capture: Capture<'static>,
    reading: CaptureReading,
    has_beside: bool,
}

/// How far the captures of a file have been read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    pub(crate) events: u64,
    pub(crate) reads: usize,
    pub(crate) steps: usize,
}

impl ReadOn {
    /// Opens a file. One that cannot be opened is part of the case.
    pub(crate) fn open(
        file: &File,
        role: CaptureRole,
        options: &ReadOptions,
        witnesses: Vec<String>,
        case: &mut Case,
    ) -> Option<ReadOn> {
        match file.open(options) {
            Ok(input) => Some(ReadOn {
                file: file.clone(),
                role,
                input,
                open: None,
                captures: 0,
                met: 0,
                witnesses,
                found: Found::default(),
            }),
            Err(error) => {
                unread(case, role, &file.name, &whole(&error));
                None
            }
        }
    }

    /// How many captures could be opened.
    pub(crate) fn captures(&self) -> u64 {
        self.captures
    }

    /// How far reading has come.
    pub(crate) fn found(&self) -> Found {
        let Some(open) = &self.open else { return self.found };
        let progress = open.reading.progress(&open.capture);
        Found {
            events: self.found.events + progress.events_read,
            reads: self.found.reads + progress.machine_guid_reads,
            steps: self.found.steps + progress.steps,
        }
    }

    /// Reads on; true once the file is at its end.
    pub(crate) fn step(&mut self, case: &mut Case, in_time: InTime<'_>) -> bool {
        loop {
            if self.open.is_none() && !self.next_capture(case) {
                return true;
            }
            let Some(open) = &mut self.open else { return true };
            let mut turn = 0u32;
            loop {
                turn += 1;
                match open.reading.advance(&mut open.capture) {
                    Ok(ReadingStep::Event) if !turn.is_multiple_of(64) => {}
                    Ok(ReadingStep::Event | ReadingStep::Passed) => {
                        if !in_time() {
                            return false;
                        }
                    }
                    // What was read of a capture that breaks off counts.
                    Ok(ReadingStep::End) | Err(_) => break,
                }
            }
            self.end(case);
        }
    }

    /// Ends reading where it is: what was read is part of the case.
    pub(crate) fn end(&mut self, case: &mut Case) {
        self.found = self.found();
        let Some(Open { capture, reading, has_beside }) = self.open.take() else { return };
        case.end(reading, &capture);
        if !has_beside {
            self.add_beside(&capture, case);
        }
    }

    fn next_capture(&mut self, case: &mut Case) -> bool {
        loop {
            match self.input.next_capture() {
                Some(Ok(capture)) => {
                    self.met += 1;
                    self.captures += 1;
                    let is_early = capture.other_text().is_some_and(OtherText::is_whole);
                    if is_early {
                        self.add_beside(&capture, case);
                    }
                    let reading = case.begin(self.role);
                    self.open = Some(Open { capture, reading, has_beside: is_early });
                    return true;
                }
                Some(Err(error)) => {
                    self.met += 1;
                    unread(case, self.role, &self.file.name, &whole(&error));
                }
                None => {
                    if self.met == 0 {
                        unread(case, self.role, &self.file.name, "the archive has no file in it");
                        self.met = 1;
                    }
                    return false;
                }
            }
        }
    }

    fn add_beside(&self, capture: &Capture<'_>, case: &mut Case) {
        if self.role == CaptureRole::Case
            && !self.witnesses.iter().any(|name| name == capture.name())
        {
            add_beside(capture, case);
        }
    }
}

/// Adds what could not be read. A baseline that cannot be read is a witness without facts, which
/// is added once for the file.
fn unread(case: &mut Case, role: CaptureRole, name: &str, error: &str) {
    if role == CaptureRole::Case {
        case.unread_input(name, error);
    }
}

/// Adds a baseline of which nothing could be read.
pub(crate) fn unread_baseline(case: &mut Case, name: &str) {
    let mut source = WitnessSource::new(name, "baseline");
    source.error = Some("it could not be read as a capture".to_string());
    case.witness_source(source);
}

impl std::fmt::Debug for ReadOn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadOn").field("file", &self.file).finish_non_exhaustive()
    }
}
