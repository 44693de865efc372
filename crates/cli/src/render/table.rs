//! Pages for a terminal.

use std::io::{self, Write};

use comfy_table::{
    Attribute, Cell as TableCell, CellAlignment, Color, ColumnConstraint, ContentArrangement,
    LineStyle, Table, TableStyle,
};

use super::Look;
use super::grid::{Cell, Grid, Page, Part, Tone};
use crate::text::{printable, wrap};

/// Writes a page.
pub(super) fn write(page: &Page, look: Look, output: &mut impl Write) -> io::Result<()> {
    let width = look.width.map_or(usize::from(super::PLAIN_WIDTH), usize::from);
    for (index, part) in page.parts.iter().enumerate() {
        match part {
            Part::Heading(text, tone) => {
                if index > 0 {
                    writeln!(output)?;
                }
                for line in wrap(&printable(text), width) {
                    writeln!(output, "{}", paint(&line, *tone, look))?;
                }
            }
            Part::Text(text) => {
                for line in wrap(&printable(text), width) {
                    writeln!(output, "{line}")?;
                }
            }
            Part::Labelled(label, text) => {
                let text = format!("{label}: {}", printable(text));
                for line in wrap(&text, width.saturating_sub(2)) {
                    writeln!(output, "  {line}")?;
                }
            }
            Part::Unbroken(line) => writeln!(output, "    {line}")?,
            Part::Grid(grid) => {
                if index > 0 && matches!(page.parts[index - 1], Part::Grid(_)) {
                    writeln!(output)?;
                }
                writeln!(output, "{}", to_table(grid, look))?;
            }
        }
    }
    Ok(())
}

/// A line under the headers and none between the rows: most rows are one line.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Below this width, no column is kept from being broken into lines.
const NARROWEST: u16 = 70;

/// A grid as a table without the blanks that fill its last column.
pub(super) fn to_table(grid: &Grid, look: Look) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    match look.width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    match look.color {
        true => table.enforce_styling(),
        false => table.force_no_tty(),
    };
    table.set_header(
        grid.headers.iter().map(|header| TableCell::new(header).add_attribute(Attribute::Bold)),
    );
    for row in &grid.rows {
        table.add_row(row.iter().map(to_cell));
    }
    for index in &grid.numbers {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    // Where even these do not fit, everything may be broken.
    let fits = look.width.is_none_or(|width| width >= NARROWEST);
    for index in grid.unbroken.iter().filter(|_| fits) {
        if let Some(column) = table.column_mut(*index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.lines().map(|line| line.trim_end().to_string()).collect::<Vec<_>>().join("\n")
}

fn to_cell(cell: &Cell) -> TableCell {
    let table_cell = TableCell::new(printable(&cell.text));
    match cell.tone {
        Tone::Plain => table_cell,
        Tone::Good => table_cell.fg(Color::Green),
        Tone::Warning => table_cell.fg(Color::Yellow),
        Tone::Bad => table_cell.fg(Color::Red),
        Tone::Faint => table_cell.add_attribute(Attribute::Dim),
    }
}

fn paint(text: &str, tone: Tone, look: Look) -> String {
    if !look.color {
        return text.to_string();
    }
    let code = match tone {
        Tone::Plain => "1",
        Tone::Good => "1;32",
        Tone::Warning => "1;33",
        Tone::Bad => "1;31",
        Tone::Faint => "2",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}
