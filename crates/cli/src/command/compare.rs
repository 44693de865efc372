//! `procmonkey compare`: a good capture and a bad one.

use std::path::Path;

use procmonkey_analysis::compare::{Outcome, Recorder, Trails, compare};
use procmonkey_analysis::{Case, Report};
use procmonkey_parser::Filter;

use crate::args::{CompareArgs, Selection, UsageError, is_standard_input};
use crate::command::{compare_paths, exit_of};
use crate::exit::Exit;
use crate::inputs::{Noted, ReadCounts, for_one_noting};
use crate::messages::Messages;
use crate::output::Output;
use crate::render::{self, Look};

pub(crate) fn run(args: &CompareArgs) -> anyhow::Result<Exit> {
    if is_standard_input(&args.good) && is_standard_input(&args.bad) {
        return Err(UsageError("standard input can be one of the captures, not both".into()).into());
    }
    if args.paths {
        if args.out.page().is_some() {
            let text = "--paths is a list: -f table, json, jsonl, csv or markdown";
            return Err(UsageError(text.into()).into());
        }
        return compare_paths::run(args);
    }
    let messages = args.out.messages();
    let Selection { filter, losses, .. } = args.select.selection(messages)?;
    let mut output = Output::open(&args.out)?;
    let mut counts = ReadCounts { losses, ..ReadCounts::default() };
    let good = read(&args.good, args, &filter, messages, &mut counts)?;
    let bad = read(&args.bad, args, &filter, messages, &mut counts)?;
    let (Some(good), Some(bad)) = (good, bad) else { return Ok(Exit::NoInput) };
    let comparison = compare((&good.0, &good.1), (&bad.0, &bad.1));
    for report in [&good.0, &bad.0] {
        for capture in &report.captures {
            for remark in &capture.remarks {
                messages.note(format_args!("{}: {remark}", capture.path));
            }
        }
    }
    let look = Look::new(&args.out, &output);
    match args.out.page() {
        Some(page) => render::comparison_page(&comparison, page, &mut output)?,
        None => render::comparison(&comparison, args.out.format(), look, &mut output)?,
    }
    output.finish()?;
    Ok(match comparison.outcome {
        Outcome::Different => Exit::Flagged,
        Outcome::NotComparable => Exit::Losses,
        Outcome::Same => exit_of(counts),
    })
}

/// Reads one side; `None` when it cannot be read.
fn read(
    path: &Path,
    args: &CompareArgs,
    filter: &Filter,
    messages: Messages,
    counts: &mut ReadCounts,
) -> anyhow::Result<Option<(Report, Trails)>> {
    let options = args.read.options(&args.select.processes);
    let mut case = Case::new(args.keys.case_options(&args.select, filter.clone())?);
    let mut recorder = Some(Recorder::new(args.select.followed()));
    let mut trails = None;
    let mut noted = Noted::of(&args.hash);
    let own = for_one_noting(path, &options, messages, &mut noted, |capture| {
        // One capture, so the recorder is there.
        let Some(mut recorder) = recorder.take() else { return Ok(()) };
        let outcome = case.read_with(capture, |event| recorder.observe(event));
        trails = Some(recorder.finish(capture.clock()));
        Ok(outcome?)
    })?;
    counts.captures += own.captures;
    counts.failures += own.failures;
    counts.losses += own.losses;
    Ok(trails.map(|trails| {
        let mut report = case.finish();
        noted.give_to(&mut report.captures);
        (report, trails)
    }))
}
