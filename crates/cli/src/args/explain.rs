//! What the user typed after `explain`.

use std::path::PathBuf;

use clap::{Arg, Args};

use super::{KeyNameArgs, OutputArgs, ReadArgs, SelectArgs, WitnessArgs};

/// What `explain --help` says first.
pub(super) const ABOUT: &str = "\
Tells a start-up in plain sentences, phase by phase: what happens, in which events, and why Windows
does it. Then what differs from a healthy start: from the one of --baseline, or else from what is
known of healthy starts; it says which. What the capture cannot show is named, too.

The processes are those that analyze judges; -p names others. With --lesson: learning goals,
questions about this capture, and their answers behind all of them.

Exit status as that of analyze; 1 also if something differs from --baseline that matters.
The JSON is described by schemas/explanation.schema.json.";

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Capture, or a folder or an archive of captures that are one case; `-` is standard input
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) keys: KeyNameArgs,
    #[command(flatten)]
    pub(crate) witnesses: WitnessArgs,
    /// Also learning goals, questions that this capture answers, and the answers
    #[arg(long, help_heading = "Output")]
    pub(crate) lesson: bool,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

/// `--baseline` of a command that compares with it.
pub(super) fn of_good_start(baseline: Arg) -> Arg {
    baseline.help(
        "Capture of a good start: what differs from it is told. Of several, the first is compared, and \
         all are witnesses. INPUT is then one file",
    )
}
