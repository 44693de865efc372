//! Events one by one, in every form, without holding them.

use std::io::{self, Write};

use procmonkey_export::{JsonLines, JsonOptions, Row, RowWriter, Source, Stacks};
use procmonkey_parser::{Capture, Column, Columns, CsvWriter, Event, ExcerptRow, Why};

use serde_json::{Map, Value};

use super::event_json::EventJson;
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
    /// Writes JSON, unless it shall be as raw as Procmon has it.
    typed: Option<JsonLines>,
    bytes: Vec<u8>,
    rows: Vec<Vec<Cell>>,
    written: u64,
    captures: usize,
    /// The columns that were asked for.
    asked: Option<Vec<Column>>,
    /// The file of the current rows, where they say it.
    file: Option<String>,
    has_files: bool,
}

/// Whether rows say of which file they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileNames {
    Shown,
    Hidden,
}

/// What an event is in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonForm {
    /// A row that other tools take as it is.
    Typed,
    /// Procmon's columns and texts.
    Raw,
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
    pub(crate) fn new(
        format: OutputFormat,
        (form, stacks): (JsonForm, Stacks),
        look: Look,
        asked: Option<Vec<Column>>,
    ) -> EventWriter {
        // Typed lines are rows for other tools.
        let is_typed = form == JsonForm::Typed && format == OutputFormat::Json;
        let typed = is_typed.then(|| {
            let options = JsonOptions::new().stacks(stacks);
            JsonLines::new(match &asked {
                Some(asked) => options.columns(asked.clone()),
                None => options,
            })
        });
        EventWriter {
            format,
            look,
            columns: None,
            csv: None,
            object: EventJson::new(stacks),
            typed,
            bytes: Vec::new(),
            rows: Vec::new(),
            written: 0,
            captures: 0,
            asked,
            file: None,
            has_files: false,
        }
    }

    /// Begins a capture. The names that come back are columns which it has and
    /// the output has not.
    pub(crate) fn begin_capture(
        &mut self,
        capture: &Capture<'_>,
        names: FileNames,
        output: &mut Output,
    ) -> io::Result<Vec<String>> {
        self.captures += 1;
        self.file = (names == FileNames::Shown).then(|| capture.name().to_string());
        self.has_files |= self.file.is_some();
        if let Some(typed) = &mut self.typed {
            let source = Source::of(capture).file(self.file.as_deref());
            typed.begin_capture(&source, &mut self.bytes).map_err(io::Error::other)?;
        }
        let asked = self.asked.as_deref().map(Columns::from_known);
        let columns = asked.as_ref().unwrap_or(capture.columns());
        let Some(first) = &self.columns else {
            self.columns = Some(columns.clone());
            match self.format {
                OutputFormat::Csv => {
                    let mut writer = CsvWriter::new(Vec::new(), columns)?;
                    drain(&mut writer, output)?;
                    self.csv = Some(writer);
                }
                OutputFormat::Markdown => {
                    let file = self.has_files.then_some("File");
                    let before = file.into_iter().chain(["Event"]);
                    let names: Vec<_> = before.chain(columns.names()).collect();
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
        row: ExcerptRow<'_>,
        output: &mut Output,
    ) -> io::Result<()> {
        let why = row.why;
        match self.format {
            OutputFormat::Csv => {
                if let Some(writer) = &mut self.csv {
                    writer.write(event)?;
                    drain(writer, output)?;
                }
            }
            OutputFormat::Json => {
                writeln!(output, "{}", if self.written == 0 { "" } else { "," })?;
                self.write_object(event, row, output)?;
            }
            OutputFormat::Jsonl => {
                self.write_object(event, row, output)?;
                output.write_all(b"\n")?;
            }
            OutputFormat::Markdown => {
                let mut cells: Vec<_> = self.file.iter().cloned().collect();
                cells.push(number_of(event, why));
                cells.extend(self.cells(event));
                markdown::write_row(cells.iter().map(String::as_str), output)?;
            }
            OutputFormat::Table => {
                self.rows.push(self.row(event, why));
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

    /// Writes the event as a JSON object, with its file where there are several.
    fn write_object(
        &mut self,
        event: &Event,
        row: ExcerptRow<'_>,
        output: &mut Output,
    ) -> io::Result<()> {
        if let Some(typed) = &mut self.typed {
            let typed_row = Row::new(event, row.clock);
            let typed_row = match row.why {
                Why::Wanted => typed_row,
                Why::Neighbour => typed_row.as_neighbour(),
            };
            typed.write_row(&typed_row, &mut self.bytes).map_err(io::Error::other)?;
            let written = output.write_all(self.bytes.trim_ascii_end());
            self.bytes.clear();
            return written;
        }
        output.write_all(b"{")?;
        if let Some(file) = &self.file {
            write!(output, "\"file\":{},", serde_json::to_string(file)?)?;
        }
        if row.why == Why::Neighbour {
            output.write_all(b"\"neighbour\":true,")?;
        }
        let object = self.object.of(event, row.clock, self.captures - 1);
        let Some(asked) = &self.asked else {
            // Without the brace that was written already.
            return output.write_all(object.get(1..).unwrap_or_default());
        };
        let all: Map<String, Value> = serde_json::from_slice(object)?;
        let mut shown = Map::new();
        let mut keep = |name: &str, other: Option<Value>| {
            if let Some(value) = all.get(name).cloned().or(other) {
                shown.insert(name.to_string(), value);
            }
        };
        keep("capture", None);
        keep("event", None);
        for column in asked {
            let text = event.get(*column).map(|text| Value::String(text.into_owned()));
            keep(column.name(), Some(text.unwrap_or(Value::Null)));
        }
        keep("time", None);
        keep("stack", None);
        let text = serde_json::to_vec(&shown)?;
        output.write_all(text.get(1..).unwrap_or_default())
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

    fn row(&self, event: &Event, why: Why) -> Vec<Cell> {
        let mut row: Vec<Cell> = Vec::new();
        if self.has_files {
            row.push(Cell::maybe(self.file.as_ref()));
        }
        row.push(Cell::from(number_of(event, why)));
        for &column in self.table_columns() {
            let text = event.get(column).or_else(|| {
                let is_time = self.asked.is_none() && column == Column::TimeOfDay;
                is_time.then(|| event.get(Column::DateAndTime)).flatten()
            });
            let text = text.unwrap_or_default();
            row.push(Cell::from(match self.look.whole {
                true => text.into_owned(),
                false => clip(&text, LONGEST_CELL),
            }));
        }
        row
    }

    fn table_columns(&self) -> &[Column] {
        self.asked.as_deref().unwrap_or(&TABLE)
    }

    fn write_block(&mut self, output: &mut Output) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let before = usize::from(self.has_files);
        let columns = self.table_columns();
        let places = |is_so: &dyn Fn(Column) -> bool| -> Vec<usize> {
            let places = columns.iter().enumerate().filter(|(_, column)| is_so(**column));
            places.map(|(place, _)| before + 1 + place).collect()
        };
        let is_short = |column| matches!(column, Column::Pid | Column::Tid | Column::TimeOfDay);
        let mut numbers = vec![before];
        numbers.extend(places(&|column| matches!(column, Column::Pid | Column::Tid)));
        let mut unbroken = vec![before];
        unbroken.extend(places(&is_short));
        let mut cut = places(&|column| !is_short(column));
        cut.extend((0..before).rev());
        // Of columns that were asked for, none is left out.
        let spare = if self.asked.is_some() { Vec::new() } else { vec![7, 3, 1] };
        let grid = Grid {
            headers: (self.has_files.then_some("File").into_iter())
                .chain(["Event"])
                .chain(columns.iter().map(|column| column.name()))
                .collect(),
            rows,
            numbers,
            unbroken,
            cut,
            spare: spare.into_iter().map(|place| before + place).collect(),
            first: Vec::new(),
        };
        writeln!(output, "{}", table::to_table(&grid, self.look))
    }
}

/// The number of an event; in parentheses where it stands beside one that was asked for.
fn number_of(event: &Event, why: Why) -> String {
    match why {
        Why::Wanted => event.number().to_string(),
        Why::Neighbour => format!("({})", event.number()),
    }
}

/// Hands on what the CSV writer has made.
fn drain(writer: &mut CsvWriter<Vec<u8>>, output: &mut Output) -> io::Result<()> {
    let bytes = writer.get_mut();
    output.write_all(bytes)?;
    bytes.clear();
    Ok(())
}
