//! Where the output goes, what it looks like, and how much is written to standard error.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::messages::Messages;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Form of the output [filter: flags, else: by the extension of -o, or table]. JSON has control, bidirectional and
    /// invisible characters as \uXXXX; on a terminal the other forms show U+FFFD or a picture
    /// for them, and only files and pipes have them unchanged
    #[arg(short, long, value_enum)]
    pub(crate) format: Option<OutputFormat>,
    /// File to write; made before the work begins, complete or not at all
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) replace: ReplaceArgs,
    /// Say nothing on standard error but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Whole GUIDs, paths and texts in tables
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Colour in tables; `auto` heeds NO_COLOR and the terminal
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For reading on a terminal
    Table,
    /// One document, as schemas/report.schema.json describes it
    Json,
    /// One object a line
    Jsonl,
    /// Comma-separated; `events` writes it as Procmon does
    Csv,
    /// For a ticket or a page
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// Whether an output may replace a capture, an event log or a registry hive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clobber {
    Refused,
    Allowed,
}

/// Which files may be replaced.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ReplaceArgs {
    /// Replace the file of -o even where it is a capture, an event log or a registry hive
    #[arg(long)]
    clobber: bool,
}

impl ReplaceArgs {
    /// Whether evidence may be replaced.
    pub(crate) fn clobber(self) -> Clobber {
        match self.clobber {
            true => Clobber::Allowed,
            false => Clobber::Refused,
        }
    }
}

/// How much is written to standard error, for commands that show no tables.
#[derive(Debug, Args)]
pub(super) struct MessageArgs {
    /// Say nothing on standard error but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// List more of the places that could not be read
    #[arg(short, long)]
    verbose: bool,
}

impl MessageArgs {
    /// How much is written to standard error.
    pub(super) fn messages(&self) -> Messages {
        match self {
            MessageArgs { quiet: true, .. } => Messages::Errors,
            MessageArgs { verbose: true, .. } => Messages::All,
            _ => Messages::Usual,
        }
    }
}

impl OutputArgs {
    /// How much is written to standard error.
    pub(crate) fn messages(&self) -> Messages {
        MessageArgs { quiet: self.quiet, verbose: self.verbose }.messages()
    }

    /// The form of the output: the one that was asked for, or that of the extension of the file.
    pub(crate) fn format(&self) -> OutputFormat {
        self.format.or_else(|| self.format_of_file()).unwrap_or(OutputFormat::Table)
    }

    fn format_of_file(&self) -> Option<OutputFormat> {
        let extension = self.output.as_ref()?.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "json" => Some(OutputFormat::Json),
            "jsonl" | "ndjson" => Some(OutputFormat::Jsonl),
            "csv" => Some(OutputFormat::Csv),
            "md" => Some(OutputFormat::Markdown),
            _ => None,
        }
    }
}
