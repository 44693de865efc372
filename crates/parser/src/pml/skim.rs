//! Passes over the events of a part that nobody wants, by their headers.

use std::ops::Range;

use super::Pml;
use super::block::{Block, HANDED_OVER, Judge};
use super::bytes::Bytes;
use super::needles::Needles;
use super::ways::{Paths, Ways};
use crate::interest::Interest;
use crate::scan::Speed;

/// The events of one part, by what becomes of them.
#[derive(Debug)]
pub(super) struct Skim {
    judge: Judge,
    /// The block that events are passed over in, the one behind it, of which the headers
    /// were read, and the one behind that, which was only placed: in turn, from `turn` on.
    blocks: [Block; 3],
    turn: usize,
}

/// What becomes of the events of a process, unless the path says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is wanted, or there is something to be told about it.
    HandedOver,
    /// It is counted at this place of the tally.
    Counted(usize),
}

/// Indexes from here on are not in the list of processes.
const MOST_PROCESSES: usize = 1 << 16;

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

impl Fate {
    /// As a [`Judge`] has it.
    fn count(self) -> u32 {
        match self {
            Fate::HandedOver => HANDED_OVER,
            Fate::Counted(place) => u32::try_from(place).unwrap_or(HANDED_OVER),
        }
    }
}

impl Skim {
    /// Prepares for a part. `others` is for events of processes that the part does
    /// not know, `processes` has the index of each that it knows.
    pub(super) fn new(
        pml: &Pml<'_>,
        interest: &Interest,
        processes: impl Iterator<Item = (u32, Fate)>,
        others: Fate,
    ) -> Skim {
        let needles = Needles::of(interest, Speed::best());
        let paths = match (needles.is_empty(), needles.joins_lines()) {
            (true, _) => Paths::None,
            (false, false) => Paths::Stored,
            (false, true) => Paths::Rendered,
        };
        let mut table = Vec::new();
        for (index, fate) in processes {
            let index = index as usize;
            if index < MOST_PROCESSES && pml.process(index as u32).is_some() {
                if table.len() <= index {
                    table.resize(index + 1, HANDED_OVER);
                }
                table[index] = fate.count();
            }
        }
        // A process that is not in a table is a loss, but not where there is no table.
        let others = if pml.processes().is_empty() { others } else { Fate::HandedOver };
        let ways = Ways::of(pml, paths);
        let judge = Judge { ways, needles, processes: table, others: others.count() };
        Skim { judge, blocks: Default::default(), turn: 0 }
    }

    /// Passes over some of these events, up to one that is to be handed over. They are
    /// counted in `counts`.
    pub(super) fn skim(
        &mut self,
        pml: &Pml<'_>,
        events: Range<usize>,
        counts: &mut [u64],
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
        for &count in &block.counts[place..end] {
            if let Some(count) = counts.get_mut(count as usize) {
                *count += 1;
            }
        }
        let time = |place: usize| Bytes(pml.bytes).i64(block.at[place] + TIME).unwrap_or(0);
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
        let (judge, [a, b, c]) = (&mut self.judge, &mut self.blocks);
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
        now.read_details(pml, judge);
    }
}

/// Where the time of an event is, from its start.
const TIME: usize = 0x1C;

#[cfg(test)]
mod tests;
