//! Times in milliseconds since the first event of a capture.

use procmonkey_parser::{Clock, EventTime};

/// Ticks of 100 ns in a millisecond.
const MILLISECOND: f64 = 10_000.0;

/// How many milliseconds after the first event of a capture a time is.
pub(crate) fn milliseconds(
    clock: &Clock,
    first: Option<EventTime>,
    time: &EventTime,
) -> Option<f64> {
    let first = clock.resolve(&first?)?;
    Some(clock.resolve(time)?.ticks_since(first)? as f64 / MILLISECOND)
}
