//! Passing over rows in which nothing is out of the ordinary.

use memchr::memmem::Finder;

use crate::event::{Interest, is_life};
use crate::format::name_cache::Names;
use crate::format::process_counts::Tally;
use crate::time::{FollowDate, FollowTime};

/// Rows that follow each other, of which those in front are passed over.
pub(super) struct Run<'r> {
    pub(super) bytes: &'r [u8],
    /// The place in front of the first row, and from there on as many as the fields of
    /// the rows are; and one more at the end.
    pub(super) places: &'r [u32],
    /// How many fields each row has.
    pub(super) fields: usize,
    /// Columns.
    pub(super) name: usize,
    /// Where it matters.
    pub(super) operation: Option<usize>,
    pub(super) time: usize,
    pub(super) date: Option<usize>,
    /// The column in which no date may stand, where that is so, and what dates have.
    pub(super) dateless: Option<(usize, &'r Finder<'static>)>,
    pub(super) follow_time: &'r mut FollowTime,
    pub(super) follow_date: &'r mut FollowDate,
    pub(super) names: &'r mut Names,
    pub(super) interest: &'r Interest,
    pub(super) tally: &'r mut Tally,
}

impl Run<'_> {
    /// Passes over rows until there is one that is wanted, or whose time says more
    /// than that it follows the one before, and says how many it passed over.
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

    /// The same; `accept_date` is told the places of a row.
    #[inline(always)]
    fn pass_if(self, accept_date: impl Fn(&mut FollowDate, &[u32], &[u8]) -> bool) -> usize {
        let Run { bytes, names, interest, tally, .. } = self;
        let mut follow_time = self.follow_time.clone();
        let mut follow_date = self.follow_date.clone();
        let mut passed = 0;
        // From the place in front of a row to the one behind it.
        for row in self.places.windows(self.fields + 1).step_by(self.fields) {
            let end = text_end(bytes, row[self.name + 1] as usize);
            let name = names.find(bytes, start(row, self.name)..end, interest, tally);
            let is_life = self.operation.is_some_and(|column| {
                let end = text_end(bytes, row[column + 1] as usize);
                bytes.get(start(row, column)..end).is_some_and(is_life)
            });
            if name.is_wanted
                || is_life
                || !accept_date(&mut follow_date, row, bytes)
                || !follow_time.accept(bytes.get(start(row, self.time)..).unwrap_or_default())
            {
                break;
            }
            tally.counts()[name.place] += 1;
            passed += 1;
        }
        *self.follow_time = follow_time;
        *self.follow_date = follow_date;
        passed
    }
}

/// Where the text of a field begins, by the places of its row.
#[inline(always)]
fn start(row: &[u32], column: usize) -> usize {
    row[column].wrapping_add(2) as usize
}

/// Where the text of a field ends that a comma or a line feed at this place follows.
#[inline(always)]
pub(super) fn text_end(bytes: &[u8], place: usize) -> usize {
    place - if bytes[place - 1] == b'\r' { 2 } else { 1 }
}
