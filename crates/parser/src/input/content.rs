//! The bytes of a file as one slice, for formats that are read out of order.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;

use memmap2::Mmap;

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

    /// Gives back the memory that a mapped file takes. What is asked for again is
    /// read again from the file.
    #[cfg(unix)]
    #[allow(unsafe_code, reason = "telling the system what is not needed is unsafe by nature")]
    pub(crate) fn forget(&self) {
        let Content::Mapped(map) = self else { return };
        // SAFETY: The map is of a file and is never written to, so that dropping its
        // pages loses nothing: they are filled from the same file when they are next
        // looked at. What another program changed by then is wrong input, as it is
        // for `map`.
        let forgotten = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        // A system that cannot do it keeps the memory, nothing else.
        let _ = forgotten;
    }

    /// Does nothing: this system takes back memory by itself.
    #[cfg(not(unix))]
    pub(crate) fn forget(&self) {}

    /// Brings a part of a mapped file into memory at once, which is quicker than page
    /// by page.
    pub(crate) fn expect(&self, part: Range<usize>) {
        #[cfg(target_os = "linux")]
        if let Content::Mapped(map) = self {
            let end = part.end.min(map.len());
            let len = end.saturating_sub(part.start);
            // A system that cannot do it reads page by page.
            let _ = map.advise_range(memmap2::Advice::PopulateRead, part.start.min(end), len);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = part;
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_was_forgotten_is_there_when_it_is_asked_for_again() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        file.write_all(&bytes).unwrap();
        let content = Content::map(&file).unwrap();
        assert!(content.bytes() == bytes);
        content.forget();
        content.expect(4096..9000);
        content.expect(bytes.len() - 1..usize::MAX);
        content.expect(usize::MAX - 1..usize::MAX);
        assert!(content.bytes() == bytes);
        let content = Content::Memory(bytes.clone());
        content.forget();
        content.expect(0..1);
        assert!(content.bytes() == bytes);
    }
}
