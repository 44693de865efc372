//! Times as ticks of 100 ns since 1601-01-01, and their text.

use std::time::{SystemTime, UNIX_EPOCH};

use procmonkey_analysis::WitnessTime;
use procmonkey_analysis::parser::{Date, TICKS_PER_DAY, TICKS_PER_SECOND, Timestamp};

/// Seconds from 1601-01-01 to 1970-01-01.
const TO_1970: i64 = 11_644_473_600;

/// A time in UTC from a FILETIME.
pub(crate) fn of_ticks(ticks: i64) -> WitnessTime {
    WitnessTime::utc(Timestamp::utc(ticks).to_string(), ticks)
}

/// A time in UTC from seconds since 1970 and what is over, in ns.
pub(crate) fn of_unix(seconds: i64, nanoseconds: u32) -> Option<WitnessTime> {
    let ticks = seconds.checked_add(TO_1970)?.checked_mul(TICKS_PER_SECOND)?;
    ticks.checked_add(i64::from(nanoseconds / 100)).map(of_ticks)
}

/// A time of the file system.
pub(crate) fn of_system(time: SystemTime) -> Option<WitnessTime> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => of_unix(i64::try_from(after.as_secs()).ok()?, after.subsec_nanos()),
        // No key file is older than 1970: such a time is damaged.
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
    let date: Date = date.parse().ok()?;
    let mut parts = clock.splitn(3, ':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let (second, fraction) = parts.next().map(|text| text.split_once('.').unwrap_or((text, "")))?;
    let second: i64 = second.parse().ok()?;
    let valid = (1601..=9999).contains(&date.year())
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second)
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !valid {
        return None;
    }
    // Event logs write up to nine digits; a tick has seven.
    let digits: String = fraction.chars().chain("0000000".chars()).take(7).collect();
    let seconds = hour * 3600 + minute * 60 + second;
    let ticks = seconds * TICKS_PER_SECOND + digits.parse::<i64>().ok()?;
    Some(date.days() * TICKS_PER_DAY + ticks)
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
            assert_eq!(time.ticks.map(|ticks| of_ticks(ticks).text).as_deref(), Some(text));
        }
        assert_eq!(of_unix(0, 1_900).and_then(|time| time.ticks), Some(116_444_736_000_000_019));
    }

    #[test]
    fn what_is_no_time_is_kept_as_text() {
        for text in [
            "",
            "Z",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-03-05T17:59Z",
            "2026-03-05T17:59:13",
        ] {
            let time = of_rfc3339(text);
            assert_eq!((time.ticks, time.text.as_str()), (None, text));
        }
        assert!(of_ticks(i64::MAX).text.contains('T') && of_ticks(i64::MIN).text.contains('T'));
    }
}
