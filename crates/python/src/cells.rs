//! From events to the values of columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};
use procmonkey_parser::{Clock, Column, Detail, Event, Format, Process, TimeBase, WrittenTime};

use crate::fields::{Field, Kind, Origin, Zoned, is_of_process, schema};
use crate::values::{Builder, Dictionary};

/// How many cells of each column are null because their text is not what the column holds.
pub(crate) type Unread = BTreeMap<String, u64>;

/// Collects events as columns.
#[derive(Debug)]
pub(crate) struct Table {
    schema: Arc<Schema>,
    fields: Vec<Field>,
    builders: Vec<Builder>,
    /// For each column, whether its value is looked up by the process of the event.
    of_process: Vec<bool>,
    processes: Processes,
    rows: usize,
    /// For texts that are not kept as they are.
    text: String,
    unread: Vec<u64>,
}

/// The values of the columns of processes.
#[derive(Debug, Default)]
struct Processes {
    /// By the address of a process of the list, which `held` keeps in its place.
    places: std::collections::HashMap<usize, usize, foldhash::fast::FixedState>,
    held: Vec<Arc<Process>>,
    rows: Vec<Vec<Cell>>,
    last: Option<(usize, usize)>,
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Null,
    Value(i64),
    /// Null, because the text is not what the column holds.
    Unread,
}

impl Cell {
    fn value(self) -> Option<i64> {
        match self {
            Cell::Value(value) => Some(value),
            Cell::Null | Cell::Unread => None,
        }
    }
}

/// How many nanoseconds a tick has.
pub(crate) const TICK: i64 = 100;

impl Table {
    pub(crate) fn new(fields: Vec<Field>, format: Format, rows: usize) -> Table {
        Table {
            schema: Arc::new(schema(&fields)),
            builders: fields.iter().map(|field| Builder::new(field.kind, rows)).collect(),
            of_process: fields
                .iter()
                .map(|it| it.kind != Kind::Text && is_of_process(format, it.origin))
                .collect(),
            processes: Processes::default(),
            rows: 0,
            text: String::new(),
            unread: vec![0; fields.len()],
            fields,
        }
    }

    pub(crate) fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.schema)
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether the batch has to end although more rows are wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.builders.iter().any(Builder::is_full)
    }

    /// How many cells could not be read, by column.
    pub(crate) fn unread(&self) -> Unread {
        let counts = self.fields.iter().zip(&self.unread).filter(|(_, count)| **count > 0);
        counts.map(|(field, count)| (field.name.clone(), *count)).collect()
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, event: &Event, clock: &Clock) {
        let row = self.row_of_process(event, clock);
        let Table { fields, builders, unread, text, of_process, processes, .. } = self;
        for (place, (field, builder)) in fields.iter().zip(builders.iter_mut()).enumerate() {
            let cell = match (field.kind, field.origin) {
                (Kind::Text, Origin::Column(column)) => {
                    builder.push_text(|out| event.push_text(column, out));
                    continue;
                }
                (Kind::Text, Origin::Place(at)) => {
                    builder.push_text(|out| {
                        let bytes = event.field(at);
                        bytes.map(|it| out.push_str(&String::from_utf8_lossy(&it))).is_some()
                    });
                    continue;
                }
                (Kind::Details, _) => {
                    builder.push_items(shown_detail(event).as_ref());
                    continue;
                }
                (Kind::Stack, _) => {
                    builder.push_stack(|out| event.push_stack(out));
                    continue;
                }
                _ => match row.filter(|_| of_process[place]) {
                    Some(row) => processes.rows[row][place],
                    None => cell(event, clock, field, (&mut builder.dictionary, text)),
                },
            };
            unread[place] += u64::from(cell == Cell::Unread);
            builder.push(cell.value());
        }
        self.rows += 1;
    }

    /// The row of values that the process of the event has.
    fn row_of_process(&mut self, event: &Event, clock: &Clock) -> Option<usize> {
        let process = event.process()?;
        let address = Arc::as_ptr(process).addr();
        let known = &mut self.processes;
        if let Some((last, row)) = known.last
            && last == address
        {
            return Some(row);
        }
        let row = match known.places.get(&address) {
            Some(row) => *row,
            None => {
                let mut row = vec![Cell::Null; self.fields.len()];
                let places = self.of_process.iter().enumerate().filter(|(_, is)| **is);
                for (place, _) in places {
                    let dictionary = &mut self.builders[place].dictionary;
                    let field = &self.fields[place];
                    row[place] = cell(event, clock, field, (dictionary, &mut self.text));
                }
                known.held.push(Arc::clone(process));
                known.rows.push(row);
                known.places.insert(address, known.rows.len() - 1);
                known.rows.len() - 1
            }
        };
        known.last = Some((address, row));
        Some(row)
    }

    /// Forgets what earlier batches had: the next one is what it would be if it were the first.
    pub(crate) fn begin_again(&mut self) {
        self.builders.iter_mut().for_each(Builder::begin_again);
        self.processes = Processes::default();
        self.unread.fill(0);
    }

    /// The rows that were added since the last batch.
    pub(crate) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let arrays =
            self.builders.iter_mut().map(Builder::finish).collect::<Result<Vec<_>, _>>()?;
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(self.rows));
        self.rows = 0;
        if self.builders.iter().any(Builder::has_full_dictionary) {
            self.builders.iter_mut().for_each(Builder::begin_again);
            self.processes = Processes::default();
        }
        RecordBatch::try_new_with_options(self.schema(), arrays, &options)
    }
}

/// The value of a column that is one number.
fn cell(
    event: &Event,
    clock: &Clock,
    field: &Field,
    (dictionary, text): (&mut Dictionary, &mut String),
) -> Cell {
    let Origin::Column(column) = field.origin else { return Cell::Null };
    let known = |value: Option<i64>| match value {
        Some(value) => Cell::Value(value),
        None => missing(event, column),
    };
    match field.kind {
        Kind::Names => {
            if let Some(name) = event.constant_text(column) {
                return Cell::Value(i64::from(dictionary.code_of_constant(name)));
            }
            text.clear();
            match event.push_text(column, text) {
                true => Cell::Value(i64::from(dictionary.code(text))),
                false => Cell::Null,
            }
        }
        Kind::Number => known(number(event, column).map(i64::from)),
        Kind::Length => known(event.ticks(column).and_then(|ticks| ticks.checked_mul(TICK))),
        Kind::Moment(zoned) => known(moment(event, clock, zoned)),
        Kind::Start(zoned) => known(start(event, clock, zoned)),
        Kind::Text | Kind::Details | Kind::Stack => Cell::Null,
    }
}

/// Why a column has no value: there is no text, or one that is not read.
fn missing(event: &Event, column: Column) -> Cell {
    match event.get(column).as_deref().map(str::trim) {
        None | Some("" | "n/a") => Cell::Null,
        Some(_) => Cell::Unread,
    }
}

fn number(event: &Event, column: Column) -> Option<u32> {
    match column {
        Column::Pid => event.pid(),
        Column::Tid => event.tid(),
        _ => event.get(column)?.trim().parse().ok(),
    }
}

fn moment(event: &Event, clock: &Clock, zoned: Zoned) -> Option<i64> {
    if let (Zoned::Utc, Some(ticks)) = (zoned, event.time().instant()) {
        return nanoseconds(ticks);
    }
    let time = clock.resolve(event.time())?;
    let ticks = match zoned {
        Zoned::Utc => time.utc_ticks()?,
        Zoned::Unknown => Some(time.ticks()).filter(|_| time.base() == TimeBase::Local)?,
    };
    nanoseconds(ticks)
}

fn start(event: &Event, clock: &Clock, zoned: Zoned) -> Option<i64> {
    if let (Zoned::Utc, Some(created)) = (zoned, event.process().and_then(|it| it.created)) {
        return nanoseconds(created);
    }
    let WrittenTime::DateAndTime(ticks) = clock.read_written(&event.get(Column::ProcessStart)?)?
    else {
        return None;
    };
    match (zoned, clock.zone()) {
        (Zoned::Unknown, _) => nanoseconds(ticks),
        (Zoned::Utc, zone) => {
            const SECOND: i64 = procmonkey_parser::TICKS_PER_SECOND;
            let offset = i64::from(zone?.offset_at_local(ticks)?);
            nanoseconds(ticks.checked_sub(offset * SECOND)?)
        }
    }
}

/// Nanoseconds since 1970, for times between the years 1677 and 2262.
fn nanoseconds(ticks: i64) -> Option<i64> {
    ticks.checked_sub(procmonkey_parser::UNIX_EPOCH_TICKS)?.checked_mul(TICK)
}

/// The items of Detail as its text has them, so that those of a native log are those of its exports,
/// and those of the rows of the command line.
pub(crate) fn shown_detail(event: &Event) -> Option<Detail<'_>> {
    let text = event.get(Column::Detail)?;
    Some(Detail::parse(&event.operation().unwrap_or_default(), text))
}
