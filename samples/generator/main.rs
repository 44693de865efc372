//! Makes the sample captures of this folder. Everything in them is invented.
//!
//! `cargo run --example make_samples [-- FOLDER]` writes the files into `FOLDER` (default
//! `samples`) and prints the rows that matter, with their numbers. With `--check` nothing is
//! written: the files are compared with what would be written, and the exit code is 1 when one
//! of them differs.

mod actor;
mod drawing;
mod files;
mod habits;
mod inetinfo;
mod keys;
mod locale;
mod machine;
mod model;
mod noise;
mod rng;
mod scenario;
mod stories;
mod world;
mod write_csv;
mod write_pml;
mod write_text;
mod write_xml;

use locale::Locale::{English, German};
use model::Trace;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let mut check = false;
    let mut folder = PathBuf::from("samples");
    for argument in env::args_os().skip(1) {
        if argument == "--check" {
            check = true;
        } else {
            folder = PathBuf::from(argument);
        }
    }
    match run(&folder, check) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("make_samples: {}: {error}", folder.display());
            ExitCode::from(2)
        }
    }
}

fn run(folder: &Path, check: bool) -> io::Result<ExitCode> {
    let first_start = scenario::first_start();
    let restart = scenario::restart(&first_start);
    let guid_changed = scenario::guid_changed(&restart);
    let mut same = true;
    let days = sample_files(&first_start, &restart, &guid_changed);
    let bytes_of = |name: &str| {
        let found = days.iter().find(|(own, _)| *own == name);
        found.map(|(_, bytes)| bytes.as_slice()).unwrap_or_default()
    };
    let drawing = drawing::good_above_bad(bytes_of("restart.csv"), bytes_of("guid-changed.csv"))?;
    let days = days.into_iter().map(|(name, bytes)| (name.to_owned(), bytes));
    let drawing = [("good-and-bad.svg".to_owned(), drawing)];
    for (name, bytes) in days.chain(drawing).chain(signature_files()) {
        let path = folder.join(name);
        if !check {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, bytes)?;
        } else if !fs::read(&path).is_ok_and(|found| found == bytes) {
            eprintln!("{} differs from what the generator makes", path.display());
            same = false;
        }
    }
    if check {
        return Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    print_decisive("first-start", &first_start);
    print_decisive("restart", &restart);
    print_decisive("guid-changed", &guid_changed);
    Ok(ExitCode::SUCCESS)
}

/// All files with their names.
fn sample_files(
    first_start: &Trace,
    restart: &Trace,
    guid_changed: &Trace,
) -> Vec<(&'static str, Vec<u8>)> {
    let all = write_csv::all_columns();
    let seven = &write_csv::DEFAULT;
    // How the element of `Date & Time` is spelt in XML is not known, so XML does without it.
    let mut german = seven.to_vec();
    german.extend(["Date & Time", "TID"]);
    let mut with_thread = seven.to_vec();
    with_thread.push("TID");
    let pml =
        |name: &str, trace: &Trace| write_pml::write(name, &write_csv::write(trace, English, &all));
    vec![
        ("first-start.pml", pml("first-start.csv", first_start)),
        ("restart.pml", pml("restart.csv", restart)),
        ("guid-changed.pml", pml("guid-changed.csv", guid_changed)),
        ("first-start.csv", write_csv::write(first_start, English, &all)),
        ("first-start.xml", write_xml::write(first_start, English, seven, true)),
        ("first-start.txt", write_text::first_start(first_start)),
        ("restart.csv", write_csv::write(restart, English, &all)),
        ("restart.xml", write_xml::write(restart, English, seven, true)),
        ("restart.txt", write_text::restart(restart)),
        ("restart-de.csv", write_csv::write(restart, German, &german)),
        ("restart-de.xml", write_xml::write(restart, German, &with_thread, false)),
        ("guid-changed.csv", write_csv::write(guid_changed, English, &all)),
        ("guid-changed.xml", write_xml::write(guid_changed, English, &with_thread, false)),
        ("guid-changed-default.csv", write_csv::write(guid_changed, English, seven)),
        ("guid-changed-default.xml", write_xml::write(guid_changed, English, seven, false)),
    ]
}

/// The folder `signatures`: captures for each signature and each look-alike, and what is given
/// beside them.
fn signature_files() -> Vec<(String, Vec<u8>)> {
    let stories = stories::all();
    let beside = stories::beside::all(&stories);
    let captures = stories.iter().map(|(name, trace)| {
        let bytes = write_csv::write(trace, English, &stories::COLUMNS);
        (format!("signatures/{name}.csv"), bytes)
    });
    let beside = beside.into_iter().map(|(name, bytes)| (format!("signatures/{name}"), bytes));
    captures.chain(beside).collect()
}

/// Prints the rows that the lesson talks about. The first event has the number 1.
fn print_decisive(name: &str, trace: &Trace) {
    println!("{name}: {} events", trace.events.len());
    for (index, event) in trace.events.iter().enumerate() {
        let process = &trace.processes[event.process];
        let turning = matches!(event.operation, "Process Start" | "Process Exit");
        if event.note.is_empty() && !turning {
            continue;
        }
        let file = event.path.rsplit('\\').next().unwrap_or_default();
        println!(
            "{:>6}  {}  {} {}  {}  {}  {}  | {}",
            index + 1,
            English.time(event.time),
            process.name,
            process.pid,
            event.operation,
            file,
            event.result,
            event.note
        );
    }
    println!();
}
