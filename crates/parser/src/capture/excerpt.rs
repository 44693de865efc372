//! A part of a capture: events by number, by time, with their neighbours, so many of them.

mod around;
mod bounds;
mod neighbours;
mod output;
mod room;

use crate::capture::Capture;
use crate::event::Event;
use crate::filter::{Filter, Verdict};
use crate::model::{Error, EventNumbers, Limits};
use crate::time::{Clock, TimePoint, TimeSpan};
use around::Around;
use bounds::{Bounds, IsWithin};
use neighbours::Neighbours;
use output::Output;

/// Which part of a capture is wanted.
///
/// Everything that is set must hold: an event is wanted if its number is among
/// [`Excerpt::events`], its time is between [`Excerpt::from`] and [`Excerpt::to`], and the
/// filter lets it through.
///
/// ```
/// use procmonkey_parser::{Error, Excerpt, Filter, Why, open};
///
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.pml");
/// let excerpt = Excerpt::new().events("1673".parse()?).context(1);
/// let mut seen = Vec::new();
/// excerpt.for_each(&mut open(CAPTURE)?, &Filter::default(), |event, row| {
///     seen.push((event.number(), row.why));
///     Ok::<(), Error>(())
/// })?;
/// assert_eq!(seen, [(1672, Why::Neighbour), (1673, Why::Wanted), (1674, Why::Neighbour)]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    events: Option<EventNumbers>,
    context: u64,
    from: Option<TimePoint>,
    to: Option<TimePoint>,
    at: Option<TimePoint>,
    before: Option<TimeSpan>,
    after: Option<TimeSpan>,
    most: Most,
    memory: u64,
}

impl Default for Excerpt {
    fn default() -> Excerpt {
        Excerpt {
            events: None,
            context: 0,
            from: None,
            to: None,
            at: None,
            before: None,
            after: None,
            most: Most::All,
            memory: Limits::default().most_gathered(),
        }
    }
}

/// How many of the wanted events are handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Most {
    /// All.
    #[default]
    All,
    /// So many from the beginning.
    First(u64),
    /// So many at the end.
    Last(u64),
}

/// Why an event is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// It is wanted.
    Wanted,
    /// It stands beside one that is wanted, or is the event around which others are wanted;
    /// the filter has not let it through.
    Neighbour,
}

/// What is known of an event that is handed over.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ExcerptRow<'c> {
    /// Why it is handed over.
    pub why: Why,
    /// What its capture has shown of dates and times so far.
    pub clock: &'c Clock,
}

impl<'c> ExcerptRow<'c> {
    /// An event that is wanted.
    pub fn wanted(clock: &'c Clock) -> ExcerptRow<'c> {
        ExcerptRow { why: Why::Wanted, clock }
    }
}

/// What an excerpt has handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExcerptCounts {
    /// Events that are wanted.
    pub wanted: u64,
    /// Events beside them.
    pub neighbours: u64,
    /// Events whose time is not known well enough to decide; they were left out.
    pub undecided: u64,
    /// Events that had to be let go because there was no room for them, and that were to be
    /// handed over; of those that begin before others, so many at most.
    pub left_out: u64,
    /// Whether reading ended before the capture did, because nothing more was wanted.
    pub stopped: bool,
}

impl Excerpt {
    /// The whole capture.
    pub fn new() -> Excerpt {
        Excerpt::default()
    }

    /// Only these events.
    pub fn events(self, events: EventNumbers) -> Excerpt {
        Excerpt { events: Some(events), ..self }
    }

    /// Also so many events before and after each, which the filter does not decide on.
    pub fn context(self, events: u64) -> Excerpt {
        Excerpt { context: events, ..self }
    }

    /// Only events that begin at this time or later.
    pub fn from(self, point: TimePoint) -> Excerpt {
        Excerpt { from: Some(point), ..self }
    }

    /// Only events that begin at this time or earlier. `18:59:13` is the whole second.
    pub fn to(self, point: TimePoint) -> Excerpt {
        Excerpt { to: Some(point), ..self }
    }

    /// Only events around this time; see [`Excerpt::before`] and [`Excerpt::after`].
    pub fn at(self, point: TimePoint) -> Excerpt {
        Excerpt { at: Some(point), ..self }
    }

    /// Events that begin so long before the time, or before any of the events. Without a time
    /// and events it means nothing.
    pub fn before(self, span: TimeSpan) -> Excerpt {
        Excerpt { before: Some(span), ..self }
    }

    /// As [`Excerpt::before`], after them.
    pub fn after(self, span: TimeSpan) -> Excerpt {
        Excerpt { after: Some(span), ..self }
    }

    /// How many of the wanted events.
    pub fn most(self, most: Most) -> Excerpt {
        Excerpt { most, ..self }
    }

    /// Holds at most so many bytes of events, about, instead of [`Limits::gathered`]. Events are
    /// held where a later one decides whether they are handed over: for [`Excerpt::context`],
    /// [`Excerpt::before`] and [`Most::Last`]. The earliest have to go where there is no room.
    pub fn memory(self, bytes: u64) -> Excerpt {
        Excerpt { memory: bytes, ..self }
    }

    /// Whether it is the whole capture.
    pub fn is_everything(&self) -> bool {
        *self == Excerpt { memory: self.memory, ..Excerpt::default() }
    }

    /// Whether it asks for a date, so that a capture without dates cannot answer.
    pub fn has_date(&self) -> bool {
        [self.from, self.to, self.at].into_iter().flatten().any(TimePoint::has_date)
    }

    /// Hands over the events of the excerpt that the filter lets through, in the order of the
    /// capture. Reading ends once nothing more can be wanted.
    ///
    /// # Errors
    /// When the capture breaks off, or `work` fails.
    pub fn for_each<E: From<Error>>(
        &self,
        capture: &mut Capture<'_>,
        filter: &Filter,
        work: impl FnMut(&Event, ExcerptRow<'_>) -> Result<(), E>,
    ) -> Result<ExcerptCounts, E> {
        self.for_each_of(capture, filter, |_| true, work)
    }

    /// As [`Excerpt::for_each`], with one more condition that the caller decides on.
    ///
    /// # Errors
    /// As [`Excerpt::for_each`].
    pub fn for_each_of<E: From<Error>>(
        &self,
        capture: &mut Capture<'_>,
        filter: &Filter,
        mut is_wanted: impl FnMut(&Event) -> bool,
        work: impl FnMut(&Event, ExcerptRow<'_>) -> Result<(), E>,
    ) -> Result<ExcerptCounts, E> {
        let mut output = Output::new(self.most, self.context, self.memory, work);
        if output.is_full() {
            return Ok(ExcerptCounts { stopped: true, ..ExcerptCounts::default() });
        }
        let mut neighbours = Neighbours::new(self.context, self.memory);
        let mut around = self.anchors().map(|anchors| Around::new(anchors, self.memory));
        let numbers = self.events.as_ref().filter(|_| around.is_none());
        let reach = numbers.map(|numbers| numbers.widened(self.context));
        let bounds = Bounds::new(self);
        let reads_all = self.context > 0 || around.is_some() || numbers.is_some();
        let prefilter = filter.prefilter();
        let mut event = Event::default();
        let (mut undecided, mut stopped) = (0, false);
        loop {
            if let Some(reach) = &reach {
                let next = capture.events_read() + 1;
                match reach.next(next) {
                    None => {
                        stopped = true;
                        break;
                    }
                    Some(wanted) if wanted > next => {
                        neighbours.forget();
                        if !capture.pass_over_to(wanted)? {
                            break;
                        }
                    }
                    Some(_) => {}
                }
            }
            let is_there = match reads_all {
                true => capture.read_event(&mut event)?,
                false => capture.read_prefiltered(&prefilter, &mut event)?,
            };
            if !is_there {
                break;
            }
            let is_numbered = numbers.is_none_or(|numbers| numbers.contains(event.number()));
            let mut passes = false;
            if is_numbered {
                let verdict = match bounds.has(&event, capture.clock()) {
                    IsWithin::Yes => filter.matches(&event, capture.clock()),
                    IsWithin::No => Verdict::Excluded,
                    IsWithin::Unknown => Verdict::Undecidable,
                };
                undecided += u64::from(verdict == Verdict::Undecidable);
                passes = verdict == Verdict::Included && is_wanted(&event);
            }
            match &mut around {
                Some(around) => around.offer(&event, passes, capture.clock(), &mut output)?,
                None => neighbours.offer(&mut event, passes, capture.clock(), &mut output)?,
            }
            if output.is_full() {
                stopped = true;
                break;
            }
        }
        let [wanted, beside, last] = output.finish(capture.clock())?;
        let before = around.as_ref().map_or(0, Around::left_out);
        let left_out = neighbours.left_out() + before + last;
        Ok(ExcerptCounts { wanted, neighbours: beside, undecided, left_out, stopped })
    }

    /// The events around which others are wanted, and how far.
    fn anchors(&self) -> Option<(EventNumbers, TimeSpan, TimeSpan)> {
        let has_span = self.before.is_some() || self.after.is_some();
        let events = self.events.clone().filter(|_| has_span)?;
        Some((events, self.before.unwrap_or_default(), self.after.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests;
