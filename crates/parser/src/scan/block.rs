//! Sixty-four bytes at a time, as bits: which of them are a certain byte.

#![allow(
    unsafe_code,
    reason = "loads for vector instructions, and calls of functions that need them"
)]

mod fields;
mod places;

use super::Speed;

pub(super) use fields::each_field_with;
pub(super) use places::{Carry, find_places};

/// How many bytes a block has: a bit of a `u64` for each.
pub(crate) const BLOCK: usize = 64;

const LOW: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);

/// One bit for each byte of a word: whether it is this one.
fn equal(word: u64, byte: u8) -> u64 {
    let zero_if_equal = word ^ (LOW * u64::from(byte));
    // No carry leaves a byte, so this is exact for each.
    let not_equal = ((zero_if_equal & !HIGH) + !HIGH) | zero_if_equal;
    let bits = (!not_equal & HIGH) >> 7;
    // Gathers the lowest bits of the bytes in the highest byte.
    bits.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Where the bytes of a pair stand at their distance, compared without case: the
/// bits of block `at`, for the first byte of the pair.
pub(super) struct Pair {
    /// In lower case.
    pub(super) bytes: [u8; 2],
    pub(super) distance: usize,
}

/// Hands on each place where the first byte of the pair stands in `bytes` with the
/// second behind it; sometimes places where they only look like it.
pub(super) fn each_pair(speed: Speed, bytes: &[u8], pair: &Pair, found: impl FnMut(usize)) {
    match speed {
        Speed::Portable => portable_pairs(bytes, 0, pair, found),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx2` is only made where these features were detected.
        Speed::Avx2 => unsafe { avx2::each_pair(bytes, pair, found) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx512` is only made where these features were detected.
        Speed::Avx512 => unsafe { avx512::each_pair(bytes, pair, found) },
    }
}

/// The places from `from` on.
fn portable_pairs(bytes: &[u8], from: usize, pair: &Pair, mut found: impl FnMut(usize)) {
    let [first, second] = pair.bytes;
    let Some(rest) = bytes.get(from..bytes.len().saturating_sub(pair.distance)) else { return };
    for at in memchr::memchr2_iter(first, first.to_ascii_uppercase(), rest) {
        if bytes[from + at + pair.distance].eq_ignore_ascii_case(&second) {
            found(from + at);
        }
    }
}

/// Adds a word for each block of `bytes` to `marks`, with a bit for each byte that is
/// one of the two; the last block may be a part of one. Whether all bytes are ASCII.
pub(super) fn mark(speed: Speed, bytes: &[u8], two: [u8; 2], marks: &mut Vec<u64>) -> bool {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let ascii = match speed {
        Speed::Portable => {
            marks.extend(blocks.iter().map(|block| portable_mark(block, two)));
            bytes.is_ascii()
        }
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx2` is only made where these features were detected.
        Speed::Avx2 => unsafe { avx2::mark(blocks, two, marks) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx512` is only made where these features were detected.
        Speed::Avx512 => unsafe { avx512::mark(blocks, two, marks) },
    };
    if rest.is_empty() {
        return ascii;
    }
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    marks.push(portable_mark(&last, two) & (u64::MAX >> (BLOCK - rest.len())));
    ascii && rest.is_ascii()
}

fn portable_mark(block: &[u8; BLOCK], two: [u8; 2]) -> u64 {
    block.as_chunks::<8>().0.iter().enumerate().fold(0, |bits, (index, word)| {
        let word = u64::from_le_bytes(*word);
        bits | (equal(word, two[0]) | equal(word, two[1])) << (8 * index)
    })
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _MM_HINT_T0, _mm_prefetch, _mm256_and_si256, _mm256_cmpeq_epi8,
        _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::{BLOCK, Pair, portable_pairs};

    /// How far ahead of a block bytes are fetched into the cache.
    pub(super) const AHEAD: usize = 2048;

    /// Brings the bytes at this place into the cache: the CPU does not look beyond a
    /// page by itself.
    #[inline(always)]
    pub(super) fn fetch(place: *const u8) {
        #[allow(unused_unsafe, reason = "older compilers call it unsafe")]
        // SAFETY: A prefetch reads nothing, and does no harm wherever it points.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(place.cast());
        }
    }

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn each_pair(bytes: &[u8], pair: &Pair, mut found: impl FnMut(usize)) {
        // A bit that parts the cases of a letter, where the byte is one.
        let case = |byte: u8| if byte.is_ascii_lowercase() { 0x20u8 } else { 0 };
        let [first, second] = pair.bytes;
        let set = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
        let cases = [set(case(first)), set(case(second))];
        let wanted = [set(first), set(second)];
        let matches = |at: usize| {
            let here = _mm256_or_si256(load(bytes, at), cases[0]);
            let there = _mm256_or_si256(load(bytes, at + pair.distance), cases[1]);
            _mm256_and_si256(
                _mm256_cmpeq_epi8(here, wanted[0]),
                _mm256_cmpeq_epi8(there, wanted[1]),
            )
        };
        let mut at = 0;
        while at + BLOCK + pair.distance <= bytes.len() {
            let (low, high) = (matches(at), matches(at + 32));
            if _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0 {
                let mut bits = join(low, high);
                while bits != 0 {
                    found(at + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
            }
            at += BLOCK;
        }
        portable_pairs(bytes, at, pair, found);
    }

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn mark(blocks: &[[u8; BLOCK]], two: [u8; 2], marks: &mut Vec<u64>) -> bool {
        let two = two.map(|byte| _mm256_set1_epi8(byte.cast_signed()));
        let either = |part: __m256i| {
            _mm256_or_si256(_mm256_cmpeq_epi8(part, two[0]), _mm256_cmpeq_epi8(part, two[1]))
        };
        let mut all = _mm256_set1_epi8(0);
        marks.extend(blocks.iter().map(|block| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let (low, high) = (load(block, 0), load(block, 32));
            all = _mm256_or_si256(all, _mm256_or_si256(low, high));
            join(either(low), either(high))
        }));
        _mm256_movemask_epi8(all) == 0
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn load(bytes: &[u8], at: usize) -> __m256i {
        let part = &bytes[at..at + 32];
        // SAFETY: `part` is 32 bytes that may be read, and the load wants no alignment.
        unsafe { _mm256_loadu_si256(part.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn join(low: __m256i, high: __m256i) -> u64 {
        let low = _mm256_movemask_epi8(low).cast_unsigned();
        let high = _mm256_movemask_epi8(high).cast_unsigned();
        u64::from(low) | u64::from(high) << 32
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm512_cmpeq_epi8_mask, _mm512_loadu_si512, _mm512_movepi8_mask, _mm512_or_si512,
        _mm512_set1_epi8,
    };

    use super::avx2::{AHEAD, fetch};
    use super::{BLOCK, Pair, portable_pairs};

    #[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn each_pair(bytes: &[u8], pair: &Pair, mut found: impl FnMut(usize)) {
        let mut at = 0;
        loop {
            let mut bits = next_block(bytes, &mut at, pair);
            if bits == 0 {
                break;
            }
            while bits != 0 {
                found(at + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
            at += BLOCK;
        }
        portable_pairs(bytes, at, pair, found);
    }

    /// The pairs of the next block that has any, from `at` on, where that is put. In
    /// a function of its own, so that nothing which is called keeps the loop from
    /// holding everything in registers.
    #[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    #[inline(never)]
    fn next_block(bytes: &[u8], at: &mut usize, pair: &Pair) -> u64 {
        // As for AVX2.
        let case = |byte: u8| if byte.is_ascii_lowercase() { 0x20u8 } else { 0 };
        let [first, second] = pair.bytes;
        let set = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
        let cases = [set(case(first)), set(case(second))];
        let wanted = [set(first), set(second)];
        let heres = bytes[*at..].as_chunks::<BLOCK>().0;
        let theres = bytes.get(*at + pair.distance..).unwrap_or_default().as_chunks::<BLOCK>().0;
        for (here, there) in heres.iter().zip(theres) {
            let here = _mm512_or_si512(load(here), cases[0]);
            let there = _mm512_or_si512(load(there), cases[1]);
            let here = _mm512_cmpeq_epi8_mask(here, wanted[0]);
            let bits = here & _mm512_cmpeq_epi8_mask(there, wanted[1]);
            if bits != 0 {
                return bits;
            }
            *at += BLOCK;
        }
        0
    }

    #[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn mark(blocks: &[[u8; BLOCK]], two: [u8; 2], marks: &mut Vec<u64>) -> bool {
        let two = two.map(|byte| _mm512_set1_epi8(byte.cast_signed()));
        let mut wide = 0;
        marks.extend(blocks.iter().map(|block| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let block = load(block);
            wide |= _mm512_movepi8_mask(block);
            _mm512_cmpeq_epi8_mask(block, two[0]) | _mm512_cmpeq_epi8_mask(block, two[1])
        }));
        wide == 0
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn load(block: &[u8; BLOCK]) -> __m512i {
        // SAFETY: `block` is 64 bytes that may be read, and the load wants no alignment.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_marked_wherever_they_are() {
        let mut random = 3u64;
        for round in 0..600 {
            let mut bytes: Vec<u8> = (0..round % 200)
                .map(|_| {
                    random ^= random << 13;
                    random ^= random >> 7;
                    random ^= random << 17;
                    b"<&;=%'abx>,"[random as usize % 11]
                })
                .collect();
            if round % 3 == 0 && !bytes.is_empty() {
                let at = random as usize % bytes.len();
                bytes[at] = b'<' | 0x80;
            }
            let want: Vec<u64> = bytes
                .chunks(64)
                .map(|block| {
                    let bit = |(at, b): (usize, &u8)| u64::from(matches!(b, b'<' | b'&')) << at;
                    block.iter().enumerate().map(bit).sum()
                })
                .collect();
            for speed in Speed::all() {
                let mut marks = Vec::new();
                assert_eq!(mark(speed, &bytes, *b"<&", &mut marks), bytes.is_ascii(), "{speed:?}");
                assert_eq!(marks, want, "{speed:?}");
                // With nothing but a zero to be found, the filling is not found.
                marks.clear();
                mark(speed, &bytes, [0, 0], &mut marks);
                assert!(marks.iter().all(|&word| word == 0));
            }
        }
    }
}
