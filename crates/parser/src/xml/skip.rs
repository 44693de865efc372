//! Passes over events that nobody wants.

use std::io::Read;

use super::layout::{Layout, Match, Parts};
use super::source::Source;
use crate::interest::Interest;
use crate::losses::Position;
use crate::reader::Passed;
use crate::scan::{Marks, Needle, Speed};
use crate::time::Clock;

/// How many bytes an event may have to be passed over.
const LONGEST: usize = 128 * 1024;

/// A number of slots for names; a power of two.
const SLOTS: usize = 256;

/// What is known of the bytes at hand.
#[derive(Debug)]
struct Window {
    /// Where they begin and end in the file.
    from: u64,
    to: u64,
    marks: Marks,
    ascii: bool,
    needles: Vec<Needle>,
    /// Where a needle stands, counted from the first byte.
    hits: Vec<u32>,
    /// How many of them are behind what was asked for last.
    behind: usize,
}

/// What is remembered from event to event while they are passed over.
#[derive(Debug)]
pub(super) struct Skipper {
    layout: Layout,
    /// The interest that the names were asked for.
    interest: Option<Interest>,
    names: Vec<Name>,
    /// The names whose counts are to be told.
    counted: Vec<usize>,
    times: Times,
    window: Window,
    /// Up to here, in bytes of the file, the input is known to be UTF-8.
    valid_to: u64,
    /// The longest event that the other reader takes whole.
    limit: usize,
    /// Events that were not written as Procmon does.
    unusual: bool,
}

#[derive(Clone, Debug, Default)]
struct Name {
    text: Vec<u8>,
    known: bool,
    wanted: bool,
    events: u64,
}

impl Skipper {
    pub(super) fn new(layout: Layout, limit: usize) -> Skipper {
        Skipper {
            layout,
            interest: None,
            names: Vec::new(),
            counted: Vec::new(),
            times: Times::default(),
            window: Window::new(),
            valid_to: 0,
            limit: limit.min(LONGEST),
            unusual: false,
        }
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
        if !self.layout.has_path() && interest.needles().next().is_some() {
            return 0;
        }
        // Before the first date, and while their order is open, all dates count.
        if self.layout.has_date() && (passed.clock.dates() == 0 || passed.clock.wants_dates()) {
            return 0;
        }
        self.ask(interest);
        source.skip_blanks();
        let (mut events, mut last) = (0, None);
        'windows: loop {
            let start = source.position();
            let window = source.ahead();
            let shift = self.window.look_at(window, start);
            let mut at = 0;
            let more = loop {
                if start + at as u64 >= limit {
                    break false;
                }
                match self.layout.compare(window, at, &self.window.marks, shift) {
                    Match::Event(parts) if parts.len <= self.limit => {
                        let bytes = &window[at..];
                        let end = start + (at + parts.len) as u64;
                        if !self.is_text(bytes, start + at as u64, end)
                            || !self.pass(&parts, shift, interest, passed.clock)
                        {
                            break false;
                        }
                        events += 1;
                        last = Some(start + at as u64);
                        at += parts.len;
                    }
                    Match::Short if window.len() - at < LONGEST => break true,
                    Match::Short => break false,
                    Match::Event(_) => break false,
                    Match::Other => {
                        self.unusual |= window[at..].starts_with(b"<event");
                        break false;
                    }
                }
            };
            source.advance(at);
            if !more || !source.more() {
                break 'windows;
            }
        }
        self.times.settle(passed.clock);
        for place in self.counted.drain(..) {
            let name = &mut self.names[place];
            let events = std::mem::take(&mut name.events);
            passed.tally.add(&String::from_utf8_lossy(&name.text), events);
        }
        *passed.events += events;
        if let Some(byte) = last {
            *passed.position = Position::at_byte(byte).with_record(records + events);
        }
        events
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
            self.names = vec![Name::default(); SLOTS];
            self.window = Window::new();
            self.window.needles = interest.needles().filter_map(Needle::new).collect();
        }
        self.times.restart();
    }

    /// Whether the bytes up to `end` are UTF-8.
    fn is_text(&mut self, bytes: &[u8], start: u64, end: u64) -> bool {
        if self.window.ascii && end <= self.window.to {
            return true;
        }
        if end > self.valid_to {
            let valid = match std::str::from_utf8(bytes) {
                Ok(text) => text.len(),
                Err(error) => error.valid_up_to(),
            };
            self.valid_to = start + valid as u64;
        }
        end <= self.valid_to
    }

    /// Counts an event that is not wanted; false when it is.
    fn pass(
        &mut self,
        parts: &Parts<'_>,
        shift: usize,
        interest: &Interest,
        clock: &mut Clock,
    ) -> bool {
        let place = slot(parts.name);
        let name = &mut self.names[place];
        if !name.known || name.text != parts.name {
            if name.events > 0 {
                // The slot is taken by a name that is still to be told.
                return false;
            }
            name.text.clear();
            name.text.extend_from_slice(parts.name);
            name.known = true;
            name.wanted = interest.wants_name(parts.name);
        }
        if name.wanted {
            return false;
        }
        if let Some(path) = parts.path
            && !self.window.needles.is_empty()
        {
            let wanted = match self.window.ascii || path.is_ascii() {
                true => self.window.has_needle(parts.path_at + shift, path.len()),
                false => interest.wants_path(path),
            };
            if wanted {
                return false;
            }
        }
        if name.events == 0 {
            self.counted.push(place);
        }
        name.events += 1;
        self.times.observe(parts.time, parts.date, clock);
        true
    }
}

/// The slot of a name.
fn slot(name: &[u8]) -> usize {
    let (first, last) = (name.first().copied().unwrap_or(0), name.get(name.len() / 2));
    let mixed = usize::from(first) * 31 + usize::from(last.copied().unwrap_or(0)) * 7 + name.len();
    mixed % SLOTS
}

impl Window {
    fn new() -> Window {
        Window {
            from: 0,
            to: 0,
            marks: Marks::new(),
            ascii: false,
            needles: Vec::new(),
            hits: Vec::new(),
            behind: 0,
        }
    }

    /// Looks at the bytes at hand, unless they are the rest of those looked at last.
    /// Gives how far behind the first of these bytes they begin.
    fn look_at(&mut self, bytes: &[u8], start: u64) -> usize {
        let end = start + bytes.len() as u64;
        if end != self.to || start < self.from {
            (self.from, self.to) = (start, end);
            self.ascii = self.marks.set(bytes);
            self.hits.clear();
            self.behind = 0;
            for needle in &self.needles {
                needle.find_all(Speed::best(), bytes, &mut self.hits);
            }
            self.hits.sort_unstable();
        }
        usize::try_from(start - self.from).unwrap_or(usize::MAX)
    }

    /// Whether a needle begins in a text, which stands behind those asked for before.
    /// No needle has a `<`, so it ends there too.
    fn has_needle(&mut self, at: usize, len: usize) -> bool {
        let hits = &self.hits[self.behind..];
        let before = hits.iter().take_while(|&&hit| (hit as usize) < at).count();
        self.behind += before;
        hits.get(before).is_some_and(|&hit| (hit as usize) < at + len)
    }
}

/// The times of events that are passed over.
///
/// A time that differs from the one before it by later seconds only changes
/// nothing that the clock counts, so the clock gets the last one of such a run.
#[derive(Debug, Default)]
struct Times {
    /// The last time, when the clock could read it or could one like it.
    previous: Vec<u8>,
    /// Where its seconds begin.
    seconds: usize,
    /// Whether the clock has yet to see it.
    unseen: bool,
}

/// The length of `02.4446365`.
const SECONDS: usize = 10;

impl Times {
    /// Forgets the time before, because events were read in between.
    fn restart(&mut self) {
        self.previous.clear();
        self.unseen = false;
    }

    fn observe(&mut self, time: Option<&[u8]>, date: Option<&[u8]>, clock: &mut Clock) {
        if let (Some(time), None) = (time, date)
            && self.goes_on(time)
        {
            self.previous.copy_from_slice(time);
            self.unseen = true;
            return;
        }
        self.settle(clock);
        let text = |bytes: Option<&[u8]>| bytes.map(|b| String::from_utf8_lossy(b).into_owned());
        let before = clock.order_only();
        clock.observe(text(time).as_deref(), text(date).as_deref());
        self.restart();
        if let Some(time) = time
            && clock.order_only() == before
            && let Some(at) = seconds_of(time)
        {
            self.previous.extend_from_slice(time);
            self.seconds = at;
        }
    }

    /// Whether a time is like the one before it, and not earlier.
    fn goes_on(&self, time: &[u8]) -> bool {
        let (from, to) = (self.seconds, self.seconds + SECONDS);
        let previous = self.previous.as_slice();
        time.len() == previous.len()
            && !time.is_empty()
            && time[..from] == previous[..from]
            && time[to..] == previous[to..]
            && time[from + 2] == previous[from + 2]
            && are_seconds(&time[from..to])
            && time[from..to] >= previous[from..to]
    }

    /// Lets the clock see the last time.
    fn settle(&mut self, clock: &mut Clock) {
        if std::mem::take(&mut self.unseen) {
            clock.observe(Some(&String::from_utf8_lossy(&self.previous)), None);
        }
    }
}

/// Where the seconds of a time begin, if they have seven decimals.
fn seconds_of(time: &[u8]) -> Option<usize> {
    let colon =
        |from: usize| time[from..].iter().position(|&byte| byte == b':').map(|at| from + at + 1);
    let at = colon(colon(0)?)?;
    are_seconds(time.get(at..at + SECONDS)?).then_some(at)
}

fn are_seconds(text: &[u8]) -> bool {
    matches!(text[0], b'0'..=b'5')
        && text[1].is_ascii_digit()
        && matches!(text[2], b'.' | b',')
        && text[3..].iter().all(u8::is_ascii_digit)
}
