//! A CSV in sections that are read at the same time.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr_iter;

use super::StrictReader;
use crate::format::{Place, ReadSection, Sections};
use crate::input::{Content, SECTION};
use crate::model::{Columns, Error, Limits};
use crate::scan::SimdLevel;

/// The rows of a file in memory, from `begin` on.
pub(super) struct CsvSections {
    pub(super) content: Content,
    /// The header as it is written.
    pub(super) header: Arc<[u8]>,
    pub(super) columns: Arc<Columns>,
    pub(super) begin: Place,
    pub(super) simd: SimdLevel,
    pub(super) limits: Limits,
}

impl Sections for CsvSections {
    fn begin(&self) -> Place {
        self.begin
    }

    fn end(&self) -> u64 {
        self.content.bytes().len() as u64
    }

    fn length(&self) -> u64 {
        SECTION
    }

    fn guess(&self, at: u64) -> u64 {
        next_row(self.content.bytes(), at as usize) as u64
    }

    fn may_begin(&self, at: u64) -> bool {
        let bytes = self.content.bytes();
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let is_behind_row = bytes.get(..at).is_some_and(|before| {
            let row = before.strip_suffix(b"\n");
            row.is_some_and(|row| row.strip_suffix(b"\r").unwrap_or(row).ends_with(b"\""))
        });
        is_behind_row && bytes.get(at).is_none_or(|first| *first == b'"')
    }

    fn most_wanted(&self) -> u64 {
        25
    }

    fn release(&self, section: Range<u64>) {
        self.content.evict_bytes(section);
    }

    fn open(&self, from: Place, to: u64) -> Result<Box<dyn ReadSection>, Error> {
        let edge = if to < self.end() { self.guess(to) } else { u64::MAX };
        Ok(Box::new(StrictReader::section(self, from, to, edge)))
    }
}

/// Where the next row begins at `at` or later; the end of the bytes if none does. The
/// text inside a field only looks like the end of one row and the beginning of the next
/// if it holds a quote, a line end, and two quotes with a comma after them.
fn next_row(bytes: &[u8], at: usize) -> usize {
    // The row may begin at `at` itself.
    let from = at.saturating_sub(1);
    let Some(rest) = bytes.get(from..) else { return bytes.len() };
    let is_end = |line_feed: usize| {
        let before = &bytes[..line_feed];
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        before.last() == Some(&b'"')
    };
    let is_begin = |row: usize| match bytes.get(row..row + 3) {
        Some([b'"', b'"', third]) => *third == b',',
        Some([first, ..]) => *first == b'"',
        _ => false,
    };
    memchr_iter(b'\n', rest)
        .map(|line_feed| from + line_feed)
        .find(|&line_feed| is_end(line_feed) && is_begin(line_feed + 1))
        .map_or(bytes.len(), |line_feed| line_feed + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_from_any_place() {
        let text = "\"a\",\"b\"\r\n\"c\",\"x\"\"\r\n\"\"y\"\r\n\"\",\"d\"\n\"e\",\"f\"\r\n";
        let rows: Vec<usize> =
            ["\"c\"", "\"\",\"d\"", "\"e\""].map(|row| text.find(row).unwrap()).to_vec();
        for at in 1..text.len() + 2 {
            let want = rows.iter().copied().find(|&row| row >= at).unwrap_or(text.len());
            assert_eq!(next_row(text.as_bytes(), at), want, "{at}");
        }
    }
}
