//! Finds the records of a CSV that is written strictly: every field quoted, inner quotes
//! doubled, commas between fields, CRLF or LF after each record.

use super::SimdLevel;
use super::block::{BLOCK, Carry, find_places};

/// One record, by its offsets in the scanned bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) start: usize,
    /// After its line feed.
    pub(crate) end: usize,
    /// How many fields it has.
    pub(crate) fields: usize,
    /// The number of the place before it; see [`Rows::places`].
    pub(crate) first: usize,
}

/// The result of a scan.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// Only the first `found` places are valid.
    places: Vec<u32>,
    /// How many places were found, including the one before the first record.
    found: usize,
    /// How many fields each record has, if all of them have the same number.
    fields: Option<usize>,
    count: usize,
    /// The places of line feeds inside fields.
    inner_line_feeds: Vec<u32>,
    is_wide: bool,
}

impl Rows {
    /// The result for no bytes.
    pub(crate) fn new() -> Rows {
        Rows {
            places: vec![BEFORE],
            found: 1,
            fields: None,
            count: 0,
            inner_line_feeds: Vec::new(),
            is_wide: false,
        }
    }

    /// Removes all results.
    pub(crate) fn clear(&mut self) {
        self.found = 1;
        self.fields = None;
        self.count = 0;
        self.inner_line_feeds.clear();
        self.is_wide = false;
    }

    /// How many complete records there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// How many fields each record has, if all of them have the expected number and end
    /// correctly.
    pub(crate) fn same_fields(&self) -> Option<usize> {
        self.fields
    }

    /// Where line feeds stand inside of fields.
    pub(crate) fn inner_line_feeds(&self) -> &[u32] {
        &self.inner_line_feeds
    }

    /// Whether any byte is beyond ASCII.
    pub(crate) fn is_wide(&self) -> bool {
        self.is_wide
    }

    /// The places of the commas between fields and of the line feeds after records. The
    /// first one stands for a line feed before the first record; it is one less than 0
    /// (with wrapping). So the text of every field begins two bytes after a place (with
    /// wrapping), and ends one byte before the next place if that is a comma.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places[..self.found]
    }

    /// Where the text of a field of a record begins.
    #[inline]
    pub(crate) fn field_start(&self, row: Row, index: usize) -> usize {
        self.places[row.first + index].wrapping_add(2) as usize
    }

    /// The record that begins after place number `first`; `None` if it is not complete.
    #[inline]
    pub(crate) fn row(&self, bytes: &[u8], first: usize) -> Option<Row> {
        let fields = match self.fields {
            Some(fields) => fields,
            None => {
                let mut rest = self.places().get(first + 1..)?.iter();
                1 + rest.position(|&place| bytes[place as usize] == b'\n')?
            }
        };
        let end = *self.places().get(first + fields)? as usize + 1;
        // Bytes after the last record have fewer places than a record.
        let start = self.places[first].wrapping_add(1) as usize;
        Some(Row { start, end, fields, first })
    }
}

/// The place before the first record.
const BEFORE: u32 = u32::MAX;

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanEnd {
    /// Everything in whole blocks was scanned.
    WellFormed,
    /// Something after the last record is not written strictly.
    Otherwise,
}

/// How many blocks are scanned in one step.
const PART: usize = 128;

/// Finds records.
#[derive(Clone, Debug)]
pub(crate) struct RecordScanner {
    simd: SimdLevel,
}

impl RecordScanner {
    pub(crate) fn new(simd: SimdLevel) -> RecordScanner {
        RecordScanner { simd }
    }

    /// Finds the records in `bytes`, which begin with a record, as far as there are whole
    /// blocks of 64 bytes. Most records have `fields` fields; 0 if that is not known.
    pub(crate) fn scan(&self, bytes: &[u8], fields: usize, rows: &mut Rows) -> ScanEnd {
        rows.clear();
        // A single record is never that long.
        if u32::try_from(bytes.len()).is_err() {
            return ScanEnd::Otherwise;
        }
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let (mut carry, mut ends, mut ended) = (Carry::START, 0, ScanEnd::WellFormed);
        let mut done = 0;
        // If a step fails, its blocks are scanned one by one, to get as far as possible.
        let mut most = PART;
        while done < blocks.len() {
            let part = &blocks[done..blocks.len().min(done + most)];
            let base = done * BLOCK;
            let room = rows.found + (part.len() + 1) * BLOCK;
            if rows.places.len() < room {
                rows.places.resize(room.max(2 * rows.places.len()), 0);
            }
            let before = carry;
            let out = &mut rows.places[rows.found..];
            let found = find_places(self.simd, part, base as u32, &mut carry, out);
            if found.is_wrong {
                if part.len() == 1 {
                    ended = ScanEnd::Otherwise;
                    break;
                }
                most = 1;
                carry = before;
                continue;
            }
            if found.has_inner {
                rows.add_inner(part.as_flattened(), base, found.places);
            }
            rows.found += found.places;
            rows.is_wide |= found.is_wide;
            ends += found.ends;
            done += part.len();
        }
        rows.count = ends;
        rows.fields = Some(fields).filter(|&fields| rows.all_have(fields, ends, bytes));
        ended
    }
}

impl Rows {
    /// Adds the line feeds inside fields of some bytes, whose places have been found.
    fn add_inner(&mut self, bytes: &[u8], base: usize, found: usize) {
        let mut places = self.places[self.found..self.found + found].iter().peekable();
        for at in memchr::memchr_iter(b'\n', bytes) {
            let at = (base + at) as u32;
            while places.next_if(|place| **place < at).is_some() {}
            if places.peek() != Some(&&at) {
                self.inner_line_feeds.push(at);
            }
        }
    }

    /// Whether each of the `ends` records has this many fields, and ends with a quote and
    /// CRLF or LF.
    fn all_have(&self, fields: usize, ends: usize, bytes: &[u8]) -> bool {
        let places = &self.places[1..self.found];
        if fields == 0 || ends == 0 || places.len() / fields != ends {
            return false;
        }
        // There are as many line feeds as records, and each record ends with one, so
        // there are no others.
        places.chunks_exact(fields).all(|row| {
            let end = row[fields - 1] as usize;
            bytes[end] == b'\n' && end > 0 && matches!(bytes[end - 1], b'"' | b'\r')
        })
    }
}
