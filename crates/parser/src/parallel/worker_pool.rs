//! The worker threads. The caller's thread reads sections, too, instead of waiting.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::section::SectionRead;
use super::section_plan::SectionPlan;
use crate::event::{Event, Prefilter};
use crate::format::read_state::ReadState;
use crate::format::{Place, Sections};

/// Worker threads, and the sections that they have read.
pub(super) struct WorkerPool {
    shared: Arc<PoolShared>,
    threads: Vec<JoinHandle<()>>,
}

struct PoolShared {
    sections: Arc<dyn Sections>,
    plan: SectionPlan,
    /// The state that each section begins with.
    fresh: ReadState,
    /// How many sections may be started beyond the one that is being handed over.
    most: u64,
    state: Mutex<PoolState>,
    /// Signalled when a section has been read or another one may be started.
    changed: Condvar,
}

struct PoolState {
    /// The prefilter for the sections that have not been started.
    prefilter: Prefilter,
    /// The number of the next section to start.
    next: u64,
    /// The number of the section that is being handed over.
    turn: u64,
    read: BTreeMap<u64, SectionRead>,
    /// Events whose memory can be reused.
    spare: Vec<Vec<Event>>,
    is_over: bool,
    /// Whether a thread has panicked.
    is_broken: bool,
}

/// A section that a thread has started to read.
struct Task {
    number: u64,
    prefilter: Prefilter,
    events: Vec<Event>,
}

impl WorkerPool {
    /// Starts one thread less than `threads`: the caller's thread is the last one. `None`
    /// if the system cannot start them.
    pub(super) fn start(
        sections: Arc<dyn Sections>,
        plan: SectionPlan,
        prefilter: Prefilter,
        fresh: ReadState,
        threads: usize,
    ) -> Option<WorkerPool> {
        let state = PoolState {
            prefilter,
            next: 0,
            turn: 0,
            read: BTreeMap::new(),
            spare: Vec::new(),
            is_over: false,
            is_broken: false,
        };
        let shared = Arc::new(PoolShared {
            sections,
            plan,
            fresh,
            most: threads as u64,
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let mut pool = WorkerPool { shared, threads: Vec::new() };
        for _ in 1..threads {
            let shared = Arc::clone(&pool.shared);
            let thread = thread::Builder::new().name("procmonkey reader".into());
            pool.threads.push(thread.spawn(move || shared.work()).ok()?);
        }
        Some(pool)
    }

    /// Uses another prefilter for the sections that have not been started.
    pub(super) fn set_prefilter(&self, prefilter: &Prefilter) {
        self.shared.lock().prefilter = prefilter.clone();
    }

    /// Takes back events whose memory can be reused.
    pub(super) fn recycle(&self, events: Vec<Event>) {
        self.shared.lock().spare.push(events);
    }

    /// The section of this number, read from its guessed beginning. Each section is taken
    /// once, in order.
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

impl Drop for WorkerPool {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // The panic did not affect the events that were handed over.
            let _ = thread.join();
        }
    }
}

impl PoolShared {
    fn lock(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, PoolState>) -> MutexGuard<'s, PoolState> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// The next section to read; `None` if there is none, or if none may be started yet.
    fn begin(&self, state: &mut PoolState) -> Option<Task> {
        let number = state.next;
        if number == self.plan.sections() || number > state.turn + self.most {
            return None;
        }
        state.next += 1;
        let events = state.spare.pop().unwrap_or_default();
        Some(Task { number, prefilter: state.prefilter.clone(), events })
    }

    fn read(&self, task: Task) -> SectionRead {
        let at = match task.number {
            0 => self.sections.begin().at,
            number => self.sections.guess(self.plan.begin_of(number)),
        };
        let begin = Place { at, ..Place::default() };
        let to = self.plan.begin_of(task.number + 1);
        let fresh = self.fresh.clone();
        SectionRead::new(&*self.sections, begin, to, &task.prefilter, fresh, task.events)
    }

    /// Reads sections until none is left. Runs on each worker thread.
    fn work(&self) {
        let _broken = PanicGuard(self);
        let mut state = self.lock();
        while !state.is_over && state.next < self.plan.sections() {
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

/// Wakes the caller, who may be waiting, when a worker thread panics.
struct PanicGuard<'s>(&'s PoolShared);

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().is_broken = true;
            self.0.changed.notify_all();
        }
    }
}
