//! The bytes of a file as one slice, for formats that are read out of order.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use memmap2::Mmap;

use crate::model::Progress;

/// How many bytes may be mapped together, from a multiple of it on: the system brings
/// the neighbours of a byte that is looked at along, those that were given back, too.
/// To give a part of them back, it would have to map them anew one by one.
pub(crate) const PIECE: usize = 2 * 1024 * 1024;

/// Bytes in memory, or a file mapped into it. A clone is another hold of the same.
#[derive(Clone)]
pub(crate) enum Content {
    Memory(Arc<Vec<u8>>),
    Mapped(Arc<Mmap>, Progress),
}

impl Content {
    /// Maps a file into memory. What is brought there by and by is counted.
    #[allow(unsafe_code, reason = "mapping a file is unsafe by nature")]
    pub(crate) fn map(file: &File, progress: Progress) -> io::Result<Content> {
        // SAFETY: The map is only ever read, and every reader checks its bounds
        // against the length at this moment, so bytes that another program
        // changes are wrong input, like any damaged file. A file that another
        // program makes shorter while it is read ends this process with a bus
        // error; a capture is written once, and compressed or piped input is
        // never mapped.
        unsafe { Mmap::map(file) }.map(|map| Content::Mapped(Arc::new(map), progress))
    }

    /// Bytes that are in memory anyway.
    pub(crate) fn memory(bytes: Vec<u8>) -> Content {
        Content::Memory(Arc::new(bytes))
    }

    /// Brings a part of a mapped file into memory at once, which is quicker than page
    /// by page.
    pub(crate) fn expect(&self, part: Range<usize>) {
        if let Content::Mapped(map, progress) = self {
            let end = part.end.min(map.len());
            let len = end.saturating_sub(part.start);
            progress.add(len as u64);
            #[cfg(target_os = "linux")]
            // A system that cannot do it reads page by page.
            let _ = map.advise_range(memmap2::Advice::PopulateRead, part.start.min(end), len);
        }
    }

    /// Gives back the memory that a part of a mapped file takes, and what came along in
    /// front of it; what came along behind it goes with the part that follows. What is
    /// asked for again is read again from the file.
    #[allow(unsafe_code, reason = "letting pages go is unsafe for memory that is written to")]
    pub(crate) fn forget(&self, part: Range<usize>) {
        #[cfg(unix)]
        if let Content::Mapped(map, _) = self {
            let start = part.start - part.start % PIECE;
            let is_rest = part.end >= map.len();
            let end = if is_rest { map.len() } else { part.end - part.end % PIECE };
            if part.start < part.end && start < end {
                let advice = memmap2::UncheckedAdvice::DontNeed;
                // SAFETY: The map is of a file and is never written to, so that dropping
                // its pages loses nothing: they are filled from the same file when they
                // are next looked at. What another program changed by then is wrong
                // input, as it is for `map`.
                let forgotten = unsafe { map.unchecked_advise_range(advice, start, end - start) };
                // A system that cannot do it keeps the memory, nothing else.
                let _ = forgotten;
            }
        }
        #[cfg(not(unix))]
        let _ = part;
    }

    /// The same, for places as they are counted in a capture.
    pub(crate) fn forget_bytes(&self, part: Range<u64>) {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        self.forget(place(part.start)..place(part.end));
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Content::Memory(bytes) => bytes,
            Content::Mapped(map, _) => map,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Content::Memory(_) => "memory",
            Content::Mapped(..) => "mapped",
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
        let progress = Progress::default();
        let content = Content::map(&file, progress.clone()).unwrap();
        assert!(content.bytes() == bytes);
        content.forget(0..usize::MAX);
        content.expect(4096..9000);
        assert_eq!(progress.bytes(), 9000 - 4096);
        content.expect(bytes.len() - 1..usize::MAX);
        content.expect(usize::MAX - 1..usize::MAX);
        content.forget(70_000..200_000);
        content.forget(70_000..70_000);
        content.forget(usize::MAX - 1..usize::MAX);
        assert!(content.bytes() == bytes);
        let content = Content::memory(bytes.clone());
        content.forget(0..10);
        content.expect(0..1);
        assert!(content.bytes() == bytes);
    }
}
