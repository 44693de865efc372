//! `procmonkey stacks`: the call stacks, and how often each occurs.

use procmonkey_analysis::StackSummary;

use crate::args::{CaptureArgs, ExcerptArgs, OutputArgs, StacksArgs};
use crate::command::excerpted::for_each_excerpted;
use crate::command::exit_of;
use crate::command::unmatched::{self, Search};
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::count;
use crate::output::Output;
use crate::render::{self, Look};

pub(crate) fn run(args: &StacksArgs) -> anyhow::Result<Exit> {
    show(&args.captures, &args.excerpt, &args.out)
}

/// Shows the stacks of a part of the captures.
pub(super) fn show(
    captures: &CaptureArgs,
    part: &ExcerptArgs,
    out: &OutputArgs,
) -> anyhow::Result<Exit> {
    let messages = out.messages();
    let selection = captures.select.selection_with_processes(messages)?;
    let mut output = Output::open(out)?;
    let options = captures.read_options();
    let mut left = captures.read.most_events();
    let (mut stacks, mut wanted, mut left_out) = (Vec::new(), 0, 0);
    let memory = captures.read.most_gathered();
    let mut read = for_each(&captures.inputs, &options, messages, |capture| {
        let mut summary = StackSummary::default();
        let excerpt = part.excerpt(left, memory);
        let outcome = for_each_excerpted(capture, &excerpt, &selection, messages, |event, _| {
            summary.observe(event);
            Ok(())
        });
        if let Ok(counts) = &outcome {
            left = left.map(|left| left.saturating_sub(counts.wanted));
            wanted += counts.wanted;
            left_out += counts.left_out;
        }
        if summary.events_without_stack() > 0 {
            let without = count(summary.events_without_stack(), "event");
            messages.note(format_args!("{}: {without} without a call stack", capture.name()));
        }
        let mut found = summary.finish();
        if captures.has_several(capture) {
            found.iter_mut().for_each(|stack| stack.file = Some(capture.name().to_string()));
        }
        stacks.append(&mut found);
        outcome.map(|_| ())
    })?;
    read.losses += selection.losses + left_out;
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let look = Look::new(out, &output);
    render::stacks(&stacks, out.format(), look, &mut output)?;
    output.finish()?;
    if wanted == 0 {
        let search = Search {
            captures,
            options: &options,
            selection: &selection,
            excerpt: part.excerpt(None, memory),
            is_meant: |_| true,
            meant: "",
        };
        unmatched::explain(&search, messages)?;
    }
    Ok(exit_of(read))
}
