//! One event as it is stored: the fixed header, the stack and the details.

use super::bytes::{Bytes, PointerWidth};

/// What Procmon prints for a code without a name.
pub(crate) const UNKNOWN: &str = "<Unknown>";

/// The class of an event, by its code in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Process, thread and image events.
    Process,
    /// Registry.
    Registry,
    /// File system.
    FileSystem,
    /// Profiling.
    Profiling,
    /// Network.
    Network,
    /// Inter-process communication; the codes are those of the file system.
    Ipc,
    /// Any other code.
    Unknown(u16),
}

impl Class {
    /// The class with this code.
    pub fn from_code(code: u16) -> Class {
        match code {
            1 => Class::Process,
            2 => Class::Registry,
            3 => Class::FileSystem,
            4 => Class::Profiling,
            5 => Class::Network,
            6 => Class::Ipc,
            other => Class::Unknown(other),
        }
    }

    /// The code of the class.
    pub(crate) fn code(self) -> u16 {
        match self {
            Class::Process => 1,
            Class::Registry => 2,
            Class::FileSystem => 3,
            Class::Profiling => 4,
            Class::Network => 5,
            Class::Ipc => 6,
            Class::Unknown(code) => code,
        }
    }

    /// The text of the column `Event Class`.
    pub fn name(self) -> &'static str {
        match self {
            Class::Process => "Process",
            Class::Registry => "Registry",
            Class::FileSystem => "File System",
            Class::Profiling => "Profiling",
            Class::Network => "Network",
            Class::Ipc => "IPC",
            Class::Unknown(_) => UNKNOWN,
        }
    }
}

/// The 52 bytes at the start of every event. Reading them is fast, and enough to select
/// events by process, class, operation or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventHeader {
    /// Index in the process table; not a PID.
    pub process_index: u32,
    /// Thread id.
    pub thread_id: u32,
    /// Class of the event.
    pub class: Class,
    /// Operation code within the class.
    pub operation: u16,
    /// Sequence number; network events have their own count, from 0x20000000.
    pub sequence: u32,
    /// Duration in 100 ns ticks; not valid while the operation is pending.
    pub duration: u64,
    /// Start, FILETIME (100 ns ticks since 1601 UTC).
    pub time: i64,
    /// NTSTATUS of the result.
    pub status: u32,
    /// How many return addresses the event has.
    pub stack_depth: u16,
    /// Size of the detail block in bytes.
    pub detail_size: u32,
    /// Offset of the extra detail from the start of the event; 0 if there is none.
    pub extra_offset: u32,
}

/// The size of [`EventHeader`] in the file.
pub(crate) const EVENT_HEADER_SIZE: usize = 0x34;

/// The status of an operation that had not ended when the capture was saved.
pub(crate) const STATUS_PENDING: u32 = 0x103;

impl EventHeader {
    /// Reads the header of the event at this offset of the file.
    #[inline]
    pub(crate) fn read(file: &[u8], at: usize) -> Option<EventHeader> {
        let bytes = file.get(at..)?.first_chunk::<EVENT_HEADER_SIZE>()?;
        let u16_at = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let u32_at = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let u64_at = |at: usize| u64::from(u32_at(at)) | (u64::from(u32_at(at + 4)) << 32);
        // The bytes at 0x0A, 0x0E and 0x2A are undefined.
        Some(EventHeader {
            process_index: u32_at(0x00),
            thread_id: u32_at(0x04),
            class: Class::from_code(u16_at(0x08)),
            operation: u16_at(0x0C),
            sequence: u32_at(0x10),
            duration: u64_at(0x14),
            time: u64_at(0x1C) as i64,
            status: u32_at(0x24),
            stack_depth: u16_at(0x28),
            detail_size: u32_at(0x2C),
            extra_offset: u32_at(0x30),
        })
    }

    /// Whether the operation had not ended when the capture was saved.
    pub fn is_pending(&self) -> bool {
        self.status == STATUS_PENDING
    }

    /// Whether it consists of zeros, as where a block of the file was never written. An event
    /// has a class and a time.
    pub(crate) fn is_blank(&self) -> bool {
        self.class == Class::Unknown(0) && self.time == 0
    }

    /// Whether a process starts or exits.
    #[inline]
    pub(crate) fn is_process_life(&self) -> bool {
        const EXIT: u16 = 2;
        const START: u16 = 7;
        (self.class == Class::Process) & ((self.operation == EXIT) | (self.operation == START))
    }

    /// Offset of the detail block from the start of the event.
    pub(crate) fn detail_at(&self, width: PointerWidth) -> usize {
        EVENT_HEADER_SIZE + usize::from(self.stack_depth) * width.bytes()
    }

    /// The size of header, stack and detail block together.
    pub(crate) fn body_size(&self, width: PointerWidth) -> usize {
        self.detail_at(width).saturating_add(self.detail_size as usize)
    }
}

/// The parts of one event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventParts<'a> {
    pub(crate) stack: Bytes<'a>,
    pub(crate) detail: Bytes<'a>,
    /// The returned data; `None` if none was recorded.
    pub(crate) extra: Option<Bytes<'a>>,
    /// The file from the detail block on, and from the extra detail on. Only used where
    /// Procmon itself reads beyond the end of a block.
    pub(crate) detail_onward: Bytes<'a>,
    pub(crate) extra_onward: Bytes<'a>,
    /// Whether a part is longer than the rest of the file.
    pub(crate) cut: bool,
}

impl<'a> EventParts<'a> {
    /// The parts of the event at this offset of the file, cut at the end of the file.
    pub(crate) fn read(
        file: Bytes<'a>,
        at: usize,
        header: &EventHeader,
        width: PointerWidth,
    ) -> EventParts<'a> {
        let mut cut = false;
        let mut block = |from: Option<usize>, len: usize| {
            let rest = from.map_or(Bytes::default(), |from| file.from(from));
            cut |= rest.len() < len;
            Bytes(rest.0.get(..len).unwrap_or(rest.0))
        };
        let detail_at = header.detail_at(width);
        let stack = block(at.checked_add(EVENT_HEADER_SIZE), detail_at - EVENT_HEADER_SIZE);
        let detail = block(at.checked_add(detail_at), header.detail_size as usize);
        let detail_onward = at.checked_add(detail_at).map_or(Bytes::default(), |at| file.from(at));
        let mut extra = None;
        let mut extra_onward = Bytes::default();
        if header.extra_offset != 0 {
            let extra_at = at.checked_add(header.extra_offset as usize);
            let size = extra_at.and_then(|at| file.u16(at));
            cut |= size.is_none();
            if let (Some(extra_at), Some(size)) = (extra_at, size) {
                let rest = file.from(extra_at + 2);
                cut |= rest.len() < usize::from(size);
                extra = Some(Bytes(rest.0.get(..usize::from(size)).unwrap_or(rest.0)));
                extra_onward = rest;
            }
        }
        EventParts { stack, detail, extra, detail_onward, extra_onward, cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_beyond_the_end_are_cut_and_said_so() {
        let mut file = vec![0u8; 0x34 + 8 + 3];
        file[0x28] = 1; // one stack frame
        file[0x2C] = 9; // nine bytes of detail, three are there
        file[0x30] = 200;
        let header = EventHeader::read(&file, 0).unwrap();
        let parts = EventParts::read(Bytes(&file), 0, &header, PointerWidth::Bits64);
        assert_eq!((parts.stack.len(), parts.detail.len()), (8, 3));
        assert!(parts.extra.is_none() && parts.cut);
        assert_eq!(EventHeader::read(&file[..0x33], 0), None);
    }

    #[test]
    fn the_upper_half_of_the_operation_is_garbage() {
        let mut file = vec![0u8; 0x34];
        file[0x08] = 2;
        file[0x0C] = 5;
        file[0x0E] = 0xCD;
        let header = EventHeader::read(&file, 0).unwrap();
        assert_eq!((header.class, header.operation), (Class::Registry, 5));
    }
}
