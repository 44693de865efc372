//! A good capture and a bad one.

use procmonkey_analysis::compare::{Recorder, Trails, compare};
use procmonkey_analysis::report::CaptureRole;
use procmonkey_analysis::{CaptureReading, Case, ProcessSelection, ReadingStep, Report};
use procmonkey_html::write_comparison;
use procmonkey_parser::{Capture, ReadAt, ReadOptions};
use serde_json::{Value, json};

use crate::analyze::document;
use crate::file::File;
use crate::job::{InTime, Job, STOPPED, World};
use crate::question::Choice;

/// Reads both, one after the other.
#[derive(Debug)]
pub(crate) struct Compare {
    sides: [(File, usize); 2],
    choice: Choice,
    options: ReadOptions,
    followed: ProcessSelection,
    open: Option<Side>,
    done: Vec<(Report, Trails)>,
    is_stopped: bool,
}

/// The capture that is being read.
struct Side {
    case: Case,
    recorder: Recorder,
    reading: CaptureReading,
    capture: Capture<'static>,
}

impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Side").field("reading", &self.reading).finish_non_exhaustive()
    }
}

impl Compare {
    /// Begins.
    ///
    /// # Errors
    /// When the question has an error in it, or there is no such capture.
    pub(crate) fn begin(
        world: &World,
        (good, bad): (usize, usize),
        choice: Choice,
    ) -> Result<Compare, String> {
        let side = |number: usize| {
            let (opened, file) = world.capture(number)?;
            let stored = file.stored.counted_anew();
            Ok::<_, String>((File { stored, ..file.clone() }, opened.member))
        };
        let options = choice.read_options(world.reading.clone());
        let followed = choice.followed();
        let sides = [side(good)?, side(bad)?];
        Ok(Compare {
            sides,
            choice,
            options,
            followed,
            open: None,
            done: Vec::new(),
            is_stopped: false,
        })
    }

    fn open(&self) -> Result<Side, String> {
        let (file, member) = &self.sides[self.done.len().min(1)];
        let case = Case::new(self.choice.case_options().map_err(|error| error.to_string())?);
        let capture = file.capture(*member, &self.options).map_err(|it| crate::file::whole(&it))?;
        let reading = case.begin_with_every_event(CaptureRole::Case);
        Ok(Side { case, recorder: Recorder::new(self.followed.clone()), reading, capture })
    }

    fn answer(good: &(Report, Trails), bad: &(Report, Trails)) -> Result<Value, String> {
        let comparison = compare((&good.0, &good.1), (&bad.0, &bad.1));
        let mut page = Vec::new();
        write_comparison(&comparison, &mut page).map_err(|error| error.to_string())?;
        Ok(json!({
            "json": document(&comparison)?,
            "html": String::from_utf8(page).map_err(|error| error.to_string())?,
            "outcome": json!(comparison.outcome),
            "headline": comparison.headline,
            "lead": comparison.lead,
        }))
    }
}

impl Job for Compare {
    fn step(&mut self, _: &mut World, in_time: InTime<'_>) -> Result<Option<Value>, String> {
        loop {
            if self.is_stopped {
                return Err(STOPPED.to_string());
            }
            if let [good, bad] = &self.done[..] {
                return Compare::answer(good, bad).map(Some);
            }
            let mut side = match self.open.take() {
                Some(side) => side,
                None => self.open()?,
            };
            let mut turn = 0u32;
            loop {
                turn += 1;
                if turn.is_multiple_of(64) && !in_time() {
                    self.open = Some(side);
                    return Ok(None);
                }
                match side.reading.advance(&mut side.capture) {
                    Ok(ReadingStep::Event) => {
                        side.recorder.observe(side.reading.progress(&side.capture).event);
                    }
                    Ok(ReadingStep::Passed) => {}
                    // What was read of a capture that breaks off counts.
                    Ok(ReadingStep::End) | Err(_) => break,
                }
            }
            let Side { mut case, recorder, reading, capture } = side;
            let trails = recorder.finish(capture.clock());
            case.end(reading, &capture);
            self.done.push((case.finish(), trails));
        }
    }

    fn progress(&self, _: &World) -> Value {
        let read = |(file, _): &(File, usize)| file.stored.bytes_read().min(file.stored.len());
        let events = self.open.as_ref().map_or(0, |side| side.capture.events_read());
        let done = self.done.iter().flat_map(|(report, _)| &report.captures);
        json!({
            "name": self.sides[self.done.len().min(1)].0.name,
            "bytes": self.sides.iter().map(read).sum::<u64>(),
            "of": self.sides.iter().map(|(file, _)| file.stored.len()).sum::<u64>(),
            "events": events + done.map(|capture| capture.events_read).sum::<u64>(),
        })
    }

    fn stop(&mut self) {
        self.is_stopped = true;
    }

    fn is_alone(&self) -> bool {
        true
    }
}
