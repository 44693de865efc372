//! Where the output goes, what it looks like, and how much is written to standard error.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args, ValueEnum};

use super::RowFormat;
use crate::messages::Messages;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Form of the output [filter: flags, else: by the extension of -o, or table]. JSON has control, bidirectional and
    /// invisible characters as \uXXXX; on a terminal the other forms show U+FFFD or a picture
    /// for them, and only files and pipes have them unchanged
    #[arg(short, long, value_parser = lists())]
    format: Option<FormatChoice>,
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

/// A flag that a command takes and does not show, because it asks for what is so anyway.
pub(super) fn already(arg: Arg) -> Arg {
    arg.hide(true)
}

/// What can stand behind `-f`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatChoice {
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
    /// One page with a drawing, for a browser, a mail, or paper; it needs nothing else
    Html,
    /// The drawing alone
    Svg,
    /// For reading on a terminal
    Text,
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

/// A form that every command has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputFormat {
    Table,
    Json,
    Jsonl,
    Csv,
    Markdown,
}

/// A form that only what has a drawing has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageFormat {
    Html,
    Svg,
}

impl FormatChoice {
    fn list(self) -> Option<OutputFormat> {
        match self {
            FormatChoice::Table | FormatChoice::Text => Some(OutputFormat::Table),
            FormatChoice::Json => Some(OutputFormat::Json),
            FormatChoice::Jsonl => Some(OutputFormat::Jsonl),
            FormatChoice::Csv => Some(OutputFormat::Csv),
            FormatChoice::Markdown => Some(OutputFormat::Markdown),
            FormatChoice::Html
            | FormatChoice::Svg
            | FormatChoice::CsvPlain
            | FormatChoice::Timesketch
            | FormatChoice::Ecs
            | FormatChoice::Sysmon
            | FormatChoice::Parquet
            | FormatChoice::Sqlite => None,
        }
    }

    fn rows(self) -> Option<RowFormat> {
        match self {
            FormatChoice::CsvPlain => Some(RowFormat::CsvPlain),
            FormatChoice::Timesketch => Some(RowFormat::Timesketch),
            FormatChoice::Ecs => Some(RowFormat::Ecs),
            FormatChoice::Sysmon => Some(RowFormat::Sysmon),
            FormatChoice::Parquet => Some(RowFormat::Parquet),
            FormatChoice::Sqlite => Some(RowFormat::Sqlite),
            _ => None,
        }
    }

    fn page(self) -> Option<PageFormat> {
        match self {
            FormatChoice::Html => Some(PageFormat::Html),
            FormatChoice::Svg => Some(PageFormat::Svg),
            _ => None,
        }
    }
}

/// Takes these of the forms.
fn some_of(forms: &'static [FormatChoice]) -> impl TypedValueParser<Value = FormatChoice> {
    let values = forms.iter().filter_map(ValueEnum::to_possible_value);
    PossibleValuesParser::new(values).try_map(|name| FormatChoice::from_str(&name, false))
}

fn lists() -> impl TypedValueParser<Value = FormatChoice> {
    some_of(&FormatChoice::value_variants()[..5])
}

/// `--format` of a command that has pages and drawings, too.
pub(super) fn with_pages(format: Arg) -> Arg {
    format.value_parser(some_of(&FormatChoice::value_variants()[..7]))
}

/// `--format` of a command that tells something in sentences.
pub(super) fn for_explanations(format: Arg) -> Arg {
    use FormatChoice::{Html, Json, Markdown, Text};
    const FORMS: &[FormatChoice] = &[Text, Markdown, Html, Json];
    format.value_parser(some_of(FORMS)).help(
        "Form of the output [default: by the extension of -o, or text]. On a terminal, the text shows \
         control, bidirectional and invisible characters as U+FFFD or a picture",
    )
}

/// `--format` of a command that writes rows for other tools, too.
pub(super) fn with_rows(format: Arg) -> Arg {
    const FORMS: [FormatChoice; 11] = [
        FormatChoice::Table,
        FormatChoice::Json,
        FormatChoice::Jsonl,
        FormatChoice::Csv,
        FormatChoice::Markdown,
        FormatChoice::CsvPlain,
        FormatChoice::Timesketch,
        FormatChoice::Ecs,
        FormatChoice::Sysmon,
        FormatChoice::Parquet,
        FormatChoice::Sqlite,
    ];
    format.value_parser(some_of(&FORMS))
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
pub(crate) struct MessageArgs {
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

    /// The form that was asked for, among those that every command has.
    pub(crate) fn asked(&self) -> Option<OutputFormat> {
        self.format.and_then(FormatChoice::list)
    }

    /// The form of the output: the one that was asked for, or that of the extension of the file.
    pub(crate) fn format(&self) -> OutputFormat {
        let asked = self.asked();
        asked.or_else(|| self.format_of_file()).unwrap_or(OutputFormat::Table)
    }

    /// For a command that has them: rows for another tool, where those are asked for, or the
    /// extension of the file says so.
    pub(crate) fn rows(&self) -> Option<RowFormat> {
        match self.format {
            Some(format) => format.rows(),
            None => RowFormat::from_extension(&self.extension()?),
        }
    }

    /// For a command that has them: a page or a drawing, where that is the form of the output.
    pub(crate) fn page(&self) -> Option<PageFormat> {
        match self.format {
            Some(format) => format.page(),
            None => match self.extension()?.as_str() {
                "html" | "htm" => Some(PageFormat::Html),
                "svg" => Some(PageFormat::Svg),
                _ => None,
            },
        }
    }

    fn extension(&self) -> Option<String> {
        Some(self.output.as_ref()?.extension()?.to_str()?.to_ascii_lowercase())
    }

    fn format_of_file(&self) -> Option<OutputFormat> {
        match self.extension()?.as_str() {
            "json" => Some(OutputFormat::Json),
            "jsonl" | "ndjson" => Some(OutputFormat::Jsonl),
            "csv" => Some(OutputFormat::Csv),
            "md" => Some(OutputFormat::Markdown),
            _ => None,
        }
    }
}
