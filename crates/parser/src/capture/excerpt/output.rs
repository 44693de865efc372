//! How many events are handed over.

use super::room::Room;
use super::{ExcerptRow, Most, Why};
use crate::event::Event;
use crate::time::Clock;

/// Hands events over, or holds the last ones.
pub(super) struct Output<W> {
    most: Most,
    context: u64,
    held: Room<Why>,
    /// How many wanted events there were, held or not.
    offered: u64,
    wanted: u64,
    neighbours: u64,
    /// Neighbours that still follow the last wanted event.
    trailing: u64,
    work: W,
}

impl<W> Output<W> {
    pub(super) fn new(most: Most, context: u64, memory: u64, work: W) -> Output<W> {
        let held = Room::new(memory);
        Output { most, context, held, offered: 0, wanted: 0, neighbours: 0, trailing: 0, work }
    }

    /// Whether nothing more is taken.
    pub(super) fn is_full(&self) -> bool {
        match self.most {
            Most::First(most) => self.wanted >= most && self.trailing == 0,
            Most::Last(most) => most == 0,
            Most::All => false,
        }
    }

    /// Takes an event.
    pub(super) fn put<E>(&mut self, event: &Event, why: Why, clock: &Clock) -> Result<(), E>
    where
        W: FnMut(&Event, ExcerptRow<'_>) -> Result<(), E>,
    {
        let has_all = matches!(self.most, Most::First(most) if self.wanted >= most);
        // Beside the last one, an event is only a neighbour.
        let why = if has_all { Why::Neighbour } else { why };
        match why {
            Why::Wanted => {
                self.wanted += 1;
                self.offered += 1;
                self.trailing = self.context;
            }
            Why::Neighbour if has_all && self.trailing == 0 => return Ok(()),
            Why::Neighbour => {
                self.neighbours += 1;
                self.trailing = self.trailing.saturating_sub(1);
            }
        }
        let Most::Last(most) = self.most else {
            return (self.work)(event, ExcerptRow { why, clock });
        };
        for (_, why) in self.held.push(event.clone(), why) {
            self.let_go(why);
        }
        while self.wanted > most {
            let Some((_, why)) = self.held.pop() else { break };
            self.let_go(why);
        }
        self.drop_far_neighbours();
        Ok(())
    }

    fn let_go(&mut self, why: Why) {
        match why {
            Why::Wanted => self.wanted -= 1,
            Why::Neighbour => self.neighbours -= 1,
        }
    }

    /// Takes away what stood beside events that are not among the last any more.
    fn drop_far_neighbours(&mut self) {
        let Some(next) = self.held.iter().find(|(_, why)| *why == Why::Wanted) else { return };
        let least = next.0.number().saturating_sub(self.context);
        while let Some((event, Why::Neighbour)) = self.held.front() {
            if event.number() >= least {
                break;
            }
            self.held.pop();
            self.neighbours -= 1;
        }
    }

    /// Notes an event that is neither wanted nor beside one.
    pub(super) fn pass(&mut self) {
        self.trailing = 0;
    }

    /// Hands over what was held. Returns how many were wanted, how many stood beside, and how many
    /// of the last ones were let go because there was no room for them.
    pub(super) fn finish<E>(mut self, clock: &Clock) -> Result<[u64; 3], E>
    where
        W: FnMut(&Event, ExcerptRow<'_>) -> Result<(), E>,
    {
        let left_out = match self.most {
            Most::Last(most) => self.offered.min(most) - self.wanted,
            Most::First(_) | Most::All => 0,
        };
        while let Some((event, why)) = self.held.pop() {
            (self.work)(&event, ExcerptRow { why, clock })?;
        }
        Ok([self.wanted, self.neighbours, left_out])
    }
}
