//! Shows reports. One file for each form; nothing is computed here.

mod code;
mod columns;
mod compare;
mod count;
mod csv;
mod event_json;
mod events;
mod explanation;
mod filter;
mod grid;
mod info;
mod json;
mod key;
mod markdown;
mod order;
mod paint;
mod paths;
mod processes;
mod report;
mod shared_paths;
mod signatures;
mod stacks;
mod table;

use std::io::{self, Write};

use procmonkey_analysis::capture_stats::CaptureInfo;
use procmonkey_analysis::compare::Comparison;
use procmonkey_analysis::report::EventRows;
use procmonkey_analysis::{
    CodeAnswer, Explanation, ProcessNode, Report, SharedPath, SignatureText, StackCount, TallyGroup,
};
use procmonkey_export::{Formulas, write_report_lines, write_timeline_csv};

use serde::Serialize;

use crate::args::{LessonArgs, OutputArgs, OutputFormat, PageFormat, UsageError};
use crate::output::Output;

use grid::{Grid, Page};

pub(crate) use code::ListedFamily;
pub(crate) use count::CountTable;
pub(crate) use events::{EventWriter, FileNames, JsonForm};
pub(crate) use explanation::ExplanationForm;
pub(crate) use filter::ListedRule;
pub(crate) use key::ListedKey;
pub(crate) use paths::{ListedPath, Side};
pub(crate) use processes::Parents;
pub(crate) use shared_paths::SharedPathOrder;
pub(crate) use signatures::Shown;
pub(crate) use stacks::StacksShown;

/// How tables shall look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Columns of the terminal; `None` where there is none to fit into.
    pub(crate) width: Option<u16>,
    /// Whether to use colour.
    pub(crate) color: bool,
    /// Whether to show whole GUIDs, paths and texts.
    pub(crate) whole: bool,
}

/// The width of a page where nothing says how wide it may be.
const PLAIN_WIDTH: u16 = 100;

impl Look {
    pub(crate) fn new(args: &OutputArgs, output: &Output) -> Look {
        let color = output.is_colored(args.color);
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        // A width of nothing is no width.
        let columns = columns.filter(|columns| *columns > 0);
        let width = match output.is_terminal() {
            true => columns.or_else(terminal_width).or(Some(PLAIN_WIDTH)),
            // In a file, a verbose page is as wide as it needs to be.
            false if args.verbose && columns.is_none() => None,
            false => columns.or(Some(PLAIN_WIDTH)),
        };
        Look { width, color, whole: args.verbose }
    }
}

fn terminal_width() -> Option<u16> {
    terminal_size::terminal_size().map(|(width, _)| width.0).filter(|width| *width > 0)
}

/// Shows the report of an analysis.
pub(crate) fn report(
    report: &Report,
    (format, formulas): (OutputFormat, Formulas),
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&report::page(report, look), look, output),
        OutputFormat::Markdown => {
            let look = Look { whole: true, width: None, color: false };
            markdown::write(&report::page(report, look), output)
        }
        OutputFormat::Json => json::document(report, output),
        OutputFormat::Jsonl => write_report_lines(report, output),
        OutputFormat::Csv => write_timeline_csv(report, formulas, output),
    }
}

/// The report of an analysis as its JSON document.
///
/// # Errors
/// When the output cannot be written.
pub(crate) fn report_as_json(report: &Report, output: &mut impl Write) -> io::Result<()> {
    json::document(report, output)
}

/// Shows the report of an analysis as a page, or its drawing.
///
/// # Errors
/// When there is nothing to draw, or the output cannot be written.
pub(crate) fn page(
    report: &Report,
    rows: &EventRows,
    format: PageFormat,
    lesson: LessonArgs,
    output: &mut impl Write,
) -> anyhow::Result<()> {
    match format {
        PageFormat::Html if lesson.lesson => {
            let explanation = Explanation::of(report).with_lesson(report);
            procmonkey_html::write_page_with_lesson(report, rows, &explanation, output)?;
        }
        PageFormat::Html => procmonkey_html::write_page(report, rows, output)?,
        PageFormat::Svg => {
            if !procmonkey_html::write_drawing(report, output)? {
                let text = "there is nothing to draw: no process has a step at MachineGuid or at a \
                            key file; -f html has the verdict";
                return Err(UsageError(text.to_string()).into());
            }
        }
    }
    Ok(())
}

/// Shows what two captures differ in as a page, or the drawing of both.
///
/// # Errors
/// When there is nothing to draw, or the output cannot be written.
pub(crate) fn comparison_page(
    comparison: &Comparison,
    format: PageFormat,
    output: &mut impl Write,
) -> anyhow::Result<()> {
    match format {
        PageFormat::Html => procmonkey_html::write_comparison(comparison, output)?,
        PageFormat::Svg => {
            if !procmonkey_html::write_comparison_drawing(comparison, output)? {
                let text = "there is nothing to draw: the captures have no start-up of one process \
                            that can be compared; -f html says why";
                return Err(UsageError(text.to_string()).into());
            }
        }
    }
    Ok(())
}

/// Shows what a start-up did, in sentences.
pub(crate) fn explanation(
    explanation: &Explanation,
    form: ExplanationForm,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match form {
        ExplanationForm::Text => table::write(&explanation::page(explanation), look, output),
        ExplanationForm::Markdown => markdown::write(&explanation::page(explanation), output),
        ExplanationForm::Html => procmonkey_html::write_explanation(explanation, output),
        ExplanationForm::Json => json::document(explanation, output),
    }
}

/// Shows what two captures differ in.
pub(crate) fn comparison(
    comparison: &Comparison,
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&compare::page(comparison, look), look, output),
        OutputFormat::Markdown => {
            let look = Look { whole: true, width: None, color: false };
            markdown::write(&compare::page(comparison, look), output)
        }
        OutputFormat::Json => json::document(comparison, output),
        OutputFormat::Jsonl => json::lines(std::slice::from_ref(comparison), output),
        OutputFormat::Csv => csv::write(&compare::grid(comparison), output),
    }
}

/// Shows what captures hold.
pub(crate) fn surveys(
    surveys: &[CaptureInfo],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&info::page(surveys, look), look, output),
        OutputFormat::Markdown => markdown::write(&info::page(surveys, look), output),
        OutputFormat::Json => json::document(surveys, output),
        OutputFormat::Jsonl => json::lines(surveys, output),
        OutputFormat::Csv => csv::write(&info::counts_grid(surveys), output),
    }
}

/// Shows process trees.
pub(crate) fn processes(
    nodes: &[ProcessNode],
    parents: Parents,
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    let page = || processes::page(nodes, parents, look);
    list(nodes, page, processes::grid, (format, look), output)
}

/// Shows a list in one of its forms: a page for people, the items as they are, or a grid.
fn list<T: Serialize>(
    items: &[T],
    page: impl FnOnce() -> Page,
    grid: impl FnOnce(&[T]) -> Grid,
    (format, look): (OutputFormat, Look),
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&page(), look, output),
        OutputFormat::Markdown => markdown::write(&page(), output),
        OutputFormat::Json => json::document(items, output),
        OutputFormat::Jsonl => json::lines(items, output),
        OutputFormat::Csv => csv::write(&grid(items), output),
    }
}

/// Shows paths that only one of two captures touches.
pub(crate) fn paths(
    paths: &[ListedPath],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    let page = || paths::page(paths);
    list(paths, page, paths::grid, (format, look), output)
}

/// Shows paths that one process writes and another one reads.
pub(crate) fn shared_paths(
    paths: &[SharedPath],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    let page = || shared_paths::page(paths, look);
    list(paths, page, shared_paths::grid, (format, look), output)
}

/// Shows counts of events.
pub(crate) fn counts(
    table: &CountTable,
    groups: &[TallyGroup],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&table.page(groups), look, output),
        OutputFormat::Markdown => markdown::write(&table.page(groups), output),
        OutputFormat::Json => table.document(groups, output),
        OutputFormat::Jsonl => table.lines(groups, output),
        OutputFormat::Csv => csv::write(&table.grid(groups), output),
    }
}

/// Shows call stacks.
pub(crate) fn stacks(
    stacks: &[StackCount],
    shown: StacksShown,
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    let page = || stacks::page(stacks, shown, look);
    list(stacks, page, stacks::grid, (format, look), output)
}

/// Shows what is known of keys.
pub(crate) fn keys(
    answers: &[ListedKey],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    let page = || key::page(answers);
    list(answers, page, key::grid, (format, look), output)
}

/// Shows the rules of filter files, as flags where no form is asked for.
pub(crate) fn rules(
    rules: &[ListedRule<'_>],
    format: Option<OutputFormat>,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        None => filter::flags(rules, output),
        Some(OutputFormat::Table) => table::write(&filter::page(rules), look, output),
        Some(OutputFormat::Markdown) => markdown::write(&filter::page(rules), output),
        Some(OutputFormat::Json) => json::document(rules, output),
        Some(OutputFormat::Jsonl) => json::lines(rules, output),
        Some(OutputFormat::Csv) => csv::write(&filter::grid(rules), output),
    }
}

/// Shows the catalogue of signatures, or some of it in full.
pub(crate) fn signatures(
    texts: &[&SignatureText],
    shown: Shown,
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&signatures::page(texts, shown), look, output),
        OutputFormat::Markdown => markdown::write(&signatures::page(texts, shown), output),
        OutputFormat::Json => json::document(texts, output),
        OutputFormat::Jsonl => json::lines(texts, output),
        OutputFormat::Csv => csv::write(&signatures::grid(texts), output),
    }
}

/// Shows what error codes mean.
pub(crate) fn codes(
    answers: &[CodeAnswer],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&code::page(answers), look, output),
        OutputFormat::Markdown => markdown::write(&code::page(answers), output),
        OutputFormat::Json => json::document(answers, output),
        OutputFormat::Jsonl => json::lines(answers, output),
        OutputFormat::Csv => csv::write(&code::grid(answers), output),
    }
}

/// Shows which codes are known.
pub(crate) fn code_list(
    codes: &[CodeAnswer],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&code::list_page(codes), look, output),
        OutputFormat::Markdown => markdown::write(&code::list_page(codes), output),
        OutputFormat::Json => json::document(codes, output),
        OutputFormat::Jsonl => json::lines(codes, output),
        OutputFormat::Csv => csv::write(&code::grid(codes), output),
    }
}

/// Shows of which families codes are known.
pub(crate) fn code_families(
    families: &[ListedFamily],
    format: OutputFormat,
    look: Look,
    output: &mut impl Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(&code::families_page(families), look, output),
        OutputFormat::Markdown => markdown::write(&code::families_page(families), output),
        OutputFormat::Json => json::document(families, output),
        OutputFormat::Jsonl => json::lines(families, output),
        OutputFormat::Csv => csv::write(&code::families_grid(families), output),
    }
}
