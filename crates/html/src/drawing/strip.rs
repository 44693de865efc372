//! The whole capture, to scale: how many events there are at which time.

use procmonkey_analysis::report::{CaptureSummary, EventDensity, ProcessSummary, Report};
use procmonkey_analysis::words::{self, ticks_of};

use super::shapes::{Label, Stroke};

/// Where the strip begins, how wide it is, and where it stands.
const LEFT: i32 = 202;
const WIDTH: i32 = 1038;
const TOP: i32 = 18;
const HEIGHT: i32 = 46;

/// How many events of one time are drawn.
const MOST_TICKS: usize = 12;

/// The strip, with the part of it that is enlarged below.
#[derive(Debug, Default)]
pub(crate) struct Strip {
    pub(crate) all: String,
    pub(crate) followed: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) strokes: Vec<Stroke>,
    /// From the strip down to what it enlarges.
    pub(crate) funnel: Option<String>,
}

/// The time that a strip shows.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: i64,
    last: i64,
}

impl Span {
    fn x(self, ticks: i64) -> i32 {
        let length = (self.last - self.first).max(1) as f64;
        let part = ((ticks - self.first) as f64 / length).clamp(0.0, 1.0);
        LEFT + (part * f64::from(WIDTH)).round() as i32
    }
}

/// The strip of a capture; `None` where its times do not say how its events are spread. The
/// funnel leads to what stands between `left` and `right` at `bottom`.
pub(crate) fn strip(
    report: &Report,
    capture: usize,
    process: Option<&ProcessSummary>,
    (left, right, bottom): (i32, i32, i32),
) -> Option<Strip> {
    let summary = report.captures.get(capture)?;
    let density = summary.density.as_ref()?;
    let span = Span {
        first: ticks_of(summary.first_time.as_deref()?)?,
        last: ticks_of(summary.last_time.as_deref()?)?,
    };
    let most = density.all.iter().copied().max().unwrap_or(0).max(1);
    let mut strip = Strip {
        all: bars(&density.all, most),
        followed: bars(&density.followed, most),
        ..Strip::default()
    };
    let base = TOP + HEIGHT;
    strip
        .strokes
        .push(Stroke { class: "ax".into(), path: format!("M{LEFT} {base}H{}", LEFT + WIDTH) });
    names(summary, density, process, &mut strip);
    scale(span, &mut strip);
    let ends = process.and_then(|it| {
        Some((ticks_of(it.first_time.as_deref()?)?, ticks_of(it.last_time.as_deref()?)?))
    });
    if let Some((first, last)) = ends {
        let (from, to) = (span.x(first), span.x(last).max(span.x(first) + 2));
        strip.funnel =
            Some(format!("M{from} 12H{to}V{base}L{right} {bottom}H{left}L{from} {base}z"));
        let path = format!("M{from} 12V{base}L{left} {bottom}M{to} 12V{base}L{right} {bottom}");
        strip.strokes.push(Stroke { class: "ax".into(), path });
    }
    outside(report, capture, span, &mut strip);
    Some(strip)
}

fn names(
    summary: &CaptureSummary,
    density: &EventDensity,
    process: Option<&ProcessSummary>,
    strip: &mut Strip,
) {
    let labels = words::strip_labels(summary, density, process);
    for (line, text) in labels.into_iter().enumerate() {
        let y = 32 + 15 * i32::try_from(line).unwrap_or(0);
        strip.labels.push(Label::new(0, y, if line == 0 { "b" } else { "s" }, text));
    }
}

/// One step for each stretch of time; the height is the square root of the number, so that a few
/// events are seen beside many.
fn bars(numbers: &[u64], most: u64) -> String {
    let base = TOP + HEIGHT;
    let mut path = format!("M{LEFT} {base}");
    let mut last = base * 10;
    let count = numbers.len().max(1) as f64;
    for (place, number) in numbers.iter().enumerate() {
        let part = (*number as f64 / most as f64).sqrt();
        // In tenths, so that no number depends on how a computer rounds.
        let y = base * 10 - (part * f64::from(HEIGHT) * 10.0).round() as i32;
        if y != last {
            let x = (place as f64 / count * f64::from(WIDTH) * 10.0).round() as i32 + LEFT * 10;
            path.push_str(&format!("H{}V{}", tenths(x), tenths(y)));
            last = y;
        }
    }
    path.push_str(&format!("H{}V{base}z", LEFT + WIDTH));
    path
}

fn tenths(number: i32) -> String {
    match number % 10 {
        0 => (number / 10).to_string(),
        rest => format!("{}.{rest}", number / 10),
    }
}

/// Times below the strip, at round numbers of seconds.
fn scale(span: Span, strip: &mut Strip) {
    const SECOND: i64 = 10_000_000;
    const STEPS: [i64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400];
    let length = span.last - span.first;
    let step = STEPS.iter().map(|step| step * SECOND).find(|step| length / step <= 8);
    let step = step.unwrap_or_else(|| (length / 8).max(SECOND));
    let mut at = span.first - span.first.rem_euclid(step) + step;
    while at <= span.last {
        let x = span.x(at);
        let seconds = at.rem_euclid(86_400 * SECOND) / SECOND;
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        strip.strokes.push(Stroke { class: "ax".into(), path: format!("M{x} 64v4") });
        if x > LEFT + 24 && x < LEFT + WIDTH - 24 {
            strip.labels.push(Label::new(x, 80, "s mid", clock));
        }
        at += step;
    }
}

/// What was seen at one time beside the steps: listings of folders, and witnesses.
fn outside(report: &Report, capture: usize, span: Span, strip: &mut Strip) {
    let mut ticks: Vec<(i64, String)> = Vec::new();
    for (event, _) in super::figure::listings(report, capture) {
        let row = report.cited_events.iter().find(|it| (it.capture, it.event) == (capture, event));
        if let Some(at) = row.and_then(|row| ticks_of(row.time.as_deref()?)) {
            ticks.push((at, words::FOLDER_LISTED.to_string()));
        }
    }
    for entry in &report.witnesses {
        let placed = entry.placed.as_ref().filter(|placed| placed.capture == capture);
        if let Some(at) = placed.and_then(|placed| ticks_of(placed.time.as_deref()?)) {
            ticks.push((at, format!("◆ {}", words::witness_label(&entry.witness))));
        }
    }
    ticks.sort();
    let mut free = 0;
    for (at, text) in ticks.into_iter().take(MOST_TICKS) {
        let x = span.x(at);
        let path = format!("M{x} 8V{}", TOP + HEIGHT);
        strip.strokes.push(Stroke { class: "ax dash".into(), path });
        let width = super::shapes::width_of(&text, "s");
        let (place, class) = match x + 4 + width > LEFT + WIDTH {
            true => (x - 4, "s end"),
            false => (x + 4, "s"),
        };
        // A text that would stand on another one is left to the table.
        if place >= free {
            strip.labels.push(Label::new(place, 14, class, text));
            free = place + width + 6;
        }
    }
}
