//! Rows for other tools, of `events` and of `convert`.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use procmonkey_analysis::{Case, CaseOptions};
use procmonkey_export::{
    Ecs, Formulas, JsonLines, JsonOptions, PlainCsv, Refusal, Row, RowWriter, Source, Stacks,
    Sysmon, Timesketch,
};
use procmonkey_parser::{
    Action, Capture, Column, DateOrder, Event, ExcerptRow, Filter, Format, ReadOptions, Rule, Why,
};

use crate::args::{RowFormat, UsageError, is_standard_input};
use crate::inputs::for_each;
use crate::messages::Messages;
use crate::output::Output;

/// Which rows are written, and where.
pub(super) struct RowOutput {
    writer: Box<dyn RowWriter>,
    output: Output,
    bytes: Vec<u8>,
    tags: Tags,
    /// Those of the capture that is read.
    of_capture: HashMap<u64, Vec<String>>,
    name: String,
}

/// The ids of findings by the name of the capture and the number of the event.
type Tags = HashMap<String, HashMap<u64, Vec<String>>>;

/// What was asked for.
pub(super) struct RowChoice {
    pub(super) format: RowFormat,
    pub(super) formulas: Formulas,
    pub(super) stacks: Stacks,
    pub(super) columns: Option<Vec<Column>>,
}

impl RowOutput {
    /// Opens the output.
    pub(super) fn open(choice: RowChoice, path: &Path) -> anyhow::Result<RowOutput> {
        let output = match choice.format.is_json() {
            true => Output::json(path)?,
            false => Output::to(path)?,
        };
        let writer: Box<dyn RowWriter> = match choice.format {
            RowFormat::Jsonl => {
                let json = JsonOptions::new().stacks(choice.stacks);
                Box::new(JsonLines::new(match choice.columns {
                    Some(columns) => json.columns(columns),
                    None => json,
                }))
            }
            RowFormat::CsvPlain => Box::new(PlainCsv::new(choice.formulas, choice.columns)),
            RowFormat::Timesketch => Box::new(Timesketch::new()),
            RowFormat::Ecs => Box::new(Ecs::new()),
            RowFormat::Sysmon => Box::new(Sysmon::new()),
        };
        Ok(RowOutput {
            writer,
            output,
            bytes: Vec::new(),
            tags: Tags::new(),
            of_capture: HashMap::new(),
            name: String::new(),
        })
    }

    /// Takes what a first look has found.
    pub(super) fn set_tags(&mut self, tags: Tags) {
        self.tags = tags;
    }

    pub(super) fn begin(
        &mut self,
        capture: &Capture<'_>,
        file: Option<&str>,
    ) -> anyhow::Result<()> {
        self.name = capture.name().to_string();
        self.of_capture = self.tags.remove(&self.name).unwrap_or_default();
        let source = Source::of(capture).file(file);
        let begun = self.writer.begin_capture(&source, &mut self.bytes);
        begun.map_err(|refusal| refused(&self.name, refusal))?;
        Ok(())
    }

    pub(super) fn write(&mut self, event: &Event, row: ExcerptRow<'_>) -> anyhow::Result<()> {
        let tags = self.of_capture.get(&event.number()).map_or(&[][..], Vec::as_slice);
        let typed = Row::new(event, row.clock).tags(tags);
        let typed = match row.why {
            Why::Wanted => typed,
            Why::Neighbour => typed.as_neighbour(),
        };
        let written = self.writer.write_row(&typed, &mut self.bytes);
        written.map_err(|refusal| refused(&self.name, refusal))?;
        self.output.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }

    /// Completes the output, and reports what its rows do not have.
    pub(super) fn finish(mut self, format: RowFormat, messages: Messages) -> anyhow::Result<()> {
        self.writer.finish(&mut self.bytes);
        self.output.write_all(&self.bytes)?;
        self.output.finish()?;
        for remark in self.writer.remarks() {
            messages.note(format_args!("{}: {remark}", format.name()));
        }
        Ok(())
    }
}

/// Why a capture is refused, with the flags that supply what it does not show.
fn refused(name: &str, refusal: Refusal) -> UsageError {
    const DATE: &str = "--date DATE (the day of its first event)";
    const ZONE: &str = "--tz ZONE (of the clock that its times are from)";
    let flags = match refusal {
        Refusal::NoDate => DATE.to_string(),
        Refusal::NoDateAndZone => format!("{DATE} and {ZONE}"),
        Refusal::NoDateOrder => "--date-order dmy, mdy or ymd (of its dates)".to_string(),
        _ => ZONE.to_string(),
    };
    UsageError(format!("{name}: {refusal}; give {flags}"))
}

/// What is known of inputs that were read once before their rows are written.
#[derive(Debug, Default)]
pub(super) struct FirstLook {
    pub(super) tags: Tags,
    /// The order of day, month and year in their dates, where they show one and the same.
    pub(super) order: Option<DateOrder>,
}

/// Reads the inputs once, where they can be read twice, for what no event shows alone: findings, for
/// the tags of Timesketch, and the order of dates, so that the first rows have their times, too.
///
/// # Errors
/// When the inputs cannot be taken at all.
pub(super) fn first_look(
    format: RowFormat,
    inputs: &[PathBuf],
    options: &ReadOptions,
    messages: Messages,
) -> anyhow::Result<FirstLook> {
    let is_lasting = |path: &PathBuf| {
        !is_standard_input(path)
            && std::fs::metadata(path).is_ok_and(|it| it.is_file() || it.is_dir())
    };
    let wants_tags = format == RowFormat::Timesketch;
    if !inputs.iter().all(is_lasting) {
        if wants_tags {
            messages.note(
                "timesketch: an input can be read once only, so rows have no tags of findings",
            );
        }
        return Ok(FirstLook::default());
    }
    let mut case = Case::new(CaseOptions::new());
    let mut orders: Vec<Option<DateOrder>> = Vec::new();
    for_each(inputs, options, Messages::Nothing, |capture| {
        let order = match wants_tags {
            true => {
                case.read(capture)?;
                capture.clock().date_order()
            }
            false => date_order_of(capture)?,
        };
        if capture.clock().dates() > 0 {
            orders.push(order);
        }
        Ok(())
    })?;
    let first = orders.first().copied().flatten();
    let order = first.filter(|_| orders.iter().all(|order| *order == first));
    let report = case.finish();
    let mut tags = Tags::new();
    for finding in &report.findings {
        for evidence in &finding.evidence {
            let Some(capture) = report.captures.get(evidence.capture) else { continue };
            let of_capture = tags.entry(capture.path.clone()).or_default();
            for event in &evidence.events {
                let ids = of_capture.entry(*event).or_default();
                if !ids.iter().any(|id| *id == finding.signature) {
                    ids.push(finding.signature.to_string());
                }
            }
        }
    }
    Ok(FirstLook { tags, order })
}

/// The order of day, month and year in the dates of a capture, which is read only as far as it is
/// needed for that.
fn date_order_of(capture: &mut Capture<'_>) -> anyhow::Result<Option<DateOrder>> {
    if capture.format() == Format::Pml {
        return Ok(None);
    }
    let mut event = Event::default();
    let has_event = capture.read_event(&mut event)?;
    let clock = capture.clock();
    if !has_event || clock.dates() == 0 || clock.date_order().is_some() {
        return Ok(clock.date_order());
    }
    // Of events that nobody wants, only the times are read.
    let none = Filter::new([Rule::parse("Operation is none of all", Action::Include)?]);
    let prefilter = none.prefilter();
    while capture.read_matching(&none, &prefilter, &mut event)? {}
    Ok(capture.clock().date_order())
}
