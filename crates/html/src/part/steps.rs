//! The start-ups: a drawing, and its steps as a table.

use procmonkey_analysis::report::{GuidSign, LinkVia, Report, TimelineEntry};
use procmonkey_analysis::words::{self, clock_part, seconds, start_heading};
use procmonkey_analysis::{PhaseSpan, short_stem};

use crate::drawing::{Drawing, Figure, MOST_FIGURES, figures};
use crate::links::{EventLink, Links};
use crate::sign::Guid;

/// How many steps the tables have.
pub(crate) const MOST_STEPS: usize = 2_000;

#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) figures: Vec<Shown>,
    pub(crate) how_to_read: &'static str,
    pub(crate) left_out: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) heading: String,
    pub(crate) drawing: Drawing,
    pub(crate) summary: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) cut: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Row {
    Phase { id: String, name: String, text: String },
    Step(Box<StepRow>),
    Witness { time: String, text: String },
}

#[derive(Debug)]
pub(crate) struct StepRow {
    pub(crate) id: String,
    pub(crate) event: EventLink,
    pub(crate) time: String,
    pub(crate) exact: String,
    pub(crate) since: String,
    pub(crate) text: String,
    pub(crate) failed: bool,
    pub(crate) container: String,
    pub(crate) guid: Option<Guid>,
    pub(crate) result: String,
    pub(crate) tid: String,
    pub(crate) after: String,
}

/// The steps that get a row, as their captures and events.
pub(crate) fn steps_with_rows(report: &Report) -> Vec<(usize, u64)> {
    let figures = figures(report);
    let shown = figures.iter().take(MOST_FIGURES);
    shown
        .flat_map(|figure| figure.steps.iter().take(MOST_STEPS))
        .map(|entry| (entry.capture, entry.event))
        .collect()
}

impl Start {
    pub(crate) fn of(report: &Report, links: &Links<'_>) -> Start {
        let figures = figures(report);
        let mut left_out = Vec::new();
        if figures.len() > MOST_FIGURES {
            left_out.push(words::figures_left_out(MOST_FIGURES, figures.len()));
        }
        Start {
            figures: figures
                .iter()
                .take(MOST_FIGURES)
                .map(|figure| shown(report, figure, links))
                .collect(),
            how_to_read: words::HOW_TO_READ,
            left_out,
        }
    }
}

fn shown(report: &Report, figure: &Figure<'_>, links: &Links<'_>) -> Shown {
    let heading = figure
        .process
        .map_or_else(|| "Steps of a process that is not named".to_string(), start_heading);
    let of = match report.captures.len() {
        0 | 1 => String::new(),
        _ => format!(", in capture {}", figure.capture + 1),
    };
    let all = figure.steps.len();
    Shown {
        heading: format!("{heading}{of}"),
        drawing: Drawing::of(report, figure, links),
        summary: format!("All {} as a table", words::count(all as u64, "step")),
        rows: rows(report, figure, links),
        cut: (all > MOST_STEPS).then(|| words::cut_steps(MOST_STEPS, all)),
    }
}

fn rows(report: &Report, figure: &Figure<'_>, links: &Links<'_>) -> Vec<Row> {
    let mut rows: Vec<((u64, u8, i64), Row)> = Vec::new();
    let spans = figure.process.map(|process| process.phases.as_slice()).unwrap_or_default();
    for span in spans {
        let id = links.phase_id(figure.capture, span.first_event);
        rows.push(((span.first_event, 0, 0), phase(report, span, id)));
    }
    let mut before: Option<&TimelineEntry> = None;
    for entry in figure.steps.iter().take(MOST_STEPS) {
        let row = step(report, entry, before, links);
        rows.push(((entry.event, 1, 0), Row::Step(Box::new(row))));
        before = Some(entry);
    }
    let placed = report.witnesses.iter().filter_map(|it| Some((it, it.placed.as_ref()?)));
    for (entry, placed) in placed.filter(|(_, placed)| placed.capture == figure.capture) {
        let time = placed.time.as_deref().map(clock_part).unwrap_or_default();
        let text = entry.witness.sentence();
        let after = placed.after_event.unwrap_or(0);
        rows.push(((after, 2, (placed.seconds * 1e6) as i64), Row::Witness { time, text }));
    }
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn phase(report: &Report, span: &PhaseSpan, id: String) -> Row {
    let words = report.phase_words.iter().find(|words| words.id == span.phase);
    let time = span.time.as_deref().map(|time| format!("{} · ", clock_part(time)));
    let what = words.map(|words| format!(" · {}", words.what)).unwrap_or_default();
    let events = match span.first_event == span.last_event {
        true => span.first_event.to_string(),
        false => format!("{}–{}", span.first_event, span.last_event),
    };
    Row::Phase {
        id,
        name: words.map_or_else(|| span.phase.name().to_string(), |it| it.name.to_string()),
        text: format!(
            "{}{}, {events}{what}",
            time.unwrap_or_default(),
            words::count(span.events, "event")
        ),
    }
}

fn step(
    report: &Report,
    entry: &TimelineEntry,
    before: Option<&TimelineEntry>,
    links: &Links<'_>,
) -> StepRow {
    let after = entry.link.as_ref().map(|link| after_read(link.via, link.elapsed_seconds));
    let mut row = StepRow::of(entry, before, &report.guid_signs);
    row.id = links.step_id(entry.capture, entry.event);
    row.event = links.event(entry.capture, entry.event);
    row.after = after.unwrap_or_default();
    row
}

/// How long after the read of MachineGuid a step was.
pub(crate) fn after_read(via: LinkVia, elapsed: Option<f64>) -> String {
    let elapsed = elapsed.map(seconds).unwrap_or_default();
    match via {
        LinkVia::Thread => elapsed,
        via => format!("{elapsed} {}", via.name()).trim().to_string(),
    }
}

impl StepRow {
    /// A step behind another one; its id, its link and the time since the read are left out.
    pub(crate) fn of(
        entry: &TimelineEntry,
        before: Option<&TimelineEntry>,
        signs: &[GuidSign],
    ) -> StepRow {
        let time = entry.time.as_deref().or(entry.time_text.as_deref()).unwrap_or_default();
        let changes = before.is_none_or(|it| (&it.stem, &it.path) != (&entry.stem, &entry.path));
        let container = match (&entry.container, &entry.stem) {
            _ if !changes => String::new(),
            (Some(name), _) => name.clone(),
            (None, Some(stem)) => short_stem(stem),
            (None, None) => String::new(),
        };
        StepRow {
            id: String::new(),
            event: EventLink { text: entry.event.to_string(), to: None },
            time: clock_part(time),
            exact: time.to_string(),
            since: entry.delta_seconds.map(seconds).unwrap_or_default(),
            text: entry.words(),
            failed: entry.failed,
            container,
            guid: entry.guid.as_ref().map(|guid| Guid::signed(signs, guid)),
            result: entry.result.clone(),
            tid: entry.tid.map(|tid| tid.to_string()).unwrap_or_default(),
            after: String::new(),
        }
    }
}
