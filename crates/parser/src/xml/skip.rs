//! Passes over events that nobody wants.

use std::io::Read;

use memchr::memchr2_iter;

use super::layout::{Layout, Match, Parts};
use super::source::Source;
use crate::interest::Interest;
use crate::losses::Position;
use crate::reader::Passed;
use crate::time::Clock;

/// How many bytes an event may have to be passed over.
const LONGEST: usize = 128 * 1024;

/// A number of slots for names; a power of two.
const SLOTS: usize = 256;

/// What is remembered from event to event while they are passed over.
#[derive(Debug)]
pub(super) struct Skipper {
    layout: Layout,
    /// The interest that the names were asked for.
    interest: Option<Interest>,
    names: Vec<Name>,
    /// The names whose counts are to be told.
    counted: Vec<usize>,
    needles: Vec<Needle>,
    times: Times,
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
            needles: Vec::new(),
            times: Times::default(),
            valid_to: 0,
            limit: limit.min(LONGEST),
            unusual: false,
        }
    }

    /// Passes over events until one is wanted, or is not written as Procmon does.
    /// Gives their number; `records` were met before.
    pub(super) fn skip<R: Read>(
        &mut self,
        source: &mut Source<R>,
        records: u64,
        interest: &Interest,
        passed: &mut Passed<'_>,
    ) -> u64 {
        if interest.is_everything()
            || (!self.layout.has_path() && interest.needles().next().is_some())
        {
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
            let mut at = 0;
            let more = loop {
                match self.layout.compare(&window[at..]) {
                    Match::Event(parts) if parts.len <= self.limit => {
                        let bytes = &window[at..];
                        let end = start + (at + parts.len) as u64;
                        if !self.is_text(bytes, start + at as u64, end)
                            || !self.pass(&parts, interest, passed.clock)
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
            self.needles = interest.needles().map(Needle::new).collect();
        }
        self.times.restart();
    }

    /// Whether the bytes up to `end` are UTF-8.
    fn is_text(&mut self, bytes: &[u8], start: u64, end: u64) -> bool {
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
    fn pass(&mut self, parts: &Parts<'_>, interest: &Interest, clock: &mut Clock) -> bool {
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
            && !self.needles.is_empty()
        {
            let wanted = match path.is_ascii() {
                true => self.needles.iter().any(|needle| needle.is_in(path)),
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

/// A text to be found without regard to the case of ASCII letters.
#[derive(Debug)]
struct Needle {
    text: Vec<u8>,
    /// The place of its rarest byte, in both cases.
    place: usize,
    cases: (u8, u8),
}

impl Needle {
    fn new(text: &[u8]) -> Needle {
        // Letters of paths and keys from the most to the least frequent.
        const FREQUENT: &[u8] = b"eosirtcna\\mdlwfuphg32ybv. ";
        let rank = |byte: &u8| FREQUENT.iter().position(|other| other == byte).unwrap_or(99);
        let place = (0..text.len()).max_by_key(|&at| rank(&text[at])).unwrap_or(0);
        let byte = text.get(place).copied().unwrap_or(0);
        let cases = (byte.to_ascii_lowercase(), byte.to_ascii_uppercase());
        Needle { text: text.to_vec(), place, cases }
    }

    fn is_in(&self, text: &[u8]) -> bool {
        memchr2_iter(self.cases.0, self.cases.1, text).any(|at| {
            let part = at
                .checked_sub(self.place)
                .and_then(|from| text.get(from..)?.get(..self.text.len()));
            part.is_some_and(|part| part.eq_ignore_ascii_case(&self.text))
        })
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
