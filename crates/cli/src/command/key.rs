//! `procmonkey key`: from a container to its file name, and back.

use procmonkey_analysis::KeyQuestion;

use crate::args::KeyArgs;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{self, ListedKey, Look};

pub(crate) fn run(args: &KeyArgs) -> anyhow::Result<Exit> {
    let names = args.names.names()?;
    let mut output = Output::open(&args.out)?;
    let answers: Vec<ListedKey> = args
        .keys
        .iter()
        .flat_map(|text| KeyQuestion::new(text).answer(&names, args.names.machine_guid.as_ref()))
        .map(ListedKey::new)
        .collect();
    let look = Look::new(&args.out, &output);
    render::keys(&answers, args.out.format(), look, &mut output)?;
    output.finish()?;
    Ok(Exit::Clean)
}
