//! CSV as Procmon writes it, read without taking apart the rows that nobody wants.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::names::Names;
use super::pass::{Run, text_end};
use super::sections::CsvSections;
use super::{CsvReader, Dialect};
use crate::column::{Column, Columns};
use crate::error::Error;
use crate::event::Event;
use crate::input::Window;
use crate::input::decode::Bytes;
use crate::interest::Interest;
use crate::losses::{LossKind, Losses, Position};
use crate::reader::{Passed, Place, ReadEvents, ReadSection, Sections};
use crate::scan::{BLOCK, Ended, Needle, RecordScanner, Row, Rows, Speed, find_in_fields};
use crate::tally::Tally;
use crate::time::{FollowDate, FollowTime};

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
            detail: place(Column::Detail),
        }
    }
}

/// What is looked for in the bytes of the rows.
#[derive(Debug, Default)]
struct Search {
    interest: Option<Interest>,
    needles: Vec<Needle>,
    wide_needles: Vec<Needle>,
    /// The rows with a needle in their Path, in order.
    hits: Vec<usize>,
    next_hit: usize,
    /// Whether the rows at hand have been searched.
    is_done: bool,
    /// Whether some of them are no valid text.
    has_invalid: bool,
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
    pub(super) fn section(
        sections: &CsvSections,
        from: Place,
        limit: u64,
        edge: u64,
    ) -> StrictReader<'a> {
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
            names: Names::new(),
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

    /// The next row, whatever its number of fields. `None` where the `csv` crate has
    /// to go on, which is so at the end, too.
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        if !self.has_row()? {
            return Ok(None);
        }
        let Some(row) = self.rows.row(self.bytes(), self.first) else {
            return self.hand_over().map(|()| None);
        };
        // The byte between the last quote and the line feed, if there is one.
        if !matches!(self.bytes()[row.end - 2], b'"' | b'\r') {
            self.ended = Ended::Otherwise;
            return self.hand_over().map(|()| None);
        }
        self.next += 1;
        self.first += row.fields;
        Ok(Some(row))
    }

    /// Sees to it that there is a row at hand. False where the `csv` crate has to go on.
    fn has_row(&mut self) -> Result<bool, Error> {
        while self.next == self.own {
            let done = self.done();
            if self.base + done as u64 >= self.limit {
                return Ok(false);
            }
            let Some(window) = &mut self.window else { return Ok(false) };
            if self.ended == Ended::Otherwise {
                self.hand_over()?;
                return Ok(false);
            }
            self.base += done as u64;
            let more = window.advance(done);
            self.next = 0;
            self.first = 0;
            self.own = 0;
            self.inner = 0;
            self.search.is_done = false;
            if !more.map_err(|e| Error::io("the capture could not be read further", e))? {
                self.rows.clear();
                self.hand_over()?;
                return Ok(false);
            }
            self.ended = self.scanner.scan(window.bytes(), self.columns.len(), &mut self.rows);
            self.own = self.own_rows();
        }
        Ok(true)
    }

    /// How many of the rows at hand begin before the limit.
    fn own_rows(&self) -> usize {
        let last = self.rows.places().last().map_or(0, |place| place.wrapping_add(1));
        if self.base + u64::from(last) < self.limit {
            return self.rows.count();
        }
        let (mut count, mut first) = (0, 0);
        while let Some(row) = self.rows.row(self.bytes(), first)
            && self.base + (row.start as u64) < self.limit
        {
            count += 1;
            first += row.fields;
        }
        count
    }

    /// Where the next row begins in the window.
    fn done(&self) -> usize {
        self.rows.places()[self.first].wrapping_add(1) as usize
    }

    fn forget_rows(&mut self) {
        self.rows.clear();
        self.next = 0;
        self.first = 0;
        self.own = 0;
    }

    /// Lets the `csv` crate go on behind the rows that were taken.
    fn hand_over(&mut self) -> Result<(), Error> {
        if self.header.is_empty() {
            return Ok(());
        }
        self.note_detour();
        if self.unseen > 0 {
            self.last_texts = self.unseen_texts().map(|text| text.map(str::to_string));
        }
        let done = self.done();
        // What follows a section that is not strict has to be read anew in any case.
        let is_given_up = self.detour.is_some() && self.limit < u64::MAX;
        if let Some(window) = self.window.take().filter(|_| !is_given_up) {
            let rest = window.into_rest(done);
            let begin = self.base + done as u64;
            let rest = CsvReader::go_on(&self.header, rest, begin, self.line, self.read)?;
            self.rest = Some(Box::new(rest));
        }
        self.forget_rows();
        Ok(())
    }

    fn note_detour(&mut self) {
        if self.ended == Ended::Otherwise {
            let what = match self.line {
                1 => "the CSV is not written as Procmon does; all of it is read the slower way"
                    .into(),
                line => format!(
                    "the CSV is not written as Procmon does; from line {line} on it is read the \
                     slower way"
                ),
            };
            self.detour = Some(what);
        }
    }

    /// Counts a row that was taken, and tells where it stands.
    #[inline]
    fn count(&mut self, row: Row) -> Position {
        self.read += 1;
        let position = self.position(row);
        self.count_lines(row);
        position
    }

    /// The place of the row that was counted last, when its lines were not.
    fn position(&self, row: Row) -> Position {
        Position::at_byte(self.base + row.start as u64).with_line(self.line).with_record(self.read)
    }

    #[inline]
    fn count_lines(&mut self, row: Row) {
        self.line += 1;
        self.count_inner(row.end);
    }

    /// Counts the line feeds inside of fields up to a place.
    #[inline]
    fn count_inner(&mut self, end: usize) {
        while let Some(&inner) = self.rows.inner_line_feeds().get(self.inner)
            && (inner as usize) < end
        {
            self.line += 1;
            self.inner += 1;
        }
    }

    /// The number of fields, when it is the wrong one; it is a loss.
    #[inline]
    fn is_damaged(&self, row: Row, position: Position, losses: &mut Losses) -> bool {
        let (have, want) = (row.fields, self.columns.len());
        if have == want {
            return false;
        }
        losses.add(
            LossKind::DamagedRecord,
            position,
            format!("{have} fields where the header has {want}; the record was skipped"),
        );
        true
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
    }

    /// Gets ready to tell which rows are wanted.
    fn prepare(&mut self, interest: &Interest) {
        if self.search.interest.as_ref() == Some(interest) {
            return;
        }
        self.names.ask(interest);
        let has_path = self.places.path.is_some();
        let needles = interest.needles().filter(|_| has_path).filter_map(Needle::new);
        self.search.needles = needles.collect();
        let wide = interest.wide_needles().iter().filter(|_| has_path);
        self.search.wide_needles = wide.filter_map(|needle| Needle::new(needle)).collect();
        self.search.interest = Some(interest.clone());
        self.search.is_done = false;
    }

    /// Searches the paths of the rows at hand.
    fn search(&mut self) {
        let Some(window) = &self.window else { return };
        let (bytes, rows, search) = (window.bytes(), &self.rows, &mut self.search);
        search.is_done = true;
        search.hits.clear();
        search.next_hit = 0;
        search.has_invalid = false;
        if rows.is_wide() {
            let end = rows.places().last().map_or(0, |place| place.wrapping_add(1) as usize);
            search.has_invalid = std::str::from_utf8(&bytes[..end]).is_err();
        }
        let Some(path) = self.places.path else { return };
        let needles = match rows.is_wide() {
            true => &[&search.needles[..], &search.wide_needles[..]],
            false => &[&search.needles[..], &[]],
        };
        let Some(fields) = rows.same_fields() else {
            let (mut next, mut paths) = (0, Vec::new());
            while let Some(row) = rows.row(bytes, next) {
                paths.push(if path < row.fields { field(rows, bytes, next, path) } else { 0..0 });
                next += row.fields;
            }
            let path = |row: usize| paths[row].clone();
            let (count, hits) = (paths.len(), &mut search.hits);
            return find_in_fields(self.speed, bytes, count, path, needles, hits);
        };
        let path = |row: usize| field(rows, bytes, row * fields, path);
        find_in_fields(self.speed, bytes, rows.count(), path, needles, &mut search.hits);
    }

    /// How many rows are in front of the next one whose Path has a needle, from the
    /// next row on.
    #[inline]
    fn next_hit(&mut self) -> usize {
        let search = &mut self.search;
        loop {
            match search.hits.get(search.next_hit) {
                Some(&hit) if hit < self.next => search.next_hit += 1,
                Some(&hit) => return hit,
                None => return usize::MAX,
            }
        }
    }

    /// Passes over the next rows, as far as nothing about them is out of the ordinary.
    fn pass_rows(&mut self, interest: &Interest, passed: &mut Passed<'_>) {
        let hit = self.next_hit();
        let end = hit.min(self.own);
        let (Some(fields), Some(window)) = (self.rows.same_fields(), &self.window) else { return };
        let Places { time: Some(time), name: Some(name), date, detail, .. } = self.places else {
            return;
        };
        if self.next == end || self.search.has_invalid || passed.clock.first_time().is_none() {
            return;
        }
        let dateless = detail.filter(|_| passed.clock.wants_dates());
        let run = Run {
            bytes: window.bytes(),
            places: &self.rows.places()[self.first..=fields * end],
            fields,
            name,
            time,
            date,
            dateless: dateless.map(|detail| (detail, &self.time_word)),
            follow_time: &mut self.time,
            follow_date: &mut self.date,
            names: &mut self.names,
            interest,
        };
        let rows = run.pass();
        if rows == 0 {
            return;
        }
        self.next += rows;
        self.first += rows * fields;
        self.read += rows as u64;
        self.unseen += rows as u64;
        self.line += rows as u64 - 1;
        *passed.events += rows as u64;
        let Some(last) = self.rows.row(window.bytes(), self.first - fields) else { return };
        self.last_time = self.rows.field_start(last, time);
        self.last_date = date.map(|date| self.rows.field_start(last, date));
        self.count_inner(last.start);
        *passed.position = self.position(last);
        self.count_lines(last);
    }

    /// Takes the time of a row in that is passed over. False when it has to be read
    /// for that.
    #[inline]
    fn pass_time(&mut self, row: Row, passed: &mut Passed<'_>) -> bool {
        if passed.clock.first_time().is_none() {
            return false;
        }
        let date = self.places.date.map(|index| self.field(row, index));
        if let Some(date) = &date {
            let Some(window) = &self.window else { return false };
            if !self.date.accept(&window.bytes()[date.start..]) {
                return false;
            }
            if passed.clock.wants_dates() && self.may_have_dates(row) {
                return false;
            }
        }
        let Some(index) = self.places.time else {
            return date.is_none() && {
                passed.clock.observe(None, None);
                true
            };
        };
        let start = self.rows.field_start(row, index);
        let Some(window) = &self.window else { return false };
        if self.time.accept(&window.bytes()[start..]) {
            self.unseen += 1;
            self.last_time = start;
            self.last_date = date.map(|date| date.start);
            return true;
        }
        self.tell_times(passed);
        let time = self.field(row, index);
        let Some(window) = &self.window else { return false };
        let bytes = window.bytes();
        let Some(text) = plain_text(bytes, &time) else { return false };
        let date_text = date.as_ref().map(|date| plain_text(bytes, date));
        if date_text == Some(None) {
            return false;
        }
        passed.clock.observe(Some(text), date_text.flatten());
        self.time.begin(&bytes[time.start..], time.len());
        true
    }

    /// Whether the Detail of a row may tell the order of dates.
    fn may_have_dates(&self, row: Row) -> bool {
        let Some(detail) = self.places.detail else { return false };
        let detail = self.field(row, detail);
        self.time_word.find(&self.bytes()[detail]).is_some()
    }

    /// Lets the clock see the last of the times that follow each other.
    fn tell_times(&mut self, passed: &mut Passed<'_>) {
        let unseen = std::mem::take(&mut self.unseen);
        if unseen == 0 {
            return;
        }
        let last = std::mem::take(&mut self.last_texts);
        let [time, date] = match self.window {
            Some(_) => self.unseen_texts(),
            None => last.each_ref().map(Option::as_deref),
        };
        passed.clock.observe_last_of(unseen, time, date);
    }

    /// The texts of time and date of the last row whose times the clock has not seen.
    fn unseen_texts(&self) -> [Option<&str>; 2] {
        let field = |start: usize| {
            let rest = self.bytes().get(start..)?;
            let len = memchr::memchr(b'"', rest).unwrap_or(0);
            std::str::from_utf8(&rest[..len]).ok()
        };
        [field(self.last_time), self.last_date.and_then(field)]
    }

    /// Reads a row whole, and follows its time from there on.
    fn take(&mut self, row: Row, position: Position, event: &mut Event) {
        let field = |index: Option<usize>| index.map(|index| self.field(row, index));
        let (time, date) = (field(self.places.time), field(self.places.date));
        if let Some(window) = &self.window {
            let bytes = window.bytes();
            if let Some(time) = time
                && !self.time.accept(&bytes[time.start..])
            {
                self.time.begin(&bytes[time.start..], time.len());
            }
            if let Some(date) = date
                && !self.date.accept(&bytes[date.start..])
            {
                self.date.begin(&bytes[date.start..], date.len());
            }
        }
        self.fill(event, row);
        event.position = position;
    }
}

impl ReadEvents for StrictReader<'_> {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        // The clock goes on without this reader's help.
        self.time = FollowTime::default();
        self.date = FollowDate::default();
        while let Some(row) = self.next_row()? {
            let position = self.count(row);
            if !self.is_damaged(row, position, losses) {
                self.fill(event, row);
                event.position = position;
                return Ok(true);
            }
        }
        match &mut self.rest {
            Some(rest) => rest.read_event(event, losses),
            None => Ok(false),
        }
    }

    fn read_event_of(
        &mut self,
        interest: &Interest,
        mut passed: Passed<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        self.prepare(interest);
        let wants_unnamed = interest.wants_name(b"");
        loop {
            if self.next == self.own {
                self.tell_times(&mut passed);
                self.names.tell(passed.tally);
            }
            if !self.has_row()? {
                break;
            }
            if !self.search.is_done {
                self.search();
            }
            self.pass_rows(interest, &mut passed);
            if self.next == self.own {
                continue;
            }
            let is_hit = self.next_hit() == self.next;
            let Some(row) = self.next_row()? else { break };
            let position = self.count(row);
            if self.is_damaged(row, position, losses) {
                continue;
            }
            let name = match self.places.name {
                Some(index) => {
                    let name = self.field(row, index);
                    let Some(window) = &self.window else { break };
                    Some(self.names.find(window.bytes(), name.start, name.end, interest))
                }
                None => None,
            };
            let is_wanted = name.map_or(wants_unnamed, |name| self.names.is_wanted(name))
                || is_hit
                || (self.search.has_invalid
                    && std::str::from_utf8(&self.bytes()[row.start..row.end]).is_err());
            if is_wanted || !self.pass_time(row, &mut passed) {
                self.tell_times(&mut passed);
                self.take(row, position, event);
                return Ok(true);
            }
            *passed.events += 1;
            *passed.position = position;
            match name {
                Some(name) => self.names.pass(name),
                None => passed.tally.add("", 1),
            }
        }
        self.tell_times(&mut passed);
        self.names.tell(passed.tally);
        match &mut self.rest {
            Some(rest) => rest.read_event(event, losses),
            None => Ok(false),
        }
    }

    fn detour(&self) -> Option<&str> {
        self.detour.as_deref()
    }

    fn sections(&mut self, tally: &mut Tally) -> Option<Arc<dyn Sections>> {
        let content = self.window.as_ref()?.content()?.clone();
        self.names.tell(tally);
        Some(Arc::new(CsvSections {
            content,
            header: Arc::clone(&self.header),
            columns: Arc::clone(&self.columns),
            begin: self.place(),
            speed: self.speed,
        }))
    }
}

impl ReadSection for StrictReader<'_> {
    fn place(&self) -> Place {
        let at = match &self.window {
            Some(_) => self.base + self.done() as u64,
            // The `csv` crate reads to the end.
            None => u64::MAX,
        };
        Place { at, lines: self.line - 1, records: self.read }
    }

    fn is_irregular(&self) -> bool {
        self.detour.is_some()
    }
}

/// Where the text of a field stands, by the number of the place in front of its row.
#[inline(always)]
fn field(rows: &Rows, bytes: &[u8], first: usize, index: usize) -> Range<usize> {
    let place = |number: usize| rows.places()[number];
    let start = place(first + index).wrapping_add(2) as usize;
    start..text_end(bytes, place(first + index + 1) as usize)
}

/// The text of a field, unless it has quotes or is no valid text.
fn plain_text<'b>(bytes: &'b [u8], field: &Range<usize>) -> Option<&'b str> {
    let field = &bytes[field.clone()];
    if memchr::memchr(b'"', field).is_some() {
        return None;
    }
    std::str::from_utf8(field).ok()
}
