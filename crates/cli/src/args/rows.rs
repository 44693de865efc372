//! Rows for other tools: which, and how.

use clap::Args;

use procmonkey_export::{Formulas, Stacks};
use procmonkey_parser::Column;

use super::{HashArgs, UsageError};

/// Rows for a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFormat {
    /// Typed JSON lines.
    Jsonl,
    CsvPlain,
    Timesketch,
    Ecs,
    Sysmon,
    Parquet,
    Sqlite,
}

impl RowFormat {
    /// Whether its rows are JSON.
    pub(crate) fn is_json(self) -> bool {
        match self {
            RowFormat::Jsonl | RowFormat::Timesketch | RowFormat::Ecs | RowFormat::Sysmon => true,
            RowFormat::CsvPlain | RowFormat::Parquet | RowFormat::Sqlite => false,
        }
    }

    /// The format that the extension of a file stands for, in small letters, where no other
    /// command writes it otherwise.
    pub(crate) fn from_extension(extension: &str) -> Option<RowFormat> {
        match extension {
            "parquet" => Some(RowFormat::Parquet),
            "sqlite" | "db" => Some(RowFormat::Sqlite),
            _ => None,
        }
    }

    /// What messages say that was written.
    pub(crate) fn title(self) -> &'static str {
        match self {
            RowFormat::Jsonl => "JSON lines",
            RowFormat::CsvPlain => "plain CSV",
            RowFormat::Timesketch => "rows for Timesketch",
            RowFormat::Ecs => "rows of the Elastic Common Schema",
            RowFormat::Sysmon => "rows of Sysmon",
            RowFormat::Parquet => "Parquet",
            RowFormat::Sqlite => "a SQLite database",
        }
    }

    /// Whether its rows have a place for call stacks.
    pub(crate) fn has_stacks(self) -> bool {
        match self {
            RowFormat::Jsonl | RowFormat::Parquet | RowFormat::Sqlite => true,
            RowFormat::CsvPlain | RowFormat::Timesketch | RowFormat::Ecs | RowFormat::Sysmon => {
                false
            }
        }
    }

    /// Refuses a choice of columns for rows whose members are always the same.
    ///
    /// # Errors
    /// When columns are chosen, and this form has no place for them.
    pub(crate) fn check_columns(self, columns: Option<&[Column]>) -> Result<(), UsageError> {
        let has_fixed_names = match self {
            RowFormat::Jsonl | RowFormat::CsvPlain | RowFormat::Parquet | RowFormat::Sqlite => {
                false
            }
            RowFormat::Timesketch | RowFormat::Ecs | RowFormat::Sysmon => true,
        };
        match columns {
            Some(_) if has_fixed_names => Err(UsageError(format!(
                "--columns is not for -f {}, whose rows have fixed names",
                self.name()
            ))),
            _ => Ok(()),
        }
    }

    /// The name that is behind `-f`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            RowFormat::Jsonl => "jsonl",
            RowFormat::CsvPlain => "csv-plain",
            RowFormat::Timesketch => "timesketch",
            RowFormat::Ecs => "ecs",
            RowFormat::Sysmon => "sysmon",
            RowFormat::Parquet => "parquet",
            RowFormat::Sqlite => "sqlite",
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct RowArgs {
    /// With -f csv-plain: a ' in front of each text that a spreadsheet would take for a formula
    #[arg(long)]
    safe: bool,
    /// In JSON, Parquet and SQLite, also the call stack of each event that has one, as `stack`
    #[arg(long)]
    stack: bool,
    #[command(flatten)]
    hash: HashArgs,
}

impl RowArgs {
    /// Which digests go into the output.
    ///
    /// # Errors
    /// When digests are asked for, and the output has no place for them.
    pub(crate) fn hash(&self, format: Option<RowFormat>) -> Result<&HashArgs, UsageError> {
        let has_place = matches!(format, Some(RowFormat::Parquet | RowFormat::Sqlite));
        match self.hash.hash {
            Some(_) if !has_place => {
                Err(UsageError("--hash is for -f parquet and sqlite".to_string()))
            }
            _ => Ok(&self.hash),
        }
    }

    /// Whether call stacks are written.
    ///
    /// # Errors
    /// When they are asked for, and the output has no place for them.
    pub(crate) fn stacks(&self, has_place: bool) -> Result<Stacks, UsageError> {
        match (self.stack, has_place) {
            (false, _) => Ok(Stacks::LeftOut),
            (true, true) => Ok(Stacks::Written),
            (true, false) => Err(UsageError("--stack is for JSON, Parquet and SQLite".to_string())),
        }
    }

    /// What happens to formulas.
    ///
    /// # Errors
    /// When the format is not a spreadsheet's.
    pub(crate) fn formulas(&self, format: Option<RowFormat>) -> Result<Formulas, UsageError> {
        match (self.safe, format) {
            (false, _) => Ok(Formulas::Kept),
            (true, Some(RowFormat::CsvPlain)) => Ok(Formulas::Quoted),
            (true, _) => Err(UsageError("--safe is for -f csv-plain".to_string())),
        }
    }
}
