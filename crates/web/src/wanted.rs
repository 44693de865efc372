//! Which events a view shows.

use procmonkey_parser::{Capture, Error, Event, Filter, Prefilter, ReadStep, Verdict};

/// Rules, events that are shown whatever the rules say, and a stretch of time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    filter: Filter,
    prefilter: Prefilter,
    /// Ascending.
    keep: Vec<u64>,
    /// In milliseconds since the first event.
    from: Option<f64>,
    to: Option<f64>,
}

impl Wanted {
    /// What passes the rules, and the events of these numbers.
    pub(crate) fn new(filter: Filter, mut keep: Vec<u64>) -> Wanted {
        keep.sort_unstable();
        // Any event may be one that is kept.
        let prefilter = match keep.is_empty() {
            true => filter.prefilter(),
            false => Prefilter::everything(),
        };
        Wanted { filter, prefilter, keep, from: None, to: None }
    }

    /// Every event.
    pub(crate) fn everything() -> Wanted {
        Wanted::new(Filter::default(), Vec::new())
    }

    /// Of them, those between two times.
    pub(crate) fn between(self, from: Option<f64>, to: Option<f64>) -> Wanted {
        Wanted { from, to, ..self }
    }

    /// One step of reading, by the rules; `before` events of the capture are not in what is read.
    ///
    /// # Errors
    /// When the capture cannot be read further.
    pub(crate) fn read_step(
        &self,
        capture: &mut Capture<'_>,
        event: &mut Event,
        before: u64,
    ) -> Result<ReadStep, Error> {
        if self.keep.is_empty() {
            return capture.read_step(&self.filter, &self.prefilter, event);
        }
        let step = capture.read_step(&Filter::default(), &self.prefilter, event)?;
        let is_wanted = || {
            self.keep.binary_search(&(before + event.number())).is_ok()
                || self.filter.matches(event, capture.clock()) == Verdict::Included
        };
        Ok(match step {
            ReadStep::Event if !is_wanted() => ReadStep::Passed,
            step => step,
        })
    }

    /// Whether it is every event.
    pub(crate) fn is_everything(&self) -> bool {
        self.filter.is_empty() && !self.has_times()
    }

    /// Whether times matter.
    pub(crate) fn has_times(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Whether an event of this time is wanted.
    pub(crate) fn is_within(&self, since: Option<f64>) -> bool {
        let Some(since) = since else { return !self.has_times() };
        self.from.is_none_or(|from| since >= from) && self.to.is_none_or(|to| since <= to)
    }
}
