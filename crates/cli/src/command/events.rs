//! `procmonkey events`: the events that pass the filter.

use crate::args::EventsArgs;
use crate::command::exit_of;
use crate::command::filtered::for_each_filtered;
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::count;
use crate::output::Output;
use crate::render::{EventWriter, Look, Stacks};

pub(crate) fn run(args: &EventsArgs) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let selection = args.captures.select.selection_with_processes(messages)?;
    let mut output = Output::open(&args.out)?;
    let look = Look::new(&args.out, &output);
    let options = args.native.apply(args.captures.read_options());
    let stacks = if args.stack { Stacks::Written } else { Stacks::LeftOut };
    let mut writer = EventWriter::new(args.out.format(), stacks, look);
    let mut tally = for_each(&args.captures.inputs, &options, messages, |capture| {
        for name in writer.begin_capture(capture, &mut output)? {
            messages.note(format_args!(
                "{}: the column {name} is not in the first capture and is left out",
                capture.name()
            ));
        }
        let kept = for_each_filtered(capture, &selection, messages, |event, clock| {
            Ok(writer.write(event, clock, &mut output)?)
        })?;
        if !selection.is_everything() {
            messages.note(format_args!(
                "{}: {kept} of {}",
                capture.name(),
                count(capture.events_read(), "event")
            ));
        }
        Ok(())
    })?;
    tally.losses += selection.losses;
    if tally.captures == 0 {
        return Ok(Exit::NoInput);
    }
    writer.finish(&mut output)?;
    output.finish()?;
    Ok(exit_of(tally))
}
