//! A capture that is read as often as somebody asks for its events.

use std::sync::{Arc, Mutex, PoisonError};

use procmonkey_parser::{Action, Capture, Error, Event, Filter, Format, Mark, Rule, TextEncoding};

use crate::error::Outcome;
use crate::fields::{Dates, Zoned};
use crate::part::Settled;
use crate::source::Source;
use crate::stream::Shared;
use crate::work::Stop;

/// How many bytes lie between two places at which a capture is cut. A CSV of less than twice as many
/// takes one thread no longer than two.
const BYTES: u64 = 16 << 20;

/// How long a CSV is at most that is read twice: the second time it is still in the memory of nearly
/// every system, and need not come from the disk.
const LONGEST: u64 = 2 << 30;

/// Where a CSV can be cut.
#[derive(Clone, Debug)]
pub(crate) struct Cuts {
    pub(crate) marks: Arc<[Mark]>,
    /// How many events it has.
    pub(crate) events: u64,
}

/// What is known of a capture, and how it is opened.
#[derive(Debug)]
pub(crate) struct Readings {
    pub(crate) source: Source,
    pub(crate) format: Format,
    /// Its columns, named and ordered as in the capture.
    pub(crate) columns: Vec<String>,
    /// Whether the caller has given the zone of its clock.
    has_zone: bool,
    /// On how many threads it may be read.
    pub(crate) threads: usize,
    pub(crate) shared: Shared,
    settled: Mutex<Option<Settled>>,
    /// Where it can be cut, once that was looked for.
    cuts: Mutex<Option<Cuts>>,
    /// The capture as it was opened first, where other readings can share its tables.
    opened: Option<Mutex<Capture<'static>>>,
}

impl Readings {
    pub(crate) fn new(
        mut source: Source,
        capture: Capture<'static>,
        has_zone: bool,
        threads: usize,
    ) -> Readings {
        let columns = capture.columns().names().map(str::to_string).collect();
        if let Some(id) = capture.id() {
            // So that it is worked out once.
            source.options = source.options.capture_id(id.clone());
        }
        let shared = Shared::default();
        shared.set(&capture, Default::default());
        Readings {
            source,
            format: capture.format(),
            columns,
            has_zone,
            threads,
            shared,
            settled: Mutex::default(),
            cuts: Mutex::default(),
            opened: capture.another_reading().map(Mutex::new),
        }
    }

    /// The capture at its beginning.
    pub(crate) fn open(&self) -> Outcome<Capture<'static>> {
        let opened = self.opened.as_ref();
        let again = opened
            .and_then(|it| it.lock().unwrap_or_else(PoisonError::into_inner).another_reading());
        again.map_or_else(|| self.source.open(), Ok)
    }

    /// What the dates of the capture mean. For an export that leaves it open, it is read once.
    pub(crate) fn settle(&self, stop: &Stop) -> Outcome<Option<Settled>> {
        let known = *self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        if self.format == Format::Pml || known.is_some() {
            return Ok(known);
        }
        let mut capture = self.open()?;
        let settled = match first_event_settles(&mut capture)? {
            Some(settled) => settled,
            // One pass for both.
            None if self.may_be_cut(&capture) => {
                self.cuts(&mut capture)?;
                settled_by(&capture)
            }
            None => rest_settles(&mut capture, stop)?,
        };
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = Some(settled);
        Ok(Some(settled))
    }

    /// The capture with what a first pass has found, where there was one.
    pub(crate) fn settled_source(&self) -> Source {
        let mut source = self.source.clone();
        let known = *self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Settled::Order(order)) = known {
            source.options = source.options.date_order(order);
        }
        source
    }

    /// The capture at its beginning, with what a first pass has found.
    pub(crate) fn open_settled(&self, settled: Option<Settled>) -> Outcome<Capture<'static>> {
        match settled {
            Some(Settled::Order(order)) => {
                self.source.open_with(&self.source.options.clone().date_order(order))
            }
            _ => self.open(),
        }
    }

    /// Whether reading a CSV on several threads is worth a pass for the places where it can be cut.
    pub(crate) fn may_be_cut(&self, capture: &Capture<'_>) -> bool {
        let encoding = capture.source_encoding().encoding();
        let is_utf8 = matches!(encoding, Some(TextEncoding::Utf8 | TextEncoding::Utf8Bom));
        let is_long = self.source.bytes().is_some_and(|it| (2 * BYTES + 1..=LONGEST).contains(&it));
        self.format == Format::Csv
            && self.threads > 1
            && is_long
            && is_utf8
            && capture.source_encoding().compression().is_empty()
            && capture.slow_path_reason().is_none()
    }

    /// Where it can be cut. `capture`, of which at most one event was read, is read to its end where
    /// that is not known yet.
    pub(crate) fn cuts(&self, capture: &mut Capture<'_>) -> Result<Cuts, Error> {
        let mut known = self.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cuts) = &*known {
            return Ok(cuts.clone());
        }
        let marks = capture.marks(self.source.bytes().unwrap_or(0) / BYTES)?.into();
        Ok(known.insert(Cuts { marks, events: capture.events_read() }).clone())
    }

    /// Cuts the capture into parts of about the same length: so many, or fewer.
    pub(crate) fn parts(&self, parts: u64) -> Outcome<(Vec<Mark>, Option<Settled>)> {
        let mut capture = self.open()?;
        let marks = capture.marks(parts)?;
        let settled = (self.format != Format::Pml).then(|| settled_by(&capture));
        Ok((marks, settled))
    }

    /// Whether times have a zone, and whether dates can be read.
    pub(crate) fn dates(&self, settled: Option<Settled>) -> Dates {
        match (self.format, settled) {
            (Format::Pml, _) => Dates::Known(Zoned::Utc),
            (_, Some(Settled::Open)) => Dates::Open,
            _ if self.has_zone => Dates::Known(Zoned::Utc),
            _ => Dates::Known(Zoned::Unknown),
        }
    }
}

/// What the events read so far say about the order of day, month and year.
fn settled_by(capture: &Capture<'_>) -> Settled {
    capture.clock().date_order().map_or(Settled::Open, Settled::Order)
}

/// What the first event says, where it settles the order or there is none.
fn first_event_settles(capture: &mut Capture<'_>) -> Outcome<Option<Settled>> {
    let has_event = capture.read_event(&mut Event::default())?;
    let settled = settled_by(capture);
    Ok((!has_event || settled != Settled::Open).then_some(settled))
}

/// What all events say.
fn rest_settles(capture: &mut Capture<'_>, stop: &Stop) -> Outcome<Settled> {
    // Of events that nobody wants, only the times are read.
    let none = Filter::new([Rule::parse("Operation is none of all", Action::Include)?]);
    let (prefilter, mut event) = (none.prefilter(), Event::default());
    while !stop.is_set() && capture.read_matching(&none, &prefilter, &mut event)? {}
    Ok(settled_by(capture))
}
