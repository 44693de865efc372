//! Events one by one, in every form, without holding them.

use std::io::{self, Write};

use procmonkey_parser::{Capture, Clock, Column, Columns, CsvWriter, Event};

use super::event_json::{EventJson, Stacks};
use super::grid::{Cell, Grid};
use super::{Look, markdown, table};
use crate::args::OutputFormat;
use crate::output::Output;
use crate::text::clip;

/// Writes events as they come.
pub(crate) struct EventWriter {
    format: OutputFormat,
    look: Look,
    /// The columns of the first capture: those of a CSV or Markdown table.
    columns: Option<Columns>,
    csv: Option<CsvWriter<Vec<u8>>>,
    object: EventJson,
    rows: Vec<Vec<Cell>>,
    written: u64,
    captures: usize,
}

/// How many rows of a table are laid out at a time.
const BLOCK: usize = 500;

/// The columns of the table for a terminal.
const TABLE: [Column; 7] = [
    Column::TimeOfDay,
    Column::ProcessName,
    Column::Pid,
    Column::Operation,
    Column::Path,
    Column::Result,
    Column::Detail,
];

/// Longest text of a cell unless all of it is asked for.
const LONGEST_CELL: usize = 80;

impl EventWriter {
    pub(crate) fn new(format: OutputFormat, stacks: Stacks, look: Look) -> EventWriter {
        EventWriter {
            format,
            look,
            columns: None,
            csv: None,
            object: EventJson::new(stacks),
            rows: Vec::new(),
            written: 0,
            captures: 0,
        }
    }

    /// Begins a capture. The names that come back are columns which it has and
    /// the output has not.
    pub(crate) fn begin_capture(
        &mut self,
        capture: &Capture<'_>,
        output: &mut Output,
    ) -> io::Result<Vec<String>> {
        self.captures += 1;
        let columns = capture.columns();
        let Some(first) = &self.columns else {
            self.columns = Some(columns.clone());
            match self.format {
                OutputFormat::Csv => {
                    let mut writer = CsvWriter::new(Vec::new(), columns)?;
                    drain(&mut writer, output)?;
                    self.csv = Some(writer);
                }
                OutputFormat::Markdown => {
                    let names: Vec<_> = std::iter::once("Event").chain(columns.names()).collect();
                    markdown::header_row(&names, output)?;
                    let dashes: Vec<_> = names.iter().map(|_| "---").collect();
                    writeln!(output, "| {} |", dashes.join(" | "))?;
                }
                OutputFormat::Json => write!(output, "[")?,
                OutputFormat::Table | OutputFormat::Jsonl => {}
            }
            return Ok(Vec::new());
        };
        let tabular = matches!(self.format, OutputFormat::Csv | OutputFormat::Markdown);
        let left_out = columns.names().filter(|name| !first.names().any(|other| other == *name));
        Ok(if tabular { left_out.map(str::to_string).collect() } else { Vec::new() })
    }

    /// Writes one event.
    pub(crate) fn write(
        &mut self,
        event: &Event,
        clock: &Clock,
        output: &mut Output,
    ) -> io::Result<()> {
        match self.format {
            OutputFormat::Csv => {
                if let Some(writer) = &mut self.csv {
                    writer.write(event)?;
                    drain(writer, output)?;
                }
            }
            OutputFormat::Json => {
                writeln!(output, "{}", if self.written == 0 { "" } else { "," })?;
                output.write_all(self.object.of(event, clock, self.captures - 1))?;
            }
            OutputFormat::Jsonl => {
                output.write_all(self.object.of(event, clock, self.captures - 1))?;
                output.write_all(b"\n")?;
            }
            OutputFormat::Markdown => {
                let number = event.number().to_string();
                let cells = self.cells(event);
                let cells =
                    std::iter::once(number.as_str()).chain(cells.iter().map(String::as_str));
                markdown::write_row(cells, output)?;
            }
            OutputFormat::Table => {
                self.rows.push(self.row(event));
                if self.rows.len() == BLOCK {
                    self.write_block(output)?;
                }
            }
        }
        self.written += 1;
        Ok(())
    }

    /// Writes what is still to be written.
    pub(crate) fn finish(&mut self, output: &mut Output) -> io::Result<()> {
        match self.format {
            OutputFormat::Json => writeln!(output, "\n]"),
            OutputFormat::Table => self.write_block(output),
            _ => Ok(()),
        }
    }

    fn cells(&self, event: &Event) -> Vec<String> {
        let Some(columns) = &self.columns else { return Vec::new() };
        let known = columns.known().iter();
        known
            .map(|column| {
                column.and_then(|column| event.get(column)).unwrap_or_default().into_owned()
            })
            .collect()
    }

    fn row(&self, event: &Event) -> Vec<Cell> {
        let mut row = vec![Cell::from(event.number().to_string())];
        for column in TABLE {
            let text = event.get(column).or_else(|| {
                (column == Column::TimeOfDay).then(|| event.get(Column::DateAndTime)).flatten()
            });
            let text = text.unwrap_or_default();
            row.push(Cell::from(match self.look.whole {
                true => text.into_owned(),
                false => clip(&text, LONGEST_CELL),
            }));
        }
        row
    }

    fn write_block(&mut self, output: &mut Output) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let headers = std::iter::once("Event").chain(TABLE.map(Column::name)).collect();
        let grid = Grid {
            headers,
            rows,
            numbers: vec![0, 3],
            unbroken: vec![0, 1, 3],
            cut: vec![2, 4, 5, 6, 7],
            spare: vec![7, 3, 1],
            first: Vec::new(),
        };
        writeln!(output, "{}", table::to_table(&grid, self.look))
    }
}

/// Hands on what the CSV writer has made.
fn drain(writer: &mut CsvWriter<Vec<u8>>, output: &mut Output) -> io::Result<()> {
    let bytes = writer.get_mut();
    output.write_all(bytes)?;
    bytes.clear();
    Ok(())
}
