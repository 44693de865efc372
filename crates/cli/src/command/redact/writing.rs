//! Writes the capture again, in its own format.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::Context;
use procmonkey_parser::pml::PmlWriter;
use procmonkey_parser::{
    Capture, Clock, CsvWriter, DateOrder, Error, Event, Format, Losses, Process, ReadOptions,
    XmlWriter, decode_text,
};
use procmonkey_redact::Redactor;
use std::sync::Arc;

use crate::args::{RedactArgs, UsageError};
use crate::inputs::{ReadCounts, for_one};
use crate::messages::{Messages, count};
use crate::output::Output;

/// What was read, and how many events were written.
type Written = (ReadCounts, u64);

/// Hands each event, without names, to `work`, and counts them.
fn for_each_event(
    capture: &mut Capture<'_>,
    redactor: &mut Redactor,
    written: &mut u64,
    mut work: impl FnMut(&Event) -> Result<(), Error>,
) -> anyhow::Result<()> {
    let mut event = Event::default();
    while capture.read_event(&mut event)? {
        event.prepare_fields();
        work(&redactor.event(&event))?;
        *written += 1;
    }
    Ok(())
}

/// Processes and modules of the capture, without names.
fn processes(capture: &Capture<'_>, redactor: &mut Redactor) -> Vec<Arc<Process>> {
    capture.processes().iter().map(|process| Arc::new(redactor.process(process))).collect()
}

/// A CSV or an XML.
pub(super) fn export(
    input: &Path,
    target: &Path,
    options: &ReadOptions,
    messages: Messages,
    redactor: &mut Redactor,
) -> anyhow::Result<Written> {
    let mut output = Some(Output::to(target)?);
    let (mut finished, mut written) = (None, 0);
    let counts = for_one(input, options, messages, |capture| {
        let Some(output) = output.take() else { return Ok(()) };
        let columns = redactor.columns(capture.columns());
        let listed = processes(capture, redactor);
        let outcome;
        finished = Some(match capture.format() {
            Format::Xml => {
                // The reader of an XML passes over the modules of its processes.
                let modules = listed.iter().map(|process| u64::from(process.modules)).sum();
                if modules > 0 {
                    let modules = count(modules, "module");
                    messages.note(format_args!(
                        "{}: left out: {modules} of the process list",
                        target.display()
                    ));
                }
                let mut writer = XmlWriter::new(output, &columns, &listed)?;
                outcome = for_each_event(capture, redactor, &mut written, |it| writer.write(it));
                writer.finish()?
            }
            _ => {
                let mut writer = CsvWriter::new(output, &columns)?;
                outcome = for_each_event(capture, redactor, &mut written, |it| writer.write(it));
                writer.into_inner()
            }
        });
        messages.remarks(capture);
        // Where the capture breaks off, the output has what was read, and its proper end.
        outcome
    })?;
    if let Some(output) = finished {
        output.finish()?;
    }
    Ok((counts, written))
}

/// A native log, which is made anew: nothing of its bytes is copied.
pub(super) fn native(
    input: &Path,
    target: &Path,
    options: &ReadOptions,
    messages: Messages,
    redactor: &mut Redactor,
) -> anyhow::Result<Written> {
    if target.as_os_str() == "-" {
        return Err(UsageError("-o: a native log can only be written to a file".into()).into());
    }
    let mut output = Output::to(target)?;
    let name = target.display().to_string();
    let place = tempfile::tempfile().with_context(|| format!("{name} cannot be written"))?;
    let mut place = Some(place);
    let mut finished = None;
    // Native logs show dates as an American Windows does.
    let options = options.clone().date_order(DateOrder::MonthDayYear);
    let mut counts = for_one(input, &options, messages, |capture| {
        let (Some(place), Some(recording)) = (place.take(), capture.recording()) else {
            return Ok(());
        };
        let info = recording.info.clone();
        let mut writer = PmlWriter::create(place, &redactor.info(&info))?;
        for process in capture.processes() {
            let modules = capture.modules_of(process);
            let modules = modules.iter().map(|module| redactor.module(module)).collect();
            writer.add_process(&redactor.process(process), modules);
        }
        let clock: Clock = capture.clock().clone();
        let mut written = 0;
        let outcome =
            for_each_event(capture, redactor, &mut written, |it| writer.write(it, &clock));
        let lost = writer.losses().clone();
        finished = Some((writer.finish()?, written, lost));
        outcome
    })?;
    let Some((mut file, events, lost)) = finished else { return Ok((counts, 0)) };
    report_lost(&name, &lost, messages);
    counts.losses += lost.count();
    file.seek(SeekFrom::Start(0))?;
    std::io::copy(&mut file, &mut output)?;
    output.finish()?;
    Ok((counts, events))
}

fn report_lost(name: &str, lost: &Losses, messages: Messages) {
    if !lost.is_empty() {
        let texts = count(lost.count(), "text");
        messages.note(format_args!("{name}: {texts} not written as in the capture"));
        messages.losses(name, lost);
    }
}

/// A text with pasted events: each word is looked at where it stands, so that lines, columns and
/// what people wrote stay where they are.
pub(super) fn text(
    args: &RedactArgs,
    input: &Path,
    target: &Path,
    redactor: &mut Redactor,
) -> anyhow::Result<Written> {
    let messages = args.messages();
    let mut written = 0;
    let mut counts = for_one(input, &ReadOptions::new(), Messages::Nothing, |capture| {
        while capture.read_event(&mut Event::default())? {}
        written = capture.events_read();
        Ok(())
    })?;
    let shown = input.display();
    let bytes = std::fs::read(input).with_context(|| format!("{shown} cannot be read"))?;
    if [&b"\x1f\x8b"[..], b"\x28\xb5\x2f\xfd", b"PK\x03\x04"].iter().any(|it| bytes.starts_with(it))
    {
        let message = format!("{shown}: a text with pasted events has to be unpacked first");
        return Err(UsageError(message).into());
    }
    let mut losses = Losses::default();
    let text = decode_text(&bytes, &mut losses);
    messages.losses(&shown.to_string(), &losses);
    counts.losses += losses.count();
    let mut output = Output::to(target)?;
    output.write_all(redactor.text(&text).as_bytes())?;
    output.finish()?;
    Ok((counts, written))
}
