//! Points and spans of time, as people ask for them.

use std::str::FromStr;

use super::{
    Clock, Date, EventTime, TICKS_PER_DAY, TICKS_PER_SECOND, TimeBase, TimeText, WrittenDate,
    parse_time_of_day,
};
use crate::model::Error;

/// A point in the time of a capture: a time of day, a date and time, or so long after its
/// first event.
///
/// Times are those that the capture shows. A time of day belongs to the day of the first
/// event, or to the next day where it is more than twelve hours earlier than that event.
///
/// ```
/// use procmonkey_parser::TimePoint;
///
/// for text in ["18:59:13", "6:59:13.5 PM", "2026-03-05 18:59:13.0390001", "+3.5s"] {
///     assert!(text.parse::<TimePoint>().is_ok());
/// }
/// assert!("soon".parse::<TimePoint>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimePoint {
    place: Place,
    /// How many ticks the last digit stands for.
    length: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Ticks since midnight.
    TimeOfDay(i64),
    /// Ticks since 1601 on the clock that the capture shows.
    DateAndTime(i64),
    /// Ticks since the first event.
    AfterFirst(i64),
}

/// Two ticks between which a point or an event lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TickRange {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl TimePoint {
    /// Whether it needs a capture with dates.
    pub fn has_date(self) -> bool {
        matches!(self.place, Place::DateAndTime(_))
    }

    /// The ticks that the point stands for in a capture, in the count of
    /// [`shown_ticks`]. `None` before the first event, and where the capture has no dates
    /// and the point has one.
    pub(crate) fn ticks(self, clock: &Clock) -> Option<TickRange> {
        let first = clock.resolve(&clock.first_time()?)?;
        let start = first.shown_ticks();
        let ticks = match self.place {
            Place::AfterFirst(ticks) => start.saturating_add(ticks),
            Place::DateAndTime(ticks) => {
                Some(ticks).filter(|_| first.base() != TimeBase::FirstDay)?
            }
            Place::TimeOfDay(ticks) => {
                let ticks = start - start.rem_euclid(TICKS_PER_DAY) + ticks;
                match start - ticks > TICKS_PER_DAY / 2 {
                    true => ticks + TICKS_PER_DAY,
                    false => ticks,
                }
            }
        };
        Some(TickRange { first: ticks, last: ticks.saturating_add(self.length - 1) })
    }
}

/// The ticks in which an event begins, on the clock that the capture shows: one, or those of
/// a second. `None` if the event has no usable time.
pub(crate) fn shown_ticks(clock: &Clock, time: &EventTime) -> Option<TickRange> {
    let time = clock.resolve(time)?;
    let length = if time.is_in_whole_seconds() { TICKS_PER_SECOND } else { 1 };
    let first = time.shown_ticks();
    Some(TickRange { first, last: first.saturating_add(length - 1) })
}

impl FromStr for TimePoint {
    type Err = Error;

    /// # Errors
    /// When the text is none of the three, or its date can be read in several ways.
    fn from_str(text: &str) -> Result<TimePoint, Error> {
        let text = text.trim();
        let invalid = || {
            Error::invalid_value(format!(
                "`{text}` is not a time; write a time of day (18:59:13.5), a date and time \
                 (2026-03-05 18:59:13), or a time after the first event (+3.5s)"
            ))
        };
        if let Some(span) = text.strip_prefix('+') {
            let place = Place::AfterFirst(span.parse::<TimeSpan>()?.ticks());
            return Ok(TimePoint { place, length: 1 });
        }
        let (date, time) = match WrittenDate::split(text) {
            Some((date, rest)) => (Some(date), rest),
            None => (None, text),
        };
        let day = match date.map(|date| date.orders().single().and_then(|order| date.read(order))) {
            None => None,
            Some(Some(day)) => Some(day),
            Some(None) => {
                return Err(Error::invalid_value(format!(
                    "the date in `{text}` can be read in more than one way; write it as 2026-03-05"
                )));
            }
        };
        let (ticks, length) = match time.trim() {
            "" if day.is_some() => (0, TICKS_PER_DAY),
            time => time_of_day(time).ok_or_else(invalid)?,
        };
        let place = match day.map(Date::days) {
            Some(day) => Place::DateAndTime(day * TICKS_PER_DAY + ticks),
            None => Place::TimeOfDay(ticks),
        };
        Ok(TimePoint { place, length })
    }
}

/// Ticks since midnight, and how many the last digit stands for. The seconds may be missing.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let runs: Vec<_> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    if let [_, minute] = runs[..] {
        let end = text.rfind(minute)? + minute.len();
        let whole = format!("{}:00{}", &text[..end], &text[end..]);
        return time_of_day(&whole).map(|(ticks, _)| (ticks, 60 * TICKS_PER_SECOND));
    }
    let TimeText::Known { ticks, .. } = parse_time_of_day(text)? else { return None };
    let places = runs.get(3).map_or(0, |run| run.len());
    Some((ticks, (0..places).fold(TICKS_PER_SECOND, |length, _| (length / 10).max(1))))
}

/// How long something takes: `2s`, `500ms`, `1.5min`, `1h`, in ticks of 100 ns.
///
/// ```
/// use procmonkey_parser::TimeSpan;
///
/// assert_eq!("2s".parse::<TimeSpan>()?.ticks(), 20_000_000);
/// assert_eq!("0.5ms".parse::<TimeSpan>()?.ticks(), 5_000);
/// assert!("2 bananas".parse::<TimeSpan>().is_err());
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeSpan(i64);

impl TimeSpan {
    /// The span in ticks of 100 ns.
    pub fn ticks(self) -> i64 {
        self.0
    }
}

impl FromStr for TimeSpan {
    type Err = Error;

    /// # Errors
    /// When the text is not a number with a unit, or longer than a century.
    fn from_str(text: &str) -> Result<TimeSpan, Error> {
        let invalid = || {
            Error::invalid_value(format!(
                "`{text}` is not a span of time; write 2s, 500ms, 20us, 1.5min or 1h"
            ))
        };
        let text = text.trim();
        let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(unit_at);
        let unit = match unit.trim() {
            "us" | "µs" | "μs" => TICKS_PER_SECOND / 1_000_000,
            "ms" => TICKS_PER_SECOND / 1000,
            "s" | "" => TICKS_PER_SECOND,
            "m" | "min" => 60 * TICKS_PER_SECOND,
            "h" => 3600 * TICKS_PER_SECOND,
            _ => return Err(invalid()),
        };
        let number: f64 = number.parse().map_err(|_| invalid())?;
        let ticks = number * unit as f64;
        let longest = 36_525 * TICKS_PER_DAY;
        match ticks.is_finite() && ticks <= longest as f64 {
            true => Ok(TimeSpan(ticks.round() as i64)),
            false => Err(invalid()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = TICKS_PER_SECOND;

    fn ticks(point: &str, first: &str) -> Option<TickRange> {
        let mut clock = Clock::default();
        match first.split_once(' ').filter(|_| first.contains('-')) {
            Some((_, time)) => clock.observe(Some(time), Some(first)),
            None => clock.observe(Some(first), None),
        };
        point.parse::<TimePoint>().unwrap().ticks(&clock)
    }

    #[test]
    fn a_time_of_day_lies_on_the_first_day_or_the_next() {
        let at = |hour: i64, minute: i64| (hour * 3600 + minute * 60) * SECOND;
        let first = |point, first| ticks(point, first).unwrap().first;
        assert_eq!(first("18:00:00", "18:59:13.0000000"), at(18, 0));
        assert_eq!(first("00:05:00", "23:50:00.0000000"), at(24, 5));
        assert_eq!(first("12:05:00 AM", "23:50:00.0000000"), at(24, 5));
        assert_eq!(first("+90s", "23:50:00.0000000"), at(23, 50) + 90 * SECOND);
    }

    #[test]
    fn a_point_is_as_long_as_its_last_digit() {
        for (text, length) in [
            ("18:59", 60 * SECOND),
            ("6:59 PM", 60 * SECOND),
            ("18:59:13", SECOND),
            ("18:59:13.5", SECOND / 10),
            ("18:59:13.0390001", 1),
            ("2026-03-05", TICKS_PER_DAY),
            ("2026-03-05T18:59:13", SECOND),
            ("+1s", 1),
        ] {
            assert_eq!(text.parse::<TimePoint>().unwrap().length, length, "{text}");
        }
    }

    #[test]
    fn a_date_needs_a_capture_with_dates() {
        assert_eq!(ticks("2026-03-05 18:59:13", "18:00:00.0000000"), None);
        let with_date = ticks("2026-03-05 18:59:13", "2026-03-05 18:00:00").unwrap();
        assert_eq!(with_date, ticks("18:59:13", "2026-03-05 18:00:00").unwrap());
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in ["", "x", "25:00:00", "3/4/2026 10:00:00", "+", "+x", "+1y", "18", "18:5"] {
            assert!(text.parse::<TimePoint>().is_err(), "{text}");
        }
        for text in ["", "s", "-2s", "1..5s", "9e9h", "99999999h"] {
            assert!(text.parse::<TimeSpan>().is_err(), "{text}");
        }
        assert_eq!("2".parse::<TimeSpan>().unwrap().ticks(), 2 * SECOND);
        assert_eq!("1.5min".parse::<TimeSpan>().unwrap().ticks(), 90 * SECOND);
    }
}
