//! Rows of a table, until there are enough of them to be added.

use std::convert::Infallible;
use std::ops::Range;

use rusqlite::Statement;
use rusqlite::types::Null;

use crate::table::{Cell, CellSink};

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
enum Value {
    Null,
    Whole(i64),
    Seconds(f64),
    /// From here to there.
    Text(u32, u32),
}

impl RowBatch {
    /// Forgets the rows: the next one has this number. The memory of large texts is given back.
    pub(super) fn begin(&mut self, row: u64) {
        self.values.clear();
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
                let place = place + 1;
                match *value {
                    Value::Null => statement.raw_bind_parameter(place, Null)?,
                    Value::Whole(value) => statement.raw_bind_parameter(place, value)?,
                    Value::Seconds(value) => statement.raw_bind_parameter(place, value)?,
                    Value::Text(start, end) => {
                        let text = self.text.get(start as usize..end as usize);
                        statement.raw_bind_parameter(place, text.ok_or_else(too_long)?)?;
                    }
                }
            }
            statement.raw_execute()?;
            before = row;
        }
        Ok(())
    }

    /// The value of this column in the row before the one that is not complete yet.
    fn before(&self) -> Option<Value> {
        if self.rows == 0 {
            return None;
        }
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

/// The text from here to there. The texts of a batch stay far below 4 GiB, but for a row of that size,
/// which SQLite does not take either: its text stands nowhere.
fn text_at(start: usize, end: usize) -> Value {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => Value::Text(start, end),
        _ => Value::Text(u32::MAX, 0),
    }
}

fn too_long() -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure("an event has more than 4 GiB of text".into())
}

impl CellSink for RowBatch {
    type Error = Infallible;

    fn take(&mut self, _: usize, cell: Cell<'_>) -> Result<(), Infallible> {
        let value = match cell {
            Cell::Null => Value::Null,
            Cell::Whole(value) => Value::Whole(value),
            Cell::Number(value) => Value::Whole(value.into()),
            Cell::Minutes(value) => Value::Whole(value.into()),
            Cell::Truth(value) => Value::Whole(value.into()),
            Cell::Seconds(value) => Value::Seconds(value),
            Cell::Text(text) | Cell::Moment(_, text) => match self.before() {
                Some(Value::Text(start, end))
                    if self.text.as_bytes().get(start as usize..end as usize)
                        == Some(text.as_bytes()) =>
                {
                    Value::Text(start, end)
                }
                _ => {
                    let start = self.text.len();
                    self.text.push_str(text);
                    text_at(start, self.text.len())
                }
            },
        };
        self.values.push(value);
        Ok(())
    }

    fn take_again(&mut self, place: usize, cell: Cell<'_>, row: u64) -> Result<(), Infallible> {
        match self.place_of(row).and_then(|row| self.value(row, place)) {
            Some(value) => self.values.push(value),
            None => return self.take(place, cell),
        }
        Ok(())
    }

    fn take_all_again(&mut self, places: Range<usize>, row: u64) -> bool {
        let Some(row) = self.place_of(row) else { return false };
        let start = row * self.columns;
        self.values.extend_from_within(start + places.start..start + places.end);
        true
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// The cells of row `at`: some stay, some change, some go and come.
    /// After so many rows, the cells of each column come again.
    const PERIODS: [usize; 5] = [30, 1, 3, 4, 7];

    fn cells(at: usize) -> [(Cell<'static>, &'static str); 5] {
        let texts = ["", "a", "a", "b", "b", "a"];
        let text = texts[at % texts.len()];
        [
            (
                if at % 5 == 3 { Cell::Null } else { Cell::Text(text) },
                if at % 5 == 3 { "null" } else { text },
            ),
            (Cell::Text("stays"), "stays"),
            (
                if at.is_multiple_of(3) { Cell::Null } else { Cell::Number(7) },
                if at.is_multiple_of(3) { "null" } else { "7" },
            ),
            (Cell::Truth(at % 4 < 2), if at % 4 < 2 { "1" } else { "0" }),
            (
                if at % 7 < 4 { Cell::Seconds(0.5) } else { Cell::Seconds(1.5) },
                if at % 7 < 4 { "0.5" } else { "1.5" },
            ),
        ]
    }

    #[test]
    fn rows_have_their_own_values_whatever_stood_in_the_row_before() {
        let connection = Connection::open_in_memory().expect("SQLite");
        let table = "CREATE TABLE it (a TEXT, b TEXT, c INTEGER, d INTEGER, e REAL)";
        connection.execute_batch(table).expect("a table");
        let mut batch = RowBatch::default();
        let (rows, mut at_once) = (3 * ROWS + 11, 0);
        for at in 0..rows {
            // The last two come again together, from the row before or from an earlier one.
            let last_two = |at: usize| [cells(at)[3].1, cells(at)[4].1];
            let back = [1, 3, PERIODS[3] * PERIODS[4]][at / 11 % 3];
            let both = at.checked_sub(back).filter(|row| last_two(*row) == last_two(at));
            let both = both.filter(|_| at % 11 > 5);
            for (place, (cell, _)) in cells(at).into_iter().enumerate() {
                if place == 3
                    && let Some(row) = both
                    && batch.take_all_again(3..5, row as u64)
                {
                    at_once += 1;
                    break;
                }
                // It may be in another batch.
                let again = at.checked_sub(PERIODS[place]).filter(|_| at % 11 < 6);
                let Ok(()) = match again {
                    Some(row) => batch.take_again(place, cell, row as u64),
                    None => batch.take(place, cell),
                };
            }
            batch.end_row();
            if batch.is_full() || at + 1 == rows {
                let insert = "INSERT INTO it VALUES (?, ?, ?, ?, ?)";
                let mut statement = connection.prepare_cached(insert).expect("a statement");
                batch.add_to(&mut statement, None).expect("it is added");
                batch.begin(at as u64 + 1);
            }
        }
        let list = "SELECT ifnull(a, 'null'), b, ifnull(c, 'null'), d, e FROM it ORDER BY rowid";
        let mut statement = connection.prepare(list).expect("a statement");
        let mut found = statement.query([]).expect("rows");
        let mut at = 0;
        while let Some(row) = found.next().expect("a row") {
            for (place, (_, want)) in cells(at).into_iter().enumerate() {
                let value: rusqlite::types::Value = row.get(place).expect("a value");
                let text = match value {
                    rusqlite::types::Value::Text(text) => text,
                    rusqlite::types::Value::Integer(number) => number.to_string(),
                    rusqlite::types::Value::Real(number) => number.to_string(),
                    other => panic!("{other:?}"),
                };
                assert_eq!(text, want, "row {at}, column {place}");
            }
            at += 1;
        }
        assert_eq!(at, rows);
        assert!(at_once > 0);
    }
}
