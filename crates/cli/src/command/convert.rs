//! `procmonkey convert`: a capture in another of Procmon's formats, or as rows for other tools.

use procmonkey_parser::{Capture, Column, Columns, Event, EventWriter, Omissions, WriteFormat};

use crate::args::{ConvertArgs, ConvertTarget, RowFormat};
use crate::command::filtered::{for_each_filtered, write_filtered};
use crate::command::row_writer::RowChoice;
use crate::command::rows::{EventSink, RowOutput, first_look};
use crate::command::{convert_native, exit_of};
use crate::exit::Exit;
use crate::inputs::{Noted, for_one, for_one_noting};
use crate::messages::{Messages, count};
use crate::output::Output;
use crate::render::FileNames;

pub(crate) fn run(args: &ConvertArgs) -> anyhow::Result<Exit> {
    let target = args.out.target()?;
    if !matches!(target, ConvertTarget::Rows(_)) {
        args.rows.formulas(None)?;
        args.rows.hash(None)?;
        args.rows.stacks(false)?;
    }
    match target {
        ConvertTarget::Export(format) => export(args, format),
        ConvertTarget::Native => convert_native::run(args),
        ConvertTarget::Rows(format) => rows(args, format),
    }
}

fn export(args: &ConvertArgs, format: WriteFormat) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let selection = args.select.selection_with_processes(messages)?;
    let options = args.native.apply(args.read.options(&args.select.processes));
    let mut output = Some(Output::to(&args.out.output)?);
    let mut writer = None;
    let (mut written, mut read) = (0u64, 0u64);
    let mut counts = for_one(&args.input, &options, messages, |capture| {
        // One capture, so the output is there.
        let Some(output) = output.take() else { return Ok(()) };
        let asked = args.out.columns.as_ref().map(|list| &list.0[..]);
        let mut fit = Fit::new(asked, capture);
        // Kept outside of this function, so that the output gets its proper end when the
        // capture breaks off.
        let writer = writer.insert(EventWriter::begin(format, output, &fit.columns, capture)?);
        let outcome = for_each_filtered(capture, &selection, messages, |event, _| {
            written += 1;
            fit.look_at(event);
            Ok(writer.write(event)?)
        });
        read = capture.events_read();
        fit.report(capture.name(), messages);
        outcome.map(|_| ())
    })?;
    counts.losses += selection.losses;
    let Some(writer) = writer else { return Ok(Exit::NoInput) };
    let omissions = writer.omissions();
    writer.finish()?.finish()?;
    let target = target_of(args);
    report_omissions(omissions, format, &target, messages);
    let share = if selection.is_everything() { String::new() } else { format!("{written} of ") };
    messages.note(format_args!("{target}: {share}{} written as {format}", count(read, "event")));
    Ok(exit_of(counts))
}

/// Writes rows for other tools.
fn rows(args: &ConvertArgs, format: RowFormat) -> anyhow::Result<Exit> {
    format.check_columns(args.out.columns.as_ref().map(|list| &list.0[..]))?;
    let messages = args.out.messages();
    let selection = args.select.selection_with_processes(messages)?;
    let options = args.native.apply(args.read.options(&args.select.processes));
    let inputs = std::slice::from_ref(&args.input);
    let mut options = args.id.apply(options, inputs)?;
    let choice = RowChoice {
        format,
        formulas: args.rows.formulas(Some(format))?,
        stacks: args.rows.stacks(format.has_stacks())?,
        columns: args.out.columns.as_ref().map(|list| list.0.clone()),
        threads: args.read.threads(),
    };
    let mut output = Box::new(RowOutput::open(choice, &args.out.output)?);
    let order = args.read.time.date_order;
    let look = first_look(format, inputs, &options, order, messages)?;
    if let Some(order) = look.order {
        options = options.date_order(order);
    }
    output.set_found(look);
    let (mut written, mut read) = (0, 0);
    let mut noted = Noted::of(args.rows.hash(Some(format))?);
    let mut counts = for_one_noting(&args.input, &options, messages, &mut noted, |capture| {
        output.begin(capture, FileNames::Hidden, messages)?;
        let outcome = write_filtered(&mut *output, capture, &selection, messages);
        if let Ok(events) = outcome {
            written = events;
        }
        read = capture.events_read();
        output.end(capture)?;
        outcome.map(|_| ())
    })?;
    counts.losses += selection.losses;
    if counts.captures == 0 {
        return Ok(Exit::NoInput);
    }
    output.finish(&noted, messages)?;
    let share = if selection.is_everything() { String::new() } else { format!("{written} of ") };
    let target = target_of(args);
    let title = format.title();
    messages.note(format_args!("{target}: {share}{} written as {title}", count(read, "event")));
    Ok(exit_of(counts))
}

/// What messages call the output.
fn target_of(args: &ConvertArgs) -> String {
    match args.out.output.to_str() {
        Some("-") => "standard output".to_string(),
        _ => args.out.output.display().to_string(),
    }
}

/// The columns of the output, and how those of the events fit in.
struct Fit {
    columns: Columns,
    /// Columns that were asked for and not met yet.
    missing: Vec<Column>,
    /// Columns that were met and not asked for, unless the user chose.
    extra: Option<Vec<String>>,
}

impl Fit {
    fn new(asked: Option<&[Column]>, capture: &Capture<'_>) -> Fit {
        let has = |column: Column| {
            capture.columns().contains(column)
                || capture.processes().iter().any(|process| process.column(column).is_some())
        };
        match asked {
            Some(asked) => Fit {
                columns: Columns::from_known(asked),
                missing: asked.iter().copied().filter(|column| !has(*column)).collect(),
                extra: None,
            },
            None => Fit {
                columns: match capture.columns() {
                    // An XML without events names no columns, but a CSV has to.
                    columns if columns.is_empty() => Columns::from_known(&Column::DEFAULT),
                    columns => columns.clone(),
                },
                missing: Vec::new(),
                extra: Some(Vec::new()),
            },
        }
    }

    /// Events may have other columns than the capture: those of an XML that was
    /// put together, and pasted ones.
    fn look_at(&mut self, event: &Event) {
        self.missing.retain(|column| event.get(*column).is_none());
        let (Some(extra), Some(columns)) = (&mut self.extra, event.columns()) else { return };
        if *columns == self.columns {
            return;
        }
        for name in columns.names() {
            if !self.columns.names().any(|own| own == name) && !extra.iter().any(|it| it == name) {
                extra.push(name.to_string());
            }
        }
    }

    fn report(&self, name: &str, messages: Messages) {
        if !self.missing.is_empty() {
            let missing: Vec<_> = self.missing.iter().map(|column| column.name()).collect();
            messages.note(format_args!(
                "{name}: left empty, because the capture does not have them: {}",
                missing.join(", ")
            ));
        }
        if let Some(extra) = self.extra.as_ref().filter(|extra| !extra.is_empty()) {
            messages.note(format_args!(
                "{name}: left out, because only some events have them: {}; see --columns",
                extra.join(", ")
            ));
        }
    }
}

/// Reports what the output does not have because of its format.
fn report_omissions(omissions: Omissions, format: WriteFormat, target: &str, messages: Messages) {
    let mut parts = Vec::new();
    if omissions.processes > 0 {
        let processes = match omissions.processes {
            1 => "1 process".to_string(),
            number => format!("{number} processes"),
        };
        parts.push(format!("the process list ({processes})"));
    } else if omissions.modules > 0 {
        let modules = count(omissions.modules, "module");
        parts.push(format!("{modules} of the process list"));
    }
    if omissions.stacks > 0 {
        parts.push(count(omissions.stacks, "call stack"));
    }
    if !parts.is_empty() {
        messages.note(format_args!("{target}: left out: {}", parts.join(" and ")));
    }
    if omissions.unfit > 0 {
        messages.note(format_args!(
            "{target}: {} without a place in {format}, written all the same; strict readers \
             refuse the file",
            count(omissions.unfit, "character")
        ));
    }
}
