//! Reads times from texts that belong to a capture, such as those of an event log.

use super::{Clock, TICKS_PER_DAY, TimeText, WrittenDate, parse_time_of_day};

/// The meaning of a time text from outside the capture, on some clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrittenTime {
    /// Date and time: ticks of 100 ns since 1601-01-01 00:00 on that clock.
    DateAndTime(i64),
    /// Only a time: ticks of 100 ns since midnight.
    TimeOfDay(i64),
    /// Date and time, but it is not known which number is the day.
    AmbiguousDate,
}

impl Clock {
    /// Reads a text that was written in the same locale as the capture, such as `3/5/2026
    /// 6:59:13 PM` in an event log or `18:59:13` from a debugger. `None` if it is not a
    /// time.
    ///
    /// If the date can only be read in one order, that order is used, otherwise that of
    /// the capture.
    pub fn read_written(&self, text: &str) -> Option<WrittenTime> {
        let (date, rest) = match WrittenDate::split(text) {
            Some((date, rest)) if !rest.is_empty() => (Some(date), rest),
            _ => (None, text),
        };
        let ticks = match parse_time_of_day(rest.trim())? {
            TimeText::Known { ticks, .. } => ticks,
            TimeText::UnknownHalf { .. } | TimeText::HourLost => return None,
        };
        let Some(date) = date else { return Some(WrittenTime::TimeOfDay(ticks)) };
        let order = date.orders().single().or_else(|| self.date_order());
        Some(match order.and_then(|order| date.read(order)) {
            Some(date) => WrittenTime::DateAndTime(date.days() * TICKS_PER_DAY + ticks),
            None => WrittenTime::AmbiguousDate,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DateOrder, TICKS_PER_SECOND};

    #[test]
    fn the_text_decides_where_it_can_and_the_capture_where_it_cannot() {
        let open = Clock::new(None, None, None);
        let day_first = Clock::new(None, None, Some(DateOrder::DayMonthYear));
        let evening = (18 * 3600 + 59 * 60 + 13) * TICKS_PER_SECOND;
        assert_eq!(open.read_written("18:59:13"), Some(WrittenTime::TimeOfDay(evening)));
        assert_eq!(open.read_written("6:59:13 PM"), Some(WrittenTime::TimeOfDay(evening)));
        assert_eq!(open.read_written("03/04/2026 6:59:13 PM"), Some(WrittenTime::AmbiguousDate));
        let Some(WrittenTime::DateAndTime(ticks)) = day_first.read_written("03/04/2026 18:59:13")
        else {
            panic!()
        };
        let april = day_first.read_written("2026-04-03 18:59:13");
        assert_eq!(april, Some(WrittenTime::DateAndTime(ticks)));
        // Whatever the capture shows, there is no month 25.
        assert!(matches!(
            day_first.read_written("03/25/2026 18:59:13"),
            Some(WrittenTime::DateAndTime(_))
        ));
        for text in ["", "yesterday", "03/04/2026", "47:57.9"] {
            assert_eq!(open.read_written(text), None, "{text}");
        }
    }
}
