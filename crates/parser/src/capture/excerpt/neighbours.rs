//! The events beside those that are wanted.

use std::collections::VecDeque;

use super::output::Output;
use super::{ExcerptRow, Why};
use crate::event::Event;
use crate::time::Clock;

/// Hands over wanted events with so many before and after them.
pub(super) struct Neighbours {
    context: u64,
    /// The last events that were not handed over.
    before: VecDeque<Event>,
    /// How many of the next ones are handed over.
    trailing: u64,
}

impl Neighbours {
    pub(super) fn new(context: u64) -> Neighbours {
        Neighbours { context, before: VecDeque::new(), trailing: 0 }
    }

    /// Events were passed over: those before are not beside the next one.
    pub(super) fn forget(&mut self) {
        self.before.clear();
        self.trailing = 0;
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
            for before in self.before.drain(..) {
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
            let room = self.before.len() as u64 >= self.context;
            let mut kept = if room { self.before.pop_front() } else { None }.unwrap_or_default();
            std::mem::swap(&mut kept, event);
            self.before.push_back(kept);
        }
        Ok(())
    }
}
