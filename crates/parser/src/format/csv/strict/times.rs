//! The times of rows that are passed over.

use std::ops::Range;

use super::StrictReader;
use crate::format::Passed;
use crate::scan::Row;

impl StrictReader<'_> {
    /// Takes the time of a row in that is passed over. False when it has to be read
    /// for that.
    #[inline]
    pub(super) fn pass_time(&mut self, row: Row, passed: &mut Passed<'_>) -> bool {
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
    pub(super) fn may_have_dates(&self, row: Row) -> bool {
        let Some(detail) = self.places.detail else { return false };
        let detail = self.field(row, detail);
        self.time_word.find(&self.bytes()[detail]).is_some()
    }

    /// Lets the clock see the last of the times that follow each other.
    pub(super) fn tell_times(&mut self, passed: &mut Passed<'_>) {
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
    pub(super) fn unseen_texts(&self) -> [Option<&str>; 2] {
        let field = |start: usize| {
            let rest = self.bytes().get(start..)?;
            let len = memchr::memchr(b'"', rest).unwrap_or(0);
            std::str::from_utf8(&rest[..len]).ok()
        };
        [field(self.last_time), self.last_date.and_then(field)]
    }
}

/// The text of a field, unless it has quotes or is no valid text.
fn plain_text<'b>(bytes: &'b [u8], field: &Range<usize>) -> Option<&'b str> {
    let field = &bytes[field.clone()];
    if memchr::memchr(b'"', field).is_some() {
        return None;
    }
    std::str::from_utf8(field).ok()
}
