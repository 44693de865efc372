//! The timeline of one capture: phases, steps, and the witnesses between them.

use std::collections::HashSet;

use procmonkey_analysis::report::{
    GuidRelation, JudgedAs, LinkVia, Placed, ProcessSummary, TimelineEntry, WitnessEntry,
};
use procmonkey_analysis::words::step_line;
use procmonkey_analysis::{Phase, PhaseSpan, Report, Step, short_stem};

use super::super::Look;
use super::super::grid::{Cell, Grid, Page, Tone};
use super::facts::{clock_part, guid_name, process_name};
use crate::text::seconds;

/// How many rows are shown unless all are asked for.
const SHOWN: usize = 120;

/// Whose steps a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// Those of the processes that were asked for, and of what belongs to no process that is
    /// judged.
    Asked,
    /// Those of another process, by its index.
    Other(usize),
}

impl Whose {
    fn is_of(self, report: &Report, process: Option<usize>) -> bool {
        let other = process.filter(|index| {
            let process = report.processes.get(*index);
            process.is_some_and(|process| process.judged_as == JudgedAs::AtTheKeys)
        });
        match self {
            Whose::Asked => other.is_none(),
            Whose::Other(own) => other == Some(own),
        }
    }
}

/// The processes that have steps in a timeline.
pub(super) fn with_steps(report: &Report) -> HashSet<usize> {
    report.timeline.iter().filter_map(|entry| entry.process_index).collect()
}

/// The timelines of a capture: that of the processes that were asked for, then those of
/// others about whom something was found.
pub(super) fn timelines(report: &Report, capture: usize, look: Look, page: &mut Page) {
    let with_steps = with_steps(report);
    let others = report.processes.iter().enumerate().filter(|(index, process)| {
        process.capture == capture
            && process.judged_as == JudgedAs::AtTheKeys
            && with_steps.contains(index)
    });
    let others: Vec<Whose> = others.map(|(index, _)| Whose::Other(index)).collect();
    let asked = table(report, capture, Whose::Asked, look);
    if !asked.rows.is_empty() || others.is_empty() {
        page.heading(heading(report, capture, Whose::Asked));
        if asked.rows.is_empty() {
            page.text(no_step(report, capture));
        }
        add(asked, look, page);
    }
    for whose in others {
        page.heading(heading(report, capture, whose));
        add(table(report, capture, whose, look), look, page);
    }
}

/// Why a timeline has no row.
fn no_step(report: &Report, capture: usize) -> &'static str {
    let is_at_the_keys = |process: &ProcessSummary| {
        process.capture == capture && process.judged_as == JudgedAs::AtTheKeys
    };
    match report.processes.iter().any(is_at_the_keys) {
        true => {
            "No step of a process about which something was found. What the others did is below; \
             `-p NAME` shows the steps of one."
        }
        false => "No step at MachineGuid or at a key file, of the processes that are judged.",
    }
}

fn add(mut grid: Grid, look: Look, page: &mut Page) {
    let all = grid.rows.len();
    if !look.whole {
        grid.rows.truncate(SHOWN);
    }
    let shown = grid.rows.len();
    page.grid(grid);
    if shown < all {
        page.text(format!("Shown: the first {shown} of {all} rows. All: -v."));
    }
}

fn heading(report: &Report, capture: usize, whose: Whose) -> String {
    let with_steps = with_steps(report);
    let processes: Vec<&ProcessSummary> = report
        .processes
        .iter()
        .enumerate()
        .filter(|(index, process)| {
            process.capture == capture
                && whose.is_of(report, Some(*index))
                && with_steps.contains(index)
        })
        .map(|(_, process)| process)
        .collect();
    let mut text = match &processes[..] {
        [only] => {
            let starts = only.phases.iter().any(|span| span.phase == Phase::Start);
            let what = if starts { "Start-up of" } else { "Steps of" };
            let account = only.account.as_ref().map(|it| format!(", as {it}")).unwrap_or_default();
            format!("{what} {}{account}", process_name(only))
        }
        _ => "Steps at MachineGuid and key files".to_string(),
    };
    if report.captures.len() > 1 {
        text.push_str(&format!(", in {}", report.captures[capture].path));
    }
    text
}

/// One row before it is laid out.
enum Row<'r> {
    /// A phase of a process.
    Phase(&'r ProcessSummary, &'r PhaseSpan),
    /// Steps that say the same: the first, the number of the last, and how many there are.
    Steps(&'r TimelineEntry, u64, usize),
    /// A fact from outside, behind the event that it follows.
    Witness(&'r WitnessEntry, u64),
}

/// Name and PID of a process, as far as they are known.
type Actor<'r> = (Option<&'r str>, Option<u32>);

impl<'r> Row<'r> {
    /// Whose row it is.
    fn actor(&self) -> Option<Actor<'r>> {
        match self {
            Row::Phase(process, _) => Some((process.name.as_deref(), process.pid)),
            Row::Steps(entry, ..) => Some((entry.process.as_deref(), entry.pid)),
            Row::Witness(..) => None,
        }
    }

    /// Rows stand in the order of events, a phase in front of its first step, a witness
    /// behind the step that it follows. Witnesses behind one step stand in the order of
    /// their times.
    fn place(&self) -> (u64, u8, i64) {
        match self {
            Row::Phase(_, span) => (span.first_event, 0, 0),
            Row::Steps(entry, ..) => (entry.event, 1, 0),
            Row::Witness(entry, after) => {
                let seconds = entry.placed.as_ref().map_or(0.0, |placed| placed.seconds);
                (*after, 2, (seconds * 1e6) as i64)
            }
        }
    }
}

fn table(report: &Report, capture: usize, whose: Whose, look: Look) -> Grid {
    let entries: Vec<&TimelineEntry> = report
        .timeline
        .iter()
        .filter(|it| it.capture == capture && whose.is_of(report, it.process_index))
        .collect();
    let mut rows: Vec<Row<'_>> = folded(&entries, look);
    if !rows.is_empty() {
        let own: HashSet<usize> = entries.iter().filter_map(|entry| entry.process_index).collect();
        for (_, process) in report.processes.iter().enumerate().filter(|it| own.contains(&it.0)) {
            rows.extend(process.phases.iter().map(|span| Row::Phase(process, span)));
        }
    }
    if whose == Whose::Asked {
        for entry in &report.witnesses {
            if let Some(placed) = entry.placed.as_ref().filter(|it| it.capture == capture) {
                let after = placed.after_event.unwrap_or(0).max(phase_before(report, placed));
                rows.push(Row::Witness(entry, after));
            }
        }
    }
    rows.sort_by_key(Row::place);
    let several = entries
        .iter()
        .any(|entry| (&entry.process, entry.pid) != (&entries[0].process, entries[0].pid));
    let mut grid = Grid {
        headers: vec!["Event", "Time", "Since last", "TID", "Step", "Result", "After read"],
        numbers: vec![0, 2, 3, 6],
        unbroken: vec![0, 1, 2, 3, 6],
        spare: vec![6, 2, 3],
        first: vec![4, 5],
        ..Grid::default()
    };
    let mut before: Option<&TimelineEntry> = None;
    let mut actor: Option<Actor<'_>> = None;
    for row in &rows {
        let own = row.actor().filter(|own| several && actor != Some(*own));
        if let Some(own) = own {
            let name = own.0.unwrap_or("a process that is not named");
            let pid = own.1.map(|pid| format!(" ({pid})")).unwrap_or_default();
            grid.rows.push(vec![Cell::from(format!("  {name}{pid}"))]);
            (actor, before) = (Some(own), None);
        }
        if let Row::Steps(entry, ..) = row {
            about(report, entry, before, look, &mut grid);
            before = Some(entry);
        }
        grid.rows.push(cells(report, row, look));
    }
    grid
}

/// The last event that begins a phase and is not later than a place, where the times can be
/// compared as they are written.
fn phase_before(report: &Report, placed: &Placed) -> u64 {
    let Some(at) = &placed.time else { return 0 };
    let processes = report.processes.iter().filter(|it| it.capture == placed.capture);
    let spans = processes.flat_map(|process| &process.phases);
    let earlier = spans
        .filter(|span| span.time.as_ref().is_some_and(|time| time.len() == at.len() && time <= at));
    earlier.map(|span| span.first_event).max().unwrap_or(0)
}

/// Steps that follow each other and say the same become one row, unless all are asked for.
fn folded<'r>(entries: &[&'r TimelineEntry], look: Look) -> Vec<Row<'r>> {
    let mut rows: Vec<Row<'r>> = Vec::new();
    for entry in entries {
        if let Some(Row::Steps(first, last, count)) = rows.last_mut()
            && !look.whole
            && says_the_same(first, entry)
        {
            *last = entry.event;
            *count += 1;
            continue;
        }
        rows.push(Row::Steps(entry, entry.event, 1));
    }
    rows
}

fn says_the_same(one: &TimelineEntry, other: &TimelineEntry) -> bool {
    let what = |entry: &TimelineEntry| (entry.step, entry.length, entry.offset, entry.tid);
    (one.process_index, &one.process, one.pid) == (other.process_index, &other.process, other.pid)
        && (&one.stem, &one.guid, &one.path) == (&other.stem, &other.guid, &other.path)
        && what(one) == what(other)
        && (&one.result, &one.note) == (&other.result, &other.note)
}

/// A row that says which key file the steps below it are about, where that changes.
fn about(
    report: &Report,
    entry: &TimelineEntry,
    before: Option<&TimelineEntry>,
    look: Look,
    grid: &mut Grid,
) {
    let (Some(stem), Some(guid)) = (&entry.stem, &entry.guid) else { return };
    let file = |entry: &TimelineEntry| (entry.stem.clone(), entry.guid.clone(), entry.folder);
    if before.is_some_and(|before| file(before) == file(entry)) {
        return;
    }
    let name = entry.container.clone().unwrap_or_else(|| short_stem(stem));
    let (relation, tone) = match entry.relation {
        Some(GuidRelation::Current) => (", the MachineGuid in effect", Tone::Plain),
        Some(GuidRelation::Other) => (", another than the MachineGuid in effect", Tone::Bad),
        _ => ("", Tone::Plain),
    };
    let guid = guid_name(report, guid, look);
    grid.rows.push(vec![Cell::toned(format!("       {name}, under {guid}{relation}"), tone)]);
    if look.whole {
        grid.rows.push(vec![Cell::from(format!("       {}", entry.path))]);
    }
}

fn cells(report: &Report, row: &Row<'_>, look: Look) -> Vec<Cell> {
    match row {
        Row::Phase(_, span) => {
            let time = span.time.as_deref().map(|time| clock_part(time, look));
            let noun = if span.events == 1 { "event" } else { "events" };
            let mut text = format!("▸ {}, {} {noun}", span.phase.name(), span.events);
            if look.whole {
                text.push_str(&format!(": {}", span.phase.what()));
            }
            vec![
                Cell::from(span.first_event.to_string()),
                Cell::maybe(time),
                Cell::default(),
                Cell::default(),
                Cell::from(text),
                Cell::default(),
                Cell::default(),
            ]
        }
        Row::Steps(entry, last, count) => step_cells(report, entry, (*last, *count), look),
        Row::Witness(entry, _) => {
            let placed = entry.placed.as_ref();
            let time = placed.and_then(|it| it.time.as_deref()).map(|it| clock_part(it, look));
            let time = time.unwrap_or_default();
            let text = format!("       {time}  ◆ {}", entry.witness.sentence());
            vec![Cell::toned(text, Tone::Warning)]
        }
    }
}

fn step_cells(
    report: &Report,
    entry: &TimelineEntry,
    (last, count): (u64, usize),
    look: Look,
) -> Vec<Cell> {
    let time = entry.time.as_deref().map(|time| clock_part(time, look));
    let time = time.or_else(|| entry.time_text.as_deref().map(|time| clock_part(time, look)));
    let value = entry.guid.as_ref().map(|guid| guid_name(report, guid, look));
    let mut what = step_line(entry, value.as_deref());
    if count > 1 {
        what.push_str(&format!(", {count} times, to event {last}"));
    }
    let tone = match entry.step {
        Step::GuidSet | Step::GuidRemoved | Step::Deleted | Step::Renamed => Tone::Warning,
        _ if entry.failed => Tone::Bad,
        _ => Tone::Plain,
    };
    vec![
        Cell::from(entry.event.to_string()),
        Cell::maybe(time),
        Cell::maybe(entry.delta_seconds.map(seconds)),
        Cell::maybe(entry.tid),
        Cell::toned(what, tone),
        Cell::toned(entry.result.clone(), if entry.failed { Tone::Bad } else { Tone::Plain }),
        link_cell(entry),
    ]
}

/// How long after the read of MachineGuid; and how the two belong together, unless by their
/// thread.
fn link_cell(entry: &TimelineEntry) -> Cell {
    let Some(link) = &entry.link else { return Cell::default() };
    let via = match link.via {
        LinkVia::Thread => "",
        LinkVia::Process => "process",
        LinkVia::Capture => "capture",
    };
    let elapsed = link.elapsed_seconds.map(seconds).unwrap_or_default();
    Cell::from([elapsed.as_str(), via].join(" ").trim().to_string())
}
