//! Turns rows into events, or skips them.

use std::ops::Range;
use std::sync::Arc;

use super::super::SpreadsheetDamage;
use super::super::row_run::RowRun;
use super::{RowColumns, StrictReader};
use crate::event::{Event, Prefilter};
use crate::format::{
    AnotherReader, GIVE_WAY, GIVE_WAY_BYTES, Place, ReadEvents, ReadSection, Sections, SkipSink,
};
use crate::input::Window;
use crate::model::{Columns, Error, Losses, Position};
use crate::scan::Row;
use crate::time::{MonotonicTimeCheck, SameDateCheck};

impl StrictReader<'_> {
    /// Skips the next rows in the fast loop, up to one that needs more attention.
    fn pass_rows(&mut self, prefilter: &Prefilter, sink: &mut SkipSink<'_>) {
        let hit = self.search.next_hit(self.next);
        let end = hit.min(self.own);
        let (Some(fields), Some(window)) = (self.rows.same_fields(), &self.window) else { return };
        let RowColumns { time: Some(time), name: Some(name), date, detail, .. } = self.places
        else {
            return;
        };
        if self.next == end || self.search.has_invalid || sink.clock.first_time().is_none() {
            return;
        }
        let dateless = detail.filter(|_| sink.clock.wants_dates());
        let run = RowRun {
            bytes: window.bytes(),
            places: &self.rows.places()[self.first..=fields * end],
            fields,
            name,
            operation: self.places.operation.filter(|_| prefilter.selects_by_operation()),
            time,
            date,
            dateless: dateless.map(|detail| (detail, &self.time_word)),
            follow_time: &mut self.time,
            follow_date: &mut self.date,
            names: &mut self.names,
            prefilter,
            counts: sink.counts,
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
        let Some(last) = self.rows.row(window.bytes(), self.first - fields) else { return };
        self.last_time = self.rows.field_start(last, time);
        self.last_date = date.map(|date| self.rows.field_start(last, date));
        self.count_inner(last.start);
        sink.skipped(rows as u64, self.position(last));
        self.count_lines(last);
    }

    /// Reads a row as an event. Its time becomes the one that the next time is compared
    /// with.
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
        // The caller observes the time of every event that is read, so this reader starts
        // anew.
        self.time = MonotonicTimeCheck::default();
        self.date = SameDateCheck::default();
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

    fn read_prefiltered(
        &mut self,
        prefilter: &Prefilter,
        mut sink: SkipSink<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        if !self.search.is_for(prefilter) {
            self.names.set_prefilter(prefilter);
            self.search.begin(prefilter, self.places.path.is_some());
        }
        let wants_unnamed = prefilter.wants_name(b"");
        let (before, base) = (*sink.events, self.base);
        loop {
            if self.next == self.own {
                self.report_times(&mut sink);
            }
            if !self.has_row()? {
                break;
            }
            if let (false, Some(window)) = (self.search.is_done, &self.window) {
                self.search.search(self.simd, window.bytes(), &self.rows, self.places.path);
            }
            let gives_way = *sink.events - before >= GIVE_WAY || self.base - base >= GIVE_WAY_BYTES;
            if !gives_way {
                self.pass_rows(prefilter, &mut sink);
            }
            if self.next == self.own {
                continue;
            }
            let is_hit = self.search.next_hit(self.next) == self.next;
            let Some(row) = self.next_row()? else { break };
            let position = self.count(row);
            if self.is_damaged(row, position, losses) {
                continue;
            }
            let name = match self.places.name {
                Some(index) => {
                    let name = self.field(row, index);
                    let Some(window) = &self.window else { break };
                    Some(self.names.find(window.bytes(), name, prefilter, sink.counts))
                }
                None => None,
            };
            let operation = self.places.operation.map(|index| self.field(row, index));
            let is_wanted = name.map_or(wants_unnamed, |name| name.is_wanted)
                || is_hit
                || operation.is_some_and(|it| prefilter.wants_operation(&self.bytes()[it]))
                || (self.search.has_invalid
                    && std::str::from_utf8(&self.bytes()[row.start..row.end]).is_err());
            if is_wanted || gives_way || !self.pass_time(row, &mut sink) {
                self.report_times(&mut sink);
                self.take(row, position, event);
                return Ok(true);
            }
            sink.skipped(1, position);
            match name {
                Some(name) => sink.counts.count(name.place),
                None => sink.counts.add("", 1),
            }
        }
        self.report_times(&mut sink);
        match &mut self.rest {
            Some(rest) => rest.read_event(event, losses),
            None => Ok(false),
        }
    }

    fn slow_path_reason(&self) -> Option<&str> {
        self.slow_path_reason.as_deref()
    }

    fn spreadsheet_damage(&self) -> SpreadsheetDamage {
        self.rest.as_ref().map(|rest| rest.spreadsheet_damage()).unwrap_or_default()
    }

    fn resting_place(&self) -> Option<Place> {
        self.window.as_ref()?.content()?;
        Some(self.place())
    }

    fn another(&self) -> Option<AnotherReader> {
        let file = self.file.as_ref().filter(|file| file.is_unchanged_file())?;
        let content = file.for_another_reader();
        let sections = self.sections_of(content.clone(), self.begin);
        let reader = StrictReader::section(&sections, self.begin, u64::MAX, u64::MAX);
        Some(AnotherReader {
            reader: Box::new(reader),
            losses: Losses::default(),
            files: vec![content],
        })
    }

    fn release(&self, bytes: Range<u64>) {
        if let Some(content) = self.window.as_ref().and_then(Window::content) {
            content.evict_bytes(bytes);
        }
    }

    fn sections(&mut self) -> Option<Arc<dyn Sections>> {
        let content = self.window.as_ref()?.content()?.clone();
        Some(Arc::new(self.sections_of(content, self.place())))
    }
}

impl ReadSection for StrictReader<'_> {
    fn place(&self) -> Place {
        let at = match &self.window {
            Some(_) => self.base + self.done() as u64,
            // The `csv` crate reads to the end of the file.
            None => u64::MAX,
        };
        Place { at, lines: self.line - 1, records: self.read }
    }

    fn is_irregular(&self) -> bool {
        self.slow_path_reason.is_some()
    }
}
