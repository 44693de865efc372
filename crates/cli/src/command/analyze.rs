//! `procmonkey analyze`: the timeline, the keys, the flags.

use procmonkey_analysis::Case;
use procmonkey_analysis::report::VerdictState;
use procmonkey_export::{Formulas, timeline_remarks};

use crate::args::{AnalyzeArgs, OutputFormat, PageFormat, Selection, UsageError};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::{Noted, for_each_noting};
use crate::made::{self, MadeBy};
use crate::output::Output;
use crate::render::{self, Look};
use crate::witnesses;

pub(crate) fn run(args: &AnalyzeArgs) -> anyhow::Result<Exit> {
    args.lesson.check(&args.out)?;
    let formulas = formulas(args)?;
    let messages = args.out.messages();
    let Selection { filter, losses, .. } = args.captures.select.selection(messages)?;
    let options = args.keys.case_options(&args.captures.select, filter)?;
    let page = args.out.page();
    let when = if page.is_some() { MadeBy::Always } else { MadeBy::WhenAsked };
    let made = made::by_this_command(&args.made, when)?;
    let options = match page {
        Some(PageFormat::Html) if args.all_events => options.keep_rows(procmonkey_html::ALL_ROWS),
        Some(PageFormat::Html) => options.keep_rows(procmonkey_html::MOST_ROWS),
        _ => options,
    };
    let mut case = Case::new(match made {
        Some(made) => options.made(made),
        None => options,
    });
    let mut output = Output::open(&args.out)?;
    let options = args.captures.read_options();
    let mut outcome = witnesses::read(&args.witnesses, &options, messages, &mut case)?;
    let mut noted = Noted::of(&args.hash);
    let inputs = &args.captures.inputs;
    let options = args.id.apply(witnesses::keep_beside(&args.witnesses, options), inputs)?;
    let mut read = for_each_noting(inputs, &options, messages, &mut noted, |capture| {
        witnesses::read_with_beside(&args.witnesses, capture, messages, &mut case, &mut outcome)
    })?;
    for input in std::mem::take(&mut noted.unread) {
        case.unread_input(input.name, input.error);
    }
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    read.losses += losses + outcome.read.losses;
    read.failures += outcome.read.failures;
    let (mut report, rows) = case.finish_with_rows();
    read.failures += noted.add_up_files(&args.witnesses.baseline, messages);
    noted.give_to(&mut report.captures);
    // A page has the remarks in it.
    if page != Some(PageFormat::Html)
        && !matches!(args.out.format(), OutputFormat::Table | OutputFormat::Markdown)
    {
        for capture in &report.captures {
            for remark in &capture.remarks {
                messages.note(format_args!("{}: {remark}", capture.path));
            }
        }
        for source in &report.witness_sources {
            for remark in &source.remarks {
                messages.note(format_args!("{}: {remark}", source.path));
            }
        }
    }
    let look = Look::new(&args.out, &output);
    match page {
        Some(page) => render::page(&report, &rows, page, args.lesson, &mut output)?,
        None => {
            let format = args.out.format();
            render::report(&report, (format, formulas), look, &mut output)?;
            if format == OutputFormat::Csv {
                for remark in timeline_remarks(&report) {
                    messages.note(remark);
                }
            }
        }
    }
    output.finish()?;
    let flagged = report.findings.iter().any(|finding| args.flag.counts(finding));
    let judged = report.verdict.state != VerdictState::NotJudged;
    Ok(match (flagged, judged, outcome.unread) {
        (true, true, _) => Exit::Flagged,
        (false, true, 0) => exit_of(read),
        // What was seen beside does not answer for the process that was asked for.
        (_, false, 0) => Exit::Losses,
        (_, _, _) => Exit::NoInput,
    })
}

/// What happens to texts that a spreadsheet would take for formulas.
///
/// # Errors
/// When the output is no table for a spreadsheet.
fn formulas(args: &AnalyzeArgs) -> Result<Formulas, UsageError> {
    let is_csv = args.out.page().is_none() && args.out.format() == OutputFormat::Csv;
    match (args.safe, is_csv) {
        (false, _) => Ok(Formulas::Kept),
        (true, true) => Ok(Formulas::Quoted),
        (true, false) => Err(UsageError("--safe is for -f csv".to_string())),
    }
}
