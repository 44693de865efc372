//! Times as ticks of 100 ns since 1601-01-01, and their text.

use std::time::{SystemTime, UNIX_EPOCH};

use procmonkey_analysis::WitnessTime;

const PER_SECOND: i64 = 10_000_000;
/// Seconds from 1601-01-01 to 1970-01-01.
const TO_1970: i64 = 11_644_473_600;

/// A time in UTC from a FILETIME.
pub(crate) fn of_ticks(ticks: i64) -> WitnessTime {
    WitnessTime::utc(text_of(ticks), ticks)
}

/// A time in UTC from seconds since 1970 and what is over, in ns.
pub(crate) fn of_unix(seconds: i64, nanoseconds: u32) -> Option<WitnessTime> {
    let ticks = seconds.checked_add(TO_1970)?.checked_mul(PER_SECOND)?;
    ticks.checked_add(i64::from(nanoseconds / 100)).map(of_ticks)
}

/// A time of the file system.
pub(crate) fn of_system(time: SystemTime) -> Option<WitnessTime> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => of_unix(i64::try_from(after.as_secs()).ok()?, after.subsec_nanos()),
        // Nobody's key file is older than 1970: such a time is a broken one.
        Err(_) => None,
    }
}

/// A time as an event writes it: `2026-03-05T17:59:13.0380000Z` or with another
/// number of digits. Without the `Z` the clock is unknown.
pub(crate) fn of_rfc3339(text: &str) -> WitnessTime {
    let text = text.trim();
    match text.strip_suffix(['Z', 'z']).and_then(ticks_of) {
        Some(ticks) => WitnessTime::utc(text, ticks),
        None => WitnessTime::unknown(text),
    }
}

fn ticks_of(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let mut parts = clock.splitn(3, ':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let (second, fraction) = parts.next().map(|text| text.split_once('.').unwrap_or((text, "")))?;
    let second: i64 = second.parse().ok()?;
    let valid = (1601..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second)
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !valid {
        return None;
    }
    // Event logs write up to nine digits; a tick has seven.
    let digits: String = fraction.chars().chain("0000000".chars()).take(7).collect();
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second + TO_1970;
    Some(seconds * PER_SECOND + digits.parse::<i64>().ok()?)
}

/// Days from 1970-01-01 in the Gregorian calendar, counted in years that begin
/// in March so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

fn text_of(ticks: i64) -> String {
    let seconds = ticks.div_euclid(PER_SECOND) - TO_1970;
    let (day, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, date) = date_of(day);
    format!(
        "{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}.{:07}Z",
        clock / 3600,
        clock / 60 % 60,
        clock % 60,
        ticks.rem_euclid(PER_SECOND)
    )
}

/// The date of a day counted from 1970-01-01.
fn date_of(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_ticks_are_the_same_time() {
        for text in [
            "1601-01-01T00:00:00.0000000Z",
            "1970-01-01T00:00:00.0000000Z",
            "2000-02-29T23:59:59.9999999Z",
            "2026-03-05T17:59:13.0386154Z",
            "9999-12-31T00:00:00.0000000Z",
        ] {
            let time = of_rfc3339(text);
            assert_eq!(time.ticks.map(text_of).as_deref(), Some(text));
        }
        assert_eq!(of_unix(0, 1_900).and_then(|time| time.ticks), Some(116_444_736_000_000_019));
    }

    #[test]
    fn what_is_no_time_is_kept_as_text() {
        for text in ["", "Z", "2026-13-01T00:00:00Z", "2026-03-05T17:59Z", "2026-03-05T17:59:13"] {
            let time = of_rfc3339(text);
            assert_eq!((time.ticks, time.text.as_str()), (None, text));
        }
        assert!(of_ticks(i64::MAX).text.contains('T') && of_ticks(i64::MIN).text.contains('T'));
    }
}
