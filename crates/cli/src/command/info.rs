//! `procmonkey info`: what a capture holds, and what it cannot tell.

use procmonkey_analysis::Survey;
use procmonkey_parser::{Event, Verdict};

use crate::args::{InfoArgs, Selection, read_options};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::Messages;
use crate::output::Output;
use crate::render::{self, Look};

pub(crate) fn run(args: &InfoArgs) -> anyhow::Result<Exit> {
    let messages = Messages::new(&args.out);
    let Selection { filter, losses } = args.select.selection_with_processes(messages)?;
    let mut output = Output::open(&args.out)?;
    let options = read_options(&args.select.processes, &args.read);
    let interest = filter.interest();
    let mut surveys = Vec::new();
    let mut event = Event::default();
    let mut tally = for_each(&args.inputs, &options, messages, |capture| {
        let mut survey = Survey::default();
        let outcome = loop {
            match capture.read_event_of(&interest, &mut event) {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
            if filter.matches(&event, capture.clock()) == Verdict::Included {
                survey.count(&event);
            }
        };
        messages.remarks(capture);
        surveys.push(survey.finish(capture));
        Ok(outcome?)
    })?;
    tally.losses += losses;
    if tally.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let look = Look::new(&args.out, &output);
    render::surveys(&surveys, args.out.format(), look, &mut output)?;
    output.finish()?;
    Ok(exit_of(tally))
}
