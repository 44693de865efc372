//! What is counted and observed while a capture, or a section of one, is read.

use encoding_rs::UTF_8;

use super::process_counts::ProcessCounts;
use super::{Place, ReadEvents, SkipSink};
use crate::event::{Decoded, Event, Prefilter};
use crate::input::encoding_guess::EncodingGuess;
use crate::model::{Column, Error, LossKind, Losses, Position};
use crate::time::{Clock, SameSecondCache};

/// What is counted and observed while events are read.
#[derive(Clone, Debug)]
pub(crate) struct ReadState {
    pub(crate) clock: Clock,
    pub(crate) losses: Losses,
    /// How many events have been read or skipped.
    pub(crate) events: u64,
    /// Where the last of them stands.
    pub(crate) position: Position,
    pub(crate) counts: ProcessCounts,
    pub(crate) recent: SameSecondCache,
    /// The code page of rows that are not UTF-8, where it may be guessed.
    pub(crate) guess: Option<EncodingGuess>,
}

impl ReadState {
    /// The state before the first event.
    pub(crate) fn new(clock: Clock) -> ReadState {
        ReadState {
            clock,
            losses: Losses::default(),
            events: 0,
            position: Position::default(),
            counts: ProcessCounts::default(),
            recent: SameSecondCache::default(),
            guess: None,
        }
    }

    /// The state before the first event of a later section.
    pub(crate) fn of_section(&self) -> ReadState {
        ReadState { guess: self.guess.clone(), ..ReadState::new(self.clock.of_section()) }
    }

    /// Reads the next event. Returns false at the end.
    pub(crate) fn read<R: ReadEvents + ?Sized>(
        &mut self,
        reader: &mut R,
        event: &mut Event,
    ) -> Result<bool, Error> {
        let is_there = reader.read_event(event, &mut self.losses)?;
        if is_there {
            self.observe(event);
        }
        Ok(is_there)
    }

    /// Reads the next event that is wanted. Returns false at the end.
    pub(crate) fn read_prefiltered<R: ReadEvents + ?Sized>(
        &mut self,
        reader: &mut R,
        prefilter: &Prefilter,
        event: &mut Event,
    ) -> Result<bool, Error> {
        let is_there = if prefilter.is_everything() {
            reader.read_event(event, &mut self.losses)?
        } else {
            let sink = SkipSink {
                events: &mut self.events,
                counts: &mut self.counts,
                clock: &mut self.clock,
                position: &mut self.position,
            };
            reader.read_prefiltered(prefilter, sink, event, &mut self.losses)?
        };
        if is_there {
            self.observe(event);
            // Whoever reads events looks at their texts.
            event.settle_text();
            self.counts.add(&event.process_name().unwrap_or_default(), 1);
        }
        Ok(is_there)
    }

    /// Numbers an event that a reader has returned, and sets its time.
    fn observe(&mut self, event: &mut Event) {
        self.events += 1;
        event.number = self.events;
        self.position = event.position;
        if let Some(instant) = event.instant() {
            event.time = self.clock.observe_instant(instant);
            return;
        }
        if !event.check_text() {
            self.decode(event);
        }
        let (time, date) = (event.bytes(Column::TimeOfDay), event.bytes(Column::DateAndTime));
        let time = self.recent.observe(&mut self.clock, time.as_deref(), date.as_deref());
        if self.clock.wants_dates() {
            observe_dates(&mut self.clock, event);
        }
        event.time = time;
    }

    /// Makes text of an event whose bytes are not UTF-8.
    #[cold]
    fn decode(&mut self, event: &mut Event) {
        let page = self.guess.as_ref().and_then(EncodingGuess::page);
        if event.decode(page.unwrap_or(UTF_8)) == Decoded::InPart {
            let name = page.unwrap_or(UTF_8).name();
            let message = format!("bytes that are not {name} text; shown as U+FFFD");
            self.losses.add(LossKind::InvalidText, event.position, message);
        }
    }

    /// Adds the state of the next section, which begins at this place. Returns how many
    /// midnights precede the section.
    pub(crate) fn append(&mut self, section: &ReadState, begin: Place) -> u32 {
        if section.events > 0 {
            self.position = begin.shift(section.position);
        }
        self.events += section.events;
        self.losses.extend_with(&section.losses, |position| begin.shift(position));
        self.counts.extend(&section.counts);
        self.clock.append(&section.clock)
    }
}

/// Dates in a Detail are written in the same order as the event's own date, but vary
/// more. They can show the order of day and month where the event's dates do not.
fn observe_dates(clock: &mut Clock, event: &Event) {
    // Few events have one, so most texts need not be taken apart.
    let text = event.bytes(Column::Detail).unwrap_or_default();
    if !memchr::memchr_iter(b'T', &text).any(|at| text[at..].starts_with(b"Time")) {
        return;
    }
    let Some(detail) = event.detail() else { return };
    for item in detail.items().filter(|item| item.key.ends_with("Time")) {
        clock.observe_date(item.value);
    }
}
