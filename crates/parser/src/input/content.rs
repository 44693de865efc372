//! The bytes of a file as one slice, for formats that are read out of order.

use std::fmt;
use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Parts of a file begin at a multiple of this, which is one of every page size.
#[cfg(target_os = "linux")]
const RANGE: usize = 64 * 1024;

/// How much of a file is let go of at a time.
#[cfg(target_os = "linux")]
const BEHIND: usize = 1024 * 1024;

/// Bytes in memory, or a file mapped into it.
pub(crate) enum Content {
    Memory(Vec<u8>),
    Mapped(Mmap),
}

impl Content {
    /// Maps a file into memory.
    #[allow(unsafe_code, reason = "mapping a file is unsafe by nature")]
    pub(crate) fn map(file: &File) -> io::Result<Content> {
        // SAFETY: The map is only ever read, and every reader checks its bounds
        // against the length at this moment, so bytes that another program
        // changes are wrong input, like any damaged file. A file that another
        // program makes shorter while it is read ends this process with a bus
        // error; a capture is written once, and compressed or piped input is
        // never mapped.
        unsafe { Mmap::map(file) }.map(Content::Mapped)
    }

    /// Brings a part of a mapped file into memory at once, which is cheaper than
    /// page by page.
    pub(crate) fn will_read(&self, start: usize, end: usize) {
        #[cfg(target_os = "linux")]
        if let Content::Mapped(map) = self {
            let start = start - start % RANGE;
            if start < end {
                // Where the system does not know this, pages come when they are read.
                let _ = map.advise_range(memmap2::Advice::PopulateRead, start, end - start);
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (start, end);
    }

    /// Lets go of pages of a mapped file that are well before this place.
    #[allow(unsafe_code, reason = "letting pages go is unsafe for memory that is written to")]
    pub(crate) fn has_read(&self, place: usize) {
        #[cfg(target_os = "linux")]
        if let Content::Mapped(map) = self {
            let edge = (place / BEHIND).saturating_sub(1) * BEHIND;
            // Each part is let go once, when the place goes over its second edge.
            if edge >= BEHIND && place % BEHIND < BEHIND / 2 {
                let advice = memmap2::UncheckedAdvice::DontNeed;
                // SAFETY: The map is shared with the file and never written to, so
                // pages that are let go come back from the file as they were.
                let _ = unsafe { map.unchecked_advise_range(advice, edge - BEHIND, BEHIND) };
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = place;
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Content::Memory(bytes) => bytes,
            Content::Mapped(map) => map,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Content::Memory(_) => "memory",
            Content::Mapped(_) => "mapped",
        };
        write!(f, "{} bytes, {kind}", self.bytes().len())
    }
}
