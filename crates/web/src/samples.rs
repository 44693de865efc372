//! The captures that the page has inside.

/// A capture of our own making that teaches the case.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) bytes: &'static [u8],
}

/// The samples, in the order in which the page offers them.
pub(crate) const SAMPLES: [Sample; 2] = [
    Sample { name: "guid-changed.pml", bytes: include_bytes!("../../../samples/guid-changed.pml") },
    Sample { name: "restart.pml", bytes: include_bytes!("../../../samples/restart.pml") },
];
