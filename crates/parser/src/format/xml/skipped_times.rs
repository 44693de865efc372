//! Observes the times of events that are skipped.
//!
//! How this fits together with other such helpers is described in `time/mod.rs`.

use std::ops::Range;

use super::value::is_plain;
use crate::time::{Clock, MonotonicTimeCheck, SameDateCheck};

/// The times of skipped events. Of several times in order, the clock observes only the
/// last one.
#[derive(Debug, Default)]
pub(super) struct SkippedTimes {
    follow: MonotonicCheck,
    /// How many times the clock has not observed yet, and where the texts of the last of
    /// them are.
    unseen: u64,
    last_time: Range<usize>,
    last_date: Option<Range<usize>>,
}

/// Checks cheaply that the time of an event only continues the previous one.
#[derive(Clone, Debug, Default)]
pub(super) struct MonotonicCheck {
    time: MonotonicTimeCheck,
    date: SameDateCheck,
}

impl MonotonicCheck {
    /// Whether time and date of an event continue the previous ones. If so, they become
    /// the previous ones.
    #[inline]
    pub(super) fn accept(
        &mut self,
        bytes: &[u8],
        time: Range<usize>,
        date: Option<Range<usize>>,
    ) -> bool {
        date.is_none_or(|date| self.date.accept(&bytes[date.start..]))
            && self.time.accept(&bytes[time.start..])
    }
}

impl SkippedTimes {
    pub(super) fn reset(&mut self) {
        self.follow = MonotonicCheck::default();
    }

    /// A copy of the check, for the fast loop.
    pub(super) fn follow(&self) -> MonotonicCheck {
        self.follow.clone()
    }

    /// Takes the result of the fast loop: how many events it has accepted, and where the
    /// last of them has its time and date.
    pub(super) fn followed(
        &mut self,
        follow: MonotonicCheck,
        events: u64,
        time: Range<usize>,
        date: Option<Range<usize>>,
    ) {
        self.follow = follow;
        self.unseen += events;
        self.last_time = time;
        self.last_date = date;
    }

    /// Starts from an event that the clock observes itself.
    pub(super) fn begin(
        &mut self,
        bytes: &[u8],
        time: Option<Range<usize>>,
        date: Option<Range<usize>>,
    ) {
        if let Some(time) = time
            && !self.follow.time.accept(&bytes[time.start..])
        {
            self.follow.time = MonotonicTimeCheck::default();
            if is_plain(&bytes[time.clone()]) {
                self.follow.time.begin(&bytes[time.start..], time.len());
            }
        }
        if let Some(date) = date
            && !self.follow.date.accept(&bytes[date.start..])
        {
            self.follow.date = SameDateCheck::default();
            if is_plain(&bytes[date.clone()]) {
                self.follow.date.begin(&bytes[date.start..], date.len());
            }
        }
    }

    /// Observes the time of an event that is to be skipped. Returns false if the event
    /// has to be read for its time.
    #[inline]
    pub(super) fn pass(
        &mut self,
        bytes: &[u8],
        time: Option<Range<usize>>,
        date: Option<Range<usize>>,
        clock: &mut Clock,
    ) -> bool {
        if let Some(time) = &time
            && self.follow.accept(bytes, time.clone(), date.clone())
        {
            self.unseen += 1;
            self.last_time = time.clone();
            self.last_date = date;
            return true;
        }
        self.observe(bytes, time, date, clock)
    }

    #[inline(never)]
    fn observe(
        &mut self,
        bytes: &[u8],
        time: Option<Range<usize>>,
        date: Option<Range<usize>>,
        clock: &mut Clock,
    ) -> bool {
        self.settle(bytes, clock);
        let is_plain = |range: &Option<Range<usize>>| {
            range.clone().is_none_or(|range| is_plain(&bytes[range]))
        };
        self.begin(bytes, time.clone(), date.clone());
        // Until the order of day and month is known, every date has to be observed.
        if date.is_some() && (clock.dates() == 0 || clock.wants_dates())
            || !is_plain(&time)
            || !is_plain(&date)
        {
            return false;
        }
        let text =
            |range: Option<Range<usize>>| range.map(|range| String::from_utf8_lossy(&bytes[range]));
        clock.observe(text(time).as_deref(), text(date).as_deref());
        true
    }

    /// Lets the clock observe the last time.
    pub(super) fn settle(&mut self, bytes: &[u8], clock: &mut Clock) {
        if self.unseen == 0 {
            return;
        }
        let text = |range: Range<usize>| String::from_utf8_lossy(&bytes[range]);
        let date = self.last_date.take().map(text);
        let unseen = std::mem::take(&mut self.unseen);
        clock.observe_last_of(unseen, Some(&text(self.last_time.clone())), date.as_deref());
    }
}
