//! Between which times events are wanted.

use super::Excerpt;
use crate::event::Event;
use crate::time::{Clock, TimePoint, shown_ticks};

/// The times of an excerpt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// A time, and how many ticks later the events may begin.
    from: Option<(TimePoint, i64)>,
    to: Option<(TimePoint, i64)>,
    /// As `from` and `to`, where the time is in the middle.
    middle: Option<(TimePoint, i64, i64)>,
}

/// Whether an event begins between two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsWithin {
    Yes,
    No,
    /// The capture does not show enough about its time.
    Unknown,
}

impl Bounds {
    pub(super) fn new(excerpt: &Excerpt) -> Bounds {
        let before = excerpt.before.unwrap_or_default().ticks();
        let after = excerpt.after.unwrap_or_default().ticks();
        Bounds {
            from: excerpt.from.map(|point| (point, 0)),
            to: excerpt.to.map(|point| (point, 0)),
            middle: excerpt.at.map(|point| (point, before, after)),
        }
    }

    /// Whether the event begins in time. One that is only known to the second does if it can.
    pub(super) fn has(&self, event: &Event, clock: &Clock) -> IsWithin {
        let from = self.from.into_iter().chain(self.middle.map(|it| (it.0, -it.1)));
        let to = self.to.into_iter().chain(self.middle.map(|it| (it.0, it.2)));
        let mut answer = IsWithin::Yes;
        if self.from.is_none() && self.to.is_none() && self.middle.is_none() {
            return answer;
        }
        let Some(own) = shown_ticks(clock, event.time()) else { return IsWithin::Unknown };
        for (point, shift) in from {
            match point.ticks(clock) {
                None => answer = IsWithin::Unknown,
                Some(least) if own.last < least.first.saturating_add(shift) => return IsWithin::No,
                Some(_) => {}
            }
        }
        for (point, shift) in to {
            match point.ticks(clock) {
                None => answer = IsWithin::Unknown,
                Some(most) if own.first > most.last.saturating_add(shift) => return IsWithin::No,
                Some(_) => {}
            }
        }
        answer
    }
}
