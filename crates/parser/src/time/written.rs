//! Reads times from texts that belong to a capture, such as those of an event log.

use super::{Clock, DateOrder, TimeText, WrittenDate, parse_time_of_day};

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
            Some(date) => WrittenTime::DateAndTime(date.ticks().saturating_add(ticks)),
            None => WrittenTime::AmbiguousDate,
        })
    }
}

impl WrittenTime {
    /// Every time that a text with date and time can mean, on the clock of whoever wrote
    /// it: the order of its date, and ticks of 100 ns since 1601-01-01 00:00. Empty if it
    /// is not a date with a time.
    ///
    /// ```
    /// use procmonkey_parser::{DateOrder, WrittenTime};
    ///
    /// let readings = WrittenTime::readings("03/05/2026  06:59 PM");
    /// let orders: Vec<DateOrder> = readings.iter().map(|reading| reading.0).collect();
    /// assert_eq!(orders, [DateOrder::DayMonthYear, DateOrder::MonthDayYear]);
    /// assert_eq!(WrittenTime::readings("03/25/2026  06:59 PM").len(), 1);
    /// assert!(WrittenTime::readings("06:59 PM").is_empty());
    /// ```
    pub fn readings(text: &str) -> Vec<(DateOrder, i64)> {
        let Some((date, rest)) = WrittenDate::split(text.trim()) else { return Vec::new() };
        let Some(ticks) = time_of_day(rest.trim()) else { return Vec::new() };
        let reading = |order| Some((order, date.read(order)?.ticks().saturating_add(ticks)));
        date.orders().iter().filter_map(reading).collect()
    }
}

/// Ticks since midnight; a listing may leave out the seconds.
fn time_of_day(text: &str) -> Option<i64> {
    let colons = text.bytes().filter(|byte| *byte == b':').count();
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let with_seconds = format!("{}:00{}", &text[..end], &text[end..]);
    match parse_time_of_day(if colons == 1 { &with_seconds } else { text })? {
        TimeText::Known { ticks, .. } => Some(ticks),
        TimeText::UnknownHalf { .. } | TimeText::HourLost => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::TICKS_PER_DAY;
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

    #[test]
    fn a_text_of_a_listing_has_every_meaning_that_it_can_have() {
        let evening = (18 * 60 + 59) * 60 * TICKS_PER_SECOND;
        for (text, orders) in [
            ("03/05/2026  06:59 PM", 2),
            ("03/05/2026  18:59", 2),
            ("05.03.2026 18:59:00", 1),
            ("05-03-2026 18:59:00", 2),
            ("25.03.2026 18:59", 1),
            ("2026-03-25 18:59", 1),
            ("03/05/2026", 0),
            ("18:59", 0),
            ("47:57.9", 0),
        ] {
            let readings = WrittenTime::readings(text);
            assert_eq!(readings.len(), orders, "{text}");
            assert!(readings.iter().all(|it| it.1 % TICKS_PER_DAY == evening), "{text}");
        }
        let [(_, fifth_of_march), (_, third_of_may)] = [
            WrittenTime::readings("05/03/2026 18:59")[0],
            WrittenTime::readings("05/03/2026 18:59")[1],
        ];
        assert!(fifth_of_march < third_of_may);
    }
}
