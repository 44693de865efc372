//! The times of events that are passed over.

use std::ops::Range;

use super::value::is_plain;
use crate::time::{Clock, FollowDate, FollowTime};

/// The times of events that are passed over: the clock is told the last one of those
/// that follow each other.
#[derive(Debug, Default)]
pub(super) struct Times {
    follow: Follow,
    /// How many the clock has not seen, and the texts of the last of them.
    unseen: u64,
    last_time: Range<usize>,
    last_date: Option<Range<usize>>,
}

/// What tells that the time of an event says nothing new.
#[derive(Clone, Debug, Default)]
pub(super) struct Follow {
    time: FollowTime,
    date: FollowDate,
}

impl Follow {
    /// Whether the times of an event follow those of the one before, whose place they
    /// take then.
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

impl Times {
    pub(super) fn forget(&mut self) {
        self.follow = Follow::default();
    }

    /// What tells of the next events that their times say nothing new.
    pub(super) fn follow(&self) -> Follow {
        self.follow.clone()
    }

    /// Takes in so many events whose times follow each other, by those of the last.
    pub(super) fn followed(
        &mut self,
        follow: Follow,
        events: u64,
        time: Range<usize>,
        date: Option<Range<usize>>,
    ) {
        self.follow = follow;
        self.unseen += events;
        self.last_time = time;
        self.last_date = date;
    }

    /// Goes on from an event that the clock sees by itself.
    pub(super) fn begin(
        &mut self,
        bytes: &[u8],
        time: Option<Range<usize>>,
        date: Option<Range<usize>>,
    ) {
        if let Some(time) = time
            && !self.follow.time.accept(&bytes[time.start..])
        {
            self.follow.time = FollowTime::default();
            if is_plain(&bytes[time.clone()]) {
                self.follow.time.begin(&bytes[time.start..], time.len());
            }
        }
        if let Some(date) = date
            && !self.follow.date.accept(&bytes[date.start..])
        {
            self.follow.date = FollowDate::default();
            if is_plain(&bytes[date.clone()]) {
                self.follow.date.begin(&bytes[date.start..], date.len());
            }
        }
    }

    /// Takes an event in; false when it has to be read for that.
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
        // Before the first date, and while their order is open, all dates count.
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

    /// Lets the clock see the last time.
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
