//! What the user typed after `convert`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use procmonkey_parser::{Column, WriteFormat, similar_names};

use super::output::{MessageArgs, ReplaceArgs};
use super::{CaptureIdArgs, NativeArgs, ReadArgs, RowArgs, RowFormat, SelectArgs, UsageError};
use crate::messages::Messages;

/// What `convert --help` says first.
pub(super) const ABOUT: &str = "\
Writes the events of one capture, all or some of them, in one of Procmon's own formats, or as typed
rows for other tools, as `events -f` writes them too. In Procmon's formats, the texts
of the events stay as they are: times keep their locale, and nothing is invented that the capture
does not have. Only a line feed inside a text becomes `;` in a CSV, as Procmon makes it.

An XML has no process list when the capture has none, and modules only from a native log; a CSV has
neither a process list nor call stacks. What was left out is reported on standard error.

A native log (PML) is written from a native log byte for byte, with the processes and modules that its
events need. From an export it is put together from the texts, event by event, and what reads otherwise
afterwards is counted as lost. It needs dates and a zone: what the export does not show is asked for with
--tz, --date and --date-order. Times of files are read with the offset from UTC that the zone has at the
first event, because Procmon shows all of them with that of the moment of the export.";

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// Capture; `-` is standard input. An archive may hold one file only
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) native: NativeArgs,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) id: CaptureIdArgs,
    #[command(flatten)]
    pub(crate) rows: RowArgs,
    #[command(flatten)]
    pub(crate) out: ConvertOutputArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct ConvertOutputArgs {
    /// File to write, complete or not at all; its extension decides the format. `-` is standard output,
    /// where a terminal is shown U+FFFD or a picture for control, bidirectional and invisible
    /// characters; files and pipes have them unchanged
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Format to write, whatever the file is called
    #[arg(short, long, value_enum)]
    format: Option<ConvertFormat>,
    /// Columns to write: default (Procmon's seven), all, or names as in 'PID,Time of Day,Path'
    /// [default: those of the capture]
    #[arg(long, value_name = "COLUMNS", value_parser = column_list, hide_default_value = true)]
    pub(crate) columns: Option<ColumnList>,
    #[command(flatten)]
    pub(crate) replace: ReplaceArgs,
    #[command(flatten)]
    messages: MessageArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ConvertFormat {
    /// Comma-separated, as Procmon exports it
    Csv,
    /// XML, as Procmon exports it
    Xml,
    /// Procmon's native log, version 9
    Pml,
    /// One JSON object a line, with numbers as numbers: schemas/events.schema.json
    Jsonl,
    /// Comma-separated for a spreadsheet or Timeline Explorer: ISO times, plain numbers
    CsvPlain,
    /// JSON lines for Timesketch
    Timesketch,
    /// NDJSON in the names of the Elastic Common Schema
    Ecs,
    /// JSON lines with the EventIDs and names of Sysmon, for Sigma rules
    Sysmon,
    /// A table in columns, for DuckDB, pandas, Polars
    Parquet,
    /// A database with events, processes, findings and timeline; only to a file
    Sqlite,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConvertTarget {
    /// A text that Procmon exports.
    Export(WriteFormat),
    /// A native log, which can only be written to a file.
    Native,
    /// Rows for other tools.
    Rows(RowFormat),
}

/// Columns in the order in which they were named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnList(pub(crate) Vec<Column>);

impl ConvertOutputArgs {
    /// How much is written to standard error.
    pub(crate) fn messages(&self) -> Messages {
        self.messages.messages()
    }

    /// The format of the output.
    pub(crate) fn target(&self) -> Result<ConvertTarget, UsageError> {
        match self.format {
            Some(ConvertFormat::Csv) => return Ok(ConvertTarget::Export(WriteFormat::Csv)),
            Some(ConvertFormat::Xml) => return Ok(ConvertTarget::Export(WriteFormat::Xml)),
            Some(ConvertFormat::Pml) => return Ok(ConvertTarget::Native),
            Some(ConvertFormat::Jsonl) => return Ok(ConvertTarget::Rows(RowFormat::Jsonl)),
            Some(ConvertFormat::CsvPlain) => return Ok(ConvertTarget::Rows(RowFormat::CsvPlain)),
            Some(ConvertFormat::Timesketch) => {
                return Ok(ConvertTarget::Rows(RowFormat::Timesketch));
            }
            Some(ConvertFormat::Ecs) => return Ok(ConvertTarget::Rows(RowFormat::Ecs)),
            Some(ConvertFormat::Sysmon) => return Ok(ConvertTarget::Rows(RowFormat::Sysmon)),
            Some(ConvertFormat::Parquet) => return Ok(ConvertTarget::Rows(RowFormat::Parquet)),
            Some(ConvertFormat::Sqlite) => return Ok(ConvertTarget::Rows(RowFormat::Sqlite)),
            None => {}
        }
        let extension = self.output.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("pml") => return Ok(ConvertTarget::Native),
            Some("jsonl" | "ndjson") => return Ok(ConvertTarget::Rows(RowFormat::Jsonl)),
            Some(extension) => {
                if let Some(format) = RowFormat::from_extension(extension) {
                    return Ok(ConvertTarget::Rows(format));
                }
            }
            None => {}
        }
        let format = extension.and_then(WriteFormat::from_extension).ok_or_else(|| {
            let extensions = WriteFormat::ALL.map(|format| format!(".{}", format.extension()));
            UsageError(format!(
                "--output {}: the extension is not {}, .pml, .jsonl, .parquet or .sqlite; use --format \
                 to choose the format",
                self.output.display(),
                extensions.join(", ")
            ))
        })?;
        Ok(ConvertTarget::Export(format))
    }
}

pub(super) fn column_list(text: &str) -> Result<ColumnList, String> {
    match text.trim() {
        "default" => return Ok(ColumnList(Column::DEFAULT.to_vec())),
        "all" => return Ok(ColumnList(Column::all().collect())),
        _ => {}
    }
    let mut columns = Vec::new();
    for name in text.split(',') {
        let Some(column) = Column::from_name(name) else {
            let known: Vec<_> = Column::all().map(Column::name).collect();
            let meant = similar_names(name, known.iter().copied());
            let meant = match meant.is_empty() {
                true => String::new(),
                false => format!(" (did you mean {}?)", meant.join(" or ")),
            };
            return Err(format!(
                "there is no column '{}'{meant}; the columns are {}",
                name.trim(),
                known.join(", ")
            ));
        };
        if columns.contains(&column) {
            return Err(format!("the column {column} is given twice"));
        }
        columns.push(column);
    }
    Ok(ColumnList(columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;

    fn target(arguments: &[&str]) -> Result<ConvertTarget, UsageError> {
        let all = ["procmonkey", "convert", "x"].iter().chain(arguments);
        let Command::Convert(args) = Cli::try_parse_from(all).unwrap().command else { panic!() };
        args.out.target()
    }

    #[test]
    fn the_extension_decides_the_format_unless_it_is_given() {
        assert_eq!(target(&["-o", "a.csv"]).unwrap(), ConvertTarget::Export(WriteFormat::Csv));
        assert_eq!(target(&["-o", "b/A.XML"]).unwrap(), ConvertTarget::Export(WriteFormat::Xml));
        assert_eq!(target(&["-o", "A.Pml"]).unwrap(), ConvertTarget::Native);
        let jsonl = ConvertTarget::Rows(RowFormat::Jsonl);
        assert_eq!(target(&["-o", "a.JSONL"]).unwrap(), jsonl);
        assert_eq!(target(&["-o", "a.ndjson"]).unwrap(), jsonl);
        assert_eq!(target(&["-o", "a.pml", "-f", "jsonl"]).unwrap(), jsonl);
        let parquet = ConvertTarget::Rows(RowFormat::Parquet);
        assert_eq!(target(&["-o", "a.Parquet"]).unwrap(), parquet);
        assert_eq!(target(&["-o", "-", "-f", "parquet"]).unwrap(), parquet);
        let sqlite = ConvertTarget::Rows(RowFormat::Sqlite);
        assert_eq!(target(&["-o", "a.sqlite"]).unwrap(), sqlite);
        assert_eq!(target(&["-o", "a.db"]).unwrap(), sqlite);
        let ecs = ConvertTarget::Rows(RowFormat::Ecs);
        assert_eq!(target(&["-o", "a.jsonl", "-f", "ecs"]).unwrap(), ecs);
        assert_eq!(
            target(&["-o", "a.csv", "-f", "xml"]).unwrap(),
            ConvertTarget::Export(WriteFormat::Xml)
        );
        assert_eq!(
            target(&["-o", "-", "-f", "csv"]).unwrap(),
            ConvertTarget::Export(WriteFormat::Csv)
        );
        for name in ["-", "a", "a.csv.gz", ".csv"] {
            let error = target(&["-o", name]).unwrap_err();
            assert!(error.0.contains(".csv, .xml, .pml, .jsonl, .parquet or .sqlite"), "{error}");
        }
    }

    #[test]
    fn columns_are_named_in_any_case_and_checked() {
        let named = column_list("pid, Time of Day,date & time").unwrap();
        assert_eq!(named.0, [Column::Pid, Column::TimeOfDay, Column::DateAndTime]);
        assert_eq!(column_list("default").unwrap().0, Column::DEFAULT);
        assert_eq!(column_list("all").unwrap().0.len(), Column::COUNT);
        let error = column_list("PID,Process").unwrap_err();
        assert!(error.contains("'Process'") && error.contains("Date & Time"), "{error}");
        assert!(column_list("").is_err());
        assert!(column_list("PID,Path,pid").unwrap_err().contains("twice"));
    }
}
