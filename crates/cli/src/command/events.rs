//! `procmonkey events`: the events that pass the filter.

use std::path::Path;

use procmonkey_export::Stacks;
use procmonkey_parser::{Capture, Event, Excerpt, ExcerptCounts, ExcerptRow, Why};

use crate::args::{EventsArgs, OutputFormat, RowFormat, Selection, UsageError};
use crate::command::excerpted::for_each_excerpted;
use crate::command::exit_of;
use crate::command::filtered::write_filtered;
use crate::command::row_writer::RowChoice;
use crate::command::rows::{EventSink, RowOutput, first_look};
use crate::command::unmatched::{self, Search};
use crate::exit::Exit;
use crate::inputs::{Noted, for_each_noting};
use crate::messages::{Messages, count};
use crate::output::Output;
use crate::render::{EventWriter, FileNames, JsonForm, Look};

pub(crate) fn run(args: &EventsArgs) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let form = Form::of(args)?;
    let mut noted = Noted::of(args.rows.hash(args.out.rows())?);
    let selection = args.captures.select.selection_with_processes(messages)?;
    let inputs = &args.captures.inputs;
    let options = args.native.apply(args.captures.read_options());
    let mut options = args.id.apply(options, inputs)?;
    let mut sink = form.open(args)?;
    if let Some(format) = form.looked_at_first() {
        let order = args.captures.read.time.date_order;
        let look = first_look(format, inputs, &options, order, messages)?;
        if let Some(order) = look.order {
            options = options.date_order(order);
        }
        sink.set_found(look);
    }
    let mut left = args.captures.read.most_events();
    let (mut wanted, mut left_out) = (0, 0);
    let memory = args.captures.read.most_gathered();
    let mut read = for_each_noting(inputs, &options, messages, &mut noted, |capture| {
        if left == Some(0) {
            return Ok(());
        }
        let names = match args.captures.has_several(capture) {
            true => FileNames::Shown,
            false => FileNames::Hidden,
        };
        sink.begin(capture, names, messages)?;
        let excerpt = args.excerpt.excerpt(left, memory);
        let counts = write_excerpt(&mut *sink, capture, &excerpt, &selection, messages);
        // Also for a capture that breaks off.
        sink.end(capture)?;
        let counts = counts?;
        wanted += counts.wanted;
        left_out += counts.left_out;
        left = left.map(|left| left.saturating_sub(counts.wanted));
        if !selection.is_everything() || !excerpt.is_everything() {
            report_share(capture, counts, messages);
        }
        Ok(())
    })?;
    read.losses += selection.losses + left_out;
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    sink.finish(&noted, messages)?;
    if wanted == 0 {
        let search = Search {
            captures: &args.captures,
            options: &options,
            selection: &selection,
            excerpt: args.excerpt.excerpt(None, memory),
            is_meant: |_| true,
            meant: "",
            events_read: read.events,
        };
        unmatched::explain(&search, messages)?;
    }
    Ok(exit_of(read))
}

/// Writes the events of the selection that are in the excerpt.
fn write_excerpt(
    sink: &mut dyn EventSink,
    capture: &mut Capture<'_>,
    excerpt: &Excerpt,
    selection: &Selection,
    messages: Messages,
) -> anyhow::Result<ExcerptCounts> {
    if excerpt.is_everything() {
        let wanted = write_filtered(sink, capture, selection, messages)?;
        return Ok(ExcerptCounts { wanted, ..ExcerptCounts::default() });
    }
    for_each_excerpted(capture, excerpt, selection, messages, |event, row| sink.write(event, row))
}

/// What becomes of the events.
enum Form {
    /// A list for people, or in one of the forms that every command has.
    List(OutputFormat, JsonForm, Stacks),
    /// Rows for another tool.
    Rows(RowChoice),
}

impl Form {
    /// The form that the flags ask for.
    ///
    /// # Errors
    /// When a flag does nothing for it.
    fn of(args: &EventsArgs) -> Result<Form, UsageError> {
        let rows = args.out.rows();
        let formulas = args.rows.formulas(rows)?;
        let format = args.out.format();
        let is_json = matches!(format, OutputFormat::Json | OutputFormat::Jsonl);
        if args.raw && (rows.is_some() || !is_json) {
            return Err(UsageError("--raw is for -f json and jsonl".to_string()));
        }
        let stacks = args.rows.stacks(rows.map_or(is_json, RowFormat::has_stacks))?;
        let is_typed_lines = format == OutputFormat::Jsonl && !args.raw;
        let Some(format) = rows.or(is_typed_lines.then_some(RowFormat::Jsonl)) else {
            refuse_formats_of_convert(args)?;
            let json = if args.raw { JsonForm::Raw } else { JsonForm::Typed };
            return Ok(Form::List(format, json, stacks));
        };
        format.check_columns(args.columns.as_ref().map(|list| &list.0[..]))?;
        let columns = args.columns.as_ref().map(|list| list.0.clone());
        let threads = args.captures.read.threads();
        Ok(Form::Rows(RowChoice { format, formulas, stacks, columns, threads }))
    }

    /// Opens the output.
    ///
    /// # Errors
    /// When it cannot be written.
    fn open(&self, args: &EventsArgs) -> anyhow::Result<Box<dyn EventSink>> {
        Ok(match self {
            Form::List(format, json, stacks) => {
                let output = Output::open(&args.out)?;
                let look = Look::new(&args.out, &output);
                let columns = args.columns.as_ref().map(|list| list.0.clone());
                let writer = EventWriter::new(*format, (*json, *stacks), look, columns);
                Box::new(List {
                    writer,
                    output,
                    is_csv: *format == OutputFormat::Csv,
                    neighbours: 0,
                })
            }
            Form::Rows(choice) => {
                let path = args.out.output.as_deref().unwrap_or(Path::new("-"));
                Box::new(RowOutput::open(choice.clone(), path)?)
            }
        })
    }

    /// The format whose rows need a first look at the inputs, if they do.
    fn looked_at_first(&self) -> Option<RowFormat> {
        match self {
            Form::List(OutputFormat::Json, JsonForm::Typed, _) => Some(RowFormat::Jsonl),
            Form::List(..) => None,
            Form::Rows(choice) => Some(choice.format),
        }
    }
}

/// A list of events.
struct List {
    writer: EventWriter,
    output: Output,
    is_csv: bool,
    neighbours: u64,
}

impl EventSink for List {
    fn begin(
        &mut self,
        capture: &Capture<'_>,
        names: FileNames,
        messages: Messages,
    ) -> anyhow::Result<()> {
        for name in self.writer.begin_capture(capture, names, &mut self.output)? {
            messages.note(format_args!(
                "{}: the column {name} is not in the first capture and is left out",
                capture.name()
            ));
        }
        Ok(())
    }

    fn write(&mut self, event: &Event, row: ExcerptRow<'_>) -> anyhow::Result<()> {
        self.neighbours += u64::from(row.why == Why::Neighbour);
        Ok(self.writer.write(event, row, &mut self.output)?)
    }

    fn finish(mut self: Box<Self>, _: &Noted, messages: Messages) -> anyhow::Result<()> {
        self.writer.finish(&mut self.output)?;
        self.output.finish()?;
        if self.neighbours > 0 && self.is_csv {
            messages.note(format_args!(
                "a CSV has no place for a mark: {} of its rows stand beside those that were asked \
                 for",
                self.neighbours
            ));
        }
        Ok(())
    }
}

fn report_share(capture: &Capture<'_>, counts: ExcerptCounts, messages: Messages) {
    let read = count(capture.events_read(), "event");
    let so_far = if counts.stopped { "; the rest was not read" } else { "" };
    messages.note(format_args!("{}: {} of {read}{so_far}", capture.name(), counts.wanted));
}

/// # Errors
/// When the extension of the output is that of a format which another command writes.
fn refuse_formats_of_convert(args: &EventsArgs) -> Result<(), UsageError> {
    let Some(output) = args.out.output.as_ref().filter(|_| args.out.asked().is_none()) else {
        return Ok(());
    };
    let extension = output.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("xml" | "pml") => Err(UsageError(format!(
            "--output {}: `procmonkey convert` writes XML and native logs; events writes CSV, JSON, \
             JSON lines and Markdown, or what --format says",
            output.display()
        ))),
        _ => Ok(()),
    }
}
