//! The pieces that every drawing of a start-up has: heads of columns, lanes, marks, lines.

use askama::Template;

use procmonkey_analysis::MachineGuid;
use procmonkey_analysis::report::{GuidSign, LinkVia, TimelineEntry};
use procmonkey_analysis::words::{self, MarkKind, MarkWords, mark_words, seconds, ticks_of};
use procmonkey_analysis::{Phase, Step};

use super::columns::{Column, GUTTER, Room, WIDTH, room};
use super::shapes::{Label, LaneSign, Mark, PhaseHead, Plate, Stroke, Tint, two_lines, width_of};
use super::strip::Strip;
use crate::sign::{Guid, glyph};

/// How high a lane is, and where the first one begins below the heads of columns.
pub(super) const LANE: i32 = 64;
pub(super) const HEAD: i32 = 60;

/// How many lanes and marks a drawing has.
pub(super) const MOST_LANES: usize = 12;
const MOST_MARKS: usize = 40;

/// From how long on a pause is drawn as one, in ticks.
const LONG_PAUSE: i64 = 1_000_000;

/// A drawing, ready to be written.
#[derive(Debug, Default, Template)]
#[template(path = "drawing.svg")]
pub(crate) struct Drawing {
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) said: String,
    pub(super) strip: Option<Strip>,
    pub(super) tints: Vec<Tint>,
    pub(super) strokes: Vec<Stroke>,
    pub(super) plates: Vec<Plate>,
    pub(super) labels: Vec<Label>,
    pub(super) signs: Vec<LaneSign>,
    pub(super) marks: Vec<Mark>,
    pub(super) phase_heads: Vec<PhaseHead>,
    /// What lies above the marks.
    pub(super) over: Vec<Stroke>,
    /// Where a line goes from top to bottom, which no text is to cross.
    pub(super) parting: Option<i32>,
    /// What is not drawn, a sentence each.
    pub(crate) left_out: Vec<String>,
}

/// One thing: MachineGuid, or a key file.
#[derive(Clone, Debug)]
pub(super) struct Lane<'r> {
    pub(super) stem: Option<&'r str>,
    pub(super) guid: Option<&'r MachineGuid>,
    pub(super) name: String,
    /// Whether the file was seen, though the process did nothing with it.
    pub(super) is_seen: bool,
}

/// How a step and a read of MachineGuid before it belong together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Linked {
    /// Which read, so that only the first step on a file behind it is connected with it.
    pub(super) read: usize,
    pub(super) via: LinkVia,
    pub(super) elapsed: Option<f64>,
}

/// A step before it has its place.
#[derive(Debug)]
pub(super) struct DrawnStep<'r> {
    pub(super) lane: usize,
    pub(super) column: usize,
    pub(super) entries: Vec<&'r TimelineEntry>,
    pub(super) words: MarkWords,
    pub(super) link: Option<Linked>,
}

/// Which ends of a process a capture shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) starts: bool,
    pub(super) exits: bool,
}

/// What the marks of one process are called, and where they lead.
pub(super) trait Naming {
    /// The letters of GUIDs.
    fn signs(&self) -> &[GuidSign];
    /// The id of the row of an event.
    fn row(&self, event: u64) -> Option<String>;
    /// What is said in place of a mark.
    fn said(&self, entries: &[&TimelineEntry], words: &MarkWords) -> String;
}

impl Drawing {
    /// The same where there are no rows to lead to.
    pub(crate) fn without_links(mut self) -> Drawing {
        self.marks.iter_mut().for_each(|mark| mark.to = None);
        self.phase_heads.clear();
        self
    }

    /// Steps that follow each other at once on one file as one mark, each with its lane and
    /// its column.
    pub(super) fn steps<'r>(
        &mut self,
        entries: impl IntoIterator<Item = &'r TimelineEntry>,
        lanes: &[Lane<'r>],
        phases: &[Phase],
        link_of: impl Fn(&TimelineEntry) -> Option<Linked>,
    ) -> Vec<DrawnStep<'r>> {
        let mut groups: Vec<Vec<&'r TimelineEntry>> = Vec::new();
        for entry in entries {
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
        let (mut left_out, mut all) = (0, 0);
        for entries in groups {
            all += entries.len();
            let Some(first) = entries.first() else { continue };
            let lane = lanes.iter().position(|lane| {
                lane.stem == first.stem.as_deref()
                    && (lane.stem.is_none() || lane.guid == first.guid.as_ref())
            });
            let column = phases.iter().position(|phase| *phase == first.phase);
            let link = link_of(first);
            match (lane, column, mark_words(&entries)) {
                (Some(lane), Some(column), Some(words)) if steps.len() < MOST_MARKS => {
                    steps.push(DrawnStep { lane, column, entries, words, link });
                }
                _ => left_out += entries.len(),
            }
        }
        if left_out > 0 {
            self.left_out.push(words::steps_left_out(all - left_out, all));
        }
        steps
    }

    /// The heads of the columns, what lies behind every other one, and the life of the process.
    pub(super) fn heads(
        &mut self,
        columns: &[Column],
        life: Option<Life>,
        (top, bottom): (i32, i32),
    ) {
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
        let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return };
        let Some(life) = life else { return };
        let (y, from, to) = (top + HEAD - 6, first.x + 4, last.x + last.width - 5);
        let start = if life.starts { format!("M{from} {}v8", y - 4) } else { String::new() };
        let end = match life.exits {
            true => format!("M{} {}h7v7h-7z", to - 7, y - 3),
            false => format!("M{to} {y}l-9 -4v8z"),
        };
        self.strokes.push(Stroke {
            class: "life".into(),
            path: format!("{start}M{from} {y}H{}{end}", to - 6),
        });
    }

    /// The names of the lanes.
    pub(super) fn names(&mut self, signs: &[GuidSign], lanes: &[Lane<'_>], top: i32) {
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
            match (lane.stem, lane.guid) {
                (_, Some(guid)) => {
                    let guid = Guid::signed(signs, guid);
                    self.labels.push(Label::new(20, line, "m", guid.short.clone()));
                    self.signs.push(LaneSign { x: 0, y: line - 11, guid });
                }
                (None, None) => self.labels.push(Label::new(0, line, "s", words::REGISTRY_VALUE)),
                (Some(_), None) => {}
            }
        }
    }

    /// Places the marks, and gives back where each is.
    pub(super) fn place_marks(
        &mut self,
        naming: &impl Naming,
        (steps, columns, lanes, top): (&[DrawnStep<'_>], &[Column], &[Lane<'_>], i32),
    ) -> Vec<i32> {
        let mut free: Vec<i32> = columns.iter().map(|column| column.x + column.slack).collect();
        let mut xs = Vec::new();
        for step in steps {
            let Some(at) = free.get_mut(step.column) else { continue };
            let width = room(&step.words);
            let x = *at + width / 2;
            *at += width;
            let Some(first) = step.entries.first() else { continue };
            let lane = lanes.get(step.lane);
            let guid = lane.and_then(|lane| lane.guid).or(first.guid.as_ref());
            let guid = guid.map(|guid| Guid::signed(naming.signs(), guid));
            self.marks.push(Mark {
                x,
                y: lane_top(top, step.lane) + 24,
                guid: guid.as_ref().map_or('x', |guid| guid.class),
                outline: if step.words.kind == MarkKind::NotThere { 'h' } else { 'o' },
                glyph: (step.words.kind != MarkKind::ValueRead).then(|| glyph(step.words.kind)),
                text: step.words.text.clone(),
                more: step.words.more.clone(),
                to: naming.row(first.event),
                said: naming.said(step.entries.as_slice(), &step.words),
            });
            xs.push(x);
        }
        xs
    }

    /// Solid where a file is known to exist, dotted where the capture does not say.
    pub(super) fn lines(
        &mut self,
        signs: &[GuidSign],
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
            let class = lane.guid.map_or('x', |guid| Guid::signed(signs, guid).class);
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
                None if own.is_empty() && lane.is_seen => {
                    let last = last.unwrap_or(right - 6);
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
                None if own.is_empty() => {
                    let middle = (GUTTER + right) / 2;
                    self.labels.push(Label::new(middle, y + 4, "s mid", words::NOT_SEEN));
                }
                None => {}
            }
        }
    }

    /// From each read of MachineGuid to the first step on each file behind it.
    pub(super) fn links(
        &mut self,
        signs: &[GuidSign],
        (steps, xs): (&[DrawnStep<'_>], &[i32]),
        lanes: &[Lane<'_>],
        top: i32,
    ) {
        let mut seen: Vec<(usize, usize)> = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            let Some(link) = &step.link else { continue };
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
            let guid = lanes.get(step.lane).and_then(|lane| lane.guid);
            let class = guid.map_or('x', |guid| Guid::signed(signs, guid).class);
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
                let text = words::link_label(link.elapsed, via);
                let left = from + 22;
                let crossed =
                    self.parting.filter(|x| (left..left + width_of(&text, "s")).contains(x));
                let left = crossed.map_or(left, |x| x + 6);
                self.labels.push(Label::new(left, y - 7, "s", text));
            }
        }
    }

    /// The time from each mark to the next.
    pub(super) fn pauses(&mut self, (steps, xs): (&[DrawnStep<'_>], &[i32]), bottom: i32) {
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

/// How much room marks need.
pub(super) fn rooms(steps: &[DrawnStep<'_>]) -> Vec<Room> {
    let of = |step: &DrawnStep<'_>| Room { column: step.column, width: room(&step.words) };
    steps.iter().map(of).collect()
}

pub(super) fn lane_top(top: i32, lane: usize) -> i32 {
    top + HEAD + LANE * i32::try_from(lane).unwrap_or(0)
}
