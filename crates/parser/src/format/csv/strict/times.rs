//! Observes the times of rows that are skipped.
//!
//! How this fits together with other such helpers is described in `time/mod.rs`.

use std::ops::Range;

use super::StrictReader;
use crate::format::SkipSink;
use crate::scan::Row;

impl StrictReader<'_> {
    /// Observes the time of a row that is to be skipped. Returns false if the row has to
    /// be read for its time.
    #[inline]
    pub(super) fn pass_time(&mut self, row: Row, sink: &mut SkipSink<'_>) -> bool {
        if sink.clock.first_time().is_none() {
            return false;
        }
        let date = self.places.date.map(|index| self.field(row, index));
        if let Some(date) = &date {
            let Some(window) = &self.window else { return false };
            if !self.date.accept(&window.bytes()[date.start..]) {
                return false;
            }
            if sink.clock.wants_dates() && self.may_have_dates(row) {
                return false;
            }
        }
        let Some(index) = self.places.time else {
            return date.is_none() && {
                sink.clock.observe(None, None);
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
        self.report_times(sink);
        let time = self.field(row, index);
        let Some(window) = &self.window else { return false };
        let bytes = window.bytes();
        let Some(text) = plain_text(bytes, &time) else { return false };
        let date_text = date.as_ref().map(|date| plain_text(bytes, date));
        if date_text == Some(None) {
            return false;
        }
        sink.clock.observe(Some(text), date_text.flatten());
        self.time.begin(&bytes[time.start..], time.len());
        true
    }

    /// Whether the Detail of a row may hold a date, which can show the order of day and
    /// month.
    pub(super) fn may_have_dates(&self, row: Row) -> bool {
        let Some(detail) = self.places.detail else { return false };
        let detail = self.field(row, detail);
        self.time_word.find(&self.bytes()[detail]).is_some()
    }

    /// Lets the clock observe the last of the times that the fast check has accepted.
    pub(super) fn report_times(&mut self, sink: &mut SkipSink<'_>) {
        let unseen = std::mem::take(&mut self.unseen);
        if unseen == 0 {
            return;
        }
        let last = std::mem::take(&mut self.last_texts);
        let [time, date] = match self.window {
            Some(_) => self.unseen_texts(),
            None => last.each_ref().map(Option::as_deref),
        };
        sink.clock.observe_last_of(unseen, time, date);
    }

    /// The texts of time and date of the last row that the clock has not observed.
    pub(super) fn unseen_texts(&self) -> [Option<&str>; 2] {
        let field = |start: usize| {
            let rest = self.bytes().get(start..)?;
            let len = memchr::memchr(b'"', rest).unwrap_or(0);
            std::str::from_utf8(&rest[..len]).ok()
        };
        [field(self.last_time), self.last_date.and_then(field)]
    }
}

/// The text of a field; `None` if it contains quotes or is not valid UTF-8.
fn plain_text<'b>(bytes: &'b [u8], field: &Range<usize>) -> Option<&'b str> {
    let field = &bytes[field.clone()];
    if memchr::memchr(b'"', field).is_some() {
        return None;
    }
    std::str::from_utf8(field).ok()
}
