//! A page made of text and grids of cells, before it is written in one of the forms.

/// What a text means, as its colour shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    /// Worth a look.
    Warning,
    /// Wrong: the only thing that has a colour.
    Bad,
}

/// One cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) tone: Tone,
}

impl Cell {
    pub(super) fn toned(text: impl Into<String>, tone: Tone) -> Cell {
        Cell { text: text.into(), tone }
    }

    /// The text, or nothing.
    pub(super) fn maybe(text: Option<impl ToString>) -> Cell {
        Cell::from(text.map(|text| text.to_string()).unwrap_or_default())
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell { text: text.into(), tone: Tone::Plain }
    }
}

/// Rows of cells under headers. A row of a single cell, where there are several columns,
/// stands across all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) headers: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Columns whose cells stand to the right.
    pub(super) numbers: Vec<usize>,
    /// Columns whose cells are never broken into lines, and never cut.
    pub(super) unbroken: Vec<usize>,
    /// Columns whose cells stay one line, and are cut in the middle where room lacks.
    pub(super) cut: Vec<usize>,
    /// Columns that are left out where room lacks, the first of them first.
    pub(super) spare: Vec<usize>,
    /// Columns of texts that matter more than the spare ones: those are left out before
    /// these are wrapped.
    pub(super) first: Vec<usize>,
}

/// One part of a page.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A heading.
    Heading(String, Tone),
    /// A paragraph, wrapped to the width.
    Text(String),
    /// A paragraph with its first words set apart: `Label: text`.
    Labelled(&'static str, String),
    /// A command or an address, on a line of its own that is never broken.
    Unbroken(String),
    /// What a page says first: a text at the left, and one at the right where it fits.
    Status(String, String, Tone),
    /// A text beside its label, or beside the number of a step.
    Item(Item),
    /// An empty line.
    Blank,
    Grid(Grid),
}

/// A text beside its label.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Blanks in front of the label.
    pub(super) indent: usize,
    /// The label; empty where the item goes on with the one above.
    pub(super) label: String,
    /// How wide the label is.
    pub(super) width: usize,
    pub(super) text: String,
    pub(super) tone: Tone,
}

/// A page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) parts: Vec<Part>,
}

impl Page {
    pub(super) fn heading(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Heading(text.into(), Tone::Plain));
    }

    pub(super) fn toned_heading(&mut self, text: impl Into<String>, tone: Tone) {
        self.parts.push(Part::Heading(text.into(), tone));
    }

    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    pub(super) fn labelled(&mut self, label: &'static str, text: impl Into<String>) {
        self.parts.push(Part::Labelled(label, text.into()));
    }

    pub(super) fn unbroken(&mut self, line: impl Into<String>) {
        self.parts.push(Part::Unbroken(line.into()));
    }

    pub(super) fn status(&mut self, left: impl Into<String>, right: impl Into<String>, tone: Tone) {
        self.parts.push(Part::Status(left.into(), right.into(), tone));
    }

    pub(super) fn blank(&mut self) {
        self.parts.push(Part::Blank);
    }

    pub(super) fn item(&mut self, indent: usize, label: &str, width: usize, text: &str) {
        self.toned_item(indent, label, width, text, Tone::Plain);
    }

    pub(super) fn toned_item(
        &mut self,
        indent: usize,
        label: &str,
        width: usize,
        text: &str,
        tone: Tone,
    ) {
        let (label, text) = (label.to_string(), text.to_string());
        self.parts.push(Part::Item(Item { indent, label, width, text, tone }));
    }

    /// Adds a grid, unless it is empty.
    pub(super) fn grid(&mut self, grid: Grid) {
        if !grid.rows.is_empty() {
            self.parts.push(Part::Grid(grid));
        }
    }
}
