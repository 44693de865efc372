//! Passes over events that nobody wants, and reads those quickly that are wanted:
//! both only where they are written as Procmon does.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use super::layout::{Layout, Match, Shape};
use super::pass::{PassedRun, Run, may_be_life};
use super::source::Source;
use super::times::Times;
use super::value::{self, is_plain};
use crate::event::{Event, Interest};
use crate::format::Passed;
use crate::format::name_cache::Names;
use crate::model::{Frame, Position, Process};
use crate::scan::{Needle, Speed, Tags};

/// How many bytes an event may have to be passed over.
const LONGEST: usize = 128 * 1024;

/// What is remembered from event to event.
#[derive(Debug)]
pub(super) struct Skipper {
    layout: Layout,
    speed: Speed,
    ahead: Ahead,
    /// The interest that the names were asked for.
    interest: Option<Interest>,
    names: Names,
    times: Times,
    /// The longest event that the other reader takes whole.
    limit: usize,
    /// Whether there are needles.
    seeks: bool,
    /// Events that were not written as Procmon does.
    unusual: bool,
    scratch: Vec<u8>,
}

/// What is known of the bytes at hand.
#[derive(Debug)]
struct Ahead {
    /// Where they begin and end in the file.
    from: u64,
    to: u64,
    tags: Tags,
    /// How many events are known to come as the layout has them.
    run: usize,
}

impl Ahead {
    fn new(tags: Tags) -> Ahead {
        Ahead { from: 0, to: 0, tags, run: 0 }
    }

    /// The bytes that are looked at, and the place of the cursor in them.
    fn look<'s, R: Read>(&mut self, source: &'s Source<R>) -> (&'s [u8], usize) {
        let start = source.position();
        if let Some(bytes) = source.at_hand(self.from)
            && start >= self.from
            && self.from + bytes.len() as u64 == self.to
        {
            return (bytes, (start - self.from) as usize);
        }
        let bytes = source.ahead();
        (self.from, self.to) = (start, start + bytes.len() as u64);
        self.tags.begin();
        self.run = 0;
        (bytes, 0)
    }

    /// What stands at a place, which is not before the one asked for last. The next
    /// tags are those of the event, if it is one.
    #[inline]
    fn event(&mut self, layout: &Layout, bytes: &[u8], at: usize) -> Match {
        if self.run > 0 {
            let places = self.tags.places();
            if places[0] as usize == at {
                return Match::Event(layout.shape(places));
            }
        }
        self.next_run(layout, bytes, at)
    }

    #[inline(never)]
    fn next_run(&mut self, layout: &Layout, bytes: &[u8], at: usize) -> Match {
        loop {
            self.tags.pass_to(at);
            let places = self.tags.places();
            let is_here = places.first().is_some_and(|&place| place as usize == at);
            self.run = if is_here { layout.run(bytes, &self.tags) } else { 0 };
            let (found, rows) = match self.run {
                0 => (layout.compare(bytes, at, places), 1),
                rows => (Match::Event(layout.shape(places)), rows),
            };
            match (found, layout.path) {
                (Match::Short, _) if self.tags.look_further(bytes) => {}
                (Match::Event(shape), Some(path)) => {
                    self.tags.seek(bytes, shape.tags, rows, |places| layout.text(places, path));
                    return found;
                }
                _ => return found,
            }
        }
    }

    /// Goes behind an event.
    #[inline]
    fn pass(&mut self, shape: Shape) {
        self.tags.pass(shape.tags);
        self.run = self.run.saturating_sub(1);
    }
}

impl Skipper {
    pub(super) fn new(layout: Layout, limit: usize) -> Skipper {
        let speed = Speed::best();
        Skipper {
            layout,
            speed,
            ahead: Ahead::new(Tags::new(speed, Vec::new())),
            interest: None,
            names: Names::new(|name| is_plain(name).then_some(Cow::Borrowed(name))),
            times: Times::default(),
            limit: limit.min(LONGEST),
            seeks: false,
            unusual: false,
            scratch: Vec::new(),
        }
    }

    /// The same, searching by other instructions.
    #[cfg(test)]
    pub(super) fn with_speed(self, speed: Speed) -> Skipper {
        Skipper { speed, ahead: Ahead::new(Tags::new(speed, Vec::new())), ..self }
    }

    /// Passes over events until one is wanted, or is not written as Procmon does.
    /// Gives their number; `records` were met before. None is passed that begins from
    /// `limit` on.
    pub(super) fn skip<R: Read>(
        &mut self,
        source: &mut Source<R>,
        (records, limit): (u64, u64),
        interest: &Interest,
        passed: &mut Passed<'_>,
    ) -> u64 {
        if self.layout.path.is_none() && interest.needles().next().is_some() {
            return 0;
        }
        self.ask(interest);
        source.skip_blanks();
        let (mut events, mut last) = (0, None);
        loop {
            let (bytes, mut at) = self.ahead.look(source);
            let start = at;
            let more = loop {
                if self.ahead.from + at as u64 >= limit {
                    break false;
                }
                let run = self.pass_run(bytes, at, limit, interest, passed);
                if run.events > 0 {
                    events += run.events as u64;
                    last = Some(run.last);
                    at += run.len;
                    continue;
                }
                let shape = match self.ahead.event(&self.layout, bytes, at) {
                    Match::Event(shape) => shape,
                    Match::Short => break bytes.len() - at < LONGEST,
                    Match::Other => break false,
                };
                if !self.is_as_written(bytes, at, shape) {
                    self.times.forget();
                    break false;
                }
                if !self.pass(bytes, interest, passed) {
                    break false;
                }
                self.ahead.pass(shape);
                events += 1;
                last = Some(at);
                at += shape.len;
            };
            self.times.settle(bytes, passed.clock);
            if let Some(at) = last.take() {
                *passed.position =
                    Position::at_byte(self.ahead.from + at as u64).with_record(records + events);
            }
            source.advance(at - start);
            if !more || !source.more() {
                break;
            }
        }
        *passed.events += events;
        events
    }

    /// Reads the event at the cursor, if it is written as Procmon does, and goes behind
    /// it. `record` is its number. None is read that begins from `limit` on.
    pub(super) fn read<R: Read>(
        &mut self,
        source: &mut Source<R>,
        (record, limit): (u64, u64),
        processes: &HashMap<u32, Arc<Process>>,
        event: &mut Event,
    ) -> bool {
        source.skip_blanks();
        if source.position() >= limit {
            return false;
        }
        loop {
            let (bytes, at) = self.ahead.look(source);
            let shape = match self.ahead.event(&self.layout, bytes, at) {
                Match::Event(shape) => shape,
                Match::Short if bytes.len() - at < LONGEST => match source.more() {
                    true => continue,
                    false => return false,
                },
                Match::Short => return false,
                Match::Other => {
                    self.unusual |= bytes[at..].starts_with(b"<event");
                    return false;
                }
            };
            if !self.is_as_written(bytes, at, shape) {
                return false;
            }
            self.fill(bytes, shape, processes, event);
            event.position = Position::at_byte(self.ahead.from + at as u64).with_record(record);
            self.ahead.pass(shape);
            source.advance(shape.len);
            return true;
        }
    }

    /// The clock goes on without the help of this.
    pub(super) fn forget_times(&mut self) {
        self.times.forget();
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Why events were read one by one that nobody wants, if some were.
    pub(super) fn detour(&self) -> Option<&str> {
        let what = "some of its events are not written as Procmon does, and were read one by one";
        self.unusual.then_some(what)
    }

    /// Prepares for an interest.
    fn ask(&mut self, interest: &Interest) {
        if self.interest.as_ref() != Some(interest) {
            self.interest = Some(interest.clone());
            self.names.ask(interest);
            let needles: Vec<Needle> = interest.needles().filter_map(Needle::new).collect();
            self.seeks = !needles.is_empty();
            self.ahead = Ahead::new(Tags::new(self.speed, needles));
        }
    }

    /// Whether an event holds nothing but text that can be taken as it is, and is not
    /// too long.
    #[inline]
    fn is_as_written(&mut self, bytes: &[u8], at: usize, shape: Shape) -> bool {
        let part = at..at + shape.len;
        if shape.len > self.limit || self.ahead.tags.is_odd(part.clone()) {
            self.unusual |= std::str::from_utf8(&bytes[part]).is_ok();
            return false;
        }
        if self.layout.index(bytes, self.ahead.tags.places()).is_err() {
            self.unusual = true;
            return false;
        }
        true
    }

    /// Passes over the next events, as far as nothing about them is out of the ordinary.
    fn pass_run(
        &mut self,
        bytes: &[u8],
        at: usize,
        limit: u64,
        interest: &Interest,
        passed: &mut Passed<'_>,
    ) -> PassedRun {
        let Ahead { tags, run, from, .. } = &mut self.ahead;
        let width = self.layout.width();
        let is_here = *run > 0 && tags.places()[0] as usize == at;
        if !is_here || (self.layout.date.is_some() && passed.clock.wants_dates()) {
            return PassedRun::default();
        }
        let quiet = tags.quiet_to(at);
        let run_passed = Run {
            bytes,
            places: &tags.places()[..width * *run],
            layout: &self.layout,
            limit: usize::try_from(limit - *from).unwrap_or(usize::MAX),
            quiet,
            longest: self.limit,
            names: &mut self.names,
            interest,
            tally: passed.tally,
        }
        .pass(&mut self.times);
        tags.pass(width * run_passed.events);
        *run -= run_passed.events;
        run_passed
    }

    /// Counts the next event; false when it has to be read.
    #[inline]
    fn pass(&mut self, bytes: &[u8], interest: &Interest, passed: &mut Passed<'_>) -> bool {
        let layout = &self.layout;
        let tags = &mut self.ahead.tags;
        let name = layout.text(tags.places(), layout.name);
        let name = self.names.find(bytes, name, interest, passed.tally);
        let wanted_path = self.seeks
            && layout.path.is_some_and(|path| {
                let path = layout.text(tags.places(), path);
                match tags.is_wide(path.clone()) && !bytes[path.clone()].is_ascii() {
                    true => interest.wants_path(&bytes[path]),
                    // No needle has a `<`, so it ends in the path, too.
                    false => tags.has_needle(path),
                }
            });
        let places = tags.places();
        let range = |element: Option<usize>| element.map(|element| layout.text(places, element));
        let (time, date) = (range(layout.time), range(layout.date));
        let wanted_operation = interest.asks_for_operations()
            && range(layout.operation).is_some_and(|it| may_be_life(&bytes[it]));
        if name.is_wanted || wanted_path || wanted_operation {
            self.times.begin(bytes, time, date);
            return false;
        }
        if date.is_some() && passed.clock.wants_dates() {
            let has_dates = range(layout.detail)
                .is_some_and(|detail| memchr::memmem::find(&bytes[detail], b"Time").is_some());
            if has_dates {
                self.times.begin(bytes, time, date);
                return false;
            }
        }
        if !self.times.pass(bytes, time, date, passed.clock) {
            return false;
        }
        passed.tally.counts()[name.place] += 1;
        true
    }

    /// Takes the next event apart.
    fn fill(
        &mut self,
        bytes: &[u8],
        shape: Shape,
        processes: &HashMap<u32, Arc<Process>>,
        event: &mut Event,
    ) {
        let places = self.ahead.tags.places();
        event.record.start_with_lines(&self.layout.columns);
        for range in self.layout.columns(places) {
            event.record.push(value::unescaped(&bytes[range], &mut self.scratch));
        }
        let index = self.layout.index(bytes, places).ok().flatten();
        event.process = index.and_then(|index| processes.get(&index)).cloned();
        let mut count = 0;
        for texts in self.layout.frames(shape, places) {
            if count == event.stack.len() {
                event.stack.push(Frame::default());
            }
            let [depth, address, path, location] = texts;
            let frame = &mut event.stack[count];
            frame.depth = super::layout::number(&bytes[depth]).unwrap_or_default();
            for (field, range) in [
                (&mut frame.address, address),
                (&mut frame.path, path),
                (&mut frame.location, location),
            ] {
                let text = value::unescaped(&bytes[range], &mut self.scratch);
                field.clear();
                field.push_str(&String::from_utf8_lossy(text));
            }
            count += 1;
        }
        event.stack.truncate(count);
    }
}
