//! Where the rows of one format go.

use std::io::Write;
use std::path::Path;

use procmonkey_analysis::Report;
use procmonkey_analysis::report::StoredFile;
#[cfg(feature = "sqlite")]
use procmonkey_export::Database;
#[cfg(feature = "parquet")]
use procmonkey_export::ParquetWriter;
#[cfg(any(feature = "parquet", feature = "sqlite"))]
use procmonkey_export::TableOptions;
use procmonkey_export::{
    Ecs, EveryRowError, Formulas, JsonLines, JsonOptions, PlainCsv, Refusal, Row, RowWriter,
    Source, Stacks, Sysmon, ThreadedRows, Timesketch, write_every_row,
};
use procmonkey_parser::{Capture, Column};

use crate::args::{RowFormat, UsageError};
use crate::guard::GuardedRows;
use crate::output::Output;

/// What was asked for.
#[derive(Clone)]
pub(super) struct RowChoice {
    pub(super) format: RowFormat,
    pub(super) formulas: Formulas,
    pub(super) stacks: Stacks,
    pub(super) columns: Option<Vec<Column>>,
    /// How many threads there may be.
    pub(super) threads: usize,
}

/// Rows on their way to the output.
pub(super) enum RowSink {
    /// Texts, row by row.
    Texts {
        writer: Box<dyn RowWriter>,
        output: Output,
        bytes: Vec<u8>,
        choice: RowChoice,
        /// The file that the rows of the capture say that they come from.
        file: Option<String>,
    },
    /// Columns, many rows at a time.
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetWriter<Output>>),
    /// Tables in the file that takes the place of the output.
    #[cfg(feature = "sqlite")]
    Sqlite { database: Box<Database>, output: Output },
}

impl RowSink {
    /// Opens the output.
    pub(super) fn open(choice: RowChoice, path: &Path) -> anyhow::Result<RowSink> {
        let writer: Box<dyn RowWriter> = match choice.format {
            RowFormat::Jsonl => Box::new(json_lines(&choice)),
            RowFormat::CsvPlain => Box::new(PlainCsv::new(choice.formulas, choice.columns.clone())),
            RowFormat::Timesketch => Box::new(Timesketch::new()),
            RowFormat::Ecs => Box::new(Ecs::new()),
            RowFormat::Sysmon => Box::new(Sysmon::new()),
            RowFormat::Parquet => return parquet(choice, path),
            RowFormat::Sqlite => return sqlite(choice, path),
        };
        let output = match choice.format.is_json() {
            true => Output::json(path)?,
            false => Output::to(path)?,
        };
        let writer: Box<dyn RowWriter> = match choice.threads {
            0 | 1 => writer,
            _ => Box::new(ThreadedRows::new(writer)),
        };
        Ok(RowSink::Texts { writer, output, bytes: Vec::new(), choice, file: None })
    }

    /// Writes the rows of all events of a capture that was begun and not read yet, where several
    /// threads can make them. Returns how many there are; otherwise `None`, and nothing was read.
    pub(super) fn write_every(&mut self, capture: &mut Capture<'_>) -> anyhow::Result<Option<u64>> {
        let RowSink::Texts { output, choice, bytes, file, .. } = self else { return Ok(None) };
        if choice.format != RowFormat::Jsonl || choice.threads < 2 {
            return Ok(None);
        }
        let mut writers: Vec<Box<dyn RowWriter>> = Vec::new();
        for _ in 0..choice.threads {
            let mut writer = Box::new(GuardedRows(json_lines(choice)));
            let begun = writer.begin_capture(&Source::of(capture).file(file.as_deref()), bytes);
            begun.map_err(|refusal| refused(capture.name(), refusal))?;
            writers.push(writer);
        }
        let written = write_every_row(capture, writers, |rows| output.write_guarded(rows));
        written.map_err(|error| match error {
            EveryRowError::Capture(error) => error.into(),
            EveryRowError::Refused(refusal) => refused(capture.name(), refusal).into(),
            EveryRowError::Output(error) => error.into(),
            error => anyhow::anyhow!("{}: {error}", capture.name()),
        })
    }

    /// Begins the rows of a capture.
    pub(super) fn begin(&mut self, name: &str, source: &Source<'_>) -> anyhow::Result<()> {
        match self {
            RowSink::Texts { writer, bytes, file, .. } => {
                *file = source.file.map(str::to_string);
                let begun = writer.begin_capture(source, bytes);
                begun.map_err(|refusal| refused(name, refusal))?;
            }
            #[cfg(feature = "parquet")]
            RowSink::Parquet(writer) => writer.begin_capture(source)?,
            #[cfg(feature = "sqlite")]
            RowSink::Sqlite { database, .. } => database.begin_capture(source)?,
        }
        Ok(())
    }

    /// Adds a row of the capture with this name.
    pub(super) fn write(&mut self, name: &str, row: &Row<'_>) -> anyhow::Result<()> {
        match self {
            RowSink::Texts { writer, output, bytes, .. } => {
                let written = writer.write_row(row, bytes);
                output.write_all(bytes)?;
                bytes.clear();
                written.map_err(|refusal| refused(name, refusal))?;
            }
            #[cfg(feature = "parquet")]
            RowSink::Parquet(writer) => writer.write_row(row)?,
            #[cfg(feature = "sqlite")]
            RowSink::Sqlite { database, .. } => database.write_row(row)?,
        }
        Ok(())
    }

    /// Adds what is known of a capture when its rows are written.
    #[cfg_attr(
        not(feature = "sqlite"),
        allow(unused_variables, reason = "only a database has a place for it")
    )]
    pub(super) fn end(&mut self, name: &str, capture: &Capture<'_>) -> anyhow::Result<()> {
        match self {
            RowSink::Texts { writer, output, bytes, .. } => {
                let ended = writer.end_capture(bytes);
                output.write_all(bytes)?;
                bytes.clear();
                ended.map_err(|refusal| refused(name, refusal).into())
            }
            #[cfg(feature = "parquet")]
            RowSink::Parquet(_) => Ok(()),
            #[cfg(feature = "sqlite")]
            RowSink::Sqlite { database, .. } => Ok(database.end_capture(capture)?),
        }
    }

    /// Keeps the digest of a file that was read, where the output has a place for it.
    #[cfg_attr(
        not(any(feature = "parquet", feature = "sqlite")),
        allow(unused_variables, reason = "only these have a place for it")
    )]
    pub(super) fn note_file(&mut self, file: &StoredFile) -> anyhow::Result<()> {
        match self {
            RowSink::Texts { .. } => {}
            #[cfg(feature = "parquet")]
            RowSink::Parquet(writer) => writer.note_file(file),
            #[cfg(feature = "sqlite")]
            RowSink::Sqlite { database, .. } => database.note_file(file)?,
        }
        Ok(())
    }

    /// Completes the output, with the report on the same captures where it has a place for one.
    /// Returns what the rows do not have.
    #[cfg_attr(
        not(feature = "sqlite"),
        allow(unused_variables, reason = "only a database has a place for it")
    )]
    pub(super) fn finish(self, report: Option<&Report>) -> anyhow::Result<Vec<String>> {
        match self {
            RowSink::Texts { mut writer, mut output, mut bytes, .. } => {
                writer.finish(&mut bytes);
                output.write_all(&bytes)?;
                output.finish()?;
                Ok(writer.remarks())
            }
            #[cfg(feature = "parquet")]
            RowSink::Parquet(writer) => {
                writer.finish()?.finish()?;
                Ok(Vec::new())
            }
            #[cfg(feature = "sqlite")]
            RowSink::Sqlite { mut database, output } => {
                if let Some(report) = report {
                    database.write_report(report)?;
                }
                database.finish()?;
                output.finish()?;
                Ok(Vec::new())
            }
        }
    }
}

fn json_lines(choice: &RowChoice) -> JsonLines {
    let options = JsonOptions::new().stacks(choice.stacks);
    JsonLines::new(match &choice.columns {
        Some(columns) => options.columns(columns.clone()),
        None => options,
    })
}

/// Why a capture is refused, with the flags that supply what it does not show.
fn refused(name: &str, refusal: Refusal) -> UsageError {
    const DATE: &str = "--date DATE (the day of its first event)";
    const ZONE: &str = "--tz ZONE (of the clock that its times are from)";
    let flags = match refusal {
        Refusal::NoDate => DATE.to_string(),
        Refusal::NoDateAndZone => format!("{DATE} and {ZONE}"),
        Refusal::NoDateOrder => "--date-order dmy, mdy or ymd (of its dates)".to_string(),
        _ => ZONE.to_string(),
    };
    UsageError(format!("{name}: {refusal}; give {flags}"))
}

#[cfg(any(feature = "parquet", feature = "sqlite"))]
fn table_options(choice: RowChoice) -> TableOptions {
    let options = TableOptions::new().stacks(choice.stacks);
    match choice.columns {
        Some(columns) => options.columns(columns),
        None => options,
    }
}

#[cfg(feature = "parquet")]
fn parquet(choice: RowChoice, path: &Path) -> anyhow::Result<RowSink> {
    let output = Output::to(path)?;
    if output.is_terminal() {
        let text = "--output: a Parquet file is not written to a terminal; name a file with -o";
        return Err(UsageError(text.to_string()).into());
    }
    let writer = ParquetWriter::new(output, table_options(choice))?;
    Ok(RowSink::Parquet(Box::new(writer)))
}

#[cfg(not(feature = "parquet"))]
fn parquet(choice: RowChoice, _: &Path) -> anyhow::Result<RowSink> {
    Err(not_built_in(choice.format))
}

#[cfg(feature = "sqlite")]
fn sqlite(choice: RowChoice, path: &Path) -> anyhow::Result<RowSink> {
    let no_file = "--output: a SQLite database can only be written to a file; name one with -o";
    if path.as_os_str() == "-" {
        return Err(UsageError(no_file.to_string()).into());
    }
    let output = Output::to(path)?;
    let Some(unfinished) = output.unfinished() else {
        return Err(UsageError(no_file.to_string()).into());
    };
    let threads = choice.threads;
    let database = Database::create(unfinished, table_options(choice))?;
    let database = if threads > 1 { database.on_a_thread() } else { database };
    Ok(RowSink::Sqlite { database: Box::new(database), output })
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(choice: RowChoice, _: &Path) -> anyhow::Result<RowSink> {
    Err(not_built_in(choice.format))
}

#[cfg(not(all(feature = "parquet", feature = "sqlite")))]
fn not_built_in(format: RowFormat) -> anyhow::Error {
    let name = format.name();
    UsageError(format!("-f {name}: this program was built without the feature `{name}`")).into()
}
