//! How this program was called, and when.

use std::env::{self, VarError};
use std::time::{SystemTime, UNIX_EPOCH};

use procmonkey_analysis::report::Made;
use procmonkey_parser::{TICKS_PER_SECOND, Timestamp};

use crate::args::{MadeArgs, UsageError};

/// Sets the time, so that the same input gives the same report.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// 1970 in seconds since 1601.
const UNIX: i64 = 11_644_473_600;

/// The last second of the year 9999, in seconds since 1970.
const LAST: u64 = 253_402_300_799;

/// Whether every output says how it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MadeBy {
    /// As a page does.
    Always,
    /// Only where that was asked for.
    WhenAsked,
}

/// The command line of this process, and the time that was given, that of `SOURCE_DATE_EPOCH`, or
/// that of now; `None` where neither the output nor the user wants it.
///
/// # Errors
/// When `SOURCE_DATE_EPOCH` is not a number of seconds.
pub(crate) fn by_this_command(args: &MadeArgs, when: MadeBy) -> Result<Option<Made>, UsageError> {
    if when == MadeBy::WhenAsked && !args.made && args.made_at.is_none() {
        return Ok(None);
    }
    let argv = env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let time = match &args.made_at {
        Some(time) => time.clone(),
        None => now()?,
    };
    Ok(Some(Made::new(argv, time)))
}

/// The time of `SOURCE_DATE_EPOCH`, or that of now, in UTC.
///
/// # Errors
/// As [`by_this_command`].
pub(crate) fn now() -> Result<String, UsageError> {
    let seconds = match env::var(EPOCH) {
        Err(VarError::NotPresent) => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs().min(LAST)),
        text => text.ok().as_deref().and_then(seconds).ok_or_else(|| {
            UsageError(format!("{EPOCH} has to be a number of seconds since 1970-01-01"))
        })?,
    };
    Ok(text(seconds))
}

fn seconds(text: &str) -> Option<u64> {
    text.parse().ok().filter(|seconds| *seconds <= LAST)
}

/// A number of seconds since 1970 as RFC 3339 has it.
fn text(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or_default();
    let time = Timestamp::utc((UNIX + seconds) * TICKS_PER_SECOND).to_string();
    let whole = time.split('.').next().unwrap_or_default();
    format!("{whole}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_a_date() {
        for (epoch, time) in [
            ("0", "1970-01-01T00:00:00Z"),
            ("951782400", "2000-02-29T00:00:00Z"),
            ("1772737153", "2026-03-05T18:59:13Z"),
            ("253402300799", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(seconds(epoch).map(text).as_deref(), Some(time));
        }
        for wrong in ["", "now", "-1", "1.5", "253402300800", "99999999999999999999"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
