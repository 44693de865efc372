//! Finds the tags of XML, and what else must be known about its text before it is skipped
//! or read.

use std::ops::Range;

use super::block::{BLOCK, PIECE, Piece, Sights, find_tags, rows_with};
use super::{Needle, Needles, SimdLevel};

/// How many bytes are examined in one step: few enough to stay in the fastest cache when
/// they are examined again.
const PART: usize = 256 * BLOCK;

/// The five references that XML defines by name.
const REFERENCES: [&[u8]; 5] = [b"&quot;", b"&amp;", b"&lt;", b"&gt;", b"&apos;"];

/// What is known about a text of XML, from its start up to `looked`.
#[derive(Debug)]
pub(crate) struct Tags {
    simd: SimdLevel,
    needles: Needles,
    looked: usize,
    /// The places of `<`. Those from `first` to `count` are valid.
    tags: Vec<u32>,
    first: usize,
    count: usize,
    odd: OrderedPlaces,
    wide: OrderedPlaces,
    hits: OrderedPlaces,
    /// Where a character begins that may continue in bytes that have not been examined.
    cut: Option<usize>,
    references: Vec<u32>,
    blocks: Vec<u32>,
}

/// A sorted list of places, and how far it has been used.
#[derive(Debug, Default)]
struct OrderedPlaces {
    list: Vec<u32>,
    next: usize,
}

impl OrderedPlaces {
    /// Whether a place is in this range. Ranges must be given in order.
    #[inline]
    fn any_in(&mut self, range: Range<usize>) -> bool {
        self.first_from(range.start) < range.end
    }

    /// The first place at `at` or later. `at` must not be smaller than in the last call.
    #[inline]
    fn first_from(&mut self, at: usize) -> usize {
        while let Some(&place) = self.list.get(self.next) {
            if place as usize >= at {
                return place as usize;
            }
            self.next += 1;
        }
        usize::MAX
    }

    fn clear(&mut self) {
        self.list.clear();
        self.next = 0;
    }

    fn sort(&mut self) {
        self.list[self.next..].sort_unstable();
    }
}

impl Tags {
    /// An empty text, and the needles to find.
    pub(crate) fn new(simd: SimdLevel, needles: Vec<Needle>) -> Tags {
        Tags {
            simd,
            needles: Needles::new(needles),
            looked: 0,
            tags: Vec::new(),
            first: 0,
            count: 0,
            odd: OrderedPlaces::default(),
            wide: OrderedPlaces::default(),
            hits: OrderedPlaces::default(),
            cut: None,
            references: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// Begins another text.
    pub(crate) fn begin(&mut self) {
        (self.looked, self.first, self.count) = (0, 0, 0);
        self.odd.clear();
        self.wide.clear();
        self.hits.clear();
        self.cut = None;
    }

    /// Examines more of the text. Returns false if all of it has been examined.
    pub(crate) fn look_further(&mut self, text: &[u8]) -> bool {
        let start = self.looked;
        let end = text.len().min(start + PART);
        if start >= end {
            return false;
        }
        let Ok(base) = u32::try_from(start) else { return false };
        self.tags.copy_within(self.first..self.count, 0);
        self.count -= self.first;
        self.first = 0;
        let room = self.count + PART + 2 * BLOCK;
        if self.tags.len() < room {
            self.tags.resize(2 * room, 0);
        }
        self.references.clear();
        self.blocks.clear();
        let mut sights = Sights {
            tags: &mut self.tags,
            count: self.count,
            references: &mut self.references,
            wide: &mut self.blocks,
        };
        find_tags(self.simd, &text[start..end], base, &mut sights);
        self.count = sights.count;
        if !self.references.is_empty() || !self.blocks.is_empty() || self.cut.is_some() {
            self.look_at_others(text, start, end);
        }
        self.looked = end;
        true
    }

    /// Finds invalid references, and bytes that are not UTF-8.
    #[cold]
    fn look_at_others(&mut self, text: &[u8], start: usize, end: usize) {
        let is_odd = |place: &&u32| {
            let rest = &text[**place as usize..];
            !REFERENCES.iter().any(|known| rest.starts_with(known))
        };
        self.odd.list.extend(self.references.iter().filter(is_odd));
        self.wide.list.extend(&self.blocks);
        let mut from = self.cut.take();
        if self.blocks.first().is_none_or(|&block| block as usize != start) {
            self.check(text, from.take(), end.min(start + BLOCK), end);
        }
        for index in 0..self.blocks.len() {
            let block = self.blocks[index] as usize;
            let block_end = end.min(block + BLOCK);
            from = from.or(Some(block));
            if self.blocks.get(index + 1).is_none_or(|&next| next as usize != block_end) {
                self.check(text, from.take(), block_end, end);
            }
        }
        self.odd.sort();
    }

    /// Finds bytes that are not UTF-8 from a place on, up to the end of a block. A
    /// character that may continue after `end` is checked later.
    fn check(&mut self, text: &[u8], from: Option<usize>, to: usize, end: usize) {
        let Some(mut from) = from else { return };
        while let Err(error) = std::str::from_utf8(&text[from..to]) {
            let place = from + error.valid_up_to();
            let len = match error.error_len() {
                Some(len) => len,
                None if to == end => {
                    self.cut = Some(place);
                    return;
                }
                None => to - place,
            };
            self.odd.list.push(place as u32);
            from = place + len;
        }
    }

    /// The places of the tags that have been found and not passed.
    #[inline]
    pub(crate) fn places(&self) -> &[u32] {
        &self.tags[self.first..self.count]
    }

    /// Moves past this many tags.
    #[inline]
    pub(crate) fn pass(&mut self, tags: usize) {
        self.first = self.count.min(self.first + tags);
    }

    /// Moves past the tags before a place.
    pub(crate) fn pass_to(&mut self, place: usize) {
        let before = self.places().iter().take_while(|&&tag| (tag as usize) < place).count();
        self.first += before;
    }

    /// Whether a part of the text contains bytes that are not UTF-8, or a `&` that does
    /// not begin one of the references that XML defines by name. Parts must be given in
    /// order; so must those of the methods below.
    #[inline]
    pub(crate) fn is_odd(&mut self, part: Range<usize>) -> bool {
        self.odd.any_in(part)
    }

    /// Whether a part of the text may contain characters beyond ASCII.
    #[inline]
    pub(crate) fn is_wide(&mut self, part: Range<usize>) -> bool {
        self.wide.any_in(part.start.saturating_sub(BLOCK - 1)..part.end)
    }

    /// The end of the range from `at` on in which nothing is odd or wide and no needle
    /// was found.
    #[inline]
    pub(crate) fn quiet_to(&mut self, at: usize) -> usize {
        let wide = self.wide.first_from(at.saturating_sub(BLOCK - 1));
        self.odd.first_from(at).min(self.hits.first_from(at)).min(wide)
    }

    /// Searches one part of each of the next `rows` rows for the needles; `part` gives
    /// its range from the places of the row's tags. No row is searched twice.
    pub(crate) fn seek(
        &mut self,
        text: &[u8],
        tags: usize,
        rows: usize,
        part: impl Fn(&[u32]) -> Range<usize>,
    ) {
        let places = &self.tags[self.first..self.count];
        let parts = places.chunks_exact(tags).take(rows).map(part);
        let hits = &mut self.hits.list;
        self.needles.find_in(self.simd, text, parts, |_, part| hits.push(part.start as u32));
    }

    /// Whether a needle was found in a part of the text.
    #[inline]
    pub(crate) fn has_needle(&mut self, part: Range<usize>) -> bool {
        self.hits.any_in(part)
    }

    /// How many of the next rows have this pattern.
    pub(crate) fn rows_of(&self, form: &TagPattern, text: &[u8]) -> usize {
        rows_with(self.simd, text, self.places(), form.width, &form.pieces)
    }
}

/// What stands between the texts of elements that repeat: rows with the same number of
/// tags, and the bytes at some of these tags.
#[derive(Clone, Debug)]
pub(crate) struct TagPattern {
    width: usize,
    pieces: Vec<Piece>,
}

impl TagPattern {
    /// Rows of `width` tags.
    pub(crate) fn new(width: usize) -> TagPattern {
        TagPattern { width, pieces: Vec::new() }
    }

    /// Expects this text at tag number `tag` of each row.
    pub(crate) fn expect(&mut self, tag: usize, text: &[u8]) {
        for (index, part) in text.chunks(PIECE).enumerate() {
            let mut piece =
                Piece { place: tag, offset: PIECE * index, text: [0; PIECE], mask: [0; PIECE] };
            piece.text[..part.len()].copy_from_slice(part);
            piece.mask[..part.len()].fill(0xff);
            self.pieces.push(piece);
        }
    }

    /// How many tags a row has.
    #[inline]
    pub(crate) fn width(&self) -> usize {
        self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text whose length, and whose contents, are unrelated to blocks and steps.
    fn text(random: &mut u64, len: usize) -> Vec<u8> {
        const PIECES: [&[u8]; 12] = [
            b"plain text, most of the time",
            b"<tag>",
            b"</tag>\r\n",
            b"&amp;",
            b"&quot",
            b"&#38;",
            b"KEYS",
            "\u{e4}\u{4e0a}\u{1F600}".as_bytes(),
            b"\xff",
            b"\xe4\xb8",
            b"\xf0\x9f",
            b"<<<<<<<<<<<<<<<<<<<<<<<<",
        ];
        let mut text = Vec::new();
        while text.len() < len {
            *random ^= *random << 13;
            *random ^= *random >> 7;
            *random ^= *random << 17;
            let pick = (*random >> 8) as usize;
            let piece = if pick.is_multiple_of(3) { PIECES[pick / 3 % 12] } else { PIECES[0] };
            text.extend_from_slice(piece);
        }
        text
    }

    /// The parts of a text that are not UTF-8, one place for each.
    fn broken(text: &[u8]) -> Vec<usize> {
        let (mut at, mut places) = (0, Vec::new());
        for chunk in text.utf8_chunks() {
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                places.push(at);
            }
            at += chunk.invalid().len();
        }
        places
    }

    #[test]
    fn everything_is_found_whatever_the_parts() {
        let mut random = 5u64;
        for round in 0..40 {
            let text = text(&mut random, 30_000 + 1777 * round);
            for simd in SimdLevel::all() {
                let mut tags = Tags::new(simd, Vec::new());
                let mut found = Vec::new();
                // An earlier text must not influence the next one.
                tags.look_further(b"<&\xff keys");
                tags.begin();
                while tags.look_further(&text) {
                    found.extend_from_slice(tags.places());
                    tags.pass(tags.places().len());
                }
                let places = |byte| memchr::memchr_iter(byte, &text).map(|at| at as u32);
                assert_eq!(found, places(b'<').collect::<Vec<_>>(), "{simd:?}");
                let mut odd: Vec<u32> = places(b'&')
                    .filter(|&at| !text[at as usize..].starts_with(b"&amp;"))
                    .chain(broken(&text).into_iter().map(|at| at as u32))
                    .collect();
                odd.sort();
                // A character cut off by the end may still be valid.
                let cut = tags.cut.map(|at| at as u32);
                let list: Vec<u32> = tags.odd.list.iter().copied().chain(cut).collect();
                assert_eq!(list, odd, "{simd:?}");
                let mut start = 0;
                while start + 900 < text.len() {
                    let part = start..start + 100;
                    let has = |list: &[u32]| list.iter().any(|&at| part.contains(&(at as usize)));
                    assert_eq!(tags.is_odd(part.clone()), has(&odd));
                    if !text[part.clone()].is_ascii() {
                        assert!(tags.is_wide(part.clone()));
                    }
                    start += random as usize % 7 * 50;
                    random = random.rotate_left(9);
                }
                assert!(!tags.look_further(&text));
            }
        }
    }

    #[test]
    fn needles_are_sought_in_a_part_of_each_row() {
        let text = b"<a>keys</a><b>my keys</b>".repeat(30);
        for simd in SimdLevel::all() {
            let mut tags = Tags::new(simd, vec![Needle::new(b"KEYS").unwrap()]);
            assert!(tags.look_further(&text));
            for row in 0..30 {
                if row % 3 == 0 {
                    tags.seek(&text, 4, 3, |places| places[2] as usize + 3..places[3] as usize);
                }
                let start = 25 * row;
                assert!(!tags.has_needle(start..start + 11), "{simd:?}");
                assert!(tags.has_needle(start + 14..start + 21), "{simd:?}");
                tags.pass(4);
            }
        }
    }

    #[test]
    fn tags_that_are_not_passed_stay_at_hand() {
        let text = b"<a>".repeat(20_000);
        let mut tags = Tags::new(SimdLevel::best(), Vec::new());
        while tags.look_further(&text) {}
        assert!((0..20_000).map(|at| 3 * at).eq(tags.places().iter().copied()));
        tags.pass_to(3001);
        assert_eq!(tags.places()[0], 3003);
        tags.pass(5);
        assert_eq!(tags.places()[0], 3018);
        let mut form = TagPattern::new(2);
        form.expect(0, b"<a><a>");
        assert_eq!(tags.rows_of(&form, &text), (20_000 - 1006) / 2 - 5);
        assert_eq!(tags.rows_of(&form, &text[..3018]), 0);
    }
}
