//! `procmonkey code`: what an error code means.

use procmonkey_analysis::{CodeAnswer, CodeFamily};

use crate::args::CodeArgs;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{self, ListedFamily, Look};

pub(crate) fn run(args: &CodeArgs) -> anyhow::Result<Exit> {
    let mut output = Output::open(&args.out)?;
    let look = Look::new(&args.out, &output);
    let format = args.out.format();
    let exit = match args.list {
        Some(family) => {
            render::code_list(&listed(family), format, look, &mut output)?;
            Exit::Clean
        }
        None if args.codes.is_empty() => {
            let families = CodeFamily::ALL.map(ListedFamily::new);
            render::code_families(&families, format, look, &mut output)?;
            Exit::Clean
        }
        None => {
            let answers: Vec<CodeAnswer> =
                args.codes.iter().map(|text| CodeAnswer::new(text)).collect();
            render::codes(&answers, format, look, &mut output)?;
            exit_of(&answers)
        }
    };
    output.finish()?;
    Ok(exit)
}

/// The codes of a family, or of all of them.
fn listed(family: Option<CodeFamily>) -> Vec<CodeAnswer> {
    let families = family.map_or(CodeFamily::ALL.to_vec(), |family| vec![family]);
    families.into_iter().flat_map(CodeFamily::codes).map(CodeAnswer::of_known).collect()
}

/// A code that is not known by name is flagged.
fn exit_of(answers: &[CodeAnswer]) -> Exit {
    match answers.iter().all(CodeAnswer::is_known) {
        true => Exit::Clean,
        false => Exit::Flagged,
    }
}
