//! `procmonkey events`: the events that pass the filter.

use std::path::Path;

use procmonkey_export::{Formulas, Stacks};
use procmonkey_parser::{Capture, ExcerptCounts};

use crate::args::{EventsArgs, OutputFormat, RowFormat, UsageError};
use crate::command::excerpted::for_each_excerpted;
use crate::command::exit_of;
use crate::command::row_writer::RowChoice;
use crate::command::rows::{FirstLook, RowOutput, first_look};
use crate::command::unmatched::{self, Search};
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::{Messages, count};
use crate::output::Output;
use crate::render::{EventWriter, FileNames, JsonForm, Look};

pub(crate) fn run(args: &EventsArgs) -> anyhow::Result<Exit> {
    let rows = args.out.rows();
    let formulas = args.rows.formulas(rows)?;
    if let Some(format) = rows {
        return run_rows(args, format, formulas);
    }
    refuse_formats_of_convert(args)?;
    let form = json_form(args)?;
    let stacks = stacks(args)?;
    let messages = args.out.messages();
    let selection = args.captures.select.selection_with_processes(messages)?;
    let mut output = Output::open(&args.out)?;
    let look = Look::new(&args.out, &output);
    let options = args.native.apply(args.captures.read_options());
    let mut options = args.id.apply(options, &args.captures.inputs)?;
    let is_typed = form == JsonForm::Typed
        && matches!(args.out.format(), OutputFormat::Json | OutputFormat::Jsonl);
    if is_typed && args.captures.read.time.date_order.is_none() {
        let inputs = &args.captures.inputs;
        if let Some(order) = first_look(RowFormat::Jsonl, inputs, &options, messages)?.order {
            options = options.date_order(order);
        }
    }
    let columns = args.columns.as_ref().map(|list| list.0.clone());
    let mut writer = EventWriter::new(args.out.format(), (form, stacks), look, columns);
    let mut left = args.captures.read.most_events();
    let (mut neighbours, mut wanted, mut left_out) = (0, 0, 0);
    let memory = args.captures.read.most_gathered();
    let mut read = for_each(&args.captures.inputs, &options, messages, |capture| {
        if left == Some(0) {
            return Ok(());
        }
        let names = match args.captures.has_several(capture) {
            true => FileNames::Shown,
            false => FileNames::Hidden,
        };
        for name in writer.begin_capture(capture, names, &mut output)? {
            messages.note(format_args!(
                "{}: the column {name} is not in the first capture and is left out",
                capture.name()
            ));
        }
        let excerpt = args.excerpt.excerpt(left, memory);
        let counts = for_each_excerpted(capture, &excerpt, &selection, messages, |event, row| {
            Ok(writer.write(event, row, &mut output)?)
        })?;
        neighbours += counts.neighbours;
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
    writer.finish(&mut output)?;
    output.finish()?;
    if neighbours > 0 && args.out.format() == OutputFormat::Csv {
        messages.note(format_args!(
            "a CSV has no place for a mark: {} of its rows stand beside those that were asked for",
            neighbours
        ));
    }
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

/// Writes rows for other tools.
fn run_rows(args: &EventsArgs, format: RowFormat, formulas: Formulas) -> anyhow::Result<Exit> {
    if args.raw {
        return Err(refuse_raw().into());
    }
    if args.stack && !format.has_stacks() {
        return Err(refuse_stack().into());
    }
    format.check_columns(args.columns.as_ref().map(|list| &list.0[..]))?;
    let messages = args.out.messages();
    let selection = args.captures.select.selection_with_processes(messages)?;
    let inputs = &args.captures.inputs;
    let options = args.native.apply(args.captures.read_options());
    let mut options = args.id.apply(options, inputs)?;
    let choice = RowChoice {
        format,
        formulas,
        stacks: if args.stack { Stacks::Written } else { Stacks::LeftOut },
        columns: args.columns.as_ref().map(|list| list.0.clone()),
    };
    let path = args.out.output.as_deref().unwrap_or(Path::new("-"));
    let mut output = RowOutput::open(choice, path)?;
    let FirstLook { tags, report, order } = first_look(format, inputs, &options, messages)?;
    output.set_found(tags, report);
    if let (None, Some(order)) = (args.captures.read.time.date_order, order) {
        options = options.date_order(order);
    }
    let mut left = args.captures.read.most_events();
    let memory = args.captures.read.most_gathered();
    let mut left_out = 0;
    let mut read = for_each(inputs, &options, messages, |capture| {
        if left == Some(0) {
            return Ok(());
        }
        let name = capture.name().to_string();
        let file = args.captures.has_several(capture).then_some(name.as_str());
        output.begin(capture, file)?;
        let excerpt = args.excerpt.excerpt(left, memory);
        let counts = for_each_excerpted(capture, &excerpt, &selection, messages, |event, row| {
            output.write(event, row)
        });
        output.end(capture)?;
        let counts = counts?;
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
    output.finish(format, messages)?;
    Ok(exit_of(read))
}

fn report_share(capture: &Capture<'_>, counts: ExcerptCounts, messages: Messages) {
    let read = count(capture.events_read(), "event");
    let so_far = if counts.stopped { "; the rest was not read" } else { "" };
    messages.note(format_args!("{}: {} of {read}{so_far}", capture.name(), counts.wanted));
}

/// # Errors
/// When the output has no form of its own for it.
fn json_form(args: &EventsArgs) -> Result<JsonForm, UsageError> {
    match (args.raw, args.out.format()) {
        (false, _) => Ok(JsonForm::Typed),
        (true, OutputFormat::Json | OutputFormat::Jsonl) => Ok(JsonForm::Raw),
        (true, _) => Err(refuse_raw()),
    }
}

/// # Errors
/// When the output has no place for call stacks.
fn stacks(args: &EventsArgs) -> Result<Stacks, UsageError> {
    match (args.stack, args.out.format()) {
        (false, _) => Ok(Stacks::LeftOut),
        (true, OutputFormat::Json | OutputFormat::Jsonl) => Ok(Stacks::Written),
        (true, _) => Err(refuse_stack()),
    }
}

fn refuse_stack() -> UsageError {
    UsageError("--stack is for -f json, jsonl, parquet and sqlite".to_string())
}

fn refuse_raw() -> UsageError {
    UsageError("--raw is for -f json and jsonl".to_string())
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
