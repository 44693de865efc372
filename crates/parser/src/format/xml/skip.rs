//! Skips events that are not wanted, and reads wanted ones fast. Both work only for
//! events that are written as Procmon writes them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use super::event_run::{EventRun, SkippedRun, may_be_process_life};
use super::layout::{EventSpan, Layout, LayoutMatch};
use super::skipped_times::SkippedTimes;
use super::value::{self, is_plain};
use super::xml_input::XmlInput;
use crate::event::{Event, Prefilter};
use crate::format::name_cache::NameCache;
use crate::format::{GIVE_WAY, SkipSink};
use crate::model::{Address, Frame, Position, Process};
use crate::scan::{Needle, SimdLevel, Tags};

/// The most bytes of an event that can be skipped.
const LONGEST: usize = 128 * 1024;

/// Skips events, or reads them without `quick-xml`.
#[derive(Debug)]
pub(super) struct Skipper {
    layout: Layout,
    simd: SimdLevel,
    ahead: Lookahead,
    /// The prefilter that `names` was set up for.
    prefilter: Option<Prefilter>,
    names: NameCache,
    times: SkippedTimes,
    /// The longest event that `XmlReader` reads completely.
    limit: usize,
    /// Whether paths have to be searched.
    searches_paths: bool,
    /// Whether there were events that are not written as Procmon does.
    unusual: bool,
    scratch: Vec<u8>,
}

/// What is known about the bytes at hand.
#[derive(Debug)]
struct Lookahead {
    /// Their range in the file.
    from: u64,
    to: u64,
    tags: Tags,
    /// How many of the next events have been compared with the layout, and match.
    run: usize,
}

impl Lookahead {
    fn new(tags: Tags) -> Lookahead {
        Lookahead { from: 0, to: 0, tags, run: 0 }
    }

    /// The bytes to examine, and the offset of the cursor in them.
    fn look<'s, R: Read>(&mut self, source: &'s XmlInput<R>) -> (&'s [u8], usize) {
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

    /// Compares the event at `at`, which must not be smaller than in the last call. If it
    /// matches, the next tags are those of the event.
    #[inline]
    fn event(&mut self, layout: &Layout, bytes: &[u8], at: usize) -> LayoutMatch {
        if self.run > 0 {
            let places = self.tags.places();
            if places[0] as usize == at {
                return LayoutMatch::Event(layout.shape(places));
            }
        }
        self.next_run(layout, bytes, at)
    }

    #[inline(never)]
    fn next_run(&mut self, layout: &Layout, bytes: &[u8], at: usize) -> LayoutMatch {
        loop {
            self.tags.pass_to(at);
            let places = self.tags.places();
            let is_here = places.first().is_some_and(|&place| place as usize == at);
            self.run = if is_here { layout.run(bytes, &self.tags) } else { 0 };
            let (found, rows) = match self.run {
                0 => (layout.compare(bytes, at, places), 1),
                rows => (LayoutMatch::Event(layout.shape(places)), rows),
            };
            match (found, layout.path) {
                (LayoutMatch::Short, _) if self.tags.look_further(bytes) => {}
                (LayoutMatch::Event(shape), Some(path)) => {
                    self.tags.seek(bytes, shape.tags, rows, |places| layout.text(places, path));
                    return found;
                }
                _ => return found,
            }
        }
    }

    /// Moves past an event.
    #[inline]
    fn pass(&mut self, shape: EventSpan) {
        self.tags.pass(shape.tags);
        self.run = self.run.saturating_sub(1);
    }
}

impl Skipper {
    pub(super) fn new(layout: Layout, limit: usize) -> Skipper {
        let simd = SimdLevel::best();
        Skipper {
            layout,
            simd,
            ahead: Lookahead::new(Tags::new(simd, Vec::new())),
            prefilter: None,
            names: NameCache::new(|name| is_plain(name).then_some(Cow::Borrowed(name))),
            times: SkippedTimes::default(),
            limit: limit.min(LONGEST),
            searches_paths: false,
            unusual: false,
            scratch: Vec::new(),
        }
    }

    /// The same, with other instructions.
    #[cfg(test)]
    pub(super) fn with_simd(self, simd: SimdLevel) -> Skipper {
        Skipper { simd, ahead: Lookahead::new(Tags::new(simd, Vec::new())), ..self }
    }

    /// Skips events until one is wanted or is not written as Procmon does. Returns how
    /// many were skipped; `records` events precede them. Events that begin at `limit` or
    /// later are not skipped.
    pub(super) fn skip<R: Read>(
        &mut self,
        source: &mut XmlInput<R>,
        (records, limit): (u64, u64),
        prefilter: &Prefilter,
        sink: &mut SkipSink<'_>,
    ) -> u64 {
        if self.layout.path.is_none() && prefilter.needles().next().is_some() {
            return 0;
        }
        self.set_prefilter(prefilter);
        source.skip_blanks();
        let (mut events, mut last) = (0, None);
        let mut counted = 0;
        loop {
            let (bytes, mut at) = self.ahead.look(source);
            let start = at;
            let more = loop {
                if self.ahead.from + at as u64 >= limit {
                    break false;
                }
                let run = self.pass_run(bytes, at, limit, prefilter, sink);
                if run.events > 0 {
                    events += run.events as u64;
                    last = Some(run.last);
                    at += run.len;
                    continue;
                }
                let shape = match self.ahead.event(&self.layout, bytes, at) {
                    LayoutMatch::Event(shape) => shape,
                    LayoutMatch::Short => break bytes.len() - at < LONGEST,
                    LayoutMatch::Other => break false,
                };
                if !self.is_as_written(bytes, at, shape) {
                    self.times.reset();
                    break false;
                }
                if !self.pass(bytes, prefilter, sink) {
                    break false;
                }
                self.ahead.pass(shape);
                events += 1;
                last = Some(at);
                at += shape.len;
            };
            self.times.settle(bytes, sink.clock);
            if let Some(at) = last.take() {
                let position = Position::at_byte(self.ahead.from + at as u64);
                sink.skipped(events - counted, position.with_record(records + events));
                counted = events;
            }
            source.advance(at - start);
            if !more || events >= GIVE_WAY || !source.more() {
                break;
            }
        }
        events
    }

    /// Reads the event at the cursor if it is written as Procmon does, and moves past it.
    /// `record` is its number. Returns false for an event that begins at `limit` or
    /// later.
    pub(super) fn read<R: Read>(
        &mut self,
        source: &mut XmlInput<R>,
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
                LayoutMatch::Event(shape) => shape,
                LayoutMatch::Short if bytes.len() - at < LONGEST => match source.more() {
                    true => continue,
                    false => return false,
                },
                LayoutMatch::Short => return false,
                LayoutMatch::Other => {
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

    /// To be called when the clock has observed an event that was not skipped here.
    pub(super) fn reset_times(&mut self) {
        self.times.reset();
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Why unwanted events were read one by one, if some were.
    pub(super) fn slow_path_reason(&self) -> Option<&str> {
        let what =
            "some of its events are not written as Procmon writes them, and were read one by one";
        self.unusual.then_some(what)
    }

    /// Uses another prefilter.
    fn set_prefilter(&mut self, prefilter: &Prefilter) {
        if self.prefilter.as_ref() != Some(prefilter) {
            self.prefilter = Some(prefilter.clone());
            self.names.set_prefilter(prefilter);
            let needles: Vec<Needle> = prefilter.needles().filter_map(Needle::new).collect();
            self.searches_paths = !needles.is_empty();
            self.ahead = Lookahead::new(Tags::new(self.simd, needles));
        }
    }

    /// Whether the texts of an event can be used as they are, and the event is not too
    /// long.
    #[inline]
    fn is_as_written(&mut self, bytes: &[u8], at: usize, shape: EventSpan) -> bool {
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

    /// Skips the next events in the fast loop, up to one that needs more attention.
    fn pass_run(
        &mut self,
        bytes: &[u8],
        at: usize,
        limit: u64,
        prefilter: &Prefilter,
        sink: &mut SkipSink<'_>,
    ) -> SkippedRun {
        let Lookahead { tags, run, from, .. } = &mut self.ahead;
        let width = self.layout.width();
        let is_here = *run > 0 && tags.places()[0] as usize == at;
        if !is_here || (self.layout.date.is_some() && sink.clock.wants_dates()) {
            return SkippedRun::default();
        }
        let quiet = tags.quiet_to(at);
        let run_passed = EventRun {
            bytes,
            places: &tags.places()[..width * *run],
            layout: &self.layout,
            limit: usize::try_from(limit - *from).unwrap_or(usize::MAX),
            quiet,
            longest: self.limit,
            names: &mut self.names,
            prefilter,
            counts: sink.counts,
        }
        .pass(&mut self.times);
        tags.pass(width * run_passed.events);
        *run -= run_passed.events;
        run_passed
    }

    /// Counts the next event as skipped. Returns false if it has to be read.
    #[inline]
    fn pass(&mut self, bytes: &[u8], prefilter: &Prefilter, sink: &mut SkipSink<'_>) -> bool {
        let layout = &self.layout;
        let tags = &mut self.ahead.tags;
        let name = layout.text(tags.places(), layout.name);
        let name = self.names.find(bytes, name, prefilter, sink.counts);
        let wanted_path = self.searches_paths
            && layout.path.is_some_and(|path| {
                let path = layout.text(tags.places(), path);
                match tags.is_wide(path.clone()) && !bytes[path.clone()].is_ascii() {
                    true => prefilter.wants_path(&bytes[path]),
                    // No needle contains `<`, so a needle that begins in the path ends in
                    // it.
                    false => tags.has_needle(path),
                }
            });
        let places = tags.places();
        let range = |element: Option<usize>| element.map(|element| layout.text(places, element));
        let (time, date) = (range(layout.time), range(layout.date));
        let wanted_operation = prefilter.selects_by_operation()
            && range(layout.operation).is_some_and(|it| may_be_process_life(&bytes[it]));
        if name.is_wanted || wanted_path || wanted_operation {
            self.times.begin(bytes, time, date);
            return false;
        }
        if date.is_some() && sink.clock.wants_dates() {
            let has_dates = range(layout.detail)
                .is_some_and(|detail| memchr::memmem::find(&bytes[detail], b"Time").is_some());
            if has_dates {
                self.times.begin(bytes, time, date);
                return false;
            }
        }
        if !self.times.pass(bytes, time, date, sink.clock) {
            return false;
        }
        sink.counts.count(name.place);
        true
    }

    /// Reads the next event.
    fn fill(
        &mut self,
        bytes: &[u8],
        shape: EventSpan,
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
            let text = value::unescaped(&bytes[address], &mut self.scratch);
            frame.address = Address::of_text(&String::from_utf8_lossy(text));
            for (field, range) in [(&mut frame.path, path), (&mut frame.location, location)] {
                let text = value::unescaped(&bytes[range], &mut self.scratch);
                field.clear();
                field.push_str(&String::from_utf8_lossy(text));
            }
            count += 1;
        }
        event.stack.truncate(count);
    }
}
