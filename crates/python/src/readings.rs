//! A capture that is read as often as somebody asks for its events.

use std::sync::{Mutex, PoisonError};

use procmonkey_parser::{Action, Capture, Event, Filter, Format, Mark, Rule};

use crate::error::Outcome;
use crate::fields::{Dates, Zoned};
use crate::part::Settled;
use crate::source::Source;
use crate::stream::Shared;
use crate::work::Stop;

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
}

impl Readings {
    pub(crate) fn new(
        mut source: Source,
        capture: &Capture<'_>,
        has_zone: bool,
        threads: usize,
    ) -> Readings {
        let columns = capture.columns().names().map(str::to_string).collect();
        if let Some(id) = capture.id() {
            // So that it is worked out once.
            source.options = source.options.capture_id(id.clone());
        }
        let (shared, settled) = (Shared::default(), Mutex::new(None));
        Readings { source, format: capture.format(), columns, has_zone, threads, shared, settled }
    }

    /// Opens the capture from its beginning.
    pub(crate) fn open(&self) -> Outcome<Capture<'static>> {
        self.source.open()
    }

    /// What the dates of the capture mean. For an export that leaves it open, it is read once.
    pub(crate) fn settle(&self, stop: &Stop) -> Outcome<Option<Settled>> {
        let known = *self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        if self.format == Format::Pml || known.is_some() {
            return Ok(known);
        }
        let settled = first_pass(&mut self.source.open()?, stop)?;
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

    /// Opens the capture from its beginning, with what a first pass has found.
    pub(crate) fn open_settled(&self, settled: Option<Settled>) -> Outcome<Capture<'static>> {
        match settled {
            Some(Settled::Order(order)) => {
                self.source.open_with(&self.source.options.clone().date_order(order))
            }
            _ => self.source.open(),
        }
    }

    /// Cuts the capture into parts of about the same length: so many, or fewer.
    pub(crate) fn parts(&self, parts: u64) -> Outcome<(Vec<Mark>, Option<Settled>)> {
        let mut capture = self.source.open()?;
        let marks = capture.marks(parts)?;
        let settled = match (self.format, capture.clock().date_order()) {
            (Format::Pml, _) => None,
            (_, Some(order)) => Some(Settled::Order(order)),
            _ => Some(Settled::Open),
        };
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

/// Reads the times of a capture for the order of day, month and year in its dates.
fn first_pass(capture: &mut Capture<'_>, stop: &Stop) -> Outcome<Settled> {
    let mut event = Event::default();
    let has_event = capture.read_event(&mut event)?;
    let known = |capture: &Capture<'_>| match capture.clock().date_order() {
        Some(order) => Settled::Order(order),
        None => Settled::Open,
    };
    if !has_event || capture.clock().date_order().is_some() {
        return Ok(known(capture));
    }
    // Of events that nobody wants, only the times are read.
    let none = Filter::new([Rule::parse("Operation is none of all", Action::Include)?]);
    let prefilter = none.prefilter();
    while !stop.is_set() && capture.read_matching(&none, &prefilter, &mut event)? {}
    Ok(known(capture))
}
