//! Sixty-four bytes at a time, as bits: which of them are a certain byte.

#![allow(
    unsafe_code,
    reason = "loads for vector instructions, and calls of functions that need them"
)]

mod escape;
mod fields;
mod places;
mod tags;

pub(crate) use escape::{MOST, Quotes, SPARE, put_escaped};
pub(super) use fields::each_field_with;
pub(super) use places::{Carry, find_places};
pub(super) use tags::{PIECE, Piece, Sights, find_tags, rows_with};

/// How many bytes a block has: a bit of a `u64` for each.
pub(crate) const BLOCK: usize = 64;

/// So many rounds of a test, or a few where Miri interprets them.
#[cfg(test)]
fn rounds(all: usize) -> usize {
    if cfg!(miri) { all.div_ceil(100) } else { all }
}

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

/// Two bytes at a distance, compared without case.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// In lower case.
    bytes: [u8; 2],
    distance: usize,
    /// Of each of the two a block that is nothing else, and one of the bit that parts
    /// its cases, if it is a letter.
    blocks: [[[u8; BLOCK]; 2]; 2],
}

impl Pair {
    /// Two bytes in lower case, the second `distance` bytes behind the first.
    pub(super) fn new(bytes: [u8; 2], distance: usize) -> Pair {
        let case = |byte: u8| if byte.is_ascii_lowercase() { 0x20 } else { 0 };
        let blocks = bytes.map(|byte| [[case(byte); BLOCK], [byte; BLOCK]]);
        Pair { bytes, distance, blocks }
    }
}

/// Brings the byte at a place, and what is next to it, into the cache without waiting
/// for it. The place may be behind the end.
#[inline(always)]
pub(crate) fn fetch(bytes: &[u8], at: usize) {
    #[cfg(target_arch = "x86_64")]
    avx2::fetch(bytes.as_ptr().wrapping_add(at));
    #[cfg(not(target_arch = "x86_64"))]
    std::hint::black_box(bytes.get(at).copied());
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _MM_HINT_T0, _mm_prefetch, _mm256_loadu_si256, _mm256_movemask_epi8,
    };

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
    use std::arch::x86_64::{__m512i, _mm512_loadu_si512};

    use super::BLOCK;

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn load(block: &[u8; BLOCK]) -> __m512i {
        // SAFETY: `block` is 64 bytes that may be read, and the load wants no alignment.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
    }
}
