//! `procmonkey cross-reference`: paths that one process writes and another one reads.

use procmonkey_analysis::CrossReference;

use crate::args::CrossReferenceArgs;
use crate::command::exit_of;
use crate::command::filtered::for_each_filtered;
use crate::command::unmatched::{self, Search};
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::count;
use crate::output::Output;
use crate::render::{self, Look, SharedPathOrder};

pub(crate) fn run(args: &CrossReferenceArgs) -> anyhow::Result<Exit> {
    let CrossReferenceArgs { captures, order, out } = args;
    let messages = out.messages();
    let selection = captures.select.selection_with_processes(messages)?;
    let sorted = order.sort.as_deref().map(SharedPathOrder::parse).transpose()?;
    let mut output = Output::open(out)?;
    let options = captures.read_options();
    let mut shared = CrossReference::default().memory(captures.read.most_gathered());
    let mut wanted = 0;
    let mut read = for_each(&captures.inputs, &options, messages, |capture| {
        wanted += for_each_filtered(capture, &selection, messages, |event, _| {
            shared.observe(event);
            Ok(())
        })?;
        Ok(())
    })?;
    read.losses += selection.losses;
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let (left_out, without_process) = (shared.left_out(), shared.without_process());
    let mut paths = shared.finish();
    if let Some(sorted) = sorted {
        sorted.sort(&mut paths);
    }
    let all = paths.len();
    if let Some(top) = order.top.filter(|top| *top < all) {
        paths.truncate(top);
        messages.note(format_args!("{top} of {}", count(all as u64, "path")));
    }
    let look = Look::new(out, &output);
    render::shared_paths(&paths, out.format(), look, &mut output)?;
    output.finish()?;
    if wanted == 0 {
        let search = Search::for_all(captures, &options, &selection, read.events);
        unmatched::explain(&search, messages)?;
    }
    if without_process > 0 {
        messages.note(format_args!(
            "{} that write or read do not show their process and are left out",
            count(without_process, "event")
        ));
    }
    if left_out > 0 {
        messages.note(format_args!(
            "there are too many paths to hold: {} of further paths or processes left out; a filter \
             makes fewer, --limit gathered=N more room",
            count(left_out, "event")
        ));
        return Ok(Exit::Losses);
    }
    Ok(exit_of(read))
}
