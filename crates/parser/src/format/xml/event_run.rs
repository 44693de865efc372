//! The fast loop that skips events of an XML export.

use std::ops::Range;

use super::layout::{EventSpan, Layout, number};
use super::skipped_times::SkippedTimes;
use crate::event::{Prefilter, is_process_life};
use crate::format::name_cache::NameCache;
use crate::format::process_counts::ProcessCounts;

/// Consecutive events without a call stack, written exactly as the layout describes. The
/// loop skips those at the beginning.
pub(super) struct EventRun<'r> {
    pub(super) bytes: &'r [u8],
    /// The places of all of their tags.
    pub(super) places: &'r [u32],
    pub(super) layout: &'r Layout,
    /// Events that begin at this place or later are not skipped.
    pub(super) limit: usize,
    /// Events that reach beyond this place are not skipped: there may be a path to find
    /// or bytes to check in them.
    pub(super) quiet: usize,
    /// Longer events are not skipped.
    pub(super) longest: usize,
    pub(super) names: &'r mut NameCache,
    pub(super) prefilter: &'r Prefilter,
    pub(super) counts: &'r mut ProcessCounts,
}

/// The events that were skipped.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SkippedRun {
    pub(super) events: usize,
    /// How many bytes they have together.
    pub(super) len: usize,
    /// Where the last of them begins.
    pub(super) last: usize,
}

impl EventRun<'_> {
    /// Skips events until one is wanted or has to be read for its time. `times` keeps
    /// what the clock has to observe afterwards.
    pub(super) fn pass(self, times: &mut SkippedTimes) -> SkippedRun {
        let EventRun { bytes, layout, names, prefilter, counts, .. } = self;
        let Some(time) = layout.time else { return SkippedRun::default() };
        let operation = layout.operation.filter(|_| prefilter.selects_by_operation());
        let mut follow = times.follow();
        let mut skipped = SkippedRun::default();
        let mut last = None;
        for places in self.places.chunks_exact(layout.width()) {
            let EventSpan { len, .. } = layout.shape(places);
            let start = places[0] as usize;
            if start >= self.limit || start + len > self.quiet || len > self.longest {
                break;
            }
            if layout.has_index() && number(&bytes[layout.text(places, 0)]).is_none() {
                break;
            }
            let name = names.find(bytes, layout.text(places, layout.name), prefilter, counts);
            let is_life =
                operation.is_some_and(|it| may_be_process_life(&bytes[layout.text(places, it)]));
            if name.is_wanted
                || is_life
                || !follow.accept(bytes, layout.text(places, time), date(layout, places))
            {
                break;
            }
            counts.count(name.place);
            skipped.events += 1;
            skipped.len += len;
            last = Some(places);
        }
        if let Some(places) = last {
            skipped.last = places[0] as usize;
            let time = layout.text(places, time);
            times.followed(follow, skipped.events as u64, time, date(layout, places));
        }
        skipped
    }
}

/// The range of the date of an event, if it has one.
#[inline]
fn date(layout: &Layout, places: &[u32]) -> Option<Range<usize>> {
    layout.date.map(|date| layout.text(places, date))
}

/// Whether a process may start or exit in events whose Operation is written like this. An
/// Operation with an entity has to be read to know.
#[inline]
pub(super) fn may_be_process_life(operation: &[u8]) -> bool {
    is_process_life(operation) || memchr::memchr(b'&', operation).is_some()
}
