//! Numbers and dates of Detail texts.

use std::cell::Cell;

use crate::model::{Detail, grouped_integer};
use crate::time::{
    Clock, DateOrder, TICKS_PER_DAY, TICKS_PER_SECOND, TimeText, WrittenDate, Zone,
    parse_time_of_day,
};

/// A number that may be grouped and may be negative.
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

/// The items of a Detail text, with their values read as numbers, dates and durations.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemValues<'d> {
    pub(super) detail: &'d Detail<'d>,
    pub(super) dates: &'d Dates,
}

impl<'d> ItemValues<'d> {
    pub(super) fn text(&self, key: &str) -> Option<&'d str> {
        self.detail.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.text(key).is_some()
    }

    /// Whether nothing is there but perhaps the name of the operation, which Advanced Output
    /// writes.
    pub(super) fn is_empty(&self) -> bool {
        self.detail.items().all(|item| item.key == "Type") && self.detail.is_split()
            || self.detail.text().is_empty()
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
pub(super) struct Dates {
    pub(super) order: Option<DateOrder>,
    pub(super) zone: Zone,
    /// Whether a date was met that can be read in more than one way.
    open: Cell<bool>,
}

impl Dates {
    /// For the dates of columns.
    pub(super) fn new(clock: &Clock, zone: &Zone) -> Dates {
        Dates::in_order(clock.date_order(), zone.clone())
    }

    /// For the times of files, which Procmon shows with the offset from UTC of the export,
    /// whatever their own date; the first event, at this time, stands for it.
    pub(super) fn of_files(clock: &Clock, zone: &Zone, first_time: i64) -> Dates {
        Dates::in_order(clock.date_order(), Zone::fixed(zone.offset_at(first_time)))
    }

    pub(super) fn in_order(order: Option<DateOrder>, zone: Zone) -> Dates {
        Dates { order, zone, open: Cell::new(false) }
    }

    /// Whether a date was met whose order of day and month is not known.
    pub(super) fn has_open(&self) -> bool {
        self.open.get()
    }

    /// A date with its time, as a FILETIME. What is shown as a number is not a date.
    pub(super) fn read(&self, text: &str) -> Option<i64> {
        if let Ok(number) = text.parse() {
            return Some(number);
        }
        let (date, rest) = WrittenDate::split(text)?;
        // If the order of day and month is not known, only a date that can be read in one
        // way.
        let Some(order) = date.order_among(self.order) else {
            self.open.set(true);
            return None;
        };
        let date = date.read(order)?;
        let Some(TimeText::Known { ticks, .. }) = parse_time_of_day(rest) else { return None };
        Some(to_utc(date.ticks().saturating_add(ticks), &self.zone))
    }
}

/// The instant of a clock reading. In the hour that is repeated or skipped when summer
/// time begins or ends, the offset before the change is used.
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
        let zone: Zone = "+01:00".parse().unwrap();
        let dates = Dates::in_order(Some(DateOrder::DayMonthYear), zone.clone());
        assert_eq!(dates.read("01.01.1601 01:00:01"), Some(TICKS_PER_SECOND));
        assert_eq!(dates.read("-1"), Some(-1));
        let open = Dates::in_order(None, zone.clone());
        assert_eq!((open.read("3/15/2026 x"), open.has_open()), (None, false));
        assert_eq!((open.read("3/5/2026 1:00:00 AM"), open.has_open()), (None, true));
        assert!(open.read("3/15/2026 1:00:00 AM").is_some());
    }
}
