//! Which part of a mapped file is in memory.

use super::Pml;
use crate::input::Content;

/// The part of a file that is in memory. It follows the events, so that a file takes
/// little memory however large it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    /// Where it ends, in bytes from the start of the file.
    end: usize,
    /// How many events were read since it was moved.
    events: usize,
    /// Of a section: what is read beside others must not take their memory away.
    section: Option<Section>,
}

/// What a window over a section has to know.
#[derive(Clone, Copy, Debug)]
struct Section {
    /// The number of its first event.
    first: usize,
    /// Where the window begins, once it was moved.
    begin: Option<usize>,
    /// Where the first event behind the section begins.
    edge: usize,
}

/// How much of a file is brought into memory at once, in bytes.
const SIZE: usize = 4 << 20;

/// How long before its end it is moved, in bytes: events are read some way ahead.
const AHEAD: usize = 64 << 10;

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
        let start = at - at % PAGE;
        self.end = start.saturating_add(SIZE);
        match &mut self.section {
            None => {
                content.forget(0..usize::MAX);
                content.expect(start..self.end);
            }
            Some(section) => {
                content.forget(section.begin.unwrap_or(start)..start);
                section.begin = Some(start);
                content.expect(start..self.end.min(section.edge));
            }
        }
        self.events = 0;
    }

    /// A window over a section from this event on to one that begins at `edge`.
    pub(super) fn of_section(first: usize, edge: Option<usize>) -> Window {
        let edge = edge.unwrap_or(usize::MAX);
        Window { section: Some(Section { first, begin: None, edge }), ..Window::default() }
    }

    /// Lets everything go before the event `next`, which is not read any more.
    pub(super) fn leave(&self, content: &Content, pml: &Pml<'_>, next: usize) {
        match &self.section {
            None => content.forget(0..usize::MAX),
            Some(section) => {
                if let Some(begin) = section.begin {
                    content.forget(begin..self.end.min(section.edge));
                }
                content.forget(pml.list_of_offsets(section.first..next));
            }
        }
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
        assert_eq!(window.end, 2 * SIZE - PAGE);
        // A jump and back again, as in a damaged file.
        for at in [100 * SIZE, 3, 100 * SIZE] {
            window.follow(&content, at, 1);
            assert_eq!(window.end, 2 * SIZE - PAGE);
        }
        window.follow(&content, 100 * SIZE, FEWEST);
        assert_eq!(window.end, 101 * SIZE);
        window.follow(&content, usize::MAX, FEWEST);
        assert_eq!(window.end, usize::MAX);
    }
}
