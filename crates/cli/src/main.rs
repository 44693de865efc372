//! The procmonkey command line.

#![forbid(unsafe_code)]

mod args;
mod batch;
mod case_file;
mod case_folders;
mod command;
mod digest;
mod evidence;
mod exit;
mod filter_files;
mod folder;
mod guard;
mod inputs;
mod interrupts;
mod judge;
mod kit;
mod made;
mod messages;
mod output;
mod patterns;
mod render;
mod standard_input;
mod text;
mod witnesses;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::exit::Exit;

// Its allocator, and its copying of bytes.
#[cfg(target_env = "musl")]
use procmonkey_musl as _;

fn main() -> ExitCode {
    interrupts::let_large_writes_fail();
    // Where it cannot be had, a file that becomes shorter ends the program, as ever.
    let _ = procmonkey_parser::guard_mapped_files();
    let arguments = args::code::with_negative_codes(std::env::args_os());
    let mut cli = match args::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return without_command(&error),
    };
    match command::run(&mut cli) {
        Ok(exit) => exit.into(),
        // `head` and the like end before our output does; that is not an error.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            messages::Messages::Errors.error(format_args!("{error:#}"));
            exit::of_error(&error).into()
        }
    }
}

/// What was typed is wrong, or asks for help or the version.
fn without_command(error: &clap::Error) -> ExitCode {
    let is_wrong = error.use_stderr();
    let printed = match is_wrong {
        true => error.print(),
        false => procmonkey_standard_output::check()
            .and_then(|()| error.print())
            .and_then(|()| std::io::stdout().flush()),
    };
    match printed {
        _ if is_wrong => Exit::Usage.into(),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            messages::Messages::Errors
                .error(format_args!("standard output cannot be written: {error}"));
            Exit::NoInput.into()
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
