//! Keeps only a part of a mapped file in memory.

use crate::input::{Content, PIECE};

/// The part of a mapped file that is in memory. It follows the events, so that even a
/// large file needs little memory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EventWindow {
    /// Events before this offset have been evicted.
    begin: usize,
    /// Offset of its end in the file.
    end: usize,
    /// Where it was when everything, including the list of events, was evicted last.
    emptied: usize,
    /// How many events have been read since it was moved.
    events: usize,
}

/// How many bytes of a file are brought into memory at a time. More would be slower: the
/// system's records of the pages would leave the cache before the pages are evicted.
const SIZE: usize = 1 << 20;

/// It is moved when this many bytes or less remain, because events are fetched before
/// they are read.
const AHEAD: usize = 256 << 10;

/// After this many bytes of events the list of events is evicted, which is small compared
/// with them.
const LONGEST: usize = 64 << 20;

/// How many events there are at least between two moves that are not forward. In a
/// damaged file, events can be far apart.
const FEWEST: usize = 4096;

impl EventWindow {
    /// Moves the window if the events reach its end. `events` more have been read; the
    /// last of them begins at `at`.
    #[inline]
    pub(super) fn follow(&mut self, content: &Content, at: usize, events: usize) {
        self.events += events;
        if at.saturating_add(AHEAD) >= self.end || at.saturating_add(2 * SIZE) < self.end {
            self.move_to(content, at);
        }
    }

    #[cold]
    fn move_to(&mut self, content: &Content, at: usize) {
        let is_forward = at.saturating_sub(self.end) < SIZE && at.saturating_add(AHEAD) >= self.end;
        if !is_forward && self.events < FEWEST {
            return;
        }
        let after = at - at % PIECE;
        if !is_forward || after.saturating_sub(self.emptied) >= LONGEST {
            content.evict(0..usize::MAX);
            (self.begin, self.emptied) = (after, after);
            self.end = at - at % PAGE;
        } else if after > self.begin {
            content.evict(self.begin..after);
            self.begin = after;
        }
        let end = self.end;
        self.end = end.saturating_add(SIZE);
        content.prefetch(end..self.end);
        self.events = 0;
    }
}

const PAGE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_on_with_the_events_and_jumps_seldom() {
        let content = Content::memory(Vec::new());
        let mut window = EventWindow::default();
        window.follow(&content, 1000, 1);
        assert_eq!(window.end, SIZE);
        window.follow(&content, SIZE - AHEAD - 1, 1);
        assert_eq!(window.end, SIZE);
        window.follow(&content, SIZE - 10, 1);
        assert_eq!((window.begin, window.end), (0, 2 * SIZE));
        // A jump forward and back, as in a damaged file.
        for at in [100 * SIZE, 3, 100 * SIZE] {
            window.follow(&content, at, 1);
            assert_eq!(window.end, 2 * SIZE);
        }
        window.follow(&content, 100 * SIZE, FEWEST);
        assert_eq!((window.begin, window.end), (100 * SIZE, 101 * SIZE));
        window.follow(&content, usize::MAX, FEWEST);
        assert_eq!(window.end, usize::MAX);
    }

    #[test]
    fn what_is_behind_is_given_back() {
        let content = Content::memory(Vec::new());
        let mut window = EventWindow::default();
        for at in (0..4 * LONGEST).step_by(1000) {
            window.follow(&content, at, 1);
            assert!(at < window.end && window.end <= at + AHEAD + SIZE + PAGE, "{at}");
            assert!(window.begin <= at && at - window.begin < 2 * PIECE, "{at}");
            assert!(at - window.emptied <= LONGEST + PIECE, "{at}");
        }
    }
}
