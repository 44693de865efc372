//! What the user typed after `compare`.

use std::path::PathBuf;

use clap::Args;

use super::{HashArgs, KeyNameArgs, OutputArgs, ReadArgs, SelectArgs};

/// What `compare --help` says first.
pub(super) const ABOUT: &str = "\
Compares the start-up of a process in a capture of a good day with that of a bad one: which key
containers, GUIDs and phases differ, and the first thing that the bad one does otherwise.
Actions are brought together by what is done, whatever the PID, TID, handle, GUID or temporary name.

Of several instances of the process, the last whose start is in the capture is taken, first among
those that use key files. What only one capture shows counts only when both show the start.

Exit status 0: nothing differs that matters. 1: something does. 4: they cannot be compared, or
something was lost and nothing differs. The JSON is described by schemas/compare.schema.json.";

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Capture of a good start; `-` is standard input. An archive may hold one file only
    pub(crate) good: PathBuf,
    /// Capture of a bad start, in any format
    pub(crate) bad: PathBuf,
    /// Instead: the paths that only one of the captures touches, of all processes unless -p names
    /// some; case does not count, and nothing is flagged
    #[arg(long, conflicts_with_all = ["machine_guid", "names", "hash"])]
    pub(crate) paths: bool,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) keys: KeyNameArgs,
    #[command(flatten)]
    pub(crate) hash: HashArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}
