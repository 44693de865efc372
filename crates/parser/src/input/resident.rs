//! The part of a file in memory that a reader has at hand.

use super::Content;

/// How much of a mapped file is given back at a time.
const BEHIND: usize = 1024 * 1024;

/// A part of a file that is brought into memory piece by piece, and given back.
pub(crate) struct Held {
    content: Content,
    /// Up to here it was brought.
    end: usize,
    /// No piece goes over this place.
    edge: usize,
    /// Up to here it was given back.
    given_back: usize,
}

impl Held {
    /// Nothing yet, from `start` on. Only what begins before `edge` is of interest.
    pub(crate) fn new(content: Content, start: usize, edge: usize) -> Held {
        let start = start.min(content.bytes().len());
        Held { content, end: start, edge, given_back: start }
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.content.bytes()
    }

    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// Brings so many bytes more, or so many others where the edge was not enough.
    /// False at the end of the file.
    pub(crate) fn bring(&mut self, more: usize, beyond: usize) -> bool {
        let before = self.end;
        let more = if before < self.edge { more.min(self.edge - before) } else { beyond };
        self.end = self.bytes().len().min(before.saturating_add(more));
        self.content.expect(before..self.end);
        self.end > before
    }

    /// Takes note that nothing before this place is needed any more.
    pub(crate) fn is_done_to(&mut self, place: usize) {
        self.end = self.end.max(place);
        // With a part that is read beside others it is given back once, at its end: all
        // processors have to be told each time.
        if self.edge == usize::MAX && place - self.given_back >= BEHIND {
            self.content.forget(self.given_back..place);
            self.given_back = place;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.content.forget(self.given_back..self.end);
    }
}
