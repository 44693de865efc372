//! One event: a row of Procmon.

mod builder;
pub(crate) mod native_record;
mod prefilter;
pub(crate) mod text_record;
mod values;
mod with_texts;

pub use builder::EventBuilder;
pub use prefilter::Prefilter;
pub(crate) use prefilter::is_process_life;
pub(crate) use text_record::Decoded;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::model::{Column, Columns, Detail, Frame, Position, Process};
use crate::time::EventTime;
use native_record::PmlRecord;
use text_record::TextRecord;

/// One event of a capture, with Procmon's own column names.
///
/// A column that the capture does not have is `None`; its text is never invented. An
/// empty column is `Some("")`.
#[derive(Debug, Default)]
pub struct Event {
    pub(crate) number: u64,
    pub(crate) position: Position,
    pub(crate) time: EventTime,
    pub(crate) record: Record,
    pub(crate) process: Option<Arc<Process>>,
    pub(crate) stack: Vec<Frame>,
}

impl Clone for Event {
    fn clone(&self) -> Event {
        let mut copy = Event::default();
        copy.clone_from(self);
        copy
    }

    /// Keeps the buffers of a row of an export.
    fn clone_from(&mut self, source: &Event) {
        let Event { number, position, time, record, process, stack } = source;
        (self.number, self.position, self.time) = (*number, *position, *time);
        match (&mut self.record, record) {
            (Record::Text(own), Record::Text(other)) => own.clone_from(other),
            (own, other) => *own = other.clone(),
        }
        self.process.clone_from(process);
        self.stack.clone_from(stack);
    }
}

/// Where the texts of an event come from.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    /// A row of an export.
    Text(TextRecord),
    /// An event of a native capture. Its texts are made when they are asked for.
    Pml(PmlRecord),
}

impl Default for Record {
    fn default() -> Record {
        Record::Text(TextRecord::default())
    }
}

impl Record {
    /// Empties the record for a row with these columns.
    pub(crate) fn start(&mut self, columns: &Arc<Columns>) {
        self.as_text().start(columns);
    }

    /// As [`Record::start`], for a format whose texts can have several lines.
    pub(crate) fn start_with_lines(&mut self, columns: &Arc<Columns>) {
        self.as_text().start(columns);
        self.as_text().has_lines = true;
    }

    /// As [`TextRecord::set_row`].
    pub(crate) fn set_row(&mut self, row: &[u8], start: usize, commas: &[u32]) {
        self.as_text().set_row(row, start, commas);
    }

    /// As [`TextRecord::note_ascii`].
    pub(crate) fn note_ascii(&mut self) {
        self.as_text().note_ascii();
    }

    /// Adds the next field of a row.
    pub(crate) fn push(&mut self, field: &[u8]) {
        self.as_text().push(field);
    }

    /// How many fields the row has so far.
    pub(crate) fn len(&self) -> usize {
        match self {
            Record::Text(text) => text.len(),
            Record::Pml(record) => record.columns.len(),
        }
    }

    /// Replaces the columns that the fields belong to.
    pub(crate) fn set_columns(&mut self, columns: &Arc<Columns>) {
        let text = self.as_text();
        let same = text.columns.as_ref().is_some_and(|current| Arc::ptr_eq(current, columns));
        if !same {
            text.columns = Some(Arc::clone(columns));
        }
    }

    fn as_text(&mut self) -> &mut TextRecord {
        if let Record::Pml(_) = self {
            *self = Record::default();
        }
        match self {
            Record::Text(text) => text,
            Record::Pml(_) => unreachable!("it was made a text above"),
        }
    }
}

impl Event {
    /// The number of the event in its capture, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The position of the event in the capture.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What is known about the time of the event; see [`Clock`](crate::Clock).
    pub fn time(&self) -> &EventTime {
        &self.time
    }

    /// The text of a column: as the export has it or, if the export does not show the
    /// column, from the process list of the capture. Bytes that are not valid UTF-8 are
    /// shown as U+FFFD.
    pub fn get(&self, column: Column) -> Option<Cow<'_, str>> {
        match &self.record {
            Record::Text(record) => record.text_of(column),
            Record::Pml(record) => self.native_column(record, column),
        }
        .or_else(|| self.process.as_ref()?.column(column))
    }

    /// The bytes of a column, which [`Event::get`] would decode. Faster for callers that
    /// only compare or count.
    ///
    /// ```
    /// use procmonkey_parser::{Column, Input, ReadOptions};
    ///
    /// let csv = "\"Path\"\r\n\"C:\\a\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let event = capture.events().next().expect("one event")?;
    /// assert_eq!(event.bytes(Column::Path).as_deref(), Some(&b"C:\\a"[..]));
    /// assert_eq!(event.bytes(Column::Detail), None);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn bytes(&self, column: Column) -> Option<Cow<'_, [u8]>> {
        if let Record::Text(record) = &self.record
            && let Some(field) = record.column(column)
        {
            return Some(field);
        }
        Some(match self.get(column)? {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        })
    }

    fn native_column(&self, record: &PmlRecord, column: Column) -> Option<Cow<'_, str>> {
        match (column, &self.process) {
            // The name is needed for every event; it is borrowed, not copied.
            (Column::ProcessName, Some(process)) => process.column(column),
            _ => record.column(column),
        }
    }

    /// The bytes of the field at this index of the capture's columns, exactly as the
    /// export has them.
    pub fn field(&self, index: usize) -> Option<Cow<'_, [u8]>> {
        match &self.record {
            Record::Text(record) => record.field(index),
            Record::Pml(_) => {
                let column = (*self.columns()?.known().get(index)?)?;
                self.bytes(column)
            }
        }
    }

    /// The bytes of neighbouring fields as the export has them, with what stands between them;
    /// `None` where the event is not a row of a CSV as Procmon writes it, or has fewer fields.
    ///
    /// Where the spans of two events with the same [`Event::columns`] are equal, all these fields
    /// are. To compare them costs less than to look at each field.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let csv = "\"User\",\"Session\",\"Path\"\r\n".to_string() + &"\"a\",\"0\",\"C:\\b\"\r\n".repeat(99);
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let event = capture.events().next().expect("one event")?;
    /// assert_eq!(event.span(0..2), Some(&b"a\",\"0"[..]));
    /// assert_eq!(event.span(2..4), None);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn span(&self, fields: Range<usize>) -> Option<&[u8]> {
        match &self.record {
            Record::Text(record) => record.span(fields),
            Record::Pml(_) => None,
        }
    }

    /// The columns that this event was written with.
    pub fn columns(&self) -> Option<&Columns> {
        match &self.record {
            Record::Text(record) => record.columns.as_deref(),
            Record::Pml(record) => Some(&record.columns),
        }
    }

    /// Notes that most fields of the event will be asked for: quotes are looked for in the whole row of
    /// a CSV once, instead of in each field. Changes nothing but how fast [`Event::field`],
    /// [`Event::bytes`] and [`Event::get`] are. [`Capture::read_prefiltered`](crate::Capture::read_prefiltered)
    /// does it already.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// let csv = "\"Operation\",\"Path\"\r\n\"ReadFile\",\"C:\\a\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let mut event = Event::default();
    /// capture.read_event(&mut event)?;
    /// event.prepare_fields();
    /// let fields: Vec<_> = (0..2).map_while(|at| event.field(at)).collect();
    /// assert_eq!(fields, [&b"ReadFile"[..], b"C:\\a"]);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn prepare_fields(&mut self) {
        if let Record::Text(record) = &mut self.record {
            record.find_quotes();
        }
    }

    /// Notes that the texts of the event will be asked for several times.
    pub(crate) fn settle_text(&mut self) {
        if let Record::Text(record) = &mut self.record {
            record.settle_text();
        }
    }

    /// Whether the bytes of the event are valid UTF-8.
    pub(crate) fn check_text(&mut self) -> bool {
        match &mut self.record {
            Record::Text(record) => record.check_text(),
            Record::Pml(_) => true,
        }
    }

    /// Replaces the bytes of the event by the text that they are in this encoding.
    pub(crate) fn decode(&mut self, encoding: &'static Encoding) -> Decoded {
        match &mut self.record {
            Record::Text(record) => record.decode(encoding),
            Record::Pml(_) => Decoded::Whole,
        }
    }

    /// When the event began, in 100 ns ticks since 1601, for formats that store it as a
    /// number.
    pub(crate) fn instant(&self) -> Option<i64> {
        match &self.record {
            Record::Text(_) => None,
            Record::Pml(record) => Some(record.header.time),
        }
    }

    /// Process Name.
    pub fn process_name(&self) -> Option<Cow<'_, str>> {
        self.get(Column::ProcessName)
    }

    /// PID.
    pub fn pid(&self) -> Option<u32> {
        if let (Record::Pml(_), Some(process)) = (&self.record, &self.process) {
            return process.pid;
        }
        self.number_in(Column::Pid)
    }

    /// TID.
    pub fn tid(&self) -> Option<u32> {
        if let Record::Pml(record) = &self.record {
            return Some(record.header.thread_id);
        }
        self.number_in(Column::Tid)
    }

    /// The number that a column holds, which may have blanks around it.
    fn number_in(&self, column: Column) -> Option<u32> {
        let text = self.bytes(column)?;
        if matches!(text.len(), 1..=9) && text.iter().all(u8::is_ascii_digit) {
            return Some(text.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')));
        }
        std::str::from_utf8(&text).ok()?.trim().parse().ok()
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

    /// Detail, split into its items by the keys that the operation is known to write.
    ///
    /// In a native capture this is what the capture holds. The text of [`Event::get`] has
    /// the mistakes of Procmon's own text.
    pub fn detail(&self) -> Option<Detail<'_>> {
        let operation = self.operation().unwrap_or_default();
        let text = match &self.record {
            Record::Text(_) => self.get(Column::Detail)?,
            Record::Pml(record) => Cow::Owned(record.corrected_detail()),
        };
        Some(Detail::parse(&operation, text))
    }

    /// How many bytes a copy of the event keeps in memory, about: its texts and its stack,
    /// or the part of a native capture that it was read from. A file that is mapped into
    /// memory does not count.
    ///
    /// Whoever collects events can decide by it whether to collect some of their texts
    /// instead.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let csv = "\"Path\"\r\n\"C:\\a\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let event = capture.events().next().expect("one event")?;
    /// assert!(event.memory() < 1024);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn memory(&self) -> usize {
        let own = size_of::<Event>();
        match &self.record {
            Record::Text(record) => {
                let frame =
                    |frame: &Frame| size_of::<Frame>() + frame.path.len() + frame.location.len();
                own + record.memory() + self.stack.iter().map(frame).sum::<usize>()
            }
            Record::Pml(record) => own + record.part().content().memory_held(),
        }
    }

    /// The process of the event, if the capture has a process list.
    pub fn process(&self) -> Option<&Arc<Process>> {
        self.process.as_ref()
    }

    /// The call stack, kernel frames first; empty if the capture has none.
    pub fn stack(&self) -> Cow<'_, [Frame]> {
        match &self.record {
            Record::Text(_) => Cow::Borrowed(&self.stack),
            Record::Pml(record) => Cow::Owned(record.stack()),
        }
    }

    /// Whether the event is one of a native capture, whose texts are made from its bytes.
    pub fn is_native(&self) -> bool {
        matches!(self.record, Record::Pml(_))
    }

    /// Whether the event has a call stack.
    pub fn has_stack(&self) -> bool {
        match &self.record {
            Record::Text(_) => !self.stack.is_empty(),
            Record::Pml(record) => record.has_stack(),
        }
    }
}
