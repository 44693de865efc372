//! One file for each subcommand.

mod analyze;
mod batch;
mod code;
mod compare;
mod compare_paths;
mod completions;
mod convert;
mod convert_native;
mod count;
mod cross_reference;
mod date_order;
mod events;
mod excerpted;
mod explain;
mod filter;
mod filtered;
mod info;
mod key;
mod kit;
mod processes;
mod redact;
mod render;
mod row_writer;
mod rows;
mod signatures;
mod stacks;
mod unmatched;

use crate::args::{Cli, Command, Files, UsageError};
use crate::evidence;
use crate::exit::Exit;
use crate::inputs::ReadCounts;

/// Carries out what the user asked for.
pub(crate) fn run(cli: &mut Cli) -> anyhow::Result<Exit> {
    // Other shells have done it, and what they have left is the name of a file.
    if cfg!(windows) {
        cli.command.expand_patterns()?;
    }
    let Files { given, output, clobber } = cli.command.files();
    evidence::protect(output, &given, clobber)?;
    refuse_event_limit(&cli.command)?;
    refuse_date(&cli.command)?;
    match &cli.command {
        Command::Analyze(args) => analyze::run(args),
        Command::Batch(args) => batch::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Redact(args) => redact::run(args),
        Command::Render(args) => render::run(args),
        Command::Events(args) => events::run(args),
        Command::Count(args) => count::run(args),
        Command::Summary(args) => count::summary(args),
        Command::CrossReference(args) => cross_reference::run(args),
        Command::Info(args) => info::run(args),
        Command::Processes(args) => processes::run(args),
        Command::Stacks(args) => stacks::run(args),
        Command::Key(args) => key::run(args),
        Command::Code(args) => code::run(args),
        Command::Filter(args) => filter::run(args),
        Command::Signatures(args) => signatures::run(args),
        Command::Kit(args) => kit::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => completions::pages(args),
    }
}

/// The exit status of a command that flags nothing.
fn exit_of(read: ReadCounts) -> Exit {
    match read.is_incomplete() {
        true => Exit::Losses,
        false => Exit::Clean,
    }
}

/// # Errors
/// When `--date` is given to a command in whose groups no date stands.
fn refuse_date(command: &Command) -> anyhow::Result<()> {
    let captures = match command {
        Command::Count(args) => &args.captures,
        Command::Summary(args) => &args.captures,
        Command::CrossReference(args) => &args.captures,
        _ => return Ok(()),
    };
    match captures.read.date() {
        Some(_) => Err(UsageError(
            "--date changes nothing here: no date of an event is shown or compared".to_string(),
        )
        .into()),
        None => Ok(()),
    }
}

/// # Errors
/// When `--limit` has a number alone, for a command that does not stop after some events.
fn refuse_event_limit(command: &Command) -> anyhow::Result<()> {
    let read = match command {
        Command::Analyze(args) => &args.captures.read,
        Command::Batch(args) => &args.read,
        Command::Compare(args) => &args.read,
        Command::Explain(args) => &args.read,
        Command::Convert(args) => &args.read,
        Command::Count(args) => &args.captures.read,
        Command::Summary(args) => &args.captures.read,
        Command::CrossReference(args) => &args.captures.read,
        Command::Info(args) => &args.captures.read,
        Command::Processes(args) => &args.read,
        _ => return Ok(()),
    };
    match read.most_events() {
        Some(_) => Err(UsageError(
            "--limit N, so many events, is for events and stacks; here it is --limit NAME=N, as in \
             record=128MiB"
                .to_string(),
        )
        .into()),
        None => Ok(()),
    }
}
