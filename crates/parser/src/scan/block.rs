//! Sixty-four bytes at a time, as bits: which of them are a certain byte.

#![allow(
    unsafe_code,
    reason = "loads for vector instructions, and calls of functions that need them"
)]

mod parts;
mod tags;

use super::Speed;

pub(super) use parts::pairs_in;
pub(super) use tags::{PIECE, Piece, Sights, find_tags, rows_with};

/// How many bytes a block has: a bit of a `u64` for each.
pub(crate) const BLOCK: usize = 64;

/// Which bytes of a block are a quote, a comma and a line feed, the first byte in
/// the lowest bit, and which are beyond ASCII: any bit for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Masks {
    pub(super) quotes: u64,
    pub(super) commas: u64,
    pub(super) line_feeds: u64,
    pub(super) wide: u64,
}

/// What [`each_block`] hands the masks of every block to.
pub(super) trait Visit {
    /// Takes a block in; `inside` has a bit for each byte behind an odd number of
    /// quotes, counted from the start of `visit`'s bytes and itself included. False
    /// to stop.
    fn visit(&mut self, masks: Masks, inside: u64) -> bool;
}

/// Walks over the whole blocks of `bytes`, and hands `visit` back. It is taken by
/// value so that what it counts can stay in registers.
pub(super) fn each_block<V: Visit>(speed: Speed, bytes: &[u8], visit: V) -> V {
    match speed {
        Speed::Portable => walk(bytes, portable_masks, portable_prefix_xor, visit),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx2` is only made where these features were detected.
        Speed::Avx2 => unsafe { avx2::each_block(bytes, visit) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Speed::Avx512` is only made where these features were detected.
        Speed::Avx512 => unsafe { avx512::each_block(bytes, visit) },
    }
}

#[inline(always)]
fn walk<V: Visit>(
    bytes: &[u8],
    masks: impl Fn(&[u8; BLOCK]) -> Masks,
    prefix_xor: impl Fn(u64) -> u64,
    mut visit: V,
) -> V {
    for block in bytes.as_chunks::<BLOCK>().0 {
        let masks = masks(block);
        if !visit.visit(masks, prefix_xor(masks.quotes)) {
            break;
        }
    }
    visit
}

/// For each bit, whether an odd number of the bits up to it are set.
fn portable_prefix_xor(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, shift| bits ^ (bits << shift))
}

fn portable_masks(block: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks { quotes: 0, commas: 0, line_feeds: 0, wide: 0 };
    for (index, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let shift = 8 * index;
        masks.quotes |= equal(word, b'"') << shift;
        masks.commas |= equal(word, b',') << shift;
        masks.line_feeds |= equal(word, b'\n') << shift;
        masks.wide |= word & HIGH;
    }
    masks
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

/// Where the bytes of a pair stand at their distance, compared without case: the
/// bits of block `at`, for the first byte of the pair.
#[derive(Clone, Debug)]
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

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _MM_HINT_T0, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64,
        _mm_prefetch, _mm_set1_epi8, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
        _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::{BLOCK, Masks, Pair, Visit, portable_pairs, walk};

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
    pub(super) fn each_block<V: Visit>(bytes: &[u8], visit: V) -> V {
        let masks = |block: &[u8; BLOCK]| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let (low, high) = (load(block, 0), load(block, 32));
            let equal = |byte: u8| {
                let byte = _mm256_set1_epi8(byte.cast_signed());
                join(_mm256_cmpeq_epi8(low, byte), _mm256_cmpeq_epi8(high, byte))
            };
            let wide = _mm256_movemask_epi8(_mm256_or_si256(low, high));
            Masks {
                quotes: equal(b'"'),
                commas: equal(b','),
                line_feeds: equal(b'\n'),
                wide: u64::from(wide.cast_unsigned()),
            }
        };
        walk(bytes, masks, |bits| prefix_xor(bits), visit)
    }

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    #[inline]
    pub(super) fn prefix_xor(bits: u64) -> u64 {
        let all = _mm_set1_epi8(-1);
        let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), all);
        _mm_cvtsi128_si64(product).cast_unsigned()
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

    use super::avx2::{AHEAD, fetch, prefix_xor};
    use super::{BLOCK, Masks, Pair, Visit, portable_pairs, walk};

    #[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,popcnt,bmi1,bmi2")]
    pub(super) fn each_block<V: Visit>(bytes: &[u8], visit: V) -> V {
        let masks = |block: &[u8; BLOCK]| {
            fetch(block.as_ptr().wrapping_add(AHEAD));
            let block = load(block);
            let equal =
                |byte: u8| _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(byte.cast_signed()));
            Masks {
                quotes: equal(b'"'),
                commas: equal(b','),
                line_feeds: equal(b'\n'),
                wide: _mm512_movepi8_mask(block),
            }
        };
        walk(bytes, masks, |bits| prefix_xor(bits), visit)
    }

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

    /// Remembers what it was handed.
    struct Seen(Vec<(Masks, u64)>);

    impl Visit for Seen {
        fn visit(&mut self, masks: Masks, inside: u64) -> bool {
            self.0.push((Masks { wide: u64::from(masks.wide != 0), ..masks }, inside));
            true
        }
    }

    fn naive(block: &[u8]) -> (Masks, u64) {
        let bits = |byte| {
            block.iter().enumerate().fold(0, |bits, (at, b)| bits | u64::from(*b == byte) << at)
        };
        let quotes: u64 = bits(b'"');
        let inside = (0..64).fold(0, |inside, at| {
            let until = quotes & (u64::MAX >> (63 - at));
            inside | u64::from(until.count_ones() % 2) << at
        });
        let wide = u64::from(!block.is_ascii());
        (Masks { quotes, commas: bits(b','), line_feeds: bits(b'\n'), wide }, inside)
    }

    #[test]
    fn blocks_are_seen_as_they_are() {
        let mut random = 1u64;
        for round in 0..400 {
            let bytes: Vec<u8> = (0..64 * 3 + round % 64)
                .map(|_| {
                    random ^= random << 13;
                    random ^= random >> 7;
                    random ^= random << 17;
                    // Neighbours of the bytes that count, so that a carry would show.
                    b"\"\",,\n\n!#+-\x09\x0b\xa2\xac\x8aax\0"[random as usize % 18]
                })
                .collect();
            let want: Vec<_> = bytes.chunks_exact(64).map(naive).collect();
            for speed in Speed::all() {
                let seen = each_block(speed, &bytes, Seen(Vec::new()));
                assert_eq!(seen.0, want, "{speed:?}");
            }
        }
    }
}
