//! `procmonkey redact`: a capture with pseudonyms in place of names.

mod check;
mod key_file;
mod report;
mod writing;

use procmonkey_parser::{Capture, Event, Format, ReadOptions, Zone};
use procmonkey_redact::Redactor;

use crate::args::{RedactArgs, UsageError, is_standard_input};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::for_one;
use crate::messages::{Messages, count};

pub(crate) fn run(args: &RedactArgs) -> anyhow::Result<Exit> {
    if let Some(path) = &args.check {
        return check::run(args, path);
    }
    let (Some(input), Some(output)) = (&args.input, &args.output) else {
        return Err(UsageError("a capture and -o FILE are needed".to_string()).into());
    };
    let refuse = |message: &str| Err(UsageError(message.to_string()).into());
    if is_standard_input(input) {
        return refuse("the capture is read twice, which standard input cannot be; name a file");
    }
    if args.report && output.as_os_str() == "-" {
        return refuse("--report goes to standard output, so -o has to name a file");
    }
    if key_file::is_same(args.key_file(), output) {
        return refuse("--key and -o name the same file");
    }
    let messages = args.messages();
    // The times of a native log are written as they are read.
    let mut options = ReadOptions::new().zone(Zone::UTC);
    if let Some(encoding) = args.encoding {
        options = options.encoding(encoding);
    }
    let mut redactor = Redactor::new(key_file::get(args.key_file(), messages)?);
    let mut format = None;
    // What cannot be read is reported the second time.
    for_one(input, &options, Messages::Nothing, |capture| {
        format = Some(capture.format());
        learn(capture, &mut redactor)
    })?;
    let (mut counts, written) = match format {
        Some(Format::Pasted) => writing::text(args, input, output, &mut redactor)?,
        Some(Format::Pml) => writing::native(input, output, &options, messages, &mut redactor)?,
        _ => writing::export(input, output, &options, messages, &mut redactor)?,
    };
    if counts.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let target = output.display();
    let replaced = redactor.report().iter().map(|it| it.times).sum();
    messages.note(format_args!(
        "{target}: {} written, {} replaced",
        count(written, "event"),
        count(replaced, "thing")
    ));
    if args.report {
        report::print(args, &redactor)?;
    }
    counts.failures += u64::from(counts.captures == 0);
    Ok(exit_of(counts))
}

/// Accounts and computers, whose names may be words that stay elsewhere.
fn learn(capture: &mut Capture<'_>, redactor: &mut Redactor) -> anyhow::Result<()> {
    if let Some(recording) = capture.recording() {
        let name = recording.info.computer_name.clone();
        redactor.learn_account(&name);
    }
    for process in capture.processes() {
        redactor.learn_account(process.user.as_deref().unwrap_or_default());
    }
    let mut event = Event::default();
    while capture.read_event(&mut event)? {
        redactor.learn_event(&event);
    }
    Ok(())
}
