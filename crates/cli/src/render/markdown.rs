//! Pages for a ticket, a wiki or a pull request.

use std::io::{self, Write};

use super::grid::{Grid, Page, Part};
use crate::text::printable;

/// Writes a page.
pub(super) fn write(page: &Page, output: &mut impl Write) -> io::Result<()> {
    for (index, part) in page.parts.iter().enumerate() {
        if index > 0 && !matches!(part, Part::Blank) {
            writeln!(output)?;
        }
        match part {
            Part::Heading(text, _) => writeln!(output, "## {}", escape(text))?,
            Part::Text(text) => writeln!(output, "{}", escape(text))?,
            Part::Labelled(label, text) => writeln!(output, "**{label}:** {}", escape(text))?,
            // Four blanks make a block of code, in which no sign has a meaning.
            Part::Unbroken(line) => writeln!(output, "    {}", printable(line))?,
            Part::Status(left, right, _) => {
                writeln!(output, "# {}", escape(left))?;
                if !right.is_empty() {
                    writeln!(output, "\n{}", escape(right))?;
                }
            }
            Part::Item(item) => match item.label.trim() {
                "" => writeln!(output, "{}", escape(&item.text))?,
                label => writeln!(output, "**{}** {}", escape(label), escape(&item.text))?,
            },
            Part::Blank => {}
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
        // What stands across all columns is the first cell here.
        let rest = grid.headers.len().saturating_sub(row.len());
        let cells = row.iter().map(|cell| cell.text.as_str());
        write_row(cells.chain(std::iter::repeat_n("", rest)), output)?;
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
