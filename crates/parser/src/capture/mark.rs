//! Places of a capture from which somebody else can read on.

use std::fmt;
use std::str::FromStr;

use super::{Capture, Format};
use crate::event::{Event, Prefilter};
use crate::format::Place;
use crate::model::Error;
use crate::time::ClockState;

/// Captures up to this length are read event by event for marks, so that they can be cut anywhere.
const SHORT: u64 = 32 << 20;

/// A place between two events of a capture, with what was seen of its times before. From there on,
/// a capture that was opened anew from the same bytes, with the same options, gives the events
/// that it would have given: with the same numbers, and the same days.
///
/// As text, it can be handed to another process or computer. Without the feature `mmap`, a capture has
/// no marks.
///
/// ```
/// use procmonkey_parser::{Event, Mark, open};
///
/// # if cfg!(feature = "mmap") {
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
/// let marks = open(CAPTURE)?.marks(4)?;
/// assert_eq!(marks.len(), 3);
/// let mark: Mark = marks[1].to_string().parse()?;
///
/// let (mut elsewhere, mut event) = (open(CAPTURE)?, Event::default());
/// assert!(elsewhere.resume(&mark)?);
/// assert!(elsewhere.read_event(&mut event)?);
/// assert_eq!(event.number(), mark.events() + 1);
/// # }
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    events: u64,
    place: Place,
    clock: ClockState,
}

impl Mark {
    /// How many events of the capture precede it.
    pub fn events(&self) -> u64 {
        self.events
    }
}

/// What [`Capture::pass_to_mark`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passed {
    /// Events were passed over, and this is the mark behind them.
    Mark(Mark),
    /// Events may have been passed over, and there is no mark behind them, nor behind later ones.
    NoMark,
    /// The rest of the events was passed over.
    End,
}

/// What the text of a mark begins with: the version of its form.
const VERSION: u64 = 1;

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mark { events, place: Place { at, lines, records }, clock } = self;
        write!(f, "{VERSION} {events} {at} {lines} {records} {clock}")
    }
}

impl FromStr for Mark {
    type Err = Error;

    fn from_str(text: &str) -> Result<Mark, Error> {
        let read = || {
            let mut words = text.split(' ');
            let mut number = || words.next()?.parse::<u64>().ok();
            if number()? != VERSION {
                return None;
            }
            let events = number()?;
            let place = Place { at: number()?, lines: number()?, records: number()? };
            let clock = ClockState::read(&mut words)?;
            words.next().is_none().then_some(Mark { events, place, clock })
        };
        read().ok_or_else(|| Error::invalid_value(format!("{text:?} is not a mark of a capture")))
    }
}

impl Capture<'_> {
    /// Reads the capture to its end, and gives the marks at which it falls into so many parts of
    /// about the same length: one mark less than parts, or fewer for a short capture. None where
    /// it can only be read from its beginning: native logs and CSV files can be cut, as long as
    /// they are plain files; of a CSV, only what is written as Procmon writes it.
    ///
    /// [`Mark`] has an example.
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn marks(&mut self, parts: u64) -> Result<Vec<Mark>, Error> {
        self.stop_threads()?;
        let threads = std::mem::replace(&mut self.threads, super::Threads::None);
        let marks = match self.format {
            // Each part would unpack all of it.
            Format::Pml if !self.source_encoding.compression().is_empty() => Ok(Vec::new()),
            Format::Pml => self.marks_by_number(parts),
            _ => self.marks_by_place(parts),
        };
        self.threads = threads;
        marks
    }

    /// Goes on at a mark: the event behind it is the next to be read. What lies before does not
    /// count in [`Capture::losses`] and [`Capture::events_by_process`], nor among the first and
    /// last times of the clock. False where the capture cannot go there, because it is not the
    /// one that the mark is of, or was read beyond it; then it should not be read on.
    ///
    /// [`Mark`] has an example.
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn resume(&mut self, mark: &Mark) -> Result<bool, Error> {
        self.stop_threads()?;
        if self.format == Format::Pml {
            return self.pass_over_to(mark.events.saturating_add(1));
        }
        if self.reader.resting_place().is_none() {
            return Ok(mark.events == self.events_read());
        }
        let Some(sections) = self.reader.sections() else { return Ok(false) };
        let (begin, at) = (sections.begin().at, mark.place.at);
        if !(begin..=sections.end()).contains(&at) || !sections.may_begin(at) {
            return Ok(false);
        }
        let opened = sections.open(mark.place, u64::MAX);
        self.reader = opened.map_err(|error| error.in_input(&self.name))?;
        self.seen.events = mark.events;
        self.handed = self.handed.min(mark.events);
        self.seen.clock.resume(mark.clock);
        Ok(true)
    }

    /// Passes over events of about so many bytes, and gives the mark behind them. They are numbered and
    /// counted as if they had been read, and damage among them is counted in [`Capture::losses`].
    /// While this capture is ahead, others of the same bytes can read what it has passed over; see
    /// [`Capture::another_reading`].
    ///
    /// CSV files have marks, as long as they are plain files and written as Procmon writes them.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Mark, Passed, open};
    ///
    /// # if cfg!(feature = "mmap") {
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
    /// let mut ahead = open(CAPTURE)?;
    /// let mut reader = ahead.another_reading().expect("a plain file");
    /// let (mut event, mut events) = (Event::default(), 0);
    /// loop {
    ///     let passed = ahead.pass_to_mark(1 << 20)?;
    ///     // Up to here, it could be done elsewhere.
    ///     while reader.events_read() < ahead.events_read() && reader.read_event(&mut event)? {
    ///         events += 1;
    ///     }
    ///     if !matches!(passed, Passed::Mark(_)) {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(events, ahead.events_read());
    /// # }
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn pass_to_mark(&mut self, bytes: u64) -> Result<Passed, Error> {
        self.stop_threads()?;
        self.threads = super::Threads::None;
        let (nothing, mut event) = (Prefilter::nothing(), Event::default());
        let Some(begin) = self.reader.resting_place() else { return Ok(Passed::NoMark) };
        loop {
            if !self.read_prefiltered(&nothing, &mut event)? {
                return Ok(Passed::End);
            }
            let Some(place) = self.reader.resting_place() else { return Ok(Passed::NoMark) };
            if place.at.saturating_sub(begin.at) >= bytes {
                let clock = self.seen.clock.state();
                return Ok(Passed::Mark(Mark { events: self.seen.events, place, clock }));
            }
        }
    }

    /// Says that all readings of this capture have passed the second of two marks, so that the memory
    /// in which the system holds what lies between them can be given back. It is read again where it
    /// is needed all the same.
    ///
    /// ```
    /// use procmonkey_parser::{Mark, Passed, open};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
    /// let mut capture = open(CAPTURE)?;
    /// let mut from = Mark::default();
    /// while let Passed::Mark(mark) = capture.pass_to_mark(64 << 20)? {
    ///     // Here, other readings would read up to the mark.
    ///     capture.release(&from, &mark);
    ///     from = mark;
    /// }
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn release(&self, from: &Mark, to: &Mark) {
        self.reader.release(from.place.at..to.place.at);
    }

    fn marks_by_number(&mut self, parts: u64) -> Result<Vec<Mark>, Error> {
        let before = self.events_read();
        self.pass_over_to(u64::MAX)?;
        let all = self.events_read().saturating_sub(before);
        let parts = parts.clamp(1, all.max(1));
        let number = |part: u64| {
            let share = u128::from(all) * u128::from(part) / u128::from(parts);
            before.saturating_add(u64::try_from(share).unwrap_or(u64::MAX))
        };
        Ok((1..parts).map(|part| Mark { events: number(part), ..Mark::default() }).collect())
    }

    fn marks_by_place(&mut self, parts: u64) -> Result<Vec<Mark>, Error> {
        let mut marks: Vec<Mark> = Vec::new();
        let length = self.source_bytes.unwrap_or(0);
        let begin = self.reader.resting_place().map_or(0, |place| place.at);
        let target = |part: u64| {
            let share = u128::from(length.saturating_sub(begin)) * u128::from(part);
            begin
                .saturating_add(u64::try_from(share / u128::from(parts.max(1))).unwrap_or(u64::MAX))
        };
        let (mut part, mut event) = (1, Event::default());
        let nothing = Prefilter::nothing();
        loop {
            let is_there = match length <= SHORT {
                true => self.read_event(&mut event)?,
                false => self.read_prefiltered(&nothing, &mut event)?,
            };
            if !is_there {
                break;
            }
            let place = self.reader.resting_place();
            let Some(place) = place.filter(|it| part < parts && it.at >= target(part)) else {
                continue;
            };
            let clock = self.seen.clock.state();
            marks.push(Mark { events: self.seen.events, place, clock });
            while part < parts && target(part) <= place.at {
                part += 1;
            }
        }
        // Behind the last event there is nothing to read.
        marks.retain(|mark| mark.events < self.seen.events);
        Ok(marks)
    }
}
