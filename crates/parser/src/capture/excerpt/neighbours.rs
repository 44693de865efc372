//! The events beside those that are wanted.

use super::output::Output;
use super::room::Room;
use super::{ExcerptRow, Why};
use crate::event::Event;
use crate::time::Clock;

/// Hands over wanted events with so many before and after them.
pub(super) struct Neighbours {
    context: u64,
    /// The last events that were not handed over.
    before: Room<()>,
    /// How many events came since the last that was handed over.
    passed: u64,
    /// How many neighbours were let go, because there was no room for them.
    left_out: u64,
    /// How many of the next ones are handed over.
    trailing: u64,
}

impl Neighbours {
    pub(super) fn new(context: u64, most: u64) -> Neighbours {
        Neighbours { context, before: Room::new(most), passed: 0, left_out: 0, trailing: 0 }
    }

    /// How many neighbours were let go, because there was no room for them.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Events were passed over: those before are not beside the next one.
    pub(super) fn forget(&mut self) {
        while self.before.pop().is_some() {}
        (self.trailing, self.passed) = (0, 0);
    }

    /// Takes the next event. Its memory may be exchanged for that of another.
    pub(super) fn offer<E, W>(
        &mut self,
        event: &mut Event,
        is_wanted: bool,
        clock: &Clock,
        output: &mut Output<W>,
    ) -> Result<(), E>
    where
        W: FnMut(&Event, ExcerptRow<'_>) -> Result<(), E>,
    {
        if is_wanted {
            self.left_out += self.passed.min(self.context) - self.before.len();
            self.passed = 0;
            while let Some((before, ())) = self.before.pop() {
                output.put(&before, Why::Neighbour, clock)?;
            }
            self.trailing = self.context;
            return output.put(event, Why::Wanted, clock);
        }
        if self.trailing > 0 {
            self.trailing -= 1;
            return output.put(event, Why::Neighbour, clock);
        }
        output.pass();
        if self.context > 0 {
            self.passed += 1;
            let is_full = self.before.len() >= self.context;
            let first = if is_full { self.before.pop() } else { None };
            let mut kept = first.map(|(first, ())| first).unwrap_or_default();
            std::mem::swap(&mut kept, event);
            self.before.push(kept, ());
        }
        Ok(())
    }
}
