//! A small random number generator, so that every run makes the same bytes.

/// `xorshift64*`.
pub struct Rng(u64);

impl Rng {
    /// Starts a sequence. Equal seeds give equal sequences.
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D);
        // The high bits are the good ones.
        ((u128::from(mixed) * u128::from(limit)) >> 64) as u64
    }
}
