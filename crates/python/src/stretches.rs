//! All events of a capture, read on several threads.
//!
//! A native log lists where each event begins, so that reading can begin at any of them. A CSV is read
//! once for marks, which is many times as fast as making rows of it. Each thread reads stretches from a
//! capture of its own, and their batches are handed over in the order of the capture. They do not depend
//! on how many threads there are: each stretch begins where a batch does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use procmonkey_parser::{Capture, Error, Event, Format, Losses, Mark};
use pyo3::Python;

use crate::arrow_stream::{Batches, failed, interrupted, unreadable};
use crate::cells::{Table, Unread};
use crate::fields::{Field, schema};
use crate::readings::{Cuts, Readings};
use crate::source::Source;
use crate::stream::{Progress, Shared};

/// How many events a stretch of a native log has at least.
const EVENTS: u64 = 1024;

/// How often it is looked whether Ctrl-C was pressed.
const PAUSE: Duration = Duration::from_millis(50);

/// The batches of all stretches.
pub(crate) struct Stretches {
    pool: Arc<Pool>,
    threads: Vec<JoinHandle<()>>,
    schema: SchemaRef,
    /// The number of the next stretch to hand over.
    next: u64,
    /// What is still to be handed over of the one before.
    batches: VecDeque<RecordBatch>,
    /// Why nothing follows them.
    error: Option<ArrowError>,
    progress: Progress,
    shared: Shared,
    asked_by: ThreadId,
}

struct Pool {
    plan: Plan,
    /// How many stretches may be started beyond those that were handed over.
    ahead: u64,
    /// Whether nobody wants the rest.
    is_over: AtomicBool,
    state: Mutex<State>,
    /// Signalled when a stretch was read, or another one may be started.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    started: u64,
    handed: u64,
    read: BTreeMap<u64, Stretch>,
    /// Whether a thread has ended in a panic.
    is_broken: bool,
}

/// Where the stretches begin, and of how many rows a batch consists.
#[derive(Debug)]
struct Plan {
    begins: Vec<Begin>,
    rows: usize,
}

/// Where a stretch begins.
#[derive(Debug)]
struct Begin {
    /// How many events precede it.
    before: u64,
    /// A place at or before it from which can be read; the list of events leads to all others.
    mark: Option<Mark>,
}

impl Plan {
    /// For a capture whose list leads to each of these events.
    fn by_number(events: u64, rows: usize) -> Plan {
        let length = (rows as u64).saturating_mul(EVENTS.div_ceil(rows as u64));
        let begin = |number| Begin { before: number * length, mark: None };
        Plan { begins: (0..events.div_ceil(length)).map(begin).collect(), rows }
    }

    /// For a capture of so many events that can be read from these marks.
    fn by_marks(marks: &[Mark], events: u64, rows: usize) -> Plan {
        let mut begins = vec![Begin { before: 0, mark: None }];
        for mark in marks {
            let before = mark.events().checked_next_multiple_of(rows as u64).unwrap_or(u64::MAX);
            if before < events && begins.last().is_none_or(|last| last.before < before) {
                begins.push(Begin { before, mark: Some(mark.clone()) });
            }
        }
        Plan { begins, rows }
    }

    fn stretches(&self) -> u64 {
        self.begins.len() as u64
    }
}

/// One that was read, or as far as it could be.
#[derive(Default)]
struct Stretch {
    batches: VecDeque<RecordBatch>,
    events_read: u64,
    losses: Losses,
    unread: Unread,
    error: Option<ArrowError>,
}

/// Whether a capture may be read on several threads.
pub(crate) fn can_be_cut(capture: &Capture<'_>, readings: &Readings) -> bool {
    match readings.format {
        Format::Pml => readings.threads > 1 && capture.source_encoding().compression().is_empty(),
        _ => readings.may_be_cut(capture),
    }
}

impl Stretches {
    /// Starts to read a capture that was opened and not read yet, where that is worth while and gives
    /// what reading from the beginning would; otherwise the capture may have been read from.
    /// `asked_by` is the thread that asks for the stream.
    pub(crate) fn start(
        first: Capture<'static>,
        readings: &Readings,
        (fields, rows): (&[Field], usize),
        asked_by: ThreadId,
    ) -> Result<Option<Stretches>, Error> {
        let losses = first.losses().clone();
        let planned = match readings.format {
            Format::Pml => plan_of_log(first, rows)?,
            _ => plan_of_csv(first, readings, rows)?.map(|plan| (plan, None)),
        };
        let Some((plan, mut first)) = planned else { return Ok(None) };
        let threads = plan.stretches().min(readings.threads as u64);
        if threads < 2 {
            return Ok(None);
        }
        let pool = Arc::new(Pool {
            plan,
            ahead: threads + 1,
            is_over: AtomicBool::new(false),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let (mut started, source) = (Vec::new(), readings.settled_source().on_one_thread());
        for _ in 0..threads {
            let next = first.as_ref().and_then(Capture::another_reading);
            let own = std::mem::replace(&mut first, next);
            let (source, pool) = (source.clone(), Arc::clone(&pool));
            let table = Table::new(fields.to_vec(), readings.format, rows);
            let thread = std::thread::Builder::new().name("procmonkey reader".into());
            // Fewer are enough.
            let Ok(thread) = thread.spawn(move || pool.work(own, &source, table)) else { break };
            started.push(thread);
        }
        if started.is_empty() {
            return Ok(None);
        }
        let progress = Progress { losses, ..Progress::default() };
        Ok(Some(Stretches {
            pool,
            threads: started,
            schema: Arc::new(schema(fields)),
            next: 0,
            batches: VecDeque::new(),
            error: None,
            progress,
            shared: readings.shared.clone(),
            asked_by,
        }))
    }

    /// Waits for the next stretch.
    fn take(&mut self) -> Result<Stretch, ArrowError> {
        let mut state = self.pool.lock();
        state.handed = self.next;
        self.pool.changed.notify_all();
        loop {
            if let Some(stretch) = state.read.remove(&self.next) {
                return Ok(stretch);
            }
            if state.is_broken {
                let message = "a thread has ended without an answer; please report this";
                return Err(ArrowError::ComputeError(message.into()));
            }
            let waited = self.pool.changed.wait_timeout(state, PAUSE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if std::thread::current().id() == self.asked_by {
                drop(state);
                if Python::attach(|py| py.check_signals()).is_err() {
                    self.next = self.pool.plan.stretches();
                    return Err(interrupted());
                }
                state = self.pool.lock();
            }
        }
    }
}

/// The plan for a native log, and the capture, which is at its beginning again. None where reading
/// from the beginning would give something else.
fn plan_of_log(
    mut first: Capture<'static>,
    rows: usize,
) -> Result<Option<(Plan, Option<Capture<'static>>)>, Error> {
    let (mut event, losses) = (Event::default(), first.losses().clone());
    if !first.read_event(&mut event)? {
        return Ok(None);
    }
    // Where the list of events is damaged, events have to be read to know how many there are.
    first.pass_over_to(u64::MAX)?;
    let plan = Plan::by_number(first.events_read(), rows);
    if *first.losses() != losses || !first.go_to(1, event.position())? {
        return Ok(None);
    }
    Ok(Some((plan, Some(first))))
}

fn plan_of_csv(
    mut first: Capture<'static>,
    readings: &Readings,
    rows: usize,
) -> Result<Option<Plan>, Error> {
    let Cuts { marks, events } = readings.cuts(&mut first)?;
    Ok((!marks.is_empty()).then(|| Plan::by_marks(&marks, events, rows)))
}

impl Batches for Stretches {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        loop {
            if let Some(batch) = self.batches.pop_front() {
                return Ok(Some(batch));
            }
            if let Some(error) = self.error.take() {
                self.next = self.pool.plan.stretches();
                return Err(error);
            }
            if self.next == self.pool.plan.stretches() {
                return Ok(None);
            }
            let stretch = self.take()?;
            self.next += 1;
            self.progress.events_read = stretch.events_read;
            self.progress.losses.extend(&stretch.losses);
            for (column, count) in stretch.unread {
                *self.progress.unread.entry(column).or_default() += count;
            }
            self.shared.set_progress(self.progress.clone());
            self.batches = stretch.batches;
            self.error = stretch.error;
        }
    }
}

impl Drop for Stretches {
    fn drop(&mut self) {
        {
            let _state = self.pool.lock();
            self.pool.is_over.store(true, Ordering::Relaxed);
        }
        self.pool.changed.notify_all();
        for thread in self.threads.drain(..) {
            // Its panic was told as an error, or nobody wanted what it read.
            let _ = thread.join();
        }
    }
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Reads stretches as long as there are any, from a capture that was opened already or is here.
    fn work(&self, opened: Option<Capture<'static>>, source: &Source, mut table: Table) {
        let _broken = Broken(self);
        let mut opened = opened.map_or_else(|| source.open(), Ok);
        let mut event = Event::default();
        while let Some(number) = self.begin() {
            let stretch = match &mut opened {
                Ok(capture) => self.read(number, capture, &mut table, &mut event),
                Err(failure) => {
                    Stretch { error: Some(failed(failure.to_string())), ..Stretch::default() }
                }
            };
            let is_last = stretch.error.is_some();
            let mut state = self.lock();
            state.read.insert(number, stretch);
            self.changed.notify_all();
            if is_last {
                return;
            }
        }
    }

    /// The number of the next stretch to read.
    fn begin(&self) -> Option<u64> {
        let mut state = self.lock();
        loop {
            if self.is_over() || state.started == self.plan.stretches() {
                return None;
            }
            if state.started < state.handed + self.ahead {
                state.started += 1;
                return Some(state.started - 1);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn read(
        &self,
        number: u64,
        capture: &mut Capture<'static>,
        table: &mut Table,
        event: &mut Event,
    ) -> Stretch {
        table.begin_again();
        let mut stretch = Stretch::default();
        stretch.error = self.read_into(&mut stretch, number, capture, table, event).err();
        stretch.events_read = capture.events_read();
        stretch.losses = capture.take_losses();
        stretch.unread = table.unread();
        stretch
    }

    fn read_into(
        &self,
        stretch: &mut Stretch,
        number: u64,
        capture: &mut Capture<'static>,
        table: &mut Table,
        event: &mut Event,
    ) -> Result<(), ArrowError> {
        let numbered = usize::try_from(number).unwrap_or(usize::MAX);
        let Some(Begin { before, mark }) = self.plan.begins.get(numbered) else { return Ok(()) };
        let end = self.plan.begins.get(numbered.saturating_add(1)).map(|next| next.before);
        // It is there already behind the stretch before.
        let mark = mark.as_ref().filter(|_| capture.events_read() < *before);
        let is_at_mark = mark.map_or(Ok(true), |mark| capture.resume(mark));
        let is_there = is_at_mark.and_then(|is| Ok(is && capture.pass_over_to(before + 1)?));
        if !is_there.map_err(unreadable)? {
            return Err(failed(format!("{} was changed while it was read", capture.name())));
        }
        // Those of its tables and of the stretch before, which are counted already.
        capture.take_losses();
        // Behind the last event there may be losses, too.
        while end.is_none_or(|end| capture.events_read() < end) {
            if self.is_over() || !capture.read_event(event).map_err(unreadable)? {
                break;
            }
            event.prepare_fields();
            table.push(event, capture.clock());
            if table.rows() == self.plan.rows || table.is_full() {
                stretch.batches.push_back(table.finish()?);
            }
        }
        if table.rows() > 0 {
            stretch.batches.push_back(table.finish()?);
        }
        Ok(())
    }
}

/// Tells whoever waits that the thread has panicked.
struct Broken<'a>(&'a Pool);

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().is_broken = true;
            self.0.changed.notify_all();
        }
    }
}
