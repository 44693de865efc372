//! Finds the rows of a view, in steps.

use procmonkey_parser::{Capture, Event, ReadOptions, ReadStep};
use serde_json::{Value, json};

use crate::file::has_direct_rows;
use crate::job::{InTime, Job, World};
use crate::places::{Place, Places};
use crate::since::milliseconds;
use crate::view::View;
use crate::wanted::Wanted;

/// After so many events, the time is looked at.
const BETWEEN_CHECKS: u64 = 64;

/// Reads a capture from its beginning to its end, for a view.
pub(crate) struct ViewJob {
    number: u64,
    capture: Capture<'static>,
    wanted: Wanted,
    event: Event,
    bytes: crate::stored::Stored,
    /// How many events each process has, where every event is read.
    by_process: Option<Vec<u64>>,
    is_stopped: bool,
}

impl std::fmt::Debug for ViewJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ViewJob").field("number", &self.number).finish_non_exhaustive()
    }
}

impl ViewJob {
    /// Begins a view of a capture.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) fn begin(
        world: &mut World,
        capture: usize,
        wanted: Wanted,
        options: ReadOptions,
    ) -> Result<ViewJob, String> {
        let (opened, file) = world.capture(capture)?;
        let mut file = file.clone();
        file.stored = file.stored.counted_anew();
        let reader = file.capture(opened.member, &options).map_err(|it| it.to_string())?;
        world.views.push(Some(View {
            capture,
            wanted: wanted.clone(),
            options,
            places: Places::default(),
            clock: reader.clock().clone(),
            first: None,
            head: has_direct_rows(&reader, &file).then_some(u64::MAX),
            cursor: None,
            end: 0.0,
        }));
        Ok(ViewJob {
            number: world.views.len() as u64 - 1,
            capture: reader,
            by_process: wanted.is_everything().then(Vec::new),
            wanted,
            event: Event::default(),
            bytes: file.stored,
            is_stopped: false,
        })
    }

    fn answer(&self, view: &View) -> Value {
        let losses: Vec<String> = self.capture.losses().iter().map(ToString::to_string).collect();
        json!({
            "view": self.number,
            "rows": view.rows(),
            "events": self.capture.events_read(),
            "undecided": self.capture.events_undecided(),
            "lost": self.capture.losses().count(),
            "losses": losses,
            "end": view.end,
            "stopped": self.is_stopped,
        })
    }
}

impl Job for ViewJob {
    fn step(&mut self, world: &mut World, in_time: InTime<'_>) -> Result<Option<Value>, String> {
        // A view that was closed needs no rows any more.
        let Ok(view) = world.view(self.number) else { return Ok(Some(json!({}))) };
        let mut checked = self.capture.events_read();
        let mut is_at_end = false;
        while !self.is_stopped {
            // Many events may have been passed over in one step.
            if self.capture.events_read() - checked >= BETWEEN_CHECKS {
                checked = self.capture.events_read();
                if !in_time() {
                    break;
                }
            }
            match self.wanted.read_step(&mut self.capture, &mut self.event, 0) {
                Ok(ReadStep::Event) => {
                    let position = self.event.position();
                    if let (Some(counts), Some(process)) =
                        (&mut self.by_process, self.event.process())
                    {
                        count(counts, process.index);
                    }
                    if view.first.is_none() {
                        view.first = self.capture.clock().first_time();
                    }
                    if view.head == Some(u64::MAX) && self.event.number() == 1 {
                        view.head = Some(position.byte);
                    }
                    let time = *self.event.time();
                    if self.wanted.has_times() {
                        let since = milliseconds(self.capture.clock(), view.first, &time);
                        if !self.wanted.is_within(since) {
                            continue;
                        }
                    }
                    view.places.add(Place { event: self.event.number(), position, time });
                }
                Ok(ReadStep::Passed) => {
                    if view.head == Some(u64::MAX) && self.event.number() == 1 {
                        view.head = Some(self.event.position().byte);
                    }
                }
                Ok(ReadStep::End) => {
                    is_at_end = true;
                    break;
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        view.clock.clone_from(self.capture.clock());
        view.first = view.first.or(self.capture.clock().first_time());
        view.end =
            self.capture.clock().last_time().and_then(|it| view.since(&it)).unwrap_or(view.end);
        if is_at_end && !has_text_all_along(&self.capture) {
            view.head = None;
        }
        if !is_at_end && !self.is_stopped {
            return Ok(None);
        }
        let answer = self.answer(view);
        let capture = view.capture;
        if is_at_end && let Some(opened) = world.captures.get_mut(capture) {
            opened.by_name = Some(self.capture.events_by_process());
            opened.by_process = self.by_process.take().or(opened.by_process.take());
        }
        Ok(Some(answer))
    }

    fn progress(&self, world: &World) -> Value {
        let view = world.views.get(self.number as usize).and_then(Option::as_ref);
        json!({
            "view": self.number,
            "rows": view.map_or(0, View::rows),
            "events": self.capture.events_read(),
            "bytes": self.bytes.bytes_read().min(procmonkey_parser::ReadAt::len(&self.bytes)),
            "of": procmonkey_parser::ReadAt::len(&self.bytes),
            "end": view.map_or(0.0, |view| view.end),
        })
    }

    fn stop(&mut self) {
        self.is_stopped = true;
    }
}

/// The processes of a capture are numbered from 0 on; a number far beyond is not one of them.
const MOST_PROCESSES: usize = 1 << 22;

fn count(counts: &mut Vec<u64>, index: u32) {
    let index = index as usize;
    if index >= MOST_PROCESSES {
        return;
    }
    if counts.len() <= index {
        counts.resize(index + 1, 0);
    }
    counts[index] += 1;
}

/// Whether no row was in another encoding than the first ones.
fn has_text_all_along(capture: &Capture<'_>) -> bool {
    !capture.source_encoding().is_guessed()
}
