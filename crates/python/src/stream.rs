//! The events of a capture as batches of columns.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use procmonkey_parser::{Capture, Error, Losses};
use pyo3::Python;

use crate::arrow_stream::{Batches, interrupted, unreadable};
use crate::cells::{Table, Unread};
use crate::wanted_events::WantedEvents;

/// How far a capture was read, and what could not be read of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) events_read: u64,
    pub(crate) events_undecided: u64,
    pub(crate) losses: Losses,
    pub(crate) unread: Unread,
}

/// What the last reading has found, for whoever asks the capture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Progress>>);

impl Shared {
    pub(crate) fn get(&self) -> Progress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, capture: &Capture<'_>, unread: Unread) {
        let progress = Progress {
            events_read: capture.events_read(),
            events_undecided: capture.events_undecided(),
            losses: capture.losses().clone(),
            unread,
        };
        self.set_progress(progress);
    }

    pub(crate) fn set_progress(&self, progress: Progress) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}

/// Reads a capture batch by batch.
pub(crate) struct EventBatches {
    events: WantedEvents,
    table: Table,
    rows: usize,
    /// The thread that asked for the stream: the only one on which Python may be called, because
    /// another one may be waited for by it.
    asked_by: ThreadId,
    shared: Shared,
}

impl EventBatches {
    pub(crate) fn new(events: WantedEvents, table: Table, rows: usize, shared: Shared) -> Self {
        EventBatches { events, table, rows, asked_by: std::thread::current().id(), shared }
    }

    /// Fills the table; leaves it as it is at the end.
    fn fill(&mut self) -> Result<(), Error> {
        while self.table.rows() < self.rows && !self.table.is_full() {
            let Some((event, clock)) = self.events.next()? else { break };
            self.table.push(event, clock);
        }
        Ok(())
    }
}

impl Batches for EventBatches {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        if std::thread::current().id() == self.asked_by
            && Python::attach(|py| py.check_signals()).is_err()
        {
            self.events.end();
            return Err(interrupted());
        }
        let filled = self.fill();
        self.shared.set(&self.events.capture, self.table.unread());
        filled.map_err(unreadable)?;
        match self.table.rows() {
            0 => Ok(None),
            _ => self.table.finish().map(Some),
        }
    }
}
