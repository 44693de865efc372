//! Which vector instructions this CPU has.

use std::fmt;

/// Which instructions are used. Only what was detected can be asked for, so code that
/// needs an instruction may rely on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SimdLevel(Instructions);

/// What a [`SimdLevel`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instructions {
    /// Those that every CPU has.
    #[cfg_attr(
        all(target_arch = "wasm32", target_feature = "simd128"),
        allow(dead_code, reason = "only tests ask for it where there is something better")
    )]
    Portable,
    /// AVX2, with PCLMULQDQ, POPCNT and BMI1.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The same, and AVX-512 with its instructions for bytes and for compressing them
    /// (VBMI2), and BMI2.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// Those of WebAssembly for 128 bits. A module that has them does not start where they are
    /// missing, so they are chosen when it is built.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128,
}

impl SimdLevel {
    /// The best level that this CPU supports.
    pub(crate) fn best() -> SimdLevel {
        #[cfg(target_arch = "x86_64")]
        if has_avx2() {
            return SimdLevel(match has_avx512() {
                true => Instructions::Avx512,
                false => Instructions::Avx2,
            });
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return SimdLevel(Instructions::Simd128);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        SimdLevel(Instructions::Portable)
    }

    /// The instructions, which this CPU has.
    pub(super) fn instructions(self) -> Instructions {
        self.0
    }

    /// All levels that this CPU supports.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<SimdLevel> {
        let mut all = vec![SimdLevel(Instructions::Portable)];
        #[cfg(target_arch = "x86_64")]
        if has_avx2() {
            all.push(SimdLevel(Instructions::Avx2));
        }
        if !all.contains(&SimdLevel::best()) {
            all.push(SimdLevel::best());
        }
        all
    }
}

impl fmt::Debug for SimdLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("pclmulqdq")
        && std::arch::is_x86_feature_detected!("popcnt")
        && std::arch::is_x86_feature_detected!("bmi1")
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512vbmi2")
        && std::arch::is_x86_feature_detected!("bmi2")
}
