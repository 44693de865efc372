//! Skips events of a part that are not wanted, mostly by their headers.

use std::ops::Range;
use std::sync::Arc;

use super::event_block::EventBlock;
use super::event_selector::EventSelector;
use crate::format::process_counts::ProcessCounts;
use crate::pml::Pml;
use crate::pml::bytes::Bytes;

/// Skips events of one part, block by block.
#[derive(Debug)]
pub(super) struct EventSkipper {
    selector: Arc<EventSelector>,
    /// Three consecutive blocks, used in turn from `turn` on: the current one, the next
    /// one, whose headers have been read, and the one after that, whose offsets are
    /// known.
    blocks: [EventBlock; 3],
    turn: usize,
    /// For each name of the selector, its index in the counts, or [`UNKNOWN_PLACE`].
    places: Vec<usize>,
    /// Memory for the text of a path.
    room: String,
}

/// The events that were skipped.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SkippedEvents {
    /// How many events were skipped.
    pub(super) events: usize,
    /// The times of the first and the last of them.
    pub(super) times: Option<(i64, i64)>,
    /// Where the last of them begins.
    pub(super) at: usize,
    /// Whether the block ended before an event that has to be read.
    pub(super) goes_on: bool,
}

impl EventSkipper {
    /// Prepares for the part that the selector was made for.
    pub(super) fn new(selector: Arc<EventSelector>) -> EventSkipper {
        let places = vec![UNKNOWN_PLACE; selector.names().len()];
        EventSkipper { selector, blocks: Default::default(), turn: 0, places, room: String::new() }
    }

    /// Skips events from the beginning of this range, up to one that has to be read. They
    /// are counted in `counts`, which must always be the same.
    pub(super) fn skip(
        &mut self,
        pml: &Pml<'_>,
        events: Range<usize>,
        counts: &mut ProcessCounts,
    ) -> SkippedEvents {
        let from = events.start;
        if !self.blocks[self.turn].has(from) {
            self.advance(pml, events.clone());
        }
        let block = &self.blocks[self.turn];
        if !block.has(from) {
            return SkippedEvents::default();
        }
        let (place, len) = (from - block.first, block.len.min(events.end - block.first));
        let stop = place + (block.stops >> place).trailing_zeros() as usize;
        let end = stop.min(len);
        let Some(last) = end.checked_sub(1).filter(|&last| last >= place) else {
            return SkippedEvents::default();
        };
        for &owner in &block.owners[place..end] {
            let owner = owner as usize;
            if self.places[owner] == UNKNOWN_PLACE {
                self.places[owner] = counts.place(&self.selector.names()[owner]);
            }
            counts.count(self.places[owner]);
        }
        let time = |place: usize| Bytes(pml.bytes()).i64(block.at[place] + TIME).unwrap_or(0);
        SkippedEvents {
            events: end - place,
            times: Some((time(place), time(last))),
            at: block.at[last],
            goes_on: end == len && block.first + len < events.end,
        }
    }

    /// Moves to the block that begins with the first of these events.
    fn advance(&mut self, pml: &Pml<'_>, events: Range<usize>) {
        self.turn = (self.turn + 1) % self.blocks.len();
        let (selector, [a, b, c]) = (&*self.selector, &mut self.blocks);
        let [now, read, placed] = match self.turn {
            0 => [a, b, c],
            1 => [b, c, a],
            _ => [c, a, b],
        };
        if now.first != events.start || now.len == 0 {
            now.place(pml, events.clone());
            read.place(pml, now.end()..events.end);
            now.read_headers(pml, selector, read);
        }
        placed.place(pml, read.end()..events.end);
        read.read_headers(pml, selector, placed);
        now.read_details(pml, selector, &mut self.room);
    }
}

/// Stands for an index in the counts that has not been looked up. Most names have no
/// event in a section.
const UNKNOWN_PLACE: usize = usize::MAX;

/// The offset of the time in an event.
const TIME: usize = 0x1C;

#[cfg(test)]
mod tests;
