//! Reads on in a capture from a place in it.

use procmonkey_parser::{Capture, Event, EventTime, Format, Input, ReadOptions, ReadStep};

use crate::file::{File, has_direct_rows};
use crate::places::Place;
use crate::since::milliseconds;
use crate::stitched::Stitched;
use crate::wanted::Wanted;

/// A capture that is read on from some event.
pub(crate) struct Cursor {
    capture: Capture<'static>,
    /// How many events of the capture are not in what is read here.
    before: u64,
    event: Event,
    /// The number of the row that is read next.
    pub(crate) row: u64,
    /// What the time of some event is in milliseconds since the first of the capture, and what
    /// stands there. What that means may be known only later.
    base: Option<(f64, EventTime)>,
    /// The time of the event that is read next, in milliseconds since the first one.
    next: Option<f64>,
}

/// Where to begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begin<'p> {
    /// The row at the place.
    pub(crate) row: u64,
    /// A place whose row is not after the one that is wanted; `None` for the beginning.
    pub(crate) place: Option<&'p Place>,
    /// The time of the place, in milliseconds since the first event of the capture.
    pub(crate) since: Option<f64>,
    /// Where the first event of a text begins, if its rows can be read from any of them on.
    pub(crate) head: Option<u64>,
}

impl Cursor {
    /// Opens the capture and goes to the place, directly where that is possible.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn open(
        file: &File,
        member: usize,
        options: &ReadOptions,
        begin: Begin<'_>,
    ) -> Result<Cursor, String> {
        let in_words = |error: procmonkey_parser::Error| error.to_string();
        if let (Some(place), Some(head)) =
            (begin.place, begin.head.filter(|head| *head != u64::MAX))
        {
            let stitched = Stitched::new(file.stored.clone(), head, place.position.byte);
            let input = Input::from_read_at(file.name.clone(), stitched, options);
            let capture = input.and_then(Input::into_capture).map_err(in_words)?;
            return Ok(Cursor::over(capture, place.event - 1, begin));
        }
        let mut capture = file.capture(member, options).map_err(in_words)?;
        if let Some(place) = begin.place
            && !(capture.format() == Format::Pml
                && capture.go_to(place.event, place.position).map_err(in_words)?)
        {
            capture.pass_over_to(place.event).map_err(in_words)?;
        }
        Ok(Cursor::over(capture, 0, begin))
    }

    fn over(capture: Capture<'static>, before: u64, begin: Begin<'_>) -> Cursor {
        let next = begin.since.or((begin.place.is_none()).then_some(0.0));
        Cursor { capture, before, event: Event::default(), row: begin.row, base: None, next }
    }

    /// Whether rows can be read from any of them on, as far as the capture says it at its beginning.
    pub(crate) fn has_direct_rows(&self, file: &File) -> bool {
        self.capture.format() == Format::Pml || has_direct_rows(&self.capture, file)
    }

    /// Goes to another place of the same native log.
    pub(crate) fn go_to(&mut self, begin: Begin<'_>) -> bool {
        let Some(place) = begin.place.filter(|_| self.capture.format() == Format::Pml) else {
            return false;
        };
        let is_there = self.capture.go_to(place.event, place.position).unwrap_or(false);
        if is_there {
            (self.row, self.base, self.next) = (begin.row, None, begin.since);
        }
        is_there
    }

    /// The next row; false at the end.
    ///
    /// # Errors
    /// When the capture cannot be read further.
    pub(crate) fn read(&mut self, wanted: &Wanted) -> Result<bool, String> {
        loop {
            match wanted.read_step(&mut self.capture, &mut self.event, self.before) {
                Ok(ReadStep::Event) => {
                    self.settle();
                    if wanted.has_times() && !wanted.is_within(self.since()) {
                        continue;
                    }
                    self.row += 1;
                    return Ok(true);
                }
                Ok(ReadStep::Passed) => self.settle(),
                Ok(ReadStep::End) => return Ok(false),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// Takes note of what the clock says of the first event that was read.
    fn settle(&mut self) {
        if let Some(since) = self.next.take() {
            self.base = Some((since, *self.event.time()));
        }
    }

    /// The row that was read last.
    pub(crate) fn event(&self) -> &Event {
        &self.event
    }

    pub(crate) fn capture(&self) -> &Capture<'static> {
        &self.capture
    }

    /// The number of its event in the whole capture.
    pub(crate) fn number(&self) -> u64 {
        self.before + self.event.number()
    }

    /// How many milliseconds after the first event of the capture it is.
    pub(crate) fn since(&self) -> Option<f64> {
        let (since, base) = self.base?;
        let after = milliseconds(self.capture.clock(), Some(base), self.event.time())?;
        Some(since + after)
    }
}

impl std::fmt::Debug for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursor").field("row", &self.row).finish_non_exhaustive()
    }
}
