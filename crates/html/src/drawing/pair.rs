//! Two start-ups above each other: the good one and the bad one, with the same columns.

use procmonkey_analysis::compare::words::{
    Which, alike, band, drawing_said, mark_said, name_of, not_reached, read_before,
};
use procmonkey_analysis::compare::{Comparison, Divergence, InstanceSummary, Side, StartUp};
use procmonkey_analysis::report::{CaptureSummary, GuidSign, TimelineEntry};
use procmonkey_analysis::words::{self, MarkWords, clock_part};
use procmonkey_analysis::{MachineGuid, Phase, short_stem};

use super::canvas::{
    Drawing, DrawnStep, HEAD, LANE, Lane, Life, Linked, MOST_LANES, Naming, lane_top, rooms,
};
use super::columns::{self, Column, GUTTER, WIDTH};
use super::layout::phases;
use super::shapes::{Label, Plate, Stroke, width_of};

/// How much room there is between the two, for pauses and for what parts them.
const BETWEEN: i32 = 84;

/// One of the two.
struct Half<'r> {
    which: Which,
    capture: Option<&'r CaptureSummary>,
    instance: &'r InstanceSummary,
    process: Option<&'r str>,
    side: Option<&'r Side>,
    signs: &'r [GuidSign],
}

impl Naming for Half<'_> {
    fn signs(&self) -> &[GuidSign] {
        self.signs
    }

    fn row(&self, event: u64) -> Option<String> {
        Some(step_id(self.which, event))
    }

    fn said(&self, entries: &[&TimelineEntry], words: &MarkWords) -> String {
        let which = match self.which {
            Which::Good => "Good",
            Which::Bad => "Bad",
        };
        format!("{which}, {}", mark_said(self.signs, entries, words))
    }
}

/// The id of the row of a step of one of the two.
pub(crate) fn step_id(which: Which, event: u64) -> String {
    match which {
        Which::Good => format!("g{event}"),
        Which::Bad => format!("b{event}"),
    }
}

/// Whether there is something to draw.
pub(crate) fn is_drawn(start_up: &StartUp) -> bool {
    let shows = |side: &InstanceSummary| !side.phases.is_empty() || !side.timeline.is_empty();
    shows(&start_up.good) && shows(&start_up.bad)
}

impl Drawing {
    /// Draws both start-ups of a process.
    pub(crate) fn of_two(comparison: &Comparison, start_up: &StartUp) -> Drawing {
        let mut drawing = Drawing {
            said: drawing_said(comparison, start_up),
            width: WIDTH,
            ..Drawing::default()
        };
        let divergence = start_up.divergence.as_ref();
        let half = |which: Which| {
            let (capture, instance) = match which {
                Which::Good => (&comparison.good, &start_up.good),
                Which::Bad => (&comparison.bad, &start_up.bad),
            };
            Half {
                which,
                capture: capture.as_ref(),
                instance,
                process: start_up.process.as_deref(),
                side: divergence.map(|it| match which {
                    Which::Good => &it.good,
                    Which::Bad => &it.bad,
                }),
                signs: &comparison.guid_signs,
            }
        };
        let (good, bad) = (half(Which::Good), half(Which::Bad));
        let [of_good, of_bad] = drawing.lanes_of_two(comparison, start_up);
        let phases = of_both(&phases_of(good.instance), &phases_of(bad.instance));
        let steps_of_good = drawing.steps_of(&good, &of_good, &phases);
        let steps_of_bad = drawing.steps_of(&bad, &of_bad, &phases);
        let mut columns = columns_of(&good, &phases);
        let mut others = columns_of(&bad, &phases);
        columns::widen(&mut columns, &rooms(&steps_of_good));
        columns::widen(&mut others, &rooms(&steps_of_bad));
        for (one, other) in columns.iter_mut().zip(&mut others) {
            one.width = one.width.max(other.width);
        }
        columns::place(&mut columns, 0);
        for (one, other) in columns.iter().zip(&mut others) {
            (other.x, other.width) = (one.x, one.width);
        }
        columns::centre(&mut columns, &rooms(&steps_of_good));
        columns::centre(&mut others, &rooms(&steps_of_bad));
        // The first marks of both stand under each other.
        for (one, other) in columns.iter_mut().zip(&mut others) {
            one.slack = one.slack.min(other.slack);
            other.slack = one.slack;
        }
        let high = HEAD + LANE * i32::try_from(of_good.len()).unwrap_or(0);
        let top = 4;
        let second = top + high + BETWEEN;
        let right = columns.last().map_or(GUTTER, |column| column.x + column.width);
        drawing.width = WIDTH.max(right + 4);
        drawing.parting = parting(start_up, &phases, &columns);
        drawing.half((&good, start_up), (&steps_of_good, &columns, &of_good), &phases, top);
        drawing.half((&bad, start_up), (&steps_of_bad, &others, &of_bad), &phases, second);
        drawing.height = second + high + 34;
        drawing.band(start_up, second - 42);
        drawing
    }

    /// The lanes of both: the same things in the same places, each with the GUIDs that this side
    /// has them under.
    fn lanes_of_two<'r>(
        &mut self,
        comparison: &'r Comparison,
        start_up: &'r StartUp,
    ) -> [Vec<Lane<'r>>; 2] {
        let sides = [&start_up.good, &start_up.bad];
        let mut stems: Vec<(&str, Option<&str>)> = Vec::new();
        for entry in sides.iter().flat_map(|side| &side.timeline) {
            let Some(stem) = entry.stem.as_deref() else { continue };
            if !stems.iter().any(|known| known.0 == stem) {
                stems.push((stem, entry.container.as_deref()));
            }
        }
        let value = Lane { stem: None, guid: None, name: "MachineGuid".into(), is_seen: true };
        let mut lanes = [vec![value.clone()], vec![value]];
        let mut left_out = 0;
        for (stem, container) in stems {
            let name = container.map_or_else(|| short_stem(stem), str::to_string);
            let guids = sides.map(|side| guids_of(side, stem));
            let count = guids.iter().map(Vec::len).max().unwrap_or(0);
            for place in 0..count {
                if lanes[0].len() >= MOST_LANES {
                    left_out += 1;
                    continue;
                }
                for (index, which) in [Which::Good, Which::Bad].into_iter().enumerate() {
                    let used = guids[index].get(place).copied();
                    let seen = || {
                        seen_under(comparison, which, stem)
                            .filter(|_| guids[index].is_empty() && place == 0)
                    };
                    let guid = used.or_else(seen);
                    lanes[index].push(Lane {
                        stem: Some(stem),
                        guid,
                        name: name.clone(),
                        is_seen: guid.is_some(),
                    });
                }
            }
        }
        if left_out > 0 {
            self.left_out.push(words::lanes_left_out(MOST_LANES - 1, MOST_LANES - 1 + left_out));
        }
        lanes
    }

    fn steps_of<'r>(
        &mut self,
        half: &Half<'r>,
        lanes: &[Lane<'r>],
        phases: &[Phase],
    ) -> Vec<DrawnStep<'r>> {
        let timeline = &half.instance.timeline;
        self.steps(timeline, lanes, phases, |entry| {
            let place = timeline.iter().position(|it| it.event == entry.event)?;
            let read = read_before(timeline, place)?;
            Some(Linked { read: read.step, via: read.via, elapsed: read.elapsed_seconds })
        })
    }

    /// Draws one of the two.
    fn half(
        &mut self,
        (half, start_up): (&Half<'_>, &StartUp),
        (steps, columns, lanes): (&[DrawnStep<'_>], &[Column], &[Lane<'_>]),
        phases: &[Phase],
        top: i32,
    ) {
        let bottom = top + HEAD + LANE * i32::try_from(lanes.len()).unwrap_or(0);
        let right = columns.last().map_or(GUTTER, |column| column.x + column.width);
        let life = Life { starts: half.instance.starts, exits: half.instance.exits };
        self.heads(columns, Some(life), (top, bottom));
        self.names_of(half, top);
        for (column, phase) in columns.iter().zip(phases) {
            if phases_of(half.instance).contains(phase) {
                continue;
            }
            let (x, width) = (column.x, column.width);
            let path = hatching((x, top), (width, bottom - top));
            self.strokes.push(Stroke { class: "hat".into(), path });
            let text = not_reached(start_up, *phase, half.which);
            let width = width_of(text, "s") + 8;
            let (y, height) = (top + 22, 16);
            self.plates.push(Plate {
                x: x + 4,
                y,
                width,
                height,
                class: "pap",
                text: text.to_string(),
                text_class: "s",
            });
        }
        self.names(half.signs, lanes, top);
        let xs = self.place_marks(half, (steps, columns, lanes, top));
        self.lines(half.signs, (steps, &xs), lanes, (right, right, top));
        self.links(half.signs, (steps, &xs), lanes, top);
        self.pauses((steps, &xs), bottom);
        let action = half.side.and_then(|side| side.action.as_ref());
        let place = action.and_then(|action| {
            let has = |step: &DrawnStep<'_>| {
                step.entries.iter().any(|entry| entry.events.contains(&action.event))
            };
            steps.iter().position(has)
        });
        if let Some((step, x)) = place.and_then(|place| Some((steps.get(place)?, *xs.get(place)?)))
        {
            let y = lane_top(top, step.lane) + 24;
            let path = format!("M{} {y}a15 15 0 1 0 30 0a15 15 0 1 0 -30 0", x - 15);
            self.over.push(Stroke { class: "red".into(), path });
        }
    }

    /// Which of the two it is.
    fn names_of(&mut self, half: &Half<'_>, top: i32) {
        let (text, class) = match half.which {
            Which::Good => ("GOOD", "good"),
            Which::Bad => ("BAD", "bad"),
        };
        self.plates.push(Plate {
            x: 0,
            y: top + 2,
            width: 56,
            height: 20,
            class,
            text: text.to_string(),
            text_class: "on",
        });
        let name = middle(name_of(half.capture), 17);
        self.labels.push(Label::new(66, top + 17, "b", name));
        let process = half.process.unwrap_or("not named");
        let pid = half.instance.pid.map(|pid| format!(" ({pid})")).unwrap_or_default();
        let process = format!("{}{pid}", middle(process, 18));
        self.labels.push(Label::new(0, top + 38, "s", process));
        let time = half.instance.first_time.as_deref().map(clock_part);
        self.labels.extend(time.map(|time| Label::new(0, top + 53, "s", time)));
    }

    /// The line where the two part, with its words.
    fn band(&mut self, start_up: &StartUp, y: i32) {
        if let Some(x) = self.parting {
            let path = format!("M{x} 0V{}", self.height - 34);
            // Below the words that stand on it.
            self.strokes.push(Stroke { class: "red".into(), path });
        }
        let same = alike(start_up);
        self.labels.push(Label::new(GUTTER + 8, y + 20, "s", same.clone()));
        let Some(text) = band(start_up) else { return };
        let free = GUTTER + 8 + width_of(&same, "s") + 16;
        let width = width_of(&text, "b") + 24;
        // It does not stand on what is alike, and it ends where the drawing ends.
        let x = self.parting.unwrap_or(free).max(free).min((self.width - width).max(free));
        self.plates.push(Plate { x, y, width, height: 30, class: "bad", text, text_class: "on" });
    }
}

/// Where the line stands at which two start-ups part.
fn parting(start_up: &StartUp, phases: &[Phase], columns: &[Column]) -> Option<i32> {
    let (place, is_marked) = place_of(start_up, start_up.divergence.as_ref()?, phases)?;
    let column = columns.get(place)?;
    // An action that marks no phase is somewhere in the phase that it falls into.
    Some(if is_marked { column.x } else { column.x + column.width / 2 })
}

/// The column in which two start-ups part, and whether the action marks that phase.
fn place_of(
    start_up: &StartUp,
    divergence: &Divergence,
    phases: &[Phase],
) -> Option<(usize, bool)> {
    let column = |phase: Phase| phases.iter().position(|it| *it == phase);
    if let Some(place) = divergence.phase.and_then(column) {
        return Some((place, true));
    }
    let sides = [(&divergence.bad, &start_up.bad), (&divergence.good, &start_up.good)];
    let (event, instance) = sides.into_iter().find_map(|(side, instance)| {
        let action = side.action.as_ref().or(side.before.last())?;
        Some((action.event, instance))
    })?;
    let begun = instance.phases.iter().filter(|span| span.first_event <= event);
    let phase = begun.max_by_key(|span| span.first_event)?.phase;
    Some((column(phase)?, false))
}

fn phases_of(instance: &InstanceSummary) -> Vec<Phase> {
    let steps: Vec<&TimelineEntry> = instance.timeline.iter().collect();
    phases(&instance.phases, &steps)
}

/// The phases of both: those of the good one in its order, and each that only the bad one has
/// behind the phase that is before it there, and behind those that come earlier in a start.
fn of_both(good: &[Phase], bad: &[Phase]) -> Vec<Phase> {
    let mut all = good.to_vec();
    for (place, phase) in bad.iter().enumerate() {
        if all.contains(phase) {
            continue;
        }
        let before = place.checked_sub(1).and_then(|place| bad.get(place));
        let mut at =
            before.and_then(|it| all.iter().position(|known| known == it)).map_or(0, |it| it + 1);
        while all.get(at).is_some_and(|known| known < phase) {
            at += 1;
        }
        all.insert(at, *phase);
    }
    all
}

fn columns_of(half: &Half<'_>, phases: &[Phase]) -> Vec<Column> {
    let own = phases_of(half.instance);
    let column = |phase: &Phase| {
        let mut column = Column::of(&half.instance.phases, *phase);
        if !own.contains(phase) {
            column.width = column.width.max(width_of("not reached", "s") + 18);
        }
        column
    };
    phases.iter().map(column).collect()
}

/// The GUIDs under which a start-up used the key of a container.
fn guids_of<'r>(instance: &'r InstanceSummary, stem: &str) -> Vec<&'r MachineGuid> {
    let mut guids: Vec<&MachineGuid> = Vec::new();
    for entry in instance.timeline.iter().filter(|it| it.stem.as_deref() == Some(stem)) {
        guids.extend(entry.guid.as_ref().filter(|guid| !guids.contains(guid)));
    }
    guids
}

/// A GUID under which a capture shows the key of a container that the process did not use.
fn seen_under<'r>(comparison: &'r Comparison, which: Which, stem: &str) -> Option<&'r MachineGuid> {
    let container = comparison.containers.iter().find(|it| it.stem == stem)?;
    let state = match which {
        Which::Good => &container.good,
        Which::Bad => &container.bad,
    };
    let seen =
        |sign: &&GuidSign| state.guids.iter().any(|it| it.eq_ignore_ascii_case(sign.guid.as_str()));
    comparison.guid_signs.iter().find(seen).map(|sign| &sign.guid)
}

/// Slanting lines in a rectangle.
fn hatching((x, y): (i32, i32), (width, height): (i32, i32)) -> String {
    let mut path = String::new();
    for at in (9..width + height).step_by(9) {
        let (from, down) = ((at - height).max(0), at.min(height));
        let (to, up) = (at.min(width), (at - width).max(0));
        path.push_str(&format!("M{} {}L{} {}", x + from, y + down, x + to, y + up));
    }
    path
}

/// A text of at most so many letters; what does not fit is left out in its middle.
fn middle(text: &str, letters: usize) -> String {
    let count = text.chars().count();
    if count <= letters {
        return text.to_string();
    }
    let front: String = text.chars().take(letters / 2).collect();
    let back: String = text.chars().skip(count - (letters - 1 - letters / 2)).collect();
    format!("{front}…{back}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_of_both_stand_in_one_order() {
        use Phase::{CryptoLoad, Exit, Inetsrv, KeyFiles, Resources, Services, Start};
        let good = [Start, Inetsrv, Resources, CryptoLoad, KeyFiles, Services];
        let bad = [Start, Inetsrv, Resources, CryptoLoad, KeyFiles, Exit];
        let both = [Start, Inetsrv, Resources, CryptoLoad, KeyFiles, Services, Exit];
        assert_eq!(of_both(&good, &bad), both);
        assert_eq!(of_both(&bad, &good), both);
        assert_eq!(of_both(&[], &bad), bad);
        assert_eq!(of_both(&[CryptoLoad], &[Start, CryptoLoad]), [Start, CryptoLoad]);
    }

    #[test]
    fn hatching_stays_in_its_rectangle() {
        let path = hatching((100, 50), (60, 90));
        let numbers = path.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty());
        let numbers: Vec<i32> = numbers.filter_map(|it| it.parse().ok()).collect();
        assert!(numbers.len() > 40);
        for place in numbers.chunks(2) {
            assert!((100..=160).contains(&place[0]) && (50..=140).contains(&place[1]), "{path}");
        }
    }

    #[test]
    fn a_long_name_loses_its_middle() {
        assert_eq!(middle("guid-changed.csv", 17), "guid-changed.csv");
        assert_eq!(middle("abcdefghijklmnopqrstuvwxyz", 9), "abcd…wxyz");
    }
}
