//! A file mapped into memory, which may become shorter meanwhile.

use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::Mmap;

#[cfg(unix)]
use super::bus_error::GuardedRange;

/// The bytes of a file as they are when they are looked at.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// Dropped before the map, so that no address is guarded that is not mapped.
    #[cfg(unix)]
    _guarded: Option<GuardedRange>,
    map: Mmap,
    file: File,
}

impl Mapping {
    /// Maps all of a file.
    #[allow(unsafe_code, reason = "mapping a file is unsafe by nature")]
    pub(crate) fn new(file: &File) -> io::Result<Mapping> {
        let file = file.try_clone()?;
        // SAFETY: The map is only read, and every reader checks its bounds against the
        // length at this moment. So bytes that another program changes are invalid input,
        // like any damaged file. If another program shortens the file while it is read,
        // the bytes that are gone read as zeros in a program that has called
        // `guard_mapped_files`, and `changed` reports it; else such a program ends with a
        // bus error. Windows does not let a mapped file be shortened.
        let map = unsafe { Mmap::map(&file) }?;
        #[cfg(unix)]
        let guarded = GuardedRange::new(map.as_ptr() as usize, map.len());
        Ok(Mapping {
            #[cfg(unix)]
            _guarded: guarded,
            map,
            file,
        })
    }

    pub(crate) fn map(&self) -> &Mmap {
        &self.map
    }

    /// How the length of the file has changed since it was mapped, in words.
    pub(crate) fn changed(&self) -> Option<String> {
        let before = self.map.len() as u64;
        let now = self.file.metadata().ok()?.len();
        match now.cmp(&before) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less => Some(format!(
                "the file became shorter while it was read: {now} bytes, where there were {before}; \
                 what stood behind them was not read"
            )),
            std::cmp::Ordering::Greater => Some(format!(
                "the file became longer while it was read: {now} bytes, where there were {before}; \
                 what was added was not read"
            )),
        }
    }
}

impl Deref for Mapping {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}
