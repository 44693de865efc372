//! What is told of a capture from outside, and how it is to be read.

use crate::input::Unpacking;
use crate::model::OperationNames;
use crate::model::Progress;
use crate::parallel::Division;
use crate::time::{Date, DateOrder, Zone};

/// What the caller knows about a capture that the capture does not say.
///
/// ```
/// use procmonkey_parser::ReadOptions;
///
/// let options = ReadOptions::new().date("2026-11-22".parse()?).zone("+01:00".parse()?);
/// # let _ = options;
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub(crate) zone: Option<Zone>,
    pub(crate) date: Option<Date>,
    pub(crate) date_order: Option<DateOrder>,
    pub(crate) process: Option<String>,
    pub(crate) names: OperationNames,
    pub(crate) division: Division,
    pub(crate) progress: Progress,
}

impl ReadOptions {
    /// Nothing is known.
    pub fn new() -> ReadOptions {
        ReadOptions::default()
    }

    /// The zone of the wall clock in an export that writes none.
    pub fn zone(self, zone: Zone) -> ReadOptions {
        ReadOptions { zone: Some(zone), ..self }
    }

    /// The day of the first event, for a capture without dates.
    pub fn date(self, date: Date) -> ReadOptions {
        ReadOptions { date: Some(date), ..self }
    }

    /// The order of day, month and year, where the capture leaves it open.
    pub fn date_order(self, order: DateOrder) -> ReadOptions {
        ReadOptions { date_order: Some(order), ..self }
    }

    /// How the file operations of a native capture are called.
    pub fn operation_names(self, names: OperationNames) -> ReadOptions {
        ReadOptions { names, ..self }
    }

    /// Tells how far a file has been read while it is.
    pub fn progress(self, progress: Progress) -> ReadOptions {
        ReadOptions { progress, ..self }
    }

    /// How many threads may read one capture; 0 and 1 stand for the caller's own.
    ///
    /// More than one are used by
    /// [`Capture::read_event_of`](crate::Capture::read_event_of) where not every event is
    /// wanted (of a CSV export, no more than a quarter) and the capture is a plain file
    /// of some size. Events come in the same order, with the same numbers and times; what
    /// is counted beside them may lag behind by some MiB until the capture has been read
    /// to its end. A file that is packed is unpacked by one thread of its own while the
    /// caller's reads.
    ///
    /// ```
    /// use procmonkey_parser::ReadOptions;
    ///
    /// let options = ReadOptions::new().threads(2);
    /// # let _ = options;
    /// ```
    pub fn threads(self, threads: usize) -> ReadOptions {
        self.in_sections(Division { threads, length: None })
    }

    /// Which thread undoes a compression.
    pub(crate) fn unpacking(&self) -> Unpacking {
        match self.division.threads {
            0 | 1 => Unpacking::ByCaller,
            _ => Unpacking::InBackground,
        }
    }

    pub(crate) fn in_sections(self, division: Division) -> ReadOptions {
        ReadOptions { division, ..self }
    }

    /// The process of pasted events, whose text does not name it.
    pub fn process(self, name: impl Into<String>) -> ReadOptions {
        ReadOptions { process: Some(name.into()), ..self }
    }
}
