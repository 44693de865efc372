//! Reads the sections of a capture on several threads, and hands their events over in
//! the order of the capture.
//!
//! Where a section begins can only be guessed before the one in front of it has been
//! read. So it is read from the guess on, and taken when the section in front ends
//! just there; if not, it is read once more from where it does begin. Whatever counts
//! on from the start of the capture (numbers, lines, midnights) counts from the start
//! of the section first, and is shifted when the section's turn has come.

mod cuts;

use std::any::Any;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::interest::Interest;
use crate::reader::{Place, ReadSection, Sections};
use crate::seen::Seen;
use crate::time::Clock;
use cuts::Cuts;

/// How many sections each thread may be ahead of what is taken from it.
const READY: usize = 1;

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
    /// What is wanted of the sections that are still to be begun.
    interest: Arc<Mutex<Interest>>,
    /// What all sections have been read for, at least.
    covered: Interest,
    clock: Clock,
    threads: Vec<Reading>,
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

/// A thread, where what it has read arrives, and where events go back to that it can
/// use the memory of.
struct Reading {
    arriving: Receiver<SectionRead>,
    returning: Sender<Vec<Event>>,
    thread: Option<JoinHandle<()>>,
}

/// The section whose events are handed over.
struct Turn {
    read: SectionRead,
    /// How many of its events were handed over.
    handed: usize,
    /// Midnights in front of it.
    midnights: u32,
}

/// A section that was read.
struct SectionRead {
    begin: u64,
    /// Where the next section begins, counted from this one.
    end: Place,
    events: Vec<Event>,
    seen: Seen,
    error: Option<Error>,
    is_irregular: bool,
    detour: Option<String>,
    /// What the events need.
    kept: Option<Box<dyn Any + Send>>,
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
        let count = cuts.sections();
        let most = usize::try_from(cuts.most_threads()).unwrap_or(usize::MAX);
        let threads = division.threads.min(most);
        if threads < 2 {
            return None;
        }
        let begin = sections.begin();
        let wanted = Arc::new(Mutex::new(interest.clone()));
        let mut all = Vec::new();
        for first in 0..threads as u64 {
            let (leaving, arriving) = sync_channel(READY);
            let (returning, returned) = channel();
            let work = Work {
                sections: Arc::clone(&sections),
                cuts,
                interest: Arc::clone(&wanted),
                clock: clock.of_section(),
                leaving,
                returned,
            };
            let numbers = (first..count).step_by(threads);
            let name = "procmonkey reader".to_string();
            let thread = std::thread::Builder::new()
                .name(name)
                .spawn(move || work.read_all(numbers))
                .ok()?;
            all.push(Reading { arriving, returning, thread: Some(thread) });
        }
        Some(Ahead {
            sections,
            cuts,
            interest: wanted,
            covered: interest.clone(),
            clock: clock.of_section(),
            threads: all,
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
            *self.interest.lock().unwrap_or_else(PoisonError::into_inner) = interest.clone();
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
                let place = (self.next - 1) as usize % self.threads.len();
                // A thread that is through with its sections needs them no more.
                let _ = self.threads[place].returning.send(read.events);
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
            let read = self.take_section()?;
            if read.is_irregular {
                return Ok(Handed::Nothing);
            }
            let midnights = seen.clock.clone().append(&read.seen.clock);
            self.turn = Some(Turn { read, handed: 0, midnights });
        }
    }

    /// The next section, read from where it begins.
    fn take_section(&mut self) -> Result<SectionRead, Error> {
        let number = self.next;
        self.next += 1;
        let place = number as usize % self.threads.len();
        let Ok(read) = self.threads[place].arriving.recv() else {
            // Only a thread that has panicked leaves before its last section.
            if let Some(Err(panic)) = self.threads[place].thread.take().map(JoinHandle::join) {
                std::panic::resume_unwind(panic);
            }
            return Err(Error::new(ErrorKind::Io, "a thread that reads has ended too early"));
        };
        if read.begin == self.begin.at {
            return Ok(read);
        }
        let to = self.cuts.begin_of(number + 1);
        let begin = self.begin.counted_from_here();
        let clock = self.clock.clone();
        Ok(SectionRead::new(&*self.sections, begin, to, &self.covered, clock, Vec::new()))
    }

    /// A reader for everything from the section in turn on, of which some events may
    /// have been handed over.
    pub(crate) fn alone(self) -> Result<Box<dyn ReadSection>, Error> {
        self.sections.open(self.begin, u64::MAX)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        for mut reading in self.threads.drain(..) {
            drop(reading.arriving);
            if let Some(thread) = reading.thread.take() {
                // A panic was of no consequence for what has been handed over.
                let _ = thread.join();
            }
        }
    }
}

/// What a thread works with.
struct Work {
    sections: Arc<dyn Sections>,
    cuts: Cuts,
    interest: Arc<Mutex<Interest>>,
    clock: Clock,
    leaving: SyncSender<SectionRead>,
    returned: Receiver<Vec<Event>>,
}

impl Work {
    fn read_all(&self, numbers: impl Iterator<Item = u64>) {
        for number in numbers {
            let interest = self.interest.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let at = match number {
                0 => self.sections.begin().at,
                number => self.sections.guess(self.cuts.begin_of(number)),
            };
            let begin = Place { at, ..Place::default() };
            let to = self.cuts.begin_of(number + 1);
            let clock = self.clock.clone();
            let events = self.returned.try_recv().unwrap_or_default();
            let read = SectionRead::new(&*self.sections, begin, to, &interest, clock, events);
            if self.leaving.send(read).is_err() {
                return;
            }
        }
    }
}

impl SectionRead {
    /// Reads the records that begin from here on and before `to`. The memory of `events`
    /// is used again.
    fn new(
        sections: &dyn Sections,
        begin: Place,
        to: u64,
        interest: &Interest,
        clock: Clock,
        events: Vec<Event>,
    ) -> SectionRead {
        let mut section = SectionRead {
            begin: begin.at,
            end: begin,
            events,
            seen: Seen::new(clock),
            error: None,
            is_irregular: false,
            detour: None,
            kept: None,
        };
        if begin.at >= to || begin.at >= sections.end() {
            section.events.clear();
            return section;
        }
        let mut reader = match sections.open(begin, to) {
            Ok(reader) => reader,
            Err(error) => return SectionRead { error: Some(error), events: Vec::new(), ..section },
        };
        let mut count = 0;
        loop {
            if count == section.events.len() {
                section.events.push(Event::default());
            }
            match section.seen.read_of(&mut *reader, interest, &mut section.events[count]) {
                Ok(true) => count += 1,
                Ok(false) => break,
                Err(error) => {
                    section.error = Some(error);
                    break;
                }
            }
        }
        section.events.truncate(count);
        section.kept = reader.kept();
        section.end = reader.place();
        section.is_irregular = reader.is_irregular();
        section.detour = reader.detour().map(str::to_string);
        section
    }
}
