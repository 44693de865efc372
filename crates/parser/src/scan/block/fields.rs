//! Finds the fields that contain a pair of bytes.

use std::ops::Range;

use super::Pair;
use crate::scan::simd::{Instructions, SimdLevel};

/// Passes number (from 0) and range of each of `fields` that contains one of the pairs.
/// The fields are ranges of `bytes`.
pub(in crate::scan) fn each_field_with(
    simd: SimdLevel,
    bytes: &[u8],
    fields: impl Iterator<Item = Range<usize>>,
    pairs: &[Pair],
    found: impl FnMut(usize, Range<usize>),
) {
    match simd.instructions() {
        Instructions::Portable => portable(bytes, fields, pairs, found),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: A `SimdLevel` stands for these only where they were detected.
        Instructions::Avx2 => unsafe { avx2::each_field_with(bytes, fields, pairs, found) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: A `SimdLevel` stands for these only where they were detected.
        Instructions::Avx512 => unsafe { avx512::each_field_with(bytes, fields, pairs, found) },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Instructions::Simd128 => simd128::each_field_with(bytes, fields, pairs, found),
    }
}

fn portable(
    bytes: &[u8],
    fields: impl Iterator<Item = Range<usize>>,
    pairs: &[Pair],
    mut found: impl FnMut(usize, Range<usize>),
) {
    for (number, field) in fields.enumerate() {
        let Some(text) = bytes.get(field.clone()) else { continue };
        if has_any(text, pairs) {
            found(number, field);
        }
    }
}

/// Whether a text contains one of the pairs.
fn has_any(text: &[u8], pairs: &[Pair]) -> bool {
    pairs.iter().any(|pair| has_pair(text, pair))
}

/// Whether a text contains the pair.
fn has_pair(text: &[u8], pair: &Pair) -> bool {
    let [first, second] = pair.bytes;
    let end = text.len().saturating_sub(pair.distance);
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), &text[..end])
        .any(|at| text[at + pair.distance].eq_ignore_ascii_case(&second))
}

/// How many bytes after a block are read with it: the longest distance.
#[cfg(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))]
fn reach(pairs: &[Pair]) -> usize {
    pairs.iter().map(|pair| pair.distance).max().unwrap_or_default()
}

// All search a block for all pairs before anything is decided, so that the CPU has
// nothing to guess. The first byte of what they find is in the field, the second one may
// be behind its end: the few fields that have one are looked at again.

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_setzero_si256,
    };
    use std::ops::Range;

    use super::super::BLOCK;
    use super::super::avx2::load;
    use super::{Pair, has_any, reach};

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn each_field_with(
        bytes: &[u8],
        fields: impl Iterator<Item = Range<usize>>,
        pairs: &[Pair],
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        let is = |block: __m256i, [case, byte]: &[[u8; BLOCK]; 2]| -> __m256i {
            _mm256_cmpeq_epi8(_mm256_or_si256(block, load(case, 0)), load(byte, 0))
        };
        // Before this, a block and the longest distance behind it are there.
        let end = bytes.len().saturating_sub(reach(pairs) + 31);
        for (number, field) in fields.enumerate() {
            let mut at = field.start;
            let mut all = 0;
            while at < field.end && at < end {
                let here = load(bytes, at);
                let mut any = _mm256_setzero_si256();
                for pair in pairs {
                    let [first, second] = &pair.blocks;
                    let there = load(bytes, at + pair.distance);
                    let both = _mm256_and_si256(is(here, first), is(there, second));
                    any = _mm256_or_si256(any, both);
                }
                let bits = u64::from(_mm256_movemask_epi8(any).cast_unsigned());
                all |= bits & (u64::MAX >> (64 - (field.end - at).min(32)));
                at += 32;
            }
            if (all != 0 || at < field.end)
                && bytes.get(field.clone()).is_some_and(|field| has_any(field, pairs))
            {
                found(number, field);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        _bzhi_u64, _mm512_cmpeq_epi8_mask, _mm512_mask_cmpeq_epi8_mask, _mm512_or_si512,
    };
    use std::ops::Range;

    use super::super::BLOCK;
    use super::super::avx512::load;
    use super::{Pair, has_any, reach};

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn each_field_with(
        bytes: &[u8],
        fields: impl Iterator<Item = Range<usize>>,
        pairs: &[Pair],
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        let block = |at: usize| bytes.get(at..)?.first_chunk::<BLOCK>();
        // Before this, a block and the longest distance behind it are there.
        let end = bytes.len().saturating_sub(reach(pairs) + BLOCK - 1);
        for (number, field) in fields.enumerate() {
            let mut at = field.start;
            let mut all = 0;
            while at < field.end && at < end {
                let Some(here) = block(at) else { break };
                let here = load(here);
                let mut any = 0;
                for pair in pairs {
                    let Some(there) = block(at + pair.distance) else { break };
                    let [first, second] = &pair.blocks;
                    let first_of = _mm512_or_si512(here, load(&first[0]));
                    let second_of = _mm512_or_si512(load(there), load(&second[0]));
                    let mask = _mm512_cmpeq_epi8_mask(first_of, load(&first[1]));
                    any |= _mm512_mask_cmpeq_epi8_mask(mask, second_of, load(&second[1]));
                }
                all |= _bzhi_u64(any, (field.end - at).min(BLOCK) as u32);
                at += BLOCK;
            }
            if (all != 0 || at < field.end)
                && bytes.get(field.clone()).is_some_and(|field| has_any(field, pairs))
            {
                found(number, field);
            }
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_and, v128_or};
    use std::ops::Range;

    use super::super::BLOCK;
    use super::super::simd128::{WIDTH, load};
    use super::{Pair, has_any, reach};

    pub(super) fn each_field_with(
        bytes: &[u8],
        fields: impl Iterator<Item = Range<usize>>,
        pairs: &[Pair],
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        let is = |block: v128, [case, byte]: &[[u8; BLOCK]; 2]| -> v128 {
            u8x16_eq(v128_or(block, load(case, 0)), load(byte, 0))
        };
        // Before this, a vector and the longest distance behind it are there.
        let end = bytes.len().saturating_sub(reach(pairs) + WIDTH - 1);
        for (number, field) in fields.enumerate() {
            let mut at = field.start;
            let mut all = 0;
            while at < field.end && at < end {
                let here = load(bytes, at);
                let mut any = u8x16_splat(0);
                for pair in pairs {
                    let [first, second] = &pair.blocks;
                    let there = load(bytes, at + pair.distance);
                    any = v128_or(any, v128_and(is(here, first), is(there, second)));
                }
                all |= u8x16_bitmask(any) & (u16::MAX >> (WIDTH - (field.end - at).min(WIDTH)));
                at += WIDTH;
            }
            if (all != 0 || at < field.end)
                && bytes.get(field.clone()).is_some_and(|field| has_any(field, pairs))
            {
                found(number, field);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rounds;
    use super::*;

    #[test]
    fn a_pair_is_found_in_the_fields_that_have_it() {
        let mut random = 5u64;
        let mut next = |end: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random >> 11) as usize % end
        };
        let pairs = [Pair::new(*b"yp", 1), Pair::new(*b"\\-", 7), Pair::new(*b"q0", 90)];
        let mut hits = 0;
        for _ in 0..rounds(300) {
            let bytes: Vec<u8> = (0..[700, 700, 90, 70, 40, 9][next(6)])
                .map(|_| b"yYpP\\-qQ0|xxxxxxxxxxxxxxxxxxx"[next(29)])
                .collect();
            let mut fields = Vec::new();
            let mut at = 0;
            while at < bytes.len() {
                let end = (at + [0, 1, 2, 9, 63, 64, 65, 130, 200][next(9)]).min(bytes.len());
                fields.push(at..end);
                at = end + next(3);
            }
            let asked = &pairs[..1 + next(3)];
            let has = |field: &&Range<usize>| {
                asked.iter().any(|pair| {
                    let field = bytes[(*field).clone()].to_ascii_lowercase();
                    let end = field.len().saturating_sub(pair.distance);
                    (0..end).any(|at| [field[at], field[at + pair.distance]] == pair.bytes)
                })
            };
            let want: Vec<usize> = (0..fields.len()).filter(|&at| has(&&fields[at])).collect();
            hits += want.len();
            for simd in SimdLevel::all() {
                let mut found = Vec::new();
                let all = fields.iter().cloned();
                each_field_with(simd, &bytes, all, asked, |number, field| {
                    assert_eq!(field, fields[number]);
                    found.push(number);
                });
                assert_eq!(found, want, "{simd:?}");
            }
        }
        assert!(hits > rounds(100));
    }
}
