//! The bytes of a file as one slice, for formats that are read out of order.

use std::fmt;
use std::fs::File;
use std::io;

use memmap2::Mmap;

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
