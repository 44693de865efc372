//! Where everything of the drawing of one start-up stands.

use std::collections::BTreeMap;

use procmonkey_analysis::report::{
    GuidSign, KeyFileSummary, ProcessSummary, Report, TimelineEntry,
};
use procmonkey_analysis::words::{self, MarkKind, MarkWords};
use procmonkey_analysis::{MachineGuid, Phase, PhaseSpan, short_stem};

use super::canvas::{Drawing, HEAD, LANE, Lane, Life, Linked, MOST_LANES, Naming, lane_top, rooms};
use super::columns::{self, Column, GUTTER, SLOT, WIDTH};
use super::figure::{Figure, listings};
use super::shapes::{Label, Mark, PhaseHead, Stroke, two_lines, width_of};
use super::strip::strip;
use crate::links::Links;
use crate::sign::{Guid, glyph};

const MOST_LISTINGS: usize = 3;

/// How wide a listing is about.
const LISTING: i32 = 132;

/// The names of a report.
struct OfReport<'r> {
    report: &'r Report,
    links: &'r Links<'r>,
    capture: usize,
}

impl Naming for OfReport<'_> {
    fn signs(&self) -> &[GuidSign] {
        &self.report.guid_signs
    }

    fn row(&self, event: u64) -> Option<String> {
        Some(self.links.step_id(self.capture, event))
    }

    fn said(&self, entries: &[&TimelineEntry], words: &MarkWords) -> String {
        words::mark_said(self.report, entries, words)
    }
}

impl Drawing {
    /// Draws the steps of a process.
    pub(crate) fn of(report: &Report, figure: &Figure<'_>, links: &Links<'_>) -> Drawing {
        let mut drawing = Drawing {
            said: words::figure_said(report, figure.process, figure.steps.len()),
            ..Drawing::default()
        };
        let signs = &report.guid_signs;
        let naming = OfReport { report, links, capture: figure.capture };
        let listings = listings(report, figure.capture);
        let lanes = drawing.lanes(figure, &listings);
        let spans = figure.process.map(|process| process.phases.as_slice()).unwrap_or_default();
        let phases = phases(spans, &figure.steps);
        let entries = figure.steps.iter().copied();
        let steps = drawing.steps(entries, &lanes, &phases, |entry| {
            let link = entry.link.as_ref()?;
            Some(Linked { read: link.read, via: link.via, elapsed: link.elapsed_seconds })
        });
        let has_strip = report.captures.get(figure.capture).is_some_and(|it| it.density.is_some());
        let top = if has_strip { 112 } else { 4 };
        let bottom = top + HEAD + LANE * i32::try_from(lanes.len()).unwrap_or(0);
        let mut columns: Vec<Column> =
            phases.iter().map(|phase| Column::of(spans, *phase)).collect();
        columns::widen(&mut columns, &rooms(&steps));
        let beside = listings.len().min(MOST_LISTINGS);
        columns::place(&mut columns, LISTING * i32::try_from(beside).unwrap_or(0));
        columns::centre(&mut columns, &rooms(&steps));
        let right = columns.last().map_or(GUTTER, |column| column.x + column.width);
        drawing.head_of(report, figure.process, top);
        let life = figure.process.map(|process| Life {
            starts: process.starts.is_some(),
            exits: process.exits.is_some(),
        });
        drawing.heads(&columns, life, (top, bottom));
        drawing.phase_heads(links, figure.capture, (spans, &columns, &phases), top);
        drawing.names(signs, &lanes, top);
        let xs = drawing.place_marks(&naming, (&steps, &columns, &lanes, top));
        let end = drawing.listed(report, links, (&listings, &lanes), (right, top, bottom));
        drawing.width = WIDTH.max(end + 4);
        drawing.lines(signs, (&steps, &xs), &lanes, (right, end, top));
        drawing.links(signs, (&steps, &xs), &lanes, top);
        drawing.pauses((&steps, &xs), bottom);
        drawing.height = bottom + 34;
        drawing.strip = strip(report, figure.capture, figure.process, (GUTTER, right, top - 2));
        drawing
    }

    /// From the head of each phase to its row.
    fn phase_heads(
        &mut self,
        links: &Links<'_>,
        capture: usize,
        (spans, columns, phases): (&[PhaseSpan], &[Column], &[Phase]),
        top: i32,
    ) {
        for (column, phase) in columns.iter().zip(phases) {
            let Some(span) = spans.iter().find(|span| span.phase == *phase) else { continue };
            let events = links.range(capture, span.first_event, span.last_event);
            self.phase_heads.push(PhaseHead {
                x: column.x,
                y: top,
                width: column.width,
                to: links.phase_id(capture, span.first_event),
                said: words::phase_said(span, &events),
                events,
            });
        }
    }

    /// Which process it is.
    fn head_of(&mut self, report: &Report, process: Option<&ProcessSummary>, top: i32) {
        for (line, text) in words::figure_labels(report, process).into_iter().enumerate() {
            let y = top + 17 + 15 * i32::try_from(line).unwrap_or(0);
            let class = if line == 0 { "b" } else { "s" };
            let (text, _) = two_lines(&text, 30);
            self.labels.push(Label::new(0, y, class, text));
        }
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
            self.left_out.push(words::lanes_left_out(MOST_LANES - 1, MOST_LANES - 1 + more));
        }
        let first = Lane { stem: None, guid: None, name: "MachineGuid".to_string(), is_seen: true };
        let rest = files.into_iter().take(MOST_LANES - 1).map(|(stem, guid, container)| Lane {
            stem: Some(stem),
            guid: Some(guid),
            name: container.map_or_else(|| short_stem(stem), str::to_string),
            is_seen: true,
        });
        std::iter::once(first).chain(rest).collect()
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
            self.left_out.push(words::listings_left_out(MOST_LISTINGS, listings.len()));
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
}

/// The phases in the order in which they begin, and those of steps whose phase has no span.
pub(super) fn phases(spans: &[PhaseSpan], steps: &[&TimelineEntry]) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    let own = spans.iter().map(|span| span.phase);
    for phase in own.chain(steps.iter().map(|entry| entry.phase)) {
        if !phases.contains(&phase) {
            phases.push(phase);
        }
    }
    phases
}
