//! The part of a mapped file that a reader needs in memory.

use super::Content;

/// How many bytes are evicted at a time.
const EVICT_AT_ONCE: usize = 1024 * 1024;

/// A part of a file that is brought into memory piece by piece, and evicted when it is
/// not needed any more.
pub(crate) struct ResidentRange {
    content: Content,
    /// The end of what was brought in.
    end: usize,
    /// A piece ends here at the latest, unless more is needed.
    edge: usize,
    /// Everything before this offset was evicted.
    evicted: usize,
}

impl ResidentRange {
    /// An empty range at `start`. Bytes after `edge` are only brought in if they are
    /// needed.
    pub(crate) fn new(content: Content, start: usize, edge: usize) -> ResidentRange {
        let start = start.min(content.bytes().len());
        ResidentRange { content, end: start, edge, evicted: start }
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

    /// Brings in `more` further bytes, or `beyond` further bytes after the edge. Returns
    /// false at the end of the file.
    pub(crate) fn bring(&mut self, more: usize, beyond: usize) -> bool {
        let before = self.end;
        let more = if before < self.edge { more.min(self.edge - before) } else { beyond };
        self.end = self.bytes().len().min(before.saturating_add(more));
        self.content.prefetch(before..self.end);
        self.end > before
    }

    /// Notes that bytes before this offset are not needed any more.
    pub(crate) fn is_done_to(&mut self, place: usize) {
        self.end = self.end.max(place);
        // A section is evicted once, at its end, because each eviction interrupts all
        // processors.
        if self.edge == usize::MAX && place - self.evicted >= EVICT_AT_ONCE {
            self.content.evict(self.evicted..place);
            self.evicted = place;
        }
    }
}

impl Drop for ResidentRange {
    fn drop(&mut self) {
        self.content.evict(self.evicted..self.end);
    }
}
