//! Captures read by a program of one's own: the report as JSON, or the events as JSON lines.
//!
//! ```sh
//! cargo run -p procmonkey-export --example report_and_rows -- report trace.pml event_log=System.evtx
//! cargo run -p procmonkey-export --example report_and_rows -- rows trace.pml
//! ```
//!
//! They are those of `procmonkey analyze -f json` and `procmonkey events -f jsonl`. What was seen
//! of the computer besides is given as `hive=`, `reg_export=`, `keys_dir=` or `event_log=` and a path.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use procmonkey_analysis::{Case, CaseOptions, Report};
use procmonkey_export::{JsonLines, JsonOptions, Row, RowWriter, Source};
use procmonkey_parser::{Capture, DateOrder, Event, Input, OtherText, ReadOptions};

/// What a witness is given as. All are read before the first capture, in this order.
const WITNESSES: [&str; 4] = ["hive", "reg_export", "keys_dir", "event_log"];

/// How much of the text around pasted events is looked at, in bytes.
const MOST_BESIDE: usize = 16 << 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match arguments.split_first() {
        Some((what, rest)) if what == "report" => write_report(rest, &mut out),
        Some((what, rest)) if what == "rows" => write_rows(rest, &mut out),
        _ => Err("report CAPTURE... [KIND=WITNESS...], or rows CAPTURE...".into()),
    };
    match written.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("report_and_rows: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_report(arguments: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    serde_json::to_writer_pretty(&mut *out, &report(arguments)?)?;
    writeln!(out)?;
    Ok(())
}

/// One report on all of them: they are one case.
fn report(arguments: &[String]) -> Result<Report, Box<dyn Error>> {
    let witness = |argument: &String| {
        let (kind, path) = argument.split_once('=')?;
        let place = WITNESSES.iter().position(|it| *it == kind)?;
        Some((place, path.to_string()))
    };
    let captures = arguments.iter().filter(|it| witness(it).is_none());
    let mut witnesses: Vec<_> = arguments.iter().filter_map(witness).collect();
    witnesses.sort_by_key(|(place, _)| *place);

    let mut case = Case::new(CaseOptions::new());
    for (place, path) in &witnesses {
        // One that cannot be read is named in the report.
        let reading = procmonkey_witness::open(Path::new(path));
        procmonkey_witness::add_to_case(&mut case, path, WITNESSES[*place], reading);
    }
    let is_witness = |name: &str| witnesses.iter().any(|(_, path)| path == name);
    let options = ReadOptions::new().other_text(MOST_BESIDE);
    let mut read = 0;
    for path in captures {
        let failures = for_each_capture(path, &options, |capture| {
            read += 1;
            let beside = !is_witness(capture.name());
            read_capture(&mut case, capture, beside);
            Ok(())
        })?;
        for error in failures {
            case.unread_input(path.clone(), error);
        }
    }
    match read {
        0 => Err("no capture could be read".into()),
        _ => Ok(case.finish()),
    }
}

/// Reads a capture into the case, and the text around its events, where it was pasted.
fn read_capture(case: &mut Case, capture: &mut Capture<'_>, beside: bool) {
    let add = |case: &mut Case, capture: &Capture<'_>| {
        if let Some(text) = capture.other_text().filter(|_| beside) {
            let reading = procmonkey_witness::read_beside(capture.name(), text);
            if !reading.is_empty() {
                procmonkey_witness::add_to_case(case, capture.name(), "pasted", Ok(reading));
            }
        }
    };
    // A MachineGuid counts for the events that are read after it.
    let is_early = capture.other_text().is_some_and(OtherText::is_whole);
    if is_early {
        add(case, capture);
    }
    // Where a capture breaks off, the report says so.
    let _ = case.read(capture);
    if !is_early {
        add(case, capture);
    }
}

/// The events of these captures, one after the other.
fn write_rows(paths: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let options = match date_order(paths)? {
        Some(order) => ReadOptions::new().date_order(order),
        None => ReadOptions::new(),
    };
    let mut writer = JsonLines::new(JsonOptions::new());
    let mut buffer = Vec::new();
    let mut event = Event::default();
    for path in paths {
        let failures = for_each_capture(path, &options, |capture| {
            // In an archive, or where there are several, rows say which file they are from.
            let is_one = paths.len() == 1 && capture.name() == path;
            let name = capture.name().to_string();
            let file = (!is_one).then_some(name.as_str());
            writer.begin_capture(&Source::of(capture).file(file), &mut buffer)?;
            loop {
                match capture.read_event(&mut event) {
                    Ok(true) => {
                        writer.write_row(&Row::new(&event, capture.clock()), &mut buffer)?
                    }
                    Ok(false) => break,
                    Err(error) => {
                        eprintln!("report_and_rows: {error}");
                        break;
                    }
                }
                out.write_all(&buffer)?;
                buffer.clear();
            }
            for loss in capture.losses().iter() {
                eprintln!("report_and_rows: {name}: {loss}");
            }
            Ok(writer.end_capture(&mut buffer)?)
        })?;
        for error in failures {
            eprintln!("report_and_rows: {error}");
        }
    }
    writer.finish(&mut buffer);
    Ok(out.write_all(&buffer)?)
}

/// The order of day, month and year in their dates: the one that all of them show. Mostly a later date
/// shows it, so they are read once for that before their rows are.
fn date_order(paths: &[String]) -> Result<Option<DateOrder>, Box<dyn Error>> {
    let mut orders = Vec::new();
    let mut event = Event::default();
    for path in paths {
        for_each_capture(path, &ReadOptions::new(), |capture| {
            // What breaks off is told when the rows are read.
            while capture.read_event(&mut event).is_ok_and(|is_there| is_there) {}
            if capture.clock().dates() > 0 {
                orders.push(capture.clock().date_order());
            }
            Ok(())
        })?;
    }
    let first = orders.first().copied().flatten();
    Ok(first.filter(|_| orders.iter().all(|order| *order == first)))
}

/// Hands each capture of a file to `work`; an archive has several. Gives back why others could not
/// be read.
fn for_each_capture(
    path: &str,
    options: &ReadOptions,
    mut work: impl FnMut(&mut Capture<'_>) -> Result<(), Box<dyn Error>>,
) -> Result<Vec<String>, Box<dyn Error>> {
    let mut failures = Vec::new();
    match Input::open(path, options) {
        Err(error) => failures.push(text_of(&error)),
        Ok(mut input) => {
            while let Some(capture) = input.next_capture() {
                match capture {
                    Ok(mut capture) => work(&mut capture)?,
                    Err(error) => failures.push(text_of(&error)),
                }
            }
        }
    }
    Ok(failures)
}

/// An error with its cause.
fn text_of(error: &procmonkey_parser::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
