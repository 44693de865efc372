//! `procmonkey info`: what a capture holds, and which questions it cannot answer.

use procmonkey_analysis::CaptureStats;

use crate::args::InfoArgs;
use crate::command::exit_of;
use crate::command::filtered::for_each_filtered;
use crate::command::unmatched::{self, Search};
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::output::Output;
use crate::render::{self, Look};

pub(crate) fn run(args: &InfoArgs) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let selection = args.captures.select.selection_with_processes(messages)?;
    let mut output = Output::open(&args.out)?;
    let options = args.captures.read_options();
    let (mut surveys, mut kept) = (Vec::new(), 0);
    let mut read = for_each(&args.captures.inputs, &options, messages, |capture| {
        let mut survey = CaptureStats::default();
        let outcome = for_each_filtered(capture, &selection, messages, |event, _| {
            survey.count(event);
            kept += 1;
            Ok(())
        });
        surveys.push(survey.finish(capture));
        outcome.map(|_| ())
    })?;
    read.losses += selection.losses;
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let look = Look::new(&args.out, &output);
    render::surveys(&surveys, args.out.format(), look, &mut output)?;
    output.finish()?;
    if kept == 0 {
        let search = Search::for_all(&args.captures, &options, &selection, read.events);
        unmatched::explain(&search, messages)?;
    }
    Ok(exit_of(read))
}
