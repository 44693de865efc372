//! The formats, and what their readers have in common.

pub(crate) mod csv;
mod fields;
pub(crate) mod json;
mod name_cache;
pub(crate) mod pasted;
pub(crate) mod pml;
mod process_counts;
pub(crate) mod read_state;
pub(crate) mod xml;

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use crate::event::{Event, Interest};
use crate::model::{Columns, Error, Losses, Module, Position, Process};
use crate::pml::Recording;
use crate::time::Clock;
use process_counts::Tally;

/// Where a reader enters the events that it passes over because nobody wants them.
/// It does so in their order, before it hands the next event over or says that
/// there is none.
#[derive(Debug)]
pub(crate) struct Passed<'c> {
    /// How many events were read or passed over so far: add each.
    pub(crate) events: &'c mut u64,
    /// Add the Process Name of each; several at a time are fine.
    pub(crate) tally: &'c mut Tally,
    /// Let it observe the time of each, as if it had been handed over.
    pub(crate) clock: &'c mut Clock,
    /// Where the last of them stands, once there was one.
    pub(crate) position: &'c mut Position,
}

/// One format's reader: the bytes of a capture in, events out.
///
/// It fills record, process, stack and position of an event; number and time are
/// the same work for every format and are done by [`Capture`](crate::Capture).
pub(crate) trait ReadEvents {
    /// The columns of the capture, in its order.
    fn columns(&self) -> &Arc<Columns>;

    /// Reads the next event into `event`, whose memory is used again. False at
    /// the end. What cannot be read is added to `losses`.
    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error>;

    /// As [`ReadEvents::read_event`], for the next event that is wanted. It may be
    /// one that is not, and has to be one wherever something is to be observed that
    /// `passed` cannot take. What is passed over is lost no less than what is read.
    /// Where everything is wanted, `Capture` asks for `read_event` instead.
    fn read_event_of(
        &mut self,
        _interest: &Interest,
        _passed: Passed<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        self.read_event(event, losses)
    }

    /// The process list, where the format has one.
    fn processes(&self) -> &[Arc<Process>] {
        &[]
    }

    /// What a process had loaded, where the format tells.
    fn modules_of(&self, _process: &Process) -> Vec<Module> {
        Vec::new()
    }

    /// Why the capture is read in a slower way than others of its format, if it is.
    fn detour(&self) -> Option<&str> {
        None
    }

    /// The computer that the capture was recorded on, where the format tells.
    fn recording(&self) -> Option<Recording<'_>> {
        None
    }

    /// What is still to be read, cut so that parts of it can be read side by side,
    /// where that is possible. This reader is not asked for events afterwards.
    fn sections(&mut self) -> Option<Arc<dyn Sections>> {
        None
    }
}

/// A place between two records of a capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The first byte of the next record; in a native capture its number.
    pub(crate) at: u64,
    /// Lines in front of it, in formats that have lines.
    pub(crate) lines: u64,
    /// Records in front of it, in formats that count them in their positions.
    pub(crate) records: u64,
}

impl Place {
    /// A position that was counted from this place on, in the whole capture.
    pub(crate) fn shift(self, position: Position) -> Position {
        Position {
            line: position.line.map(|line| self.lines + line),
            record: position.record.map(|record| self.records + record),
            ..position
        }
    }

    /// The same place where lines and records are counted anew.
    pub(crate) fn counted_from_here(self) -> Place {
        Place { at: self.at, ..Place::default() }
    }
}

/// The rest of a capture, of which any section can be read by itself.
pub(crate) trait Sections: Send + Sync {
    /// Where the rest begins.
    fn begin(&self) -> Place;

    /// The place behind the last record.
    fn end(&self) -> u64;

    /// How long a section should be, counted as [`Place::at`] is.
    fn length(&self) -> u64;

    /// Where a record begins, most probably: the first one from `at` on.
    fn guess(&self, at: u64) -> u64;

    /// Of a hundred events, how many may be wanted at most for several threads to be
    /// quicker than one. Where an event is read as quickly as it is handed from one
    /// thread to another, they are not.
    fn most_wanted(&self) -> u64 {
        100
    }

    /// Takes note that all events of a section were handed over, and of all before it.
    fn leave(&self, _section: Range<u64>) {}

    /// A reader of the records that begin from here on and before `to`. Lines and
    /// records are counted on from those of the place.
    fn open(&self, from: Place, to: u64) -> Result<Box<dyn ReadSection>, Error>;
}

/// A reader of a section.
pub(crate) trait ReadSection: ReadEvents {
    /// Where the next record begins.
    fn place(&self) -> Place;

    /// Whether something was met that concerns the sections behind, so that they
    /// cannot be read without it.
    fn is_irregular(&self) -> bool;

    /// What has to be kept as long as the events that were read.
    fn kept(&mut self) -> Option<Box<dyn Any + Send>> {
        None
    }
}
