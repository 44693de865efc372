//! A native capture in sections that are read side by side.

use std::ops::Range;
use std::sync::Arc;

use super::{Part, PmlReader, Reach};
use crate::format::{Place, ReadSection, Sections};
use crate::model::{Columns, Error, Process};
use crate::pml::Pml;

/// How many events a section has: so few that what they take of a file, some MiB, can
/// stay in memory until they have been handed over.
const EVENTS: u64 = 6 * 1024;

/// The most bytes that a section takes. In a damaged file it may seem to take more.
const MOST: usize = 64 << 20;

/// The events of a native capture, from one on.
pub(super) struct PmlSections {
    pub(super) parts: Arc<[Part]>,
    pub(super) processes: Arc<[Arc<Process>]>,
    pub(super) columns: Arc<Columns>,
    pub(super) begin: Place,
}

impl Sections for PmlSections {
    fn begin(&self) -> Place {
        self.begin
    }

    fn end(&self) -> u64 {
        self.parts.iter().map(|part| part.pml().len() as u64).sum()
    }

    fn length(&self) -> u64 {
        EVENTS
    }

    fn guess(&self, at: u64) -> u64 {
        at
    }

    fn open(&self, from: Place, to: u64) -> Result<Box<dyn ReadSection>, Error> {
        let is_short = to.min(self.end()) - from.at <= 2 * EVENTS;
        let reach = if is_short { Reach::Section } else { Reach::Rest };
        Ok(Box::new(PmlReader::section(self, from.at, to, reach)))
    }
}

/// What is in memory of a file while some of its events are of interest. Events of a
/// native capture are read where they stand, so it lives as long as they do.
pub(super) struct InMemory {
    parts: Arc<[Part]>,
    held: Vec<(usize, Range<usize>)>,
}

impl InMemory {
    /// Brings events of a part into memory.
    pub(super) fn new(parts: &Arc<[Part]>, number: usize, events: Range<usize>) -> InMemory {
        let mut held = Vec::new();
        if let Some(part) = parts.get(number) {
            let pml = part.pml();
            let bytes = bytes_of(pml, &events);
            if bytes.len() <= MOST {
                part.content().expect(bytes.clone());
                held.push((number, bytes));
            }
            held.push((number, pml.list_of_offsets(events)));
        }
        InMemory { parts: Arc::clone(parts), held }
    }
}

impl Drop for InMemory {
    fn drop(&mut self) {
        for (part, bytes) in self.held.drain(..) {
            self.parts[part].content().forget(bytes);
        }
    }
}

/// Where events stand, as far as the list of events can be trusted.
fn bytes_of(pml: &Pml<'_>, events: &Range<usize>) -> Range<usize> {
    let begin = pml.offset(events.start).unwrap_or(0);
    let end = pml.offset(events.end).unwrap_or_else(|| pml.list_of_offsets(0..0).start);
    begin..end.max(begin)
}
