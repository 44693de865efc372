//! Examines 64 bytes at a time. The result is a bit for each byte.

#![allow(
    unsafe_code,
    reason = "loads for vector instructions, and calls of functions that need them"
)]

mod escape;
mod fields;
mod places;
mod tags;

pub(crate) use escape::{MOST, Quotes, SPARE, push_escaped, put_escaped};
pub(super) use fields::each_field_with;
pub(super) use places::{Carry, find_places};
pub(super) use tags::{PIECE, Piece, Sights, find_tags, rows_with};

/// How many bytes a block has: one bit of a `u64` for each.
pub(crate) const BLOCK: usize = 64;

/// How many rounds a test makes: few under Miri, which interprets them.
#[cfg(test)]
fn rounds(all: usize) -> usize {
    if cfg!(miri) { all.div_ceil(100) } else { all }
}

const LOW: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);

/// A bit for each byte of a word that is equal to `byte`.
fn equal(word: u64, byte: u8) -> u64 {
    let zero_if_equal = word ^ (LOW * u64::from(byte));
    // There is no carry from one byte into the next, so this is exact for each byte.
    let not_equal = ((zero_if_equal & !HIGH) + !HIGH) | zero_if_equal;
    let bits = (!not_equal & HIGH) >> 7;
    // Gathers the lowest bit of each byte in the highest byte.
    bits.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Two bytes at a distance from each other, compared without case.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// In lower case.
    bytes: [u8; 2],
    distance: usize,
    /// For each of the two bytes: a block in which every byte is the bit that
    /// distinguishes upper and lower case (0 if it is not a letter), and a block in which
    /// every byte is the byte itself.
    #[cfg(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))]
    blocks: [[[u8; BLOCK]; 2]; 2],
}

impl Pair {
    /// Two bytes in lower case; the second is `distance` bytes after the first.
    pub(super) fn new(bytes: [u8; 2], distance: usize) -> Pair {
        #[cfg(any(
            target_arch = "x86_64",
            all(target_arch = "wasm32", target_feature = "simd128")
        ))]
        let blocks = {
            let case = |byte: u8| if byte.is_ascii_lowercase() { 0x20 } else { 0 };
            bytes.map(|byte| [[case(byte); BLOCK], [byte; BLOCK]])
        };
        Pair {
            bytes,
            distance,
            #[cfg(any(
                target_arch = "x86_64",
                all(target_arch = "wasm32", target_feature = "simd128")
            ))]
            blocks,
        }
    }
}

/// Asks the CPU to bring a byte and its neighbours into the cache, without waiting for
/// it. The offset may be after the end.
#[inline(always)]
pub(crate) fn fetch(bytes: &[u8], at: usize) {
    #[cfg(target_arch = "x86_64")]
    avx2::fetch(bytes.as_ptr().wrapping_add(at));
    // WebAssembly cannot ask for it.
    #[cfg(target_arch = "wasm32")]
    let _ = (bytes, at);
    #[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
    std::hint::black_box(bytes.get(at).copied());
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _MM_HINT_T0, _mm_prefetch, _mm256_loadu_si256, _mm256_movemask_epi8,
    };

    /// How many bytes before a block is examined it is fetched into the cache.
    pub(super) const AHEAD: usize = 2048;

    /// Fetches the bytes at an address into the cache. By itself, the CPU does not fetch
    /// beyond the end of a page.
    #[inline(always)]
    pub(super) fn fetch(place: *const u8) {
        #[allow(unused_unsafe, reason = "older compilers call it unsafe")]
        // SAFETY: A prefetch does not access memory, so any address is allowed.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(place.cast());
        }
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn load(bytes: &[u8], at: usize) -> __m256i {
        let part = &bytes[at..at + 32];
        // SAFETY: `part` is 32 readable bytes, and the load needs no alignment.
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
        // SAFETY: `block` is 64 readable bytes, and the load needs no alignment.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_load, v128_or};

    use super::BLOCK;

    /// How many bytes a vector has.
    pub(super) const WIDTH: usize = 16;

    #[inline(always)]
    pub(super) fn load(bytes: &[u8], at: usize) -> v128 {
        let part = &bytes[at..at + WIDTH];
        // SAFETY: `part` is 16 readable bytes, and the load needs no alignment.
        unsafe { v128_load(part.as_ptr().cast()) }
    }

    #[inline(always)]
    pub(super) fn load_block(block: &[u8; BLOCK]) -> [v128; 4] {
        [load(block, 0), load(block, 16), load(block, 32), load(block, 48)]
    }

    /// A bit for each byte of a block that is equal to `byte`.
    #[inline(always)]
    pub(super) fn equal(block: &[v128; 4], byte: u8) -> u64 {
        let byte = u8x16_splat(byte);
        let bits = block.map(|part| u64::from(u8x16_bitmask(u8x16_eq(part, byte))));
        bits[0] | bits[1] << 16 | bits[2] << 32 | bits[3] << 48
    }

    /// All bits that are set in any part of a block.
    #[inline(always)]
    pub(super) fn any(block: &[v128; 4]) -> v128 {
        v128_or(v128_or(block[0], block[1]), v128_or(block[2], block[3]))
    }
}
