//! Adds rows to the database beside the making of the next ones.

use std::mem;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::row_batch::{Numbers, RowBatch};
use super::schema::EventTables;

/// How many batches wait to be added at most.
const BATCHES: usize = 3;

/// A database that one thread at a time works with.
pub(super) type Shared = Arc<Mutex<Connection>>;

/// The database, for this thread.
pub(super) fn own(connection: &Shared) -> MutexGuard<'_, Connection> {
    // SQLite leaves nothing half done where a thread ends in a panic.
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The statements that add events.
#[derive(Clone, Debug)]
pub(super) struct Inserts {
    with_number: String,
    /// The key of the table is one more than the last one where it is null, and need not be looked for.
    in_sequence: String,
    number: usize,
    process_columns: String,
}

impl Inserts {
    pub(super) fn new(tables: &EventTables) -> Inserts {
        Inserts {
            with_number: tables.insert_event(),
            in_sequence: tables.insert_next_event(),
            number: tables.place_of_number(),
            process_columns: tables.insert_process_columns(),
        }
    }

    /// Adds these rows.
    pub(super) fn add(&self, batch: &RowBatch, connection: &Connection) -> rusqlite::Result<()> {
        if batch.has_processes() {
            let mut insert = connection.prepare_cached(&self.process_columns)?;
            batch.add_processes_to(&mut insert)?;
        }
        let (insert, without) = match batch.numbers() {
            Numbers::InSequence => (&self.in_sequence, Some(self.number)),
            Numbers::Any => (&self.with_number, None),
        };
        batch.add_to(&mut *connection.prepare_cached(insert)?, without)
    }
}

/// A thread that adds batches in the order in which it gets them.
#[derive(Debug)]
pub(super) struct Inserter {
    work: SyncSender<RowBatch>,
    done: Receiver<RowBatch>,
    thread: JoinHandle<rusqlite::Result<()>>,
    /// How many batches were handed over and did not come back.
    under_way: usize,
}

impl Inserter {
    /// Starts the thread; `None` where that is not possible.
    pub(super) fn start(connection: &Shared, inserts: &Inserts) -> Option<Inserter> {
        let (work, takes_work) = sync_channel::<RowBatch>(BATCHES);
        // With room for all that may be under way, so that the thread never waits for it.
        let (gives_done, done) = sync_channel(BATCHES + 2);
        let (connection, inserts) = (Arc::clone(connection), inserts.clone());
        let add_all = move || {
            for batch in takes_work {
                inserts.add(&batch, &own(&connection))?;
                // Nobody wants it any more where these were the last rows.
                let _ = gives_done.send(batch);
            }
            Ok(())
        };
        let thread = thread::Builder::new().name("database".into()).spawn(add_all).ok()?;
        Some(Inserter { work, done, thread, under_way: 0 })
    }

    /// Hands the rows of a batch over, and leaves an empty one in its place. Returns false where rows
    /// could not be added: then [`Inserter::end`] says why.
    pub(super) fn add(&mut self, batch: &mut RowBatch) -> bool {
        if self.work.send(mem::take(batch)).is_err() {
            return false;
        }
        if self.under_way < BATCHES {
            match self.done.try_recv() {
                Ok(back) => *batch = back,
                Err(_) => self.under_way += 1,
            }
            return true;
        }
        self.done.recv().map(|back| *batch = back).is_ok()
    }

    /// Waits until everything is added.
    pub(super) fn end(self) -> rusqlite::Result<()> {
        drop((self.work, self.done));
        self.thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    }
}
