//! What the user typed after `count` and `summary`.

use clap::{Arg, Args, ValueEnum};

use procmonkey_analysis::{Measure, Quantity, Statistic, TallyKey};

use super::{CaptureArgs, NativeArgs, OutputArgs, parse};

/// What `count --help` says first.
pub(super) const ABOUT_COUNT: &str = "\
Counts events in groups, those with most events first. Texts are compared as they are, with case.
Durations are in seconds, read and written in bytes. p95 is the least number that 95 of 100 do not
exceed. JSON is an array of objects with the names of the columns, `Events`, and `Sum Duration` and
the like. Several captures are counted together.";

/// What `summary --help` says first.
pub(super) const ABOUT_SUMMARY: &str = "\
The summaries of Procmon's Tools menu: events, duration, and bytes read and written, for each process,
file, registry key, network path, operation or result; or the call stacks, as `stacks` shows them.";

#[derive(Debug, Args)]
pub(crate) struct CountArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    /// Columns to count by: Procmon's, second, minute, folder:N (the first N parts of the path),
    /// extension, hive, host, port
    #[arg(long, required = true, value_delimiter = ',', value_name = "COLUMN,…", value_parser = parse::<TallyKey>)]
    pub(crate) by: Vec<TallyKey>,
    /// Add up duration, read (bytes) or written (bytes)
    #[arg(long, value_delimiter = ',', value_name = "WHAT,…", value_parser = parse::<Quantity>)]
    sum: Vec<Quantity>,
    /// The least of them
    #[arg(long, value_delimiter = ',', value_name = "WHAT,…", value_parser = parse::<Quantity>)]
    min: Vec<Quantity>,
    /// The greatest of them
    #[arg(long, value_delimiter = ',', value_name = "WHAT,…", value_parser = parse::<Quantity>)]
    max: Vec<Quantity>,
    /// Their arithmetic mean
    #[arg(long, value_delimiter = ',', value_name = "WHAT,…", value_parser = parse::<Quantity>)]
    mean: Vec<Quantity>,
    /// What 95 of 100 of them do not exceed
    #[arg(long, value_delimiter = ',', value_name = "WHAT,…", value_parser = parse::<Quantity>)]
    p95: Vec<Quantity>,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    #[command(flatten)]
    pub(crate) native: NativeArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

impl CountArgs {
    /// What is added up.
    pub(crate) fn measures(&self) -> Vec<Measure> {
        let lists = [
            (Statistic::Sum, &self.sum),
            (Statistic::Min, &self.min),
            (Statistic::Max, &self.max),
            (Statistic::Mean, &self.mean),
            (Statistic::P95, &self.p95),
        ];
        let mut measures = Vec::new();
        for (statistic, list) in lists {
            measures.extend(list.iter().map(|quantity| Measure { statistic, quantity: *quantity }));
        }
        measures
    }
}

/// Which groups are shown first, and how many.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which groups")]
pub(crate) struct OrderArgs {
    /// Only so many groups
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,
    /// Column to sort by, as the header names it: numbers from the greatest down, texts from A to
    /// Z; with - in front the other way round [default: Events]
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
}

/// What `cross-reference --help` says first.
pub(super) const ABOUT_CROSS_REFERENCE: &str = "\
The paths that one process writes and another one reads, as the Cross Reference Summary of Procmon's
Tools menu. Writing is what Procmon's Category says, and to overwrite a file or have it deleted when
it is closed; reading is what Category says, and to load an image. Only what succeeds counts. Case
does not count in paths. Processes differ by name and PID; one that writes and reads is in both
lists. Files that are renamed are not followed.";

#[derive(Debug, Args)]
pub(crate) struct CrossReferenceArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

/// `--top` and `--sort` of a command whose rows are paths.
pub(super) fn of_paths(arg: Arg) -> Arg {
    let arg = match arg.get_id() == "top" {
        true => arg.help("Only so many paths"),
        false => arg,
    };
    arg.help_heading("Which paths")
}

#[derive(Debug, Args)]
pub(crate) struct SummaryArgs {
    /// What of
    #[arg(value_enum)]
    pub(crate) of: SummaryKind,
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

/// The summaries of Procmon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SummaryKind {
    /// Processes, with PID
    Process,
    /// Paths of file events
    File,
    /// Paths of registry events
    Registry,
    /// Paths of network events
    Network,
    /// Call stacks
    Stack,
    /// Operations
    Operation,
    /// Results
    Result,
}
