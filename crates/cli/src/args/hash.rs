//! Whether a report has the digests of the files that were read.

use clap::{Args, ValueEnum};

/// How a file is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HashKind {
    /// SHA-256
    Sha256,
}

#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct HashArgs {
    /// Keep in the output the SHA-256 of each file that was read, as it is stored; it is read once
    /// more for this, but for standard input. Without it, only the cheap id of the capture is kept
    #[arg(long, value_enum, value_name = "KIND", hide_possible_values = false)]
    pub(crate) hash: Option<HashKind>,
}
