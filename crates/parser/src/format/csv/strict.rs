//! Reads a CSV that is written as Procmon writes it, and skips rows that are not wanted
//! without splitting them into fields.

mod events;
mod row_search;
mod rows;
mod sections;
mod times;

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::row_run::text_end;
use super::{CsvReader, Dialect};
use crate::event::Event;
use crate::event::text_record::unquoted;
use crate::format::name_cache::NameCache;
use crate::format::{Place, ReadEvents, ReadSection};
use crate::input::decode::ByteStream;
use crate::input::{Content, Window};
use crate::model::{Column, Columns, Error, Limits};
use crate::scan::{BLOCK, RecordScanner, Row, Rows, ScanEnd, SimdLevel};
use crate::time::{MonotonicTimeCheck, SameDateCheck};
use row_search::RowSearch;
use sections::CsvSections;

/// Reads a CSV export in which every field is quoted. From the first place that is
/// written differently, and for the last bytes of the file, it reads through the `csv`
/// crate. The result is the same, only slower.
pub(crate) struct StrictReader<'a> {
    /// The bytes at hand. They begin with a row. `None` once the `csv` crate has taken
    /// over.
    window: Option<Window<'a>>,
    rest: Option<Box<CsvReader<ByteStream<'a>>>>,
    slow_path_reason: Option<String>,
    scanner: RecordScanner,
    simd: SimdLevel,
    rows: Rows,
    /// The next row of `rows`: how many rows precede it, and the number of the place
    /// before it.
    next: usize,
    first: usize,
    /// How many of `rows` belong to this reader; later ones begin after `limit`.
    own: usize,
    ended: ScanEnd,
    /// The header as it is written, with its line end.
    header: Arc<[u8]>,
    columns: Arc<Columns>,
    places: RowColumns,
    /// The file in memory, if it is one and its header is written as Procmon writes it.
    file: Option<Content>,
    /// Where the first row begins.
    begin: Place,
    /// Offset of the window in the file.
    base: u64,
    /// Rows that begin at this offset or later belong to another reader.
    limit: u64,
    /// The line of the next row.
    line: u64,
    /// The index of the next line feed inside a field, in the list of `rows`.
    inner: usize,
    read: u64,
    names: NameCache,
    time: MonotonicTimeCheck,
    date: SameDateCheck,
    /// How many times of rows the clock has not observed yet, and where the fields of the
    /// last of them begin.
    unseen: u64,
    last_time: usize,
    last_date: Option<usize>,
    /// The texts of these fields, once the window is gone.
    last_texts: [Option<String>; 2],
    /// Finds the key of a date in a Detail: it contains `Time`.
    time_word: Finder<'static>,
    search: RowSearch,
    limits: Limits,
}

/// The indexes of the columns that are examined in every row.
#[derive(Clone, Copy, Debug, Default)]
struct RowColumns {
    time: Option<usize>,
    date: Option<usize>,
    name: Option<usize>,
    path: Option<usize>,
    operation: Option<usize>,
    detail: Option<usize>,
}

impl RowColumns {
    fn of(columns: &Columns) -> RowColumns {
        let place = |column| columns.position(column);
        RowColumns {
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
    #[cfg(test)]
    pub(crate) fn new(
        window: Window<'a>,
        dialect: Dialect,
        base: u64,
        simd: SimdLevel,
    ) -> Result<StrictReader<'a>, Error> {
        StrictReader::limited(window, dialect, base, simd, &Limits::default())
    }

    /// Reads the header. `base` is the offset of the first byte of the window.
    pub(crate) fn limited(
        window: Window<'a>,
        dialect: Dialect,
        base: u64,
        simd: SimdLevel,
        limits: &Limits,
    ) -> Result<StrictReader<'a>, Error> {
        let mut reader = StrictReader::over(window, base, simd);
        reader.limits = limits.clone();
        let row = match dialect.delimiter {
            b',' => reader.next_row()?,
            _ => {
                reader.ended = ScanEnd::Otherwise;
                None
            }
        };
        let Some(row) = row else {
            if let (None, Some(window)) = (&reader.rest, reader.window.take()) {
                // If there are too few bytes to scan, the first byte decides.
                if window.bytes().first().is_some_and(|byte| *byte != b'"') {
                    reader.ended = ScanEnd::Otherwise;
                }
                reader.note_slow_path();
                let rest = CsvReader::limited(window.into_rest(0), dialect, base, limits)?;
                reader.columns = Arc::clone(rest.columns());
                reader.rest = Some(Box::new(rest));
                reader.clear_rows();
            }
            return Ok(reader);
        };
        reader.count_lines(row);
        let mut event = Event::default();
        reader.fill(&mut event, row);
        let fields = (0..event.record.len()).map_while(|index| event.field(index));
        let headers = fields.map(|field| String::from_utf8_lossy(&field).into_owned());
        reader.columns = Arc::new(Columns::from_headers(headers.collect::<Vec<_>>()));
        if reader.columns.len() > limits.columns {
            return Err(Error::not_a_capture(format!(
                "its first record has {} columns; at most {} are read (--limit columns)",
                reader.columns.len(),
                limits.columns
            )));
        }
        reader.header = reader.bytes()[row.start..row.end].into();
        reader.places = RowColumns::of(&reader.columns);
        reader.begin = reader.place();
        reader.file = reader.window.as_ref().and_then(Window::content).cloned();
        Ok(reader)
    }

    /// Reads the rows of a section. It does not touch bytes after `edge` unless it has
    /// to.
    fn section(sections: &CsvSections, from: Place, limit: u64, edge: u64) -> StrictReader<'a> {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        // Bytes are scanned in whole blocks.
        let edge = place(edge).saturating_add(BLOCK);
        let window = Window::part(sections.content.clone(), place(from.at), edge);
        StrictReader {
            header: Arc::clone(&sections.header),
            columns: Arc::clone(&sections.columns),
            places: RowColumns::of(&sections.columns),
            file: Some(sections.content.clone()),
            begin: sections.begin,
            limit,
            line: from.lines + 1,
            read: from.records,
            limits: sections.limits.clone(),
            ..StrictReader::over(window, from.at, sections.simd)
        }
    }

    fn over(window: Window<'a>, base: u64, simd: SimdLevel) -> StrictReader<'a> {
        StrictReader {
            window: Some(window),
            rest: None,
            slow_path_reason: None,
            scanner: RecordScanner::new(simd),
            simd,
            rows: Rows::new(),
            next: 0,
            first: 0,
            own: 0,
            ended: ScanEnd::WellFormed,
            header: Arc::new([]),
            columns: Arc::new(Columns::from_known(&[])),
            places: RowColumns::default(),
            file: None,
            begin: Place::default(),
            base,
            limit: u64::MAX,
            line: 1,
            inner: 0,
            read: 0,
            names: NameCache::new(|name| Some(unquoted(name))),
            time: MonotonicTimeCheck::default(),
            date: SameDateCheck::default(),
            unseen: 0,
            last_time: 0,
            last_date: None,
            last_texts: [None, None],
            time_word: Finder::new("Time"),
            search: RowSearch::default(),
            limits: Limits::default(),
        }
    }

    /// The rows of a file in memory, from a place on.
    fn sections_of(&self, content: Content, begin: Place) -> CsvSections {
        CsvSections {
            content,
            header: Arc::clone(&self.header),
            columns: Arc::clone(&self.columns),
            begin,
            simd: self.simd,
            limits: self.limits.clone(),
        }
    }

    fn bytes(&self) -> &[u8] {
        self.window.as_ref().map_or(&[], Window::bytes)
    }

    /// The range of the text of a field, including doubled quotes.
    #[inline(always)]
    fn field(&self, row: Row, index: usize) -> Range<usize> {
        field(&self.rows, self.bytes(), row.first, index)
    }

    /// Copies a row into the event as it is written.
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

/// The range of the text of a field, given the number of the place before its row.
#[inline(always)]
fn field(rows: &Rows, bytes: &[u8], first: usize, index: usize) -> Range<usize> {
    let place = |number: usize| rows.places()[number];
    let start = place(first + index).wrapping_add(2) as usize;
    start..text_end(bytes, place(first + index + 1) as usize)
}
