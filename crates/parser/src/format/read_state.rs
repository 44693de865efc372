//! What is known of a capture, or of a section of one, once it was read.

use super::process_counts::Tally;
use super::{Passed, Place, ReadEvents};
use crate::event::{Event, Interest};
use crate::model::{Column, Error, LossKind, Losses, Position};
use crate::time::{Clock, RecentTime};

/// Everything that is counted and observed while events are read.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) clock: Clock,
    pub(crate) losses: Losses,
    /// How many events were read or passed over.
    pub(crate) events: u64,
    /// Where the last of them stands.
    pub(crate) position: Position,
    pub(crate) tally: Tally,
    pub(crate) recent: RecentTime,
}

impl Seen {
    /// Nothing yet.
    pub(crate) fn new(clock: Clock) -> Seen {
        Seen {
            clock,
            losses: Losses::default(),
            events: 0,
            position: Position::default(),
            tally: Tally::default(),
            recent: RecentTime::default(),
        }
    }

    /// Reads the next event. False at the end.
    pub(crate) fn read<R: ReadEvents + ?Sized>(
        &mut self,
        reader: &mut R,
        event: &mut Event,
    ) -> Result<bool, Error> {
        let is_there = reader.read_event(event, &mut self.losses)?;
        if is_there {
            self.take_in(event);
        }
        Ok(is_there)
    }

    /// Reads the next event that is wanted. False at the end.
    pub(crate) fn read_of<R: ReadEvents + ?Sized>(
        &mut self,
        reader: &mut R,
        interest: &Interest,
        event: &mut Event,
    ) -> Result<bool, Error> {
        let is_there = if interest.is_everything() {
            reader.read_event(event, &mut self.losses)?
        } else {
            let passed = Passed {
                events: &mut self.events,
                tally: &mut self.tally,
                clock: &mut self.clock,
                position: &mut self.position,
            };
            reader.read_event_of(interest, passed, event, &mut self.losses)?
        };
        if is_there {
            self.take_in(event);
            self.tally.add(&event.process_name().unwrap_or_default(), 1);
        }
        Ok(is_there)
    }

    /// What every event goes through that a reader hands over.
    fn take_in(&mut self, event: &mut Event) {
        self.events += 1;
        event.number = self.events;
        self.position = event.position;
        if let Some(instant) = event.instant() {
            event.time = self.clock.observe_instant(instant);
            return;
        }
        if !event.check_text() {
            let message = "bytes that are no UTF-8 text; shown as U+FFFD";
            self.losses.add(LossKind::InvalidText, event.position, message);
        }
        let (time, date) = (event.bytes(Column::TimeOfDay), event.bytes(Column::DateAndTime));
        let time = self.recent.observe(&mut self.clock, time.as_deref(), date.as_deref());
        if self.clock.wants_dates() {
            observe_dates(&mut self.clock, event);
        }
        event.time = time;
    }

    /// Takes in what was seen of the section that follows and begins at this place.
    /// Gives how many midnights lie before it.
    pub(crate) fn append(&mut self, section: &Seen, begin: Place) -> u32 {
        if section.events > 0 {
            self.position = begin.shift(section.position);
        }
        self.events += section.events;
        self.losses.extend_with(&section.losses, |position| begin.shift(position));
        self.tally.extend(&section.tally);
        self.clock.append(&section.clock)
    }
}

/// Dates in a Detail are written in the same order as the event's own, and
/// differ more: they can settle the order where the event's dates do not.
fn observe_dates(clock: &mut Clock, event: &Event) {
    let Some(detail) = event.detail() else { return };
    for item in detail.items().filter(|item| item.key.ends_with("Time")) {
        clock.observe_date(item.value);
    }
}
