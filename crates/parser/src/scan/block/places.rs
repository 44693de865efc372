//! Finds the ends of the fields of a CSV in which every field is quoted.

use super::{BLOCK, equal};
use crate::scan::simd::{Instructions, SimdLevel};

/// What has to be known of a block to examine the next one.
#[derive(Clone, Copy, Debug)]
pub(in crate::scan) struct Carry {
    /// All bits set if the block ended inside quotes, otherwise 0.
    inside: u64,
    /// 1 if the block ended with a comma or line feed outside quotes; 1 if it ended with
    /// another byte outside quotes.
    after_place: u64,
    after_other: u64,
}

impl Carry {
    /// The state before a record.
    pub(in crate::scan) const START: Carry = Carry { inside: 0, after_place: 1, after_other: 0 };
}

/// What was found in some blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scan) struct Found {
    /// How many commas between fields and line feeds after records.
    pub(in crate::scan) places: usize,
    /// How many of them are line feeds.
    pub(in crate::scan) ends: usize,
    /// Whether something is not written strictly. If so, the other results are not valid.
    pub(in crate::scan) is_wrong: bool,
    /// Whether there is a line feed inside a field.
    pub(in crate::scan) has_inner: bool,
    /// Whether any byte is beyond ASCII.
    pub(in crate::scan) is_wide: bool,
}

/// Writes the places of commas between fields and of line feeds after records into `out`,
/// counted from `base` for the first block. `out` needs room for as many places as there
/// are bytes, and [`BLOCK`] more. What follows the places is undefined.
pub(in crate::scan) fn find_places(
    simd: SimdLevel,
    blocks: &[[u8; BLOCK]],
    base: u32,
    carry: &mut Carry,
    out: &mut [u32],
) -> Found {
    match simd.instructions() {
        Instructions::Portable => portable(blocks, base, carry, out),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: A `SimdLevel` stands for these only where they were detected.
        Instructions::Avx2 => unsafe { avx2::find_places(blocks, base, carry, out) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: A `SimdLevel` stands for these only where they were detected.
        Instructions::Avx512 => unsafe { avx512::find_places(blocks, base, carry, out) },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Instructions::Simd128 => simd128::find_places(blocks, base, carry, out),
    }
}

/// Which bytes of a block are a quote, a comma and a line feed. The first byte is the
/// lowest bit.
#[derive(Clone, Copy)]
struct Masks {
    quotes: u64,
    commas: u64,
    line_feeds: u64,
}

/// Goes through the blocks. `masks` finds quotes, commas and line feeds of a block.
/// `prefix_xor` sets each bit for which an odd number of bits up to it are set. `put`
/// writes the places of bits, after as many others.
#[inline(always)]
fn walk(
    blocks: &[[u8; BLOCK]],
    base: u32,
    carry: &mut Carry,
    mut masks: impl FnMut(&[u8; BLOCK]) -> Masks,
    prefix_xor: impl Fn(u64) -> u64,
    mut put: impl FnMut(u64, u32, usize),
) -> Found {
    let Carry { mut inside, mut after_place, mut after_other } = *carry;
    let (mut places, mut ends_found, mut wrong, mut inner) = (0usize, 0u32, 0, 0);
    let mut base = base;
    for block in blocks {
        let Masks { quotes, commas, line_feeds } = masks(block);
        // Set from each opening quote up to the byte before the closing quote.
        let within = prefix_xor(quotes) ^ inside;
        let outside = !(within | quotes);
        let ends = line_feeds & outside;
        let bits = (commas | line_feeds) & outside;
        let others = outside ^ bits;
        // A comma or line feed must be followed by a quote, and any other byte outside
        // quotes by a line feed. So between two quotes there is one comma, or one line
        // feed with at most one byte before it.
        wrong |= (bits << 1 | after_place) & outside;
        wrong |= (others << 1 | after_other) & !ends;
        inner |= line_feeds & within;
        inside = (within.cast_signed() >> 63).cast_unsigned();
        after_place = bits >> 63;
        after_other = others >> 63;
        put(bits, base, places);
        places += bits.count_ones() as usize;
        ends_found += ends.count_ones();
        base = base.wrapping_add(BLOCK as u32);
    }
    *carry = Carry { inside, after_place, after_other };
    Found {
        places,
        ends: ends_found as usize,
        is_wrong: wrong != 0,
        has_inner: inner != 0,
        is_wide: false,
    }
}

/// Writes places four at a time; most blocks have at most four.
#[inline(always)]
fn put_by_fours(mut bits: u64, base: u32, out: &mut [u32]) {
    for four in out.as_chunks_mut::<4>().0 {
        for place in four {
            *place = base.wrapping_add(bits.trailing_zeros());
            bits &= bits.wrapping_sub(1);
        }
        if bits == 0 {
            break;
        }
    }
}

fn portable(blocks: &[[u8; BLOCK]], base: u32, carry: &mut Carry, out: &mut [u32]) -> Found {
    let put = |bits: u64, base: u32, places: usize| put_by_fours(bits, base, &mut out[places..]);
    let found = walk(blocks, base, carry, portable_masks, portable_prefix_xor, put);
    Found { is_wide: !blocks.as_flattened().is_ascii(), ..found }
}

/// Sets each bit for which an odd number of bits up to it are set.
fn portable_prefix_xor(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, shift| bits ^ (bits << shift))
}

fn portable_masks(block: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks { quotes: 0, commas: 0, line_feeds: 0 };
    for (index, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let shift = 8 * index;
        masks.quotes |= equal(word, b'"') << shift;
        masks.commas |= equal(word, b',') << shift;
        masks.line_feeds |= equal(word, b'\n') << shift;
    }
    masks
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_set1_epi8,
        _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::super::avx2::{AHEAD, fetch, join, load};
    use super::{BLOCK, Carry, Found, Masks, put_by_fours, walk};

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn find_places(
        blocks: &[[u8; BLOCK]],
        base: u32,
        carry: &mut Carry,
        out: &mut [u32],
    ) -> Found {
        let mut all = _mm256_set1_epi8(0);
        let masks = |block: &[u8; BLOCK]| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let (low, high) = (load(block, 0), load(block, 32));
            all = _mm256_or_si256(all, _mm256_or_si256(low, high));
            let equal = |byte: u8| {
                let byte = _mm256_set1_epi8(byte.cast_signed());
                join(_mm256_cmpeq_epi8(low, byte), _mm256_cmpeq_epi8(high, byte))
            };
            Masks { quotes: equal(b'"'), commas: equal(b','), line_feeds: equal(b'\n') }
        };
        let put = |bits: u64, base: u32, places: usize| {
            put_by_fours(bits, base, &mut out[places..]);
        };
        let found = walk(blocks, base, carry, masks, |bits| prefix_xor(bits), put);
        Found { is_wide: _mm256_movemask_epi8(all) != 0, ..found }
    }

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    #[inline]
    pub(super) fn prefix_xor(bits: u64) -> u64 {
        let all = _mm_set1_epi8(-1);
        let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), all);
        _mm_cvtsi128_si64(product).cast_unsigned()
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        _mm512_add_epi32, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cvtepu8_epi32,
        _mm512_maskz_compress_epi8, _mm512_movepi8_mask, _mm512_or_si512, _mm512_set1_epi8,
        _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_si512,
    };

    use super::super::avx2::{AHEAD, fetch};
    use super::super::avx512::load;
    use super::avx2::prefix_xor;
    use super::{BLOCK, Carry, Found, Masks, walk};

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn find_places(
        blocks: &[[u8; BLOCK]],
        base: u32,
        carry: &mut Carry,
        out: &mut [u32],
    ) -> Found {
        assert!(out.len() >= (blocks.len() + 1) * BLOCK, "there is room for every byte");
        let mut all = _mm512_setzero_si512();
        let masks = |block: &[u8; BLOCK]| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let block = load(block);
            all = _mm512_or_si512(all, block);
            let equal =
                |byte: u8| _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(byte.cast_signed()));
            Masks { quotes: equal(b'"'), commas: equal(b','), line_feeds: equal(b'\n') }
        };
        const NUMBERS: [u8; BLOCK] = {
            let mut numbers = [0; BLOCK];
            let mut at = 0;
            while at < BLOCK {
                numbers[at] = at as u8;
                at += 1;
            }
            numbers
        };
        let numbers = load(&NUMBERS);
        let put = |bits: u64, base: u32, places: usize| {
            let set = _mm512_maskz_compress_epi8(bits, numbers);
            let wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(set));
            let first = _mm512_add_epi32(wide, _mm512_set1_epi32(base.cast_signed()));
            // SAFETY: At most as many places were found so far as there were bytes, so
            // there is room for a block after them, as asserted above. 16 numbers are
            // written, and the store needs no alignment.
            unsafe { _mm512_storeu_si512(out.as_mut_ptr().add(places).cast(), first) };
            if bits.count_ones() > 16 {
                put_all(bits, base, &mut out[places..]);
            }
        };
        let found = walk(blocks, base, carry, masks, |bits| prefix_xor(bits), put);
        Found { is_wide: _mm512_movepi8_mask(all) != 0, ..found }
    }

    #[cold]
    #[inline(never)]
    fn put_all(bits: u64, base: u32, out: &mut [u32]) {
        super::put_by_fours(bits, base, out);
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_splat, v128_or};

    use super::super::simd128::{any, equal, load_block};
    use super::{BLOCK, Carry, Found, Masks, portable_prefix_xor, put_by_fours, walk};

    pub(super) fn find_places(
        blocks: &[[u8; BLOCK]],
        base: u32,
        carry: &mut Carry,
        out: &mut [u32],
    ) -> Found {
        let mut all = u8x16_splat(0);
        let masks = |block: &[u8; BLOCK]| {
            let block = load_block(block);
            all = v128_or(all, any(&block));
            let equal = |byte: u8| equal(&block, byte);
            Masks { quotes: equal(b'"'), commas: equal(b','), line_feeds: equal(b'\n') }
        };
        let put = |bits: u64, base: u32, places: usize| {
            put_by_fours(bits, base, &mut out[places..]);
        };
        let found = walk(blocks, base, carry, masks, portable_prefix_xor, put);
        Found { is_wide: u8x16_bitmask(all) != 0, ..found }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rounds;
    use super::*;

    #[derive(Clone, Copy, PartialEq)]
    enum Class {
        Quote,
        Inside,
        Separator,
        End,
        Other,
    }

    /// The same, one byte after the other.
    fn naive(bytes: &[u8], base: u32) -> (Vec<u32>, Found) {
        let (mut inside, mut before) = (false, Class::End);
        let mut found =
            Found { places: 0, ends: 0, is_wrong: false, has_inner: false, is_wide: false };
        let mut places = Vec::new();
        for (place, &byte) in (base..).zip(bytes) {
            let class = match byte {
                b'"' => Class::Quote,
                _ if inside => Class::Inside,
                b',' => Class::Separator,
                b'\n' => Class::End,
                _ => Class::Other,
            };
            inside ^= class == Class::Quote;
            found.is_wrong |= match before {
                Class::Separator | Class::End => class != Class::Quote,
                Class::Other => class != Class::End,
                Class::Inside | Class::Quote => false,
            };
            let is_behind_quote = matches!(class, Class::Separator | Class::Other);
            found.is_wrong |= is_behind_quote && before != Class::Quote;
            found.has_inner |= class == Class::Inside && byte == b'\n';
            found.is_wide |= !byte.is_ascii();
            if matches!(class, Class::Separator | Class::End) {
                places.push(place);
                found.places += 1;
                found.ends += usize::from(class == Class::End);
            }
            before = class;
        }
        (places, found)
    }

    #[test]
    fn places_are_found_wherever_they_are() {
        let mut random = 1u64;
        let mut next = |end: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random >> 11) as usize % end
        };
        let (mut right, mut wrong) = (0, 0);
        for round in 0..rounds(2000) {
            // Values next to those that count, so that an error in a carry would be
            // noticed.
            let parts: &[&str] = &[
                "\",\"",
                "\"\r\n\"",
                "\"\n\"",
                "\"\"",
                "!#+-\t",
                "\u{a2}\u{ac}",
                "a",
                "long text",
                "\n,",
            ];
            let mut bytes = b"\"".to_vec();
            while bytes.len() < 64 * 3 {
                bytes.extend_from_slice(parts[next(parts.len())].as_bytes());
            }
            if round % 4 == 0 {
                let at = next(64 * 3);
                bytes[at] = b"\",\nx\r"[next(5)];
            }
            let blocks = bytes.as_chunks::<BLOCK>().0;
            let want = naive(blocks.as_flattened(), 1000);
            for simd in SimdLevel::all() {
                for cut in 0..blocks.len() {
                    let mut out = vec![0; 4 * BLOCK];
                    let mut carry = Carry::START;
                    let (first, second) = blocks.split_at(cut);
                    let one = find_places(simd, first, 1000, &mut carry, &mut out);
                    let base = 1000 + (cut * BLOCK) as u32;
                    let other = find_places(simd, second, base, &mut carry, &mut out[one.places..]);
                    let found = Found {
                        places: one.places + other.places,
                        ends: one.ends + other.ends,
                        is_wrong: one.is_wrong | other.is_wrong,
                        has_inner: one.has_inner | other.has_inner,
                        is_wide: one.is_wide | other.is_wide,
                    };
                    assert_eq!(found, want.1, "{simd:?} {bytes:?}");
                    assert_eq!(out[..found.places], want.0, "{simd:?} {bytes:?}");
                    *(if found.is_wrong { &mut wrong } else { &mut right }) += 1;
                }
            }
        }
        assert!(right.min(wrong) > rounds(100), "{right} {wrong}");
    }
}
