//! What a number in a row is that no header names: the row's own, or a TID.

use super::cells::Cells;
use super::layout::{Layout, Number, Role};
use super::looks::id_number;
use crate::model::Column;

/// Settles the undecided numbers of a layout by the rows that have it.
pub(super) fn numbers<'c>(layout: &mut Layout, rows: impl Iterator<Item = &'c Cells>) {
    let places: Vec<usize> = layout.numbers().collect();
    if places.is_empty() {
        return;
    }
    let rows: Vec<&Cells> = rows.collect();
    let is_own = |place: &usize| is_row_number(&values(&rows, *place));
    let mut others: Vec<usize> = places.iter().copied().filter(|place| !is_own(place)).collect();
    // Only one can be the thread's. A number in front of everything is the row's.
    if others.len() > 1 {
        others.retain(|place| *place != 0);
    }
    let process = layout.roles.iter().position(|role| *role == Role::Column(Column::ProcessName));
    others.sort_by_key(|place| place.abs_diff(process.unwrap_or(0)));
    for place in places {
        let number = match others.iter().position(|other| *other == place) {
            Some(0) => Number::OfColumn,
            Some(_) => Number::Unknown,
            None => Number::OfRow,
        };
        layout.settle(place, number);
    }
}

fn values(rows: &[&Cells], place: usize) -> Vec<u32> {
    rows.iter().filter_map(|cells| id_number(cells.get(place))).collect()
}

/// Whether numbers count rows: Windows gives PIDs and TIDs that are multiples of four.
fn is_row_number(values: &[u32]) -> bool {
    let ascending = values.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1));
    values.iter().any(|value| value % 4 != 0) || (values.len() > 1 && ascending)
}
