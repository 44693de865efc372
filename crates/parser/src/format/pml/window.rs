//! Which part of a mapped file is in memory.

use crate::input::{Content, PIECE};

/// The part of a file that is in memory. It follows the events, so that a file takes
/// little memory however large it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    /// Up to here the events were given back.
    begin: usize,
    /// Where it ends, in bytes from the start of the file.
    end: usize,
    /// Where it was when everything was given back, the list of events, too.
    emptied: usize,
    /// How many events were read since it was moved.
    events: usize,
}

/// How much of a file is brought into memory at once, in bytes. More is dearer: what the
/// system keeps of each page leaves the cache before it is given back.
const SIZE: usize = 1 << 20;

/// How long before its end it is moved, in bytes: events are read some way ahead.
const AHEAD: usize = 256 << 10;

/// How many bytes of events are read before the list of events is given back, which is
/// a small part of that.
const LONGEST: usize = 64 << 20;

/// How many events there are at least between two moves that are not forward. In a
/// damaged file one event may be far from the next.
const FEWEST: usize = 4096;

impl Window {
    /// Moves the window when the events, of which so many were read and the last one
    /// begins at `at`, come to its end.
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
        let behind = at - at % PIECE;
        if !is_forward || behind.saturating_sub(self.emptied) >= LONGEST {
            content.forget(0..usize::MAX);
            (self.begin, self.emptied) = (behind, behind);
            self.end = at - at % PAGE;
        } else if behind > self.begin {
            content.forget(self.begin..behind);
            self.begin = behind;
        }
        let end = self.end;
        self.end = end.saturating_add(SIZE);
        content.expect(end..self.end);
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
        let mut window = Window::default();
        window.follow(&content, 1000, 1);
        assert_eq!(window.end, SIZE);
        window.follow(&content, SIZE - AHEAD - 1, 1);
        assert_eq!(window.end, SIZE);
        window.follow(&content, SIZE - 10, 1);
        assert_eq!((window.begin, window.end), (0, 2 * SIZE));
        // A jump and back again, as in a damaged file.
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
        let mut window = Window::default();
        for at in (0..4 * LONGEST).step_by(1000) {
            window.follow(&content, at, 1);
            assert!(at < window.end && window.end <= at + AHEAD + SIZE + PAGE, "{at}");
            assert!(window.begin <= at && at - window.begin < 2 * PIECE, "{at}");
            assert!(at - window.emptied <= LONGEST + PIECE, "{at}");
        }
    }
}
