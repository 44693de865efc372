//! The events of a capture, or of a part of it, that were asked for.

use procmonkey_parser::{Capture, Clock, Error, Event, Prefilter, ReadStep};

use crate::part::Part;
use crate::selection::Selection;

/// Reads a capture from where it is to the end of the part.
pub(crate) struct WantedEvents {
    pub(crate) capture: Capture<'static>,
    selection: Selection,
    prefilter: Prefilter,
    part: Part,
    event: Event,
    is_done: bool,
}

impl WantedEvents {
    pub(crate) fn new(capture: Capture<'static>, selection: Selection, part: Part) -> WantedEvents {
        let (prefilter, event) = (selection.filter.prefilter(), Event::default());
        WantedEvents { capture, selection, prefilter, part, event, is_done: false }
    }

    /// The next event, with the clock that dates it; `None` at the end. Behind an error there is
    /// nothing.
    pub(crate) fn next(&mut self) -> Result<Option<(&Event, &Clock)>, Error> {
        while !self.is_done {
            let WantedEvents { capture, selection, prefilter, part, event, .. } = self;
            match capture.read_step(&selection.filter, prefilter, event) {
                Ok(ReadStep::Event) if part.is_behind(event.number()) => self.is_done = true,
                Ok(ReadStep::Event) => {
                    self.is_done = part.is_over(event.number());
                    if selection.has_process_of(event) {
                        return Ok(Some((&self.event, self.capture.clock())));
                    }
                }
                Ok(ReadStep::Passed) => self.is_done = part.is_over(capture.events_read()),
                Ok(ReadStep::End) => self.is_done = true,
                Err(error) => {
                    self.is_done = true;
                    return Err(error);
                }
            }
        }
        Ok(None)
    }

    /// Ends the reading here.
    pub(crate) fn end(&mut self) {
        self.is_done = true;
    }
}
