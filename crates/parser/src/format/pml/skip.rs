//! Passes over the events of a part that nobody wants, by their headers.

use std::ops::Range;
use std::sync::Arc;

use super::block::Block;
use super::selection::Judge;
use crate::format::process_counts::Tally;
use crate::pml::Pml;
use crate::pml::bytes::Bytes;

/// The events of one part, by what becomes of them.
#[derive(Debug)]
pub(super) struct Skim {
    judge: Arc<Judge>,
    /// The block that events are passed over in, the one behind it, of which the headers
    /// were read, and the one behind that, which was only placed: in turn, from `turn` on.
    blocks: [Block; 3],
    turn: usize,
    /// Where the names of the judge are in the tally, or [`UNASKED`].
    places: Vec<usize>,
    /// Room to render a path in.
    room: String,
}

/// What was passed over, and why it ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Skimmed {
    /// How many events were passed over.
    pub(super) events: usize,
    /// The times of the first and the last of them.
    pub(super) times: Option<(i64, i64)>,
    /// Where the last of them begins.
    pub(super) at: usize,
    /// Whether nothing was met that is to be handed over.
    pub(super) goes_on: bool,
}

impl Skim {
    /// Prepares for the part that events are judged for.
    pub(super) fn new(judge: Arc<Judge>) -> Skim {
        let places = vec![UNASKED; judge.names().len()];
        Skim { judge, blocks: Default::default(), turn: 0, places, room: String::new() }
    }

    /// Passes over some of these events, up to one that is to be handed over. They are
    /// counted in `tally`, which must always be the same.
    pub(super) fn skim(
        &mut self,
        pml: &Pml<'_>,
        events: Range<usize>,
        tally: &mut Tally,
    ) -> Skimmed {
        let from = events.start;
        if !self.blocks[self.turn].has(from) {
            self.advance(pml, events.clone());
        }
        let block = &self.blocks[self.turn];
        if !block.has(from) {
            return Skimmed::default();
        }
        let (place, len) = (from - block.first, block.len.min(events.end - block.first));
        let stop = place + (block.stops >> place).trailing_zeros() as usize;
        let end = stop.min(len);
        let Some(last) = end.checked_sub(1).filter(|&last| last >= place) else {
            return Skimmed::default();
        };
        for &owner in &block.owners[place..end] {
            let owner = owner as usize;
            if self.places[owner] == UNASKED {
                self.places[owner] = tally.place(&self.judge.names()[owner]);
            }
            tally.counts()[self.places[owner]] += 1;
        }
        let time = |place: usize| Bytes(pml.bytes()).i64(block.at[place] + TIME).unwrap_or(0);
        Skimmed {
            events: end - place,
            times: Some((time(place), time(last))),
            at: block.at[last],
            goes_on: end == len && block.first + len < events.end,
        }
    }

    /// Goes to the block that begins with the first of these events.
    fn advance(&mut self, pml: &Pml<'_>, events: Range<usize>) {
        self.turn = (self.turn + 1) % self.blocks.len();
        let (judge, [a, b, c]) = (&*self.judge, &mut self.blocks);
        let [now, read, placed] = match self.turn {
            0 => [a, b, c],
            1 => [b, c, a],
            _ => [c, a, b],
        };
        if now.first != events.start || now.len == 0 {
            now.place(pml, events.clone());
            read.place(pml, now.end()..events.end);
            now.read_headers(pml, judge, read);
        }
        placed.place(pml, read.end()..events.end);
        read.read_headers(pml, judge, placed);
        now.read_details(pml, judge, &mut self.room);
    }
}

/// What stands for a place in the tally that was not asked for yet. Of most names no event
/// is in a section.
const UNASKED: usize = usize::MAX;

/// Where the time of an event is, from its start.
const TIME: usize = 0x1C;

#[cfg(test)]
mod tests;
