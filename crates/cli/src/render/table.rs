//! Pages for a terminal.

use std::io::{self, Write};

use super::Look;
use super::columns::{self, long_words};
use super::grid::{Grid, Page, Part};
use super::paint::title;
use crate::text::{printable, wrap};

/// Writes a page.
pub(super) fn write(page: &Page, look: Look, output: &mut impl Write) -> io::Result<()> {
    for line in lines(page, look) {
        writeln!(output, "{line}")?;
    }
    Ok(())
}

/// A page as lines.
pub(super) fn lines(page: &Page, look: Look) -> Vec<String> {
    let width = usize::from(look.width.unwrap_or(super::PLAIN_WIDTH));
    let mut lines = Vec::new();
    for (index, part) in page.parts.iter().enumerate() {
        match part {
            Part::Heading(text, tone) => {
                if index > 0 {
                    lines.push(String::new());
                }
                let heading = wrap(&printable(text), width, long_words(look));
                lines.extend(heading.iter().map(|line| title(line, *tone, look)));
            }
            Part::Text(text) => lines.extend(wrap(&printable(text), width, long_words(look))),
            Part::Labelled(label, text) => {
                let text = format!("{label}: {}", printable(text));
                let text = wrap(&text, width.saturating_sub(2), long_words(look));
                lines.extend(text.iter().map(|line| format!("  {line}")));
            }
            Part::Unbroken(line) => lines.push(format!("    {}", printable(line))),
            Part::Grid(grid) => {
                if index > 0 && matches!(page.parts[index - 1], Part::Grid(_)) {
                    lines.push(String::new());
                }
                lines.extend(columns::lines(grid, look));
            }
        }
    }
    lines
}

/// A grid as a table without the blanks that fill its last column.
pub(super) fn to_table(grid: &Grid, look: Look) -> String {
    columns::lines(grid, look).join("\n")
}
