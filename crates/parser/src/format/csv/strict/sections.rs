//! A strictly written CSV in sections that are read side by side.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr_iter;

use super::StrictReader;
use crate::format::{Place, ReadSection, Sections};
use crate::input::{Content, SECTION};
use crate::model::{Columns, Error};
use crate::scan::Speed;

/// The rows of a file in memory, from a place on.
pub(super) struct CsvSections {
    pub(super) content: Content,
    /// As it is written.
    pub(super) header: Arc<[u8]>,
    pub(super) columns: Arc<Columns>,
    pub(super) begin: Place,
    pub(super) speed: Speed,
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

    fn most_wanted(&self) -> u64 {
        25
    }

    fn leave(&self, section: Range<u64>) {
        self.content.forget_bytes(section);
    }

    fn open(&self, from: Place, to: u64) -> Result<Box<dyn ReadSection>, Error> {
        let edge = if to < self.end() { self.guess(to) } else { u64::MAX };
        Ok(Box::new(StrictReader::section(self, from, to, edge)))
    }
}

/// Where the next row begins, from `at` on, or the bytes end. A field can only look
/// like one that ends with the other when it holds a quote, a line end, and two quotes
/// with a comma behind them.
fn next_row(bytes: &[u8], at: usize) -> usize {
    // The row may begin at this very place.
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
