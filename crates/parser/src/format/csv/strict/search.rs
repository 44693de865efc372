//! Texts that are looked for in the paths of rows.

use super::field;
use crate::event::Interest;
use crate::scan::{Needle, Needles, Rows, Speed};

/// What is looked for in the bytes of the rows.
#[derive(Debug, Default)]
pub(super) struct Search {
    interest: Option<Interest>,
    needles: Needles,
    /// The same with those that only a text beyond ASCII can have.
    wide_needles: Needles,
    /// The rows with a needle in their Path, in order.
    hits: Vec<usize>,
    next_hit: usize,
    /// Whether the rows at hand have been searched.
    pub(super) is_done: bool,
    /// Whether some of them are no valid text.
    pub(super) has_invalid: bool,
}

impl Search {
    /// Whether this is what was asked for last.
    pub(super) fn is_for(&self, interest: &Interest) -> bool {
        self.interest.as_ref() == Some(interest)
    }

    /// Gets ready to tell which rows are wanted for something else.
    pub(super) fn begin(&mut self, interest: &Interest, has_path: bool) {
        let needles = interest.needles().filter(|_| has_path).filter_map(Needle::new);
        let needles: Vec<Needle> = needles.collect();
        let wide = interest.wide_needles().iter().filter(|_| has_path);
        let wide = wide.filter_map(|needle| Needle::new(needle));
        self.wide_needles = Needles::new(needles.iter().cloned().chain(wide).collect());
        self.needles = Needles::new(needles);
        self.interest = Some(interest.clone());
        self.is_done = false;
    }

    /// Searches the paths of the rows at hand, which are in this column.
    pub(super) fn search(&mut self, speed: Speed, bytes: &[u8], rows: &Rows, path: Option<usize>) {
        self.is_done = true;
        self.hits.clear();
        self.next_hit = 0;
        self.has_invalid = false;
        if rows.is_wide() {
            let end = rows.places().last().map_or(0, |place| place.wrapping_add(1) as usize);
            self.has_invalid = std::str::from_utf8(&bytes[..end]).is_err();
        }
        let Some(path) = path else { return };
        let needles = if rows.is_wide() { &self.wide_needles } else { &self.needles };
        if needles.is_empty() {
            return;
        }
        let hit = |row, _| self.hits.push(row);
        let Some(fields) = rows.same_fields() else {
            let (mut next, mut paths) = (0, Vec::new());
            while let Some(row) = rows.row(bytes, next) {
                paths.push(if path < row.fields { field(rows, bytes, next, path) } else { 0..0 });
                next += row.fields;
            }
            return needles.find_in(speed, bytes, paths.into_iter(), hit);
        };
        let paths = (0..rows.count()).map(|row| field(rows, bytes, row * fields, path));
        needles.find_in(speed, bytes, paths, hit);
    }

    /// How many rows are in front of the next one whose Path has a needle, from this
    /// row on.
    #[inline]
    pub(super) fn next_hit(&mut self, next: usize) -> usize {
        loop {
            match self.hits.get(self.next_hit) {
                Some(&hit) if hit < next => self.next_hit += 1,
                Some(&hit) => return hit,
                None => return usize::MAX,
            }
        }
    }
}
