//! Rows without a header: which column each cell belongs to, by what is in it.

use super::cells::{Cells, Parted};
use super::layout::{Layout, Places, Role, Surety};
use super::looks::{
    Markers, TimeCell, find_exact_time, id_number, is_account, is_duration, is_file_name, is_path,
    is_program, time_cell,
};
use super::vocabulary::{is_operation, is_result, is_result_like};
use crate::model::{Column, begins_with_key};

/// What a row is without a header.
#[derive(Debug)]
pub(super) enum Guess {
    /// A row of Procmon's.
    Row(Layout),
    /// It begins as one, but has no result.
    Broken,
    /// None.
    No,
}

/// A row with fewer cells has no operation, path and result.
const FEWEST: usize = 3;

/// More cells than Procmon has columns are none of its rows, but for a detail.
const MOST: usize = 400;

/// Says which columns a row has, by what is in its cells.
pub(super) fn guess(cells: &Cells) -> Guess {
    if !(FEWEST..=MOST).contains(&cells.len()) {
        return Guess::No;
    }
    let Some(operation) = cells.iter().position(is_operation) else { return Guess::No };
    let before = Before::of(cells, operation);
    let surety = before.surety();
    let result = match result_cell(cells, operation, surety) {
        Some(result) => result,
        None if surety == Surety::Strong => return Guess::Broken,
        None => return Guess::No,
    };
    let has_process = before.has_process && (before.is_named || before.has_pid);
    let mut roles = before.roles;
    roles.push(Role::Column(Column::Operation));
    let path = path_cell(cells, operation + 1, result, &mut roles);
    roles.push(Role::Column(Column::Result));
    let detail = cells_behind(cells, operation, result, &mut roles);
    let explained = !roles.contains(&Role::Other);
    let is_bare = operation == 0 && path.is_some();
    let places = Places { roles, operation, path, result, detail };
    let mut layout = Layout::by_looks(cells, places, surety);
    let is_row = surety == Surety::Strong || (explained && (has_process || is_bare));
    match layout.fits(cells) && is_row {
        true => {
            layout.note_time(cells);
            Guess::Row(layout)
        }
        false => Guess::No,
    }
}

/// What stands in front of the operation.
struct Before {
    roles: Vec<Role>,
    exact_time: bool,
    has_process: bool,
    /// Whether the process has the name of a program.
    is_named: bool,
    has_pid: bool,
}

impl Before {
    fn of(cells: &Cells, operation: usize) -> Before {
        let cell = |index: usize| cells.get(index);
        let mut roles = vec![Role::Other; operation];
        let (mut exact_time, mut has_time) = (false, false);
        for (index, role) in roles.iter_mut().enumerate() {
            let markers = if cells.parted == Parted::Words { Markers::Known } else { Markers::Any };
            let column = match time_cell(cell(index), markers) {
                Some(TimeCell::Exact | TimeCell::Rough) if !has_time => {
                    has_time = true;
                    exact_time |= time_cell(cell(index), markers) == Some(TimeCell::Exact);
                    Column::TimeOfDay
                }
                Some(TimeCell::DateAndTime | TimeCell::Date) => {
                    exact_time |= find_exact_time(cell(index)).is_some();
                    Column::DateAndTime
                }
                _ if is_account(cell(index)) => Column::User,
                _ => continue,
            };
            *role = Role::Column(column);
        }
        let number = |index: usize| id_number(cell(index)).is_some();
        let free = |index: &usize| roles[*index] == Role::Other && !number(*index);
        let candidates: Vec<usize> =
            (0..operation).filter(free).filter(|at| !cell(*at).is_empty()).collect();
        let named = candidates.iter().copied().find(|at| is_program(cell(*at)));
        let before_number =
            || candidates.iter().copied().find(|at| *at + 1 < operation && number(at + 1));
        let process =
            named.or_else(before_number).filter(|at| is_file_name(cell(*at)) || named.is_some());
        let mut has_pid = false;
        if let Some(process) = process {
            roles[process] = Role::Column(Column::ProcessName);
            let pid = (process + 1..operation).find(|at| number(*at));
            if let Some(pid) = pid {
                roles[pid] = Role::Column(Column::Pid);
                has_pid = true;
            }
        }
        for index in 0..operation {
            if roles[index] == Role::Other && number(index) {
                roles[index] = Role::Number(if has_pid { Column::Tid } else { Column::Pid });
            } else if roles[index] == Role::Other {
                let column = known_word(cell(index));
                let taken = |column| roles.contains(&Role::Column(column));
                if let Some(column) = column.filter(|column| !taken(*column)) {
                    roles[index] = Role::Column(column);
                }
            }
        }
        Before {
            roles,
            exact_time,
            has_process: process.is_some(),
            is_named: named.is_some(),
            has_pid,
        }
    }

    fn surety(&self) -> Surety {
        match self.exact_time && self.has_process && self.has_pid {
            true => Surety::Strong,
            false => Surety::Weak,
        }
    }
}

/// The cell of the result.
fn result_cell(cells: &Cells, operation: usize, surety: Surety) -> Option<usize> {
    let near = operation + 1..cells.len().min(operation + 6);
    let mut places = near.clone();
    if let Some(place) = places.find(|at| is_result(cells.get(*at))) {
        return Some(place);
    }
    // A pending operation has an empty one, and a newer Procmon has more of them.
    let place = operation + 2;
    let text = cells.get(place);
    let fits = surety == Surety::Strong
        && place < cells.len()
        && match text {
            "" => cells.parted.shows_empty_cells(),
            text => is_result_like(text) && cells.parted != Parted::Words,
        };
    fits.then_some(place)
}

/// Finds the path among the cells between operation and result.
fn path_cell(cells: &Cells, from: usize, to: usize, roles: &mut Vec<Role>) -> Option<usize> {
    let path = match to - from {
        0 => None,
        1 => Some(from),
        _ => (from..to).find(|at| is_path(cells.get(*at))),
    };
    for index in from..to {
        roles.push(match cells.get(index) {
            _ if Some(index) == path => Role::Column(Column::Path),
            text if is_account(text) && !roles.contains(&Role::Column(Column::User)) => {
                Role::Column(Column::User)
            }
            text if id_number(text).is_some() => Role::Number(Column::Tid),
            _ => Role::Other,
        });
    }
    path
}

/// Tells what the cells behind the result are, and which of them the detail takes.
fn cells_behind(
    cells: &Cells,
    operation: usize,
    result: usize,
    roles: &mut Vec<Role>,
) -> Option<(usize, usize)> {
    let (first, count) = (result + 1, cells.len());
    if first >= count {
        return None;
    }
    let name = cells.get(operation);
    let is_own = |at: usize, roles: &[Role]| -> Option<Role> {
        let column = behind_word(cells.get(at))?;
        match column {
            Column::Tid => Some(Role::Number(Column::Tid)),
            column if roles.contains(&Role::Column(column)) => None,
            column => Some(Role::Column(column)),
        }
    };
    let mut at = first;
    let mut detail = None;
    let text = cells.get(first);
    // What follows on the result is the detail, unless it is something else for certain.
    if begins_with_key(name, text) || is_own(first, roles).is_none() {
        let mut end = count;
        if begins_with_key(name, text) || text.is_empty() {
            // Behind it the last cells may be columns of their own.
            let mut probe = roles.clone();
            while end > first + 1 && !continues_detail(cells, end - 1) {
                match is_own(end - 1, &probe) {
                    Some(role) => probe.push(role),
                    None => break,
                }
                end -= 1;
            }
        }
        roles.push(Role::Column(Column::Detail));
        detail = (end > first + 1).then_some((first, end));
        roles.extend((first + 1..end).map(|_| Role::OfDetail));
        at = end;
    }
    for index in at..count {
        let role = is_own(index, roles).unwrap_or(Role::Other);
        roles.push(role);
    }
    detail
}

/// Whether a cell is a part of the detail before it, which a comma of a number has cut.
fn continues_detail(cells: &Cells, at: usize) -> bool {
    let text = cells.get(at);
    let is_group = cells.parted == Parted::Commas && text.len() == 3 && id_number(text).is_some();
    is_group && cells.get(at - 1).ends_with(|c: char| c.is_ascii_digit())
}

/// The column of a word that stands in no other.
fn known_word(text: &str) -> Option<Column> {
    match text {
        "Registry" | "File System" | "Process" | "Network" | "Profiling" | "IPC" => {
            Some(Column::EventClass)
        }
        "32-bit" | "64-bit" => Some(Column::Architecture),
        "Read" | "Write" | "Read Metadata" | "Write Metadata" => Some(Column::Category),
        "Low" | "Medium" | "High" | "System" => Some(Column::Integrity),
        _ => None,
    }
}

/// The column of a cell behind the result, if it is certain.
fn behind_word(text: &str) -> Option<Column> {
    match text {
        _ if id_number(text).is_some() => Some(Column::Tid),
        _ if is_account(text) => Some(Column::User),
        _ if is_duration(text) => Some(Column::Duration),
        _ => known_word(text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::grid;
    use super::*;

    fn row(text: &str) -> Cells {
        let mut cells = Cells::default();
        assert!(grid::tabs(text, &mut cells));
        cells
    }

    fn names(text: &str) -> Vec<String> {
        match guess(&row(text)) {
            Guess::Row(layout) => layout.columns.names().map(str::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    const REST: &str = "ReadFile\tC:\\a\tSUCCESS\tOffset: 0, Length: 8";

    #[test]
    fn columns_are_recognised_by_their_looks() {
        let usual = ["Time of Day", "Process Name", "PID", "Operation", "Path", "Result", "Detail"];
        assert_eq!(names(&format!("6:59:13.0390001 PM\ta.exe\t8\t{REST}")), usual);
        assert_eq!(names(&format!("18:59:13,0390001\tMy App\t8\t{REST}")), usual);
        assert_eq!(
            names("a.exe\tRegOpenKey\tHKLM\\A\tNAME NOT FOUND")[..2],
            ["Process Name", "Operation"]
        );
        let user =
            format!("6:59:13.0390001 PM\ta.exe\t8\t508\t{REST}\tNT AUTHORITY\\SYSTEM\t0.0000042");
        let names = names(&user);
        assert_eq!(names[3], "TID");
        assert_eq!(names[7..], ["Detail", "User", "Duration"]);
    }

    #[test]
    fn a_pending_operation_has_an_empty_result() {
        let pending = "6:59:13.0390001 PM\ta.exe\t8\tReadFile\tC:\\a\t\tOffset: 0";
        assert!(matches!(guess(&row(pending)), Guess::Row(_)));
        let cut = "6:59:13.0390001 PM\ta.exe\t8\tReadFile\tC:\\a";
        assert!(matches!(guess(&row(cut)), Guess::Broken));
    }

    #[test]
    fn rows_of_other_tables_are_not_ours() {
        for text in [
            "ReadFile\tReads data from a file\tkernel32.dll",
            "10:00:01\tworker\tReadFile\tok",
            "ReadFile\tone\tSUCCESS",
            "a\tb\tReadFile\tC:\\a\tSUCCESS",
        ] {
            assert!(matches!(guess(&row(text)), Guess::No), "{text}");
        }
    }

    #[test]
    fn tabs_in_a_detail_part_nothing() {
        let start = "6:59:13.0390001 PM\ta.exe\t8\tProcess Start\t\tSUCCESS\tParent PID: 4, \
                     Command line: a, Current directory: C:\\, Environment: \r;\tA=1\r;\tB=2";
        let cells = row(start);
        let Guess::Row(layout) = guess(&cells) else { panic!() };
        assert_eq!(layout.columns.len(), 7);
        assert!(layout.detail(&cells).unwrap().ends_with("\r;\tA=1\r;\tB=2"));
    }
}
