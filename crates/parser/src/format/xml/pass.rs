//! Passing over events in which nothing is out of the ordinary.

use std::ops::Range;

use super::layout::{Layout, Shape, number};
use super::times::Times;
use crate::event::{Interest, is_life};
use crate::format::name_cache::Names;
use crate::format::process_counts::Tally;

/// Events without a stack that follow each other, written as the layout has it, of
/// which those in front are passed over.
pub(super) struct Run<'r> {
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
    pub(super) names: &'r mut Names,
    pub(super) interest: &'r Interest,
    pub(super) tally: &'r mut Tally,
}

/// What was passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PassedRun {
    pub(super) events: usize,
    /// How many bytes they take.
    pub(super) len: usize,
    /// Where the last of them begins.
    pub(super) last: usize,
}

impl Run<'_> {
    /// Passes over events until there is one that is wanted, or whose time says more
    /// than that it follows the one before. What the clock has to be told of them in
    /// the end is in `times`.
    pub(super) fn pass(self, times: &mut Times) -> PassedRun {
        let Run { bytes, layout, names, interest, tally, .. } = self;
        let Some(time) = layout.time else { return PassedRun::default() };
        let operation = layout.operation.filter(|_| interest.asks_for_operations());
        let mut follow = times.follow();
        let mut passed = PassedRun::default();
        let mut last = None;
        for places in self.places.chunks_exact(layout.width()) {
            let Shape { len, .. } = layout.shape(places);
            let start = places[0] as usize;
            if start >= self.limit || start + len > self.quiet || len > self.longest {
                break;
            }
            if layout.has_index() && number(&bytes[layout.text(places, 0)]).is_none() {
                break;
            }
            let name = names.find(bytes, layout.text(places, layout.name), interest, tally);
            let is_life = operation.is_some_and(|it| may_be_life(&bytes[layout.text(places, it)]));
            if name.is_wanted
                || is_life
                || !follow.accept(bytes, layout.text(places, time), date(layout, places))
            {
                break;
            }
            tally.counts()[name.place] += 1;
            passed.events += 1;
            passed.len += len;
            last = Some(places);
        }
        if let Some(places) = last {
            passed.last = places[0] as usize;
            let time = layout.text(places, time);
            times.followed(follow, passed.events as u64, time, date(layout, places));
        }
        passed
    }
}

/// Where the date of an event stands, if it has one.
#[inline]
fn date(layout: &Layout, places: &[u32]) -> Option<Range<usize>> {
    layout.date.map(|date| layout.text(places, date))
}

/// Whether a process starts or ends in events with an Operation that is written so. What
/// has an entity in it has to be read to tell.
#[inline]
pub(super) fn may_be_life(operation: &[u8]) -> bool {
    is_life(operation) || memchr::memchr(b'&', operation).is_some()
}
