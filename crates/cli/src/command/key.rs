//! `procmonkey key`: from a container to its file name, and back.

use procmonkey_analysis::{KeyAnswer, KeyQuestion};

use crate::args::KeyArgs;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{self, Look};

pub(crate) fn run(args: &KeyArgs) -> anyhow::Result<Exit> {
    let names = args.names.names()?;
    let mut output = Output::open(&args.out)?;
    let answers: Vec<KeyAnswer> = args
        .keys
        .iter()
        .flat_map(|text| KeyQuestion::new(text).answer(&names, args.names.machine_guid.as_ref()))
        .collect();
    let look = Look::new(&args.out, &output);
    render::keys(&answers, args.out.format(), look, &mut output)?;
    output.finish()?;
    Ok(Exit::Clean)
}
