//! Pairs of bytes in some parts of a text.

use std::ops::Range;

use super::super::Speed;
use super::{BLOCK, Pair};

/// Hands on each place in one of these parts where the first byte of a pair stands
/// with the second behind it, which may be behind the part, and the index of the pair;
/// sometimes places where they only look like it.
pub(in crate::scan) fn pairs_in(
    speed: Speed,
    bytes: &[u8],
    parts: impl Iterator<Item = Range<usize>>,
    pairs: &[Pair],
    found: impl FnMut(usize, usize),
) {
    match speed {
        Speed::Portable => portable(bytes, parts, pairs, found),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx2` is only made where these features were detected.
        Speed::Avx2 => unsafe { avx2::pairs_in(bytes, parts, pairs, found) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx512` is only made where these features were detected.
        Speed::Avx512 => unsafe { avx512::pairs_in(bytes, parts, pairs, found) },
    }
}

fn portable(
    bytes: &[u8],
    parts: impl Iterator<Item = Range<usize>>,
    pairs: &[Pair],
    mut found: impl FnMut(usize, usize),
) {
    for part in parts {
        portable_part(bytes, part, pairs, &mut found);
    }
}

fn portable_part(
    bytes: &[u8],
    part: Range<usize>,
    pairs: &[Pair],
    mut found: impl FnMut(usize, usize),
) {
    for (index, pair) in pairs.iter().enumerate() {
        let [first, second] = pair.bytes;
        for at in memchr::memchr2_iter(first, first.to_ascii_uppercase(), &bytes[part.clone()]) {
            let at = part.start + at;
            if bytes.get(at + pair.distance).is_some_and(|b| b.eq_ignore_ascii_case(&second)) {
                found(at, index);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::super::avx2::{join, load};
    use super::super::case_of;
    use super::{BLOCK, Pair, Range, portable_part};

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn pairs_in(
        bytes: &[u8],
        parts: impl Iterator<Item = Range<usize>>,
        pairs: &[Pair],
        mut found: impl FnMut(usize, usize),
    ) {
        let set = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
        let reach = BLOCK + pairs.iter().map(|pair| pair.distance).max().unwrap_or(0);
        for mut part in parts {
            while part.start < part.end {
                if part.start + reach > bytes.len() {
                    portable_part(bytes, part, pairs, &mut found);
                    break;
                }
                let counts = u64::MAX >> BLOCK.saturating_sub(part.len());
                for (index, pair) in pairs.iter().enumerate() {
                    let half = |at: usize, number: usize| {
                        let byte = pair.bytes[number];
                        let bytes = _mm256_or_si256(load(bytes, at), set(case_of(byte)));
                        _mm256_cmpeq_epi8(bytes, set(byte))
                    };
                    let both = |at| _mm256_and_si256(half(at, 0), half(at + pair.distance, 1));
                    let mut bits = join(both(part.start), both(part.start + 32)) & counts;
                    while bits != 0 {
                        found(part.start + bits.trailing_zeros() as usize, index);
                        bits &= bits - 1;
                    }
                }
                part.start += BLOCK;
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{_mm512_cmpeq_epi8_mask, _mm512_or_si512, _mm512_set1_epi8};

    use super::super::avx512::load;
    use super::super::case_of;
    use super::{BLOCK, Pair, Range, portable_part};

    #[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn pairs_in(
        bytes: &[u8],
        parts: impl Iterator<Item = Range<usize>>,
        pairs: &[Pair],
        mut found: impl FnMut(usize, usize),
    ) {
        let set = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
        for mut part in parts {
            while part.start < part.end {
                let block = |at: usize| bytes.get(at..)?.first_chunk::<BLOCK>();
                let Some(here) = block(part.start) else {
                    portable_part(bytes, part, pairs, &mut found);
                    break;
                };
                let counts = u64::MAX >> BLOCK.saturating_sub(part.len());
                let here = load(here);
                for (index, pair) in pairs.iter().enumerate() {
                    let [first, second] = pair.bytes;
                    let first_of = _mm512_or_si512(here, set(case_of(first)));
                    let mut bits = _mm512_cmpeq_epi8_mask(first_of, set(first)) & counts;
                    if bits == 0 {
                        continue;
                    }
                    let Some(there) = block(part.start + pair.distance) else {
                        let rest = part.start..part.end.min(part.start + BLOCK);
                        let one = std::slice::from_ref(pair);
                        portable_part(bytes, rest, one, |at, _| found(at, index));
                        continue;
                    };
                    let second_of = _mm512_or_si512(load(there), set(case_of(second)));
                    bits &= _mm512_cmpeq_epi8_mask(second_of, set(second));
                    while bits != 0 {
                        found(part.start + bits.trailing_zeros() as usize, index);
                        bits &= bits - 1;
                    }
                }
                part.start += BLOCK;
            }
        }
    }
}
