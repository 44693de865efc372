//! What columns of an event say, for callers that want no text of its own for each of them.

use super::{Event, Record};
use crate::model::Column;
use crate::pml::{EventHeader, PmlEvent};
use crate::time::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeText, Zone, parse_time_of_day};

impl Event {
    /// Adds the text that [`Event::get`] gives to `out`, without an allocation of its own: of a
    /// native log, the text is made in its place. Returns false, and adds nothing, where the
    /// event does not have the column.
    ///
    /// ```
    /// use procmonkey_parser::{Column, Input, ReadOptions};
    ///
    /// let csv = "\"Path\"\r\n\"C:\\a\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let event = capture.events().next().expect("one event")?;
    /// let mut texts = String::from("D:\\");
    /// assert!(event.push_text(Column::Path, &mut texts));
    /// assert!(!event.push_text(Column::Detail, &mut texts));
    /// assert_eq!(texts, "D:\\C:\\a");
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn push_text(&self, column: Column, out: &mut String) -> bool {
        if let Record::Pml(record) = &self.record
            && !(column == Column::ProcessName && self.process.is_some())
            && record.event().column_text(column, out)
        {
            return true;
        }
        match self.get(column) {
            Some(text) => {
                out.push_str(&text);
                true
            }
            None => false,
        }
    }

    /// The text of a column where it is one of a list of the library, and so lives for ever: that
    /// of Operation, Result, Event Class and Category in native logs. `None` where the text has to
    /// be asked for, whether there is one or not.
    ///
    /// ```
    /// use procmonkey_parser::{Column, Error, Event, open};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.pml");
    /// let mut capture = open(CAPTURE)?;
    /// let mut event = Event::default();
    /// assert!(capture.read_event(&mut event)?);
    /// assert_eq!(event.constant_text(Column::Operation), event.operation().as_deref());
    /// assert_eq!(event.constant_text(Column::Path), None);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn constant_text(&self, column: Column) -> Option<&'static str> {
        match &self.record {
            Record::Text(_) => None,
            Record::Pml(record) => record.fixed_text(column),
        }
    }

    /// Adds the addresses of the call stack to `out`, kernel frames first: those of
    /// [`Event::stack`], without looking for their modules. `None` is one that is not a number.
    ///
    /// ```
    /// use procmonkey_parser::{Error, Event, open};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.pml");
    /// let mut capture = open(CAPTURE)?;
    /// let mut event = Event::default();
    /// while capture.read_event(&mut event)? {
    ///     let mut addresses = Vec::new();
    ///     event.push_stack(&mut addresses);
    ///     assert_eq!(addresses.len(), event.stack().len());
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    pub fn push_stack(&self, out: &mut Vec<Option<u64>>) {
        match &self.record {
            Record::Text(_) => out.extend(self.stack.iter().map(|frame| frame.address.value())),
            Record::Pml(record) => out.extend(record.event().stack().map(Some)),
        }
    }

    /// What a column of times says, in ticks of 100 ns: since midnight for Time of Day and
    /// Completion Time, on the clock that the capture shows; a length for Relative Time and
    /// Duration. `None` for other columns, where the event does not have the column, and where
    /// its text is not a time: that of an operation that was not completed is empty.
    ///
    /// For the date of an event, see [`Clock::resolve`](crate::Clock::resolve).
    ///
    /// ```
    /// use procmonkey_parser::{Column, Input, ReadOptions};
    ///
    /// let csv = "\"Time of Day\",\"Operation\",\"Duration\"\r\n\
    ///            \"1:00:00.5000000 AM\",\"ReadFile\",\"0.0000154\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let event = capture.events().next().expect("one event")?;
    /// assert_eq!(event.ticks(Column::TimeOfDay), Some(36_005_000_000));
    /// assert_eq!(event.ticks(Column::Duration), Some(154));
    /// assert_eq!(event.ticks(Column::CompletionTime), None);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn ticks(&self, column: Column) -> Option<i64> {
        if let Record::Pml(record) = &self.record {
            return native_ticks(&record.event(), column);
        }
        let text = || self.get(column);
        match column {
            Column::TimeOfDay | Column::CompletionTime => match parse_time_of_day(&text()?)? {
                TimeText::Known { ticks, .. } => Some(ticks),
                TimeText::UnknownHalf { .. } | TimeText::HourLost => None,
            },
            Column::RelativeTime => relative(&text()?),
            Column::Duration => seconds(&text()?),
            _ => None,
        }
    }
}

fn native_ticks(event: &PmlEvent<'_>, column: Column) -> Option<i64> {
    let header = event.header();
    let zone = &event.rendering().zone;
    match column {
        Column::TimeOfDay => Some(since_midnight(header.time, zone)),
        Column::RelativeTime => Some(header.time.wrapping_sub(event.first_time())),
        Column::Duration => duration(header),
        Column::CompletionTime => {
            Some(since_midnight(header.time.wrapping_add(duration(header)?), zone))
        }
        _ => None,
    }
}

fn duration(header: &EventHeader) -> Option<i64> {
    (!header.is_pending()).then_some(header.duration as i64)
}

fn since_midnight(filetime: i64, zone: &Zone) -> i64 {
    zone.local_ticks(filetime).rem_euclid(TICKS_PER_DAY)
}

/// Hours, minutes and seconds with their fraction, behind a point or a comma.
fn relative(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let (hours, minutes) = (whole(parts.next()?)?, whole(parts.next()?)?);
    let minutes = hours.checked_mul(60)?.checked_add(minutes)?;
    minutes.checked_mul(60 * TICKS_PER_SECOND)?.checked_add(seconds(parts.next()?)?)
}

/// Seconds with at most seven digits behind a point or a comma.
fn seconds(text: &str) -> Option<i64> {
    let (number, fraction) = match text.split_once(['.', ',']) {
        Some((number, fraction)) => (number, fraction),
        None => (text, "0"),
    };
    if fraction.len() > 7 {
        return None;
    }
    let fraction = (fraction.len()..7).fold(whole(fraction)?, |ticks, _| ticks * 10);
    whole(number)?.checked_mul(TICKS_PER_SECOND)?.checked_add(fraction)
}

fn whole(digits: &str) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_locale_are_ticks() {
        for (text, want) in [
            ("0.0000154", Some(154)),
            ("0,0000154", Some(154)),
            ("12", Some(120_000_000)),
            ("1.5", Some(15_000_000)),
            ("", None),
            ("n/a", None),
            ("-1", None),
            ("1.", None),
            ("1.12345678", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(seconds(text), want, "{text}");
        }
        for (text, want) in [
            ("00:00:01.0000001", Some(10_000_001)),
            ("26:00:00,5000000", Some(26 * 36_000_000_000 + 5_000_000)),
            ("00:01", None),
            ("", None),
            ("a:b:c", None),
        ] {
            assert_eq!(relative(text), want, "{text}");
        }
    }
}
