//! Reads the sections of a capture on several threads, and hands their events over in
//! the order of the capture.
//!
//! Where a section begins can only be guessed before the one in front of it has been
//! read. So it is read from the guess on, and taken when the section in front ends
//! just there; if not, it is read once more from where it does begin. Whatever counts
//! on from the start of the capture (numbers, lines, midnights) counts from the start
//! of the section first, and is shifted when the section's turn has come.

mod cuts;
mod section;
mod workers;

use std::sync::Arc;

use crate::event::{Event, Interest};
use crate::format::read_state::Seen;
use crate::format::{Place, ReadSection, Sections};
use crate::model::Error;
use crate::time::Clock;
use cuts::Cuts;
use section::SectionRead;
use workers::Crew;

/// After how many sections it is asked whether too much of them is wanted.
const FIRST_SECTIONS: u64 = 8;

/// By how many threads a capture may be read, and how long its sections are; `None`
/// stands for what is usual.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Division {
    pub(crate) threads: usize,
    pub(crate) length: Option<u64>,
}

/// The threads that read, and what they have read.
pub(crate) struct Ahead {
    sections: Arc<dyn Sections>,
    cuts: Cuts,
    crew: Crew,
    /// What all sections have been read for, at least.
    covered: Interest,
    clock: Clock,
    /// The number of the section whose turn is next.
    next: u64,
    /// Where the section in turn begins.
    begin: Place,
    turn: Option<Turn>,
    /// The number of the event handed over last.
    handed: u64,
    /// How many events the sections had that were handed over, and how many were handed
    /// over of them.
    events: u64,
    wanted: u64,
    detour: Option<String>,
    is_over: bool,
}

/// The section whose events are handed over.
struct Turn {
    read: SectionRead,
    /// How many of its events were handed over.
    handed: usize,
    /// Midnights in front of it.
    midnights: u32,
}

/// What a call has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handed {
    /// The next event.
    Event,
    /// There is no further event.
    End,
    /// Nothing: the capture has to be read on by [`Ahead::alone`].
    Nothing,
}

impl Ahead {
    /// Starts threads. `None` where that is not worth while or not possible.
    pub(crate) fn start(
        sections: Arc<dyn Sections>,
        interest: &Interest,
        clock: &Clock,
        division: Division,
    ) -> Option<Ahead> {
        let cuts = Cuts::of(&*sections, division.length.unwrap_or(sections.length()));
        let most = usize::try_from(cuts.most_threads()).unwrap_or(usize::MAX);
        let threads = division.threads.min(most);
        if threads < 2 {
            return None;
        }
        let begin = sections.begin();
        let clock = clock.of_section();
        let (shared, wanted) = (Arc::clone(&sections), interest.clone());
        let crew = Crew::start(shared, cuts, wanted, clock.clone(), threads)?;
        Some(Ahead {
            sections,
            cuts,
            crew,
            covered: interest.clone(),
            clock,
            next: 0,
            begin,
            turn: None,
            handed: 0,
            events: 0,
            wanted: 0,
            detour: None,
            is_over: false,
        })
    }

    /// The number of the event handed over last.
    pub(crate) fn handed(&self) -> u64 {
        self.handed
    }

    /// Why the capture was read in a slower way, if it was.
    pub(crate) fn detour(&self) -> Option<&str> {
        self.detour.as_deref()
    }

    /// Hands over the next event that is wanted, or one that is not. What was seen of
    /// a section is in `seen` once all its events were handed over.
    pub(crate) fn read(
        &mut self,
        interest: &Interest,
        seen: &mut Seen,
        event: &mut Event,
    ) -> Result<Handed, Error> {
        if *interest != self.covered {
            if !self.covered.covers(interest) {
                return Ok(Handed::Nothing);
            }
            self.covered = interest.clone();
            self.crew.ask(interest);
        }
        loop {
            if let Some(turn) = &mut self.turn
                && let Some(next) = turn.read.events.get_mut(turn.handed)
            {
                turn.handed += 1;
                std::mem::swap(event, next);
                event.number += seen.events;
                event.position = self.begin.shift(event.position);
                event.time = event.time.behind_midnights(turn.midnights);
                self.handed = event.number;
                return Ok(Handed::Event);
            }
            if let Some(Turn { read, .. }) = self.turn.take() {
                seen.append(&read.seen, self.begin);
                self.events += read.seen.events;
                self.wanted += read.events.len() as u64;
                self.sections.leave(self.begin.at..read.end.at);
                self.begin = Place {
                    at: read.end.at,
                    lines: self.begin.lines + read.end.lines,
                    records: self.begin.records + read.end.records,
                };
                if self.detour.is_none() {
                    self.detour = read.detour;
                }
                self.crew.give_back(read.events);
                if let Some(error) = read.error {
                    self.is_over = true;
                    return Err(error);
                }
                if self.next >= FIRST_SECTIONS
                    && self.wanted * 100 > self.events * self.sections.most_wanted()
                {
                    return Ok(Handed::Nothing);
                }
            }
            if self.is_over || self.next == self.cuts.sections() {
                self.is_over = true;
                return Ok(Handed::End);
            }
            let read = self.take_section();
            if read.is_irregular {
                return Ok(Handed::Nothing);
            }
            let midnights = seen.clock.clone().append(&read.seen.clock);
            self.turn = Some(Turn { read, handed: 0, midnights });
        }
    }

    /// The next section, read from where it begins.
    fn take_section(&mut self) -> SectionRead {
        let number = self.next;
        self.next += 1;
        let read = self.crew.take(number);
        if read.begin == self.begin.at {
            return read;
        }
        let to = self.cuts.begin_of(number + 1);
        let begin = self.begin.counted_from_here();
        let clock = self.clock.clone();
        SectionRead::new(&*self.sections, begin, to, &self.covered, clock, Vec::new())
    }

    /// A reader for everything from the section in turn on, of which some events may
    /// have been handed over.
    pub(crate) fn alone(self) -> Result<Box<dyn ReadSection>, Error> {
        self.sections.open(self.begin, u64::MAX)
    }
}
