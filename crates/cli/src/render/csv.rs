//! Grids as comma-separated values.

use std::io::{self, Write};

use procmonkey_parser::push_csv_record;

use super::grid::Grid;

/// Writes a grid with its headers, every field quoted, inner quotes doubled.
pub(super) fn write(grid: &Grid, output: &mut impl Write) -> io::Result<()> {
    write_row(grid.headers.iter().copied(), output)?;
    for row in &grid.rows {
        write_row(row.iter().map(|cell| cell.text.as_str()), output)?;
    }
    Ok(())
}

fn write_row<'t>(fields: impl Iterator<Item = &'t str>, output: &mut impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    push_csv_record(&mut line, fields);
    output.write_all(&line)
}
