//! The table that the line at hand may belong to: its header, whether it is Procmon's, and
//! whether a fixed width has cut its cells.

use super::cells::{Cells, Parted};
use super::found::{Found, Unused};
use super::header::{Header, Heading, is_cut_header};
use super::looks::{Markers, find_exact_time, time_cell};
use super::parting::part;
use super::vocabulary::is_operation;
use crate::model::{Column, Position};

/// What the lines above say of the line at hand.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) header: Option<(Parted, Header)>,
    /// How many blanks stand in front of the header.
    indent: usize,
    /// Whether the line above belongs to a table of Procmon's.
    is_ours: bool,
    /// Whether a fixed width has cut the cells.
    pub(super) is_cut: bool,
    /// The line above, if it is none of Procmon's.
    above: String,
    /// The form of a table of another program.
    foreign: Option<(Parted, usize)>,
    cells: Cells,
}

/// A line that is longer is no row of another table.
const LONGEST: usize = 4096;

impl Table {
    /// Takes note of a line of Procmon's.
    pub(super) fn own_line(&mut self) {
        self.above.clear();
        self.is_ours = true;
    }

    /// Takes note of another line, which ends a table of Procmon's.
    pub(super) fn other_line(&mut self, line: &str) {
        if self.foreign.is_some_and(|(parted, count)| self.form_of(parted, line) != Some(count)) {
            self.foreign = None;
        }
        self.is_ours = false;
        self.is_cut = false;
        self.above.clear();
        if line.len() <= LONGEST {
            self.above.push_str(line);
        }
    }

    /// Takes note of an empty line.
    pub(super) fn blank_line(&mut self) {
        self.foreign = None;
        self.above.clear();
    }

    /// Whether a line below the header may have an operation that is not known: the names
    /// in the header are Procmon's own.
    pub(super) fn may_have_new_operations(&self) -> bool {
        self.is_ours && matches!(&self.header, Some((_, header)) if header.is_exact)
    }

    /// Whether columns may have a fixed width: their names are parted by blanks.
    pub(super) fn may_have_widths(&self) -> bool {
        matches!(self.header, Some((Parted::Spaces | Parted::Words, _)))
    }

    /// Whether the line below a header or a row is drawn.
    pub(super) fn follows_on_line(&self) -> bool {
        self.is_ours || !self.above.is_empty()
    }

    /// Whether the line at hand belongs to a table of Procmon's.
    pub(super) fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// Whether a line holds the rest of cells that were too long for the width of their
    /// column: it begins far behind the header.
    pub(super) fn is_rest_of_cells(&self, raw: &str) -> bool {
        const FAR: usize = 6;
        self.may_have_widths() && self.is_ours && indent(raw) >= self.indent + FAR
    }

    /// Whether a line that is no row is one all the same, whose cells a fixed width has cut.
    pub(super) fn is_cut_row(&self, text: &str) -> bool {
        if !(self.is_cut || (self.may_have_widths() && self.is_ours)) {
            return false;
        }
        let head: String = text.chars().take(48).collect();
        let word = head.split("  ").next().unwrap_or_default();
        time_cell(word, Markers::Known).is_some() || find_exact_time(&head) == Some(0)
    }

    /// Whether the lines above are a table of this form that is not Procmon's.
    pub(super) fn is_foreign(&mut self, parted: Parted, count: usize) -> bool {
        if self.foreign == Some((parted, count)) {
            return true;
        }
        if self.above.is_empty() {
            return false;
        }
        let above = std::mem::take(&mut self.above);
        let same = self.form_of(parted, &above) == Some(count);
        self.above = above;
        if same {
            self.foreign = Some((parted, count));
        }
        same
    }

    /// How many cells a line has that is parted in this way.
    fn form_of(&mut self, parted: Parted, line: &str) -> Option<usize> {
        part(parted, line, &mut self.cells).then(|| self.cells.len())
    }

    /// Why a line below a header is no row, if it has the form of one.
    pub(super) fn unfit_row(&mut self, text: &str) -> Option<String> {
        let (parted, header) = self.header.as_ref().filter(|_| self.is_ours)?;
        let (parted, want) = (*parted, header.headings.len());
        if parted == Parted::Spaces {
            return None;
        }
        let have = self.form_of(parted, text)?;
        match have == want {
            true => Some("a row whose Operation or Result is none that Procmon has".to_string()),
            false => self
                .cells
                .iter()
                .any(is_operation)
                .then(|| format!("a row with {have} cells where the header has {want}")),
        }
    }

    /// Takes a line that names columns.
    pub(super) fn take_header(
        &mut self,
        raw: &str,
        text: &str,
        position: Position,
        found: &mut Found,
    ) -> bool {
        if !may_be_header(text) {
            return false;
        }
        if is_cut_header(text) {
            self.is_cut = true;
            found.header();
            return true;
        }
        const WAYS: [Parted; 5] =
            [Parted::Tabs, Parted::Commas, Parted::Semicolons, Parted::Pipes, Parted::Spaces];
        let cells = &mut self.cells;
        let header = WAYS.into_iter().find_map(|way| {
            let header = part(way, text, cells).then(|| Header::of(cells))??;
            Some((way, header))
        });
        let words = || Some((Parted::Words, Header::of_words(text)?));
        let Some((parted, header)) = header.or_else(words) else { return false };
        self.is_cut = false;
        if header.position(Column::Operation).is_none() {
            let names = header.headings.iter().filter_map(|heading| match heading {
                Heading::Known(column) => Some(column.name()),
                _ => None,
            });
            let names: Vec<&str> = names.collect();
            found.unused(Unused::TableWithoutOperation, names.join(", "), position);
            self.foreign = Some((parted, header.headings.len()));
            self.header = None;
            return true;
        }
        found.header();
        self.header = Some((parted, header));
        self.indent = indent(raw);
        true
    }
}

/// How many blanks stand in front of a line, behind the marks of a mail.
fn indent(raw: &str) -> usize {
    let line = raw.trim_start_matches(['>', '\u{feff}']);
    line.chars().take_while(|c| *c == ' ').count()
}

/// Whether a line may name columns: it has a word for the operation, or two of Procmon's
/// own names.
fn may_be_header(text: &str) -> bool {
    if text.len() > 700 {
        return false;
    }
    let is_operation = |word: &str| {
        ["operation", "op", "oper", "operatio"].iter().any(|name| word.eq_ignore_ascii_case(name))
    };
    text.split(|c: char| !c.is_ascii_alphabetic()).any(is_operation)
        || (text.contains("Process Name") && text.contains("Path"))
        || is_cut_header(text)
}
