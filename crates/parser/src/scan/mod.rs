//! Searches bytes with vector instructions. The readers of text are built on it.
//!
//! Besides the map of a file, this is the only place of the crate with `unsafe` code, all
//! of it in [`block`]. It is detected once which instructions the CPU has. Every search
//! also exists in a form that runs on any CPU and gives the same result.

mod block;
mod needle;
mod records;
mod tags;

pub(crate) use block::{BLOCK, MOST, Quotes, SPARE, fetch, put_escaped};
pub(crate) use needle::{Needle, Needles};
pub(crate) use records::{RecordScanner, Row, Rows, ScanEnd};
pub(crate) use tags::{TagPattern, Tags};

/// Which instructions are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SimdLevel {
    /// Those that every CPU has.
    Portable,
    /// AVX2, with PCLMULQDQ, POPCNT and BMI1.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The same, and AVX-512 with its instructions for bytes and for compressing them
    /// (VBMI2), and BMI2.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl SimdLevel {
    /// The best level that this CPU supports.
    pub(crate) fn best() -> SimdLevel {
        #[cfg(target_arch = "x86_64")]
        if SimdLevel::has_avx2() {
            let is_wider = std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512bw")
                && std::arch::is_x86_feature_detected!("avx512vbmi2")
                && std::arch::is_x86_feature_detected!("bmi2");
            return if is_wider { SimdLevel::Avx512 } else { SimdLevel::Avx2 };
        }
        SimdLevel::Portable
    }

    #[cfg(target_arch = "x86_64")]
    fn has_avx2() -> bool {
        std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("pclmulqdq")
            && std::arch::is_x86_feature_detected!("popcnt")
            && std::arch::is_x86_feature_detected!("bmi1")
    }

    /// All levels that this CPU supports.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<SimdLevel> {
        let mut all = vec![SimdLevel::Portable];
        #[cfg(target_arch = "x86_64")]
        if SimdLevel::has_avx2() {
            all.push(SimdLevel::Avx2);
        }
        if !all.contains(&SimdLevel::best()) {
            all.push(SimdLevel::best());
        }
        all
    }
}
