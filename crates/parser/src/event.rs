//! One row of Procmon.

use std::borrow::Cow;
use std::sync::Arc;

use crate::column::{Column, Columns};
use crate::detail::Detail;
use crate::losses::Position;
use crate::process::Process;
use crate::stack::Frame;
use crate::time::EventTime;

/// One event of a capture, with Procmon's own column names.
///
/// An absent column is `None`, never invented; an empty one is `Some("")`.
#[derive(Clone, Debug, Default)]
pub struct Event {
    pub(crate) number: u64,
    pub(crate) position: Position,
    pub(crate) time: EventTime,
    pub(crate) record: TextRecord,
    pub(crate) process: Option<Arc<Process>>,
    pub(crate) stack: Vec<Frame>,
}

/// The fields of one row as text, one after the other in one buffer.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextRecord {
    pub(crate) columns: Option<Arc<Columns>>,
    pub(crate) text: Vec<u8>,
    pub(crate) ends: Vec<usize>,
}

impl TextRecord {
    /// Empties the record for a row with these columns.
    pub(crate) fn start(&mut self, columns: &Arc<Columns>) {
        match &self.columns {
            Some(current) if Arc::ptr_eq(current, columns) => {}
            _ => self.columns = Some(Arc::clone(columns)),
        }
        self.text.clear();
        self.ends.clear();
    }

    /// Adds the next field.
    pub(crate) fn push(&mut self, field: &[u8]) {
        self.text.extend_from_slice(field);
        self.ends.push(self.text.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn field(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start..end)
    }

    pub(crate) fn column(&self, column: Column) -> Option<&[u8]> {
        self.field(self.columns.as_ref()?.position(column)?)
    }
}

impl Event {
    /// The number of the event in its capture, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Where the event stands in the capture.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What the event says about its time; see [`Clock`](crate::Clock).
    pub fn time(&self) -> &EventTime {
        &self.time
    }

    /// The text of a column: as the export wrote it or, when the export hides
    /// the column, from the capture's process list. Bytes that are no valid
    /// text are shown as U+FFFD.
    pub fn get(&self, column: Column) -> Option<Cow<'_, str>> {
        match self.record.column(column) {
            Some(field) => Some(String::from_utf8_lossy(field)),
            None => self.process.as_ref()?.column(column),
        }
    }

    /// The bytes of the field at a position of the capture's columns, exactly
    /// as the export has them.
    pub fn field(&self, index: usize) -> Option<&[u8]> {
        self.record.field(index)
    }

    /// The columns that this event was written with.
    pub fn columns(&self) -> Option<&Columns> {
        self.record.columns.as_deref()
    }

    /// Process Name.
    pub fn process_name(&self) -> Option<Cow<'_, str>> {
        self.get(Column::ProcessName)
    }

    /// PID.
    pub fn pid(&self) -> Option<u32> {
        self.get(Column::Pid)?.trim().parse().ok()
    }

    /// TID.
    pub fn tid(&self) -> Option<u32> {
        self.get(Column::Tid)?.trim().parse().ok()
    }

    /// Operation.
    pub fn operation(&self) -> Option<Cow<'_, str>> {
        self.get(Column::Operation)
    }

    /// Path.
    pub fn path(&self) -> Option<Cow<'_, str>> {
        self.get(Column::Path)
    }

    /// Result.
    pub fn result(&self) -> Option<Cow<'_, str>> {
        self.get(Column::Result)
    }

    /// Detail, split into its items by what the operation is known to write.
    pub fn detail(&self) -> Option<Detail<'_>> {
        let operation = self.operation().unwrap_or_default();
        Some(Detail::parse(&operation, self.get(Column::Detail)?))
    }

    /// The process of the event, when the capture has a process list.
    pub fn process(&self) -> Option<&Arc<Process>> {
        self.process.as_ref()
    }

    /// The call stack, kernel frames first; empty when the capture has none.
    pub fn stack(&self) -> &[Frame] {
        &self.stack
    }
}
