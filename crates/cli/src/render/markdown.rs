//! Pages for a ticket, a wiki or a pull request.

use std::io::{self, Write};

use super::grid::{Grid, Page, Part};
use crate::text::printable;

/// Writes a page.
pub(super) fn write(page: &Page, output: &mut impl Write) -> io::Result<()> {
    for (index, part) in page.parts.iter().enumerate() {
        if index > 0 {
            writeln!(output)?;
        }
        match part {
            Part::Heading(text, _) => writeln!(output, "## {}", escape(text))?,
            Part::Text(text) => writeln!(output, "{}", escape(text))?,
            Part::Labelled(label, text) => writeln!(output, "**{label}:** {}", escape(text))?,
            // Four blanks make a block of code, in which no sign has a meaning.
            Part::Unbroken(line) => writeln!(output, "    {line}")?,
            Part::Grid(grid) => write_grid(grid, output)?,
        }
    }
    Ok(())
}

fn write_grid(grid: &Grid, output: &mut impl Write) -> io::Result<()> {
    let dashes: Vec<_> = (0..grid.headers.len())
        .map(|index| if grid.numbers.contains(&index) { "--:" } else { "---" })
        .collect();
    header_row(&grid.headers, output)?;
    writeln!(output, "| {} |", dashes.join(" | "))?;
    for row in &grid.rows {
        write_row(row.iter().map(|cell| cell.text.as_str()), output)?;
    }
    Ok(())
}

/// The first row of a table.
pub(super) fn header_row<T: AsRef<str>>(headers: &[T], output: &mut impl Write) -> io::Result<()> {
    write_row(headers.iter().map(AsRef::as_ref), output)
}

/// One row of a table.
pub(super) fn write_row<'t>(
    cells: impl Iterator<Item = &'t str>,
    output: &mut impl Write,
) -> io::Result<()> {
    let cells: Vec<_> = cells.map(escape).collect();
    writeln!(output, "| {} |", cells.join(" | "))
}

/// The text with the signs that Markdown would take for its own set apart.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        if matches!(c, '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_markdown_are_set_apart() {
        assert_eq!(escape("a|b_c\\d\ne"), "a\\|b\\_c\\\\d e");
    }
}
