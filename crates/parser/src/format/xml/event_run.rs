//! Passing over events in which nothing is out of the ordinary.

use std::ops::Range;

use super::layout::{EventSpan, Layout, number};
use super::skipped_times::SkippedTimes;
use crate::event::Prefilter;
use crate::format::name_cache::NameCache;
use crate::format::process_counts::ProcessCounts;

/// Events without a stack that follow each other, written as the layout has it, of
/// which those in front are passed over.
pub(super) struct EventRun<'r> {
    pub(super) bytes: &'r [u8],
    /// The places of all of their tags.
    pub(super) places: &'r [u32],
    pub(super) layout: &'r Layout,
    /// None is passed over that begins from here on.
    pub(super) limit: usize,
    /// Nor one that reaches beyond this place: there may be something in it.
    pub(super) quiet: usize,
    /// Nor one that is longer.
    pub(super) longest: usize,
    pub(super) names: &'r mut NameCache,
    pub(super) prefilter: &'r Prefilter,
    pub(super) counts: &'r mut ProcessCounts,
}

/// What was passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SkippedRun {
    pub(super) events: usize,
    /// How many bytes they take.
    pub(super) len: usize,
    /// Where the last of them begins.
    pub(super) last: usize,
}

impl EventRun<'_> {
    /// Passes over events until there is one that is wanted, or whose time says more
    /// than that it follows the one before. What the clock has to be told of them in
    /// the end is in `times`.
    pub(super) fn pass(self, times: &mut SkippedTimes) -> SkippedRun {
        let EventRun { bytes, layout, names, prefilter, counts, .. } = self;
        let Some(time) = layout.time else { return SkippedRun::default() };
        let mut follow = times.follow();
        let mut sink = SkippedRun::default();
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
            if name.is_wanted
                || !follow.accept(bytes, layout.text(places, time), date(layout, places))
            {
                break;
            }
            counts.counts()[name.place] += 1;
            sink.events += 1;
            sink.len += len;
            last = Some(places);
        }
        if let Some(places) = last {
            sink.last = places[0] as usize;
            let time = layout.text(places, time);
            times.followed(follow, sink.events as u64, time, date(layout, places));
        }
        sink
    }
}

/// Where the date of an event stands, if it has one.
#[inline]
fn date(layout: &Layout, places: &[u32]) -> Option<Range<usize>> {
    layout.date.map(|date| layout.text(places, date))
}
