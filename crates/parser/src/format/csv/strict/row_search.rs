//! Searches the paths of rows for the texts of a prefilter.

use super::field;
use crate::event::Prefilter;
use crate::scan::{Needle, Needles, Rows, SimdLevel};

/// The texts to search for, and the rows in which they were found.
#[derive(Debug, Default)]
pub(super) struct RowSearch {
    prefilter: Option<Prefilter>,
    needles: Needles,
    /// The same, and further texts that only a path beyond ASCII can hold.
    wide_needles: Needles,
    /// The rows whose Path holds one of the texts, in order.
    hits: Vec<usize>,
    next_hit: usize,
    /// Whether the current rows have been searched.
    pub(super) is_done: bool,
    /// Whether some of them are not valid UTF-8.
    pub(super) has_invalid: bool,
}

impl RowSearch {
    /// Whether the prefilter is the one that is used already.
    pub(super) fn is_for(&self, prefilter: &Prefilter) -> bool {
        self.prefilter.as_ref() == Some(prefilter)
    }

    /// Uses another prefilter.
    pub(super) fn begin(&mut self, prefilter: &Prefilter, has_path: bool) {
        let needles = prefilter.needles().filter(|_| has_path).filter_map(Needle::new);
        let needles: Vec<Needle> = needles.collect();
        let wide = prefilter.wide_needles().iter().filter(|_| has_path);
        let wide = wide.filter_map(|needle| Needle::new(needle));
        self.wide_needles = Needles::new(needles.iter().cloned().chain(wide).collect());
        self.needles = Needles::new(needles);
        self.prefilter = Some(prefilter.clone());
        self.is_done = false;
    }

    /// Searches the paths of the current rows; `path` is the index of the column.
    pub(super) fn search(
        &mut self,
        simd: SimdLevel,
        bytes: &[u8],
        rows: &Rows,
        path: Option<usize>,
    ) {
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
            return needles.find_in(simd, bytes, paths.into_iter(), hit);
        };
        let paths = (0..rows.count()).map(|row| field(rows, bytes, row * fields, path));
        needles.find_in(simd, bytes, paths, hit);
    }

    /// The number of the next row whose Path holds one of the texts, at `next` or later;
    /// `usize::MAX` if there is none.
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
