//! One file for each subcommand.

mod analyze;
mod code;
mod compare;
mod convert;
mod convert_native;
mod events;
mod filter;
mod filtered;
mod info;
mod key;
mod processes;
mod signatures;
mod stacks;

use crate::args::{Cli, Command, Files};
use crate::evidence;
use crate::exit::Exit;
use crate::inputs::Tally;

/// Carries out what the user asked for.
pub(crate) fn run(cli: &Cli) -> anyhow::Result<Exit> {
    let Files { given, output, clobber } = cli.command.files();
    evidence::protect(output, &given, clobber)?;
    match &cli.command {
        Command::Analyze(args) => analyze::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Events(args) => events::run(args),
        Command::Info(args) => info::run(args),
        Command::Processes(args) => processes::run(args),
        Command::Stacks(args) => stacks::run(args),
        Command::Key(args) => key::run(args),
        Command::Code(args) => code::run(args),
        Command::Filter(args) => filter::run(args),
        Command::Signatures(args) => signatures::run(args),
    }
}

/// The exit status of a command that flags nothing.
fn exit_of(tally: Tally) -> Exit {
    match tally.is_incomplete() {
        true => Exit::Losses,
        false => Exit::Clean,
    }
}
