//! One section, read from its beginning to its end.

use std::any::Any;

use crate::event::{Event, Prefilter};
use crate::format::read_state::ReadState;
use crate::format::{Place, Sections};
use crate::model::Error;

/// A section that was read.
pub(super) struct SectionRead {
    pub(super) begin: u64,
    /// Where the next section begins; lines and records are counted from the beginning of
    /// this one.
    pub(super) end: Place,
    pub(super) events: Vec<Event>,
    pub(super) seen: ReadState,
    pub(super) error: Option<Error>,
    pub(super) is_irregular: bool,
    pub(super) slow_path_reason: Option<String>,
    /// What has to be kept in memory as long as the events.
    pub(super) kept: Option<Box<dyn Any + Send>>,
}

impl SectionRead {
    /// Reads the records that begin at `begin` or later, but before `to`. `seen` is
    /// the state before the first of them. The memory of `events` is reused.
    pub(super) fn new(
        sections: &dyn Sections,
        begin: Place,
        to: u64,
        prefilter: &Prefilter,
        seen: ReadState,
        events: Vec<Event>,
    ) -> SectionRead {
        let mut section = SectionRead {
            begin: begin.at,
            end: begin,
            events,
            seen,
            error: None,
            is_irregular: false,
            slow_path_reason: None,
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
            match section.seen.read_prefiltered(&mut *reader, prefilter, &mut section.events[count])
            {
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
        section.slow_path_reason = reader.slow_path_reason().map(str::to_string);
        section
    }
}
