//! `procmonkey events`: the filtered events themselves.

use procmonkey_parser::{Event, Verdict};

use crate::args::{EventsArgs, read_options};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::{Messages, count};
use crate::output::Output;
use crate::render::{EventWriter, Look};
use crate::select::Selection;

pub(crate) fn run(args: &EventsArgs) -> anyhow::Result<Exit> {
    let messages = Messages::new(&args.out);
    let Selection { filter, losses } = args.select.selection_with_processes(messages)?;
    let mut output = Output::open(&args.out)?;
    let look = Look::new(&args.out, &output);
    let options = read_options(&args.select.processes, &args.time);
    let mut event = Event::default();
    let mut writer = EventWriter::new(args.out.format(), look);
    let mut tally = for_each(&args.inputs, &options, messages, |capture| {
        for column in filter.missing_columns(capture.columns(), capture.processes()) {
            messages.note(format_args!(
                "{}: the filter asks for the column {column}, which this capture does not have",
                capture.name()
            ));
        }
        for name in writer.begin_capture(capture, &mut output)? {
            messages.note(format_args!(
                "{}: the column {name} is not in the first capture and is left out",
                capture.name()
            ));
        }
        let (mut kept, mut undecided) = (0u64, 0u64);
        while capture.read_event(&mut event)? {
            match filter.matches(&event, capture.clock()) {
                Verdict::Included => {
                    kept += 1;
                    writer.write(&event, &mut output)?;
                }
                Verdict::Excluded => {}
                Verdict::Undecidable => undecided += 1,
            }
        }
        if undecided > 0 {
            messages.note(format_args!(
                "{}: the filter could not decide on {}, because their date or time can be read in \
                 more than one way; see --date-order",
                capture.name(),
                count(undecided, "event")
            ));
        }
        if !filter.is_empty() {
            messages.note(format_args!(
                "{}: {kept} of {}",
                capture.name(),
                count(capture.events_read(), "event")
            ));
        }
        Ok(())
    })?;
    tally.losses += losses;
    if tally.captures == 0 {
        return Ok(Exit::NoInput);
    }
    writer.finish(&mut output)?;
    output.finish()?;
    Ok(exit_of(tally))
}
