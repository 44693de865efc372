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

use crate::event::{Event, Prefilter};
use crate::input::Content;
use crate::model::{Columns, Error, Losses, Module, OtherText, Position, Process};
use crate::pml::Recording;
use crate::time::Clock;
use csv::SpreadsheetDamage;
use process_counts::ProcessCounts;

/// After so many events that were skipped, a reader hands over the next one, wanted or not, so
/// that its caller can look at a button, or at another task.
pub(crate) const GIVE_WAY: u64 = 16_384;

/// The same in bytes: where events are long, they are fewer.
pub(crate) const GIVE_WAY_BYTES: u64 = 1 << 20;

/// Where a reader records the events that it skips because they are not wanted. It
/// records them in their order, before it returns the next event or reports the end.
#[derive(Debug)]
pub(crate) struct SkipSink<'c> {
    /// How many events have been read or skipped; see [`SkipSink::skipped`].
    pub(crate) events: &'c mut u64,
    /// Add the Process Name of each skipped event. Several may be added together.
    pub(crate) counts: &'c mut ProcessCounts,
    /// Must observe the time of each skipped event, as if the event had been read.
    pub(crate) clock: &'c mut Clock,
    /// Where the last skipped event stands; see [`SkipSink::skipped`].
    pub(crate) position: &'c mut Position,
}

impl SkipSink<'_> {
    /// Counts events that were skipped, the last of which stands at `last`.
    pub(crate) fn skipped(&mut self, events: u64, last: Position) {
        *self.events += events;
        *self.position = last;
    }
}

/// The reader of one format: it turns the bytes of a capture into events.
///
/// It sets record, process, stack and position of an event. Number and time are the same
/// work for every format and are set by [`Capture`](crate::Capture).
pub(crate) trait ReadEvents: Send {
    /// The columns of the capture, in its order.
    fn columns(&self) -> &Arc<Columns>;

    /// Reads the next event into `event`, whose memory is reused. Returns false at the
    /// end. What cannot be read is added to `losses`.
    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error>;

    /// As [`ReadEvents::read_event`], but may skip events that the prefilter does not
    /// select. It must not skip an event that has to be observed in a way that `sink`
    /// cannot record. Damage in skipped events is added to `losses`, too. If the
    /// prefilter selects everything, `Capture` calls `read_event` instead.
    fn read_prefiltered(
        &mut self,
        _prefilter: &Prefilter,
        _sink: SkipSink<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        self.read_event(event, losses)
    }

    /// Passes over events without reading them, at most so many, where the format can find a
    /// later event directly. They are recorded in `sink`, but for their processes. Returns how
    /// many there were: 0 where the events have to be read to be counted.
    fn pass_over(&mut self, _events: u64, _sink: SkipSink<'_>) -> Result<u64, Error> {
        Ok(0)
    }

    /// Goes to the event at this position, which the same capture gave earlier, in either
    /// direction; false where the format has no direct way.
    fn go_to(&mut self, _position: Position) -> Result<bool, Error> {
        Ok(false)
    }

    /// Another reader of the same capture, at its beginning, where that needs nothing to be read
    /// again that this one has read when it was opened.
    fn another(&self) -> Option<AnotherReader> {
        None
    }

    /// Where the next record begins, where [`ReadEvents::sections`] could open it; `None` where
    /// the capture can only be read from its beginning.
    fn resting_place(&self) -> Option<Place> {
        None
    }

    /// Called when nobody needs the bytes between these offsets any more, so that the memory that
    /// they take can be given back.
    fn release(&self, _bytes: Range<u64>) {}

    /// The process list, where the format has one.
    fn processes(&self) -> &[Arc<Process>] {
        &[]
    }

    /// The modules that a process had loaded, where the format records them.
    fn modules_of(&self, _process: &Process) -> Vec<Module> {
        Vec::new()
    }

    /// Why the capture is read in a slower way than others of its format; `None` if it is
    /// not.
    fn slow_path_reason(&self) -> Option<&str> {
        None
    }

    /// What a reader of the events should know of how they were found, one sentence each;
    /// complete once they were read to the end.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// What a spreadsheet has changed in the rows that were read.
    fn spreadsheet_damage(&self) -> SpreadsheetDamage {
        SpreadsheetDamage::default()
    }

    /// What stands beside the events in a text, where it was asked for.
    fn other_text(&self) -> Option<&OtherText> {
        None
    }

    /// The computer that the capture was recorded on, where the format records it.
    fn recording(&self) -> Option<Recording<'_>> {
        None
    }

    /// The rest of the capture in sections that can be read at the same time; `None` if
    /// that is not possible. This reader is not used any more afterwards.
    fn sections(&mut self) -> Option<Arc<dyn Sections>> {
        None
    }
}

/// A reader that shares with another one what that one has read when it was opened.
pub(crate) struct AnotherReader {
    pub(crate) reader: Box<dyn ReadEvents>,
    /// What could not be read when the first one was opened.
    pub(crate) losses: Losses,
    /// The files that may change while they are read.
    pub(crate) files: Vec<Content>,
}

/// A place between two records of a capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Offset of the next record; in a native capture the number of the next event.
    pub(crate) at: u64,
    /// How many lines precede it, in formats that have lines.
    pub(crate) lines: u64,
    /// How many records precede it, in formats whose positions count records.
    pub(crate) records: u64,
}

impl Place {
    /// Turns a position that was counted from this place into one counted from the start
    /// of the capture.
    pub(crate) fn shift(self, position: Position) -> Position {
        Position {
            line: position.line.map(|line| self.lines + line),
            record: position.record.map(|record| self.records + record),
            ..position
        }
    }

    /// The same place with lines and records counted from zero.
    pub(crate) fn counted_from_here(self) -> Place {
        Place { at: self.at, ..Place::default() }
    }
}

/// The rest of a capture, of which any section can be read independently.
pub(crate) trait Sections: Send + Sync {
    /// Where the rest begins.
    fn begin(&self) -> Place;

    /// The end of the last record.
    fn end(&self) -> u64;

    /// The usual length of a section, in the unit of [`Place::at`].
    fn length(&self) -> u64;

    /// Where the first record at `at` or later begins, most probably.
    fn guess(&self, at: u64) -> u64;

    /// Whether a record may begin at `at`: nothing there says otherwise.
    fn may_begin(&self, at: u64) -> bool {
        self.guess(at) == at
    }

    /// The highest percentage of wanted events at which several threads are faster than
    /// one. In formats whose events can be read as fast as they can be passed between
    /// threads, it is low.
    fn most_wanted(&self) -> u64 {
        100
    }

    /// Called when all events of this section, and of those before it, have been handed
    /// over.
    fn release(&self, _section: Range<u64>) {}

    /// A reader of the records that begin at `from` or later, but before `to`. Lines and
    /// records are counted on from those of `from`.
    fn open(&self, from: Place, to: u64) -> Result<Box<dyn ReadSection>, Error>;
}

/// The reader of one section.
pub(crate) trait ReadSection: ReadEvents {
    /// Where the next record begins.
    fn place(&self) -> Place;

    /// Whether something was found that changes how the sections after this one have to
    /// be read.
    fn is_irregular(&self) -> bool;

    /// What has to be kept in memory as long as the events that were read.
    fn kept(&mut self) -> Option<Box<dyn Any + Send>> {
        None
    }
}
