//! `procmonkey stacks`: the call stacks, and how often each occurs.

use procmonkey_analysis::StackSummary;
use procmonkey_parser::{Event, Verdict};

use crate::args::{Selection, StacksArgs, read_options};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::{Messages, count};
use crate::output::Output;
use crate::render::{self, Look};

pub(crate) fn run(args: &StacksArgs) -> anyhow::Result<Exit> {
    let messages = Messages::new(&args.out);
    let Selection { filter, losses } = args.select.selection_with_processes(messages)?;
    let mut output = Output::open(&args.out)?;
    let options = read_options(&args.select.processes, &args.read);
    let mut stacks = Vec::new();
    let interest = filter.interest();
    let mut event = Event::default();
    let mut tally = for_each(&args.inputs, &options, messages, |capture| {
        let mut summary = StackSummary::default();
        while capture.read_event_of(&interest, &mut event)? {
            if filter.matches(&event, capture.clock()) == Verdict::Included {
                summary.observe(&event);
            }
        }
        messages.remarks(capture);
        if summary.events_without_stack() > 0 {
            let without = count(summary.events_without_stack(), "event");
            messages.note(format_args!("{}: {without} without a call stack", capture.name()));
        }
        stacks.append(&mut summary.finish());
        Ok(())
    })?;
    tally.losses += losses;
    if tally.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let look = Look::new(&args.out, &output);
    render::stacks(&stacks, args.out.format(), look, &mut output)?;
    output.finish()?;
    Ok(exit_of(tally))
}
