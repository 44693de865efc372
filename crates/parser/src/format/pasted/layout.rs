//! What the cells of a row mean: by the header of their table, or by what they look like.

use std::sync::Arc;

use super::cells::{Cells, Parted};
use super::header::{Header, Heading};
use super::looks::{
    Markers, TimeCell, id_number, is_account, is_duration, is_file_name, is_path, is_program,
    time_cell,
};
use super::vocabulary::{is_operation, is_result, is_result_like};
use crate::event::Event;
use crate::model::{Column, Columns};

/// What one cell of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The text of a column.
    Column(Column),
    /// A number that is the row's own, or else this column. Several rows show which.
    Number(Column),
    /// The number of the row.
    RowNumber,
    /// A part of the detail, which holds what parts cells.
    OfDetail,
    /// Something that Procmon does not have.
    Other,
}

/// What an undecided number came out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// The number of the row.
    OfRow,
    /// The text of the column that stands where it does.
    OfColumn,
    /// Neither.
    Unknown,
}

/// How surely a row is one of Procmon's by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Surety {
    /// Not next to rows of another table.
    Weak,
    /// Wherever it stands: it has a time to the tick, a process and a PID.
    Strong,
}

/// Which cell of a row is what.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) roles: Vec<Role>,
    pub(super) operation: usize,
    pub(super) path: Option<usize>,
    pub(super) result: usize,
    /// The cells that the detail takes, where it takes several.
    pub(super) detail: Option<(usize, usize)>,
}

/// What the cells of a row mean.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    parted: Parted,
    cells: usize,
    pub(super) roles: Vec<Role>,
    /// How many cells the last column takes: a detail that holds what parts cells.
    detail: Option<(usize, usize)>,
    operation: usize,
    result: Option<usize>,
    path: Option<usize>,
    pub(super) surety: Surety,
    pub(super) has_header: bool,
    /// Whether the names of the header are Procmon's own.
    is_exact: bool,
    /// Whether the rows of one table showed what a number is.
    pub(super) is_settled: bool,
    /// A time that was read as one: another with digits in the same places is one, too.
    time: String,
    names: Vec<String>,
    pub(super) columns: Arc<Columns>,
}

impl Layout {
    /// The meaning of a row below a header. `None` where the row has not as many cells.
    pub(super) fn of_header(header: &Header, cells: &Cells) -> Option<Layout> {
        let (have, want) = (cells.len(), header.headings.len());
        let last = header.headings.last();
        let detail_last = last == Some(&Heading::Known(Column::Detail));
        let is_long = have > want && detail_last && cells.parted.shows_empty_cells();
        let fits = have == want || is_long || (have < want && cells.parted.shows_empty_cells());
        let operation = header.position(Column::Operation)?;
        if !fits || operation >= have {
            return None;
        }
        let role = |heading: &Heading| match heading {
            Heading::Known(column) => Role::Column(*column),
            Heading::RowNumber => Role::RowNumber,
            Heading::Other(_) => Role::Other,
        };
        let name = |(index, heading): (usize, &Heading)| match heading {
            Heading::Other(name) if !name.is_empty() => name.clone(),
            _ => other_name(index),
        };
        let headings = &header.headings[..have.min(want)];
        let position = |column| header.position(column).filter(|place| *place < have);
        let mut layout = Layout {
            parted: cells.parted,
            cells: have,
            roles: headings.iter().map(role).collect(),
            detail: is_long.then(|| (want - 1, have)),
            operation,
            result: position(Column::Result),
            path: position(Column::Path),
            surety: Surety::Strong,
            has_header: true,
            is_exact: header.is_exact,
            is_settled: false,
            time: String::new(),
            names: headings.iter().enumerate().map(name).collect(),
            columns: Arc::new(Columns::from_known(&[])),
        };
        // A row that ends before its result is cut; where empty cells do not show, nothing
        // but the result shows where the path ends.
        let has_result = header.position(Column::Result).is_some();
        if layout.result.is_none() && (has_result || !cells.parted.shows_empty_cells()) {
            return None;
        }
        layout.name_columns();
        let fits = layout.fits(cells);
        layout.note_time(cells);
        fits.then_some(layout)
    }

    /// Keeps the time of the first row, which has been looked at.
    pub(super) fn note_time(&mut self, cells: &Cells) {
        let place = self.roles.iter().position(|role| *role == Role::Column(Column::TimeOfDay));
        let time = place.map_or("", |place| cells.get(place));
        if time_cell(time, Markers::Known).is_some() {
            self.time = time.to_string();
        }
    }

    /// The meaning of a row whose cells were recognised by what is in them.
    pub(super) fn by_looks(cells: &Cells, places: Places, surety: Surety) -> Layout {
        let mut layout = Layout {
            parted: cells.parted,
            cells: cells.len(),
            names: (0..places.roles.len()).map(other_name).collect(),
            roles: places.roles,
            detail: places.detail,
            operation: places.operation,
            result: Some(places.result),
            path: places.path,
            surety,
            has_header: false,
            is_exact: false,
            is_settled: false,
            time: String::new(),
            columns: Arc::new(Columns::from_known(&[])),
        };
        layout.name_columns();
        layout
    }

    /// Whether a row that was found to have this layout's number of cells means the same.
    pub(super) fn fits(&self, cells: &Cells) -> bool {
        if cells.parted != self.parted || cells.len() != self.cells {
            return false;
        }
        let operation = cells.get(self.operation);
        let known = is_operation(operation);
        let may_be_new = self.has_header && self.is_exact && is_name(operation);
        if !(known || may_be_new) {
            return false;
        }
        let result_fits = match self.result.map(|place| cells.get(place)) {
            Some("") => self.parted.shows_empty_cells() && self.surety == Surety::Strong,
            Some(text) if self.surety == Surety::Strong && known => is_result_like(text),
            Some(text) => is_result(text),
            None => known,
        };
        let path_fits = || match self.path.map(|place| cells.get(place)) {
            Some(path) => path.is_empty() || is_path(path),
            None => true,
        };
        let sure = self.surety == Surety::Strong && self.result.is_some() && known;
        result_fits && (sure || path_fits()) && self.cells_fit(cells)
    }

    /// Whether the cells of fixed forms have them.
    fn cells_fit(&self, cells: &Cells) -> bool {
        self.roles.iter().enumerate().all(|(index, role)| {
            let cell = cells.get(index);
            let column = match role {
                Role::Column(column) => *column,
                Role::Number(_) => return id_number(cell).is_some(),
                Role::RowNumber | Role::OfDetail | Role::Other => return true,
            };
            match column {
                _ if self.has_header && cell.is_empty() => true,
                Column::Pid | Column::Tid => id_number(cell).is_some(),
                Column::TimeOfDay if has_same_form(cell, &self.time) => true,
                Column::TimeOfDay => match time_cell(cell, Markers::Any) {
                    Some(TimeCell::Exact | TimeCell::Rough) => true,
                    time => self.has_header && time.is_some(),
                },
                Column::DateAndTime => time_cell(cell, Markers::Any).is_some(),
                Column::ProcessName => is_file_name(cell) || is_program(cell) || self.has_header,
                Column::User if !self.has_header => is_account(cell),
                Column::Duration if !self.has_header => is_duration(cell),
                _ => true,
            }
        })
    }

    /// Settles what the undecided number in a cell is.
    pub(super) fn settle(&mut self, place: usize, number: Number) {
        if let Some(role) = self.roles.get_mut(place)
            && let Role::Number(column) = *role
        {
            *role = match number {
                Number::OfColumn => Role::Column(column),
                Number::OfRow => Role::RowNumber,
                Number::Unknown => Role::Other,
            };
            self.is_settled = true;
        }
        self.name_columns();
    }

    /// Whether a cell is the number of the row, which is no column of Procmon's.
    pub(super) fn has_row_number(&self) -> bool {
        self.roles.contains(&Role::RowNumber)
    }

    /// Whether the detail is the last cell, so that a row can go on.
    pub(super) fn ends_with_detail(&self) -> bool {
        matches!(self.roles.last(), Some(Role::Column(Column::Detail) | Role::OfDetail))
    }

    /// The cells whose numbers are undecided.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        let undecided = |role: &Role| matches!(role, Role::Number(_));
        self.roles.iter().enumerate().filter(move |(_, role)| undecided(role)).map(|(at, _)| at)
    }

    fn name_columns(&mut self) {
        let mut names: Vec<&str> = Vec::new();
        for (index, role) in self.roles.iter().enumerate() {
            match role {
                Role::Column(column) | Role::Number(column) => names.push(column.name()),
                Role::Other => names.push(&self.names[index]),
                Role::RowNumber | Role::OfDetail => {}
            }
        }
        let columns = Columns::from_headers(names);
        if columns != *self.columns {
            self.columns = Arc::new(columns);
        }
    }

    /// Moves the texts of a row into an event.
    pub(super) fn fill(&self, event: &mut Event, cells: &Cells) {
        event.record.start(&self.columns);
        for (index, role) in self.roles.iter().enumerate() {
            if matches!(role, Role::RowNumber | Role::OfDetail) {
                continue;
            }
            let text = match self.detail {
                Some((from, to)) if from == index => cells.join(from..to),
                _ => cells.get(index),
            };
            event.record.push(text.as_bytes());
        }
    }

    /// The text of the detail.
    pub(super) fn detail<'c>(&self, cells: &'c Cells) -> Option<&'c str> {
        let index = self.roles.iter().position(|role| *role == Role::Column(Column::Detail))?;
        Some(match self.detail {
            Some((from, to)) => cells.join(from..to),
            None => cells.get(index),
        })
    }

    /// The operation of a row.
    pub(super) fn operation<'c>(&self, cells: &'c Cells) -> &'c str {
        cells.get(self.operation)
    }

    /// The path of a row.
    pub(super) fn path<'c>(&self, cells: &'c Cells) -> &'c str {
        self.path.map_or("", |place| cells.get(place))
    }
}

pub(super) const NO_RESULT: &str = "it has no Result that Procmon writes";

/// Whether two times have digits in the same places, and the same signs elsewhere. Hours
/// and minutes are read later, and what makes no sense then is no time.
fn has_same_form(time: &str, other: &str) -> bool {
    let same = |(a, b): (u8, u8)| a == b || (a.is_ascii_digit() && b.is_ascii_digit());
    !other.is_empty() && time.len() == other.len() && time.bytes().zip(other.bytes()).all(same)
}

/// The name of a column that is none of Procmon's, in a table without a header.
fn other_name(index: usize) -> String {
    format!("Column {}", index + 1)
}

/// Whether a text can be the name of an operation that a newer Procmon has.
fn is_name(text: &str) -> bool {
    (3..=60).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_ ".contains(&byte))
}
