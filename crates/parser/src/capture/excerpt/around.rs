//! The events that begin shortly before or after others.

use super::output::Output;
use super::room::Room;
use super::{ExcerptRow, Why};
use crate::event::Event;
use crate::model::EventNumbers;
use crate::time::{Clock, TickRange, TimeSpan, shown_ticks};

/// Hands over what begins near to some events.
pub(super) struct Around {
    events: EventNumbers,
    before: i64,
    after: i64,
    /// Events that pass, and that a later event may be shortly after.
    held: Room<TickRange>,
    /// How many of these were let go because there was no room for them, and when the last began.
    gone: u64,
    gone_until: i64,
    /// How many were let go, and were wanted.
    left_out: u64,
    /// Until when everything that passes is handed over.
    until: Option<i64>,
    latest: i64,
}

impl Around {
    pub(super) fn new(
        (events, before, after): (EventNumbers, TimeSpan, TimeSpan),
        most: u64,
    ) -> Around {
        Around {
            events,
            before: before.ticks(),
            after: after.ticks(),
            held: Room::new(most),
            gone: 0,
            gone_until: i64::MIN,
            left_out: 0,
            until: None,
            latest: i64::MIN,
        }
    }

    /// How many events at most were let go, because there was no room for them, and were wanted.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Takes the next event.
    pub(super) fn offer<E, W>(
        &mut self,
        event: &Event,
        passes: bool,
        clock: &Clock,
        output: &mut Output<W>,
    ) -> Result<(), E>
    where
        W: FnMut(&Event, ExcerptRow<'_>) -> Result<(), E>,
    {
        let time = shown_ticks(clock, event.time());
        if self.events.contains(event.number()) {
            if let Some(time) = time {
                let least = time.first.saturating_sub(self.before);
                if self.gone_until >= least {
                    self.left_out += self.gone;
                }
                (self.gone, self.gone_until) = (0, i64::MIN);
                while let Some((held, own)) = self.held.pop() {
                    if own.last >= least {
                        output.put(&held, Why::Wanted, clock)?;
                    }
                }
                let until = time.last.saturating_add(self.after);
                self.until = Some(self.until.map_or(until, |before| before.max(until)));
            }
            let why = if passes { Why::Wanted } else { Why::Neighbour };
            return output.put(event, why, clock);
        }
        let Some(time) = time.filter(|_| passes) else { return Ok(()) };
        if self.until.is_some_and(|until| time.first <= until) {
            return output.put(event, Why::Wanted, clock);
        }
        // No event after the last of those numbers can bring it in any more.
        if event.number() > self.events.last() {
            return Ok(());
        }
        self.latest = self.latest.max(time.last);
        let least = self.latest.saturating_sub(self.before);
        while self.held.front().is_some_and(|(_, own)| own.last < least) {
            self.held.pop();
        }
        if self.gone_until < least {
            (self.gone, self.gone_until) = (0, i64::MIN);
        }
        if self.before > 0 && time.last >= least {
            for (_, own) in self.held.push(event.clone(), time) {
                self.gone += 1;
                self.gone_until = self.gone_until.max(own.last);
            }
        }
        Ok(())
    }
}
