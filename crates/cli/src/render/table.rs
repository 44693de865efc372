//! Pages for a terminal.

use std::io::{self, Write};

use super::Look;
use super::columns::{self, long_words};
use super::grid::{Grid, Item, Page, Part, Tone};
use super::paint::{paint, title};
use crate::text::{printable, width_of, wrap};

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
            Part::Status(left, right, tone) => status(left, right, *tone, width, look, &mut lines),
            Part::Item(item) => lines.extend(of_item(item, width, look)),
            Part::Blank => lines.push(String::new()),
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

fn status(left: &str, right: &str, tone: Tone, width: usize, look: Look, lines: &mut Vec<String>) {
    let (left, right) = (printable(left), printable(right));
    let room = width.checked_sub(width_of(&left) + width_of(&right) + 2);
    if let Some(room) = room.filter(|_| !right.is_empty()) {
        let blanks = " ".repeat(room + 2);
        lines.push(format!("{}{blanks}{right}", title(&left, tone, look)));
        return;
    }
    let left = wrap(&left, width, long_words(look));
    lines.extend(left.iter().map(|line| title(line, tone, look)));
    if !right.is_empty() {
        lines.extend(wrap(&right, width, long_words(look)));
    }
}

/// Below this width, a label has its text behind a colon.
const NARROW: usize = 60;

fn of_item(item: &Item, width: usize, look: Look) -> Vec<String> {
    let (label, text) = (printable(&item.label), printable(&item.text));
    let toned = |line: &str| paint(line, item.tone, look);
    if width < NARROW && item.width > NUMBER {
        let text = match label.is_empty() {
            true => text,
            false => format!("{label}: {text}"),
        };
        let indent = if label.is_empty() { 2 } else { 0 };
        let lines = wrap(&text, width.saturating_sub(indent), long_words(look));
        return lines.iter().map(|line| format!("{}{}", " ".repeat(indent), toned(line))).collect();
    }
    let begin = item.indent + item.width;
    let lines = wrap(&text, width.saturating_sub(begin), long_words(look));
    let label = format!("{label}{}", " ".repeat(item.width.saturating_sub(width_of(&label))));
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| match index {
            0 => format!("{}{label}{}", " ".repeat(item.indent), toned(line)),
            _ => format!("{}{}", " ".repeat(begin), toned(line)),
        })
        .map(|line| line.trim_end().to_string())
        .collect()
}

/// How wide the number of a step is.
const NUMBER: usize = 4;

/// A grid as a table without the blanks that fill its last column.
pub(super) fn to_table(grid: &Grid, look: Look) -> String {
    columns::lines(grid, look).join("\n")
}
