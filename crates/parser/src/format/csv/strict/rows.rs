//! Goes from row to row, and counts lines and positions.

use super::StrictReader;
use crate::format::csv::CsvReader;
use crate::model::{Error, LossKind, Losses, Position};
use crate::scan::{Row, ScanEnd};

/// A longer row is not looked for in the window, in bytes.
const LONGEST_ROW: usize = 4 * 1024 * 1024;

impl StrictReader<'_> {
    /// The next row, whatever its number of fields. `None` if the `csv` crate has to
    /// continue; it always does so at the end of the file.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, Error> {
        if !self.has_row()? {
            return Ok(None);
        }
        let Some(row) = self.rows.row(self.bytes(), self.first) else {
            return self.hand_over().map(|()| None);
        };
        // Between the last quote and the line feed there may be a byte; only a CR is
        // allowed.
        if !matches!(self.bytes()[row.end - 2], b'"' | b'\r') {
            self.ended = ScanEnd::Otherwise;
            return self.hand_over().map(|()| None);
        }
        self.next += 1;
        self.first += row.fields;
        Ok(Some(row))
    }

    /// Makes sure that a row is available, scanning more bytes if necessary. Returns
    /// false if the `csv` crate has to continue, or the section ends.
    pub(super) fn has_row(&mut self) -> Result<bool, Error> {
        while self.next == self.own {
            let done = self.done();
            if self.base + done as u64 >= self.limit {
                return Ok(false);
            }
            let Some(window) = &mut self.window else { return Ok(false) };
            if self.ended == ScanEnd::Otherwise {
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
            // The `csv` crate reads a row of any length, and knows when it is too long.
            if self.rows.count() == 0 && self.bytes().len() > LONGEST_ROW {
                self.ended = ScanEnd::Otherwise;
            }
        }
        Ok(true)
    }

    /// How many of the current rows begin before the limit.
    pub(super) fn own_rows(&self) -> usize {
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
    pub(super) fn done(&self) -> usize {
        self.rows.places()[self.first].wrapping_add(1) as usize
    }

    pub(super) fn clear_rows(&mut self) {
        self.rows.clear();
        self.next = 0;
        self.first = 0;
        self.own = 0;
    }

    /// Lets the `csv` crate continue after the rows that were read.
    pub(super) fn hand_over(&mut self) -> Result<(), Error> {
        if self.header.is_empty() {
            return Ok(());
        }
        self.note_slow_path();
        if self.unseen > 0 {
            self.last_texts = self.unseen_texts().map(|text| text.map(str::to_string));
        }
        let done = self.done();
        // A section with something irregular is read again in any case, so the `csv`
        // crate need not continue.
        let is_given_up = self.slow_path_reason.is_some() && self.limit < u64::MAX;
        if let Some(window) = self.window.take().filter(|_| !is_given_up) {
            let rest = window.into_rest(done);
            let begin = self.base + done as u64;
            let rest =
                CsvReader::go_on(&self.header, rest, begin, self.line, self.read, &self.limits)?;
            self.rest = Some(Box::new(rest));
        }
        self.clear_rows();
        Ok(())
    }

    pub(super) fn note_slow_path(&mut self) {
        if self.ended == ScanEnd::Otherwise {
            let what = match self.line {
                1 => {
                    "the CSV is not written as Procmon writes it; all of it is read in a slower way"
                        .into()
                }
                line => format!(
                    "the CSV is not written as Procmon writes it; from line {line} on it is read the \
                     slower way"
                ),
            };
            self.slow_path_reason = Some(what);
        }
    }

    /// Counts a row that was read, and returns its position.
    #[inline]
    pub(super) fn count(&mut self, row: Row) -> Position {
        self.read += 1;
        let position = self.position(row);
        self.count_lines(row);
        position
    }

    /// The position of the row that was counted last, if its lines were not counted yet.
    pub(super) fn position(&self, row: Row) -> Position {
        Position::at_byte(self.base + row.start as u64).with_line(self.line).with_record(self.read)
    }

    #[inline]
    pub(super) fn count_lines(&mut self, row: Row) {
        self.line += 1;
        self.count_inner(row.end);
    }

    /// Counts the line feeds inside fields, up to a place.
    #[inline]
    pub(super) fn count_inner(&mut self, end: usize) {
        while let Some(&inner) = self.rows.inner_line_feeds().get(self.inner)
            && (inner as usize) < end
        {
            self.line += 1;
            self.inner += 1;
        }
    }

    /// Whether a row has the wrong number of fields; if so, that is a loss.
    #[inline]
    pub(super) fn is_damaged(&self, row: Row, position: Position, losses: &mut Losses) -> bool {
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
}
