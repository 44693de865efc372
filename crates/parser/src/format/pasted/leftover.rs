//! The lines of a text that no event and no tab is made of, for who asks for them.

use crate::model::{OtherText, Position};

/// What the caller knows of a text, and what else than its events is wanted of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Beside<'p> {
    /// The process that events without one belong to.
    pub(crate) process: Option<&'p str>,
    /// How many bytes of what is nothing of Procmon's are kept.
    pub(crate) other_text: Option<usize>,
}

/// Lines that nothing of Procmon's was read from. Those that the open piece has taken wait
/// until it is known what that piece is.
#[derive(Debug, Default)]
pub(super) struct Leftover {
    /// `None` where nobody asks for it.
    text: Option<OtherText>,
    taken: Vec<(Position, String)>,
}

impl Leftover {
    /// Keeps as much as the caller wants.
    pub(super) fn new(beside: Beside<'_>) -> Leftover {
        Leftover { text: beside.other_text.map(OtherText::at_most), taken: Vec::new() }
    }

    pub(super) fn text(&self) -> Option<&OtherText> {
        self.text.as_ref()
    }

    /// A line that belongs to nothing of Procmon's.
    pub(super) fn add(&mut self, line: &str, position: Position) {
        if let Some(text) = &mut self.text {
            text.add(position, line);
        }
    }

    /// A line that the open piece has taken.
    pub(super) fn take(&mut self, line: &str, position: Position) {
        if self.text.is_some() {
            self.taken.push((position, line.to_string()));
        }
    }

    /// The last lines that the open piece has taken turned out not to be a part of it.
    pub(super) fn give_back_last(&mut self, count: usize) {
        let begin = self.taken.len().saturating_sub(count);
        self.give_back_from(begin);
    }

    /// The open piece turned out not to be Procmon's.
    pub(super) fn give_back(&mut self) {
        self.give_back_from(0);
    }

    fn give_back_from(&mut self, begin: usize) {
        for (position, line) in self.taken.drain(begin..) {
            if let Some(text) = &mut self.text {
                text.add(position, &line);
            }
        }
    }

    /// What the open piece has taken is used.
    pub(super) fn use_up(&mut self) {
        self.taken.clear();
    }

    /// The text has ended.
    pub(super) fn finish(&mut self) {
        if let Some(text) = &mut self.text {
            text.set_whole();
        }
    }
}
