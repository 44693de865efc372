//! Reads sections of a capture on several threads, and returns their events in the order
//! of the capture.
//!
//! Where a section begins is only known once the section before it has been read. So a
//! worker guesses the beginning and reads from there. When the section before it has been
//! read and ends exactly at the guess, the result is used; otherwise the section is read
//! again from its real beginning. Numbers, lines and midnights count from the start of
//! the capture. A worker counts them from the start of its section, and they are
//! corrected when the section's events are handed over.

mod section;
mod section_plan;
mod worker_pool;

use std::sync::Arc;

use crate::event::{Event, Prefilter};
use crate::format::read_state::ReadState;
use crate::format::{Place, ReadSection, Sections};
use crate::model::Error;
use section::SectionRead;
use section_plan::SectionPlan;
use worker_pool::WorkerPool;

/// After this many sections it is checked whether too many events are wanted.
const FIRST_SECTIONS: u64 = 8;

/// How many threads may read a capture, and how long a section is; `None` stands for the
/// usual length of the format.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ThreadPlan {
    pub(crate) threads: usize,
    pub(crate) length: Option<u64>,
}

/// The worker threads, and what they have read.
pub(crate) struct ReadAhead {
    sections: Arc<dyn Sections>,
    plan: SectionPlan,
    pool: WorkerPool,
    /// Every section has been read for this prefilter, or for one that selects more.
    covered: Prefilter,
    /// The state before the first event of a section.
    fresh: ReadState,
    /// The number of the next section to hand over.
    next: u64,
    /// Where the section that is being handed over begins.
    begin: Place,
    turn: Option<CurrentSection>,
    /// The number of the event that was handed over last.
    handed: u64,
    /// Of the sections handed over completely: how many events they have, and how many of
    /// those were handed over.
    events: u64,
    wanted: u64,
    slow_path_reason: Option<String>,
    is_over: bool,
}

/// The section whose events are being handed over.
struct CurrentSection {
    read: SectionRead,
    /// How many of its events have been handed over.
    handed: usize,
    /// How many midnights precede it.
    midnights: u32,
}

/// The result of a call of [`ReadAhead::read`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadAheadStep {
    /// The next event was read.
    Event,
    /// There are no more events.
    End,
    /// No event was read: the caller has to continue with [`ReadAhead::into_reader`].
    Nothing,
}

impl ReadAhead {
    /// Starts threads. `None` if that is not worth while or not possible.
    pub(crate) fn start(
        sections: Arc<dyn Sections>,
        prefilter: &Prefilter,
        seen: &ReadState,
        thread_plan: ThreadPlan,
    ) -> Option<ReadAhead> {
        let plan = SectionPlan::of(&*sections, thread_plan.length.unwrap_or(sections.length()));
        let most = usize::try_from(plan.most_threads()).unwrap_or(usize::MAX);
        let threads = thread_plan.threads.min(most);
        if threads < 2 {
            return None;
        }
        let begin = sections.begin();
        let fresh = seen.of_section();
        let (shared, wanted) = (Arc::clone(&sections), prefilter.clone());
        let pool = WorkerPool::start(shared, plan, wanted, fresh.clone(), threads)?;
        Some(ReadAhead {
            sections,
            plan,
            pool,
            covered: prefilter.clone(),
            fresh,
            next: 0,
            begin,
            turn: None,
            handed: 0,
            events: 0,
            wanted: 0,
            slow_path_reason: None,
            is_over: false,
        })
    }

    /// The number of the event that was handed over last.
    pub(crate) fn handed(&self) -> u64 {
        self.handed
    }

    /// Why the capture was read in a slower way; `None` if it was not.
    pub(crate) fn slow_path_reason(&self) -> Option<&str> {
        self.slow_path_reason.as_deref()
    }

    /// Reads the next event that is wanted, or one that is not. What was counted in a
    /// section is added to `seen` once all its events have been handed over.
    pub(crate) fn read(
        &mut self,
        prefilter: &Prefilter,
        seen: &mut ReadState,
        event: &mut Event,
    ) -> Result<ReadAheadStep, Error> {
        if *prefilter != self.covered {
            if !self.covered.covers(prefilter) {
                return Ok(ReadAheadStep::Nothing);
            }
            self.covered = prefilter.clone();
            self.pool.set_prefilter(prefilter);
        }
        loop {
            if let Some(turn) = &mut self.turn
                && let Some(next) = turn.read.events.get_mut(turn.handed)
            {
                turn.handed += 1;
                std::mem::swap(event, next);
                event.number += seen.events;
                event.position = self.begin.shift(event.position);
                event.time = event.time.after_midnights(turn.midnights);
                self.handed = event.number;
                return Ok(ReadAheadStep::Event);
            }
            if let Some(CurrentSection { read, .. }) = self.turn.take() {
                seen.append(&read.seen, self.begin);
                self.events += read.seen.events;
                self.wanted += read.events.len() as u64;
                self.sections.release(self.begin.at..read.end.at);
                self.begin = Place {
                    at: read.end.at,
                    lines: self.begin.lines + read.end.lines,
                    records: self.begin.records + read.end.records,
                };
                if self.slow_path_reason.is_none() {
                    self.slow_path_reason = read.slow_path_reason;
                }
                self.pool.recycle(read.events);
                if let Some(error) = read.error {
                    self.is_over = true;
                    return Err(error);
                }
                if self.next >= FIRST_SECTIONS
                    && self.wanted * 100 > self.events * self.sections.most_wanted()
                {
                    return Ok(ReadAheadStep::Nothing);
                }
            }
            if self.is_over || self.next == self.plan.sections() {
                self.is_over = true;
                return Ok(ReadAheadStep::End);
            }
            let read = self.take_section();
            if read.is_irregular {
                return Ok(ReadAheadStep::Nothing);
            }
            let midnights = seen.clock.clone().append(&read.seen.clock);
            self.turn = Some(CurrentSection { read, handed: 0, midnights });
        }
    }

    /// The next section, read from its real beginning.
    fn take_section(&mut self) -> SectionRead {
        let number = self.next;
        self.next += 1;
        let read = self.pool.take(number);
        if read.begin == self.begin.at {
            return read;
        }
        let to = self.plan.begin_of(number + 1);
        let begin = self.begin.counted_from_here();
        let fresh = self.fresh.clone();
        SectionRead::new(&*self.sections, begin, to, &self.covered, fresh, Vec::new())
    }

    /// A reader for everything from the current section on. Some of its events may have
    /// been handed over already.
    pub(crate) fn into_reader(self) -> Result<Box<dyn ReadSection>, Error> {
        self.sections.open(self.begin, u64::MAX)
    }
}
