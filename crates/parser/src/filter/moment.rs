//! Compares times of day and dates.

use super::answer::{Answer, Compare};
use crate::event::Event;
use crate::model::{Column, Error};
use crate::time::{
    Clock, DateOrder, TICKS_PER_DAY, TICKS_PER_SECOND, TimeText, WrittenDate, parse_time_of_day,
};

/// The range of ticks that a text stands for: `7:28:59` is a whole second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: i64,
    length: i64,
}

impl Span {
    fn end(self) -> i64 {
        self.start.saturating_add(self.length)
    }

    fn on_day(self, day: i64) -> Span {
        Span { start: self.start.saturating_add(day.saturating_mul(TICKS_PER_DAY)), ..self }
    }

    /// Compares the time of an event with that of a rule.
    ///
    /// A time that is as exact as the rule's value, or more exact, is taken as the first
    /// tick of its range. A less exact time may be anywhere in its range, so the answer
    /// may be open.
    fn answer(self, compare: Compare, value: Span) -> Answer {
        let first = self.start;
        let last = if self.length > value.length { self.end() - 1 } else { first };
        let (surely, perhaps) = match compare {
            Compare::Is => (
                value.start <= first && last < value.end(),
                value.start <= last && first < value.end(),
            ),
            Compare::Less => (last < value.start, first < value.start),
            Compare::More => (first > value.start, last > value.start),
        };
        match (surely, perhaps) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::Open,
            (false, false) => Answer::No,
        }
    }
}

/// A rule about a column that holds a time without a date.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeCheck {
    compare: Compare,
    value: Span,
}

impl TimeCheck {
    pub(super) fn new(column: Column, compare: Compare, value: &str) -> Result<TimeCheck, Error> {
        match time_value(value) {
            Some(value) => Ok(TimeCheck { compare, value }),
            None if WrittenDate::split(value).is_some() => Err(Error::invalid_value(format!(
                "`{value}` has a date, but {column} has none; use the column {} for it",
                Column::DateAndTime
            ))),
            None => Err(Error::invalid_value(format!(
                "`{value}` is not a time for {column}; write the time that the capture shows, \
                 such as 7:28:59 AM or 07:28:59.5401, without a zone"
            ))),
        }
    }

    pub(super) fn answer(&self, text: &str) -> Answer {
        match parse_time_of_day(text) {
            Some(TimeText::Known { ticks, whole_seconds }) => {
                event_span(ticks, whole_seconds).answer(self.compare, self.value)
            }
            // It is a time, but a part of it is missing.
            Some(_) => Answer::Open,
            None => Answer::No,
        }
    }
}

/// A rule about a column that holds a date and a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateCheck {
    column: Column,
    compare: Compare,
    date: WrittenDate,
    /// The day, if the value can only be read in one order.
    definite_day: Option<i64>,
    time: Span,
}

impl DateCheck {
    pub(super) fn new(column: Column, compare: Compare, value: &str) -> Result<DateCheck, Error> {
        let Some((date, rest)) = WrittenDate::split(value) else {
            let hint = match time_value(value) {
                Some(_) => "; for a time alone use the column Time of Day",
                None => "",
            };
            return Err(Error::invalid_value(format!(
                "`{value}` does not begin with a date for {column}; write it as 2020-07-31, \
                 2020-07-31 07:28:59, or as the capture shows it{hint}"
            )));
        };
        let time = match rest.trim() {
            "" => Some(Span { start: 0, length: TICKS_PER_DAY }),
            rest => time_value(rest),
        };
        let Some(time) = time else {
            return Err(Error::invalid_value(format!(
                "`{rest}` in `{value}` is not a time; write the time that the capture shows, \
                 such as 7:28:59 AM or 07:28:59.5401, without a zone"
            )));
        };
        let definite_day =
            date.orders().single().and_then(|order| date.read(order)).map(|date| date.days());
        Ok(DateCheck { column, compare, date, definite_day, time })
    }

    pub(super) fn answer(&self, text: &str, event: &Event, clock: &Clock) -> Answer {
        let Some((date, rest)) = WrittenDate::split(text) else { return Answer::No };
        let time = self.event_time(rest, event);
        let own = date.orders();
        match clock.date_order() {
            Some(order) => {
                let orders = Some(order).filter(|order| own.contains(*order));
                self.answer_in_orders(date, time, orders)
            }
            None => {
                // If the dates of the capture contradict each other, each date is read in
                // every order that is possible for itself.
                let possible = clock.possible_orders();
                let allowed = |order: &DateOrder| possible.is_empty() || possible.contains(order);
                self.answer_in_orders(date, time, own.iter().filter(allowed))
            }
        }
    }

    /// The answer, if all these orders give the same.
    fn answer_in_orders(
        &self,
        date: WrittenDate,
        time: Span,
        orders: impl IntoIterator<Item = DateOrder>,
    ) -> Answer {
        let mut agreed = None;
        for order in orders {
            let value_day =
                self.definite_day.or_else(|| self.date.read(order).map(|date| date.days()));
            let (Some(value_day), Some(date)) = (value_day, date.read(order)) else { continue };
            let answer = time.on_day(date.days()).answer(self.compare, self.time.on_day(value_day));
            if agreed.is_some_and(|agreed| agreed != answer) {
                return Answer::Open;
            }
            agreed = Some(answer);
        }
        agreed.unwrap_or(Answer::Open)
    }

    /// The time after an event's date, made more exact by the Time of Day.
    fn event_time(&self, rest: &str, event: &Event) -> Span {
        let read = |text: &str| match parse_time_of_day(text) {
            Some(TimeText::Known { ticks, whole_seconds }) => {
                Some(event_span(ticks, whole_seconds))
            }
            _ => None,
        };
        let written = read(rest);
        let time_of_day = match self.column {
            Column::DateAndTime if written.is_none_or(|span| span.length > 1) => {
                event.bytes(Column::TimeOfDay)
            }
            _ => None,
        };
        let finer = time_of_day.and_then(|bytes| read(std::str::from_utf8(&bytes).ok()?));
        match (written, finer) {
            (Some(written), Some(finer)) if same_second(written, finer) => finer,
            (Some(written), _) => written,
            (None, Some(finer)) => finer,
            (None, None) => Span { start: 0, length: TICKS_PER_DAY },
        }
    }
}

fn same_second(a: Span, b: Span) -> bool {
    a.start / TICKS_PER_SECOND == b.start / TICKS_PER_SECOND
}

/// The range of a time in an event: a second, or one tick.
fn event_span(ticks: i64, whole_seconds: bool) -> Span {
    Span { start: ticks, length: if whole_seconds { TICKS_PER_SECOND } else { 1 } }
}

/// Reads the time in a rule. Its range is one unit of its last digit.
fn time_value(text: &str) -> Option<Span> {
    // An hour above twelve needs no marker, so the parser would ignore a zone after it.
    let tail = text.trim_end().rsplit(|c: char| c.is_ascii_digit()).next()?.trim();
    if ["z", "utc", "gmt"].iter().any(|zone| tail.eq_ignore_ascii_case(zone)) {
        return None;
    }
    let TimeText::Known { ticks, .. } = parse_time_of_day(text)? else { return None };
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let places = runs.skip(3).map(str::len).next().unwrap_or(0);
    let length = (0..places).fold(TICKS_PER_SECOND, |length, _| (length / 10).max(1));
    Some(Span { start: ticks, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_as_long_as_its_last_digit() {
        for (text, length) in [
            ("7:28:59 AM", TICKS_PER_SECOND),
            ("07:28:59.5", TICKS_PER_SECOND / 10),
            ("07:28:59,5401", 1000),
            ("07:28:59.5401234", 1),
            ("07:28:59.540123456", 1),
        ] {
            assert_eq!(time_value(text).map(|span| span.length), Some(length), "{text}");
        }
        for text in
            ["13:28:59Z", "13:28:59 UTC", "07:28:59+02:00", "1:02:03 xyz", "47:57.9", "7:28"]
        {
            assert_eq!(time_value(text), None, "{text}");
        }
    }

    #[test]
    fn an_event_known_less_exactly_than_the_value_may_leave_it_open() {
        let second = |start| Span { start, length: TICKS_PER_SECOND };
        let tenth = |start| Span { start, length: TICKS_PER_SECOND / 10 };
        let half = TICKS_PER_SECOND / 2;
        for (event, compare, value, want) in [
            (second(0), Compare::Is, tenth(half), Answer::Open),
            (second(0), Compare::Less, tenth(half), Answer::Open),
            (second(0), Compare::Less, tenth(0), Answer::No),
            (second(0), Compare::More, tenth(half), Answer::Open),
            (second(0), Compare::More, tenth(3 * half), Answer::No),
            (second(0), Compare::More, second(0), Answer::No),
            (second(0), Compare::Is, second(0), Answer::Yes),
            (tenth(half), Compare::Is, second(0), Answer::Yes),
            (tenth(half), Compare::More, second(0), Answer::Yes),
            (tenth(2 * half), Compare::Is, second(0), Answer::No),
        ] {
            assert_eq!(event.answer(compare, value), want, "{event:?} {compare:?} {value:?}");
        }
    }
}
