//! `procmonkey completions` and `procmonkey man`: made of the definitions of the flags.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::exit::Exit;
use crate::output::Output;

/// The name that users type.
const NAME: &str = "procmonkey";

/// Writes the script for a shell to standard output.
pub(crate) fn run(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut output = Output::to(Path::new("-"))?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    output.write_all(&script)?;
    output.finish()?;
    Ok(Exit::Clean)
}

/// Writes a manual page for the program and for each command.
pub(crate) fn pages(args: &ManArgs) -> anyhow::Result<Exit> {
    std::fs::create_dir_all(&args.folder)
        .with_context(|| format!("{} cannot be made", args.folder.display()))?;
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    write(&program, NAME, &args.folder)?;
    for command in program.get_subcommands() {
        write(command, &format!("{NAME}-{}", command.get_name()), &args.folder)?;
    }
    Ok(Exit::Clean)
}

fn write(command: &clap::Command, name: &str, folder: &Path) -> anyhow::Result<()> {
    let mut output = Output::to(&folder.join(format!("{name}.1")))?;
    let mut page = Vec::new();
    Man::new(command.clone()).title(name).render(&mut page)?;
    output.write_all(&page)?;
    output.finish()
}
