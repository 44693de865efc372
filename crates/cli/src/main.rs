//! The procmonkey command line.

#![forbid(unsafe_code)]

mod args;
mod command;
mod exit;
mod filter_files;
mod inputs;
mod messages;
mod output;
mod render;
mod text;
mod witnesses;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::Exit;

fn main() -> ExitCode {
    let cli = args::Cli::parse_from(args::code::with_negative_codes(std::env::args_os()));
    match command::run(&cli) {
        Ok(exit) => exit.into(),
        // `head` and the like end before our output does; that is not an error.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("procmonkey: {error:#}");
            exit::of_error(&error).into()
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
