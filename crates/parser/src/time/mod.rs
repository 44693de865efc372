//! Times as Procmon writes them, and how well they are known.
//!
//! An export has the time of day of the local clock, without a zone and, by default,
//! without a date. So a time has two stages: what one row shows ([`EventTime`]), and what
//! it means once the whole capture is known ([`Clock::resolve`] returns a [`Timestamp`]).
//! The order of day and month is never taken from one row alone.
//!
//! # How a row's time reaches the clock
//!
//! Only [`Clock`] decides what a time means. Two helpers stand before it, because they
//! answer different questions; one cannot replace the other:
//!
//! | helper | rows | question |
//! | --- | --- | --- |
//! | [`SameSecondCache`] | those that are read | what time is it? Of a row in the same second as the row before, only the fraction is read; the clock observes every row |
//! | [`MonotonicTimeCheck`], [`SameDateCheck`] | those that are skipped | does it merely continue? Then nothing is read of it; the clock observes the last of such rows for all, with [`Clock::observe_last_of`] |
//!
//! A skipped row whose time does not merely continue (a midnight, another date, another
//! form) is observed by itself. Where a time stands in a row differs by format, so the
//! readers keep the place of the last one: `format/csv/strict/times.rs` and
//! `format/xml/skipped_times.rs`. A native log stores a number and needs none of this.
//! What is skipped is counted in one place, `format::SkipSink`, whatever the format.

mod clock;
mod date;
mod monotonic;
mod named_zone;
mod point;
mod same_second;
mod time_of_day;
mod written;
mod zone;

pub(crate) use clock::ClockState;
pub use clock::{Clock, EventTime};
pub use date::{Date, DateOrder};
pub use point::{TimePoint, TimeSpan};
pub use written::WrittenTime;
pub use zone::Zone;

pub(crate) use date::{DateOrders, WrittenDate};
pub(crate) use monotonic::{MonotonicTimeCheck, SameDateCheck};
pub(crate) use point::{TickRange, shown_ticks};
pub(crate) use same_second::SameSecondCache;
pub(crate) use time_of_day::{TimeText, parse_time_of_day};

use std::fmt;

/// How many ticks a second has. Windows counts in units of 100 ns.
pub const TICKS_PER_SECOND: i64 = 10_000_000;

/// The beginning of 1970 in UTC, where Unix time begins, in ticks since 1601.
///
/// ```
/// use procmonkey_parser::{Timestamp, UNIX_EPOCH_TICKS};
///
/// assert_eq!(Timestamp::utc(UNIX_EPOCH_TICKS).to_string(), "1970-01-01T00:00:00.0000000Z");
/// ```
pub const UNIX_EPOCH_TICKS: i64 = 116_444_736_000_000_000;

/// How many ticks a day has.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;

/// How well a time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TimeQuality {
    /// Date and time are in the capture.
    Full,
    /// The time is in the capture. The date was given by the caller, or follows from it
    /// by counting midnights.
    DateInferred,
    /// Date and time are in the capture, but the order of day and month is not known.
    DateAmbiguous,
    /// The time is in the capture, the date is not.
    TimeOnly,
    /// Only the order of the events is known.
    OrderOnly,
}

impl TimeQuality {
    /// A short name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            TimeQuality::Full => "full",
            TimeQuality::DateInferred => "date_inferred",
            TimeQuality::DateAmbiguous => "date_ambiguous",
            TimeQuality::TimeOnly => "time_only",
            TimeQuality::OrderOnly => "order_only",
        }
    }
}

/// What the ticks of a [`Timestamp`] count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeBase {
    /// 1601-01-01 00:00 UTC, as in a Windows FILETIME.
    Utc,
    /// 1601-01-01 00:00 on the local clock of the computer that exported the capture.
    Local,
    /// Midnight before the first event of the capture; the date is not known.
    FirstDay,
}

/// When an event began: a number of 100 ns ticks, and how well it is known.
///
/// Its text is RFC 3339 as far as it is known: `2020-07-31T07:28:59.5410453`, followed by
/// an offset if the zone is known; `07:28:59.5410453` without a date; `+1d
/// 00:00:01.0000000` after one midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp {
    ticks: i64,
    base: TimeBase,
    quality: TimeQuality,
    offset: Option<i32>,
    whole_seconds: bool,
}

impl Timestamp {
    /// A time in UTC of which everything is known, in ticks since 1601-01-01: the FILETIME
    /// of Windows.
    ///
    /// ```
    /// use procmonkey_parser::Timestamp;
    ///
    /// let time = Timestamp::utc(132_407_188_995_410_453);
    /// assert_eq!(time.to_string(), "2020-08-01T01:28:19.5410453Z");
    /// ```
    pub fn utc(ticks: i64) -> Timestamp {
        Timestamp::new(ticks, TimeBase::Utc, TimeQuality::Full)
    }

    pub(crate) fn new(ticks: i64, base: TimeBase, quality: TimeQuality) -> Timestamp {
        Timestamp { ticks, base, quality, offset: None, whole_seconds: false }
    }

    pub(crate) fn with_offset(self, offset: Option<i32>) -> Timestamp {
        Timestamp { offset, ..self }
    }

    pub(crate) fn in_whole_seconds(self) -> Timestamp {
        Timestamp { whole_seconds: true, ..self }
    }

    /// Ticks of 100 ns since [`Timestamp::base`].
    pub fn ticks(self) -> i64 {
        self.ticks
    }

    /// What the ticks count from.
    pub fn base(self) -> TimeBase {
        self.base
    }

    /// How well the time is known.
    pub fn quality(self) -> TimeQuality {
        self.quality
    }

    /// The moment so many ticks of 100 ns later, on the same base and known as well as this
    /// one.
    ///
    /// ```
    /// use procmonkey_parser::Timestamp;
    ///
    /// let time = Timestamp::utc(132_407_188_995_410_453).later_by(10_000_000);
    /// assert_eq!(time.to_string(), "2020-08-01T01:28:20.5410453Z");
    /// ```
    pub fn later_by(self, ticks: i64) -> Timestamp {
        Timestamp { ticks: self.ticks.saturating_add(ticks), ..self }
    }

    /// Ticks of 100 ns from `earlier` to this time; `None` if the two have different
    /// bases. Times of a damaged capture may be further apart than a number can say; then it
    /// is the nearest one.
    pub fn ticks_since(self, earlier: Timestamp) -> Option<i64> {
        (self.base == earlier.base).then(|| self.ticks.saturating_sub(earlier.ticks))
    }

    /// Ticks since 1601-01-01 00:00 UTC, the FILETIME of Windows; `None` unless the date and the
    /// offset from UTC are known.
    ///
    /// ```
    /// use procmonkey_parser::Timestamp;
    ///
    /// let time = Timestamp::utc(132_407_188_995_410_453);
    /// assert_eq!(time.utc_ticks(), Some(132_407_188_995_410_453));
    /// ```
    pub fn utc_ticks(self) -> Option<i64> {
        match self.base {
            TimeBase::Utc => Some(self.ticks),
            TimeBase::Local => {
                let offset = i64::from(self.offset?) * TICKS_PER_SECOND;
                Some(self.ticks.saturating_sub(offset))
            }
            TimeBase::FirstDay => None,
        }
    }

    /// Ticks on the clock that is shown: since 1601 where the date is known, otherwise since
    /// midnight before the first event.
    pub(crate) fn shown_ticks(self) -> i64 {
        let offset = self.offset.unwrap_or(0);
        match self.base {
            TimeBase::Utc => self.ticks.saturating_add(i64::from(offset) * TICKS_PER_SECOND),
            TimeBase::Local | TimeBase::FirstDay => self.ticks,
        }
    }

    /// Whether only whole seconds were written.
    pub fn is_in_whole_seconds(self) -> bool {
        self.whole_seconds
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = self.shown_ticks();
        let day = ticks.div_euclid(TICKS_PER_DAY);
        match (self.base, Date::from_days(day)) {
            (TimeBase::FirstDay, _) if day == 0 => {}
            (TimeBase::FirstDay, _) | (_, None) => write!(f, "{day:+}d ")?,
            (_, Some(date)) => write!(f, "{date}T")?,
        }
        write_clock(f, ticks.rem_euclid(TICKS_PER_DAY), self.whole_seconds)?;
        match (self.base, self.offset) {
            (TimeBase::FirstDay, _) | (TimeBase::Local, None) => Ok(()),
            (TimeBase::Utc, None) | (_, Some(0)) => f.write_str("Z"),
            (_, Some(offset)) => {
                let minutes = offset.abs() / 60;
                let sign = if offset < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// Writes ticks since midnight as `HH:MM:SS`, with seven digits unless the
/// source had whole seconds only.
fn write_clock(f: &mut fmt::Formatter<'_>, ticks: i64, whole_seconds: bool) -> fmt::Result {
    let seconds = ticks / TICKS_PER_SECOND;
    write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
    if whole_seconds {
        return Ok(());
    }
    write!(f, ".{:07}", ticks % TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_says_as_much_as_is_known() {
        let day = Date::new(2020, 7, 31).unwrap().days();
        let ticks = day * TICKS_PER_DAY + 7 * 3600 * TICKS_PER_SECOND + 12;
        let utc = Timestamp::new(ticks, TimeBase::Utc, TimeQuality::Full);
        assert_eq!(utc.to_string(), "2020-07-31T07:00:00.0000012Z");
        assert_eq!(utc.with_offset(Some(7200)).to_string(), "2020-07-31T09:00:00.0000012+02:00");
        let local = Timestamp::new(ticks, TimeBase::Local, TimeQuality::Full);
        assert_eq!(local.to_string(), "2020-07-31T07:00:00.0000012");
        assert_eq!(
            local.with_offset(Some(-19800)).to_string(),
            "2020-07-31T07:00:00.0000012-05:30"
        );
        assert_eq!(local.in_whole_seconds().to_string(), "2020-07-31T07:00:00");
        assert_eq!(local.utc_ticks(), None);
        let east = local.with_offset(Some(7200));
        assert_eq!(east.utc_ticks(), Some(ticks - 7200 * TICKS_PER_SECOND));
        assert_eq!(utc.with_offset(Some(7200)).utc_ticks(), Some(ticks));
        let bare = Timestamp::new(5, TimeBase::FirstDay, TimeQuality::TimeOnly);
        assert_eq!(bare.to_string(), "00:00:00.0000005");
        let next = Timestamp::new(5 + TICKS_PER_DAY, TimeBase::FirstDay, TimeQuality::TimeOnly);
        assert_eq!(next.to_string(), "+1d 00:00:00.0000005");
        assert_eq!(next.ticks_since(bare), Some(TICKS_PER_DAY));
        assert_eq!(next.ticks_since(utc), None);
        let (first, last) = (Timestamp::utc(i64::MIN), Timestamp::utc(i64::MAX));
        assert_eq!(last.ticks_since(first), Some(i64::MAX));
        assert_eq!(first.ticks_since(last), Some(i64::MIN));
    }
}
