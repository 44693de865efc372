//! Cells in columns: how wide each column is, and what becomes of a row.

use comfy_table::{
    Attribute, Cell as TableCell, CellAlignment, Color, ColumnConstraint, ContentArrangement,
    Table, TableStyle, Width,
};

use super::Look;
use super::grid::{Cell, Grid, Tone};
use super::paint::paint;
use crate::text::{LongWords, cut, printable, width_of, wrap};

/// Blanks between two columns.
const GAP: usize = 2;

/// Below this width, each cell has a line of its own.
const NARROWEST: usize = 60;

/// How wide a column of texts must be at most: longer words are cut in their middle. GUIDs,
/// hashes and names of codes are not longer.
const LONGEST_WORD: usize = 40;

/// How wide a column is at most that comes before the spare ones.
const LONGEST_FIRST: usize = 48;

/// How narrow a column may become whose cells are cut.
const SHORTEST_CUT: usize = 16;

/// How the cells of a column fit into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Unbroken,
    Cut,
    Wrapped,
}

/// A column before and after its width is known.
#[derive(Clone, Copy, Debug)]
struct Sized {
    index: usize,
    fit: Fit,
    /// Width in which every cell fits without being wrapped or cut.
    natural: usize,
    /// The width: first the least that will do.
    width: usize,
}

/// A grid as the lines of a table; or, where the width is too small for one, as a line for
/// each cell.
pub(super) fn lines(grid: &Grid, look: Look) -> Vec<String> {
    let width = look.width.map(usize::from);
    match width {
        Some(width) if width < NARROWEST => records(grid, width, look),
        Some(width) => match fitted(grid, Some(width), look) {
            Some(columns) => tabular(grid, &columns, look),
            None => records(grid, width, look),
        },
        None => tabular(grid, &fitted(grid, None, look).unwrap_or_default(), look),
    }
}

/// The columns that are shown, each with its width. `None` where they do not fit.
fn fitted(grid: &Grid, width: Option<usize>, look: Look) -> Option<Vec<Sized>> {
    // A spare column in which nothing stands is left out at any width.
    let is_empty = |index: &usize| {
        let rows = grid.rows.iter().filter(|row| !is_across(grid, row));
        rows.filter_map(|row| row.get(*index)).all(|cell| cell.text.is_empty())
    };
    let shown = (0..grid.headers.len()).filter(|it| !(grid.spare.contains(it) && is_empty(it)));
    let columns: Vec<Sized> = shown.map(|it| sized(grid, it, look)).collect();
    let Some(width) = width else {
        let whole = |column: Sized| Sized { width: column.natural, ..column };
        return Some(columns.into_iter().map(whole).collect());
    };
    let roomy: Vec<Sized> = columns
        .iter()
        .map(|column| match grid.first.contains(&column.index) {
            true => Sized { width: column.natural.min(LONGEST_FIRST).max(column.width), ..*column },
            false => *column,
        })
        .collect();
    let without_spare = || {
        let needed = columns.iter().filter(|column| !grid.spare.contains(&column.index));
        shared(grid, needed.copied().collect(), width)
    };
    shared(grid, roomy, width)
        .or_else(without_spare)
        .or_else(|| shared(grid, columns.clone(), width))
}

/// The columns with all the room that there is, without the spare ones where they do not
/// fit.
fn shared(grid: &Grid, mut columns: Vec<Sized>, width: usize) -> Option<Vec<Sized>> {
    let mut spare = grid.spare.iter();
    loop {
        let gaps = GAP * columns.len().saturating_sub(1);
        let least: usize = columns.iter().map(|column| column.width).sum();
        if let Some(mut room) = width.checked_sub(gaps + least) {
            // What is left goes to the narrowest that want more.
            while room > 0 {
                let wanting = columns.iter_mut().filter(|column| column.width < column.natural);
                let Some(narrowest) = wanting.min_by_key(|column| column.width) else { break };
                narrowest.width += 1;
                room -= 1;
            }
            return Some(columns);
        }
        let left_out = spare.next()?;
        columns.retain(|column| column.index != *left_out);
    }
}

fn sized(grid: &Grid, index: usize, look: Look) -> Sized {
    let fit = match () {
        () if grid.unbroken.contains(&index) => Fit::Unbroken,
        // With --verbose nothing is cut.
        () if grid.cut.contains(&index) && !look.whole => Fit::Cut,
        () if grid.cut.contains(&index) => Fit::Unbroken,
        () => Fit::Wrapped,
    };
    let header = width_of(grid.headers[index]);
    let cells = grid.rows.iter().filter(|row| !is_across(grid, row)).filter_map(|it| it.get(index));
    let mut natural = header;
    let mut longest_word = 0;
    for cell in cells {
        let text = printable(&cell.text);
        natural = natural.max(width_of(&text));
        longest_word = text.split(' ').map(width_of).fold(longest_word, usize::max);
    }
    let least = match fit {
        Fit::Unbroken => natural,
        Fit::Cut => natural.min(SHORTEST_CUT),
        Fit::Wrapped if look.whole => longest_word,
        Fit::Wrapped => longest_word.min(LONGEST_WORD),
    };
    Sized { index, fit, natural, width: least.max(header) }
}

/// Whether a row is one cell across all columns.
fn is_across(grid: &Grid, row: &[Cell]) -> bool {
    row.len() == 1 && grid.headers.len() > 1
}

fn tabular(grid: &Grid, columns: &[Sized], look: Look) -> Vec<String> {
    let table_width =
        columns.iter().map(|column| column.width).sum::<usize>() + GAP * columns.len().max(1) - GAP;
    let headers: Vec<Cell> =
        grid.headers.iter().map(|header| Cell::toned(*header, Tone::Warning)).collect();
    let mut lines = block(grid, &[headers], columns, look);
    lines.push("─".repeat(table_width));
    for rows in grid.rows.chunk_by(|one, other| !is_across(grid, one) && !is_across(grid, other)) {
        match &rows[0][..] {
            [cell] if is_across(grid, &rows[0]) => lines.extend(across(cell, look)),
            _ => lines.extend(block(grid, rows, columns, look)),
        }
    }
    lines
}

/// Rows below each other, each with as many lines as its highest cell has.
fn block(grid: &Grid, rows: &[Vec<Cell>], columns: &[Sized], look: Look) -> Vec<String> {
    let mut table = Table::new();
    // What fits where is decided here, so nothing is left to arrange.
    table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Disabled);
    match look.color {
        true => table.enforce_styling(),
        false => table.force_no_tty(),
    };
    for cells in rows {
        table.add_row(columns.iter().map(|column| match cells.get(column.index) {
            Some(cell) => {
                let text = fit(&printable(&cell.text), *column, look).join("\n");
                styled(TableCell::new(text), cell.tone)
            }
            None => TableCell::new(""),
        }));
    }
    for (place, column) in columns.iter().enumerate() {
        let Some(shown) = table.column_mut(place) else { continue };
        let gap = if place + 1 < columns.len() { GAP } else { 0 };
        let in_cells = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
        shown.set_padding((0, in_cells(gap)));
        let width = in_cells(column.width + gap);
        shown.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        if grid.numbers.contains(&column.index) {
            shown.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_string()).collect()
}

/// The colour of a tone, as of a line outside of tables.
fn styled(cell: TableCell, tone: Tone) -> TableCell {
    match tone {
        Tone::Bad => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        Tone::Warning => cell.add_attribute(Attribute::Bold),
        _ => cell,
    }
}

/// A cell across the whole width. Blanks in front of its text stand before each of its lines.
fn across(cell: &Cell, look: Look) -> Vec<String> {
    let text = printable(&cell.text);
    let bare = text.trim_start();
    let indent = " ".repeat(text.len() - bare.len());
    let width = look.width.map_or(usize::MAX, usize::from).saturating_sub(indent.len());
    wrap(bare, width, long_words(look))
        .into_iter()
        .map(|line| format!("{indent}{}", paint(&line, cell.tone, look)))
        .collect()
}

fn fit(text: &str, column: Sized, look: Look) -> Vec<String> {
    match column.fit {
        Fit::Unbroken => vec![text.to_string()],
        Fit::Cut => vec![cut(text, column.width).into_owned()],
        Fit::Wrapped => wrap(text, column.width, long_words(look)),
    }
}

/// A line for each cell: `header: cell`.
fn records(grid: &Grid, width: usize, look: Look) -> Vec<String> {
    let mut lines = Vec::new();
    // A column without a header says what the one before it is about.
    let names_itself = grid.headers.len() == 2 && grid.headers[1].is_empty();
    for cells in &grid.rows {
        if !lines.is_empty() && !names_itself {
            lines.push(String::new());
        }
        if is_across(grid, cells) {
            lines.extend(across(&cells[0], look));
            continue;
        }
        if let ([name, value], true) = (&cells[..], names_itself) {
            lines.extend(record(&name.text, value, width, look));
            continue;
        }
        for (header, cell) in grid.headers.iter().zip(cells) {
            if !cell.text.is_empty() {
                lines.extend(record(header, cell, width, look));
            }
        }
    }
    lines
}

fn record(label: &str, cell: &Cell, width: usize, look: Look) -> Vec<String> {
    let label = match label.trim() {
        "" => String::new(),
        label => format!("{label}: "),
    };
    let text = format!("{label}{}", printable(&cell.text).trim());
    wrap(&text, width, long_words(look))
        .into_iter()
        .map(|line| paint(&line, cell.tone, look))
        .collect()
}

/// Whether long words are cut: not where all of each text is asked for.
pub(super) fn long_words(look: Look) -> LongWords {
    if look.whole { LongWords::Keep } else { LongWords::Cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(width: u16) -> Look {
        Look { width: Some(width), color: false, whole: false }
    }

    fn grid() -> Grid {
        Grid {
            headers: vec!["Event", "Path", "Words", "Note"],
            rows: vec![
                [
                    "7",
                    r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\name",
                    "one two three",
                    "n",
                ]
                .map(Cell::from)
                .to_vec(),
            ],
            numbers: vec![0],
            unbroken: vec![0],
            cut: vec![1],
            spare: vec![3],
            first: Vec::new(),
        }
    }

    #[test]
    fn a_table_is_as_wide_as_it_may_be_and_no_wider() {
        for width in 60..120 {
            let lines = lines(&grid(), look(width));
            assert!(lines.iter().all(|line| width_of(line) <= usize::from(width)), "{lines:#?}");
        }
        assert!(lines(&grid(), look(120))[2].contains(r"RSA\MachineKeys\name"));
    }

    #[test]
    fn paths_are_cut_texts_are_wrapped_and_a_spare_column_is_left_out() {
        let mut grid = grid();
        grid.rows[0][3] = Cell::from("a note of many words that takes room");
        grid.headers[2] = "Words that go on and on and on";
        let shown = lines(&grid, look(60));
        assert_eq!(shown[0], "Event  Path                   Words that go on and on and on");
        assert!(shown[2].contains('…') && shown[2].contains("one two three"), "{shown:#?}");
        assert!(!shown.iter().any(|line| line.contains("note")), "{shown:#?}");
    }

    #[test]
    fn below_sixty_each_cell_has_a_line() {
        let shown = lines(&grid(), look(50));
        let path = shown.iter().find(|line| line.contains("ProgramData")).expect("the path");
        assert_eq!(shown[0], "Event: 7");
        assert!(
            path.starts_with(r"C:\ProgramData\") && path.ends_with(r"MachineKeys\name"),
            "{path}"
        );
        assert!(shown.contains(&"Words: one two three".to_string()), "{shown:#?}");
        assert!(shown.iter().all(|line| width_of(line) <= 50), "{shown:#?}");
    }

    #[test]
    fn with_verbose_nothing_is_cut() {
        let whole = Look { whole: true, ..look(70) };
        let shown = lines(&grid(), whole).join("\n");
        assert!(shown.contains(r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\name"), "{shown}");
    }
}
