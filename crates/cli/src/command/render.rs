//! `procmonkey render`: a report that was saved before, in another form.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use procmonkey_analysis::Report;
use procmonkey_analysis::compare::{self, Comparison, Outcome};
use procmonkey_analysis::report::{EventRows, SCHEMA_VERSION};
use procmonkey_export::Formulas;
use serde::Deserialize;

use crate::args::{RenderArgs, is_standard_input, name_of};
use crate::exit::Exit;
use crate::messages::Messages;
use crate::output::Output;
use crate::render::{self, Look};
use crate::standard_input::StandardInput;

/// The longest report that is read, in bytes.
const LONGEST: u64 = 1 << 30;

pub(crate) fn run(args: &RenderArgs) -> anyhow::Result<Exit> {
    args.lesson.check(&args.out)?;
    let mut output = Output::open(&args.out)?;
    let saved = read(&args.report, args.out.messages())?;
    let look = Look::new(&args.out, &output);
    let format = args.out.format();
    match (&saved, args.out.page()) {
        (Saved::Report(report), Some(page)) => {
            render::page(report, &EventRows::default(), page, args.lesson, &mut output)?;
        }
        (Saved::Report(report), None) => {
            render::report(report, (format, Formulas::Kept), look, &mut output)?;
        }
        (Saved::Comparison(comparison), Some(page)) => {
            args.lesson.check_comparison()?;
            render::comparison_page(comparison, page, &mut output)?;
        }
        (Saved::Comparison(comparison), None) => {
            render::comparison(comparison, format, look, &mut output)?;
        }
    }
    output.finish()?;
    Ok(Exit::Clean)
}

/// What was saved.
enum Saved {
    Report(Box<Report>),
    Comparison(Box<Comparison>),
}

/// What is looked at before all else.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
    /// What only a comparison has.
    outcome: Option<Outcome>,
}

fn read(path: &Path, messages: Messages) -> anyhow::Result<Saved> {
    let name = name_of(path);
    let bytes = bytes(path, messages).with_context(|| format!("{name} cannot be read"))?;
    if bytes.len() as u64 > LONGEST {
        bail!("{name} is longer than a report of 1 GiB");
    }
    let not_one =
        || format!("{name} is not a report of `procmonkey analyze -f json` or `compare -f json`");
    let Version { schema_version, outcome } =
        serde_json::from_slice(&bytes).with_context(not_one)?;
    let (known, what) = match outcome {
        Some(_) => (compare::SCHEMA_VERSION, "comparison"),
        None => (SCHEMA_VERSION, "report"),
    };
    if schema_version > known {
        bail!(
            "{name} has the form {schema_version} of a {what}, which a newer procmonkey has written; \
             this one knows forms up to {known}"
        );
    }
    if outcome.is_some() {
        let comparison = serde_json::from_slice(&bytes).with_context(not_one)?;
        return Ok(Saved::Comparison(Box::new(comparison)));
    }
    let report: Report = serde_json::from_slice(&bytes).with_context(not_one)?;
    check(&report).with_context(not_one)?;
    Ok(Saved::Report(Box::new(report)))
}

fn bytes(path: &Path, messages: Messages) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match is_standard_input(path) {
        true => StandardInput::open(messages).take(LONGEST + 1).read_to_end(&mut bytes)?,
        false => File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

/// Whether captures that entries refer to are there: a report that somebody has changed may
/// refer to anything.
fn check(report: &Report) -> anyhow::Result<()> {
    let captures = report.captures.len();
    let accesses = &report.touches;
    let named = report
        .processes
        .iter()
        .map(|it| it.capture)
        .chain(report.timeline.iter().map(|it| it.capture))
        .chain(report.machine_guid_reads.iter().map(|it| it.capture))
        .chain(report.key_files.iter().map(|it| it.capture))
        .chain(accesses.files.iter().map(|it| it.by.capture))
        .chain(accesses.folders.iter().map(|it| it.by.capture));
    if let Some(wrong) = named.into_iter().find(|capture| *capture >= captures) {
        bail!("it refers to capture {wrong}, of {captures}, counted from 0");
    }
    Ok(())
}
