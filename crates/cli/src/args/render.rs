//! What the user typed after `render`.

use std::path::PathBuf;

use clap::Args;

use super::{LessonArgs, OutputArgs};

/// What `render --help` says first.
pub(super) const ABOUT: &str = "\
Shows a report that `analyze -f json` or `compare -f json` wrote before: as a page, as a table, or in
another form. It is the same but for the rows of a page, of which a report has those that it refers to.

Exit status 0: it was shown. 3: it could not be read, or a newer version has written it.";

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// Report as `analyze -f json` or `compare -f json` writes it; `-` is standard input
    pub(crate) report: PathBuf,
    #[command(flatten)]
    pub(crate) lesson: LessonArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}
