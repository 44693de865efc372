//! The events of a capture as batches of columns.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use procmonkey_parser::{Capture, Error, Event, Losses, Prefilter, ReadStep};
use pyo3::Python;

use crate::cells::{Table, Unread};
use crate::part::Part;
use crate::selection::Selection;

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
pub(crate) struct Batches {
    capture: Capture<'static>,
    selection: Selection,
    prefilter: Prefilter,
    table: Table,
    event: Event,
    rows: usize,
    part: Part,
    is_done: bool,
    /// The thread that asked for the stream: the only one on which Python may be called, because
    /// another one may be waited for by it.
    asked_by: ThreadId,
    shared: Shared,
}

impl Batches {
    pub(crate) fn new(
        capture: Capture<'static>,
        selection: Selection,
        (table, rows): (Table, usize),
        shared: Shared,
    ) -> Batches {
        let prefilter = selection.filter.prefilter();
        Batches {
            capture,
            selection,
            prefilter,
            table,
            event: Event::default(),
            rows,
            part: Part::default(),
            is_done: false,
            asked_by: std::thread::current().id(),
            shared,
        }
    }

    /// The same, of a part of the capture, which is at its beginning.
    pub(crate) fn part(self, part: Option<Part>) -> Batches {
        Batches { part: part.unwrap_or_default(), ..self }
    }

    /// The next batch; `None` at the end.
    fn batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        if self.is_done {
            return Ok(None);
        }
        self.check_interrupt()?;
        let Batches { capture, selection, prefilter, table, event, part, .. } = self;
        while !self.is_done && table.rows() < self.rows && !table.is_full() {
            let read = capture.read_step(&selection.filter, prefilter, event);
            match read {
                Ok(ReadStep::Event) if part.is_behind(event.number()) => self.is_done = true,
                Ok(ReadStep::Event) => {
                    if selection.has_process_of(event) {
                        table.push(event, capture.clock());
                    }
                    self.is_done = part.is_over(event.number());
                }
                Ok(ReadStep::Passed) => self.is_done = part.is_over(capture.events_read()),
                Ok(ReadStep::End) => self.is_done = true,
                Err(error) => {
                    self.is_done = true;
                    self.shared.set(&self.capture, self.table.unread());
                    return Err(unreadable(error));
                }
            }
        }
        self.shared.set(&self.capture, self.table.unread());
        if self.table.rows() == 0 {
            return Ok(None);
        }
        self.table.finish().map(Some)
    }

    /// Ends the stream where Ctrl-C was pressed. An Arrow stream can hand on no exception of
    /// Python, so whoever reads it raises its own error, with these words.
    fn check_interrupt(&mut self) -> Result<(), ArrowError> {
        if std::thread::current().id() != self.asked_by
            || Python::attach(|py| py.check_signals()).is_ok()
        {
            return Ok(());
        }
        self.is_done = true;
        Err(interrupted())
    }
}

/// What a stream says after Ctrl-C.
pub(crate) fn interrupted() -> ArrowError {
    let kind = std::io::Error::from(std::io::ErrorKind::Interrupted);
    ArrowError::IoError("interrupted by Ctrl-C".into(), kind)
}

/// What a stream says where nothing more can be read.
pub(crate) fn unreadable(error: Error) -> ArrowError {
    ArrowError::IoError(error.to_string(), std::io::Error::other(error))
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        let schema: Arc<Schema> = self.table.schema();
        schema
    }
}
