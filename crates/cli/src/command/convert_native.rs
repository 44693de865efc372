//! `procmonkey convert` to Procmon's native format.

use std::io::{Seek, SeekFrom};

use anyhow::Context;
use procmonkey_parser::pml::{ExportProfile, PmlWriter};
use procmonkey_parser::{Clock, Error, ErrorKind, Format, Losses};

use crate::args::{ConvertArgs, UsageError, is_standard_input};
use crate::command::exit_of;
use crate::command::filtered::for_each_filtered;
use crate::exit::Exit;
use crate::inputs::for_one;
use crate::messages::{Messages, count};
use crate::output::Output;

pub(crate) fn run(args: &ConvertArgs) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let refuse = |message: &str| Err(UsageError(message.to_string()).into());
    if args.out.columns.is_some() {
        return refuse("--columns: a native log has all columns of its events");
    }
    if args.out.output.as_os_str() == "-" {
        return refuse("--output -: a native log can only be written to a file");
    }
    let selection = args.select.selection_with_processes(messages)?;
    let mut options = args.native.apply(args.read.options(&args.select.processes));
    let output = Output::to(&args.out.output)?;
    if output.is_terminal() {
        return refuse("--output: a native log is not written to a terminal");
    }
    let target = args.out.output.display().to_string();
    let unwritten = |error| unwritten(&target, error);
    let place = tempfile::tempfile().with_context(|| cannot_be_written(&target))?;
    let mut place = Some(place);
    let mut finished = None;
    let known = profile(args, &options)?;
    if let Some((profile, clock)) = &known {
        refuse_open(args, profile, clock)?;
        if let Some(order) = profile.date_order(clock) {
            options = options.date_order(order);
        }
    }
    let mut counts = for_one(&args.input, &options, messages, |capture| {
        let Some(place) = place.take() else { return Ok(()) };
        let info = match (capture.recording(), &known) {
            (Some(recording), _) => recording.info.clone(),
            (None, Some((profile, _))) => profile.info(),
            (None, None) => ExportProfile::default().info(),
        };
        let mut writer = PmlWriter::create(place, &info).map_err(unwritten)?;
        // How an export writes dates is known only when it was read to its end.
        let clock = capture.clock().clone();
        // An export from standard input can be read once only.
        let is_new = known.is_none() && capture.format() != Format::Pml;
        let mut profile = ExportProfile::default();
        let written = for_each_filtered(capture, &selection, messages, |event, _| {
            if is_new {
                profile.observe(event);
            }
            writer.write(event, &clock).map_err(unwritten)
        });
        if written.is_err() && is_new {
            // All that is missing, as far as it was read.
            refuse_open(args, &profile, capture.clock())?;
        }
        written?;
        let (events, lost) = (writer.events(), writer.losses().clone());
        let file = writer.finish().map_err(unwritten)?;
        finished = Some((file, events, lost, capture.events_read()));
        Ok(())
    })?;
    counts.losses += selection.losses;
    let Some((file, events, lost, read)) = finished else { return Ok(Exit::NoInput) };
    report(&target, &lost, messages);
    counts.losses += lost.count();
    copy(file, output)?;
    let share = if selection.is_everything() { String::new() } else { format!("{events} of ") };
    messages.note(format_args!("{target}: {share}{} written as PML", count(read, "event")));
    Ok(exit_of(counts))
}

/// What is known of an export only when it has been read to its end: which Windows it comes
/// from, and how it writes dates. A native log has both in its header.
fn profile(
    args: &ConvertArgs,
    options: &procmonkey_parser::ReadOptions,
) -> anyhow::Result<Option<(ExportProfile, Clock)>> {
    if is_standard_input(&args.input) {
        return Ok(None);
    }
    let mut known = None;
    // What cannot be read is reported when the capture is read the second time.
    let quiet = Messages::Nothing;
    for_one(&args.input, options, quiet, |capture| {
        if capture.format() == Format::Pml {
            return Ok(());
        }
        let mut profile = ExportProfile::default();
        let mut event = procmonkey_parser::Event::default();
        while capture.read_event(&mut event)? {
            profile.observe(&event);
        }
        known = Some((profile, capture.clock().clone()));
        Ok(())
    })?;
    Ok(known)
}

/// # Errors
/// When the capture does not show what a native log has to have: all that is missing, with the
/// flags that supply it.
fn refuse_open(
    args: &ConvertArgs,
    profile: &ExportProfile,
    clock: &Clock,
) -> Result<(), UsageError> {
    let mut missing = Vec::new();
    if clock.zone().is_none() {
        missing.push("--tz ZONE (of the clock that its times are from)".to_string());
    }
    let has_times = clock.first_time().is_some_and(|time| clock.resolve(&time).is_some());
    if args.read.time.date.is_none() && clock.dates() == 0 && has_times {
        missing.push("--date DATE (the day of its first event)".to_string());
    }
    let of_columns = clock.dates() > 0 && clock.date_order().is_none();
    if profile.date_order(clock).is_none() && (of_columns || profile.open_date(clock).is_some()) {
        let example = profile.open_date(clock).map(|date| format!(", such as {date}"));
        missing.push(format!(
            "--date-order dmy, mdy or ymd (of its dates{})",
            example.unwrap_or_default()
        ));
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(UsageError(format!(
            "{}: a native log needs what this capture does not show; give {}",
            args.input.display(),
            missing.join(", ")
        ))),
    }
}

/// An error of the writer with the name of the file that was asked for, and not of the one
/// that is written first.
fn unwritten(target: &str, error: Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::Io => anyhow::Error::new(error).context(cannot_be_written(target)),
        _ => error.into(),
    }
}

fn cannot_be_written(target: &str) -> String {
    format!("{target} cannot be written")
}

fn report(target: &str, lost: &Losses, messages: Messages) {
    if !lost.is_empty() {
        messages.note(format_args!(
            "{target}: {} not written as in the capture",
            count(lost.count(), "text")
        ));
        messages.losses(target, lost);
    }
}

/// Moves what was written to its place.
fn copy(mut file: std::fs::File, mut output: Output) -> anyhow::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    std::io::copy(&mut file, &mut output)?;
    output.finish()
}
