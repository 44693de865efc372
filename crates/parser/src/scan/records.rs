//! The records of a CSV that is written strictly: every field in quotes, quotes in
//! a field doubled, commas between fields, CRLF or LF behind each record.

use std::ops::Range;

use super::Speed;
use super::block::{BLOCK, Masks, Visit, each_block};

/// One record, by places in the bytes that were scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) start: usize,
    /// Behind its line feed.
    pub(crate) end: usize,
    pub(crate) fields: u32,
}

/// What a scan has found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<Row>,
    /// Which bytes are commas between fields, a bit for each.
    commas: Vec<u64>,
    /// Line feeds inside of fields.
    inner_line_feeds: Vec<u32>,
    is_wide: bool,
}

impl Rows {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.commas.clear();
        self.inner_line_feeds.clear();
        self.is_wide = false;
    }

    /// The records that ended so far.
    pub(crate) fn list(&self) -> &[Row] {
        &self.rows
    }

    /// Where line feeds stand inside of fields.
    pub(crate) fn inner_line_feeds(&self) -> &[u32] {
        &self.inner_line_feeds
    }

    /// Whether any byte is beyond ASCII.
    pub(crate) fn is_wide(&self) -> bool {
        self.is_wide
    }

    /// The place of comma number `index`, from 0, behind `start`; it has to be there.
    pub(crate) fn comma(&self, start: usize, index: usize) -> usize {
        let mut left = index as u32;
        let mut word = start / BLOCK;
        let mut bits = self.commas[word] & (u64::MAX << (start % BLOCK));
        loop {
            let here = bits.count_ones();
            if left < here {
                for _ in 0..left {
                    bits &= bits - 1;
                }
                return word * BLOCK + bits.trailing_zeros() as usize;
            }
            left -= here;
            word += 1;
            bits = self.commas[word];
        }
    }

    /// The places of the commas between fields from `start` to `end`.
    pub(crate) fn each_comma(&self, start: usize, end: usize, mut take: impl FnMut(usize)) {
        let mut word = start / BLOCK;
        let mut bits = self.commas[word] & (u64::MAX << (start % BLOCK));
        loop {
            while bits != 0 {
                let at = word * BLOCK + bits.trailing_zeros() as usize;
                if at >= end {
                    return;
                }
                take(at);
                bits &= bits - 1;
            }
            word += 1;
            if word * BLOCK >= end {
                return;
            }
            bits = self.commas[word];
        }
    }
}

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything that could be scanned was.
    WellFormed,
    /// There is something that is not written strictly, behind the last record.
    Otherwise,
}

/// How many bytes are scanned before they are looked at once more: whole blocks.
const PART: usize = 128 * BLOCK;

/// Finds records.
#[derive(Clone, Debug)]
pub(crate) struct RecordScanner {
    speed: Speed,
}

impl RecordScanner {
    pub(crate) fn new(speed: Speed) -> RecordScanner {
        RecordScanner { speed }
    }

    /// Finds the records in `bytes`, which begin with one, as far as there are
    /// whole blocks of 64 bytes. `also` is handed one part of `bytes` after the other
    /// while it is in the nearest cache; all of them, if nothing is wrong.
    pub(crate) fn scan(
        &self,
        bytes: &[u8],
        rows: &mut Rows,
        mut also: impl FnMut(Range<usize>),
    ) -> Ended {
        rows.clear();
        rows.commas.reserve(bytes.len() / BLOCK);
        let mut scan = Scan {
            rows,
            block: 0,
            start: 0,
            fields: 1,
            inside: 0,
            after_quote: 0,
            after_separator: 1,
            after_other: 0,
            wide: 0,
            ended: Ended::WellFormed,
        };
        let mut start = 0;
        while start < bytes.len() && scan.ended == Ended::WellFormed {
            let end = bytes.len().min(start + PART);
            scan = each_block(self.speed, &bytes[start..end], scan);
            also(start..end);
            start = end;
        }
        let Scan { wide, ended, .. } = scan;
        rows.is_wide = wide != 0;
        ended
    }
}

/// A scan under way.
struct Scan<'r> {
    rows: &'r mut Rows,
    /// Where the block begins.
    block: usize,
    /// Where the record begins.
    start: usize,
    /// How many fields the record has, up to the block.
    fields: u32,
    /// All bits or none: whether the last block ended inside of quotes.
    inside: u64,
    /// One or none each: what the last block ended with.
    after_quote: u64,
    after_separator: u64,
    after_other: u64,
    wide: u64,
    ended: Ended,
}

impl Visit for Scan<'_> {
    #[inline(always)]
    fn visit(&mut self, masks: Masks, inside: u64) -> bool {
        let Masks { quotes, commas, line_feeds, wide } = masks;
        // From an opening quote to the byte before the closing one.
        let inside = inside ^ self.inside;
        let outside = !inside & !quotes;
        let (separators, ends) = (commas & outside, line_feeds & outside);
        let others = outside & !(separators | ends);
        let behind = |bits: u64, carry: u64| bits << 1 | carry;
        let behind_other = behind(others, self.after_other);
        // Outside of quotes there is but a comma between two quotes, and a line feed,
        // with one byte between it and the quote or none, before a quote.
        let wrong = ((separators | others) & !behind(quotes, self.after_quote))
            | (behind(separators | ends, self.after_separator) & !quotes)
            | (behind_other & !ends);
        if wrong != 0 {
            self.ended = Ended::Otherwise;
            return false;
        }
        self.wide |= wide;
        self.inside = ((inside.cast_signed()) >> 63).cast_unsigned();
        self.after_quote = quotes >> 63;
        self.after_separator = (separators | ends) >> 63;
        self.after_other = others >> 63;
        self.rows.commas.push(separators);
        if line_feeds & inside != 0 {
            let mut bits = line_feeds & inside;
            while bits != 0 {
                self.rows
                    .inner_line_feeds
                    .push((self.block + bits.trailing_zeros() as usize) as u32);
                bits &= bits - 1;
            }
        }
        let mut left = separators;
        let mut bits = ends;
        while bits != 0 {
            let at = bits.trailing_zeros();
            let before = (1u64 << at) - 1;
            let end = self.block + at as usize + 1;
            let fields = self.fields + (left & before).count_ones();
            self.rows.rows.push(Row { start: self.start, end, fields });
            left &= !before;
            self.start = end;
            self.fields = 1;
            bits &= bits - 1;
        }
        self.fields += left.count_ones();
        self.block += BLOCK;
        true
    }
}
