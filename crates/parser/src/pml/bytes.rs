//! Bounds-checked little-endian reads. Every read beyond the end is `None`.

/// A block of bytes whose fields are read by offset.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    pub(crate) fn slice(self, at: usize, len: usize) -> Option<&'a [u8]> {
        self.0.get(at..at.checked_add(len)?)
    }

    /// Everything from `at` on; empty if `at` is after the end.
    pub(crate) fn from(self, at: usize) -> Bytes<'a> {
        Bytes(self.0.get(at..).unwrap_or_default())
    }

    fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..)?.first_chunk::<N>().copied()
    }

    pub(crate) fn u8(self, at: usize) -> Option<u8> {
        self.0.get(at).copied()
    }

    pub(crate) fn u16(self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(crate) fn u32(self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    pub(crate) fn i32(self, at: usize) -> Option<i32> {
        self.array(at).map(i32::from_le_bytes)
    }

    pub(crate) fn u64(self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }

    pub(crate) fn i64(self, at: usize) -> Option<i64> {
        self.array(at).map(i64::from_le_bytes)
    }

    /// A value of pointer size.
    pub(crate) fn pointer(self, at: usize, width: PointerWidth) -> Option<u64> {
        match width {
            PointerWidth::Bits32 => self.u32(at).map(u64::from),
            PointerWidth::Bits64 => self.u64(at),
        }
    }
}

/// The pointer size of the Windows that a capture was recorded on. It decides the layout
/// of stacks, modules and most file system details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PointerWidth {
    /// Four bytes.
    Bits32,
    /// Eight bytes.
    Bits64,
}

impl PointerWidth {
    /// How many bytes a pointer has: 4 or 8.
    pub fn bytes(self) -> usize {
        match self {
            PointerWidth::Bits32 => 4,
            PointerWidth::Bits64 => 8,
        }
    }

    /// The offset of a field, which depends on the pointer size.
    pub(crate) fn pick(self, on_64: usize, on_32: usize) -> usize {
        match self {
            PointerWidth::Bits32 => on_32,
            PointerWidth::Bits64 => on_64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_beyond_the_end_are_none() {
        let bytes = Bytes(&[1, 2, 3, 4, 5]);
        assert_eq!(bytes.u32(1), Some(0x0504_0302));
        assert_eq!(bytes.u32(2), None);
        assert_eq!(bytes.u16(usize::MAX), None);
        assert_eq!(bytes.slice(3, usize::MAX), None);
        assert_eq!(bytes.from(9).len(), 0);
        assert_eq!(bytes.pointer(0, PointerWidth::Bits64), None);
    }
}
