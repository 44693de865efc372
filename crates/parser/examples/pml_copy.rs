//! Writes a native capture, or one process of it, as a new native capture:
//! `cargo run --example pml_copy -- IN OUT [--process NAME]`.

use std::fs::File;
use std::process::ExitCode;

use procmonkey_parser::pml::PmlWriter;
use procmonkey_parser::{Error, Event, Input, ReadOptions};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (from, to, process) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [from, to] => (from, to, None),
        [from, to, "--process", process] => (from, to, Some(process)),
        _ => {
            eprintln!("pml_copy: IN OUT [--process NAME]");
            return ExitCode::from(2);
        }
    };
    match copy(from, to, process) {
        Ok(events) => {
            println!("{events} events");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("pml_copy: {message}");
            ExitCode::FAILURE
        }
    }
}

fn copy(from: &str, to: &str, process: Option<&str>) -> Result<u64, String> {
    let failed = |error: Error| error.to_string();
    let mut input = Input::open(from, &ReadOptions::new()).map_err(failed)?;
    let mut capture = input.next_capture().ok_or("the input is empty")?.map_err(failed)?;
    let info = capture.recording().ok_or("only native captures can be copied")?.info.clone();
    let output = File::create(to).map_err(|error| format!("{to}: {error}"))?;
    let mut writer = PmlWriter::create(output, &info).map_err(failed)?;
    let mut event = Event::default();
    while capture.read_event(&mut event).map_err(failed)? {
        if process.is_none_or(|process| event.process_name().as_deref() == Some(process)) {
            writer.write(&event, capture.clock()).map_err(failed)?;
        }
    }
    for loss in writer.losses() {
        eprintln!("{loss}");
    }
    let events = writer.events();
    writer.finish().map_err(failed)?;
    Ok(events)
}
