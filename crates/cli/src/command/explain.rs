//! `procmonkey explain`: a start-up told in sentences.

use std::path::Path;

use procmonkey_analysis::compare::{Comparison, Outcome, Recorder, Trails, compare};
use procmonkey_analysis::report::VerdictState;
use procmonkey_analysis::{Case, Explanation, Report, Severity};
use procmonkey_parser::{Filter, ReadOptions};

use crate::args::{
    ExplainArgs, OutputFormat, PageFormat, Selection, UsageError, is_standard_input,
};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::{Noted, ReadCounts, for_each_noting, for_one};
use crate::messages::Messages;
use crate::output::Output;
use crate::render::{self, ExplanationForm, Look};
use crate::witnesses;

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let form = form(args)?;
    let baseline = args.witnesses.baseline.first().map(|path| path.as_path());
    if baseline.is_some_and(|good| is_standard_input(good) || is_standard_input(&args.input)) {
        return Err(UsageError(
            "--baseline: both captures are read twice, so neither can be standard input".into(),
        )
        .into());
    }
    let messages = args.out.messages();
    let Selection { filter, losses, .. } = args.select.selection(messages)?;
    let mut case = Case::new(args.keys.case_options(&args.select, filter.clone())?);
    let mut output = Output::open(&args.out)?;
    let options = args.read.options(&args.select.processes);
    let mut outcome = witnesses::read(&args.witnesses, &options, messages, &mut case)?;
    let inputs = std::slice::from_ref(&args.input);
    let mut noted = Noted::default();
    let beside = witnesses::keep_beside(&args.witnesses, options.clone());
    let mut read = for_each_noting(inputs, &beside, messages, &mut noted, |capture| {
        witnesses::read_with_beside(&args.witnesses, capture, messages, &mut case, &mut outcome)
    })?;
    noted.unread.into_iter().for_each(|input| case.unread_input(input.name, input.error));
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    read.losses += losses + outcome.read.losses;
    read.failures += outcome.read.failures;
    let report = case.finish();
    let comparison = match baseline {
        Some(good) => compared(good, args, &filter, &options)?,
        None => None,
    };
    let explanation = match &comparison {
        Some(comparison) => Explanation::against(&report, comparison),
        None => Explanation::of(&report),
    };
    let explanation = match args.lesson {
        true => explanation.with_lesson(&report),
        false => explanation,
    };
    let look = Look::new(&args.out, &output);
    render::explanation(&explanation, form, look, &mut output)?;
    output.finish()?;
    Ok(exit(&report, comparison.as_ref(), read, outcome.unread))
}

/// # Errors
/// When the extension of -o is that of a form that an explanation does not have.
fn form(args: &ExplainArgs) -> Result<ExplanationForm, UsageError> {
    match (args.out.page(), args.out.format()) {
        (Some(PageFormat::Html), _) => Ok(ExplanationForm::Html),
        (None, OutputFormat::Table) => Ok(ExplanationForm::Text),
        (None, OutputFormat::Markdown) => Ok(ExplanationForm::Markdown),
        (None, OutputFormat::Json) => Ok(ExplanationForm::Json),
        _ => Err(UsageError(
            "an explanation is text, markdown, html or json; name one with -f, or another \
             extension for -o"
                .into(),
        )),
    }
}

/// What differs from a good start; `None` when one of the two cannot be read.
fn compared(
    good: &Path,
    args: &ExplainArgs,
    filter: &Filter,
    options: &ReadOptions,
) -> anyhow::Result<Option<Comparison>> {
    // Seen by itself: the good start is no witness of the other here.
    let (Some(good), Some(bad)) =
        (alone(good, args, filter, options)?, alone(&args.input, args, filter, options)?)
    else {
        return Ok(None);
    };
    Ok(Some(compare((&good.0, &good.1), (&bad.0, &bad.1))))
}

/// A capture as a case of its own, without witnesses; `None` when it cannot be read, which was
/// said when it was read before.
///
/// # Errors
/// When it is a folder, or an archive with several files.
fn alone(
    path: &Path,
    args: &ExplainArgs,
    filter: &Filter,
    options: &ReadOptions,
) -> anyhow::Result<Option<(Report, Trails)>> {
    let mut case = Case::new(args.keys.case_options(&args.select, filter.clone())?);
    let mut recorder = Some(Recorder::new(args.select.followed()));
    let mut trails = None;
    for_one(path, options, Messages::Nothing, |capture| {
        // One capture, so the recorder is there.
        let Some(mut recorder) = recorder.take() else { return Ok(()) };
        case.read_with(capture, |event| recorder.observe(event))?;
        trails = Some(recorder.finish(capture.clock()));
        Ok(())
    })?;
    Ok(trails.map(|trails| (case.finish(), trails)))
}

fn exit(report: &Report, comparison: Option<&Comparison>, read: ReadCounts, unread: u64) -> Exit {
    let flagged = report.findings.iter().any(|finding| finding.severity >= Severity::Warning);
    let differs = comparison.is_some_and(|it| it.outcome == Outcome::Different);
    let judged = report.verdict.state != VerdictState::NotJudged;
    match (flagged || differs, judged || differs, unread) {
        (true, true, _) => Exit::Flagged,
        (false, true, 0) => exit_of(read),
        // As with analyze, nothing is said of a process that could not be judged.
        (_, false, 0) => Exit::Losses,
        _ => Exit::NoInput,
    }
}
