//! Writes the file operations of a capture in a format of one's own, here one line of
//! `PID operation path -> result` for each: `cargo run --example custom_exporter -- CAPTURE`.

use std::io::{self, Write};

use procmonkey_parser::{Action, Event, Filter, Input, ReadOptions, Rule};

/// Writes events one after the other, without keeping them.
struct LineWriter<W> {
    output: W,
    events: u64,
}

impl<W: Write> LineWriter<W> {
    fn write(&mut self, event: &Event) -> io::Result<()> {
        self.events += 1;
        // A column that the capture does not have is `None`, and is not invented.
        let pid = event.pid().map_or("?".to_string(), |pid| pid.to_string());
        let text = |text: Option<_>| text.unwrap_or(std::borrow::Cow::Borrowed("?"));
        let (operation, path) = (text(event.operation()), text(event.path()));
        writeln!(self.output, "{pid} {operation} {path} -> {}", text(event.result()))
    }
}

pub(crate) fn export(path: &str, output: impl Write) -> io::Result<u64> {
    let filter = Filter::new([
        Rule::parse("Operation contains File", Action::Include)?,
        Rule::parse("Result is SUCCESS", Action::Exclude)?,
    ]);
    // Events that the filter cannot let through are skipped, which is much faster.
    let prefilter = filter.prefilter();
    let mut writer = LineWriter { output, events: 0 };
    let mut input = Input::open(path, &ReadOptions::new().threads(2))?;
    while let Some(capture) = input.next_capture() {
        let mut capture = capture?;
        let mut event = Event::default();
        while capture.read_matching(&filter, &prefilter, &mut event)? {
            writer.write(&event)?;
        }
        // What could not be read is reported, never dropped silently.
        for loss in capture.losses().iter() {
            eprintln!("{}: {loss}", capture.name());
        }
    }
    Ok(writer.events)
}

fn main() -> io::Result<()> {
    for path in std::env::args().skip(1) {
        let events = export(&path, io::stdout().lock())?;
        eprintln!("{path}: {events} events");
    }
    Ok(())
}
