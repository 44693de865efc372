//! The threads that read sections beside the caller's own, which reads some, too, instead
//! of waiting for them.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::cuts::Cuts;
use super::section::SectionRead;
use crate::event::{Event, Interest};
use crate::format::{Place, Sections};
use crate::time::Clock;

/// Some threads, and what they have read.
pub(super) struct Crew {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    sections: Arc<dyn Sections>,
    cuts: Cuts,
    /// What a section's clock begins with.
    clock: Clock,
    /// How many sections may be begun ahead of the one in turn.
    most: u64,
    state: Mutex<State>,
    /// A section was read, or may be begun.
    changed: Condvar,
}

struct State {
    /// What is wanted of the sections that are still to be begun.
    interest: Interest,
    /// The number of the section that is to be begun next.
    next: u64,
    /// The number of the one in turn.
    turn: u64,
    read: BTreeMap<u64, SectionRead>,
    /// Events whose memory can be used again.
    spare: Vec<Vec<Event>>,
    is_over: bool,
    /// Whether a thread has panicked.
    is_broken: bool,
}

/// A section that somebody has begun.
struct Task {
    number: u64,
    interest: Interest,
    events: Vec<Event>,
}

impl Crew {
    /// Starts threads, so that there are so many with the caller's own. `None` where the
    /// system has none to give.
    pub(super) fn start(
        sections: Arc<dyn Sections>,
        cuts: Cuts,
        interest: Interest,
        clock: Clock,
        threads: usize,
    ) -> Option<Crew> {
        let state = State {
            interest,
            next: 0,
            turn: 0,
            read: BTreeMap::new(),
            spare: Vec::new(),
            is_over: false,
            is_broken: false,
        };
        let shared = Arc::new(Shared {
            sections,
            cuts,
            clock,
            most: threads as u64,
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let mut crew = Crew { shared, threads: Vec::new() };
        for _ in 1..threads {
            let shared = Arc::clone(&crew.shared);
            let thread = thread::Builder::new().name("procmonkey reader".into());
            crew.threads.push(thread.spawn(move || shared.work()).ok()?);
        }
        Some(crew)
    }

    /// From now on something else is wanted.
    pub(super) fn ask(&self, interest: &Interest) {
        self.shared.lock().interest = interest.clone();
    }

    /// Takes events back whose memory is not needed any more.
    pub(super) fn give_back(&self, events: Vec<Event>) {
        self.shared.lock().spare.push(events);
    }

    /// The section of this number, whose turn has come, read from where it was guessed to
    /// begin. Each is asked for once, in order.
    pub(super) fn take(&mut self, number: u64) -> SectionRead {
        let mut state = self.shared.lock();
        state.turn = number;
        self.shared.changed.notify_all();
        loop {
            if let Some(read) = state.read.remove(&number) {
                return read;
            }
            if state.is_broken {
                break;
            }
            state = match self.shared.begin(&mut state) {
                Some(task) => {
                    drop(state);
                    let own = task.number;
                    let read = self.shared.read(task);
                    if own == number {
                        return read;
                    }
                    let mut state = self.shared.lock();
                    state.read.insert(own, read);
                    state
                }
                None => self.shared.wait(state),
            };
        }
        drop(state);
        for thread in self.threads.drain(..) {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        unreachable!("a thread that has panicked is joined with its panic")
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // A panic was of no consequence for what has been handed over.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// The next section to be read, unless there is none, or none yet.
    fn begin(&self, state: &mut State) -> Option<Task> {
        let number = state.next;
        if number == self.cuts.sections() || number > state.turn + self.most {
            return None;
        }
        state.next += 1;
        let events = state.spare.pop().unwrap_or_default();
        Some(Task { number, interest: state.interest.clone(), events })
    }

    fn read(&self, task: Task) -> SectionRead {
        let at = match task.number {
            0 => self.sections.begin().at,
            number => self.sections.guess(self.cuts.begin_of(number)),
        };
        let begin = Place { at, ..Place::default() };
        let to = self.cuts.begin_of(task.number + 1);
        let clock = self.clock.clone();
        SectionRead::new(&*self.sections, begin, to, &task.interest, clock, task.events)
    }

    /// What a thread does until nothing is left to be read.
    fn work(&self) {
        let _broken = Broken(self);
        let mut state = self.lock();
        while !state.is_over && state.next < self.cuts.sections() {
            state = match self.begin(&mut state) {
                Some(task) => {
                    drop(state);
                    let number = task.number;
                    let read = self.read(task);
                    let mut state = self.lock();
                    state.read.insert(number, read);
                    self.changed.notify_all();
                    state
                }
                None => self.wait(state),
            };
        }
    }
}

/// Tells the caller, who may be waiting, of a panic.
struct Broken<'s>(&'s Shared);

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().is_broken = true;
            self.0.changed.notify_all();
        }
    }
}
