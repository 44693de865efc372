//! Time zones.

use std::fmt;
use std::str::FromStr;

use super::TICKS_PER_SECOND;
use super::named_zone::NamedZone;
use crate::model::Error;

/// A time zone: `UTC`, a fixed offset such as `+02:00`, or a name of the IANA
/// database such as `Europe/Berlin`. Names are known with the feature `tz` only, which is
/// on by default.
///
/// ```
/// use procmonkey_parser::Zone;
///
/// let zone: Zone = "+05:30".parse()?;
/// assert_eq!(zone.to_string(), "+05:30");
/// assert!("Berlin".parse::<Zone>().is_err());
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(ZoneRule);

#[derive(Clone, Debug, PartialEq, Eq)]
enum ZoneRule {
    /// Seconds east of UTC.
    Fixed(i32),
    Named(NamedZone),
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Zone = Zone(ZoneRule::Fixed(0));

    /// The zone that is always so many seconds east of UTC.
    pub(crate) fn fixed(seconds: i32) -> Zone {
        Zone(ZoneRule::Fixed(seconds))
    }

    /// Seconds east of UTC at an instant, given in ticks since 1601 UTC.
    pub fn offset_at(&self, utc_ticks: i64) -> i32 {
        match &self.0 {
            ZoneRule::Fixed(seconds) => *seconds,
            ZoneRule::Named(zone) => zone.offset_at(utc_ticks),
        }
    }

    /// Seconds east of UTC for a reading of the local clock, given in ticks since 1601 on
    /// that clock. `None` in the hour that is skipped or repeated when summer time begins
    /// or ends.
    pub fn offset_at_local(&self, local_ticks: i64) -> Option<i32> {
        match &self.0 {
            ZoneRule::Fixed(seconds) => Some(*seconds),
            ZoneRule::Named(zone) => zone.offset_at_local(local_ticks),
        }
    }

    /// The reading of the local clock at an instant; both in ticks since 1601.
    pub fn local_ticks(&self, utc_ticks: i64) -> i64 {
        utc_ticks.saturating_add(i64::from(self.offset_at(utc_ticks)) * TICKS_PER_SECOND)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ZoneRule::Fixed(0) => f.write_str("UTC"),
            ZoneRule::Fixed(seconds) => {
                let sign = if *seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            ZoneRule::Named(zone) => f.write_str(zone.name()),
        }
    }
}

impl FromStr for Zone {
    type Err = Error;

    fn from_str(text: &str) -> Result<Zone, Error> {
        if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
            return Ok(Zone::UTC);
        }
        if let Some(seconds) = fixed_offset(text) {
            return Ok(Zone(ZoneRule::Fixed(seconds)));
        }
        NamedZone::find(text).map(|zone| Zone(ZoneRule::Named(zone))).ok_or_else(|| {
            let others = NamedZone::OTHERS;
            Error::invalid_value(format!("`{text}` is not a time zone; use UTC, {others}"))
        })
    }
}

/// Reads `+02:00`, `+0200`, `+2` or `-5:30` as seconds east of UTC.
fn fixed_offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix(['-', '\u{2212}'])?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(hours) || !all_digits(minutes) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then(|| sign * (hours * 60 + minutes) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read_in_every_usual_form() {
        for (text, seconds) in
            [("+02:00", 7200), ("-0530", -19800), ("+1", 3600), ("-5:30", -19800)]
        {
            assert_eq!(text.parse::<Zone>().unwrap().offset_at(0), seconds, "{text}");
        }
        for text in ["+25:00", "+1:99", "+", "2", "+a:b"] {
            assert!(text.parse::<Zone>().is_err(), "{text}");
        }
    }

    #[cfg(feature = "tz")]
    #[test]
    fn a_named_zone_knows_summer_time() {
        let zone: Zone = "europe/madrid".parse().unwrap();
        let july = crate::Date::from_str("2020-07-31").unwrap().days() * crate::time::TICKS_PER_DAY;
        let january =
            crate::Date::from_str("2020-01-31").unwrap().days() * crate::time::TICKS_PER_DAY;
        assert_eq!(zone.offset_at(july), 7200);
        assert_eq!(zone.offset_at_local(january), Some(3600));
        let skipped = crate::Date::from_str("2020-03-29").unwrap().days()
            * crate::time::TICKS_PER_DAY
            + (2 * 3600 + 1800) * TICKS_PER_SECOND;
        assert_eq!(zone.offset_at_local(skipped), None);
    }
}
