//! What says something of the process of an event, once for all its events.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write;
use std::ops::Range;

use super::row_batch::{RowBatch, Value};
use crate::table::{Cell, CellSink};

/// For how many events it is kept which row of `process_columns` they have.
const ROWS: u64 = 4096;

/// How many bytes of values are kept, about. Behind that, values may come again in `process_columns`.
const MEMORY: usize = 4 << 20;

/// How many bytes the values of one row may have to be kept.
const LONGEST: usize = 64 << 10;

/// Which row of `process_columns` an event has.
#[derive(Debug)]
pub(super) struct ProcessKeys {
    /// The columns that say something of the process.
    places: Range<usize>,
    /// The keys of the rows of `process_columns`, by their values as a text.
    known: HashMap<String, u32>,
    /// How many bytes the values in `known` have.
    bytes: usize,
    /// The key that was given last.
    last: u32,
    /// The keys of the last events. That of event `n` stands at `n % ROWS`; 0 stands for null.
    of_events: Vec<u32>,
    /// The values of the event that is taken, as far as they came.
    values: Vec<Value>,
    /// The same as a text that no other values have. The texts of `values` are places in it.
    text: String,
    /// Those of an earlier event whose values came one by one, and its key.
    before: (String, u32),
}

impl ProcessKeys {
    /// For a table in which these columns say something of the process.
    pub(super) fn new(places: Range<usize>) -> ProcessKeys {
        ProcessKeys {
            places,
            known: HashMap::new(),
            bytes: 0,
            last: 0,
            of_events: vec![0; ROWS as usize],
            values: Vec::new(),
            text: String::new(),
            before: (String::new(), 0),
        }
    }

    /// Takes the next value of an event. Behind the last one, its key is known.
    fn take(&mut self, cell: Cell<'_>, batch: &mut RowBatch) {
        // A text stands behind its length, a number in front of a semicolon.
        let number = |value: i64, text: &mut String| {
            let _ = write!(text, "{value};");
            Value::Whole(value)
        };
        let value = match cell {
            Cell::Null => {
                self.text.push(';');
                Value::Null
            }
            Cell::Whole(value) => number(value, &mut self.text),
            Cell::Number(value) => number(value.into(), &mut self.text),
            Cell::Minutes(value) => number(value.into(), &mut self.text),
            Cell::Truth(value) => number(value.into(), &mut self.text),
            Cell::Seconds(value) => {
                let _ = write!(self.text, "{value};");
                Value::Seconds(value)
            }
            Cell::Text(text) | Cell::Moment(_, text) => {
                let _ = write!(self.text, "{}:", text.len());
                let start = self.text.len();
                self.text.push_str(text);
                Value::text(start, self.text.len())
            }
        };
        self.values.push(value);
        if self.values.len() == self.places.len() {
            let key = self.key_of_values(batch);
            self.give(key, batch);
            self.values.clear();
            self.text.clear();
            self.text.shrink_to(LONGEST);
        }
    }

    fn key_of_values(&mut self, batch: &mut RowBatch) -> u32 {
        if self.values.iter().all(|value| *value == Value::Null) {
            return 0;
        }
        if self.before.0 == self.text {
            return self.before.1;
        }
        if let Some(key) = self.known.get(&self.text).copied() {
            self.before.0.clone_from(&self.text);
            self.before.1 = key;
            return key;
        }
        self.last += 1;
        batch.add_process(self.last, &self.values, &self.text);
        if self.text.len() <= LONGEST {
            if self.bytes > MEMORY {
                self.known.clear();
                self.bytes = 0;
            }
            self.bytes += self.text.len();
            self.known.insert(self.text.clone(), self.last);
        }
        self.last
    }

    /// Gives the event its key.
    fn give(&mut self, key: u32, batch: &mut RowBatch) {
        self.of_events[(batch.next_row() % ROWS) as usize] = key;
        batch.push(if key == 0 { Value::Null } else { Value::Whole(key.into()) });
    }
}

/// Takes the values of a row into a batch: those of its process as their key.
#[derive(Debug)]
pub(super) struct KeyedRow<'d> {
    pub(super) batch: &'d mut RowBatch,
    pub(super) processes: &'d mut ProcessKeys,
}

impl CellSink for KeyedRow<'_> {
    type Error = Infallible;

    #[inline]
    fn take(&mut self, place: usize, cell: Cell<'_>) -> Result<(), Infallible> {
        match self.processes.places.contains(&place) {
            true => self.processes.take(cell, self.batch),
            false => self.batch.take(cell),
        }
        Ok(())
    }

    fn take_again(&mut self, place: usize, cell: Cell<'_>, row: u64) -> Result<(), Infallible> {
        // Behind the columns of the process, the columns of a batch have other places.
        match place < self.processes.places.start {
            true => self.batch.take_again(place, cell, row),
            false => return self.take(place, cell),
        }
        Ok(())
    }

    fn take_all_again(&mut self, places: Range<usize>, row: u64) -> bool {
        let rows_ago = self.batch.next_row().checked_sub(row);
        let has_key = places == self.processes.places && rows_ago.is_some_and(|rows| rows < ROWS);
        if has_key {
            let key = self.processes.of_events[(row % ROWS) as usize];
            self.processes.give(key, self.batch);
        }
        has_key
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::Connection;
    use rusqlite::types::Value as Stored;

    use super::*;
    use crate::sqlite::row_batch::Numbers;

    /// What processes have: two texts and a number. Some differ in nothing but where a text ends, or in
    /// whether there is one.
    fn of_process(at: usize) -> [Cell<'static>; 3] {
        use Cell::{Null, Number, Text};
        [
            [Text("a"), Text("bc"), Number(1)],
            [Text("ab"), Text("c"), Number(1)],
            [Text(""), Text("abc"), Number(1)],
            [Text("abc"), Text(""), Number(1)],
            [Null, Text("abc"), Number(1)],
            [Text("abc"), Null, Number(1)],
            [Text("abc"), Null, Null],
            [Text("abc"), Text("1"), Null],
            [Text("1:a"), Null, Number(11)],
            [Text("a"), Text("1;"), Number(1)],
            [Null, Null, Null],
        ][at % 11]
    }

    /// The values of row `at`: each column has its own period, and columns 2 to 4 are of the process.
    fn cells(at: usize) -> [Cell<'static>; 6] {
        let text = ["", "a", "a", "b", "b", "a"][at % 6];
        let [one, two, three] = of_process(at / 5);
        [
            if at % 5 == 3 { Cell::Null } else { Cell::Text(text) },
            Cell::Text("stays"),
            one,
            two,
            three,
            if at % 7 < 4 { Cell::Seconds(0.5) } else { Cell::Truth(at % 7 == 5) },
        ]
    }

    /// After so many rows, the values of the process, of the first and of the last column come again.
    const PERIODS: [usize; 3] = [55, 30, 7];

    fn stored(cell: Cell<'_>) -> Stored {
        match cell {
            Cell::Null => Stored::Null,
            Cell::Text(text) => Stored::Text(text.to_string()),
            Cell::Number(value) => Stored::Integer(value.into()),
            Cell::Truth(value) => Stored::Integer(value.into()),
            Cell::Seconds(value) => Stored::Real(value),
            other => panic!("{other:?}"),
        }
    }

    /// Whatever is handed over one by one, together, or from which row before.
    #[test]
    fn rows_have_their_own_values_and_those_of_their_process() {
        let connection = Connection::open_in_memory().expect("SQLite");
        let tables = "CREATE TABLE it (a, b, process_key INTEGER, c);
             CREATE TABLE process_columns (process_key INTEGER PRIMARY KEY, d, e, f)";
        connection.execute_batch(tables).expect("tables");
        let insert = |table: &str| format!("INSERT INTO {table} VALUES (?, ?, ?, ?)");
        let mut batch = RowBatch::default();
        let mut processes = ProcessKeys::new(2..5);
        let (rows, mut together, mut too_old) = (ROWS as usize + 1_000, 0, 0);
        for at in 0..rows {
            let cells = cells(at);
            // From the row before, a period ago, or longer ago than is kept.
            let back = [1, PERIODS[0], 76 * PERIODS[0], 0][at / 11 % 4];
            let row = at.checked_sub(back).filter(|row| *row < at);
            let row = row.filter(|row| of_process(row / 5) == of_process(at / 5));
            let mut sink = KeyedRow { batch: &mut batch, processes: &mut processes };
            let take = |sink: &mut KeyedRow<'_>, place: usize, back: usize| {
                // It may be in another batch.
                let again = at.checked_sub(back).filter(|_| at % 11 < 6);
                let Ok(()) = match again {
                    Some(row) => sink.take_again(place, cells[place], row as u64),
                    None => sink.take(place, cells[place]),
                };
            };
            take(&mut sink, 0, PERIODS[1]);
            take(&mut sink, 1, 1);
            if row.is_some_and(|row| sink.take_all_again(2..5, row as u64)) {
                together += 1;
            } else {
                too_old += usize::from(row.is_some());
                (2..5).for_each(|place| take(&mut sink, place, PERIODS[0]));
            }
            take(&mut sink, 5, PERIODS[2]);
            batch.end_row();
            if batch.is_full() || at + 1 == rows {
                assert_eq!(batch.numbers(), Numbers::InSequence);
                let statement = |table| connection.prepare(&insert(table)).expect("a statement");
                batch.add_processes_to(&mut statement("process_columns")).expect("processes");
                batch.add_to(&mut statement("it"), None).expect("rows");
                batch.begin(at as u64 + 1);
            }
        }
        assert!(together > 1_000 && too_old > 10, "{together}, {too_old}");
        let list = "SELECT a, b, d, e, f, c FROM it LEFT JOIN process_columns \
                    ON it.process_key = process_columns.process_key ORDER BY it.rowid";
        let mut statement = connection.prepare(list).expect("a statement");
        let mut found = statement.query([]).expect("rows");
        for at in 0..rows {
            let row = found.next().expect("a row").expect("a row");
            for (place, cell) in cells(at).into_iter().enumerate() {
                let value: Stored = row.get(place).expect("a value");
                assert_eq!(value, stored(cell), "row {at}, column {place}");
            }
        }
        assert!(found.next().expect("the end").is_none());
        let count = |query: &str| -> u32 {
            connection.query_row(query, [], |row| row.get(0)).expect(query)
        };
        // Each but the one of nulls, once.
        let kinds: BTreeSet<_> = (0..11).map(|at| format!("{:?}", of_process(at))).collect();
        assert_eq!(count("SELECT count(*) FROM process_columns"), kinds.len() as u32 - 1);
        let nulls = (0..rows).filter(|at| of_process(at / 5) == [Cell::Null; 3]).count() as u32;
        assert_eq!(count("SELECT count(*) FROM it WHERE process_key IS NULL"), nulls);
    }

    /// A capture in which each event has a process of its own needs no more memory than another one.
    #[test]
    fn what_is_kept_of_processes_has_a_limit() {
        let mut processes = ProcessKeys::new(0..1);
        let mut batch = RowBatch::default();
        let texts = [10_000, 1_000_000].map(|len| "x".repeat(len));
        for row in 0..2_000u64 {
            let text = format!("{}{row}", texts[usize::from(row % 50 == 0)]);
            let mut sink = KeyedRow { batch: &mut batch, processes: &mut processes };
            let Ok(()) = sink.take(0, Cell::Text(&text));
            batch.end_row();
            batch.begin(row + 1);
            let ProcessKeys { known, text, before, .. } = &processes;
            let held: usize = known.keys().map(String::capacity).sum();
            let held = held + text.capacity() + before.0.capacity();
            assert!(held <= MEMORY + 4 * LONGEST, "{row}: {held}");
        }
        assert_eq!(processes.last, 2_000);
    }
}
