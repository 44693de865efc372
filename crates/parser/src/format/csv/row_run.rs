//! The fast loop that skips rows of a CSV.

use memchr::memmem::Finder;

use crate::event::{Prefilter, is_process_life};
use crate::format::name_cache::NameCache;
use crate::format::process_counts::ProcessCounts;
use crate::time::{MonotonicTimeCheck, SameDateCheck};

/// Consecutive rows whose commas and line ends are known. The loop skips those at the
/// beginning.
pub(super) struct RowRun<'r> {
    pub(super) bytes: &'r [u8],
    /// The place before the first row, then one place for the end of each field of all
    /// rows. See [`Rows::places`](crate::scan::Rows::places).
    pub(super) places: &'r [u32],
    /// How many fields each row has.
    pub(super) fields: usize,
    /// The columns that are examined, by their index.
    pub(super) name: usize,
    /// If the prefilter selects by it.
    pub(super) operation: Option<usize>,
    pub(super) time: usize,
    pub(super) date: Option<usize>,
    /// Set while dates in Detail are needed to find the order of day and month: the
    /// column Detail, and a text that precedes each date in it. Rows with that text are
    /// not skipped.
    pub(super) dateless: Option<(usize, &'r Finder<'static>)>,
    pub(super) follow_time: &'r mut MonotonicTimeCheck,
    pub(super) follow_date: &'r mut SameDateCheck,
    pub(super) names: &'r mut NameCache,
    pub(super) prefilter: &'r Prefilter,
    pub(super) counts: &'r mut ProcessCounts,
}

impl RowRun<'_> {
    /// Skips rows until one is wanted or has to be read for its time. Returns how many
    /// were skipped.
    pub(super) fn pass(self) -> usize {
        match (self.date, self.dateless) {
            (None, _) => self.pass_if(|_, _, _| true),
            (Some(date), None) => self.pass_if(|follow, row, bytes| {
                follow.accept(bytes.get(start(row, date)..).unwrap_or_default())
            }),
            (Some(date), Some((column, finder))) => self.pass_if(|follow, row, bytes| {
                let text = bytes.get(start(row, column)..row[column + 1] as usize);
                follow.accept(bytes.get(start(row, date)..).unwrap_or_default())
                    && finder.find(text.unwrap_or_default()).is_none()
            }),
        }
    }

    /// The same; `accept_date` gets the places of a row.
    #[inline(always)]
    fn pass_if(self, accept_date: impl Fn(&mut SameDateCheck, &[u32], &[u8]) -> bool) -> usize {
        let RowRun { bytes, names, prefilter, counts, .. } = self;
        let mut follow_time = self.follow_time.clone();
        let mut follow_date = self.follow_date.clone();
        let mut skipped = 0;
        // From the place before a row to its last place.
        for row in self.places.windows(self.fields + 1).step_by(self.fields) {
            let end = text_end(bytes, row[self.name + 1] as usize);
            let name = names.find(bytes, start(row, self.name)..end, prefilter, counts);
            let is_life = self.operation.is_some_and(|column| {
                let end = text_end(bytes, row[column + 1] as usize);
                bytes.get(start(row, column)..end).is_some_and(is_process_life)
            });
            if name.is_wanted
                || is_life
                || !accept_date(&mut follow_date, row, bytes)
                || !follow_time.accept(bytes.get(start(row, self.time)..).unwrap_or_default())
            {
                break;
            }
            counts.count(name.place);
            skipped += 1;
        }
        *self.follow_time = follow_time;
        *self.follow_date = follow_date;
        skipped
    }
}

/// Where the text of a field begins.
#[inline(always)]
fn start(row: &[u32], column: usize) -> usize {
    row[column].wrapping_add(2) as usize
}

/// Where the text of a field ends, given the place of the comma or line feed after it.
#[inline(always)]
pub(super) fn text_end(bytes: &[u8], place: usize) -> usize {
    place - if bytes[place - 1] == b'\r' { 2 } else { 1 }
}
