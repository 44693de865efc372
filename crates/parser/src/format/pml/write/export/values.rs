//! Numbers and dates of Detail texts.

use crate::model::{Detail, grouped_integer};
use crate::time::{
    Clock, DateOrder, TICKS_PER_DAY, TICKS_PER_SECOND, TimeText, WrittenDate, Zone,
    parse_time_of_day,
};

/// A number, grouped or not, that may be negative.
pub(super) fn signed(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(rest) => grouped_integer(rest).map(|value| (value as i64).wrapping_neg()),
        None => grouped_integer(text).map(|value| value as i64),
    }
}

/// A duration such as `0.0000112`, with or without ` seconds`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches(" seconds");
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let whole: u64 = whole.parse().ok()?;
    let digits: u64 = format!("{fraction:0<7}").get(..7)?.parse().ok()?;
    whole.checked_mul(TICKS_PER_SECOND as u64)?.checked_add(digits)
}

/// The items of a Detail text, read as what they stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Items<'d> {
    pub(super) detail: &'d Detail<'d>,
    pub(super) dates: &'d Dates<'d>,
}

impl<'d> Items<'d> {
    pub(super) fn text(&self, key: &str) -> Option<&'d str> {
        self.detail.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.text(key).is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.detail.text().is_empty()
    }

    pub(super) fn number(&self, key: &str) -> i64 {
        self.text(key).and_then(signed).unwrap_or(0)
    }

    pub(super) fn word(&self, key: &str) -> u32 {
        let value = self.number(key);
        u32::try_from(value).or(i32::try_from(value).map(|value| value as u32)).unwrap_or(u32::MAX)
    }

    pub(super) fn flag(&self, key: &str) -> u8 {
        u8::from(self.text(key) == Some("True"))
    }

    pub(super) fn hex(&self, key: &str) -> u64 {
        self.text(key).and_then(super::words::hex).unwrap_or(0)
    }

    pub(super) fn date(&self, key: &str) -> i64 {
        self.text(key).and_then(|text| self.dates.read(text)).unwrap_or(0)
    }

    pub(super) fn ticks(&self, key: &str) -> u64 {
        self.text(key).and_then(seconds).unwrap_or(0)
    }
}

/// Reads dates in the form of the capture.
#[derive(Clone, Debug)]
pub(super) struct Dates<'c> {
    pub(super) order: Option<DateOrder>,
    pub(super) zone: &'c Zone,
}

impl<'c> Dates<'c> {
    pub(super) fn new(clock: &Clock, zone: &'c Zone) -> Dates<'c> {
        Dates { order: clock.date_order(), zone }
    }

    /// A date with its time, as a FILETIME. What is no date is shown as a number.
    pub(super) fn read(&self, text: &str) -> Option<i64> {
        if let Ok(number) = text.parse() {
            return Some(number);
        }
        let (date, rest) = WrittenDate::split(text)?;
        let date = match self.order {
            Some(order) => date.read(order),
            // Without an order of the capture, only a date that allows one.
            None => date.orders().single().and_then(|order| date.read(order)),
        }?;
        let Some(TimeText::Known { ticks, .. }) = parse_time_of_day(rest) else { return None };
        Some(to_utc(date.day() * TICKS_PER_DAY + ticks, self.zone))
    }
}

/// The instant of a reading of a clock. In the hour that is repeated or skipped
/// when summer time changes, that of the time before the change.
pub(super) fn to_utc(local: i64, zone: &Zone) -> i64 {
    let before = || zone.offset_at(local.saturating_sub(TICKS_PER_DAY));
    let offset = zone.offset_at_local(local).unwrap_or_else(before);
    local.saturating_sub(i64::from(offset) * TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_numbers_are_read_in_every_form() {
        assert_eq!(seconds("0.0000112"), Some(112));
        assert_eq!(seconds("12.5 seconds"), Some(125_000_000));
        assert_eq!(seconds("x"), None);
        assert_eq!(signed("-1"), Some(-1));
        assert_eq!(signed("4.276"), Some(4276));
        assert_eq!(signed("-9,223,372,036,854,775,808"), Some(i64::MIN));
    }

    #[test]
    fn dates_are_read_in_the_order_and_zone_of_the_capture() {
        let zone = "+01:00".parse().unwrap();
        let dates = Dates { order: Some(DateOrder::DayMonthYear), zone: &zone };
        assert_eq!(dates.read("01.01.1601 01:00:01"), Some(TICKS_PER_SECOND));
        assert_eq!(dates.read("-1"), Some(-1));
        let open = Dates { order: None, zone: &zone };
        assert_eq!(open.read("3/5/2026 1:00:00 AM"), None);
        assert!(open.read("3/15/2026 1:00:00 AM").is_some());
    }
}
