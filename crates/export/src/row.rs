//! What a format gets, and what it has to give.

use std::fmt;

use procmonkey_parser::{Capture, Clock, Columns, Event};

/// Writes the events of captures as rows of one format.
///
/// The rows of one capture follow each other, between its [`RowWriter::begin_capture`] and its
/// [`RowWriter::end_capture`]. `out` only grows: whoever calls takes the bytes out of it as often
/// as it likes.
pub trait RowWriter: fmt::Debug + Send {
    /// Begins the rows of a capture.
    ///
    /// # Errors
    /// When the format needs what the capture does not show.
    fn begin_capture(&mut self, source: &Source<'_>, out: &mut Vec<u8>) -> Result<(), Refusal>;

    /// Adds an event.
    ///
    /// # Errors
    /// When the format needs what the event does not show.
    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal>;

    /// Ends the rows of a capture.
    ///
    /// # Errors
    /// When an event was refused, and that was not said before.
    fn end_capture(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let _ = out;
        Ok(())
    }

    /// Adds what follows the last row.
    fn finish(&mut self, out: &mut Vec<u8>);

    /// What the rows do not have although somebody may look for it: a sentence each. Complete after
    /// [`RowWriter::finish`].
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The capture that rows come from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source<'a> {
    /// Its id: see [`procmonkey_parser::CaptureId`]. `None` where that feature is not on.
    pub capture_id: Option<String>,
    /// Its columns, in its order.
    pub columns: &'a Columns,
    /// The name of its file, where the rows say it.
    pub file: Option<&'a str>,
}

impl<'a> Source<'a> {
    /// What a capture says of itself. Rows do not say which file they come from.
    pub fn of(capture: &'a Capture<'_>) -> Source<'a> {
        let capture_id = capture.id().map(ToString::to_string);
        Source { capture_id, columns: capture.columns(), file: None }
    }

    /// The same, whose rows say that they come from this file.
    pub fn file(self, name: Option<&'a str>) -> Source<'a> {
        Source { file: name, ..self }
    }
}

/// An event, as it is lent to a [`RowWriter`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Row<'a> {
    /// The event.
    pub event: &'a Event,
    /// The clock of its capture, which says what its time means.
    pub clock: &'a Clock,
    /// Whether it only stands beside an event that was asked for.
    pub is_neighbour: bool,
    /// The findings that it is evidence of: ids of signatures, such as `MK-01`.
    pub tags: &'a [String],
}

impl<'a> Row<'a> {
    /// An event that was asked for.
    pub fn new(event: &'a Event, clock: &'a Clock) -> Row<'a> {
        Row { event, clock, is_neighbour: false, tags: &[] }
    }

    /// The same event, which is evidence of these findings.
    pub fn tags(self, tags: &'a [String]) -> Row<'a> {
        Row { tags, ..self }
    }

    /// The same event, where it only stands beside one that was asked for.
    pub fn as_neighbour(self) -> Row<'a> {
        Row { is_neighbour: true, ..self }
    }
}

/// Whether call stacks are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stacks {
    /// They are.
    Written,
    /// They are not.
    #[default]
    LeftOut,
}

/// What a format needs, and an event does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The day: the capture has times of day only.
    NoDate,
    /// The day, and the time zone of the clock.
    NoDateAndZone,
    /// Which of its numbers is the day, and which the month.
    NoDateOrder,
    /// The time zone of the clock.
    NoZone,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NoDate => "the capture does not show the date of its events",
            Refusal::NoDateAndZone => {
                "the capture shows neither the date of its events nor the time zone of its clock"
            }
            Refusal::NoDateOrder => {
                "the capture does not show which number of its dates is the day, and which the month"
            }
            Refusal::NoZone => "the capture does not show the time zone of its clock",
        })
    }
}

impl std::error::Error for Refusal {}
