//! Changes inputs at random, with words of their format.

/// Numbers that are the same in every run with the same seed (splitmix64).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers that this seed decides.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end.max(1) as u64) as usize
    }

    /// One of several.
    pub fn of<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }
}

/// No input becomes longer.
const LONGEST: usize = 1 << 17;

/// Numbers at which lengths and offsets go wrong.
const NUMBERS: [u64; 14] = [
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x10000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];

/// A new input from one of the inputs.
pub fn mutated(random: &mut Random, inputs: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = random.of(inputs).cloned().unwrap_or_default();
    // Mostly few changes: most of an input has to stay right to be read far.
    for _ in 0..1 << random.below(5) {
        change(random, &mut bytes, inputs, words);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(random: &mut Random, bytes: &mut Vec<u8>, inputs: &[Vec<u8>], words: &[Vec<u8>]) {
    let at = random.below(bytes.len() + 1);
    let bits = random.below(8);
    let length = 1 + random.below(1 << bits);
    let end = bytes.len().min(at + length);
    match random.below(11) {
        0 => put(bytes, at, &[1 << random.below(8)], |old, new| old ^ new),
        1 => put(bytes, at, &[random.below(256) as u8], |_, new| new),
        2 => drop(bytes.drain(at..end)),
        // Twice the same.
        3 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
        4 => bytes.truncate(at),
        5 | 6 => {
            let word = random.of(words).cloned().unwrap_or_default();
            bytes.splice(at..at, word);
        }
        7 => {
            let word = random.of(words).cloned().unwrap_or_default();
            put(bytes, at, &word, |_, new| new);
        }
        8 => {
            let number = random.of(&NUMBERS).copied().unwrap_or_default();
            let number = number.wrapping_add(random.below(3) as u64).wrapping_sub(1);
            let size = 1 << random.below(4);
            put(bytes, at, &number.to_le_bytes()[..size], |_, new| new);
        }
        // From elsewhere in the same input, or the end of another one.
        9 => {
            let from = random.below(bytes.len() + 1);
            let moved = bytes[from..bytes.len().min(from + length)].to_vec();
            put(bytes, at, &moved, |_, new| new);
        }
        _ => {
            let other = random.of(inputs).map_or(&[][..], |input| input);
            let from = random.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
    }
}

/// Changes the bytes from a place on, as far as there are any.
fn put(bytes: &mut [u8], at: usize, new: &[u8], change: impl Fn(u8, u8) -> u8) {
    let place = bytes.iter_mut().skip(at).zip(new);
    place.for_each(|(old, new)| *old = change(*old, *new));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_inputs_and_others_differ() {
        let inputs = [b"one input".to_vec(), b"another".to_vec()];
        let words = [b"word".to_vec()];
        let make = |seed| -> Vec<Vec<u8>> {
            let mut random = Random::new(seed);
            (0..100).map(|_| mutated(&mut random, &inputs, &words)).collect()
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
        let changed = make(1).into_iter().filter(|made| !inputs.contains(made)).count();
        assert!(changed > 80, "{changed}");
    }

    #[test]
    fn nothing_is_needed_to_begin_with() {
        let mut random = Random::new(3);
        (0..1000).for_each(|_| drop(mutated(&mut random, &[], &[])));
    }
}
