//! `procmonkey code`: what an error code means.

use procmonkey_analysis::CodeAnswer;

use crate::args::CodeArgs;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{self, Look};

pub(crate) fn run(args: &CodeArgs) -> anyhow::Result<Exit> {
    let mut output = Output::open(&args.out)?;
    let answers: Vec<CodeAnswer> = args.codes.iter().map(|text| CodeAnswer::new(text)).collect();
    let look = Look::new(&args.out, &output);
    render::codes(&answers, args.out.format(), look, &mut output)?;
    output.finish()?;
    Ok(Exit::Clean)
}
