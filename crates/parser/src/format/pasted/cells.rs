//! The cells of one row, however they are parted.

use std::fmt;
use std::ops::Range;

use super::looks::trim_blanks;

/// What parts the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Parted {
    /// Tabs, as Procmon's grid is copied.
    Tabs,
    /// Two or more blanks: tabs that something has replaced.
    Spaces,
    /// One blank, which cells may hold too.
    Words,
    /// Commas, with quotes where they are needed.
    Commas,
    /// Semicolons, as a spreadsheet of some locales writes.
    Semicolons,
    /// Pipes, as a Markdown table has them.
    Pipes,
}

impl fmt::Display for Parted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Parted::Tabs => "parted by tabs",
            Parted::Spaces => "parted by several blanks",
            Parted::Words => "parted by single blanks",
            Parted::Commas => "of a CSV",
            Parted::Semicolons => "of a CSV with semicolons",
            Parted::Pipes => "parted by pipes",
        })
    }
}

impl Parted {
    /// What stands between two cells that belong together after all.
    fn between(self) -> &'static str {
        match self {
            Parted::Tabs => "\t",
            Parted::Spaces => "  ",
            Parted::Words => " ",
            Parted::Commas => ",",
            Parted::Semicolons => ";",
            Parted::Pipes => "|",
        }
    }

    /// Whether an empty cell shows.
    pub(super) fn shows_empty_cells(self) -> bool {
        !matches!(self, Parted::Spaces | Parted::Words)
    }
}

/// The cells of one row. Its memory is used again for the next.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    pub(super) parted: Parted,
    /// The row: cells, and what stands between them.
    text: String,
    ranges: Vec<Range<usize>>,
}

impl Default for Cells {
    fn default() -> Cells {
        Cells { parted: Parted::Tabs, text: String::new(), ranges: Vec::new() }
    }
}

impl Cells {
    /// Begins with a row whose cells are parts of it.
    pub(super) fn start(&mut self, parted: Parted, row: &str) {
        self.parted = parted;
        self.text.clear();
        self.text.push_str(row);
        self.ranges.clear();
    }

    /// Adds a part of the row, without the blanks around it.
    pub(super) fn push_range(&mut self, range: Range<usize>) {
        let cell = &self.text[range.clone()];
        let trimmed = trim_blanks(cell);
        let begin = range.start + (trimmed.as_ptr() as usize - cell.as_ptr() as usize);
        let len = trimmed.len();
        self.ranges.push(begin..begin + len);
    }

    /// Adds a text that had to be put together, to a row that was begun empty.
    pub(super) fn push_text(&mut self, text: &str) {
        if !self.ranges.is_empty() {
            self.text.push_str(self.parted.between());
        }
        let begin = self.text.len();
        self.text.push_str(text);
        self.push_range(begin..self.text.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// A cell; empty where there is none.
    pub(super) fn get(&self, index: usize) -> &str {
        self.ranges.get(index).map_or("", |range| &self.text[range.clone()])
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + Clone {
        self.ranges.iter().map(|range| &self.text[range.clone()])
    }

    /// Adds a text to the last cell.
    pub(super) fn append_to_last(&mut self, text: &str) {
        if let Some(last) = self.ranges.last_mut() {
            self.text.truncate(last.end);
            self.text.push_str(text);
            last.end = self.text.len();
        }
    }

    /// Makes one cell of one and the next.
    pub(super) fn merge_with_next(&mut self, index: usize) {
        if index + 1 < self.ranges.len() {
            let next = self.ranges.remove(index + 1);
            self.ranges[index].end = next.end;
        }
    }

    /// Everything from one cell up to another, which is not part of it.
    pub(super) fn join(&self, cells: Range<usize>) -> &str {
        match self.ranges.get(cells) {
            Some([first, .., last]) => &self.text[first.start..last.end],
            Some([only]) => &self.text[only.clone()],
            _ => "",
        }
    }
}
