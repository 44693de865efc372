//! The table of events that Parquet and SQLite have: which columns, of which types.
//!
//! Every file has the same columns in the same order, whatever columns its captures have, so that
//! files can be read together. What a capture does not show is null.
//!
//! | column | type | meaning |
//! |---|---|---|
//! | `event_id` | text | id of the capture, `:`, and `event_number`; null where the capture has no id |
//! | `event_number` | whole number | number of the event in its capture, from 1 |
//! | `file` | text | the file it is from, where the rows are of several |
//! | `neighbour` | truth | whether it only stands beside an event that was asked for |
//! | `datetime` | time | when it began, where date and zone are known |
//! | `filetime` | whole number | the same in steps of 100 ns since 1601 in UTC, as Windows counts |
//! | `utc_offset` | minutes | how far the clock that was shown is ahead of UTC |
//! | `local_time` | text | what the clock showed, where date or zone is not known |
//! | `time_quality` | text | how well the time is known: `full`, `date_inferred`, … |
//! | `time_text` | text | the text of the capture, where it can be read in two ways or in none |
//! | `process_name` … `version` | text, whole number, seconds, truth | Procmon's columns |
//! | `detail_text` | text | Detail, as it is written |
//! | `detail` | JSON | its items, numbers as numbers |
//! | `other` | JSON | columns that are not Procmon's, by their names |
//! | `unread` | JSON | texts that are not what their column holds, by the name of the column |
//! | `stack` | JSON | the call stack, where that was asked for |
//!
//! A SQLite database has those that say something of the process, `image_path` to `version`, in a table
//! of their own; its view `full_events` has all columns.
//!
//! Each value is that of the typed JSON lines ([`crate::JsonLines`]) with all columns, whose schema
//! says more. So what only the process list of a capture has is in each row of the process, too.
//! Only PIDs and the like that need more than 32 bits are null here, and in `unread`.

use std::borrow::Cow;
use std::ops::Range;

use procmonkey_parser::{Column, Columns, Detail, Event, TimeQuality};

use crate::detail::push_items;
use crate::detail_memo::DetailMemo;
use crate::event_json::{push_other_object, push_stack_array};
use crate::fields::{Field, Kind, Other, fields, others};
use crate::json::push_text;
use crate::moment::{Moment, MomentText};
use crate::number::{plain, push_digits, seconds, truth};
use crate::process_memo::ProcessMemo;
use crate::row::{Row, Source, Stacks};

/// The version of the table. New columns may come at any time; one that goes away or changes its
/// meaning needs a new version.
pub const TABLE_VERSION: u32 = 1;

/// Which columns of Procmon the table has.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    stacks: Stacks,
    columns: Option<Vec<Column>>,
}

impl TableOptions {
    /// All columns, without call stacks.
    pub fn new() -> TableOptions {
        TableOptions::default()
    }

    /// Whether call stacks are written, as `stack`.
    pub fn stacks(self, stacks: Stacks) -> TableOptions {
        TableOptions { stacks, ..self }
    }

    /// These of Procmon's columns, in the usual order, and no `other`.
    pub fn columns(self, columns: Vec<Column>) -> TableOptions {
        TableOptions { columns: Some(columns), ..self }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    Text,
    /// A text that differs in every row.
    UniqueText,
    /// A text that is JSON.
    Json,
    /// A whole number of 64 bits with a sign.
    Whole,
    /// A whole number of 32 bits without a sign.
    Number,
    /// Minutes, with a sign.
    Minutes,
    /// Seconds.
    Seconds,
    /// True or false.
    Truth,
    /// A time in UTC.
    Moment,
}

/// Whether a column can be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is in every row.
    Always,
    /// It can be null.
    Sometimes,
}

/// A column of the table.
#[derive(Clone, Copy, Debug)]
pub struct TableColumn {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub holds: Holds,
    /// Whether it can be null.
    pub presence: Presence,
}

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// There is none.
    Null,
    /// Text or JSON.
    Text(&'a str),
    /// Of a column that holds whole numbers of 64 bits.
    Whole(i64),
    /// Of a column that holds whole numbers of 32 bits.
    Number(u32),
    /// Minutes, with a sign.
    Minutes(i32),
    /// Seconds.
    Seconds(f64),
    /// True or false.
    Truth(bool),
    /// Ticks of 100 ns since 1601 in UTC, and RFC 3339.
    Moment(i64, &'a str),
}

/// Takes the values of a row, column by column.
pub trait CellSink {
    /// Why a value cannot be taken.
    type Error;

    /// Takes the value of the column at this place.
    fn take(&mut self, place: usize, cell: Cell<'_>) -> Result<(), Self::Error>;

    /// The same, where the row with this number, from 0, has the same value in this column.
    fn take_again(&mut self, place: usize, cell: Cell<'_>, _: u64) -> Result<(), Self::Error> {
        self.take(place, cell)
    }

    /// Takes the values of these columns at once, where the row with this number, from 0, has the same
    /// ones, and the sink still has that row. Otherwise it returns false, takes nothing, and gets them
    /// one by one.
    fn take_all_again(&mut self, _: Range<usize>, _: u64) -> bool {
        false
    }
}

/// The values of a row that say something of its process.
#[derive(Debug, Default)]
struct OfProcess {
    cells: Vec<OwnedCell>,
    /// The number of the last row that has them.
    row: u64,
}

/// A value that is kept.
#[derive(Debug)]
enum OwnedCell {
    Text(String),
    /// Null, or a number.
    Other(Cell<'static>),
}

impl OwnedCell {
    /// A copy of a value of one of Procmon's columns.
    fn of(cell: Cell<'_>) -> OwnedCell {
        match cell {
            Cell::Text(text) | Cell::Moment(_, text) => OwnedCell::Text(text.to_string()),
            Cell::Null => OwnedCell::Other(Cell::Null),
            Cell::Whole(value) => OwnedCell::Other(Cell::Whole(value)),
            Cell::Number(value) => OwnedCell::Other(Cell::Number(value)),
            Cell::Minutes(value) => OwnedCell::Other(Cell::Minutes(value)),
            Cell::Seconds(value) => OwnedCell::Other(Cell::Seconds(value)),
            Cell::Truth(value) => OwnedCell::Other(Cell::Truth(value)),
        }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            OwnedCell::Text(text) => Cell::Text(text),
            OwnedCell::Other(cell) => *cell,
        }
    }
}

/// The columns before those of Procmon.
const HEAD: [TableColumn; 10] = {
    use Holds::{Minutes, Moment, Text, Truth, UniqueText, Whole};
    use Presence::{Always, Sometimes};
    const fn column(name: &'static str, holds: Holds, presence: Presence) -> TableColumn {
        TableColumn { name, holds, presence }
    }
    [
        column("event_id", UniqueText, Sometimes),
        column("event_number", Whole, Always),
        column("file", Text, Sometimes),
        column("neighbour", Truth, Always),
        column("datetime", Moment, Sometimes),
        column("filetime", Whole, Sometimes),
        column("utc_offset", Minutes, Sometimes),
        column("local_time", Text, Sometimes),
        column("time_quality", Text, Always),
        column("time_text", Text, Sometimes),
    ]
};

/// Makes the rows of the table.
///
/// ```
/// use procmonkey_export::{Cell, CellSink, Row, Source, Table, TableOptions};
/// use procmonkey_parser::{Event, Input, ReadOptions};
///
/// /// Keeps the paths, which stand in this column.
/// struct Paths(usize, Vec<String>);
///
/// impl CellSink for Paths {
///     type Error = std::convert::Infallible;
///
///     fn take(&mut self, place: usize, cell: Cell<'_>) -> Result<(), Self::Error> {
///         if let (true, Cell::Text(path)) = (place == self.0, cell) {
///             self.1.push(path.to_string());
///         }
///         Ok(())
///     }
/// }
///
/// let csv = "\"Operation\",\"Path\"\r\n\"ReadFile\",\"C:\\a\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let mut table = Table::new(TableOptions::new());
/// let place = table.columns().iter().position(|column| column.name == "path").expect("a column");
/// let mut paths = Paths(place, Vec::new());
/// table.begin(&Source::of(&capture));
/// let mut event = Event::default();
/// while capture.read_event(&mut event)? {
///     table.fill(&Row::new(&event, capture.clock()), &mut paths)?;
/// }
/// assert_eq!(paths.1, ["C:\\a"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Table {
    options: TableOptions,
    columns: Vec<TableColumn>,
    fields: Vec<Field>,
    /// The columns of the fields that say something of the process, which are the last ones.
    columns_of_process: Range<usize>,
    of_process: ProcessMemo<OfProcess>,
    details: DetailMemo<OfDetail>,
    /// How many rows there were.
    rows: u64,
    /// `event_id` of the last row. Empty where the capture has no id.
    event_id: String,
    /// The length of what it begins with in every row, up to its number.
    head: usize,
    file: Option<String>,
    /// The columns that `others` was made for.
    of_capture: Option<Columns>,
    others: Vec<Other>,
    moment: MomentText,
    /// For what is put together.
    text: Vec<u8>,
}

impl Table {
    /// A table without rows.
    pub fn new(options: TableOptions) -> Table {
        let all: Vec<Column> = Column::all().collect();
        let fields = fields(None, Some(options.columns.as_deref().unwrap_or(&all)));
        let mut columns = HEAD.to_vec();
        let mut add = |name, holds| {
            columns.push(TableColumn { name, holds, presence: Presence::Sometimes });
        };
        for field in &fields {
            match field.kind {
                Kind::Text if is_unique(field.column) => add(field.name, Holds::UniqueText),
                Kind::Text => add(field.name, Holds::Text),
                Kind::Detail => {
                    add("detail_text", Holds::Text);
                    add("detail", Holds::Json);
                }
                Kind::Whole => add(field.name, Holds::Number),
                Kind::Seconds => add(field.name, Holds::Seconds),
                Kind::Truth => add(field.name, Holds::Truth),
            }
        }
        let of_process = fields.iter().filter(|field| field.is_of_process).count();
        let columns_of_process = columns.len() - of_process..columns.len();
        let mut add = |name| {
            let presence = Presence::Sometimes;
            columns.push(TableColumn { name, holds: Holds::Json, presence });
        };
        add("other");
        add("unread");
        if options.stacks == Stacks::Written {
            add("stack");
        }
        Table {
            options,
            columns,
            fields,
            columns_of_process,
            of_process: ProcessMemo::default(),
            details: DetailMemo::new(),
            rows: 0,
            event_id: String::new(),
            head: 0,
            file: None,
            of_capture: None,
            others: Vec::new(),
            moment: MomentText::default(),
            text: Vec::new(),
        }
    }

    /// The columns, in their order.
    pub fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    /// The places of the columns that say something of the process: those that
    /// [`CellSink::take_all_again`] is asked for.
    pub fn columns_of_process(&self) -> Range<usize> {
        self.columns_of_process.clone()
    }

    /// The first of the fields that say something of the process.
    fn first_of_process(&self) -> usize {
        self.fields.len() - self.columns_of_process.len()
    }

    /// Begins a capture.
    pub fn begin(&mut self, source: &Source<'_>) {
        self.event_id = source.capture_id.as_ref().map(|id| format!("{id}:")).unwrap_or_default();
        self.head = self.event_id.len();
        self.file = source.file.map(str::to_string);
        self.moment.forget();
        self.set_columns(Some(source.columns));
    }

    fn set_columns(&mut self, columns: Option<&Columns>) {
        self.others = match (columns, &self.options.columns) {
            (Some(columns), None) => others(columns),
            _ => Vec::new(),
        };
        self.details.set_columns(columns);
        let (_, of_process) = self.fields.split_at(self.first_of_process());
        self.of_process = match columns {
            Some(columns) => ProcessMemo::new(columns, of_process),
            None => ProcessMemo::default(),
        };
        self.of_capture = columns.cloned();
    }

    /// Hands on the values of a row: each column once, in order.
    ///
    /// # Errors
    /// What the sink says.
    pub fn fill<S: CellSink>(&mut self, row: &Row<'_>, sink: &mut S) -> Result<(), S::Error> {
        let event = row.event;
        if self.of_capture.as_ref() != event.columns() {
            self.set_columns(event.columns());
        }
        let mut cells = Cells { sink, place: 0 };
        self.fill_head(row, &mut cells)?;
        let mut unread: Vec<(Column, Cow<'_, str>)> = Vec::new();
        let (of_event, of_process) = self.fields.split_at(self.first_of_process());
        for field in of_event {
            if field.kind == Kind::Detail {
                fill_detail(event, (&mut self.details, self.rows), &mut cells)?;
                continue;
            }
            let text = event.get(field.column);
            if field.kind == Kind::Text {
                cells.take(text.as_deref().map_or(Cell::Null, Cell::Text))?;
                continue;
            }
            let cell = text.as_deref().map_or(Some(Cell::Null), |text| typed(field.kind, text));
            cells.take(cell.unwrap_or(Cell::Null))?;
            if cell.is_none() {
                unread.push((field.column, text.unwrap_or_default()));
            }
        }
        if let Some(known) = self.of_process.known(event) {
            if !cells.take_all_again(known.cells.len(), known.row) {
                for cell in &known.cells {
                    cells.take_again(cell.cell(), known.row)?;
                }
            }
            known.row = self.rows;
        } else {
            let mut kept = Vec::with_capacity(of_process.len());
            let unread_before = unread.len();
            for field in of_process {
                let text = event.get(field.column);
                let cell = text.as_deref().map_or(Some(Cell::Null), |text| typed(field.kind, text));
                cells.take(cell.unwrap_or(Cell::Null))?;
                match cell {
                    Some(cell) => kept.push(OwnedCell::of(cell)),
                    None => unread.push((field.column, text.unwrap_or_default())),
                }
            }
            if unread.len() == unread_before
                && let Some(known) = self.of_process.keep(event)
            {
                *known = OfProcess { cells: kept, row: self.rows };
            }
        }
        self.rows += 1;
        let others = &self.others;
        let is_empty = others.is_empty();
        cells.json(is_empty, &mut self.text, |out| push_other_object(others, event, out))?;
        cells.json(unread.is_empty(), &mut self.text, |out| {
            out.push(b'{');
            for (column, text) in &unread {
                push_text(column.name(), text, out);
            }
            out.push(b'}');
        })?;
        if self.options.stacks == Stacks::Written {
            cells.json(false, &mut self.text, |out| push_stack_array(event, out))?;
        }
        Ok(())
    }

    /// The columns before those of Procmon.
    fn fill_head<S: CellSink>(
        &mut self,
        row: &Row<'_>,
        cells: &mut Cells<'_, S>,
    ) -> Result<(), S::Error> {
        let event = row.event;
        let number = event.number();
        if self.head == 0 {
            cells.take(Cell::Null)?;
        } else {
            self.event_id.truncate(self.head);
            push_digits(number, &mut self.event_id);
            cells.take(Cell::Text(&self.event_id))?;
        }
        cells.take(Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX)))?;
        cells.take(self.file.as_deref().map_or(Cell::Null, Cell::Text))?;
        cells.take(Cell::Truth(row.is_neighbour))?;
        let (moment, quality) = self.moment.of(event, row.clock);
        match moment {
            Moment::Absolute(text) => {
                let ticks = row.clock.resolve(event.time()).and_then(|time| time.utc_ticks());
                cells.take(ticks.map_or(Cell::Null, |ticks| Cell::Moment(ticks, text)))?;
                cells.take(ticks.map_or(Cell::Null, Cell::Whole))?;
                cells.take(offset(text).map_or(Cell::Null, Cell::Minutes))?;
                cells.take(Cell::Null)?;
            }
            Moment::Shown(text) => {
                for cell in [Cell::Null, Cell::Null, Cell::Null, Cell::Text(text)] {
                    cells.take(cell)?;
                }
            }
            Moment::Unknown => {
                for cell in [Cell::Null; 4] {
                    cells.take(cell)?;
                }
            }
        }
        cells.take(Cell::Text(quality.name()))?;
        let is_open = matches!(quality, TimeQuality::DateAmbiguous | TimeQuality::OrderOnly);
        let text = |column| event.get(column).filter(|text| !text.is_empty() && is_open);
        let text = text(Column::DateAndTime).or_else(|| text(Column::TimeOfDay));
        cells.take(text.as_deref().map_or(Cell::Null, Cell::Text))
    }
}

/// Hands on cells in order.
struct Cells<'s, S> {
    sink: &'s mut S,
    place: usize,
}

impl<S: CellSink> Cells<'_, S> {
    fn take(&mut self, cell: Cell<'_>) -> Result<(), S::Error> {
        self.sink.take(self.place, cell)?;
        self.place += 1;
        Ok(())
    }

    fn take_again(&mut self, cell: Cell<'_>, row: u64) -> Result<(), S::Error> {
        self.sink.take_again(self.place, cell, row)?;
        self.place += 1;
        Ok(())
    }

    /// Hands on the next cells, where the sink can take them so.
    fn take_all_again(&mut self, count: usize, row: u64) -> bool {
        let places = self.place..self.place + count;
        let is_taken = self.sink.take_all_again(places.clone(), row);
        if is_taken {
            self.place = places.end;
        }
        is_taken
    }

    /// Hands on JSON that `push` writes, or null where there is none.
    fn json(
        &mut self,
        is_empty: bool,
        text: &mut Vec<u8>,
        push: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), S::Error> {
        if is_empty {
            return self.take(Cell::Null);
        }
        text.clear();
        push(text);
        self.take(text_cell(text))
    }
}

/// A text that was put together from texts.
fn text_cell(bytes: &[u8]) -> Cell<'_> {
    std::str::from_utf8(bytes).map_or(Cell::Null, Cell::Text)
}

/// Whether the texts of a column hardly ever come again.
fn is_unique(column: Column) -> bool {
    matches!(column, Column::RelativeTime | Column::CompletionTime)
}

/// What was made of a Detail.
#[derive(Debug, Default)]
struct OfDetail {
    text: String,
    items: String,
    /// The number of the last row that has it; `None` where there is none yet.
    row: Option<u64>,
}

/// Hands on a Detail and its items. They are those of the text, so that the row of a native log is
/// that of its exports.
fn fill_detail<S: CellSink>(
    event: &Event,
    (memo, row): (&mut DetailMemo<OfDetail>, u64),
    cells: &mut Cells<'_, S>,
) -> Result<(), S::Error> {
    let known = memo.of(event, |operation, detail, made| {
        let mut items = std::mem::take(&mut made.items).into_bytes();
        items.clear();
        push_items(&Detail::parse(operation, detail), &mut items);
        made.items = String::from_utf8(items).unwrap_or_default();
        made.text.clear();
        made.text.push_str(detail);
        made.row = None;
    });
    let Some(known) = known else {
        cells.take(Cell::Null)?;
        return cells.take(Cell::Null);
    };
    let (text, items) = (Cell::Text(&known.text), Cell::Text(&known.items));
    match known.row.replace(row) {
        Some(before) => {
            cells.take_again(text, before)?;
            cells.take_again(items, before)
        }
        None => {
            cells.take(text)?;
            cells.take(items)
        }
    }
}

/// The value of a text; `None` for a text that is not what its column holds.
fn typed(kind: Kind, text: &str) -> Option<Cell<'_>> {
    let cell = match kind {
        Kind::Text | Kind::Detail => return Some(Cell::Text(text)),
        Kind::Whole => plain(text).and_then(|it| u32::try_from(it).ok()).map(Cell::Number),
        Kind::Seconds => seconds(text).map(Cell::Seconds),
        Kind::Truth => truth(text).map(Cell::Truth),
    };
    match text {
        "" | "n/a" => Some(cell.unwrap_or(Cell::Null)),
        _ => cell,
    }
}

/// The offset from UTC at the end of RFC 3339, in minutes.
fn offset(text: &str) -> Option<i32> {
    if text.ends_with('Z') {
        return Some(0);
    }
    let (sign, digits) =
        text.split_at_checked(text.len().checked_sub(6)?)?.1.split_at_checked(1)?;
    let (hours, minutes) = digits.split_once(':')?;
    let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    Some(if sign == "-" { -minutes } else { minutes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repetitive::repetitive_captures;

    /// Keeps the rows, and takes values again from them.
    #[derive(Default)]
    struct Kept {
        rows: Vec<Vec<String>>,
        row: Vec<String>,
        /// How many values were taken again.
        again: usize,
    }

    impl Kept {
        fn end_row(&mut self) {
            self.rows.push(std::mem::take(&mut self.row));
        }
    }

    impl CellSink for Kept {
        type Error = std::convert::Infallible;

        fn take(&mut self, place: usize, cell: Cell<'_>) -> Result<(), Self::Error> {
            assert_eq!(place, self.row.len());
            self.row.push(format!("{cell:?}"));
            Ok(())
        }

        fn take_again(
            &mut self,
            place: usize,
            cell: Cell<'_>,
            row: u64,
        ) -> Result<(), Self::Error> {
            assert_eq!(self.rows[row as usize][place], format!("{cell:?}"), "{place}");
            self.again += 1;
            self.take(place, cell)
        }

        fn take_all_again(&mut self, places: Range<usize>, row: u64) -> bool {
            // As one that has some rows only.
            let is_there = row % 3 < 2;
            if is_there {
                self.again += places.len();
                let cells = self.rows[row as usize][places].to_vec();
                self.row.extend(cells);
            }
            is_there
        }
    }

    #[test]
    fn what_is_remembered_is_what_the_row_says() {
        for varied in repetitive_captures() {
            let mut input = varied.input();
            let mut capture = input.next_capture().expect("one").expect("a capture");
            let (mut table, mut kept) = (Table::new(TableOptions::new()), Kept::default());
            table.begin(&Source::of(&capture));
            let mut event = Event::default();
            while capture.read_event(&mut event).expect("it is read") {
                let row = Row::new(&event, capture.clock());
                let Ok(()) = table.fill(&row, &mut kept);
                kept.end_row();
                let (mut fresh, mut want) = (Table::new(TableOptions::new()), Kept::default());
                fresh.begin(&Source::of(&capture));
                let Ok(()) = fresh.fill(&row, &mut want);
                assert_eq!(kept.rows.last(), Some(&want.row), "{}", varied.name);
            }
            assert!(kept.again > 3_000, "{}: {}", varied.name, kept.again);
        }
    }

    #[test]
    fn offsets_are_minutes_with_a_sign() {
        for (text, want) in [
            ("2026-03-05T18:59:13.0390001Z", Some(0)),
            ("2026-03-05T18:59:13+05:30", Some(330)),
            ("2026-03-05T18:59:13.0390001-03:30", Some(-210)),
            ("", None),
            ("18:59", None),
        ] {
            assert_eq!(offset(text), want, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_value_is_not_lost() {
        assert_eq!(typed(Kind::Whole, "4294967295"), Some(Cell::Number(u32::MAX)));
        assert_eq!(typed(Kind::Whole, "4294967296"), None);
        assert_eq!(typed(Kind::Whole, "4,412"), None);
        assert_eq!(typed(Kind::Whole, "n/a"), Some(Cell::Null));
        assert_eq!(typed(Kind::Seconds, "0,0000154"), Some(Cell::Seconds(0.000_015_4)));
        assert_eq!(typed(Kind::Truth, "True"), Some(Cell::Truth(true)));
        assert_eq!(typed(Kind::Truth, ""), Some(Cell::Null));
        assert_eq!(typed(Kind::Text, "n/a"), Some(Cell::Text("n/a")));
    }
}
