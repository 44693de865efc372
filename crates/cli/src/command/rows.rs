//! Rows for other tools, of `events` and of `convert`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use procmonkey_analysis::{Case, CaseOptions, Report};
use procmonkey_export::{Row, Source};
use procmonkey_parser::{Capture, DateOrder, Event, ExcerptRow, ReadOptions, Why};

use super::date_order::date_order_of;
use super::row_writer::{RowChoice, RowSink};
use crate::args::{RowFormat, is_standard_input};
use crate::inputs::{Noted, for_each};
use crate::messages::Messages;
use crate::render::FileNames;

/// Where the events of captures go, one capture after the other.
pub(super) trait EventSink {
    /// Takes what a first look at all captures has found.
    fn set_found(&mut self, _: FirstLook) {}

    fn begin(
        &mut self,
        capture: &Capture<'_>,
        names: FileNames,
        messages: Messages,
    ) -> anyhow::Result<()>;

    fn write(&mut self, event: &Event, row: ExcerptRow<'_>) -> anyhow::Result<()>;

    /// Takes all events of a capture that was begun and not read yet, where that is faster than one
    /// after the other. Returns how many there were; otherwise `None`, and nothing was read.
    fn write_every(&mut self, _: &mut Capture<'_>) -> anyhow::Result<Option<u64>> {
        Ok(None)
    }

    /// Adds what is known of a capture when its events are written.
    fn end(&mut self, _: &Capture<'_>) -> anyhow::Result<()> {
        Ok(())
    }

    /// Completes the output, with what was noted of the inputs, and reports what it does not have.
    fn finish(self: Box<Self>, noted: &Noted, messages: Messages) -> anyhow::Result<()>;
}

/// Rows that are written, with what a first look has found.
pub(super) struct RowOutput {
    format: RowFormat,
    sink: RowSink,
    tags: Tags,
    report: Option<Report>,
    /// Those of the capture that is read.
    of_capture: HashMap<u64, Vec<String>>,
    name: String,
}

/// The ids of findings by the name of the capture and the number of the event.
type Tags = HashMap<String, HashMap<u64, Vec<String>>>;

impl RowOutput {
    /// Opens the output.
    pub(super) fn open(choice: RowChoice, path: &Path) -> anyhow::Result<RowOutput> {
        Ok(RowOutput {
            format: choice.format,
            sink: RowSink::open(choice, path)?,
            tags: Tags::new(),
            report: None,
            of_capture: HashMap::new(),
            name: String::new(),
        })
    }
}

impl EventSink for RowOutput {
    fn set_found(&mut self, look: FirstLook) {
        self.tags = look.tags;
        self.report = look.report;
    }

    fn begin(
        &mut self,
        capture: &Capture<'_>,
        names: FileNames,
        _: Messages,
    ) -> anyhow::Result<()> {
        self.name = capture.name().to_string();
        self.of_capture = self.tags.remove(&self.name).unwrap_or_default();
        let file = (names == FileNames::Shown).then_some(&*self.name);
        self.sink.begin(&self.name, &Source::of(capture).file(file))
    }

    fn write_every(&mut self, capture: &mut Capture<'_>) -> anyhow::Result<Option<u64>> {
        self.sink.write_every(capture)
    }

    fn write(&mut self, event: &Event, row: ExcerptRow<'_>) -> anyhow::Result<()> {
        let tags = self.of_capture.get(&event.number()).map_or(&[][..], Vec::as_slice);
        let typed = Row::new(event, row.clock).tags(tags);
        let typed = match row.why {
            Why::Wanted => typed,
            Why::Neighbour => typed.as_neighbour(),
        };
        self.sink.write(&self.name, &typed)
    }

    fn end(&mut self, capture: &Capture<'_>) -> anyhow::Result<()> {
        self.sink.end(&self.name, capture)
    }

    fn finish(mut self: Box<Self>, noted: &Noted, messages: Messages) -> anyhow::Result<()> {
        for file in noted.stored.iter().flat_map(|(_, files)| files) {
            self.sink.note_file(file)?;
        }
        for remark in self.sink.finish(self.report.as_ref())? {
            messages.note(format_args!("{}: {remark}", self.format.name()));
        }
        Ok(())
    }
}

/// What is known of inputs that were read once before their rows are written.
#[derive(Debug, Default)]
pub(super) struct FirstLook {
    tags: Tags,
    /// What was found, where the output has a place for it.
    report: Option<Report>,
    /// The order of day, month and year in their dates: the one that was asked for, or where they
    /// show one and the same.
    pub(super) order: Option<DateOrder>,
}

/// Reads the inputs once, where they can be read twice, for what no event shows alone: findings, for
/// the tags of Timesketch and the tables of SQLite, and the order of dates, so that the first rows
/// have their times, too. They are not read where nothing of that is to be found, because the order
/// was `asked` for.
///
/// # Errors
/// When the inputs cannot be taken at all.
pub(super) fn first_look(
    format: RowFormat,
    inputs: &[PathBuf],
    options: &ReadOptions,
    asked: Option<DateOrder>,
    messages: Messages,
) -> anyhow::Result<FirstLook> {
    let is_lasting = |path: &PathBuf| {
        !is_standard_input(path)
            && std::fs::metadata(path).is_ok_and(|it| it.is_file() || it.is_dir())
    };
    let without = match format {
        RowFormat::Timesketch => Some("rows have no tags of findings"),
        RowFormat::Sqlite => Some("nothing was looked for: there are no findings and no timeline"),
        _ => None,
    };
    if !inputs.iter().all(is_lasting) {
        if let Some(without) = without {
            let name = format.name();
            messages.note(format_args!("{name}: an input can be read once only, so {without}"));
        }
        return Ok(FirstLook::default());
    }
    let wants_findings = without.is_some();
    if asked.is_some() && !wants_findings {
        return Ok(FirstLook { order: asked, ..FirstLook::default() });
    }
    let mut case = Case::new(CaseOptions::new());
    let mut orders: Vec<Option<DateOrder>> = Vec::new();
    for_each(inputs, options, Messages::Nothing, |capture| {
        let order = match wants_findings {
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
    let order = asked.or(first.filter(|_| orders.iter().all(|order| *order == first)));
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
    let report = (format == RowFormat::Sqlite).then_some(report);
    Ok(FirstLook { tags, report, order })
}
