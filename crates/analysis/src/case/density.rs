//! Counts how the events of a capture are spread over its time.
//!
//! Most events are passed over by the reader, which counts them. So what is known is the
//! number and the time of those that are read, and from that, how many events lie between them.

use procmonkey_parser::{Clock, Event, EventTime, Timestamp};

use crate::report::{DensityBasis, EventDensity};
use crate::trace::Subject;

/// As many stretches as a strip of bars shows.
const BINS: usize = 300;

/// How many events are kept with their times.
const MOST: usize = 8192;

/// An event whose number and time are known.
#[derive(Clone, Copy, Debug)]
struct KnownEvent {
    number: u64,
    /// How many events of followed processes there were, this one included.
    followed: u64,
    time: EventTime,
}

/// The events of a capture whose times are known, while it is read.
#[derive(Debug)]
pub(super) struct KnownEvents {
    list: Vec<KnownEvent>,
    /// Only each so many is kept.
    stride: u64,
    seen: u64,
    followed: u64,
    last: Option<KnownEvent>,
}

impl KnownEvents {
    pub(super) fn new() -> KnownEvents {
        KnownEvents { list: Vec::new(), stride: 1, seen: 0, followed: 0, last: None }
    }

    /// Takes in an event. Others than those that every reader is sure to hand over do not count,
    /// so that the result depends neither on the format nor on the number of threads.
    pub(super) fn see(&mut self, event: &Event, subject: Subject) {
        let is_followed = subject == Subject::Followed;
        let is_life =
            || matches!(event.operation().as_deref(), Some("Process Start" | "Process Exit"));
        if !is_followed && !is_life() {
            return;
        }
        self.followed += u64::from(is_followed);
        let known =
            KnownEvent { number: event.number(), followed: self.followed, time: *event.time() };
        self.last = Some(known);
        if self.seen.is_multiple_of(self.stride) {
            if self.list.len() == MOST {
                let mut index = 0;
                self.list.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
            }
            self.list.push(known);
        }
        self.seen += 1;
    }

    /// The density of a capture of so many events; `None` where its times do not say when its
    /// events were.
    pub(super) fn density(self, clock: &Clock, events: u64) -> Option<EventDensity> {
        let resolve = |time: Option<EventTime>| clock.resolve(&time?);
        let (start, end) = (resolve(clock.first_time())?, resolve(clock.last_time())?);
        let span = end.ticks_since(start)?.max(0);
        let place = |time: Timestamp| Some(time.ticks_since(start)?.clamp(0, span));
        let basis = match self.stride == 1 && self.seen == events {
            true => DensityBasis::EveryEvent,
            false => DensityBasis::SomeEvents,
        };
        let bins = BINS.min(usize::try_from(events).unwrap_or(BINS)).max(1);
        let mut all = Strip::new(bins, span);
        let mut followed = Strip::new(bins, span);
        for known in self.list.iter().chain(&self.last) {
            let Some(at) = resolve(Some(known.time)).and_then(place) else { continue };
            all.count_until(known.number, at);
            followed.count_until(known.followed, at);
        }
        all.count_until(events, span);
        followed.count_until(self.followed, span);
        Some(EventDensity { bins, all: all.counts, followed: followed.counts, basis })
    }
}

/// The stretches, with the events counted so far.
struct Strip {
    counts: Vec<u64>,
    /// Length of the whole in ticks.
    span: i64,
    /// How many events are counted, and where the last of them is.
    counted: u64,
    at: i64,
}

impl Strip {
    fn new(bins: usize, span: i64) -> Strip {
        Strip { counts: vec![0; bins], span, counted: 0, at: 0 }
    }

    /// Counts the events up to this one, which is at this place. Those before it are spread
    /// evenly from the place of the one that was counted last.
    fn count_until(&mut self, number: u64, at: i64) {
        let events = number.saturating_sub(self.counted);
        if events == 0 {
            return;
        }
        // A time that goes back says nothing about the events before it.
        let from = if self.counted == 0 || self.at > at { at } else { self.at };
        // The first event of all begins the time.
        let from = if self.counted == 0 && number > 1 { 0 } else { from };
        let (first, last) = (self.bin(from), self.bin(at));
        let length = i128::from(at - from);
        let mut done = 0;
        for bin in first..=last {
            let until = match bin == last {
                true => events,
                false => {
                    let end = self.end(bin) - i128::from(from);
                    // The places of the events are `length * k / events`, for k from 1.
                    let before = (end * i128::from(events) - 1).div_euclid(length);
                    u64::try_from(before).unwrap_or(0).min(events)
                }
            };
            self.counts[bin] += until.saturating_sub(done);
            done = until.max(done);
        }
        self.counted = number;
        self.at = at;
    }

    fn bin(&self, at: i64) -> usize {
        if self.span == 0 {
            return 0;
        }
        let bin = i128::from(at) * self.counts.len() as i128 / i128::from(self.span);
        usize::try_from(bin).unwrap_or(0).min(self.counts.len() - 1)
    }

    /// Where a stretch ends, in ticks from the beginning; the next one begins there.
    fn end(&self, bin: usize) -> i128 {
        let bins = self.counts.len() as i128;
        ((bin as i128 + 1) * i128::from(self.span) + bins - 1).div_euclid(bins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(bins: usize, span: i64, known: &[(u64, i64)]) -> Vec<u64> {
        let mut strip = Strip::new(bins, span);
        known.iter().for_each(|(number, at)| strip.count_until(*number, *at));
        strip.counts
    }

    #[test]
    fn known_events_are_counted_where_they_are() {
        assert_eq!(strip(4, 400, &[(1, 0), (2, 99), (3, 100), (4, 399), (5, 400)]), [2, 1, 0, 2]);
        assert_eq!(strip(1, 0, &[(1, 0), (2, 0)]), [2]);
    }

    #[test]
    fn events_between_two_known_ones_are_spread_evenly() {
        assert_eq!(strip(4, 400, &[(1, 0), (41, 400)]), [10, 10, 10, 11]);
        // Ten in the first tenth, then nothing until the last.
        assert_eq!(
            strip(10, 1000, &[(1, 0), (10, 90), (11, 1000)]),
            [10, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        );
        // What precedes the first known event lies before it.
        assert_eq!(strip(2, 100, &[(10, 49), (11, 100)]), [10, 1]);
    }

    #[test]
    fn no_event_is_lost_or_counted_twice() {
        for bins in [1, 2, 7, 300] {
            for span in [0, 1, 6, 299, 1_000_003, 36_000_000_000] {
                let known = [(1, 0), (8, span / 7), (9, span / 9), (1009, span / 2), (5000, span)];
                let counts = strip(bins, span, &known);
                assert_eq!(counts.iter().sum::<u64>(), 5000, "{bins} of {span}");
            }
        }
    }
}
