//! Finds the tags of XML, and compares them with the expected ones.

use super::{BLOCK, HIGH, equal};
use crate::scan::simd::{Instructions, SimdLevel};

/// What was found in some bytes. Results are appended.
pub(in crate::scan) struct Sights<'s> {
    /// The places of `<`: the first `count` of them are valid.
    pub(in crate::scan) tags: &'s mut [u32],
    pub(in crate::scan) count: usize,
    /// The places of `&`.
    pub(in crate::scan) references: &'s mut Vec<u32>,
    /// The places of blocks that contain bytes beyond ASCII.
    pub(in crate::scan) wide: &'s mut Vec<u32>,
}

/// Examines bytes, the first of which is at place `base`. `tags` needs room for one place
/// for each byte, and for one more block; bytes without room are not examined.
pub(in crate::scan) fn find_tags(
    simd: SimdLevel,
    bytes: &[u8],
    base: u32,
    sights: &mut Sights<'_>,
) {
    match simd.instructions() {
        Instructions::Portable => walk(bytes, base, sights, portable_masks, write_each),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: A `SimdLevel` stands for these only where they were detected.
        Instructions::Avx2 => unsafe { avx2::find_tags(bytes, base, sights) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: A `SimdLevel` stands for these only where they were detected.
        Instructions::Avx512 => unsafe { avx512::find_tags(bytes, base, sights) },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Instructions::Simd128 => walk(bytes, base, sights, simd128::masks, write_each),
    }
}

/// `masks` returns the bytes of a block that are `<`, and anything but 0 if one is `&` or
/// beyond ASCII. `write` writes the places of bits.
#[inline(always)]
fn walk(
    bytes: &[u8],
    base: u32,
    sights: &mut Sights<'_>,
    masks: impl Fn(&[u8; BLOCK]) -> (u64, u64),
    write: impl Fn(&mut [u32; BLOCK], u32, u64),
) {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    let (mut at, mut count) = (base, sights.count);
    // If the last block is empty, it contains nothing to find.
    for block in blocks.iter().chain([&last]) {
        let (tags, others) = masks(block);
        let Some(room) = sights.tags.get_mut(count..).and_then(|room| room.first_chunk_mut())
        else {
            break;
        };
        write(room, at, tags);
        count += tags.count_ones() as usize;
        if others != 0 {
            note_others(block, at, sights.references, sights.wide);
        }
        at += BLOCK as u32;
    }
    sights.count = count;
}

#[cold]
fn note_others(block: &[u8; BLOCK], at: u32, references: &mut Vec<u32>, wide: &mut Vec<u32>) {
    let places = (at..).zip(block).filter(|(_, byte)| **byte == b'&');
    references.extend(places.map(|(place, _)| place));
    if !block.is_ascii() {
        wide.push(at);
    }
}

fn portable_masks(block: &[u8; BLOCK]) -> (u64, u64) {
    let (mut tags, mut others) = (0, 0);
    for (index, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        tags |= equal(word, b'<') << (8 * index);
        others |= equal(word, b'&') | word & HIGH;
    }
    (tags, others)
}

/// Always writes six places, because a block usually has a few. Those without a bit are
/// overwritten later.
#[inline(always)]
fn write_each(room: &mut [u32; BLOCK], at: u32, mut bits: u64) {
    for place in &mut room[..6] {
        *place = at + bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
    }
    for place in &mut room[6..] {
        if bits == 0 {
            break;
        }
        *place = at + bits.trailing_zeros();
        bits &= bits - 1;
    }
}

/// How many bytes of a text are compared in one step.
pub(in crate::scan) const PIECE: usize = 32;

/// A piece of an expected text, which begins `offset` bytes after a place of a row.
#[derive(Clone, Debug)]
pub(in crate::scan) struct Piece {
    /// The index of the place in its row.
    pub(in crate::scan) place: usize,
    /// How many bytes after that place the piece begins.
    pub(in crate::scan) offset: usize,
    pub(in crate::scan) text: [u8; PIECE],
    /// All bits set in the bytes that are compared.
    pub(in crate::scan) mask: [u8; PIECE],
}

/// How many consecutive rows of `width` places contain all of their pieces in `bytes`.
/// Counting ends at the first row that does not, or that may be too close to the end of
/// the bytes.
pub(in crate::scan) fn rows_with(
    simd: SimdLevel,
    bytes: &[u8],
    places: &[u32],
    width: usize,
    pieces: &[Piece],
) -> usize {
    match simd.instructions() {
        Instructions::Portable => portable_rows(bytes, places, width, pieces),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: Both levels are only made where AVX2 was detected.
        Instructions::Avx2 | Instructions::Avx512 => unsafe {
            avx2::rows_with(bytes, places, width, pieces)
        },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Instructions::Simd128 => simd128::rows_with(bytes, places, width, pieces),
    }
}

/// The bytes that a piece has to be compared with.
#[inline(always)]
fn part_of<'b>(bytes: &'b [u8], row: &[u32], piece: &Piece) -> Option<&'b [u8; PIECE]> {
    let start = *row.get(piece.place)? as usize + piece.offset;
    bytes.get(start..)?.first_chunk()
}

fn portable_rows(bytes: &[u8], places: &[u32], width: usize, pieces: &[Piece]) -> usize {
    let has_all = |row: &&[u32]| {
        pieces.iter().all(|piece| {
            let Some(part) = part_of(bytes, row, piece) else { return false };
            let word =
                |bytes: &[u8; PIECE], at: usize| u64::from_le_bytes(bytes.as_chunks::<8>().0[at]);
            let differs = |at| (word(part, at) ^ word(&piece.text, at)) & word(&piece.mask, at);
            (0..PIECE / 8).fold(0, |all, at| all | differs(at)) == 0
        })
    };
    places.chunks_exact(width).take_while(has_all).count()
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8, _mm256_setzero_si256, _mm256_testz_si256, _mm256_xor_si256,
    };

    use super::super::avx2::{AHEAD, fetch, join, load};
    use super::{BLOCK, Piece, Sights, part_of, walk, write_each};

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn find_tags(bytes: &[u8], base: u32, sights: &mut Sights<'_>) {
        let set = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
        let (tag, reference) = (set(b'<'), set(b'&'));
        let masks = |block: &[u8; BLOCK]| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let (low, high) = (load(block, 0), load(block, 32));
            let tags = join(_mm256_cmpeq_epi8(low, tag), _mm256_cmpeq_epi8(high, tag));
            // The highest bit is set in bytes beyond ASCII only.
            let low = _mm256_or_si256(low, _mm256_cmpeq_epi8(low, reference));
            let high = _mm256_or_si256(high, _mm256_cmpeq_epi8(high, reference));
            let others = _mm256_movemask_epi8(_mm256_or_si256(low, high)).cast_unsigned();
            (tags, u64::from(others))
        };
        walk(bytes, base, sights, masks, write_each);
    }

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn rows_with(bytes: &[u8], places: &[u32], width: usize, pieces: &[Piece]) -> usize {
        let mut rows = 0;
        for row in places.chunks_exact(width) {
            let mut differs = _mm256_setzero_si256();
            for piece in pieces {
                let Some(part) = part_of(bytes, row, piece) else { return rows };
                let here = _mm256_xor_si256(load(part, 0), load(&piece.text, 0));
                differs = _mm256_or_si256(differs, _mm256_and_si256(here, load(&piece.mask, 0)));
            }
            if _mm256_testz_si256(differs, differs) == 0 {
                return rows;
            }
            rows += 1;
        }
        rows
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm512_add_epi32, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask,
        _mm512_cvtepu8_epi32, _mm512_maskz_compress_epi8, _mm512_movepi8_mask, _mm512_set1_epi8,
        _mm512_set1_epi32, _mm512_storeu_si512,
    };

    use super::super::avx2::{AHEAD, fetch};
    use super::super::avx512::load;
    use super::{BLOCK, Sights, walk, write_each};

    /// The numbers 0 to 63, the places of the bytes in a block.
    const PLACES: [u8; BLOCK] = {
        let mut places = [0; BLOCK];
        let mut at = 0;
        while at < BLOCK {
            places[at] = at as u8;
            at += 1;
        }
        places
    };

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn find_tags(bytes: &[u8], base: u32, sights: &mut Sights<'_>) {
        let set = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
        let (tag, reference) = (set(b'<'), set(b'&'));
        let masks = |block: &[u8; BLOCK]| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let block = load(block);
            let others = _mm512_cmpeq_epi8_mask(block, reference) | _mm512_movepi8_mask(block);
            (_mm512_cmpeq_epi8_mask(block, tag), others)
        };
        let all = load(&PLACES);
        let write = |room: &mut [u32; BLOCK], at: u32, bits: u64| {
            if bits.count_ones() > 16 {
                return write_each(room, at, bits);
            }
            let places = _mm512_castsi512_si128(_mm512_maskz_compress_epi8(bits, all));
            let at = _mm512_set1_epi32(at.cast_signed());
            store(room, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), at));
        };
        walk(bytes, base, sights, masks, write);
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    fn store(room: &mut [u32; BLOCK], places: __m512i) {
        // SAFETY: `room` has 256 bytes, of which 64 are written, and the store needs no
        // alignment.
        unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast(), places) }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use std::arch::wasm32::{
        u8x16_bitmask, u8x16_eq, u8x16_splat, v128_and, v128_any_true, v128_or, v128_xor,
    };

    use super::super::simd128::{WIDTH, any, equal, load, load_block};
    use super::{BLOCK, PIECE, Piece, part_of};

    pub(super) fn masks(block: &[u8; BLOCK]) -> (u64, u64) {
        let block = load_block(block);
        let reference = u8x16_splat(b'&');
        // The highest bit is set in bytes beyond ASCII only.
        let others = block.map(|part| v128_or(part, u8x16_eq(part, reference)));
        (equal(&block, b'<'), u64::from(u8x16_bitmask(any(&others))))
    }

    pub(super) fn rows_with(bytes: &[u8], places: &[u32], width: usize, pieces: &[Piece]) -> usize {
        let has_all = |row: &&[u32]| {
            let mut differs = u8x16_splat(0);
            for piece in pieces {
                let Some(part) = part_of(bytes, row, piece) else { return false };
                for at in (0..PIECE).step_by(WIDTH) {
                    let here = v128_xor(load(part, at), load(&piece.text, at));
                    differs = v128_or(differs, v128_and(here, load(&piece.mask, at)));
                }
            }
            !v128_any_true(differs)
        };
        places.chunks_exact(width).take_while(has_all).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rounds;
    use super::*;

    fn random_bytes(random: &mut u64, len: usize, from: &[u8]) -> Vec<u8> {
        let byte = |_| {
            *random ^= *random << 13;
            *random ^= *random >> 7;
            *random ^= *random << 17;
            from[*random as usize % from.len()]
        };
        (0..len).map(byte).collect()
    }

    #[test]
    fn tags_are_found_wherever_they_are() {
        let mut random = 3u64;
        // Values next to those that count, and one that differs in its highest bit.
        let texts: [&[u8]; 3] = [b"<&;=%'abx>,", b"aaaaaaaaaaaaaaaaaa<&\xbc\xa6", b"<"];
        for round in 0..rounds(900) {
            let bytes = random_bytes(&mut random, round % 200, texts[round % 3]);
            let places = |wanted: u8| -> Vec<u32> {
                let all = (7..).zip(&bytes).filter(|(_, byte)| **byte == wanted);
                all.map(|(place, _)| place).collect()
            };
            let wide: Vec<u32> = (0..)
                .zip(bytes.chunks(64))
                .filter(|(_, block)| !block.is_ascii())
                .map(|(index, _)| 7 + 64 * index)
                .collect();
            for simd in SimdLevel::all() {
                let (mut references, mut found_wide) = (Vec::new(), Vec::new());
                let mut tags = vec![9; bytes.len() + BLOCK + 1];
                let mut sights = Sights {
                    tags: &mut tags,
                    count: 1,
                    references: &mut references,
                    wide: &mut found_wide,
                };
                find_tags(simd, &bytes, 7, &mut sights);
                let count = sights.count;
                assert_eq!((tags[0], &tags[1..count]), (9, &*places(b'<')), "{simd:?}");
                assert_eq!((references, found_wide), (places(b'&'), wide.clone()), "{simd:?}");
            }
        }
    }

    #[test]
    fn rows_are_counted_up_to_the_first_that_differs_in_a_byte_that_counts() {
        let text = b"0123456789abcdefghijklmnopqrstuv";
        let pieces: Vec<Piece> = [(0, 0, 32), (1, 3, 7), (1, 0, 1)]
            .map(|(place, offset, len)| {
                let mut mask = [0; PIECE];
                mask[..len].fill(0xff);
                Piece { place, offset, text: *text, mask }
            })
            .to_vec();
        let row = [&text[..], b"0..", &text[..7], &[b'.'; 30]].concat();
        let bytes = row.repeat(5);
        let len = row.len() as u32;
        let places: Vec<u32> = (0..5).flat_map(|row| [len * row, len * row + 32]).collect();
        for simd in SimdLevel::all() {
            assert_eq!(rows_with(simd, &bytes, &places, 2, &pieces), 5);
            assert_eq!(rows_with(simd, &bytes, &places[..7], 2, &pieces), 3);
            assert_eq!(rows_with(simd, &bytes[..bytes.len() - 30], &places, 2, &pieces), 4);
            assert_eq!(rows_with(simd, &bytes, &[0, 32, 1000, 2000], 2, &pieces), 1);
            for at in 0..row.len() {
                let mut bytes = bytes.clone();
                bytes[3 * row.len() + at] ^= 0x80;
                let counts = at < 33 || (35..42).contains(&at);
                let want = if counts { 3 } else { 5 };
                assert_eq!(rows_with(simd, &bytes, &places, 2, &pieces), want, "{simd:?} {at}");
            }
        }
    }
}
