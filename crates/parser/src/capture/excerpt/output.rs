//! How many events are handed over.

use std::collections::VecDeque;

use super::{ExcerptRow, Most, Why};
use crate::event::Event;
use crate::time::Clock;

/// Hands events over, or holds the last ones.
pub(super) struct Output<W> {
    most: Most,
    context: u64,
    held: VecDeque<(Event, Why)>,
    wanted: u64,
    neighbours: u64,
    /// Neighbours that still follow the last wanted event.
    trailing: u64,
    work: W,
}

impl<W> Output<W> {
    pub(super) fn new(most: Most, context: u64, work: W) -> Output<W> {
        Output { most, context, held: VecDeque::new(), wanted: 0, neighbours: 0, trailing: 0, work }
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
        self.held.push_back((event.clone(), why));
        while self.wanted > most {
            match self.held.pop_front() {
                Some((_, Why::Wanted)) => self.wanted -= 1,
                Some(_) => self.neighbours -= 1,
                None => break,
            }
        }
        self.drop_far_neighbours();
        Ok(())
    }

    /// Takes away what stood beside events that are not among the last any more.
    fn drop_far_neighbours(&mut self) {
        let Some(next) = self.held.iter().find(|(_, why)| *why == Why::Wanted) else { return };
        let least = next.0.number().saturating_sub(self.context);
        while let Some((event, Why::Neighbour)) = self.held.front() {
            if event.number() >= least {
                break;
            }
            self.held.pop_front();
            self.neighbours -= 1;
        }
    }

    /// Notes an event that is neither wanted nor beside one.
    pub(super) fn pass(&mut self) {
        self.trailing = 0;
    }

    /// Hands over what was held. Returns how many were wanted, and how many stood beside.
    pub(super) fn finish<E>(mut self, clock: &Clock) -> Result<(u64, u64), E>
    where
        W: FnMut(&Event, ExcerptRow<'_>) -> Result<(), E>,
    {
        for (event, why) in std::mem::take(&mut self.held) {
            (self.work)(&event, ExcerptRow { why, clock })?;
        }
        Ok((self.wanted, self.neighbours))
    }
}
