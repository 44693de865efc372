//! `procmonkey analyze`: the timeline, the keys, the flags.

use procmonkey_export::{Formulas, timeline_remarks};

use crate::args::{AnalyzeArgs, OutputFormat, PageFormat, Selection, UsageError};
use crate::case_folders::WithCaseFolders;
use crate::exit::{self, Exit};
use crate::judge::Question;
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
    let case = match made {
        Some(made) => options.made(made),
        None => options,
    };
    let mut output = Output::open(&args.out)?;
    let given = WithCaseFolders::of(&args.captures.inputs, &args.witnesses)?;
    given.report(messages);
    let options = args.captures.read_options();
    let input_options = witnesses::keep_beside(&given.witnesses, options.clone());
    let question = Question {
        inputs: &given.inputs,
        witnesses: &given.witnesses,
        hash: args.hash,
        options,
        input_options: args.id.apply(input_options, &args.captures.inputs)?,
        case,
    };
    let Some(mut judged) = question.judge(messages)? else { return Ok(Exit::NoInput) };
    judged.read.losses += losses;
    let (report, rows) = (&judged.report, &judged.rows);
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
        Some(page) => render::page(report, rows, page, args.lesson, &mut output)?,
        None => {
            let format = args.out.format();
            render::report(report, (format, formulas), look, &mut output)?;
            if format == OutputFormat::Csv {
                for remark in timeline_remarks(report) {
                    messages.note(remark);
                }
            }
        }
    }
    output.finish()?;
    Ok(exit::of_report(report, &args.flag, judged.read, judged.unread_witnesses))
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
