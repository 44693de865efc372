//! Which of some fields hold a pair of bytes.

use std::ops::Range;

use super::{Pair, portable_pairs};
use crate::scan::Speed;

/// Hands on the number, from 0, of each of `fields`, which are parts of `bytes`, in
/// which one of the pairs stands.
pub(in crate::scan) fn each_field_with(
    speed: Speed,
    bytes: &[u8],
    fields: impl Iterator<Item = Range<usize>>,
    pairs: &[Pair],
    found: impl FnMut(usize),
) {
    match speed {
        Speed::Portable => portable(bytes, fields, pairs, found),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx2` is only made where these features were detected.
        Speed::Avx2 => unsafe { avx2::each_field_with(bytes, fields, pairs, found) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx512` is only made where these features were detected.
        Speed::Avx512 => unsafe { avx512::each_field_with(bytes, fields, pairs, found) },
    }
}

fn portable(
    bytes: &[u8],
    fields: impl Iterator<Item = Range<usize>>,
    pairs: &[Pair],
    mut found: impl FnMut(usize),
) {
    for (number, field) in fields.enumerate() {
        let Some(field) = bytes.get(field) else { continue };
        let mut is_found = false;
        for pair in pairs {
            portable_pairs(field, 0, pair, |_| is_found = true);
        }
        if is_found {
            found(number);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8,
    };
    use std::ops::Range;

    use super::super::avx2::load;
    use super::{Pair, portable_pairs};

    /// Case and byte of each of the two.
    type Wanted = [[__m256i; 2]; 2];

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn each_field_with(
        bytes: &[u8],
        fields: impl Iterator<Item = Range<usize>>,
        pairs: &[Pair],
        mut found: impl FnMut(usize),
    ) {
        let set = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
        let wanted: Vec<Wanted> = pairs
            .iter()
            .map(|pair| pair.bytes.map(|byte| [set(super::super::case_of(byte)), set(byte)]))
            .collect();
        let is = |at: usize, [case, byte]: [__m256i; 2]| {
            _mm256_cmpeq_epi8(_mm256_or_si256(load(bytes, at), case), byte)
        };
        for (number, field) in fields.enumerate() {
            let mut all = 0;
            for (pair, wanted) in pairs.iter().zip(&wanted) {
                // The places where the first byte can stand.
                let (mut at, end) = (field.start, field.end.saturating_sub(pair.distance));
                while at < end && at + pair.distance + 32 <= bytes.len() {
                    let both =
                        _mm256_and_si256(is(at, wanted[0]), is(at + pair.distance, wanted[1]));
                    let bits = u64::from(_mm256_movemask_epi8(both).cast_unsigned());
                    all |= bits & (u64::MAX >> (64 - (end - at).min(32)));
                    at += 32;
                }
                if at < end
                    && let Some(rest) = bytes.get(at..field.end)
                {
                    portable_pairs(rest, 0, pair, |_| all = 1);
                }
            }
            if all != 0 {
                found(number);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _bzhi_u64, _mm512_mask_cmpeq_epi8_mask, _mm512_maskz_loadu_epi8, _mm512_or_si512,
        _mm512_set1_epi8,
    };
    use std::ops::Range;

    use super::super::BLOCK;
    use super::Pair;

    struct Wanted {
        cases: [__m512i; 2],
        bytes: [__m512i; 2],
        distance: usize,
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn each_field_with(
        bytes: &[u8],
        fields: impl Iterator<Item = Range<usize>>,
        pairs: &[Pair],
        mut found: impl FnMut(usize),
    ) {
        let set = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
        let wanted: Vec<Wanted> = pairs
            .iter()
            .map(|pair| Wanted {
                cases: pair.bytes.map(|byte| set(super::super::case_of(byte))),
                bytes: pair.bytes.map(set),
                distance: pair.distance,
            })
            .collect();
        for (number, field) in fields.enumerate() {
            let Some(field) = bytes.get(field) else { continue };
            let mut all = 0;
            for wanted in &wanted {
                all |= look(field, 0, wanted) | look(field, BLOCK, wanted);
                let mut at = 2 * BLOCK;
                while at < field.len() {
                    all |= look(field, at, wanted);
                    at += BLOCK;
                }
            }
            if all != 0 {
                found(number);
            }
        }
    }

    /// Where the pair stands in a field, for the block at a place of it, which may be
    /// behind its end.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    #[inline]
    fn look(field: &[u8], at: usize, wanted: &Wanted) -> u64 {
        let places = field.len().saturating_sub(at + wanted.distance).min(BLOCK);
        let mask = _bzhi_u64(u64::MAX, places as u32);
        let here = field.as_ptr().wrapping_add(at);
        let there = here.wrapping_add(wanted.distance);
        // SAFETY: Bytes that are not in the mask are not read. Those that are end
        // `distance` bytes before the end of the field at the latest, and the others
        // by that much later.
        let (here, there) = unsafe {
            (
                _mm512_maskz_loadu_epi8(mask, here.cast()),
                _mm512_maskz_loadu_epi8(mask, there.cast()),
            )
        };
        let here = _mm512_or_si512(here, wanted.cases[0]);
        let there = _mm512_or_si512(there, wanted.cases[1]);
        let mask = _mm512_mask_cmpeq_epi8_mask(mask, here, wanted.bytes[0]);
        _mm512_mask_cmpeq_epi8_mask(mask, there, wanted.bytes[1])
    }
}

#[cfg(test)]
mod tests {
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
        let pairs = [
            Pair { bytes: *b"yp", distance: 1 },
            Pair { bytes: *b"\\-", distance: 7 },
            Pair { bytes: *b"q0", distance: 90 },
        ];
        let mut hits = 0;
        for _ in 0..300 {
            let bytes: Vec<u8> =
                (0..700).map(|_| b"yYpP\\-qQ0|xxxxxxxxxxxxxxxxxxx"[next(29)]).collect();
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
            for speed in Speed::all() {
                let mut found = Vec::new();
                let all = fields.iter().cloned();
                each_field_with(speed, &bytes, all, asked, |number| found.push(number));
                assert_eq!(found, want, "{speed:?}");
            }
        }
        assert!(hits > 100);
    }
}
