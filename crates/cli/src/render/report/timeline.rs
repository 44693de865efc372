//! The timeline of one capture: phases, steps, and the witnesses between them.

use procmonkey_analysis::report::{GuidRelation, JudgedAs, LinkVia, TimelineEntry, WitnessEntry};
use procmonkey_analysis::{MachineGuid, PhaseSpan, Report, Step, short_stem};

use super::super::Look;
use super::super::grid::{Cell, Grid, Tone};
use crate::text::seconds;

/// One row of the timeline before it is laid out.
enum Row<'r> {
    Phase(&'r PhaseSpan, Option<u32>),
    Step(&'r TimelineEntry),
    /// A fact from outside, behind the event that it follows.
    Witness(&'r WitnessEntry, u64),
}

impl Row<'_> {
    /// Rows stand in the order of events, a phase in front of its first step, a
    /// witness behind the step that it follows.
    fn place(&self) -> (u64, u8) {
        match self {
            Row::Phase(span, _) => (span.first_event, 0),
            Row::Step(entry) => (entry.event, 1),
            Row::Witness(_, after) => (*after, 2),
        }
    }
}

/// Whose steps a timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those of the processes that were asked for, and of whoever changed MachineGuid.
    Asked,
    /// Those of one process that was not asked for.
    Other(usize),
}

impl Whose {
    fn are(self, report: &Report, process_index: Option<usize>) -> bool {
        match (self, process_index) {
            (Whose::Asked, None) => true,
            (Whose::Asked, Some(index)) => report.processes[index].judged_as == JudgedAs::Asked,
            (Whose::Other(own), index) => index == Some(own),
        }
    }
}

/// Whether the steps of a process stand in a timeline: it was asked for, or something was
/// found about it.
pub(super) fn has_timeline(report: &Report, index: usize) -> bool {
    let asked = report.processes[index].judged_as == JudgedAs::Asked;
    let found = report.findings.iter().any(|finding| finding.processes.contains(&index));
    let has_steps = report.timeline.iter().any(|entry| entry.process_index == Some(index));
    asked || (found && has_steps)
}

pub(super) fn timeline(report: &Report, capture: usize, whose: Whose, look: Look) -> Grid {
    let several = several_processes(report, capture, whose);
    let mut rows: Vec<Row<'_>> = Vec::new();
    let steps = report.timeline.iter().filter(|entry| entry.capture == capture);
    rows.extend(steps.filter(|it| whose.are(report, it.process_index)).map(Row::Step));
    for (index, process) in report.processes.iter().enumerate() {
        let has_steps = report.timeline.iter().any(|entry| entry.process_index == Some(index));
        if process.capture == capture && has_steps && whose.are(report, Some(index)) {
            let pid = process.pid.filter(|_| several);
            rows.extend(process.phases.iter().map(|span| Row::Phase(span, pid)));
        }
    }
    for entry in report.witnesses.iter().filter(|_| whose == Whose::Asked) {
        if let Some(placed) = entry.placed.as_ref().filter(|placed| placed.capture == capture) {
            rows.push(Row::Witness(entry, placed.after_event.unwrap_or(0)));
        }
    }
    rows.sort_by_key(Row::place);
    let mut columns = vec![
        TimelineColumn::Event,
        TimelineColumn::Time,
        TimelineColumn::Delta,
        TimelineColumn::Thread,
        TimelineColumn::Step,
        TimelineColumn::Container,
        TimelineColumn::Guid,
        TimelineColumn::Result,
        TimelineColumn::AfterRead,
    ];
    if look.whole {
        columns.push(TimelineColumn::Path);
    }
    // A narrow terminal gets the columns that matter most.
    match look.width {
        Some(width) if width < 100 => columns.retain(|column| !column.is_interval()),
        Some(width) if width < 115 => columns.retain(|column| *column != TimelineColumn::AfterRead),
        _ => {}
    }
    let places = |wanted: fn(&TimelineColumn) -> bool| {
        let found = columns.iter().enumerate().filter(|(_, column)| wanted(column));
        found.map(|(index, _)| index).collect()
    };
    let mut cells: Vec<Vec<Cell>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| column.cell(row, several, look)).collect())
        .collect();
    if let Some(place) = columns.iter().position(|column| *column == TimelineColumn::Container) {
        name_once(&mut cells, &rows, place);
    }
    Grid {
        headers: columns.iter().map(|column| column.header(several)).collect(),
        numbers: places(|column| column.is_number()),
        unbroken: places(|column| !column.is_text()),
        rows: cells,
        ..Grid::default()
    }
}

/// Leaves out a container's name where the step before has the same: most steps
/// follow each other on one file.
fn name_once(cells: &mut [Vec<Cell>], rows: &[Row<'_>], place: usize) {
    let mut before = None;
    for (cells, row) in cells.iter_mut().zip(rows) {
        let Row::Step(entry) = row else { continue };
        if entry.stem.is_some() && entry.stem == before {
            cells[place].text.clear();
        }
        before.clone_from(&entry.stem);
    }
}

fn several_processes(report: &Report, capture: usize, whose: Whose) -> bool {
    let mut actors = report
        .timeline
        .iter()
        .filter(|it| it.capture == capture && whose.are(report, it.process_index));
    let first = actors.next().map(|entry| (&entry.process, entry.pid));
    actors.any(|entry| Some((&entry.process, entry.pid)) != first)
}

/// A column of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TimelineColumn {
    Event,
    Time,
    Delta,
    Thread,
    Step,
    Container,
    Guid,
    Result,
    AfterRead,
    Path,
}

impl TimelineColumn {
    fn header(self, several: bool) -> &'static str {
        match self {
            TimelineColumn::Event => "Event",
            TimelineColumn::Time => "Time",
            TimelineColumn::Delta => "Δ",
            TimelineColumn::Thread if several => "PID/TID",
            TimelineColumn::Thread => "TID",
            TimelineColumn::Step => "Step",
            TimelineColumn::Container => "Container",
            TimelineColumn::Guid => "GUID",
            TimelineColumn::Result => "Result",
            TimelineColumn::AfterRead => "After read",
            TimelineColumn::Path => "Path",
        }
    }

    fn is_number(self) -> bool {
        matches!(self, TimelineColumn::Event | TimelineColumn::Delta | TimelineColumn::Thread)
    }

    fn is_interval(self) -> bool {
        matches!(self, TimelineColumn::Delta | TimelineColumn::AfterRead)
    }

    /// Whether the cells may be broken into lines.
    fn is_text(self) -> bool {
        matches!(
            self,
            TimelineColumn::Step
                | TimelineColumn::Container
                | TimelineColumn::Result
                | TimelineColumn::Path
        )
    }

    fn cell(self, row: &Row<'_>, several: bool, look: Look) -> Cell {
        match row {
            Row::Phase(span, pid) => self.phase_cell(span, *pid, look),
            Row::Step(entry) => self.step_cell(entry, several, look),
            Row::Witness(entry, _) => self.witness_cell(entry),
        }
    }

    fn phase_cell(self, span: &PhaseSpan, pid: Option<u32>, look: Look) -> Cell {
        let text = match self {
            TimelineColumn::Event => span.first_event.to_string(),
            TimelineColumn::Time => {
                span.time.as_deref().map_or_else(String::new, |time| clock_part(time, look))
            }
            TimelineColumn::Thread => pid.map(|pid| pid.to_string()).unwrap_or_default(),
            TimelineColumn::Step => format!("▸ {}", span.phase.name()),
            TimelineColumn::Container => {
                format!("{} event{}", span.events, if span.events == 1 { "" } else { "s" })
            }
            _ => String::new(),
        };
        Cell::toned(text, Tone::Plain)
    }

    fn witness_cell(self, entry: &WitnessEntry) -> Cell {
        let text = match (self, &entry.placed) {
            (TimelineColumn::Time, Some(placed)) => {
                let sign = if placed.seconds < 0.0 { "" } else { "+" };
                format!("{sign}{}", seconds(placed.seconds))
            }
            (TimelineColumn::Step, _) => format!("◆ {}", entry.witness.sentence()),
            _ => String::new(),
        };
        Cell::toned(text, Tone::Warning)
    }

    fn step_cell(self, entry: &TimelineEntry, several: bool, look: Look) -> Cell {
        match self {
            TimelineColumn::Event => Cell::from(entry.event.to_string()),
            TimelineColumn::Time => {
                let time = entry.time.as_deref().map(|time| clock_part(time, look));
                Cell::maybe(time.or_else(|| entry.time_text.clone()))
            }
            TimelineColumn::Delta => Cell::maybe(entry.delta_seconds.map(seconds)),
            TimelineColumn::Thread => thread_cell(entry, several),
            TimelineColumn::Step => what_cell(entry),
            TimelineColumn::Container => container_cell(entry),
            TimelineColumn::Guid => guid_cell(entry, look),
            TimelineColumn::Result => Cell::toned(entry.result.clone(), result_tone(entry)),
            TimelineColumn::AfterRead => link_cell(entry),
            TimelineColumn::Path => Cell::from(entry.path.clone()),
        }
    }
}

fn thread_cell(entry: &TimelineEntry, several: bool) -> Cell {
    let tid = entry.tid.map(|tid| tid.to_string());
    if !several {
        return Cell::maybe(tid);
    }
    let who = entry.pid.map(|pid| pid.to_string()).or_else(|| entry.process.clone());
    Cell::from([who, tid].into_iter().flatten().collect::<Vec<_>>().join("/"))
}

/// How long after the read of MachineGuid, and how the two belong together.
fn link_cell(entry: &TimelineEntry) -> Cell {
    let Some(link) = &entry.link else { return Cell::default() };
    let via = match link.via {
        LinkVia::Thread => "thread",
        LinkVia::Process => "process",
        LinkVia::Capture => "capture",
    };
    Cell::from(match link.elapsed_seconds {
        Some(elapsed) => format!("{} {via}", seconds(elapsed)),
        None => via.to_string(),
    })
}

/// The time without the date, which the line above the table has, and to the
/// millisecond unless all of it is asked for.
fn clock_part(time: &str, look: Look) -> String {
    if look.whole {
        return time.to_string();
    }
    let clock = time.split_once('T').map_or(time, |(_, clock)| clock);
    match clock.find('.') {
        Some(point) => clock.chars().take(point + 4).collect(),
        None => clock.to_string(),
    }
}

fn what_cell(entry: &TimelineEntry) -> Cell {
    let mut text = match entry.step {
        Step::GuidRead => "MachineGuid read".to_string(),
        Step::GuidMissing => "MachineGuid not found".to_string(),
        Step::GuidSet => "MachineGuid set".to_string(),
        Step::GuidRemoved => "MachineGuid deleted".to_string(),
        Step::SharingViolation => "sharing violation".to_string(),
        step => step.name().to_string(),
    };
    if let (Some(length), Some(offset)) = (entry.length, entry.offset) {
        text.push_str(&format!(" {length} bytes at {offset}"));
    }
    if let Some(new_path) = &entry.new_path {
        text.push_str(&format!(" to {new_path}"));
    }
    if let Some(note) = &entry.note {
        text.push_str(&format!(": {note}"));
    }
    if let (None, Some(process)) = (entry.process_index, &entry.process) {
        text.push_str(&format!(" by {process}"));
    }
    let tone = match entry.step {
        Step::Created | Step::GuidSet | Step::GuidRemoved | Step::Deleted => Tone::Warning,
        Step::Denied | Step::SharingViolation => Tone::Bad,
        _ => Tone::Plain,
    };
    Cell::toned(text, tone)
}

fn container_cell(entry: &TimelineEntry) -> Cell {
    match (&entry.container, &entry.stem) {
        (Some(name), _) => Cell::from(name.clone()),
        (None, Some(stem)) => Cell::toned(short_stem(stem), Tone::Plain),
        (None, None) => Cell::default(),
    }
}

fn guid_cell(entry: &TimelineEntry, look: Look) -> Cell {
    let Some(guid) = &entry.guid else { return Cell::default() };
    let text = guid_text(guid, look);
    match entry.relation {
        Some(GuidRelation::Current) => Cell::toned(format!("{text} current"), Tone::Plain),
        Some(GuidRelation::Other) => Cell::toned(format!("{text} other"), Tone::Bad),
        _ => Cell::from(text),
    }
}

pub(super) fn guid_text(guid: &MachineGuid, look: Look) -> String {
    if look.whole { guid.to_string() } else { guid.short().to_string() }
}

fn result_tone(entry: &TimelineEntry) -> Tone {
    match entry.step {
        Step::Denied | Step::SharingViolation | Step::Collision | Step::Failed => Tone::Bad,
        Step::Probed | Step::GuidMissing => Tone::Warning,
        _ => Tone::Plain,
    }
}
