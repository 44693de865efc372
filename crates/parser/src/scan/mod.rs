//! Searching through bytes, many at a time: the layer below the readers of text.
//!
//! The only place of this crate, besides the map of a file, that has `unsafe` code,
//! all of it in [`block`]. What the CPU can do is asked once, and everything has a
//! form that runs anywhere and finds the same.

mod block;
mod marks;
mod needle;
mod records;

pub(crate) use marks::Marks;
pub(crate) use needle::Needle;
pub(crate) use records::{Ended, RecordScanner, Row, Rows};

/// By which instructions is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// Those that every CPU has.
    Portable,
    /// AVX2, with PCLMULQDQ, POPCNT and BMI1.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Speed {
    /// The best that this CPU can do.
    pub(crate) fn best() -> Speed {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("pclmulqdq")
            && std::arch::is_x86_feature_detected!("popcnt")
            && std::arch::is_x86_feature_detected!("bmi1")
        {
            return Speed::Avx2;
        }
        Speed::Portable
    }

    /// Everything that this CPU can do.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Speed> {
        let mut all = vec![Speed::Portable];
        if Speed::best() != Speed::Portable {
            all.push(Speed::best());
        }
        all
    }
}
