//! What the user typed behind `kit`.

use std::path::PathBuf;

use clap::Args;

pub(super) const ABOUT: &str = "\
Writes what a person carries to the broken server: settings for Process Monitor, a batch file that
records with it, one that collects witnesses and only reads, a case.json, and a page of instructions
(README.txt). Process Monitor itself has to be put beside them. `procmonkey analyze DIR` reads what
is brought back. The files are the same bytes every time.";

#[derive(Debug, Args)]
pub(crate) struct KitArgs {
    /// Folder to write the kit into, made where it is not there; it has to be empty
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Also write into a folder that is not empty; files of the same names are replaced, others stay
    #[arg(long)]
    pub(crate) force: bool,
}
