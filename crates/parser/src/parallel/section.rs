//! One section, read from its begin to its end.

use std::any::Any;

use crate::event::{Event, Interest};
use crate::format::read_state::Seen;
use crate::format::{Place, Sections};
use crate::model::Error;
use crate::time::Clock;

/// A section that was read.
pub(super) struct SectionRead {
    pub(super) begin: u64,
    /// Where the next section begins, counted from this one.
    pub(super) end: Place,
    pub(super) events: Vec<Event>,
    pub(super) seen: Seen,
    pub(super) error: Option<Error>,
    pub(super) is_irregular: bool,
    pub(super) detour: Option<String>,
    /// What the events need.
    pub(super) kept: Option<Box<dyn Any + Send>>,
}

impl SectionRead {
    /// Reads the records that begin from here on and before `to`. The memory of `events`
    /// is used again.
    pub(super) fn new(
        sections: &dyn Sections,
        begin: Place,
        to: u64,
        interest: &Interest,
        clock: Clock,
        events: Vec<Event>,
    ) -> SectionRead {
        let mut section = SectionRead {
            begin: begin.at,
            end: begin,
            events,
            seen: Seen::new(clock),
            error: None,
            is_irregular: false,
            detour: None,
            kept: None,
        };
        if begin.at >= to || begin.at >= sections.end() {
            section.events.clear();
            return section;
        }
        let mut reader = match sections.open(begin, to) {
            Ok(reader) => reader,
            Err(error) => return SectionRead { error: Some(error), events: Vec::new(), ..section },
        };
        let mut count = 0;
        loop {
            if count == section.events.len() {
                section.events.push(Event::default());
            }
            match section.seen.read_of(&mut *reader, interest, &mut section.events[count]) {
                Ok(true) => count += 1,
                Ok(false) => break,
                Err(error) => {
                    section.error = Some(error);
                    break;
                }
            }
        }
        section.events.truncate(count);
        section.kept = reader.kept();
        section.end = reader.place();
        section.is_irregular = reader.is_irregular();
        section.detour = reader.detour().map(str::to_string);
        section
    }
}
