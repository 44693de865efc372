//! Adds rows to the database beside the making of the next ones.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::row_batch::RowBatch;

/// How many batches wait to be added at most.
const BATCHES: usize = 3;

/// A database that one thread at a time works with.
pub(super) type Shared = Arc<Mutex<Connection>>;

/// The database, for this thread.
pub(super) fn own(connection: &Shared) -> MutexGuard<'_, Connection> {
    // SQLite leaves nothing half done where a thread ends in a panic.
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds these rows.
pub(super) fn add(batch: &RowBatch, connection: &Connection, insert: &str) -> rusqlite::Result<()> {
    batch.add_to(&mut *connection.prepare_cached(insert)?)
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
    pub(super) fn start(connection: &Shared, insert: &str) -> Option<Inserter> {
        let (work, takes_work) = sync_channel::<RowBatch>(BATCHES);
        // With room for all that may be under way, so that the thread never waits for it.
        let (gives_done, done) = sync_channel(BATCHES + 2);
        let (connection, insert) = (Arc::clone(connection), insert.to_string());
        let add_all = move || {
            for batch in takes_work {
                add(&batch, &own(&connection), &insert)?;
                // Nobody wants it any more where these were the last rows.
                let _ = gives_done.send(batch);
            }
            Ok(())
        };
        let thread = thread::Builder::new().name("database".into()).spawn(add_all).ok()?;
        Some(Inserter { work, done, thread, under_way: 0 })
    }

    /// Hands rows over, and gives an empty batch back; `None` where rows could not be added: then
    /// [`Inserter::end`] says why.
    pub(super) fn add(&mut self, batch: RowBatch) -> Option<RowBatch> {
        self.work.send(batch).ok()?;
        let back = match self.under_way < BATCHES {
            true => self.done.try_recv().ok(),
            false => Some(self.done.recv().ok()?),
        };
        if back.is_none() {
            self.under_way += 1;
        }
        Some(back.unwrap_or_default())
    }

    /// Waits until everything is added.
    pub(super) fn end(self) -> rusqlite::Result<()> {
        drop((self.work, self.done));
        self.thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    }
}
