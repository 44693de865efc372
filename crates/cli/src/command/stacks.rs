//! `procmonkey stacks`: the call stacks, and how often each occurs.

use std::cmp::Reverse;

use procmonkey_analysis::StackSummary;

use crate::args::{CaptureArgs, ExcerptArgs, OutputArgs, StacksArgs, SummaryArgs, UsageError};
use crate::command::excerpted::for_each_excerpted;
use crate::command::exit_of;
use crate::command::unmatched::{self, Search};
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::count;
use crate::output::Output;
use crate::render::{self, Look, StacksShown};

pub(crate) fn run(args: &StacksArgs) -> anyhow::Result<Exit> {
    show(&args.captures, &args.excerpt, None, &args.out)
}

/// The stacks as one of the summaries.
///
/// # Errors
/// Also when they shall be sorted: they have no columns.
pub(super) fn summary(args: &SummaryArgs) -> anyhow::Result<Exit> {
    if args.order.sort.is_some() {
        return Err(UsageError(
            "--sort is for the other summaries; call stacks stand with the most events first"
                .to_string(),
        )
        .into());
    }
    show(&args.captures, &ExcerptArgs::default(), args.order.top, &args.out)
}

/// Shows the stacks of a part of the captures, of each capture those with most events first;
/// with `top`, so many.
fn show(
    captures: &CaptureArgs,
    part: &ExcerptArgs,
    top: Option<usize>,
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
    let all = stacks.len();
    if let Some(top) = top.filter(|top| *top < all) {
        stacks.sort_by_key(|stack| Reverse(stack.events));
        stacks.truncate(top);
        messages.note(format_args!("{top} of {}", count(all as u64, "call stack")));
    }
    let shown = top.map_or(StacksShown::Usual, StacksShown::So);
    render::stacks(&stacks, shown, out.format(), look, &mut output)?;
    output.finish()?;
    if wanted == 0 {
        let search = Search {
            captures,
            options: &options,
            selection: &selection,
            excerpt: part.excerpt(None, memory),
            is_meant: |_| true,
            meant: "",
            events_read: read.events,
        };
        unmatched::explain(&search, messages)?;
    }
    Ok(exit_of(read))
}
