//! Searching through bytes, many at a time: the layer below the readers of text.
//!
//! The only place of this crate, besides the map of a file, that has `unsafe` code,
//! all of it in [`block`]. What the CPU can do is asked once, and everything has a
//! form that runs anywhere and finds the same.

mod block;
mod needle;
mod records;
mod tags;

pub(crate) use block::{BLOCK, MOST, Quotes, SPARE, fetch, put_escaped};
pub(crate) use needle::{Needle, Needles};
pub(crate) use records::{RecordScanner, Row, Rows, ScanEnd};
pub(crate) use tags::{TagPattern, Tags};

/// By which instructions is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SimdLevel {
    /// Those that every CPU has.
    Portable,
    /// AVX2, with PCLMULQDQ, POPCNT and BMI1.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The same, and AVX-512 with its instructions for bytes and for packing them, and
    /// BMI2.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl SimdLevel {
    /// The best that this CPU can do.
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

    /// Everything that this CPU can do.
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
