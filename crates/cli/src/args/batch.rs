//! What the user of `batch` typed.

use std::path::PathBuf;

use clap::{Arg, Args, ValueEnum};

use crate::messages::Messages;

use super::output::MessageArgs;
use super::{FlagArgs, HashArgs, KeyNameArgs, ReadArgs, SelectArgs};

pub(super) const ABOUT: &str = "\
Analyses every capture below the folders, each by itself, as `analyze -f json` does: recognised by
content, in archives too. The results go into a folder, each file complete or not at all:

  findings/       a report for each capture, named by its id and a hash of where it lies
  events/         with --events parquet, its events, in folders by computer and date
  done/           what was read for what, by which the next run knows what is done
  manifest.jsonl  a line for each file and capture: status, counts, losses, signatures, copies
  log.jsonl       what was done when, and how long it took

What is done is skipped the next time: the same size, time and id of the file, the same options,
the same version. So a run that was killed goes on where it was, and what comes out is the same.
One file that cannot be read stops nothing. A folder with a case.json is one case: the file names
its captures in order, its baseline and its witnesses. The exit status is that of the worst
capture.";

#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// Folders that captures lie in, or below; or captures
    #[arg(required = true, value_name = "DIR")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) keys: KeyNameArgs,
    #[command(flatten)]
    pub(crate) flag: FlagArgs,
    #[command(flatten)]
    pub(crate) hash: HashArgs,
    /// Read each capture with what lies in its folder: event logs, hives, .reg files, listings of key
    /// folders, logs of DebugView. What was paired is told
    #[arg(long, help_heading = "Witnesses")]
    pub(crate) with_witnesses: bool,
    /// Also write the events of each capture, as `events -f parquet` does
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) events: Option<EventsForm>,
    /// Folder for the results: a new one, or that of an earlier run
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(crate) output: PathBuf,
    /// Tell on standard error how far it is, one JSON object a line, in place of a bar on a terminal
    #[arg(long, value_enum, value_name = "FORM", help_heading = "Output")]
    pub(crate) progress: Option<ProgressForm>,
    #[command(flatten)]
    pub(crate) messages: MessageArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EventsForm {
    /// A table in columns, for DuckDB, pandas, Polars
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressForm {
    /// NDJSON
    Json,
}

impl BatchArgs {
    /// How much is written to standard error.
    pub(crate) fn messages(&self) -> Messages {
        self.messages.messages()
    }
}

/// `--threads` of a command that reads several captures at the same time.
pub(super) fn of_captures(threads: Arg) -> Arg {
    threads.help("Captures that are read at the same time [default: one for each CPU]")
}

/// `--quiet` and `--verbose` of a command that tells what it skips.
pub(super) fn telling_more(verbose: Arg) -> Arg {
    verbose.help("Tell what came of each file, what is skipped, and what is done again and why")
}
