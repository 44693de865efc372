//! Rows of a table, until there are enough of them to be added.

use rusqlite::Statement;
use rusqlite::types::Null;

use crate::table::Cell;

/// How many rows are added together at most.
const ROWS: usize = 64;

/// How many bytes their texts have, but for the last row.
const TEXT: usize = 256 << 10;

/// Rows that are not added yet.
#[derive(Debug, Default)]
pub(super) struct RowBatch {
    /// The number of the first row.
    first: u64,
    /// The values of all rows, one after the other.
    values: Vec<Value>,
    columns: usize,
    /// The rows of `process_columns` that no batch before had: a key, and the values.
    processes: Vec<Vec<Value>>,
    /// What the texts are places in.
    text: String,
    rows: usize,
    numbers: Numbers,
}

/// The numbers of the events of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Each is one more than that of the event before; the first follows the last one of the table.
    #[default]
    InSequence,
    /// They are anything else.
    Any,
}

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Whole(i64),
    Seconds(f64),
    /// From here to there.
    Text(u32, u32),
}

impl Value {
    /// The text from here to there. The texts of a batch stay far below 4 GiB, but for a row of that
    /// size, which SQLite does not take either: its text stands nowhere.
    pub(super) fn text(start: usize, end: usize) -> Value {
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) => Value::Text(start, end),
            _ => Value::Text(u32::MAX, 0),
        }
    }

    /// Gives a statement this value.
    fn bind(
        self,
        place: usize,
        texts: &str,
        statement: &mut Statement<'_>,
    ) -> rusqlite::Result<()> {
        match self {
            Value::Null => statement.raw_bind_parameter(place, Null),
            Value::Whole(value) => statement.raw_bind_parameter(place, value),
            Value::Seconds(value) => statement.raw_bind_parameter(place, value),
            Value::Text(start, end) => {
                let text = texts.get(start as usize..end as usize);
                statement.raw_bind_parameter(place, text.ok_or_else(too_long)?)
            }
        }
    }
}

impl RowBatch {
    /// Forgets the rows: the next one has this number. The memory of large texts is given back.
    pub(super) fn begin(&mut self, row: u64) {
        self.values.clear();
        self.processes.clear();
        self.text.clear();
        self.text.shrink_to(2 * TEXT);
        (self.first, self.columns, self.rows) = (row, 0, 0);
        self.numbers = Numbers::InSequence;
    }

    /// The number of the next row is not one more than that of the row before.
    pub(super) fn break_sequence(&mut self) {
        self.numbers = Numbers::Any;
    }

    pub(super) fn numbers(&self) -> Numbers {
        self.numbers
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows >= ROWS || self.text.len() >= TEXT
    }

    /// Ends a row that has got all its values.
    pub(super) fn end_row(&mut self) {
        self.rows += 1;
        self.columns = self.values.len() / self.rows;
    }

    /// The number of the next row.
    pub(super) fn next_row(&self) -> u64 {
        self.first + self.rows as u64
    }

    /// Adds the rows with a statement that has a place for each column but this one. It still has the
    /// values of the row before: to give it one again costs more than to see that it is the same.
    pub(super) fn add_to(
        &self,
        statement: &mut Statement<'_>,
        without: Option<usize>,
    ) -> rusqlite::Result<()> {
        let mut before: &[Value] = &[];
        for row in self.values.chunks_exact(self.columns.max(1)) {
            for (place, value) in row.iter().enumerate() {
                if before.get(place) == Some(value) || without == Some(place) {
                    continue;
                }
                value.bind(place + 1, &self.text, statement)?;
            }
            statement.raw_execute()?;
            before = row;
        }
        Ok(())
    }

    /// Takes the next value of a row.
    // Most callers know which kind of value it is.
    #[inline]
    pub(super) fn take(&mut self, cell: Cell<'_>) {
        let value = match cell {
            Cell::Null => Value::Null,
            Cell::Whole(value) => Value::Whole(value),
            Cell::Number(value) => Value::Whole(value.into()),
            Cell::Minutes(value) => Value::Whole(value.into()),
            Cell::Truth(value) => Value::Whole(value.into()),
            Cell::Seconds(value) => Value::Seconds(value),
            Cell::Text(text) | Cell::Moment(_, text) => self.keep_new(text),
        };
        self.values.push(value);
    }

    /// The same, where the row with this number has the same value in this column.
    pub(super) fn take_again(&mut self, place: usize, cell: Cell<'_>, row: u64) {
        match self.place_of(row).and_then(|row| self.value(row, place)) {
            Some(value) => self.values.push(value),
            None => self.take(cell),
        }
    }

    /// Takes the next value of a row as it is.
    pub(super) fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    /// Takes a row of `process_columns`, whose texts stand in this one.
    pub(super) fn add_process(&mut self, key: u32, values: &[Value], texts: &str) {
        let mut row = vec![Value::Whole(key.into())];
        for value in values {
            let text = match *value {
                Value::Text(start, end) => texts.get(start as usize..end as usize),
                _ => None,
            };
            row.push(text.map_or(*value, |text| self.keep(text)));
        }
        self.processes.push(row);
    }

    /// Keeps the text of the next value of a row, where it is not that of the row before.
    fn keep_new(&mut self, text: &str) -> Value {
        if let Some(before @ Value::Text(start, end)) = self.before()
            && self.text.as_bytes().get(start as usize..end as usize) == Some(text.as_bytes())
        {
            return before;
        }
        self.keep(text)
    }

    fn keep(&mut self, text: &str) -> Value {
        let start = self.text.len();
        self.text.push_str(text);
        Value::text(start, self.text.len())
    }

    /// Adds the rows of `process_columns` with a statement that has a place for each column.
    pub(super) fn add_processes_to(&self, statement: &mut Statement<'_>) -> rusqlite::Result<()> {
        for row in &self.processes {
            for (place, value) in row.iter().enumerate() {
                value.bind(place + 1, &self.text, statement)?;
            }
            statement.raw_execute()?;
        }
        Ok(())
    }

    pub(super) fn has_processes(&self) -> bool {
        !self.processes.is_empty()
    }

    /// The value of this column in the row before the one that is not complete yet. The first row has
    /// none: it has no columns until it is complete.
    fn before(&self) -> Option<Value> {
        self.values.get(self.values.len().checked_sub(self.columns)?).copied()
    }

    /// The place of the row with this number, if it is one of the batch.
    fn place_of(&self, row: u64) -> Option<usize> {
        let place = usize::try_from(row.checked_sub(self.first)?).ok()?;
        (place < self.rows).then_some(place)
    }

    /// The value of a row of the batch in this column.
    fn value(&self, row: usize, place: usize) -> Option<Value> {
        self.values.get(row * self.columns..)?.get(place).copied()
    }
}

fn too_long() -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure("an event has more than 4 GiB of text".into())
}
