//! A part of a capture, as text that another process or computer understands.

use std::fmt;
use std::str::FromStr;

use procmonkey_parser::{Capture, DateOrder, Mark};

use crate::error::{Failure, Outcome};

/// What a first pass has found of the dates of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    Order(DateOrder),
    Open,
}

/// Some events of a capture that follow each other, with what a first pass has found of the dates
/// of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) settled: Option<Settled>,
    /// Where it begins; at the beginning of the capture by default.
    from: Option<Mark>,
    /// The number of its last event; that of the capture by default.
    pub(crate) to: Option<u64>,
}

impl Part {
    /// All of a capture.
    pub(crate) fn whole(settled: Option<Settled>) -> Part {
        Part { settled, from: None, to: None }
    }

    /// The parts between these marks.
    pub(crate) fn between(marks: &[Mark], settled: Option<Settled>) -> Vec<Part> {
        let begins = std::iter::once(None).chain(marks.iter().cloned().map(Some));
        let ends = marks.iter().map(|mark| Some(mark.events())).chain([None]);
        begins.zip(ends).map(|(from, to)| Part { settled, from, to }).collect()
    }

    /// Goes to its first event in a capture that was just opened.
    pub(crate) fn begin(&self, capture: &mut Capture<'_>) -> Outcome<()> {
        let Some(mark) = &self.from else { return Ok(()) };
        if capture.resume(mark)? {
            return Ok(());
        }
        let name = capture.name();
        Err(Failure::File(format!("{name} is not the capture that the part is of, or was changed")))
    }

    /// Whether all its events were read.
    pub(crate) fn is_over(&self, events_read: u64) -> bool {
        self.to.is_some_and(|to| events_read >= to)
    }

    /// Whether the event with this number lies behind it.
    pub(crate) fn is_behind(&self, number: u64) -> bool {
        self.to.is_some_and(|to| number > to)
    }
}

/// What stands for a value that there is none of.
const NONE: &str = "-";

/// How the dates of a capture are called whose order is not known.
const OPEN: &str = "open";

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.settled {
            Some(Settled::Order(order)) => write!(f, "{order};")?,
            Some(Settled::Open) => write!(f, "{OPEN};")?,
            None => write!(f, "{NONE};")?,
        }
        match &self.from {
            Some(mark) => write!(f, "{mark};")?,
            None => write!(f, "{NONE};")?,
        }
        match self.to {
            Some(to) => write!(f, "{to}"),
            None => f.write_str(NONE),
        }
    }
}

impl FromStr for Part {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Part, Failure> {
        let no_part =
            || Failure::Argument(format!("part: {text:?} is none that Capture.parts() gives"));
        let mut pieces = text.split(';');
        let mut piece = || pieces.next().ok_or_else(no_part);
        let settled = match piece()? {
            NONE => None,
            OPEN => Some(Settled::Open),
            order => Some(Settled::Order(order.parse().map_err(|_| no_part())?)),
        };
        let from = match piece()? {
            NONE => None,
            mark => Some(mark.parse().map_err(|_| no_part())?),
        };
        let to = match piece()? {
            NONE => None,
            number => Some(number.parse().map_err(|_| no_part())?),
        };
        match pieces.next() {
            None => Ok(Part { settled, from, to }),
            Some(_) => Err(no_part()),
        }
    }
}
