//! Where the bytes stand at which a text of XML ends or goes on in another way.

use super::Speed;
use super::block::{BLOCK, mark};

/// The places of `<` and `&` in some bytes.
#[derive(Debug)]
pub(crate) struct Marks {
    speed: Speed,
    /// A bit for each byte.
    words: Vec<u64>,
}

impl Marks {
    /// The marks of no bytes.
    pub(crate) fn new() -> Marks {
        Marks { speed: Speed::best(), words: Vec::new() }
    }

    /// Marks these bytes instead of those before. Whether all of them are ASCII.
    pub(crate) fn set(&mut self, bytes: &[u8]) -> bool {
        self.words.clear();
        mark(self.speed, bytes, *b"<&", &mut self.words)
    }

    /// The first place from `at` on.
    #[inline]
    pub(crate) fn next(&self, at: usize) -> Option<usize> {
        let mut index = at / BLOCK;
        let mut word = self.words.get(index)? & (u64::MAX << (at % BLOCK));
        while word == 0 {
            index += 1;
            word = *self.words.get(index)?;
        }
        Some(index * BLOCK + word.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_place_is_found_from_everywhere() {
        for len in [0, 1, 63, 64, 65, 200, 400] {
            let mut bytes = vec![b'x'; len];
            for (number, at) in [0, 5, 63, 64, 130, 131, 199, 399].into_iter().enumerate() {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if number % 2 == 0 { b'<' } else { b'&' };
                }
            }
            let mut marks = Marks::new();
            marks.set(b"<<<<");
            assert!(marks.set(&bytes));
            for at in 0..len + 70 {
                let rest = bytes.get(at..).unwrap_or_default();
                let want = rest.iter().position(|byte| *byte != b'x').map(|found| at + found);
                assert_eq!(marks.next(at), want, "{len} {at}");
            }
        }
    }
}
