//! The bytes of a file as one slice, for formats that are read out of order.

use std::fmt;
#[cfg(feature = "mmap")]
use std::fs::File;
#[cfg(feature = "mmap")]
use std::io;
use std::ops::Range;
use std::sync::Arc;

#[cfg(feature = "mmap")]
use super::mapping::Mapping;
#[cfg(feature = "mmap")]
use crate::model::Progress;

/// The system can map this many bytes together, from a multiple of it on. Then a byte
/// that is read brings its neighbours back into memory, even evicted ones, and evicting
/// only a part of them is slow.
pub(crate) const PIECE: usize = 2 * 1024 * 1024;

/// Bytes in memory, or a file mapped into memory. Clones share the bytes.
#[derive(Clone)]
pub(crate) enum Content {
    Memory(Arc<Vec<u8>>),
    #[cfg(feature = "mmap")]
    Mapped(Arc<Mapping>, Progress),
}

impl Content {
    /// Maps a file into memory. The bytes that are brought into memory later are added to
    /// `progress`.
    #[cfg(feature = "mmap")]
    pub(crate) fn map(file: &File, progress: Progress) -> io::Result<Content> {
        Mapping::new(file).map(|mapping| Content::Mapped(Arc::new(mapping), progress))
    }

    /// How a mapped file has changed its length since it was mapped, in words.
    pub(crate) fn changed(&self) -> Option<String> {
        match self {
            Content::Memory(_) => None,
            #[cfg(feature = "mmap")]
            Content::Mapped(mapping, _) => mapping.changed(),
        }
    }

    /// Whether it is a mapped file that still has the length that it had.
    pub(crate) fn is_unchanged_file(&self) -> bool {
        match self {
            Content::Memory(_) => false,
            #[cfg(feature = "mmap")]
            Content::Mapped(mapping, _) => mapping.changed().is_none(),
        }
    }

    /// The same bytes for another reader, which does not add to the progress of the first one.
    pub(crate) fn for_another_reader(&self) -> Content {
        match self {
            Content::Memory(bytes) => Content::Memory(Arc::clone(bytes)),
            #[cfg(feature = "mmap")]
            Content::Mapped(mapping, _) => {
                Content::Mapped(Arc::clone(mapping), Progress::default())
            }
        }
    }

    /// How many bytes of memory are held: none of a mapped file, which the system can
    /// give back.
    pub(crate) fn memory_held(&self) -> usize {
        match self {
            Content::Memory(bytes) => bytes.len(),
            #[cfg(feature = "mmap")]
            Content::Mapped(..) => 0,
        }
    }

    /// Bytes that are in memory already.
    pub(crate) fn memory(bytes: Vec<u8>) -> Content {
        Content::Memory(Arc::new(bytes))
    }

    /// Brings a part of a mapped file into memory in one step, which is faster than page
    /// by page.
    pub(crate) fn prefetch(&self, part: Range<usize>) {
        #[cfg(feature = "mmap")]
        if let Content::Mapped(map, progress) = self {
            let end = part.end.min(map.map().len());
            let len = end.saturating_sub(part.start);
            progress.add(len as u64);
            #[cfg(target_os = "linux")]
            // A system without this call reads page by page.
            let _ = map.map().advise_range(memmap2::Advice::PopulateRead, part.start.min(end), len);
        }
        #[cfg(not(feature = "mmap"))]
        let _ = part;
    }

    /// Releases the memory of a part of a mapped file, and of neighbours before it that
    /// were mapped together with it; neighbours after it are released with the part that
    /// follows. If the bytes are needed again, they are read from the file again.
    #[allow(unsafe_code, reason = "dropping pages is unsafe for memory that is written to")]
    pub(crate) fn evict(&self, part: Range<usize>) {
        #[cfg(all(feature = "mmap", unix))]
        if let Content::Mapped(map, _) = self {
            let start = part.start - part.start % PIECE;
            let is_rest = part.end >= map.len();
            let end = if is_rest { map.len() } else { part.end - part.end % PIECE };
            if part.start < part.end && start < end {
                let advice = memmap2::UncheckedAdvice::DontNeed;
                // SAFETY: The map is of a file and is never written to, so dropping its
                // pages loses nothing: they are read from the file again when they are
                // needed. What another program has changed by then is invalid input, as
                // it is for `map`.
                let forgotten =
                    unsafe { map.map().unchecked_advise_range(advice, start, end - start) };
                // A system without this call keeps the memory.
                let _ = forgotten;
            }
        }
        #[cfg(not(all(feature = "mmap", unix)))]
        let _ = part;
    }

    /// The same, for offsets in a capture.
    pub(crate) fn evict_bytes(&self, part: Range<u64>) {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        self.evict(place(part.start)..place(part.end));
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Content::Memory(bytes) => bytes,
            #[cfg(feature = "mmap")]
            Content::Mapped(map, _) => map,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Content::Memory(_) => "memory",
            #[cfg(feature = "mmap")]
            Content::Mapped(..) => "mapped",
        };
        write!(f, "{} bytes, {kind}", self.bytes().len())
    }
}

#[cfg(all(test, feature = "mmap"))]
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
        content.evict(0..usize::MAX);
        content.prefetch(4096..9000);
        assert_eq!(progress.bytes(), 9000 - 4096);
        content.prefetch(bytes.len() - 1..usize::MAX);
        content.prefetch(usize::MAX - 1..usize::MAX);
        content.evict(70_000..200_000);
        content.evict(70_000..70_000);
        content.evict(usize::MAX - 1..usize::MAX);
        assert!(content.bytes() == bytes);
        let content = Content::memory(bytes.clone());
        content.evict(0..10);
        content.prefetch(0..1);
        assert!(content.bytes() == bytes);
    }
}
