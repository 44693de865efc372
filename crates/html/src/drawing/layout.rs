//! Where everything of a drawing stands.

use std::collections::BTreeMap;

use askama::Template;

use procmonkey_analysis::report::{KeyFileSummary, LinkVia, Report, TimelineEntry};
use procmonkey_analysis::words::{self, MarkKind, MarkWords, mark_words, seconds, ticks_of};
use procmonkey_analysis::{MachineGuid, Phase, Step, short_stem};

use super::figure::{Figure, listings};
use super::shapes::{Label, LaneSign, Mark, Stroke, Tint, two_lines, width_of};
use super::strip::{Strip, strip};
use crate::links::Links;
use crate::sign::{Guid, glyph};

/// The least width, and how much of it is for the names of lanes.
const WIDTH: i32 = 1240;
const GUTTER: i32 = 202;

/// How high a lane is, and where the first one begins below the heads of columns.
const LANE: i32 = 64;
const HEAD: i32 = 60;

/// How much room a mark has, and a column at least.
const SLOT: i32 = 84;
const NARROWEST: i32 = 58;

/// How many lanes and marks a drawing has.
const MOST_LANES: usize = 12;
const MOST_MARKS: usize = 40;
const MOST_LISTINGS: usize = 3;

/// From how long on a pause is drawn as one, in ticks.
const LONG_PAUSE: i64 = 1_000_000;

/// A drawing, ready to be written.
#[derive(Debug, Default, Template)]
#[template(path = "drawing.svg")]
pub(crate) struct Drawing {
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) said: String,
    strip: Option<Strip>,
    tints: Vec<Tint>,
    strokes: Vec<Stroke>,
    labels: Vec<Label>,
    signs: Vec<LaneSign>,
    marks: Vec<Mark>,
    /// What is not drawn, a sentence each.
    pub(crate) left_out: Vec<String>,
}

/// One thing: MachineGuid, or a key file.
#[derive(Debug)]
struct Lane<'r> {
    stem: Option<&'r str>,
    guid: Option<&'r MachineGuid>,
    name: String,
}

/// A step before it has its place.
struct DrawnStep<'r> {
    lane: usize,
    column: usize,
    entries: Vec<&'r TimelineEntry>,
    words: MarkWords,
}

struct Column {
    head: [String; 3],
    /// Between which places it stands.
    x: i32,
    width: i32,
}

impl Drawing {
    /// Draws the steps of a process.
    pub(crate) fn of(report: &Report, figure: &Figure<'_>, links: &Links<'_>) -> Drawing {
        let mut drawing = Drawing {
            said: words::figure_said(report, figure.process, figure.steps.len()),
            ..Drawing::default()
        };
        let listings = listings(report, figure.capture);
        let lanes = drawing.lanes(figure, &listings);
        let phases = phases(figure);
        let steps = drawing.steps(figure, &lanes, &phases);
        let has_strip = report.captures.get(figure.capture).is_some_and(|it| it.density.is_some());
        let top = if has_strip { 112 } else { 4 };
        let bottom = top + HEAD + LANE * i32::try_from(lanes.len()).unwrap_or(0);
        let mut columns: Vec<Column> = phases.iter().map(|phase| column(figure, *phase)).collect();
        place(&mut columns, &steps, listings.len().min(MOST_LISTINGS));
        let right = columns.last().map_or(GUTTER, |column| column.x + column.width);
        drawing.heads(report, figure, &columns, (top, bottom));
        drawing.names(report, &lanes, top);
        let xs = drawing.marks(report, figure, links, (&steps, &columns, &lanes, top));
        let end = drawing.listed(report, links, (&listings, &lanes), (right, top, bottom));
        drawing.width = WIDTH.max(end + 4);
        drawing.lines((&steps, &xs), &lanes, (right, end, top));
        drawing.links((&steps, &xs), &lanes, top);
        drawing.pauses((&steps, &xs), bottom);
        drawing.height = bottom + 34;
        drawing.strip = strip(report, figure.capture, figure.process, (GUTTER, right, top - 2));
        drawing
    }

    /// The same where there are no rows to lead to.
    pub(crate) fn without_links(mut self) -> Drawing {
        self.marks.iter_mut().for_each(|mark| mark.to = None);
        self
    }

    /// MachineGuid, then the key files that this process used, then those that were listed; those
    /// of one container under each other.
    fn lanes<'r>(
        &mut self,
        figure: &Figure<'r>,
        listings: &BTreeMap<u64, Vec<&'r KeyFileSummary>>,
    ) -> Vec<Lane<'r>> {
        let used = figure.steps.iter().filter_map(|entry| {
            Some((entry.stem.as_deref()?, entry.guid.as_ref()?, entry.container.as_deref()))
        });
        let listed = listings.values().flatten();
        let listed = listed.map(|it| (it.stem.as_str(), &it.guid, it.container.as_deref()));
        let mut stems: Vec<&str> = Vec::new();
        let mut files: Vec<(&str, &MachineGuid, Option<&str>)> = Vec::new();
        for file in used.chain(listed) {
            if !files.iter().any(|known| (known.0, known.1) == (file.0, file.1)) {
                if !stems.contains(&file.0) {
                    stems.push(file.0);
                }
                files.push(file);
            }
        }
        files.sort_by_key(|file| stems.iter().position(|stem| *stem == file.0));
        let more = files.len().saturating_sub(MOST_LANES - 1);
        if more > 0 {
            self.left_out.push(words::lanes_left_out(more));
        }
        let first = Lane { stem: None, guid: None, name: "MachineGuid".to_string() };
        let rest = files.into_iter().take(MOST_LANES - 1).map(|(stem, guid, container)| Lane {
            stem: Some(stem),
            guid: Some(guid),
            name: container.map_or_else(|| short_stem(stem), str::to_string),
        });
        std::iter::once(first).chain(rest).collect()
    }

    fn steps<'r>(
        &mut self,
        figure: &Figure<'r>,
        lanes: &[Lane<'r>],
        phases: &[Phase],
    ) -> Vec<DrawnStep<'r>> {
        let mut groups: Vec<Vec<&'r TimelineEntry>> = Vec::new();
        for entry in &figure.steps {
            let joins = groups.last().and_then(|group| group.last()).is_some_and(|last| {
                // What was looked for and not there is a mark of its own.
                let is_missing = |entry: &TimelineEntry| entry.step == Step::Probed;
                last.group == entry.group && is_missing(last) == is_missing(entry)
            });
            match groups.last_mut().filter(|_| joins) {
                Some(group) => group.push(entry),
                None => groups.push(vec![entry]),
            }
        }
        let mut steps = Vec::new();
        let mut left_out = 0;
        for entries in groups {
            let Some(first) = entries.first() else { continue };
            let lane = lanes.iter().position(|lane| {
                lane.stem == first.stem.as_deref()
                    && (lane.stem.is_none() || lane.guid == first.guid.as_ref())
            });
            let column = phases.iter().position(|phase| *phase == first.phase);
            match (lane, column, mark_words(&entries)) {
                (Some(lane), Some(column), Some(words)) if steps.len() < MOST_MARKS => {
                    steps.push(DrawnStep { lane, column, entries, words });
                }
                _ => left_out += entries.len(),
            }
        }
        if left_out > 0 {
            self.left_out.push(words::steps_left_out(left_out));
        }
        steps
    }

    fn heads(
        &mut self,
        report: &Report,
        figure: &Figure<'_>,
        columns: &[Column],
        (top, bottom): (i32, i32),
    ) {
        for (line, text) in words::figure_labels(report, figure.process).into_iter().enumerate() {
            let y = top + 17 + 15 * i32::try_from(line).unwrap_or(0);
            let class = if line == 0 { "b" } else { "s" };
            let (text, _) = two_lines(&text, 30);
            self.labels.push(Label::new(0, y, class, text));
        }
        for (place, column) in columns.iter().enumerate() {
            if place % 2 == 0 {
                let (x, width) = (column.x, column.width);
                self.tints.push(Tint { x, y: top, width, height: bottom - top });
            }
            for (line, text) in column.head.iter().enumerate() {
                let y = top + 17 + 15 * i32::try_from(line).unwrap_or(0);
                let class = if line == 0 { "b" } else { "s" };
                self.labels.push(Label::new(column.x + 8, y, class, text.clone()));
            }
        }
        // The life of the process.
        let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return };
        let Some(process) = figure.process else { return };
        let (y, from, to) = (top + HEAD - 6, first.x + 4, last.x + last.width - 5);
        let start =
            if process.starts.is_some() { format!("M{from} {}v8", y - 4) } else { String::new() };
        let end = match process.exits {
            Some(_) => format!("M{} {}h7v7h-7z", to - 7, y - 3),
            None => format!("M{to} {y}l-9 -4v8z"),
        };
        self.strokes.push(Stroke {
            class: "life".into(),
            path: format!("{start}M{from} {y}H{}{end}", to - 6),
        });
    }

    fn names(&mut self, report: &Report, lanes: &[Lane<'_>], top: i32) {
        for (place, lane) in lanes.iter().enumerate() {
            let y = lane_top(top, place);
            let (first, second) = two_lines(&lane.name, 25);
            let mut line = y + 17;
            self.labels.push(Label::new(0, line, "b", first));
            if let Some(second) = second {
                line += 14;
                self.labels.push(Label::new(0, line, "b", second));
            }
            line += 16;
            match lane.guid {
                Some(guid) => {
                    let guid = Guid::of(report, guid);
                    self.labels.push(Label::new(20, line, "m", guid.short.clone()));
                    self.signs.push(LaneSign { x: 0, y: line - 11, guid });
                }
                None => self.labels.push(Label::new(0, line, "s", words::REGISTRY_VALUE)),
            }
        }
    }

    /// Places the marks, and gives back where each is.
    fn marks(
        &mut self,
        report: &Report,
        figure: &Figure<'_>,
        links: &Links<'_>,
        (steps, columns, lanes, top): (&[DrawnStep<'_>], &[Column], &[Lane<'_>], i32),
    ) -> Vec<i32> {
        let mut free: Vec<i32> =
            columns.iter().map(|column| column.x + column.slack(steps, columns)).collect();
        let mut xs = Vec::new();
        for step in steps {
            let Some(at) = free.get_mut(step.column) else { continue };
            let width = room(&step.words);
            let x = *at + width / 2;
            *at += width;
            let Some(first) = step.entries.first() else { continue };
            let lane = lanes.get(step.lane);
            let guid = lane.and_then(|lane| lane.guid).or(first.guid.as_ref());
            let guid = guid.map(|guid| Guid::of(report, guid));
            let said = words::mark_said(report, step.entries.as_slice(), &step.words);
            self.marks.push(Mark {
                x,
                y: lane_top(top, step.lane) + 24,
                guid: guid.as_ref().map_or('x', |guid| guid.class),
                outline: if step.words.kind == MarkKind::NotThere { 'h' } else { 'o' },
                glyph: (step.words.kind != MarkKind::ValueRead).then(|| glyph(step.words.kind)),
                text: step.words.text.clone(),
                more: step.words.more.clone(),
                to: Some(links.step_id(figure.capture, first.event)),
                said,
            });
            xs.push(x);
        }
        xs
    }

    /// The columns right of the process: who listed the folder, and what was in it. Gives back
    /// where the last one ends.
    fn listed(
        &mut self,
        report: &Report,
        links: &Links<'_>,
        (listings, lanes): (&BTreeMap<u64, Vec<&KeyFileSummary>>, &[Lane<'_>]),
        (right, top, bottom): (i32, i32, i32),
    ) -> i32 {
        let mut end = right;
        if listings.len() > MOST_LISTINGS {
            self.left_out.push(words::listings_left_out(listings.len() - MOST_LISTINGS));
        }
        for (event, files) in listings.iter().take(MOST_LISTINGS) {
            let Some(first) = files.first() else { continue };
            let x = end + 6;
            let path = format!("M{x} {top}V{bottom}");
            self.strokes.push(Stroke { class: "ax dash".into(), path });
            let head = words::listing_labels(report, first.capture, *event);
            let mut width = SLOT;
            for (line, text) in head.iter().enumerate() {
                let class = if line == 0 { "b" } else { "s" };
                let y = top + 17 + 15 * i32::try_from(line).unwrap_or(0);
                width = width.max(width_of(text, class) + 14);
                self.labels.push(Label::new(x + 8, y, class, text.clone()));
            }
            for file in files {
                let lane = lanes.iter().position(|lane| {
                    lane.stem == Some(file.stem.as_str()) && lane.guid == Some(&file.guid)
                });
                let Some(lane) = lane else { continue };
                let guid = Guid::of(report, &file.guid);
                self.marks.push(Mark {
                    x: x + SLOT / 2,
                    y: lane_top(top, lane) + 24,
                    guid: guid.class,
                    outline: 'o',
                    glyph: Some(glyph(MarkKind::Listed)),
                    text: words::LISTED.to_string(),
                    more: None,
                    to: links.event(file.capture, *event).to,
                    said: words::listed_said(report, file, *event),
                });
            }
            end = x + width;
        }
        end
    }

    /// Solid where a file is known to exist, dotted where the capture does not say.
    fn lines(
        &mut self,
        (steps, xs): (&[DrawnStep<'_>], &[i32]),
        lanes: &[Lane<'_>],
        (right, end, top): (i32, i32, i32),
    ) {
        for (place, lane) in lanes.iter().enumerate() {
            let y = lane_top(top, place);
            self.strokes
                .push(Stroke { class: "rule".into(), path: format!("M0 {y}H{}", WIDTH.max(end)) });
            if lane.stem.is_none() {
                continue;
            }
            let own: Vec<(i32, MarkKind)> = steps
                .iter()
                .zip(xs)
                .filter(|(step, _)| step.lane == place)
                .map(|(step, x)| (*x, step.words.kind))
                .collect();
            let class =
                self.marks.iter().find(|mark| mark.y == y + 24).map_or('x', |mark| mark.guid);
            let y = y + 24;
            let exists = |kind: MarkKind| {
                matches!(kind, MarkKind::Made | MarkKind::Written | MarkKind::Opened)
            };
            let last = self.marks.iter().filter(|mark| mark.y == y).map(|mark| mark.x).max();
            match own.iter().find(|(_, kind)| exists(*kind)) {
                Some((from, _)) => {
                    let gone = own.iter().find(|(x, kind)| x > from && *kind == MarkKind::Gone);
                    let to = gone.map_or_else(|| right.max(last.unwrap_or(right)) - 4, |(x, _)| *x);
                    let path = format!("M{from} {y}H{to}");
                    self.strokes.push(Stroke { class: format!("ln g{class}"), path });
                }
                None if own.is_empty() => {
                    let Some(last) = last else { continue };
                    let text = words::NOT_LOOKED_FOR;
                    let half = width_of(text, "s") / 2 + 10;
                    let middle = (GUTTER + right) / 2;
                    let path = format!(
                        "M{} {y}H{}M{} {y}H{last}",
                        GUTTER + 6,
                        middle - half,
                        middle + half
                    );
                    self.strokes.push(Stroke { class: format!("dot g{class}"), path });
                    self.labels.push(Label::new(middle, y + 4, "s mid", text));
                }
                None => {}
            }
        }
    }

    /// From each read of MachineGuid to the first step on each file behind it.
    fn links(&mut self, (steps, xs): (&[DrawnStep<'_>], &[i32]), lanes: &[Lane<'_>], top: i32) {
        let mut seen: Vec<(usize, usize)> = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            let Some(first) = step.entries.first() else { continue };
            let Some(link) = &first.link else { continue };
            if seen.contains(&(link.read, step.lane))
                || lanes.get(step.lane).is_none_or(|it| it.stem.is_none())
            {
                continue;
            }
            // The mark of the read is the last one in front that has a value.
            let from = steps[..place].iter().rposition(|it| it.words.kind == MarkKind::ValueRead);
            let Some((from, to)) = from.and_then(|from| Some((*xs.get(from)?, *xs.get(place)?)))
            else {
                continue;
            };
            let is_first = !seen.iter().any(|(read, _)| *read == link.read);
            seen.push((link.read, step.lane));
            let class = self.marks.get(place).map_or('x', |mark| mark.guid);
            let (y, down) = (lane_top(top, 0) + 24, lane_top(top, step.lane) + 24);
            let style = if is_first { "lk" } else { "dot" };
            let path = format!("M{} {y}H{}q8 0 8 8V{}", from + 15, to - 8, down - 20);
            self.strokes.push(Stroke { class: format!("{style} g{class}"), path });
            let path = format!("M{to} {}l-4.5 -8h9z", down - 13);
            self.strokes.push(Stroke { class: format!("ar g{class}"), path });
            if is_first {
                let via = match link.via {
                    LinkVia::Thread => words::SAME_THREAD,
                    LinkVia::Process => words::SAME_PROCESS,
                    LinkVia::Capture => words::SAME_CAPTURE,
                };
                let text = words::link_label(link.elapsed_seconds, via);
                self.labels.push(Label::new(from + 22, y - 7, "s", text));
            }
        }
    }

    /// The time from each mark to the next.
    fn pauses(&mut self, (steps, xs): (&[DrawnStep<'_>], &[i32]), bottom: i32) {
        let y = bottom + 10;
        let pairs = steps.windows(2).zip(xs.windows(2));
        for (pair, places) in pairs {
            let ([one, other], [from, to]) = (pair, places) else { continue };
            if one.words.kind == MarkKind::ValueRead {
                continue;
            }
            let time = |step: &DrawnStep<'_>| ticks_of(step.entries.first()?.time.as_deref()?);
            let Some((first, then)) = time(one).zip(time(other)) else { continue };
            let dash = if then - first > LONG_PAUSE { " dash" } else { "" };
            if to - from < 24 {
                continue;
            }
            let path = format!("M{} {}v8m0 -4H{}m0 -4v8", from + 2, y - 4, to - 2);
            self.strokes.push(Stroke { class: format!("ax{dash}"), path });
            let text = seconds((then - first) as f64 / 1e7);
            self.labels.push(Label::new((from + to) / 2, y + 16, "s mid", text));
        }
    }
}

impl Column {
    /// How much room its marks leave on each side.
    fn slack(&self, steps: &[DrawnStep<'_>], columns: &[Column]) -> i32 {
        let own = columns.iter().position(|column| column.x == self.x);
        let used: i32 = steps
            .iter()
            .filter(|step| Some(step.column) == own)
            .map(|step| room(&step.words))
            .sum();
        ((self.width - used) / 2).max(0)
    }
}

fn lane_top(top: i32, lane: usize) -> i32 {
    top + HEAD + LANE * i32::try_from(lane).unwrap_or(0)
}

/// How wide a mark is with its words.
fn room(words: &MarkWords) -> i32 {
    let more = words.more.as_deref().map_or(0, |more| width_of(more, "s"));
    SLOT.max(width_of(&words.text, "b").max(more) + 12)
}

/// The phases in the order in which they begin, and those of steps whose phase has no span.
fn phases(figure: &Figure<'_>) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    let spans = figure.process.map(|process| process.phases.as_slice()).unwrap_or_default();
    let own = spans.iter().map(|span| span.phase);
    for phase in own.chain(figure.steps.iter().map(|entry| entry.phase)) {
        if !phases.contains(&phase) {
            phases.push(phase);
        }
    }
    phases
}

fn column(figure: &Figure<'_>, phase: Phase) -> Column {
    let spans = figure.process.map(|process| process.phases.as_slice()).unwrap_or_default();
    let place = spans.iter().position(|span| span.phase == phase);
    let head = words::phase_labels(spans, place, phase);
    let width = head
        .iter()
        .enumerate()
        .map(|(line, text)| width_of(text, if line == 0 { "b" } else { "s" }) + 16);
    let width = width.max().unwrap_or(0).max(NARROWEST);
    Column { head, x: 0, width }
}

/// Gives each column its width: what its marks need, and a share of what is left.
fn place(columns: &mut [Column], steps: &[DrawnStep<'_>], listings: usize) {
    for (index, column) in columns.iter_mut().enumerate() {
        let own = steps.iter().filter(|step| step.column == index);
        let needed: i32 = own.map(|step| room(&step.words)).sum();
        column.width = column.width.max(needed + 8);
    }
    let used: i32 = columns.iter().map(|column| column.width).sum();
    let beside = i32::try_from(listings).unwrap_or(0) * 132;
    let left = (WIDTH - GUTTER - beside - used).max(0);
    let count = i32::try_from(columns.len()).unwrap_or(1).max(1);
    let mut x = GUTTER;
    for column in columns {
        column.width += left / count;
        column.x = x;
        x += column.width;
    }
}
