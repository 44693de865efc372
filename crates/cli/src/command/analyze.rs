//! `procmonkey analyze`: the timeline, the keys, the flags.

use procmonkey_analysis::Case;
use procmonkey_analysis::report::VerdictState;

use crate::args::{AnalyzeArgs, OutputFormat, Selection, read_options};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::messages::Messages;
use crate::output::Output;
use crate::render::{self, Look};
use crate::witnesses;

pub(crate) fn run(args: &AnalyzeArgs) -> anyhow::Result<Exit> {
    let messages = Messages::new(&args.out);
    let Selection { filter, losses } = args.select.selection(messages)?;
    let mut case = Case::new(args.keys.case_options(&args.select, filter)?);
    let mut output = Output::open(&args.out)?;
    let options = read_options(&args.select.processes, &args.read);
    let told = witnesses::for_each(&args.witnesses, messages, |witness| case.witness(witness))?;
    let past = for_each(&args.witnesses.baseline, &options, messages, |capture| {
        Ok(case.read_baseline(capture)?)
    })?;
    let mut tally = for_each(&args.inputs, &options, messages, |capture| Ok(case.read(capture)?))?;
    if tally.captures == 0 {
        return Ok(Exit::NoInput);
    }
    tally.losses += losses + told.losses + past.losses;
    tally.failures += told.failures + past.failures;
    let report = case.finish();
    // A page shows the remarks itself.
    if !matches!(args.out.format(), OutputFormat::Table | OutputFormat::Markdown) {
        for capture in &report.captures {
            for remark in &capture.remarks {
                messages.note(format_args!("{}: {remark}", capture.path));
            }
        }
    }
    let look = Look::new(&args.out, &output);
    render::report(&report, args.out.format(), look, &mut output)?;
    output.finish()?;
    let flagged = report.findings.iter().any(|finding| args.flag.counts(finding));
    let judged = report.verdict.state != VerdictState::NotJudged;
    Ok(match (flagged, judged) {
        // What was seen beside is no answer about the process that was asked for.
        (_, false) => Exit::Losses,
        (true, true) => Exit::Flagged,
        (false, true) => exit_of(tally),
    })
}
