//! The zone of a wall clock.

use std::fmt;
use std::str::FromStr;

use chrono::{MappedLocalTime, Offset, TimeZone};

use super::TICKS_PER_SECOND;
use crate::model::Error;

/// A time zone: `UTC`, a fixed offset such as `+02:00`, or a name of the IANA
/// database such as `Europe/Berlin`.
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
pub struct Zone(Rule);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    /// Seconds east of UTC.
    Fixed(i32),
    Named(chrono_tz::Tz),
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Zone = Zone(Rule::Fixed(0));

    /// Seconds east of UTC at an instant, given in ticks since 1601 UTC.
    pub fn offset_at(&self, utc_ticks: i64) -> i32 {
        match &self.0 {
            Rule::Fixed(seconds) => *seconds,
            Rule::Named(zone) => super::naive(utc_ticks)
                .map_or(0, |naive| zone.offset_from_utc_datetime(&naive).fix().local_minus_utc()),
        }
    }

    /// Seconds east of UTC for a wall-clock reading, given in ticks since 1601
    /// on that clock. `None` in the hour that a change of summer time skips or
    /// repeats.
    pub fn offset_at_local(&self, local_ticks: i64) -> Option<i32> {
        match &self.0 {
            Rule::Fixed(seconds) => Some(*seconds),
            Rule::Named(zone) => match zone.offset_from_local_datetime(&super::naive(local_ticks)?)
            {
                MappedLocalTime::Single(offset) => Some(offset.fix().local_minus_utc()),
                MappedLocalTime::Ambiguous(..) | MappedLocalTime::None => None,
            },
        }
    }

    /// The wall-clock reading at an instant; both in ticks since 1601.
    pub fn local_ticks(&self, utc_ticks: i64) -> i64 {
        utc_ticks.saturating_add(i64::from(self.offset_at(utc_ticks)) * TICKS_PER_SECOND)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Fixed(0) => f.write_str("UTC"),
            Rule::Fixed(seconds) => {
                let sign = if *seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            Rule::Named(zone) => f.write_str(zone.name()),
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
            return Ok(Zone(Rule::Fixed(seconds)));
        }
        let named =
            chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(text));
        named.map(|zone| Zone(Rule::Named(*zone))).ok_or_else(|| {
            Error::invalid_value(format!(
                "`{text}` is no time zone; use UTC, an offset such as +02:00, or a name such as Europe/Berlin"
            ))
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

    #[test]
    fn a_named_zone_knows_summer_time() {
        let zone: Zone = "europe/madrid".parse().unwrap();
        let july = crate::Date::from_str("2020-07-31").unwrap().day() * crate::time::TICKS_PER_DAY;
        let january =
            crate::Date::from_str("2020-01-31").unwrap().day() * crate::time::TICKS_PER_DAY;
        assert_eq!(zone.offset_at(july), 7200);
        assert_eq!(zone.offset_at_local(january), Some(3600));
        let skipped = crate::Date::from_str("2020-03-29").unwrap().day()
            * crate::time::TICKS_PER_DAY
            + (2 * 3600 + 1800) * TICKS_PER_SECOND;
        assert_eq!(zone.offset_at_local(skipped), None);
    }
}
