//! CSV as Procmon writes it, read without taking apart the rows that nobody wants.

mod events;
mod rows;
mod search;
mod sections;
mod times;

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::pass::text_end;
use super::{CsvReader, Dialect};
use crate::event::Event;
use crate::event::text_record::unquoted;
use crate::format::name_cache::Names;
use crate::format::{Place, ReadEvents};
use crate::input::Window;
use crate::input::decode::Bytes;
use crate::model::{Column, Columns, Error};
use crate::scan::{BLOCK, Ended, RecordScanner, Row, Rows, Speed};
use crate::time::{FollowDate, FollowTime};
use search::Search;
use sections::CsvSections;

/// Reads a CSV export whose every field stands in quotes. From the first place on
/// that is written otherwise, and for the last bytes of a file, it is read through
/// the `csv` crate; the results are the same, only slower.
pub(crate) struct StrictReader<'a> {
    /// The window begins with a row; gone when the `csv` crate has taken over.
    window: Option<Window<'a>>,
    rest: Option<Box<CsvReader<Bytes<'a>>>>,
    detour: Option<String>,
    scanner: RecordScanner,
    speed: Speed,
    rows: Rows,
    /// The next row of `rows`: how many are in front of it, and the number of the
    /// place in front of it.
    next: usize,
    first: usize,
    /// How many of `rows` are this reader's.
    own: usize,
    ended: Ended,
    /// The header as it is written, with its line end.
    header: Arc<[u8]>,
    columns: Arc<Columns>,
    places: Places,
    /// Where the window begins.
    base: u64,
    /// Rows that begin from here on are for others.
    limit: u64,
    /// The line of the next row.
    line: u64,
    /// The next of the line feeds inside of fields.
    inner: usize,
    read: u64,
    names: Names,
    time: FollowTime,
    date: FollowDate,
    /// Rows whose times the clock has not seen; the fields of the last one.
    unseen: u64,
    last_time: usize,
    last_date: Option<usize>,
    /// The texts of these fields, when the window is gone.
    last_texts: [Option<String>; 2],
    /// What stands in a Detail before a date.
    time_word: Finder<'static>,
    search: Search,
}

/// Where the columns stand that are looked at in every row.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    time: Option<usize>,
    date: Option<usize>,
    name: Option<usize>,
    path: Option<usize>,
    operation: Option<usize>,
    detail: Option<usize>,
}

impl Places {
    fn of(columns: &Columns) -> Places {
        let place = |column| columns.position(column);
        Places {
            time: place(Column::TimeOfDay),
            date: place(Column::DateAndTime),
            name: place(Column::ProcessName),
            path: place(Column::Path),
            operation: place(Column::Operation),
            detail: place(Column::Detail),
        }
    }
}

impl<'a> StrictReader<'a> {
    /// Reads the header. `base` is the offset of the first byte of the window.
    pub(crate) fn new(
        window: Window<'a>,
        dialect: Dialect,
        base: u64,
        speed: Speed,
    ) -> Result<StrictReader<'a>, Error> {
        let mut reader = StrictReader::over(window, base, speed);
        let row = match dialect.delimiter {
            b',' => reader.next_row()?,
            _ => {
                reader.ended = Ended::Otherwise;
                None
            }
        };
        let Some(row) = row else {
            if let (None, Some(window)) = (&reader.rest, reader.window.take()) {
                // What is too short to be scanned is told by its first byte.
                if window.bytes().first().is_some_and(|byte| *byte != b'"') {
                    reader.ended = Ended::Otherwise;
                }
                reader.note_detour();
                let rest = CsvReader::new(window.into_rest(0), dialect, base)?;
                reader.columns = Arc::clone(rest.columns());
                reader.rest = Some(Box::new(rest));
                reader.forget_rows();
            }
            return Ok(reader);
        };
        reader.count_lines(row);
        let mut event = Event::default();
        reader.fill(&mut event, row);
        let fields = (0..event.record.len()).map_while(|index| event.field(index));
        let headers = fields.map(|field| String::from_utf8_lossy(&field).into_owned());
        reader.columns = Arc::new(Columns::from_headers(headers.collect::<Vec<_>>()));
        reader.header = reader.bytes()[row.start..row.end].into();
        reader.places = Places::of(&reader.columns);
        Ok(reader)
    }

    /// Reads the rows of a section. It goes no farther than `edge` unless it has to.
    fn section(sections: &CsvSections, from: Place, limit: u64, edge: u64) -> StrictReader<'a> {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        // Rows are found in whole blocks.
        let edge = place(edge).saturating_add(BLOCK);
        let window = Window::part(sections.content.clone(), place(from.at), edge);
        StrictReader {
            header: Arc::clone(&sections.header),
            columns: Arc::clone(&sections.columns),
            places: Places::of(&sections.columns),
            limit,
            line: from.lines + 1,
            read: from.records,
            ..StrictReader::over(window, from.at, sections.speed)
        }
    }

    fn over(window: Window<'a>, base: u64, speed: Speed) -> StrictReader<'a> {
        StrictReader {
            window: Some(window),
            rest: None,
            detour: None,
            scanner: RecordScanner::new(speed),
            speed,
            rows: Rows::new(),
            next: 0,
            first: 0,
            own: 0,
            ended: Ended::WellFormed,
            header: Arc::new([]),
            columns: Arc::new(Columns::from_known(&[])),
            places: Places::default(),
            base,
            limit: u64::MAX,
            line: 1,
            inner: 0,
            read: 0,
            names: Names::new(|name| Some(unquoted(name))),
            time: FollowTime::default(),
            date: FollowDate::default(),
            unseen: 0,
            last_time: 0,
            last_date: None,
            last_texts: [None, None],
            time_word: Finder::new("Time"),
            search: Search::default(),
        }
    }
    fn bytes(&self) -> &[u8] {
        self.window.as_ref().map_or(&[], Window::bytes)
    }

    /// Where the text of a field stands, its doubled quotes included.
    #[inline(always)]
    fn field(&self, row: Row, index: usize) -> Range<usize> {
        field(&self.rows, self.bytes(), row.first, index)
    }

    /// Moves a row into the event as it is written.
    fn fill(&self, event: &mut Event, row: Row) {
        event.record.start(&self.columns);
        let bytes = self.bytes();
        let start = row.start + 1;
        let places = &self.rows.places()[row.first + 1..][..row.fields];
        let Some((&last, commas)) = places.split_last() else { return };
        let end = text_end(bytes, last as usize);
        event.record.set_row(&bytes[start..end], start, commas);
        if !self.rows.is_wide() {
            event.record.note_ascii();
        }
    }
}

/// Where the text of a field stands, by the number of the place in front of its row.
#[inline(always)]
fn field(rows: &Rows, bytes: &[u8], first: usize, index: usize) -> Range<usize> {
    let place = |number: usize| rows.places()[number];
    let start = place(first + index).wrapping_add(2) as usize;
    start..text_end(bytes, place(first + index + 1) as usize)
}
