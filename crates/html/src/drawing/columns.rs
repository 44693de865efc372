//! The columns of a drawing: a phase each.

use procmonkey_analysis::words::{self, MarkWords};
use procmonkey_analysis::{Phase, PhaseSpan};

use super::shapes::width_of;

/// The least width of a drawing, and how much of it is for the names of lanes.
pub(super) const WIDTH: i32 = 1240;
pub(super) const GUTTER: i32 = 202;

/// How much room a mark has, and a column at least.
pub(super) const SLOT: i32 = 84;
const NARROWEST: i32 = 58;

/// A phase.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) head: [String; 3],
    /// Between which places it stands.
    pub(super) x: i32,
    pub(super) width: i32,
    /// How much room its marks leave on each side.
    pub(super) slack: i32,
}

impl Column {
    /// The column of a phase; `spans` are those of the process.
    pub(super) fn of(spans: &[PhaseSpan], phase: Phase) -> Column {
        let place = spans.iter().position(|span| span.phase == phase);
        let head = words::phase_labels(spans, place, phase);
        let width = head
            .iter()
            .enumerate()
            .map(|(line, text)| width_of(text, if line == 0 { "b" } else { "s" }) + 16);
        let width = width.max().unwrap_or(0).max(NARROWEST);
        Column { head, x: 0, width, slack: 0 }
    }
}

/// How wide a mark is with its words.
pub(super) fn room(words: &MarkWords) -> i32 {
    let more = words.more.as_deref().map_or(0, |more| width_of(more, "s"));
    SLOT.max(width_of(&words.text, "b").max(more) + 12)
}

/// How much room a mark needs, and in which column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) column: usize,
    pub(super) width: i32,
}

/// How much room the marks of a column need.
fn needed(marks: &[Room], column: usize) -> i32 {
    marks.iter().filter(|mark| mark.column == column).map(|mark| mark.width).sum()
}

/// Makes each column as wide as its marks need.
pub(super) fn widen(columns: &mut [Column], marks: &[Room]) {
    for (index, column) in columns.iter_mut().enumerate() {
        column.width = column.width.max(needed(marks, index) + 8);
    }
}

/// Puts the marks into the middle of their columns, which have their widths.
pub(super) fn centre(columns: &mut [Column], marks: &[Room]) {
    for (index, column) in columns.iter_mut().enumerate() {
        column.slack = ((column.width - needed(marks, index)) / 2).max(0);
    }
}

/// Gives each column its place, and a share of the room that is left when `beside` is needed for
/// something else.
pub(super) fn place(columns: &mut [Column], beside: i32) {
    let used: i32 = columns.iter().map(|column| column.width).sum();
    let left = (WIDTH - GUTTER - beside - used).max(0);
    let count = i32::try_from(columns.len()).unwrap_or(1).max(1);
    let mut x = GUTTER;
    for column in columns {
        column.width += left / count;
        column.x = x;
        x += column.width;
    }
}
