//! The threads that do the tasks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::journal::Journal;
use super::plan::Task;
use super::reporter::Reporter;
use super::work::{Common, State};

/// Does all tasks, each by one thread.
///
/// # Errors
/// When results cannot be written. Tasks that were begun are finished first.
pub(super) fn run(
    tasks: &[Task],
    threads: usize,
    common: &Common<'_>,
    reporter: &Reporter,
    journal: &Journal,
) -> anyhow::Result<()> {
    let workers = Workers {
        tasks,
        next: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        error: Mutex::new(None),
    };
    thread::scope(|scope| {
        for number in 1..threads.min(tasks.len()) {
            let work = || workers.work(common, reporter, journal);
            let thread = thread::Builder::new().name(format!("batch-{number}"));
            // Where there is no further thread, those that are there do its work.
            if thread.spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        workers.work(common, reporter, journal);
    });
    let error = workers.error.into_inner().unwrap_or_else(PoisonError::into_inner);
    error.map_or(Ok(()), Err)
}

struct Workers<'a> {
    tasks: &'a [Task],
    next: AtomicUsize,
    stopped: AtomicBool,
    /// The first one.
    error: Mutex<Option<anyhow::Error>>,
}

impl Workers<'_> {
    fn work(&self, common: &Common<'_>, reporter: &Reporter, journal: &Journal) {
        while !self.stopped.load(Ordering::Relaxed)
            && let Some(task) = self.tasks.get(self.next.fetch_add(1, Ordering::Relaxed))
        {
            if let Err(error) = one(task, common, reporter, journal) {
                self.stopped.store(true, Ordering::Relaxed);
                let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(error);
            }
        }
    }
}

fn one(
    task: &Task,
    common: &Common<'_>,
    reporter: &Reporter,
    journal: &Journal,
) -> anyhow::Result<()> {
    let (why, inputs, is_certain) = match common.state(task) {
        State::Done(record) => {
            reporter.skipped(task, &record);
            return journal.skipped(&record);
        }
        State::ToDo(why, inputs, is_certain) => (why, inputs, is_certain),
    };
    let began = Instant::now();
    let (number, progress) = reporter.begin(task);
    let done = catch_unwind(AssertUnwindSafe(|| common.work(task, inputs, is_certain, &progress)));
    let record = match done {
        Ok(record) => record?,
        Err(_) => {
            let record = common.failed(task);
            record.save(common.store, &task.record)?;
            record
        }
    };
    reporter.done(task, &record, number, why);
    journal.done(&record, why, began.elapsed())
}
