//! The records of a CSV that is written strictly: every field in quotes, quotes in
//! a field doubled, commas between fields, CRLF or LF behind each record.

use super::SimdLevel;
use super::block::{BLOCK, Carry, find_places};

/// One record, by places in the bytes that were scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) start: usize,
    /// Behind its line feed.
    pub(crate) end: usize,
    /// How many fields it has.
    pub(crate) fields: usize,
    /// Number of the place in front of it; see [`Rows::places`].
    pub(crate) first: usize,
}

/// What a scan has found.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// As many as are ever needed; what is behind those that were found means nothing.
    places: Vec<u32>,
    /// How many were found, with the one in front of all.
    found: usize,
    /// How many fields each of the records has, if it is the same number for all.
    fields: Option<usize>,
    count: usize,
    /// Line feeds inside of fields.
    inner_line_feeds: Vec<u32>,
    is_wide: bool,
}

impl Rows {
    /// The records of no bytes.
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

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.found = 1;
        self.fields = None;
        self.count = 0;
        self.inner_line_feeds.clear();
        self.is_wide = false;
    }

    /// How many records there are that ended.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// How many fields each record has, if it is the number that was expected for all
    /// of them, and nothing is wrong at the end of any.
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

    /// The commas between fields and the line feeds behind records. In front of all is
    /// the place of the line feed before the first record, one before the first byte,
    /// so that the text of every field begins two bytes behind a place (added with
    /// wrapping), and ends one byte before the next if that is a comma.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places[..self.found]
    }

    /// Where the text of a field of a record begins.
    #[inline]
    pub(crate) fn field_start(&self, row: Row, index: usize) -> usize {
        self.places[row.first + index].wrapping_add(2) as usize
    }

    /// The record that begins behind a place, by its number; none if it did not end.
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
        // What follows the last record has fewer places than a record.
        let start = self.places[first].wrapping_add(1) as usize;
        Some(Row { start, end, fields, first })
    }
}

/// The place in front of all.
const BEFORE: u32 = u32::MAX;

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanEnd {
    /// Everything that could be scanned was.
    WellFormed,
    /// There is something that is not written strictly, behind the last record.
    Otherwise,
}

/// How many blocks are scanned before it is asked whether anything was wrong.
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

    /// Finds the records in `bytes`, which begin with one, as far as there are
    /// whole blocks of 64 bytes. Most of them have this many `fields`, if that is known.
    pub(crate) fn scan(&self, bytes: &[u8], fields: usize, rows: &mut Rows) -> ScanEnd {
        rows.clear();
        // No record of a capture is that long.
        if u32::try_from(bytes.len()).is_err() {
            return ScanEnd::Otherwise;
        }
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let (mut carry, mut ends, mut ended) = (Carry::START, 0, ScanEnd::WellFormed);
        let mut done = 0;
        // Block by block from where something is wrong, to get as far as possible.
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
    /// Notes the line feeds inside of fields of some bytes, whose places were found.
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

    /// Whether each of the `ends` records has this many fields, and ends with a quote
    /// and CRLF or LF.
    fn all_have(&self, fields: usize, ends: usize, bytes: &[u8]) -> bool {
        let places = &self.places[1..self.found];
        if fields == 0 || ends == 0 || places.len() / fields != ends {
            return false;
        }
        // As many line feeds as records, and one at the end of each: there is no other.
        places.chunks_exact(fields).all(|row| {
            let end = row[fields - 1] as usize;
            bytes[end] == b'\n' && end > 0 && matches!(bytes[end - 1], b'"' | b'\r')
        })
    }
}
