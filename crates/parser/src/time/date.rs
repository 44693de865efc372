//! Reads one date, and in which orders of day, month and year it can be read.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::TICKS_PER_DAY;
use super::time_of_day::is_blank;
use crate::model::Error;

/// The order in which a locale writes a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum DateOrder {
    /// Day, month, year: `31.07.2020`.
    #[cfg_attr(feature = "serde", serde(rename = "dmy"))]
    DayMonthYear,
    /// Month, day, year: `7/31/2020`.
    #[cfg_attr(feature = "serde", serde(rename = "mdy"))]
    MonthDayYear,
    /// Year, month, day: `2020-07-31`.
    #[cfg_attr(feature = "serde", serde(rename = "ymd"))]
    YearMonthDay,
}

impl DateOrder {
    const ALL: [DateOrder; 3] =
        [DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::YearMonthDay];

    /// The short name that [`DateOrder::from_str`] reads: `dmy`, `mdy` or `ymd`.
    pub fn name(self) -> &'static str {
        match self {
            DateOrder::DayMonthYear => "dmy",
            DateOrder::MonthDayYear => "mdy",
            DateOrder::YearMonthDay => "ymd",
        }
    }
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for DateOrder {
    type Err = Error;

    fn from_str(text: &str) -> Result<DateOrder, Error> {
        DateOrder::ALL.into_iter().find(|order| order.name().eq_ignore_ascii_case(text)).ok_or_else(
            || Error::invalid_value(format!("`{text}` is not a date order; use dmy, mdy or ymd")),
        )
    }
}

/// A set of date orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DateOrders(u8);

impl DateOrders {
    pub(crate) const ANY: DateOrders = DateOrders(0b111);

    /// As a number that [`DateOrders::from_bits`] reads.
    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    pub(crate) fn from_bits(bits: u8) -> Option<DateOrders> {
        (bits & !DateOrders::ANY.0 == 0).then_some(DateOrders(bits))
    }

    fn only(order: DateOrder) -> DateOrders {
        DateOrders(1 << order as u8)
    }

    pub(crate) fn contains(self, order: DateOrder) -> bool {
        self.0 & (1 << order as u8) != 0
    }

    fn without(self, order: DateOrder) -> DateOrders {
        DateOrders(self.0 & !DateOrders::only(order).0)
    }

    pub(crate) fn and(self, other: DateOrders) -> DateOrders {
        DateOrders(self.0 & other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = DateOrder> {
        DateOrder::ALL.into_iter().filter(move |order| self.contains(*order))
    }

    /// The order, if only one is possible.
    pub(crate) fn single(self) -> Option<DateOrder> {
        let mut orders = self.iter();
        orders.next().filter(|_| orders.next().is_none())
    }
}

/// A day of the Gregorian calendar.
///
/// ```
/// use procmonkey_parser::Date;
///
/// let date: Date = "2020-07-31".parse()?;
/// assert_eq!(date.to_string(), "2020-07-31");
/// assert_eq!(Date::from_days(date.days()), Some(date));
/// assert!("31.07.2020".parse::<Date>().is_err());
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(NaiveDate);

/// Days from 1601-01-01, where Windows begins to count, to 1970-01-01.
const DAYS_TO_1970: i64 = 134_774;

impl Date {
    /// The day with this year, month from 1 and day from 1; `None` where the calendar
    /// has none.
    ///
    /// ```
    /// use procmonkey_parser::Date;
    ///
    /// assert!(Date::new(2024, 2, 29).is_some());
    /// assert!(Date::new(2026, 2, 29).is_none());
    /// ```
    pub const fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        match NaiveDate::from_ymd_opt(year, month, day) {
            Some(date) => Some(Date(date)),
            None => None,
        }
    }

    /// The day that is so many days after 1601-01-01; `None` some 260,000 years away
    /// from it.
    pub const fn from_days(days: i64) -> Option<Date> {
        // So much less than any number of 64 bits that nothing can overflow.
        if days.unsigned_abs() > i32::MAX as u64 / 2 {
            return None;
        }
        match NaiveDate::from_epoch_days((days - DAYS_TO_1970) as i32) {
            Some(date) => Some(Date(date)),
            None => None,
        }
    }

    /// The midnight at which it begins, in 100 ns ticks since 1601-01-01; the last there is for
    /// a date whose ticks 64 bits cannot hold, after the year 30828.
    pub(crate) const fn ticks(self) -> i64 {
        self.days().saturating_mul(TICKS_PER_DAY)
    }

    /// Days since 1601-01-01; less than zero before it.
    pub const fn days(self) -> i64 {
        self.0.to_epoch_days() as i64 + DAYS_TO_1970
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, from 1 to 31.
    pub fn day_of_month(self) -> u32 {
        self.0.day()
    }

    /// The date as the zone rules take it.
    #[cfg(feature = "tz")]
    pub(super) fn naive(self) -> NaiveDate {
        self.0
    }
}

/// Writes `2020-07-31`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Date, Error> {
        text.parse().map(Date).map_err(|_| {
            Error::invalid_value(format!("`{text}` is not a date; write it as 2020-07-31"))
        })
    }
}

/// The three numbers of a date, as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WrittenDate {
    parts: [u16; 3],
    orders: DateOrders,
}

impl WrittenDate {
    /// Splits a text that begins with a date: the date, and what follows it.
    pub(crate) fn split(text: &str) -> Option<(WrittenDate, &str)> {
        let mut parts = [0u16; 3];
        let mut wide = None;
        let mut named_month = None;
        let mut rest = text.trim_start_matches(is_blank);
        let mut has_dot = false;
        for (index, part) in parts.iter_mut().enumerate() {
            let (value, width, after) = date_part(rest)?;
            *part = value;
            match width {
                PartWidth::Year => wide = wide.or(Some(index)),
                PartWidth::Month => named_month = Some(index),
                PartWidth::Short => {}
            }
            rest = if index < 2 {
                after.trim_start_matches(|c: char| is_blank(c) || "./-年月,".contains(c))
            } else {
                after.trim_start_matches(|c: char| is_blank(c) || ".,日T".contains(c))
            };
            let between = &after[..after.len() - rest.len()];
            has_dot |= index == 0 && between.starts_with('.');
        }
        let mut orders = match wide {
            Some(0) => DateOrders::only(DateOrder::YearMonthDay),
            Some(2) => DateOrders(
                DateOrders::only(DateOrder::DayMonthYear).0
                    | DateOrders::only(DateOrder::MonthDayYear).0,
            ),
            Some(_) => return None,
            None => DateOrders::ANY,
        };
        match named_month {
            Some(0) => orders = orders.and(DateOrders::only(DateOrder::MonthDayYear)),
            Some(_) => orders = orders.without(DateOrder::MonthDayYear),
            None => {}
        }
        // No locale writes the month first and parts a date by dots.
        if has_dot && named_month.is_none() {
            orders = orders.without(DateOrder::MonthDayYear);
        }
        let mut date = WrittenDate { parts, orders };
        for order in orders.iter() {
            if date.read(order).is_none() {
                date.orders = date.orders.without(order);
            }
        }
        (!date.orders.is_empty()).then_some((date, rest))
    }

    /// The orders in which the three numbers form a date.
    pub(crate) fn orders(self) -> DateOrders {
        self.orders
    }

    /// The order to read the date in, where dates around it have this one: its own, if it
    /// can be read in no other.
    pub(crate) fn order_among(self, order: Option<DateOrder>) -> Option<DateOrder> {
        order.filter(|order| self.orders.contains(*order)).or_else(|| self.orders.single())
    }

    /// The date, read in this order.
    pub(crate) fn read(self, order: DateOrder) -> Option<Date> {
        let [a, b, c] = self.parts;
        let (year, month, day) = match order {
            DateOrder::DayMonthYear => (c, b, a),
            DateOrder::MonthDayYear => (c, a, b),
            DateOrder::YearMonthDay => (a, b, c),
        };
        // Procmon did not exist before 2000, so two digits mean this century.
        let year = if year < 100 { year + 2000 } else { year };
        Date::new(i32::from(year), u32::from(month), u32::from(day))
    }
}

/// What the form of one part of a date shows.
enum PartWidth {
    Year,
    Month,
    Short,
}

/// One number or month name at the start of a text.
fn date_part(text: &str) -> Option<(u16, PartWidth, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match digits {
        1 | 2 => Some((text[..digits].parse().ok()?, PartWidth::Short, &text[digits..])),
        4 => Some((text[..4].parse().ok()?, PartWidth::Year, &text[4..])),
        0 => {
            const MONTHS: [&str; 12] = [
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ];
            let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
            let name = text.get(..3)?.to_ascii_lowercase();
            let month = MONTHS.iter().position(|month| *month == name)?;
            Some((u16::try_from(month + 1).ok()?, PartWidth::Month, &text[letters..]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(text: &str) -> Vec<&'static str> {
        let Some((date, _)) = WrittenDate::split(text) else { return Vec::new() };
        date.orders().iter().map(DateOrder::name).collect()
    }

    #[test]
    fn a_date_keeps_every_order_that_it_can_have() {
        assert_eq!(orders("4/17/2015 3:58:46 PM"), ["mdy"]);
        assert_eq!(orders("13-02-2009 06:59:12 PM"), ["dmy"]);
        assert_eq!(orders("10/12/2020 17:48:57"), ["dmy", "mdy"]);
        assert_eq!(orders("2026.06.05 20:54:01"), ["ymd"]);
        assert_eq!(orders("2026. 6. 5. 20:54:01"), ["ymd"]);
        assert_eq!(orders("01.02.03 20:54:01"), ["dmy", "ymd"]);
        assert_eq!(orders("01/02/03 20:54:01"), ["dmy", "mdy", "ymd"]);
        assert_eq!(orders("11.07.2023 18:45:31"), ["dmy"]);
        assert_eq!(orders("1. 2. 2023 18:45:31"), ["dmy"]);
        assert_eq!(orders("01-02-2023 18:45:31"), ["dmy", "mdy"]);
        assert_eq!(orders("\u{200e}3/\u{200e}25/\u{200e}2026 \u{200f}6:59:13 PM"), ["mdy"]);
        assert_eq!(orders("13-Feb-2009 20:54:01"), ["dmy"]);
        assert_eq!(orders("13-Feb-09 20:54:01"), ["dmy", "ymd"]);
        assert_eq!(orders("2026年6月5日 20:54:01"), ["ymd"]);
        assert!(orders("31/31/2020 1:00:00").is_empty());
        assert!(orders("SUCCESS").is_empty());
    }

    #[test]
    fn what_follows_the_date_is_the_time() {
        assert_eq!(WrittenDate::split("2026/4/15 上午 09:43:51").unwrap().1, "上午 09:43:51");
        assert_eq!(WrittenDate::split("2020-07-31T07:20:00").unwrap().1, "07:20:00");
        assert_eq!(WrittenDate::split("05.06.2026").unwrap().1, "");
    }

    #[test]
    fn days_are_counted_as_windows_does() {
        // FILETIMEs of midnight, in days of 86,400 seconds.
        for (date, days) in [
            ("1601-01-01", 0),
            ("1600-12-31", -1),
            ("1601-12-31", 364),
            ("1900-03-01", 109_266),
            ("1970-01-01", 134_774),
            ("2000-02-29", 145_790),
            ("2026-03-05", 155_291),
            ("9999-12-31", 3_067_670),
        ] {
            let date: Date = date.parse().unwrap();
            assert_eq!(date.days(), days, "{date}");
            assert_eq!(Date::from_days(days), Some(date));
            assert_eq!(Date::new(date.year(), date.month(), date.day_of_month()), Some(date));
        }
        for days in [i64::MIN, i64::MAX, 1 << 31, -(1 << 31)] {
            assert_eq!(Date::from_days(days), None);
        }
        // The last tick of a FILETIME is in a year that chrono knows.
        assert_eq!(Date::from_days(i64::MAX / super::super::TICKS_PER_DAY).unwrap().year(), 30_828);
        let (last, beyond) = (Date::new(30_828, 1, 1).unwrap(), Date::new(262_000, 1, 1).unwrap());
        assert_eq!((last.ticks() / TICKS_PER_DAY, beyond.ticks()), (last.days(), i64::MAX));
    }

    #[test]
    fn two_digit_years_are_of_this_century() {
        let (date, _) = WrittenDate::split("31.12.09").unwrap();
        assert_eq!(date.read(DateOrder::DayMonthYear).unwrap().to_string(), "2009-12-31");
    }
}
